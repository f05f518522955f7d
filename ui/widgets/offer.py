"""A card that offers one thing to do, in a few words, and can be sent away."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.small import button, ground, label


class Offer(QWidget):
    accepted = Signal()
    dismissed = Signal()

    def __init__(self, *, dismissible: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "card")
        self.title = label("strong", wrap=True)
        self.text = label("", wrap=True)
        self.accept = button("" if dismissible else "primary")
        self.dismiss = button("plain") if dismissible else None
        words = QVBoxLayout()
        words.setSpacing(theme.Space.XS)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.Space.L, theme.Space.M, theme.Space.M, theme.Space.M)
        row.setSpacing(theme.Space.M)
        row.addLayout(words, 1)
        if self.dismiss is not None:
            row.addWidget(self.dismiss)
            self.dismiss.clicked.connect(self.dismissed)
        row.addWidget(self.accept)
        self.accept.clicked.connect(self.accepted)

    def set_words(
        self, title: str, text: str, accept: str, dismiss: str = "", *, offered: bool = True
    ) -> None:
        """Unless it is ``offered`` there is nothing to do, and no button."""
        self.title.setText(title)
        self.text.setText(text)
        self.accept.setVisible(offered)
        for made, words in ((self.accept, accept), (self.dismiss, dismiss)):
            if made is not None:
                made.setText(words)
                made.setAccessibleName(words)
