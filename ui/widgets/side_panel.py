"""The column at the right of a page of files: what to do, and what became of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui import theme, words
from ui.widgets.forecast import Forecast
from ui.widgets.small import ground, name_button, restyle

LEAST = 280  # pixels of width


class SidePanel(QScrollArea):
    """``column`` takes the parts from top to bottom; it scrolls where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        sheet = QWidget()
        ground(sheet, "panel")
        space = theme.Space
        self.column = QVBoxLayout(sheet)
        self.column.setContentsMargins(space.L, space.M, space.L, space.L)
        self.column.setSpacing(space.S)
        self.forecast = Forecast()  # a panel puts it below its button
        self.setWidget(sheet)
        self.setWidgetResizable(True)
        ground(self, "side")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(LEAST)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_targets(self, count: int, *, again: bool, this: bool) -> None:
        """What the primary button would do: for ``count`` files, ``again`` for one that is done,
        ``this`` for the one that is shown."""


def offer_start(button: QPushButton, text: str, count: int, *, again: bool) -> None:
    """The primary button for ``count`` files; doing it ``again`` is not what the eye should be
    led to."""
    button.setText(text)
    name_button(button, text, words.key_text("Ctrl+Return"))
    restyle(button, "" if again else "primary")
    button.setVisible(count > 0)
