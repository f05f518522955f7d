"""Whether the texts of a window have room, also in a language of long words."""

from __future__ import annotations

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from ui.widgets.small import ElidedLabel


class Brackets(QTranslator):
    """A language in which every sentence is in brackets and half as long again."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return f"[{text}{'~' * (len(text) // 2)}]"


def shown_texts(window: QWidget) -> list[tuple[QWidget, str]]:
    found = []
    for widget in window.findChildren(QWidget):
        text = getattr(widget, "text", None)
        if callable(text) and widget.isVisible() and isinstance(text(), str) and text():
            found.append((widget, text()))
    return found


def clipped(window: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} {text!r}: {widget.size()}"
        for widget, text in shown_texts(window)
        if _clipped(widget)
    ]


def _clipped(widget: QWidget) -> bool:
    if isinstance(widget, ElidedLabel):
        return False  # elided on purpose
    if isinstance(widget, QProgressBar) and not widget.isTextVisible():
        return False
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height()
    wanted = widget.minimumSizeHint()
    return widget.width() < wanted.width() or widget.height() < wanted.height()
