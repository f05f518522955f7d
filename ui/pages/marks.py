"""The Mark page: mark what you publish, recognise what you find, the registry of both, and cleaning
what you receive."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.desk import Desk
from ui.pages import MARKS
from ui.pages.mark_pane import FilesPane
from ui.pages.page import NOWHERE, Page, Places
from ui.widgets.late_stack import LateStack
from ui.widgets.small import Segments, ground, hairline

if TYPE_CHECKING:
    from ui.pages.mark_clean import CleanTab
    from ui.pages.mark_tab import MarkTab
    from ui.pages.mark_verify import VerifyTab
    from ui.pages.mark_works import WorksTab

W = TypeVar("W", bound=QWidget)

TABS = ("mark", "verify", "works", "clean")


class MarksPage(Page):
    """Each tab is made when it is first needed."""

    entry = MARKS

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.tabs = Segments(TABS)
        self.stack = LateStack()
        head = QWidget()
        ground(head, "panel")
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.Space.M, theme.Space.S, theme.Space.M, theme.Space.S)
        row.addStretch(1)
        row.addWidget(self.tabs)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(hairline())
        layout.addWidget(self.stack, 1)
        self.tabs.chosen.connect(self.show_tab)
        self.retranslate()
        self.show_tab("mark")

    @cached_property
    def mark(self) -> MarkTab:
        from ui.pages.mark_tab import MarkTab

        return self._take_in(MarkTab(self.desk))

    @cached_property
    def verify(self) -> VerifyTab:
        from ui.pages.mark_verify import VerifyTab

        return self._take_in(VerifyTab(self.desk))

    @cached_property
    def works(self) -> WorksTab:
        from ui.pages.mark_works import WorksTab

        return self._take_in(WorksTab(self.desk))

    @cached_property
    def clean(self) -> CleanTab:
        from ui.pages.mark_clean import CleanTab

        return self._take_in(CleanTab(self.desk))

    def _take_in(self, tab: W) -> W:
        self.stack.take_in(tab)
        if isinstance(tab, FilesPane):
            tab.open_files.connect(self.open_files)
            tab.open_folder.connect(self.open_folder)
            tab.open_sample.connect(self.open_sample)
        return tab

    def add(self, files: tuple[Path, ...], places: Places = NOWHERE) -> None:
        """Files go to the tab on screen; dropped on the registry they are verified."""
        if not isinstance(self.stack.currentWidget(), FilesPane):
            self.show_tab("verify")
        pane = self.stack.currentWidget()
        assert isinstance(pane, FilesPane)
        pane.add(tuple(file for file in files if file.suffix.lower() in pane.suffixes), places)

    def show_tab(self, key: str) -> None:
        self.tabs.choose(key)
        self.stack.setCurrentWidget(getattr(self, key))

    def retranslate(self) -> None:
        self.tabs.set_texts(
            {
                "mark": self.tr("Mark"),
                "verify": self.tr("Verify"),
                "works": self.tr("Registry"),
                "clean": self.tr("Clean"),
            }
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
