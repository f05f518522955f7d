"""All jobs of all pages, with what can be done about them."""

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

from ui import icons, theme, words
from ui.desk import Desk, Item, State
from ui.widgets.small import Soon, button, ground, label

Index = QModelIndex | QPersistentModelIndex
_OPEN = (State.WAITING, State.RUNNING, State.PAUSED)
_AGAIN = (State.FAILED, State.CANCELLED, State.UNFINISHED)


class JobModel(QAbstractListModel):
    ItemRole = Qt.ItemDataRole.UserRole

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._items: list[Item] = list(desk.items())
        self._rows = {item.id: row for row, item in enumerate(self._items)}
        desk.items_added.connect(self._add)
        desk.item_changed.connect(self._change)
        desk.item_removed.connect(self._remove)

    def items(self) -> list[Item]:
        return self._items

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == self.ItemRole:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return words.job(item.job)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{words.job(item.job)}, {self.line(item)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.line(item)
        return None

    def line(self, item: Item) -> str:
        """How it stands; of a failed one, why."""
        if item.problem is not None:
            return self._desk.sentence(*item.problem)
        return words.status(item)

    def _add(self, items: tuple[Item, ...]) -> None:
        first = len(self._items)
        self.beginInsertRows(QModelIndex(), first, first + len(items) - 1)
        self._items += items
        self._rows.update((item.id, first + at) for at, item in enumerate(items))
        self.endInsertRows()

    def _change(self, item: Item) -> None:
        row = self._rows.get(item.id)
        if row is not None:
            self._items[row] = item
            self.dataChanged.emit(self.index(row), self.index(row))

    def _remove(self, number: int) -> None:
        row = self._rows.get(number)
        if row is None:
            return
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._items[row]
        self._rows = {item.id: at for at, item in enumerate(self._items)}
        self.endRemoveRows()


class _JobRow(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(JobModel.ItemRole)
        model = index.model()
        assert isinstance(model, JobModel)
        colour = theme.current().colour
        row = QRectF(option.rect).adjusted(2, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if selected or focused:
            painter.setBrush(colour("raised") if selected else Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus" if focused else "line"), 2 if focused else 1))
            painter.drawRoundedRect(row, 6, 6)
        icon, role = words.STATE_ICONS[item.state]
        mark = QRectF(row.left() + 10, row.center().y() - 8, 16, 16)
        icons.draw(painter, icon, mark, role)
        middle = row.left() + max(180.0, row.width() * 0.36)
        name = QRectF(mark.right() + 10, row.top(), middle - mark.right() - 22, row.height())
        centre = int(Qt.AlignmentFlag.AlignVCenter)
        font = theme.font()
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(colour("text"))
        elide = Qt.TextElideMode
        painter.drawText(
            name,
            centre,
            metrics.elidedText(words.job(item.job), elide.ElideMiddle, int(name.width())),
        )
        bar = 120.0 if item.state == State.RUNNING else 0.0
        line = QRectF(middle, row.top(), row.right() - middle - 24 - bar, row.height())
        painter.setPen(colour("danger" if item.state == State.FAILED else "muted"))
        text = model.line(item)
        painter.drawText(
            line, centre, metrics.elidedText(text, elide.ElideRight, int(line.width()))
        )
        if bar and item.progress is not None:
            groove = QRectF(row.right() - bar - 12, row.center().y() - 2, bar, 4)
            painter.fillRect(groove, colour("line"))
            groove.setWidth(bar * min(1.0, item.progress.step / max(1, item.progress.of)))
            painter.fillRect(groove, colour("accent"))
        painter.restore()


class JobList(QWidget):
    """The list and its buttons; the buttons act on what is selected."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "bar")
        self._desk = desk
        self._paused = False
        self.model = JobModel(desk, self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_JobRow(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self._title = label("section")
        self.pause = button("plain", "pause")
        self.cancel = button("plain", "stopped")
        self.retry = button("plain", "retry")
        self.remove = button("plain", "clear")
        self.clear = button("plain", "done")
        head = QHBoxLayout()
        head.setContentsMargins(theme.Space.L, theme.Space.S, theme.Space.S, 0)
        head.setSpacing(theme.Space.XS)
        head.addWidget(self._title)
        head.addStretch(1)
        for made in (self.cancel, self.retry, self.remove, self.clear, self.pause):
            head.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 0)
        layout.setSpacing(theme.Space.XS)
        layout.addLayout(head)
        body = QHBoxLayout()
        body.setContentsMargins(theme.Space.S, 0, theme.Space.S, theme.Space.S)
        body.addWidget(self.view)
        layout.addLayout(body)
        self.setFixedHeight(232)
        self.cancel.clicked.connect(lambda: self._each(desk.cancel, _OPEN))
        self.retry.clicked.connect(lambda: self._each(desk.retry, _AGAIN))
        self.remove.clicked.connect(self._remove_selected)
        self.clear.clicked.connect(self._clear_done)
        self.pause.clicked.connect(self._toggle_pause)
        self.view.selectionModel().selectionChanged.connect(self.show_buttons)
        soon = Soon(self.show_buttons, self)
        for changed in (self.model.dataChanged, self.model.rowsInserted, self.model.rowsRemoved):
            changed.connect(soon.ask)
        self.retranslate()

    def _selected(self) -> list[Item]:
        indexes = self.view.selectionModel().selectedIndexes()
        return [index.data(JobModel.ItemRole) for index in indexes]

    def _each(self, action: Any, states: tuple[State, ...]) -> None:
        for item in self._selected():
            if item.state in states:
                action(item.id)

    def _remove_selected(self) -> None:
        for item in self._selected():
            if item.state != State.RUNNING:
                self._desk.remove(item.id)

    def _clear_done(self) -> None:
        for item in list(self.model.items()):
            if item.state in (State.DONE, State.CANCELLED):
                self._desk.remove(item.id)

    def _toggle_pause(self) -> None:
        self._paused = not self._paused
        self._desk.pause(self._paused)
        self.retranslate()

    def show_buttons(self) -> None:
        """A button shows only while there is something selected that it can act on."""
        states = {item.state for item in self._selected()}
        self.cancel.setVisible(bool(states & set(_OPEN)))
        self.retry.setVisible(bool(states & set(_AGAIN)))
        self.remove.setVisible(bool(states - {State.RUNNING}))
        all_states = {item.state for item in self.model.items()}
        self.clear.setVisible(bool(all_states & {State.DONE, State.CANCELLED}))
        self.pause.setVisible(self._paused or bool(all_states & set(_OPEN)))

    def retranslate(self) -> None:
        self._title.setText(self.tr("Jobs"))
        self.view.setAccessibleName(self.tr("Jobs"))
        self.pause.setIcon(icons.icon("play" if self._paused else "pause"))
        pause = self.tr("Continue the list") if self._paused else self.tr("Pause the list")
        for made, text in (
            (self.pause, pause),
            (self.cancel, self.tr("Cancel")),
            (self.retry, self.tr("Start again")),
            (self.remove, self.tr("Remove")),
            (self.clear, self.tr("Clear finished")),
        ):
            made.setText(text)
        self.show_buttons()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
