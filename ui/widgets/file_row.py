"""How a row of a file list is drawn: thumbnail, name, state, progress."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons, theme, words
from ui.desk import State
from ui.widgets.file_model import Entry, FileModel

HEIGHT, THUMB, PAD = 62, 44, 8


class FileRow(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        model = index.model()
        assert isinstance(model, FileModel)
        entry: Entry = index.data(FileModel.EntryRole)
        flags = option.state
        row = QRectF(option.rect).adjusted(2, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, row, flags)
        thumb = QRectF(row.left() + PAD, row.center().y() - THUMB / 2, THUMB, THUMB)
        _thumbnail(painter, thumb, index.data(FileModel.ThumbnailRole), model.icon)
        left = thumb.right() + 10
        text = QRectF(left, row.top(), row.right() - PAD - left, row.height())
        _texts(painter, text, entry, model.line(entry))
        painter.restore()

    def _ground(self, painter: QPainter, row: QRectF, flags: QStyle.StateFlag) -> None:
        colour = theme.current().colour
        selected = bool(flags & QStyle.StateFlag.State_Selected)
        focused = bool(flags & QStyle.StateFlag.State_HasFocus)
        if not selected and not focused:
            return
        painter.setBrush(colour("raised") if selected else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("focus" if focused else "line"), 2 if focused else 1))
        painter.drawRoundedRect(row, theme.Radius.CONTROL, theme.Radius.CONTROL)


def _thumbnail(painter: QPainter, box: QRectF, image: QImage | None, icon: str) -> None:
    clip = QPainterPath()
    clip.addRoundedRect(box, 6, 6)
    if image is None:
        painter.fillPath(clip, theme.current().colour("canvas"))
        painter.strokePath(clip, QPen(theme.current().colour("line")))
        icons.draw(painter, icon, box.adjusted(12, 12, -12, -12), "muted")
        return
    painter.save()
    painter.setClipPath(clip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    side = min(image.width(), image.height())
    source = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
    painter.fillRect(box, theme.current().colour("panel"))
    painter.drawImage(box, image, source)
    painter.restore()


def _texts(painter: QPainter, box: QRectF, entry: Entry, line: str) -> None:
    colour = theme.current().colour
    busy = entry.state == State.RUNNING
    font, small = theme.font(), theme.font(theme.Type.SMALL)
    metrics, small_metrics = QFontMetrics(font), QFontMetrics(small)
    height = metrics.height() + small_metrics.height() + (7 if busy else 0)
    top = box.center().y() - height / 2
    name = QRectF(box.left(), top, box.width(), metrics.height())
    painter.setFont(font)
    painter.setPen(colour("text"))
    middle = Qt.TextElideMode.ElideMiddle
    painter.drawText(name, 0, metrics.elidedText(entry.path.name, middle, int(name.width())))
    below = QRectF(box.left(), name.bottom(), box.width(), small_metrics.height())
    if entry.state is not None and not busy:
        icon, role = words.STATE_ICONS[entry.state]
        mark = QRectF(below.left(), below.center().y() - 7, 14, 14)
        icons.draw(painter, icon, mark, role)
        below.setLeft(mark.right() + 4)
    painter.setFont(small)
    painter.setPen(colour("danger" if entry.state == State.FAILED else "muted"))
    right = Qt.TextElideMode.ElideRight
    painter.drawText(below, 0, small_metrics.elidedText(line, right, int(below.width())))
    progress = entry.item.progress if entry.item else None
    if busy:
        bar = QRectF(box.left(), below.bottom() + 4, box.width(), 3)
        painter.fillRect(bar, colour("line"))
        if progress is not None and progress.of:
            share = min(1.0, progress.step / progress.of)
            bar.setWidth(bar.width() * share)
            painter.fillRect(bar, colour("accent"))
