"""What survives: one row per treatment, with a bar for the effect and a mark for the control.

Rows are chosen with the mouse or the arrow keys, to see what the attacker gets from each.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import theme, words
from ui.widgets.small import label

Index = QModelIndex | QPersistentModelIndex

HEIGHT, WORST_HEIGHT = 28, 42
BAR, FIGURE, GAP = 56, 42, 8


class SurvivalModel(QAbstractListModel):
    RowRole = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table: api.SurvivalTable | None = None
        self.most = 1.0  # what a full bar stands for

    def show_table(self, table: api.SurvivalTable) -> None:
        self.beginResetModel()
        self.table = table
        self.most = max([*(max(r.effect, r.control) for r in table.rows), 1e-6]) * 1.05
        self.endResetModel()

    @property
    def rows(self) -> tuple[api.SurvivalRow, ...]:
        return self.table.rows if self.table else ()

    def is_worst(self, row: api.SurvivalRow) -> bool:
        return self.table is not None and len(self.rows) > 1 and row is self.table.worst

    def figure(self, value: float) -> str:
        """In per cent, with a decimal where whole ones would say nothing."""
        return words.percent(value, 0 if self.most >= 0.3 else 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self.table is None:
            return None
        row = self.rows[index.row()]
        if role == self.RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return words.treatment(row.treatment)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._spoken(row)
        return None

    def _spoken(self, row: api.SurvivalRow) -> str:
        assert self.table is not None
        said = self.tr("{treatment}: yours {effect}, {control} {other}. {verdict}").format(
            treatment=words.treatment(row.treatment),
            effect=self.figure(row.effect),
            control=words.control(self.table.control),
            other=self.figure(row.control),
            verdict=words.verdict(self.table.control, self.table.verdict(row)),
        )
        return f"{said}. {self.tr('Worst case')}" if self.is_worst(row) else said


class _Row(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        assert isinstance(model, SurvivalModel)
        worst = model.is_worst(index.data(SurvivalModel.RowRole))
        return QSize(200, WORST_HEIGHT if worst else HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, SurvivalModel) and model.table is not None
        row: api.SurvivalRow = index.data(SurvivalModel.RowRole)
        colour = theme.current().colour
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, box, option.state)
        verdict = model.table.verdict(row)
        role = {"worse": "accent", "none": "muted", "better": "warning"}[verdict]
        figure = QRectF(box.right() - FIGURE - 6, box.top(), FIGURE, box.height())
        bar = QRectF(figure.left() - BAR - GAP, box.center().y() - 3, BAR, 6)
        name = QRectF(box.left() + 6, box.top(), bar.left() - box.left() - 6 - GAP, box.height())
        _bar(painter, bar, row, model.most, role)
        painter.setFont(theme.font(theme.Type.SMALL, strong=True))
        painter.setPen(colour(role))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(figure, int(right), model.figure(row.effect))
        worst = self.tr("worst case") if model.is_worst(row) else ""
        _name(painter, name, index.data(), worst)
        painter.restore()


def _ground(painter: QPainter, box: QRectF, flags: QStyle.StateFlag) -> None:
    colour = theme.current().colour
    selected = bool(flags & QStyle.StateFlag.State_Selected)
    focused = bool(flags & QStyle.StateFlag.State_HasFocus)
    if not selected:
        painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), colour("line"))
    if selected or focused:
        painter.setBrush(colour("soft") if selected else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("focus"), 2) if focused else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)


def _bar(painter: QPainter, bar: QRectF, row: api.SurvivalRow, most: float, role: str) -> None:
    """The effect as a bar; the control as a mark across it, which has to be passed."""
    colour = theme.current().colour
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("line"))
    painter.drawRoundedRect(bar, 3, 3)
    filled = QRectF(bar)
    filled.setWidth(max(3.0, bar.width() * min(1.0, row.effect / most)))
    painter.setBrush(colour(role))
    painter.drawRoundedRect(filled, 3, 3)
    at = bar.left() + bar.width() * min(1.0, row.control / most)
    painter.fillRect(QRectF(at - 1.5, bar.top() - 4, 3, bar.height() + 8), colour("panel"))
    painter.fillRect(QRectF(at - 0.5, bar.top() - 4, 1.5, bar.height() + 8), colour("text"))


def _name(painter: QPainter, box: QRectF, text: str, below: str) -> None:
    colour = theme.current().colour
    font = theme.font(theme.Type.SMALL)
    metrics = QFontMetrics(font)
    middle = int(Qt.AlignmentFlag.AlignVCenter)
    if below:
        box = box.adjusted(0, 4, 0, -4)
        half = box.height() / 2
        painter.setFont(font)
        painter.setPen(colour("warning"))
        painter.drawText(box.adjusted(0, half, 0, 0), middle, below)
        box = box.adjusted(0, 0, 0, -half)
    painter.setFont(font)
    painter.setPen(colour("text"))
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, middle, elided)


class SurvivalTable(QWidget):
    """A heading, what the two figures are, and the rows. Shows them all; the page scrolls."""

    chosen = Signal(str)  # the treatment

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SurvivalModel(self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Row(self.view))
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.viewport().setAutoFillBackground(False)
        self._heading = label("small", wrap=True)
        self._legend = label("small")
        head = QHBoxLayout()
        head.setSpacing(theme.Space.S)
        head.addWidget(self._heading, 1)
        head.addWidget(self._legend, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.XS)
        layout.addLayout(head)
        layout.addWidget(self.view)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.retranslate()

    def show_table(self, table: api.SurvivalTable) -> None:
        """Keeps the chosen treatment where the new table has it."""
        before = self.treatment
        self.model.show_table(table)
        heights = sum(
            WORST_HEIGHT if self.model.is_worst(row) else HEIGHT for row in self.model.rows
        )
        self.view.setFixedHeight(heights + 2)
        self.retranslate()
        names = [row.treatment for row in table.rows]
        if before in names:
            self.choose(before)

    @property
    def treatment(self) -> str:
        """The chosen one; empty when there is none."""
        row = self.view.currentIndex().row()
        return self.model.rows[row].treatment if 0 <= row < len(self.model.rows) else ""

    def choose(self, treatment: str) -> None:
        for at, row in enumerate(self.model.rows):
            if row.treatment == treatment:
                self.view.setCurrentIndex(self.model.index(at))

    def clear_choice(self) -> None:
        self.view.setCurrentIndex(QModelIndex())
        self.view.clearSelection()

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.treatment)

    def retranslate(self) -> None:
        table = self.model.table
        if table is None:
            self.view.setAccessibleName(self.tr("What is left of the protection"))
            return
        heading = words.measure(table.measure)
        self._heading.setText(heading)
        self._legend.setText(
            self.tr("yours ▏{control}").format(control=words.control(table.control))
        )
        self.view.setAccessibleName(heading)
        self.view.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
