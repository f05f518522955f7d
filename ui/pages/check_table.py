"""The answers for several files at once, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from engine.wording import checks
from ui import theme
from ui.desk import State
from ui.pages.check_model import Suspect
from ui.widgets.small import ground, label
from ui.words import translate

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
_SHARES = ((0.34, 240), (0.3, 200))  # of the width, for file and answer, and pixels at most
_ROW = 34


class _Answers(QAbstractTableModel):
    def __init__(self, line: Callable[[Suspect], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._line = line
        self.rows: list[tuple[Suspect, tuple[str, ...]]] = []
        self.heads: tuple[str, ...] = ("", "", "")

    def show(self, suspects: Sequence[Suspect]) -> None:
        rows = [(suspect, self._texts(suspect)) for suspect in suspects]
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def _texts(self, suspect: Suspect) -> tuple[str, ...]:
        result = suspect.result if suspect.state == State.DONE else None
        why = " ".join(checks.reasons(result, translate)) if result else ""
        return suspect.path.name, self._line(suspect), why

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return self.rows[index.row()][1][index.column()] if role in shown else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        return None


class AnswersTable(QWidget):
    """``chosen``: the file of the line that was opened, by Enter or a double click."""

    chosen = Signal(object)  # Suspect

    def __init__(self, line: Callable[[Suspect], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "canvas")
        self.title = label("title", wrap=True)
        self.hint = label("small", wrap=True)
        self.view = QTableView()
        self.answers = _Answers(line, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self.answers)
        self._sorted.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        view = self.view
        view.setModel(self._sorted)
        view.setSortingEnabled(True)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as they are in the list
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setTabKeyNavigation(False)
        view.setShowGrid(False)
        view.setFrameShape(QTableView.Shape.NoFrame)
        view.verticalHeader().hide()
        view.setCornerButtonEnabled(False)  # there is none to see without that header
        view.verticalHeader().setDefaultSectionSize(_ROW)
        heads = view.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setStretchLastSection(True)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.activated.connect(self._activated)
        space = theme.Space
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.XL, space.L, space.XL, space.L)
        layout.setSpacing(space.S)
        for part in (self.title, self.hint):
            layout.addWidget(part)
        layout.addWidget(view, 1)
        self.retranslate()

    def show_suspects(self, suspects: Sequence[Suspect]) -> None:
        self.answers.show(suspects)
        self.title.setText(self.tr("{count} files").format(count=len(suspects)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for section, (share, most) in enumerate(_SHARES):
            width = min(most, round(share * self.view.width()))
            self.view.horizontalHeader().resizeSection(section, width)

    def _activated(self, index: QModelIndex) -> None:
        row = self._sorted.mapToSource(index).row()
        self.chosen.emit(self.answers.rows[row][0])

    def retranslate(self) -> None:
        self.answers.heads = (self.tr("File"), self.tr("Answer"), self.tr("Why"))
        self.view.setAccessibleName(self.tr("Answers"))
        self.hint.setText(self.tr("Open a line to see its evidence."))
        self.answers.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 2)
        suspects = [suspect for suspect, _ in self.answers.rows]
        self.show_suspects(suspects)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
