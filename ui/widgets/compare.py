"""The canvas: one photo before and after, at any zoom, with the mask painted on top.

Three modes share one zoom and pan: ``compare`` (before and after with a divider), ``difference``
(what changed, times ten) and ``seen`` (what the autoencoder sees of each, with the divider).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine import api
from ui import theme
from ui.widgets import canvas_paint as paint, compare_gestures, compare_keys, compare_words
from ui.widgets.box_tool import BoxTool
from ui.widgets.layers import MODES, Layers
from ui.widgets.mask import Mask
from ui.widgets.pyramid import Pyramid
from ui.widgets.viewport import Viewport

MARGIN = 40  # kept free around a fitted picture
GRIP = 14  # how near the divider a press must be to take it
SMOOTH_AFTER = 120  # ms of rest until a large moving picture is drawn smoothly again
SMOOTH_ALWAYS = 1_500_000  # screen pixels that can be drawn smoothly at every step
BRUSH_MIN, BRUSH_MAX = 6, 240


class CompareView(QWidget):
    zoom_changed = Signal(float)
    modes_changed = Signal(object)  # tuple of the modes there is something to show for
    picture_changed = Signal()  # something was loaded, or another photo is shown
    mask_changed = Signal()
    brush_changed = Signal(int)
    erasing_changed = Signal(bool)
    painting_left = Signal()  # Escape

    def __init__(self, result: str = "protected", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result = result  # "marked" for a watermark
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.viewport = Viewport()
        self.mode = "compare"
        self.split = 0.5
        self.painted_mask: Mask | None = None
        self.painting = False
        self.erasing = False
        self.brush = 56  # diameter in logical pixels of the screen
        self.layers = Layers(self)
        self.boxes = BoxTool(self)
        self.boxes.changed.connect(self._describe)
        self.layers.changed.connect(self._refresh)
        self._modes: tuple[str, ...] = ()
        self._drag: str | None = None
        self._last = QPointF()
        self._pen: QPointF | None = None  # where the brush is, in photo pixels
        self._pen_down = False
        self._moving = False
        self._rest = QTimer(self, singleShot=True, interval=SMOOTH_AFTER)
        self._rest.timeout.connect(self._at_rest)
        self.retranslate()

    # ---- what is shown ----------------------------------------------------------------------

    def show_photo(
        self,
        photo: Path | None,
        protected: Path | None = None,
        pictures: Iterable[api.Picture] = (),
    ) -> None:
        """Show ``photo``, and ``protected`` beside it once there is such a file."""
        if photo != self.layers.photo:
            self._pen, self._pen_down = None, False
        self.layers.show(photo, protected, pictures)

    def set_mode(self, mode: str) -> None:
        self.mode = mode
        self._refresh()

    def _refresh(self) -> None:
        """Bring size, modes and what is loaded in line with what there is to show."""
        reference = self.layers.get("original") or self.layers.get("protected")
        if reference is not None:
            self.viewport.set_image(reference.size.width(), reference.size.height())
            self.zoom_changed.emit(self.viewport.zoom)
        modes = self.layers.modes()
        if modes != self._modes:
            self._modes = modes
            self.modes_changed.emit(modes)
        if self.mode == "difference":
            self.layers.want_difference()
        self._want_pixels()
        self.picture_changed.emit()
        self._describe()
        self.update()

    def _want_pixels(self) -> None:
        self.layers.want_pixels(self.viewport.zoom * self.viewport.image[0])

    @property
    def modes(self) -> tuple[str, ...]:
        """Those there is something to show for."""
        return self._modes

    @property
    def shown_mode(self) -> str | None:
        """The wished mode, or ``compare`` while that has nothing to show; None: only a photo."""
        return next((mode for mode in (self.mode, "compare") if mode in self._modes), None)

    def shown(self) -> tuple[str, ...]:
        """Names of the layers on screen, left to right."""
        mode = self.shown_mode
        editing = self.painting or self.boxes.active
        names = MODES[mode] if mode is not None and not editing else ()
        return names if names and all(self.layers.get(name) for name in names) else ("original",)

    # ---- zoom, pan, divider -----------------------------------------------------------------

    def fit(self) -> None:
        self.viewport.fit()
        self._moved()

    def actual_size(self) -> None:
        self.viewport.zoom_to(1.0)
        self._moved()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        where = self._device(at) if at is not None else None
        self.viewport.zoom_by(factor, where)
        self._moved()

    def pan(self, dx: float, dy: float) -> None:
        """By logical pixels."""
        ratio = self.devicePixelRatioF()
        self.viewport.pan(dx * ratio, dy * ratio)
        self._moved()

    def set_split(self, split: float) -> None:
        self.split = min(1.0, max(0.0, split))
        self._moved()

    def _moved(self) -> None:
        self._moving = True
        self._rest.start()
        self._want_pixels()
        self.zoom_changed.emit(self.viewport.zoom)
        self._describe()
        self.update()

    def _at_rest(self) -> None:
        self._moving = False
        self.update()

    def _device(self, point: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        return (point.x() * ratio, point.y() * ratio)

    def picture_rect(self) -> QRectF:
        """The visible part of the picture, in logical pixels."""
        ratio = self.devicePixelRatioF()
        return QRectF(*(value / ratio for value in self.viewport.visible()))

    def divider_x(self) -> float:
        rect = self.picture_rect()
        return rect.left() + self.split * rect.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        ratio = self.devicePixelRatioF()
        self.viewport.set_view(self.width() * ratio, self.height() * ratio, MARGIN * ratio)
        self.zoom_changed.emit(self.viewport.zoom)
        super().resizeEvent(event)

    # ---- the mask ---------------------------------------------------------------------------

    def set_painting(self, painting: bool) -> None:
        self.painting = painting
        self._pen_down = False
        if painting and self.painted_mask is None:
            size = self.layers.photo_size()
            self.painted_mask = Mask(size) if size is not None else None
        self._describe()
        self.update()

    def set_brush(self, diameter: int) -> None:
        self.brush = min(BRUSH_MAX, max(BRUSH_MIN, diameter))
        self.brush_changed.emit(self.brush)
        self.update()

    def set_erasing(self, erasing: bool) -> None:
        self.erasing = erasing
        self.erasing_changed.emit(erasing)
        self.update()

    def clear_mask(self) -> None:
        if self.painted_mask is not None:
            self.painted_mask.clear()
            self._mask_painted()

    def invert_mask(self) -> None:
        if self.painted_mask is not None:
            self.painted_mask.invert()
            self._mask_painted()

    def _paint_to(self, point: QPointF, *, start: bool = False) -> None:
        if self.painted_mask is None:
            return
        radius = self.brush / 2 * self.devicePixelRatioF() / self.viewport.zoom
        before = point if start or self._pen is None else self._pen
        self.painted_mask.stroke(before, point, radius, erase=self.erasing)
        self._mask_painted()

    def _mask_painted(self) -> None:
        self.mask_changed.emit()
        self.update()

    def _to_photo(self, point: QPointF) -> QPointF:
        return QPointF(*self.viewport.to_image(self._device(point)))

    # ---- events -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self.painting and event.button() == Qt.MouseButton.LeftButton:
            self._drag = "paint"
            self._paint_to(self._to_photo(at), start=True)
            self._pen = self._to_photo(at)
        elif self.boxes.active and event.button() == Qt.MouseButton.LeftButton:
            self._drag = "box"
            self.boxes.press(at)
        elif self._on_divider(at):
            self._drag = "split"
        else:
            self._drag = "pan"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._last = at

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag == "split":
            rect = self.picture_rect()
            self.set_split((at.x() - rect.left()) / max(1.0, rect.width()))
        elif self._drag == "pan":
            self.pan(at.x() - self._last.x(), at.y() - self._last.y())
        elif self._drag == "box":
            self.boxes.drag(at)
        elif self.painting:
            point = self._to_photo(at)
            if self._drag == "paint":
                self._paint_to(point)
            self._pen = point
            self.update()
        self._last = at
        if self._drag is None:
            self._show_cursor(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag == "box":
            self.boxes.release()
        self._drag = None
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.painting or self.boxes.active or self._on_divider(event.position()):
            return
        if self.viewport.fitted:
            self.viewport.zoom_to(1.0, self._device(event.position()))
            self._moved()
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        compare_gestures.wheel(self, event)
        event.accept()

    def event(self, event: QEvent) -> bool:
        return compare_gestures.handle(self, event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not compare_keys.handle(self, event):
            super().keyPressEvent(event)

    def press_pen(self) -> None:
        """Set the keyboard's brush down, or lift it."""
        self._pen_down = not self._pen_down
        self.move_pen((0, 0), 1)

    def move_pen(self, arrow: tuple[int, int], steps: int) -> None:
        """Move the brush with the keyboard by half its width; it paints while it is down."""
        if self._pen is None:
            self._pen = QPointF(*self.viewport.centre)
        step = steps * self.brush / 2 * self.devicePixelRatioF() / self.viewport.zoom
        width, height = self.viewport.image
        point = QPointF(
            min(width, max(0.0, self._pen.x() + arrow[0] * step)),
            min(height, max(0.0, self._pen.y() + arrow[1] * step)),
        )
        if self._pen_down:
            self._paint_to(point)
        self._pen = point
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._pen = None
            self.update()
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _on_divider(self, at: QPointF) -> bool:
        return len(self.shown()) == 2 and abs(at.x() - self.divider_x()) <= GRIP

    def _show_cursor(self, at: QPointF) -> None:
        shape = Qt.CursorShape
        if self.painting:
            self.setCursor(shape.CrossCursor)
        elif self.boxes.active:
            self.setCursor(self.boxes.cursor(at))
        elif self._on_divider(at):
            self.setCursor(shape.SplitHCursor)
        else:
            self.setCursor(shape.ArrowCursor if self.viewport.fitted else shape.OpenHandCursor)

    # ---- drawing and words ------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().colour("canvas"))
        names = self.shown()
        layers = [self.layers.get(name) for name in names]
        rect = self.picture_rect()
        if layers[0] is None:
            paint.message(painter, self.rect(), compare_words.message(self.layers))
        else:
            self._paint_picture(painter, rect, names, layers)
        if self.hasFocus():
            paint.focus_frame(painter, self.rect())
        painter.end()

    def _paint_picture(
        self, painter: QPainter, rect: QRectF, names: tuple[str, ...], layers: list[Pyramid | None]
    ) -> None:
        paint.shadow(painter, rect)
        ratio = self.devicePixelRatioF()
        area = rect.width() * rect.height() * ratio * ratio
        smooth = not self._moving or area < SMOOTH_ALWAYS
        left, right = rect, QRectF()
        if len(layers) == 2:
            x = round(self.divider_x() * ratio) / ratio
            left = QRectF(rect.left(), rect.top(), x - rect.left(), rect.height())
            right = QRectF(x, rect.top(), rect.right() - x, rect.height())
        for layer, part in zip(layers, (left, right), strict=False):
            if layer is not None and not part.isEmpty():
                paint.layer(painter, layer, part, self.viewport, ratio, smooth=smooth)
        mask = self.painted_mask if len(layers) == 1 else None
        if mask is not None and (self.painting or mask.painted):
            strength = 0.55 if self.painting else 0.25
            paint.mask(painter, mask, rect, self.viewport, ratio, strength)
        if len(layers) == 2:
            left_badge, right_badge = (compare_words.badge(n, self._result) for n in names)
            paint.badges(painter, rect, left_badge, right_badge)
            paint.divider(painter, rect, self.divider_x(), focused=self.hasFocus())
        elif names != ("original",):
            paint.badges(painter, rect, compare_words.badge(names[0], self._result), "")
        if len(layers) == 1 and not self.painting:
            self.boxes.draw(painter)
        if self.painting and self._pen is not None:
            centre = QPointF(*self.viewport.to_view((self._pen.x(), self._pen.y()))) / ratio
            paint.brush(painter, centre, self.brush / 2, filled=self._pen_down)

    def _describe(self) -> None:
        """Keep what a screen reader says in line with what is drawn."""
        zoom = self.viewport.zoom
        state = (zoom, self.split, self.painting)
        words = compare_words.description(self.shown(), self._result, *state)
        more = ". " + self.boxes.description() if self.boxes.active else ""
        self.setAccessibleDescription(words + more)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Picture"))
        self._describe()
        self.update()
