"""The bar above the canvas while boxes of faces are set."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.widgets.box_tool import BoxTool
from ui.widgets.small import button, icon_button, name_button


class BoxBar(QWidget):
    def __init__(self, tool: BoxTool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool = tool
        self.add = button("plain", "add")
        self.toggle = button("plain")
        self.remove = icon_button("clear")
        self.done = button()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.Space.M, 0, theme.Space.S, 0)
        row.setSpacing(theme.Space.S)
        row.addWidget(self.add)
        row.addWidget(self.toggle)
        row.addWidget(self.remove)
        row.addStretch(1)
        row.addWidget(self.done)
        self.add.clicked.connect(tool.add)
        self.toggle.clicked.connect(tool.toggle)
        self.remove.clicked.connect(tool.remove)
        self.retranslate()

    def show_choice(self) -> None:
        marks, chosen = self._tool.marks, self._tool.chosen
        there = marks is not None and 0 <= chosen < len(marks.marks)
        self.toggle.setEnabled(there)
        self.remove.setEnabled(there)
        on = there and marks is not None and marks.marks[chosen].on
        self.toggle.setText(self.tr("Leave out") if on or not there else self.tr("Protect"))
        name = self.tr("Leave this face out") if on or not there else self.tr("Protect this face")
        name_button(self.toggle, name, self.tr("Space"))

    def retranslate(self) -> None:
        self.add.setText(self.tr("Add"))
        name_button(self.add, self.tr("Add a box"), "N")
        name_button(self.remove, self.tr("Remove this box"), self.tr("Delete"))
        self.done.setText(self.tr("Done"))
        name_button(self.done, self.tr("Done with the faces"), self.tr("Esc"))
        self.show_choice()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
