"""A page that is one centred column and scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.small import ground


def scrolling_sheet(column: QVBoxLayout, width: int) -> QScrollArea:
    """``column`` in the middle, at most ``width`` pixels wide."""
    space = theme.Space
    inner = QWidget()
    inner.setLayout(column)
    inner.setMaximumWidth(width)
    sheet = QWidget()
    ground(sheet, "panel")
    centred = QHBoxLayout(sheet)
    centred.setContentsMargins(space.XL, space.XL, space.XL, space.XL)
    centred.addStretch(1)
    centred.addWidget(inner, 100)
    centred.addStretch(1)
    area = QScrollArea()
    area.setWidget(sheet)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
