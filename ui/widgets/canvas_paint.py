"""How the canvas draws: the picture's visible part, the divider, labels, mask and brush."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QRegion

from ui import icons, theme
from ui.widgets.mask import Mask
from ui.widgets.pyramid import Pyramid
from ui.widgets.viewport import Viewport

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
CRISP_FROM = 3.0  # from this zoom on, single pixels are shown as squares
_HANDLE = 17  # radius of the divider's handle


def layer(
    painter: QPainter,
    pyramid: Pyramid,
    part: QRectF,
    viewport: Viewport,
    ratio: float,
    *,
    smooth: bool,
) -> None:
    """Draw what ``part`` (logical pixels) shows of the picture, from the fitting level."""
    image = pyramid.level(viewport.zoom * viewport.image[0])
    # A preview stands for the whole photo, whatever its own size.
    per_x = image.width() / viewport.image[0]
    per_y = image.height() / viewport.image[1]
    left, top = viewport.to_image((part.left() * ratio, part.top() * ratio))
    right, bottom = viewport.to_image((part.right() * ratio, part.bottom() * ratio))
    source = QRectF(QPointF(left * per_x, top * per_y), QPointF(right * per_x, bottom * per_y))
    crisp = viewport.zoom >= CRISP_FROM and pyramid.whole
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth and not crisp)
    if image.hasAlphaChannel():
        painter.fillRect(part, QBrush(theme.current().colour("panel")))
        painter.fillRect(part, QBrush(theme.current().colour("line"), Qt.BrushStyle.Dense6Pattern))
    painter.drawImage(part, image, source)


def mask(
    painter: QPainter, mask: Mask, part: QRectF, viewport: Viewport, ratio: float, opacity: float
) -> None:
    """The painted area, tinted; its edge is drawn by the tint itself."""
    mask.tint(theme.current().colour("accent"))
    left, top = viewport.to_image((part.left() * ratio, part.top() * ratio))
    right, bottom = viewport.to_image((part.right() * ratio, part.bottom() * ratio))
    source = QRectF(
        QPointF(left, top) * mask.ratio,
        QPointF(right, bottom) * mask.ratio,
    )
    painter.save()
    painter.setOpacity(opacity)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(part, mask.image, source)
    painter.restore()


def message(painter: QPainter, rect: QRect, text: str) -> None:
    painter.setFont(theme.font())
    painter.setPen(theme.current().colour("muted"))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(rect.adjusted(24, 24, -24, -24), flags, text)


def shadow(painter: QPainter, rect: QRectF) -> None:
    """A soft shadow of a few pixels around the picture."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    # Only around the picture: filling below it as well took longer than the picture itself.
    outer = rect.adjusted(-20, -20, 20, 24).toAlignedRect()
    painter.setClipRegion(QRegion(outer) - QRegion(rect.toRect()))
    for grow in range(16, 0, -1):
        painter.setBrush(QColor(0, 0, 0, 2))
        painter.drawRoundedRect(rect.adjusted(-grow, -grow + 5, grow, grow + 5), grow, grow)
    painter.restore()


def focus_frame(painter: QPainter, rect: QRect) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.current().colour("focus"), 2))
    painter.drawRect(rect.adjusted(1, 1, -1, -1))


def badges(painter: QPainter, rect: QRectF, left: str, right: str) -> None:
    """Labels in the upper corners of the picture. Too little room: only the left one."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = theme.font(theme.Type.SMALL)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    widths = [metrics.horizontalAdvance(text) + 20 if text else 0.0 for text in (left, right)]
    stacked = sum(widths) + 36 > rect.width()
    height = metrics.height() + 8
    for text, width, x, y in (
        (left, widths[0], rect.left() + 12, rect.top() + 12),
        (
            right,
            widths[1],
            rect.right() - 12 - widths[1],
            rect.top() + 12 + (height + 6 if stacked else 0),
        ),
    ):
        if not text:
            continue
        box = QRectF(x, y, width, height)
        ground = theme.current().colour("badge")
        ground.setAlpha(225)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, theme.Radius.SMALL, theme.Radius.SMALL)
        painter.setPen(theme.current().colour("on_badge"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def divider(painter: QPainter, rect: QRectF, x: float, *, focused: bool) -> None:
    """A white line with dark edges, so that it shows on any picture, and its handle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(x - 2, rect.top(), 4, rect.height()), QColor(0, 0, 0, 70))
    painter.fillRect(QRectF(x - 1, rect.top(), 2, rect.height()), QColor(255, 255, 255))
    centre = QPointF(x, rect.center().y())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 50))
    painter.drawEllipse(centre + QPointF(0, 1), _HANDLE + 1.5, _HANDLE + 1.5)
    painter.setBrush(QColor(255, 255, 255))
    if focused:
        painter.setPen(QPen(theme.current().colour("focus"), 3))
    painter.drawEllipse(centre, _HANDLE, _HANDLE)
    box = QRectF(centre.x() - 10, centre.y() - 10, 20, 20)
    icons.draw(painter, "slide", box, "badge")
    painter.restore()


def brush(painter: QPainter, centre: QPointF, radius: float, *, filled: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if filled:
        painter.setBrush(QColor(255, 255, 255, 90))
    painter.setPen(QPen(QColor(0, 0, 0, 160), 3))
    painter.drawEllipse(centre, radius, radius)
    painter.setPen(QPen(QColor(255, 255, 255), 1.4))
    painter.drawEllipse(centre, radius, radius)
    painter.restore()
