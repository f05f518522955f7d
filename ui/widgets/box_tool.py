"""The boxes of faces on the canvas: drawn, and changed with the mouse or the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from engine import api
from ui import theme
from ui.widgets import canvas_paint as paint
from ui.widgets.face_marks import WHOLE, FaceMarks, Part, moved
from ui.widgets.small import announce

if TYPE_CHECKING:
    from ui.widgets.compare import CompareView

GRIP = 8  # how near a side a press must be to take it, in logical pixels
STEP, FAR = 0.005, 0.03  # of an arrow key, in shares of the photo; with Shift
NEW = 0.2  # width of a box made with the keyboard, in shares of the photo's shorter side

translate = QCoreApplication.translate


class BoxTool(QObject):
    """Belongs to a ``CompareView``; ``marks`` are those of the photo that it shows."""

    changed = Signal()
    picked = Signal()  # another box is chosen, or none
    left = Signal()  # Escape

    def __init__(self, view: CompareView) -> None:
        super().__init__(view)
        self.view = view
        self.marks: FaceMarks | None = None
        self.active = False
        self.chosen = -1
        self._part: Part = WHOLE
        self._last: tuple[float, float] | None = None
        self._drawn_from: tuple[float, float] | None = None  # a new box is being drawn
        self._drawn: api.FaceBox | None = None

    def show(self, marks: FaceMarks | None) -> None:
        if marks is not self.marks:
            self.marks, self.chosen = marks, -1
            self._last = self._drawn_from = self._drawn = None
        elif marks is not None and self.chosen >= len(marks.marks):
            self.chosen = -1
        self.view.update()

    def set_active(self, active: bool) -> None:
        """Let the boxes be set, or only show them."""
        self.active = active
        self._last = self._drawn_from = self._drawn = None
        self._tell()

    # ---- what the bar and the keyboard do ---------------------------------------------------

    def add(self) -> None:
        """A box in the middle of what is in view."""
        if self.marks is None:
            return
        width, height = self.view.viewport.image
        x, y = self.view.viewport.centre[0] / width, self.view.viewport.centre[1] / height
        side = NEW * min(width, height) / 2
        dx, dy = side / width, 1.3 * side / height
        self._chose(self.marks.add(api.FaceBox(x - dx, y - dy, x + dx, y + dy)))
        self._tell()

    def choose(self, by: int) -> None:
        if self.marks and self.marks.marks:
            start = self.chosen if self.chosen >= 0 else (-1 if by > 0 else 0)
            self._chose((start + by) % len(self.marks.marks))
            self.view.update()

    def toggle(self) -> None:
        if self.marks is not None and self.chosen >= 0:
            self.marks.toggle(self.chosen)
            self._chose(self.chosen)
            self._tell()

    def remove(self) -> None:
        if self.marks is not None and self.chosen >= 0:
            self.marks.remove(self.chosen)
            announce(self.view, translate("BoxTool", "Box removed"))
            self._chose(min(self.chosen, len(self.marks.marks) - 1))
            self._tell()

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        key, text = Qt.Key(event.key()), event.text().lower()
        held = event.modifiers()
        arrow = paint.ARROWS.get(key)
        if arrow is not None:
            far = FAR if held & Qt.KeyboardModifier.ShiftModifier else STEP
            sides = (False, False, True, True) if held & Qt.KeyboardModifier.AltModifier else WHOLE
            self._nudge(sides, arrow[0] * far, arrow[1] * far)
        elif text in (",", "."):
            self.choose(1 if text == "." else -1)
        elif text == "n":
            self.add()
        elif key == Qt.Key.Key_Space:
            self.toggle()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            return False
        return True

    def _nudge(self, part: Part, dx: float, dy: float) -> None:
        if self.marks is not None and self.chosen >= 0:
            box = self.marks.marks[self.chosen].box
            self.marks.change(self.chosen, moved(box, part, dx, dy))
            self._tell()

    # ---- the mouse --------------------------------------------------------------------------

    def press(self, at: QPointF) -> None:
        if self.marks is None:
            return
        x, y = self._share(at)
        number, self._part = self.marks.grip(x, y, *self._near())
        if number >= 0:
            self._chose(number)
            self._last = (x, y)
        else:
            self._chose(-1)
            self._drawn_from = (x, y)
        self.view.update()

    def drag(self, at: QPointF) -> None:
        x, y = self._share(at)
        if self.marks is None:
            return
        if self._last is not None and self.chosen >= 0:
            box = self.marks.marks[self.chosen].box
            self.marks.change(
                self.chosen, moved(box, self._part, x - self._last[0], y - self._last[1])
            )
            self._last = (x, y)
            self._tell()
        elif self._drawn_from is not None:
            self._drawn = api.FaceBox(*self._drawn_from, x, y)
            self.view.update()

    def release(self) -> None:
        if self.marks is not None and self._drawn is not None:
            self._chose(self.marks.add(self._drawn))
            self._tell()
        self._last = self._drawn_from = self._drawn = None
        self.view.update()

    def cursor(self, at: QPointF) -> Qt.CursorShape:
        shape = Qt.CursorShape
        if self.marks is None:
            return shape.ArrowCursor
        number, part = self.marks.grip(*self._share(at), *self._near())
        if number < 0:
            return shape.CrossCursor
        if part == WHOLE:
            return shape.SizeAllCursor
        left, top, right, bottom = part
        if (left or right) and (top or bottom):
            falling = (left and top) or (right and bottom)
            return shape.SizeFDiagCursor if falling else shape.SizeBDiagCursor
        return shape.SizeHorCursor if left or right else shape.SizeVerCursor

    def _share(self, at: QPointF) -> tuple[float, float]:
        ratio = self.view.devicePixelRatioF()
        x, y = self.view.viewport.to_image((at.x() * ratio, at.y() * ratio))
        width, height = self.view.viewport.image
        return x / width, y / height

    def _near(self) -> tuple[float, float]:
        grip = GRIP * self.view.devicePixelRatioF() / self.view.viewport.zoom
        width, height = self.view.viewport.image
        return grip / width, grip / height

    # ---- words and drawing ------------------------------------------------------------------

    def describe(self, number: int) -> str:
        """A box for a screen reader."""
        assert self.marks is not None
        mark = self.marks.marks[number]
        said = translate(
            "BoxTool", "Face {number} of {count}, {across} % from the left, {down} % from the top"
        ).format(
            number=number + 1,
            count=len(self.marks.marks),
            across=round(50 * (mark.box.left + mark.box.right)),
            down=round(50 * (mark.box.top + mark.box.bottom)),
        )
        state = translate("BoxTool", "protected") if mark.on else translate("BoxTool", "left out")
        return f"{said}, {state}"

    def description(self) -> str:
        if self.marks is None or not self.marks.marks:
            return translate("BoxTool", "No box yet")
        return ". ".join(self.describe(i) for i in range(len(self.marks.marks)))

    def draw(self, painter: QPainter) -> None:
        if self.marks is None or not (self.active or self.marks.marks):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number, mark in enumerate(self.marks.marks):
            chosen = self.active and number == self.chosen
            self._draw_box(painter, self._rect(mark.box), on=mark.on, chosen=chosen)
        if self._drawn is not None:
            self._draw_box(painter, self._rect(self._drawn), on=True, chosen=True)
        painter.restore()

    def _rect(self, box: api.FaceBox) -> QRectF:
        ratio = self.view.devicePixelRatioF()
        width, height = self.view.viewport.image
        a = QPointF(*self.view.viewport.to_view((box.left * width, box.top * height))) / ratio
        b = QPointF(*self.view.viewport.to_view((box.right * width, box.bottom * height))) / ratio
        return QRectF(a, b).normalized()

    def _draw_box(self, painter: QPainter, rect: QRectF, *, on: bool, chosen: bool) -> None:
        """Light on dark, so that it shows on any picture; dashed and crossed: left out."""
        style = Qt.PenStyle.SolidLine if on else Qt.PenStyle.DashLine
        width = 2.5 if chosen else 1.5
        painter.setPen(QPen(QColor(0, 0, 0, 150), width + 2))
        painter.drawRoundedRect(rect, 4, 4)
        colour = theme.current().colour("focus") if chosen else QColor(255, 255, 255)
        painter.setPen(QPen(colour, width, style))
        painter.drawRoundedRect(rect, 4, 4)
        if not on:
            painter.drawLine(rect.topLeft(), rect.bottomRight())
        if chosen:
            painter.setBrush(colour)
            for corner in (
                rect.topLeft(),
                rect.topRight(),
                rect.bottomLeft(),
                rect.bottomRight(),
            ):
                painter.drawEllipse(corner, 4, 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _chose(self, number: int) -> None:
        self.chosen = number
        if number >= 0 and self.active:
            announce(self.view, self.describe(number))
        self.picked.emit()

    def _tell(self) -> None:
        self.view.update()
        self.changed.emit()
