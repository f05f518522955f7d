"""Puts the parts of ``ui.widgets.sound_paint`` together into the canvas of a recording."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter

from ui import theme, words
from ui.player import Source
from ui.widgets import canvas_paint, sound_paint as paint
from ui.widgets.regions import Regions
from ui.widgets.sound_tiles import Kind, Tile

if TYPE_CHECKING:
    from ui.widgets.sound_view import SoundView


def ground(painter: QPainter, view: SoundView) -> list[Tile]:
    """All but what moves, or a message; ends the painter. Returns the tiles that are wanted."""
    painter.fillRect(view.rect(), theme.current().colour("canvas"))
    wanted: list[Tile] = []
    if view.message:
        canvas_paint.message(painter, view.rect(), view.message)
    elif view.sketch is not None:
        wanted = _recording(painter, view)
    elif view.file is not None:
        text = QCoreApplication.translate("SoundView", "Reading the recording… {percent} %")
        text = text.format(percent=round(100 * view.progress))
        canvas_paint.message(painter, view.rect(), text)
    painter.end()
    return wanted


def _recording(painter: QPainter, view: SoundView) -> list[Tile]:
    line, colour = view.line, theme.current().colour
    ruler, strip, wave, spectrum = paint.lanes(view.width(), view.height())
    level = line.level(view.devicePixelRatioF())
    wanted: list[Tile] = []
    for lane, kind in zip((wave, spectrum), _kinds(view), strict=True):
        first, last = line.to_frame(lane.left()), line.to_frame(lane.right())
        end = line.to_x(line.frames)
        painter.fillRect(lane, colour("panel"))
        wanted += view.tiles.draw(painter, kind, level, first, last, lane)
        if end < lane.right():
            painter.fillRect(
                QRectF(end, lane.top(), lane.right() - end, lane.height()), colour("canvas")
            )
    painter.fillRect(QRectF(0, ruler.bottom(), view.width(), 1), colour("line"))
    paint.ruler(painter, ruler, line, view.rate)
    held = view.held_region()
    shown = view.regions
    chosen = view.chosen
    if held is not None:
        rest = (region for n, region in enumerate(shown) if n != chosen)
        shown = Regions(rest, view.seconds)
        chosen = shown.add(held)
    veiled = (wave, spectrum) if view.regions_known else ()
    paint.regions(painter, (strip, veiled), shown, chosen, line, view.rate)
    paint.axis(painter, spectrum, paint.top_hertz(view.rate))
    paint.badge(painter, wave, _name(view))
    return wanted


def over(painter: QPainter, view: SoundView) -> None:
    """What moves: the selection and the playhead."""
    line = view.line
    box = QRectF(0, 0, view.width(), view.height() - paint.GAP)
    lanes = box.adjusted(0, paint.RULER, 0, 0)
    loop = view.player.loop
    if loop is not None:
        left, right = (line.to_x(t * view.rate) for t in loop)
        paint.selection(painter, lanes, left, right)
    x = line.to_x(view.player.position * view.rate)
    if view.playhead and -8 <= x <= view.width() + 8:
        paint.playhead(painter, box, x, focused=view.hasFocus())


def difference_gain(view: SoundView) -> float:
    """How often the difference is enlarged: a power of ten that fills the lane."""
    peak = (view.sketch.peak.get("difference") or 0.0) if view.sketch is not None else 0.0
    return 10.0 ** max(0, math.floor(-math.log10(peak))) if peak > 1e-6 else 1.0


def _kinds(view: SoundView) -> tuple[Kind, Kind]:
    """What the waveform and the spectrogram are of."""
    file, protected, gain = view.file, None, 1.0
    assert file is not None
    if view.source == Source.DIFFERENCE:
        protected, gain = view.protected, difference_gain(view)
    elif view.source == Source.PROTECTED and view.protected is not None:
        file = view.protected
    return Kind(file, "waveform", protected, gain), Kind(file, "spectrogram", protected, gain)


def _name(view: SoundView) -> str:
    if view.source == Source.ORIGINAL:
        return QCoreApplication.translate("SoundView", "Original")
    if view.source == Source.PROTECTED:
        return QCoreApplication.translate("SoundView", "Protected")
    text = QCoreApplication.translate("SoundView", "Difference ×{gain}")
    return text.format(gain=words.number(difference_gain(view), 0))
