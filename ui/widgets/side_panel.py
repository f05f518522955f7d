"""The column at the right of a page of files: what became of the file, what can be done, and the
button that does it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui import theme, words
from ui.widgets.forecast import Forecast
from ui.widgets.outcome import Outcome
from ui.widgets.small import ground, name_button, restyle

LEAST = 280  # pixels of width


class SidePanel(QWidget):
    """``column`` takes the parts from top to bottom; it scrolls where there is no room. What is
    put into the footer stays in sight below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = theme.Space
        sheet = QWidget()
        ground(sheet, "panel")
        self.column = QVBoxLayout(sheet)
        self.column.setContentsMargins(space.L, space.M, space.L, space.L)
        self.column.setSpacing(space.S)
        self.scroll = QScrollArea()
        self.scroll.setWidget(sheet)
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._foot = QWidget()
        ground(self._foot, "foot")
        self._footer = QVBoxLayout(self._foot)
        self._footer.setContentsMargins(space.L, space.M, space.L, space.M)
        self._footer.setSpacing(space.S)
        self._foot.hide()
        self.forecast = Forecast()  # goes into the footer
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.scroll, 1)
        layout.addWidget(self._foot)
        ground(self, "side")
        self.scroll.setMinimumWidth(LEAST)  # a long word in the footer may ask for more

    def keep_in_sight(self, *parts: QWidget) -> None:
        """Put ``parts`` into the footer, which is there while one of them is."""
        for part in parts:
            self._footer.addWidget(part)
            part.installEventFilter(self)
        self._settle()

    def lead_with(self, outcome: Outcome, *more: QWidget) -> None:
        """Begin the column with what became of the file. Its progress is in the footer, so that
        nothing moves when a job starts; a file that is new to the panel is shown from its top."""
        for part in (outcome, *more):
            self.column.addWidget(part)
        self.keep_in_sight(outcome.busy)
        outcome.turned.connect(lambda: self.scroll.verticalScrollBar().setValue(0))

    def show_targets(self, count: int, *, again: bool, this: bool) -> None:
        """What the primary button would do: for ``count`` files, ``again`` for one that is done,
        ``this`` for the one that is shown."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._settle()
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        parts = [self._footer.itemAt(place).widget() for place in range(self._footer.count())]
        self._foot.setVisible(any(not part.isHidden() for part in parts))


def offer_start(button: QPushButton, text: str, count: int, *, again: bool) -> None:
    """The primary button for ``count`` files; doing it ``again`` is not what the eye should be
    led to."""
    button.setText(text)
    name_button(button, text, words.key_text("Ctrl+Return"))
    restyle(button, "" if again else "primary")
    button.setVisible(count > 0)
