"""A painted mask: where the cloak may go. Kept beside the photo, never in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QPen

LONGEST = 2048  # long side of the mask in pixels; the engine scales it to the photo


class Mask:
    """Coordinates and radii are in the photo's pixels; the mask has the photo's aspect."""

    def __init__(self, photo: QSize) -> None:
        size = photo
        if max(photo.width(), photo.height()) > LONGEST:
            size = photo.scaled(LONGEST, LONGEST, Qt.AspectRatioMode.KeepAspectRatio)
        self.photo = photo
        self.ratio = size.width() / photo.width()
        # Opaque where painted. The colour is for the eye; the alpha channel is the mask.
        self._colour = QColor(Qt.GlobalColor.white)
        self.image = QImage(size.expandedTo(QSize(1, 1)), QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(Qt.GlobalColor.transparent)
        self.painted = False

    def stroke(self, start: QPointF, end: QPointF, radius: float, *, erase: bool = False) -> None:
        """A round brush drawn from ``start`` to ``end``."""
        mode = QPainter.CompositionMode
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(
            mode.CompositionMode_Clear if erase else mode.CompositionMode_SourceOver
        )
        width = max(1.0, 2 * radius * self.ratio)
        painter.setPen(
            QPen(
                self._colour,
                width,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        if start == end:
            painter.drawPoint(start * self.ratio)
        else:
            painter.drawLine(start * self.ratio, end * self.ratio)
        painter.end()
        self.painted = self.painted or not erase

    def clear(self) -> None:
        self.image.fill(Qt.GlobalColor.transparent)
        self.painted = False

    def invert(self) -> None:
        self._fill(QPainter.CompositionMode.CompositionMode_SourceOut)
        self.painted = True

    def tint(self, colour: QColor) -> None:
        """Recolour what is painted, for drawing the mask over the picture."""
        if colour != self._colour:
            self._colour = colour
            self._fill(QPainter.CompositionMode.CompositionMode_SourceIn)

    def as_grey(self) -> QImage:
        """8-bit grey: 255 where the cloak may go, 0 elsewhere."""
        alpha = self.image.convertToFormat(QImage.Format.Format_Alpha8)
        alpha.reinterpretAsFormat(QImage.Format.Format_Grayscale8)
        return alpha

    def save(self, file: Path) -> bool:
        """Write a PNG; False when the folder cannot be written."""
        unfinished = file.with_suffix(".part")
        if not QImageWriter(str(unfinished), b"PNG").write(self.as_grey()):
            return False
        unfinished.replace(file)
        return True

    def _fill(self, mode: QPainter.CompositionMode) -> None:
        painter = QPainter(self.image)
        painter.setCompositionMode(mode)
        painter.fillRect(self.image.rect(), self._colour)
        painter.end()
