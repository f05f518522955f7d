"""Two small pictures side by side, each with its name: the control and what is compared with it."""

from __future__ import annotations

from PySide6.QtCore import QMarginsF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine import api
from ui import theme

MARGIN, GAP, CAPTION = 32, 20, 34
LARGEST = 2.5  # small pictures are enlarged by this much at most


class PairView(QWidget):
    """``margin`` is the free room around, in pixels: none in a panel that has its own."""

    def __init__(self, parent: QWidget | None = None, margin: int = MARGIN) -> None:
        super().__init__(parent)
        self._margin = margin
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._images: tuple[QImage | None, QImage | None] = (None, None)
        self._names = ("", "")
        self._heading = ""

    def show_pair(
        self, left: api.Picture | None, right: api.Picture | None, names: tuple[str, str]
    ) -> None:
        self._images = (_image(left), _image(right))
        self._names = names
        self.setAccessibleName(f"{names[0]}; {names[1]}")
        self.update()

    def set_heading(self, heading: str) -> None:
        """One line above both: what was done, or how far it is."""
        self._heading = heading
        self.setAccessibleDescription(heading)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).marginsRemoved(
            QMarginsF(self._margin, self._margin, self._margin, self._margin)
        )
        width = (room.width() - GAP) / 2
        sizes = [self._scaled(image, width, room.height() - 2 * CAPTION) for image in self._images]
        height = max(size[1] for size in sizes)
        top = room.top() + max(CAPTION, (room.height() - height) / 2)
        for side, (image, size, name) in enumerate(
            zip(self._images, sizes, self._names, strict=True)
        ):
            # Towards each other, so that they are one pair also on a wide canvas.
            left = room.center().x() + (GAP / 2 if side else -GAP / 2 - size[0])
            box = QRectF(left, top, *size)
            if image is None:
                painter.fillRect(box, theme.current().colour("line"))
            else:
                painter.drawImage(box, image)
            # A caption may be wider than its picture, up to the next one's or the border.
            wide = 2 * min(size[0] / 2 + GAP / 2, self.width() / 2) - 4
            if size[0] < width:
                wide = 2 * min(box.center().x(), self.width() - box.center().x(), size[0]) - 4
            line = QRectF(box.center().x() - wide / 2, box.bottom() + 8, wide, CAPTION - 8)
            self._caption(painter, line, name)
        painter.setFont(theme.font(strong=True))
        painter.setPen(theme.current().colour("text"))
        line = QRectF(room.left(), top - CAPTION, room.width(), CAPTION - 10)
        text = painter.fontMetrics().elidedText(
            self._heading, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()

    def _scaled(self, image: QImage | None, width: float, height: float) -> tuple[float, float]:
        other = next((each for each in self._images if each is not None), None)
        shape = image or other
        if shape is None:
            side = max(1.0, min(width, height))
            return side, side * 0.75
        factor = min(width / shape.width(), height / shape.height(), LARGEST)
        return max(1.0, shape.width() * factor), max(1.0, shape.height() * factor)

    def _caption(self, painter: QPainter, box: QRectF, text: str) -> None:
        font = theme.font()
        painter.setFont(font)
        painter.setPen(theme.current().colour("muted"))
        elide = Qt.TextElideMode.ElideRight
        shown = QFontMetrics(font).elidedText(text, elide, int(box.width()))
        top = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(box, int(top), shown)


def _image(picture: api.Picture | None) -> QImage | None:
    if picture is None:
        return None
    size = (picture.width, picture.height)
    image = QImage(picture.rgb, *size, 3 * picture.width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)  # a copy: the bytes may go
