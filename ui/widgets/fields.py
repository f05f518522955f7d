"""Named settings, one below the other: the name at the left, what sets it at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui import theme

NAME_WIDTH = 128


def field(name: QLabel, parts: Sequence[QWidget | QHBoxLayout]) -> QHBoxLayout:
    """``parts`` below each other; boxes to choose or tick keep their own width."""
    name.setFixedWidth(NAME_WIDTH)
    name.setWordWrap(True)
    column = QVBoxLayout()
    column.setSpacing(theme.Space.S)
    for part in parts:
        if isinstance(part, QHBoxLayout):
            column.addLayout(part)
        elif isinstance(part, QComboBox | QCheckBox):
            column.addLayout(side_by_side(part))
        else:
            column.addWidget(part)
    row = QHBoxLayout()
    row.setSpacing(theme.Space.XL)
    row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return row


def side_by_side(*widgets: QWidget) -> QHBoxLayout:
    """At the left, as wide as they are."""
    row = QHBoxLayout()
    row.setSpacing(theme.Space.S)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
