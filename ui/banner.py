"""The calm line above the pages that offers again what a crash or power cut interrupted."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme, words
from ui.desk import Desk, Item, State
from ui.widgets.small import Soon, button, ground, label


class UnfinishedBanner(QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "banner")
        self._desk = desk
        self._text = label("", wrap=True)
        self.go_on = button("", "play", "accent")
        self.discard = button("plain")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.Space.L, theme.Space.S, theme.Space.M, theme.Space.S)
        row.setSpacing(theme.Space.S)
        row.addWidget(self._text, 1)
        row.addWidget(self.discard)
        row.addWidget(self.go_on)
        self.go_on.clicked.connect(lambda: self._each(desk.retry))
        self.discard.clicked.connect(lambda: self._each(desk.remove))
        soon = Soon(self.retranslate, self)
        for changed in (desk.items_added, desk.item_changed, desk.item_removed):
            changed.connect(soon.ask)
        self.retranslate()

    def _left(self) -> list[Item]:
        return [item for item in self._desk.items() if item.state == State.UNFINISHED]

    def _each(self, action: object) -> None:
        assert callable(action)
        for item in self._left():
            action(item.id)

    def retranslate(self) -> None:
        left = tuple(item.job for item in self._left())
        self._text.setText(
            self.tr("Not finished when Cloakroom last closed: {jobs}.").format(
                jobs=words.left_over(left)
            )
        )
        self.go_on.setText(self.tr("Finish them now"))
        self.discard.setText(self.tr("Forget them"))
        self.setVisible(bool(left))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
