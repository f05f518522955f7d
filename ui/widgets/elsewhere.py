"""What else Cloakroom does, for whoever opens it for the first time: one button for each page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.small import button, label

ICONS = ("voices", "mark", "search")  # of the pages


class Elsewhere(QWidget):
    chosen = Signal(str)  # the icon of a page

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead = label("small")
        self._lead.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.buttons = {icon: button("plain", icon, "accent") for icon in ICONS}
        row = QHBoxLayout()
        row.setSpacing(theme.Space.S)
        row.addStretch(1)
        for icon, made in self.buttons.items():
            made.clicked.connect(lambda _=False, icon=icon: self.chosen.emit(icon))
            row.addWidget(made)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.XS)
        layout.addWidget(self._lead)
        layout.addLayout(row)
        self.retranslate()

    def retranslate(self) -> None:
        self._lead.setText(self.tr("Or do you want to…"))
        for icon, text in (
            ("voices", self.tr("protect a voice")),
            ("mark", self.tr("mark what is yours")),
            ("search", self.tr("check whether something is fake")),
        ):
            self.buttons[icon].setText(text)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
