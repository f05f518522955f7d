"""The canvas of the Voices page: a recording as curve and spectrogram, at any zoom.

Below a ruler lies a row with the stretches in which somebody speaks, and may be protected; they
can be moved, stretched, added and removed. What is seen is what is heard: the original, the
protected version, or the difference.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine import api
from engine.problems import Problem
from ui import theme
from ui.desk import Desk
from ui.player import Player, Source
from ui.widgets import canvas_paint, sound_drawing as drawing, sound_keys, sound_paint as paint
from ui.widgets.regions import Region, Regions
from ui.widgets.sound_tiles import SoundTiles
from ui.widgets.timeline import STEP, Timeline, clock

GRIP = 6  # pixels around a region's end
DRAG = 4  # pixels from which a press is no click any more


class SoundView(QWidget):
    zoom_changed = Signal()
    regions_changed = Signal()  # by the user
    region_chosen = Signal()
    sketched = Signal(object)  # api.SoundSketch
    failed = Signal(object)  # Problem: the recording cannot be shown

    def __init__(self, desk: Desk, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 220)
        self.player = player
        self.line = Timeline()
        self.tiles = SoundTiles(desk, self)
        self.regions = Regions()
        self.regions_known = False  # until then nothing is veiled
        self.chosen = -1  # region
        self.playhead = True  # not while the player plays something else
        self.sketch: api.SoundSketch | None = None
        self._desk = desk
        self.file: Path | None = None
        self.protected: Path | None = None
        self.message, self.progress = "", 0.0  # instead of a picture; of reading, 0..1
        self._ground: QPixmap | None = None
        self._drag = ""  # what the mouse does: seek, select, pan, or a part of a region
        self._from, self._last = QPointF(), QPointF()  # where it was pressed, where it is
        self._held: Region = (0.0, 0.0)
        self.tiles.changed.connect(self.redraw)
        self.tiles.failed.connect(self.say)
        player.moved.connect(self._moved)
        player.changed.connect(self._player_changed)
        theme.current().changed.connect(self.redraw)
        self._source = player.source
        self.retranslate()

    # ---- what is shown ----------------------------------------------------------------------

    def show_recording(self, file: Path | None, protected: Path | None = None) -> None:
        """Show ``file``, and ``protected`` beside it once there is such a file."""
        if (file, protected) == (self.file, self.protected):
            return
        other = file != self.file
        self.file, self.protected = file, protected
        self._desk.forget_looks(self)
        self.tiles.forget()
        self.message = ""
        if other:
            self.sketch, self.chosen = None, -1
            self.regions, self.regions_known = Regions(), False
            self.line.set_recording(1)
        self.progress = 0.0
        if file is not None:
            job = api.SketchSound(file, protected)
            self._desk.look(self, job, self._sketched, self._sketching)
        self.redraw()

    def set_regions(self, regions: Regions) -> None:
        self.regions, self.chosen, self.regions_known = regions, -1, True
        self._describe()
        self.redraw()

    @property
    def seconds(self) -> float:
        return self.sketch.seconds if self.sketch is not None else 0.0

    @property
    def rate(self) -> int:
        return self.sketch.rate if self.sketch is not None else 1

    @property
    def source(self) -> Source:
        """What is seen: what the player plays, as far as there is such a version."""
        return self.player.source if self.protected is not None else Source.ORIGINAL

    def _sketching(self, progress: api.Progress) -> None:
        self.progress = progress.step / max(1, progress.of)
        self.redraw()

    def _sketched(self, got: api.SoundSketch | Problem) -> None:
        if isinstance(got, Problem):
            self.say(got)
            return
        self.sketch = got
        self.regions.seconds = got.seconds
        self.line.set_recording(got.frames)
        self._describe()
        self.redraw()
        self.zoom_changed.emit()
        self.sketched.emit(got)

    def say(self, problem: Problem) -> None:
        """Show why there is nothing to see."""
        self.message = self._desk.sentence(problem.code, problem.details)
        self.redraw()
        self.failed.emit(problem)

    # ---- looking around, playing ------------------------------------------------------------

    def fit(self) -> None:
        self.line.fit()
        self._looked()

    def zoom_by(self, factor: float, at: float | None = None) -> None:
        """The place of the playhead stays where it is when it is in view."""
        if at is None:
            x = self.line.to_x(self.player.position * self.rate)
            at = x if 0 <= x <= self.width() else None
        self.line.zoom_by(factor, at)
        self._looked()

    def pan(self, pixels: float) -> None:
        self.line.pan(pixels)
        self._looked()

    def _looked(self) -> None:
        self.zoom_changed.emit()
        self.redraw()

    def seek(self, second: float) -> None:
        self.player.seek(min(max(0.0, second), self.seconds))
        self.line.follow(self.player.position * self.rate)
        self.redraw()

    def toggle_loop(self) -> None:
        """Hear the region at the playhead again and again, or five seconds; or stop that."""
        if self.player.loop is not None:
            self.player.set_loop(None)
            return
        at = self.player.position
        number = self.chosen if self.chosen >= 0 else self.regions.at(at)
        if number >= 0:
            self.player.set_loop(self.regions[number])
        elif self.seconds:
            start = min(at, max(0.0, self.seconds - 5))
            self.player.set_loop((start, min(self.seconds, start + 5)))

    # ---- regions ----------------------------------------------------------------------------

    def add_region(self) -> None:
        """From what is selected, or two seconds from the playhead on."""
        at = self.player.position
        self.chosen = self.regions.add(self.player.loop or (at, at + 2.0))
        self._edited()

    def remove_region(self) -> None:
        if 0 <= self.chosen < len(self.regions):
            self.regions.remove(self.chosen)
            self.chosen = -1
            self._edited()

    def choose_region(self, step: int) -> None:
        """The next or the last one, and have it in view."""
        if len(self.regions):
            start = self.chosen if self.chosen >= 0 else (-1 if step > 0 else len(self.regions))
            self.chosen = min(max(0, start + step), len(self.regions) - 1)
            first, last = self.regions[self.chosen]
            self.seek(first)
            if self.line.to_x(last * self.rate) > self.width():
                self.line.show(first * self.rate, last * self.rate)
            self._describe()
            self._looked()

    def change_region(self, start: float | None = None, end: float | None = None) -> None:
        """Move the ends of the chosen region."""
        if 0 <= self.chosen < len(self.regions):
            first, last = self.regions[self.chosen]
            region = (first if start is None else start, last if end is None else end)
            if region[0] < region[1]:
                self.chosen = self.regions.change(self.chosen, region)
                self._edited()

    def _edited(self) -> None:
        self.regions_known = True
        self._describe()
        self.redraw()
        self.regions_changed.emit()

    # ---- events -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._from = self._last = at
        if event.button() == Qt.MouseButton.MiddleButton or at.y() < paint.RULER:
            self._drag = "pan"
        elif at.y() < paint.RULER + paint.STRIP:
            self._press_strip(at)
        else:
            self._drag = "seek"
        self.redraw()

    def _press_strip(self, at: QPointF) -> None:
        second = self._second(at.x())
        self._drag, self.chosen = self.regions.part(second, self._grip)
        self._held = self.regions[self.chosen] if self.chosen >= 0 else (second, second)
        self._describe()

    @property
    def _grip(self) -> float:
        """Seconds from a region's end at which a press takes the end."""
        return GRIP * self.line.per_pixel / self.rate

    def held_region(self) -> Region | None:
        """The one that the mouse is changing, as it is now."""
        if self._drag not in ("start", "end", "move", "new"):
            return None
        if abs(self._last.x() - self._from.x()) < DRAG:
            return None
        moved = self._second(self._last.x()) - self._second(self._from.x())
        return self.regions.moved(self._held, self._drag, moved)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag == "pan":
            self.pan(at.x() - self._last.x())
        elif self._drag in ("seek", "select"):
            if abs(at.x() - self._from.x()) >= DRAG:
                self._drag = "select"
                self._select(at.x())
        elif self._drag:
            self.redraw()
        else:
            self._show_cursor(at)
        self._last = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._last = event.position()
        region = self.held_region()
        drag, self._drag = self._drag, ""
        if drag == "seek":
            self.player.set_loop(None)
            self.seek(self._second(at.x()))
        elif drag == "select":
            self._select(at.x())
        elif region is not None:
            if self.chosen >= 0:
                self.chosen = self.regions.change(self.chosen, region)
            else:
                self.chosen = self.regions.add(region)
            self._edited()
        elif drag == "move":
            self.seek(self.regions[self.chosen][0])
        self.redraw()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Of a region: hear it again and again, and have it fill the view."""
        number = self.regions.at(self._second(event.position().x()))
        if number >= 0:
            self.chosen = number
            first, last = self.regions[number]
            self.player.set_loop((first, last))
            self.line.show(first * self.rate, last * self.rate)
            self._looked()

    def _select(self, x: float) -> None:
        ends = sorted((self._second(self._from.x()), self._second(x)))
        if ends[1] - ends[0] > 0.01:
            self.player.set_loop((ends[0], ends[1]))

    def _second(self, x: float) -> float:
        return min(max(0.0, self.line.to_frame(x) / self.rate), self.seconds)

    def _show_cursor(self, at: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if at.y() < paint.RULER:
            shape = Qt.CursorShape.OpenHandCursor
        elif at.y() < paint.RULER + paint.STRIP:
            part, _ = self.regions.part(self._second(at.x()), self._grip)
            ends = part in ("start", "end")
            shape = Qt.CursorShape.SizeHorCursor if ends else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms, with Shift it moves; two fingers on a trackpad move, with Ctrl zoom."""
        keys, angle = event.modifiers(), event.angleDelta()
        trackpad = event.phase() != Qt.ScrollPhase.NoScrollPhase and event.hasPixelDelta()
        if trackpad and not keys & Qt.KeyboardModifier.ControlModifier:
            self.pan(event.pixelDelta().x() or event.pixelDelta().y())
        elif keys & Qt.KeyboardModifier.ShiftModifier or (angle.x() and not angle.y()):
            self.pan(angle.x() or angle.y())
        elif angle.y():
            self.zoom_by(STEP ** (angle.y() / 120), event.position().x())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_by(1 + event.value(), event.position().x())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not sound_keys.handle(self, event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.line.set_width(self.width())
        self._looked()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _moved(self, _: float) -> None:
        if (
            self.playhead
            and self.player.playing
            and self.line.follow(self.player.position * self.rate)
        ):
            self._looked()
        self.update()

    def _player_changed(self) -> None:
        if self.source != self._source:
            self._source = self.source
            self.redraw()
        self._describe()
        self.update()

    # ---- drawing and words ------------------------------------------------------------------

    def redraw(self) -> None:
        """All but the playhead and the selection is drawn anew."""
        self._ground = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        ground = self._ground
        if ground is None or ground.devicePixelRatio() != ratio:
            ground = self._ground = QPixmap(self.size() * ratio)
            ground.setDevicePixelRatio(ratio)
            self.tiles.want(drawing.ground(QPainter(ground), self))
        painter = QPainter(self)
        painter.drawPixmap(0, 0, ground)
        if self.sketch is not None:
            drawing.over(painter, self)
        if self.hasFocus():
            canvas_paint.focus_frame(painter, self.rect())
        painter.end()

    def _describe(self) -> None:
        position, length = clock(self.player.position), clock(self.seconds)
        parts = [
            self.tr("{position} of {length}").format(position=position, length=length),
            self.tr("Voice regions: {n}").format(n=len(self.regions)),
        ]
        if 0 <= self.chosen < len(self.regions):
            first, last = (clock(t, 1) for t in self.regions[self.chosen])
            parts.append(self.tr("chosen: {first} to {last}").format(first=first, last=last))
        self.setAccessibleDescription(". ".join(parts))
        self.region_chosen.emit()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Recording"))
        self._describe()
        self.redraw()
