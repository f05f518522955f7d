"""A list that is searched, with something to do about what was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.widgets.small import Soon, ground, label

Row = tuple[str, str, QIcon | None, Any]  # text, tool tip, picture, what it stands for


class SearchList(QWidget):
    """``buttons`` stand beside the search field."""

    searched = Signal()  # the words have changed
    opened = Signal(object)  # what the row that was activated stands for

    def __init__(self, *buttons: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "canvas")
        self.search = QLineEdit()
        self.list = QListWidget()
        self.list.setIconSize(QSize(64, 48))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setSpacing(2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = label("muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        space = theme.Space
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.XL, space.L, space.XL, space.L)
        layout.setSpacing(space.M)
        row = QHBoxLayout()
        row.setSpacing(space.M)
        row.addWidget(self.search, 1)
        for made in buttons:
            row.addWidget(made)
        layout.addLayout(row)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.list, 1)
        soon = Soon(self.searched.emit, self)
        self.search.textChanged.connect(soon.ask)
        self.list.itemActivated.connect(
            lambda row: self.opened.emit(row.data(Qt.ItemDataRole.UserRole))
        )

    @property
    def words(self) -> str:
        return self.search.text()

    def chosen(self) -> Any:
        """What the current row stands for; None when there is none."""
        row = self.list.currentItem()
        return None if row is None else row.data(Qt.ItemDataRole.UserRole)

    def show_rows(self, rows: Iterable[Row], nothing: str) -> None:
        """``nothing`` is said when there are no rows."""
        self.list.clear()
        for text, tip, picture, data in rows:
            row = QListWidgetItem(text)
            row.setToolTip(tip)
            row.setData(Qt.ItemDataRole.UserRole, data)
            if picture is not None:
                row.setIcon(picture)
            self.list.addItem(row)
        empty = self.list.count() == 0
        self.nothing.setText(nothing)
        self.nothing.setVisible(empty)
        self.list.setVisible(not empty)

    def set_words(self, hint: str, search: str, rows: str) -> None:
        """``search`` and ``rows`` are the accessible names of the field and of the list."""
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(search)
        self.list.setAccessibleName(rows)
