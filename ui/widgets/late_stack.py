"""A stack whose pages are made one by one, when each is first needed."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget


class LateStack(QStackedWidget):
    """Qt puts what comes late at the end of the way that the Tab key takes through the window.
    Here it comes after the pages that are there, before whatever stands behind the stack."""

    def take_in(self, page: QWidget) -> None:
        last = self._last_stop()
        self.addWidget(page)
        for late in _stops(page):
            if last is not None:
                QWidget.setTabOrder(last, late)
            last = late

    def _last_stop(self) -> QWidget | None:
        """Where the Tab key stops last in the stack or, while that is empty, before it."""
        if stops := _stops(self):
            return stops[-1]
        before = self.previousInFocusChain()
        while before is not self and not _stops_at(before):
            before = before.previousInFocusChain()
        return None if before is self else before


def _stops(root: QWidget) -> list[QWidget]:
    """What the Tab key can stop at in ``root``, in its order."""
    return [part for part in _chain(root) if _stops_at(part)]


def _chain(root: QWidget) -> Iterator[QWidget]:
    part = root.nextInFocusChain()
    while part is not root and root.isAncestorOf(part):
        yield part
        part = part.nextInFocusChain()


def _stops_at(part: QWidget) -> bool:
    # The field inside a spin box hands its focus on to the box, with which it is moved.
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.focusProxy() is None
