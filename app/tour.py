"""Shows every page of the window once: how a package is tested, since a page and a tab are imported
only when they are first shown, and a package may lack what nobody has shown yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ui.pages import PAGES
from ui.pages.marks import TABS, MarksPage
from ui.shell import MainWindow

LOOK_SECONDS = 0.1  # for a page to be laid out and painted


async def every_page(window: MainWindow) -> AsyncIterator[str]:
    """The names of the pages and tabs, each after it was on screen for a moment.

    Raises ``RuntimeError`` if one cannot be shown.
    """
    for entry, button in zip(PAGES, window.rail.buttons, strict=True):
        button.click()
        await asyncio.sleep(LOOK_SECONDS)
        page = window.stack.currentWidget()
        if page is not window.built.get(entry):
            raise RuntimeError(f"the page {entry.icon} does not open")
        yield entry.icon
        if isinstance(page, MarksPage):
            for tab in TABS:
                page.show_tab(tab)
                await asyncio.sleep(LOOK_SECONDS)
                yield f"{entry.icon} {tab}"
