"""How the canvas of a recording is drawn: ruler, regions, curve, spectrogram, playhead."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from engine import api
from ui import theme
from ui.widgets.regions import Region
from ui.widgets.timeline import Timeline, clock, ticks

RULER, STRIP, GAP = 26, 20, 8  # heights: of the ruler, of the row of regions, between lanes
SHARE = 0.36  # of the lanes for the waveform
HERTZ = (100, 200, 500, 1000, 2000, 4000, 8000)


def lanes(width: float, height: float) -> tuple[QRectF, QRectF, QRectF, QRectF]:
    """Ruler, regions, waveform, spectrogram, from top to bottom."""
    room = max(40.0, height - RULER - STRIP - 3 * GAP)
    wave = round(room * SHARE)
    top = RULER + STRIP + GAP
    return (
        QRectF(0, 0, width, RULER),
        QRectF(0, RULER, width, STRIP),
        QRectF(0, top, width, wave),
        QRectF(0, top + wave + GAP, width, room - wave),
    )


def ruler(painter: QPainter, box: QRectF, line: Timeline, rate: float) -> None:
    colour = theme.current().colour
    painter.setFont(theme.font(theme.Type.SMALL))
    step, parts = ticks(rate / line.per_pixel)
    digits = max(0, -math.floor(math.log10(step))) if step < 1 else 0
    small = step / parts
    number = math.floor(line.start / rate / small)
    while (x := line.to_x(number * small * rate)) < box.right():
        large = number % parts == 0
        painter.setPen(colour("outline" if large else "line"))
        painter.drawLine(QPointF(x, box.bottom() - (8 if large else 4)), QPointF(x, box.bottom()))
        if large:
            painter.setPen(colour("muted"))
            painter.drawText(QPointF(x + 5, box.bottom() - 9), clock(number * small, digits))
        number += 1


def regions(
    painter: QPainter,
    boxes: tuple[QRectF, Iterable[QRectF]],
    found: Iterable[Region],
    chosen: int,
    line: Timeline,
    rate: float,
) -> None:
    """A bar for each region; what lies outside of them is veiled in the lanes."""
    strip, below = boxes
    colour = theme.current().colour
    veil = QColor(colour("canvas"))
    veil.setAlpha(150)
    edge = 0.0
    spans = [(line.to_x(a * rate), line.to_x(b * rate)) for a, b in found]
    for lane in below:
        edge = lane.left()
        for left, right in (*spans, (lane.right(), lane.right())):
            if left > edge:
                painter.fillRect(
                    QRectF(edge, lane.top(), min(left, lane.right()) - edge, lane.height()), veil
                )
            edge = max(edge, right)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, (left, right) in enumerate(spans):
        if right < strip.left() or left > strip.right():
            continue
        picked = number == chosen
        bar = QRectF(left, strip.top() + 4, max(3.0, right - left), strip.height() - 8)
        painter.setPen(QPen(colour("text"), 2) if picked else Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(bar, 4, 4)
        if picked and bar.width() > 24:
            painter.setPen(QPen(colour("on_accent"), 1.5))
            for x in (bar.left() + 5, bar.right() - 5):
                painter.drawLine(QPointF(x, bar.top() + 3), QPointF(x, bar.bottom() - 3))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def axis(painter: QPainter, box: QRectF, top: float) -> None:
    """Frequencies at the right edge of the spectrogram, whose rows are even in mel."""
    painter.setFont(theme.font(11))
    metrics = QFontMetrics(painter.font())
    full, below = _mel(top), box.bottom()
    for hertz in HERTZ:
        if hertz >= top * 0.95:
            break
        y = box.bottom() - box.height() * _mel(hertz) / full
        text = f"{hertz // 1000} kHz" if hertz >= 1000 else f"{hertz} Hz"
        width = metrics.horizontalAdvance(text)
        label = QRectF(box.right() - width - 14, y - 8, width + 8, 16)
        if box.top() <= label.top() and label.bottom() < below:
            _badge(painter, label, text)
            below = label.top()


def badge(painter: QPainter, box: QRectF, text: str) -> None:
    """A label at the top left of a lane."""
    painter.setFont(theme.font(theme.Type.SMALL))
    width = QFontMetrics(painter.font()).horizontalAdvance(text)
    _badge(painter, QRectF(box.left() + 10, box.top() + 8, width + 16, 22), text)


def _badge(painter: QPainter, box: QRectF, text: str) -> None:
    colour = theme.current().colour
    ground = QColor(colour("badge"))
    ground.setAlpha(215)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour("on_badge"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def selection(painter: QPainter, box: QRectF, left: float, right: float) -> None:
    """What is heard again and again."""
    colour = theme.current().colour
    ground = QColor(colour("warning"))
    ground.setAlpha(46)
    part = QRectF(left, box.top(), right - left, box.height()).intersected(box)
    painter.fillRect(part, ground)
    painter.setPen(QPen(colour("warning"), 1))
    for x in (left, right):
        if box.left() <= x <= box.right():
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))


def playhead(painter: QPainter, box: QRectF, x: float, *, focused: bool) -> None:
    colour = theme.current().colour("text")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 2 if focused else 1.5))
    painter.drawLine(QPointF(x, box.top() + RULER - 6), QPointF(x, box.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    y = box.top() + RULER
    painter.drawPolygon(
        QPolygonF([QPointF(x - 6, y - 9), QPointF(x + 6, y - 9), QPointF(x, y + 1)])
    )


def top_hertz(rate: int) -> float:
    return min(api.TOP_HZ, rate / 2)


def _mel(hertz: float) -> float:
    return 2595.0 * math.log10(1.0 + hertz / 700.0)
