"""A picture of the engine with a caption, as large as there is room."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine import api
from ui import theme

CAPTION = 26


class PictureView(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._caption = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(140, 110))

    def show_picture(self, picture: api.Picture | None, caption: str) -> None:
        self._image = None if picture is None else image_of(picture)
        self._caption = caption
        self.setAccessibleName(caption)
        self.setVisible(picture is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).adjusted(0, 0, 0, -CAPTION)
        size = QSize(self._image.size()).scaled(
            room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio
        )
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(room.center())
        painter.drawImage(place, self._image)
        painter.setFont(theme.font(theme.Type.SMALL))
        painter.setPen(theme.current().colour("muted"))
        below = QRectF(0, place.bottom() + 4, self.width(), CAPTION - 4)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), self._caption)
        painter.end()


def image_of(picture: api.Picture) -> QImage:
    """A copy, since the bytes belong to the message."""
    stride = 3 * picture.width
    form = QImage.Format.Format_RGB888
    return QImage(picture.rgb, picture.width, picture.height, stride, form).copy()
