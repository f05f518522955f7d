"""The compare view from the keyboard: looking around, and painting the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.widgets import canvas_paint as paint
from ui.widgets.viewport import STEP

if TYPE_CHECKING:
    from ui.widgets.compare import CompareView

SPLIT_STEP = 0.05
BRUSH_STEP = 1.2


def handle(view: CompareView, event: QKeyEvent) -> bool:
    """Whether the key meant something here."""
    if view.boxes.active:
        return view.boxes.key(event) or _zooming(view, event.text())
    return _painting(view, event) if view.painting else _viewing(view, event)


def _viewing(view: CompareView, event: QKeyEvent) -> bool:
    arrow = paint.ARROWS.get(Qt.Key(event.key()))
    if arrow is not None and _shift(event) and arrow[0]:
        view.set_split(view.split + SPLIT_STEP * arrow[0])
    elif arrow is not None:
        view.pan(-arrow[0] * view.width() / 10, -arrow[1] * view.height() / 10)
    elif event.text() in ("[", "]"):
        view.set_split(view.split + (SPLIT_STEP if event.text() == "]" else -SPLIT_STEP))
    else:
        return _zooming(view, event.text())
    return True


def _zooming(view: CompareView, text: str) -> bool:
    if text in ("+", "="):
        view.zoom_by(STEP)
    elif text in ("-", "_"):
        view.zoom_by(1 / STEP)
    elif text == "0":
        view.fit()
    elif text == "1":
        view.actual_size()
    else:
        return False
    return True


def _painting(view: CompareView, event: QKeyEvent) -> bool:
    key, text = Qt.Key(event.key()), event.text().lower()
    arrow = paint.ARROWS.get(key)
    if arrow is not None:
        view.move_pen(arrow, 4 if _shift(event) else 1)
    elif key == Qt.Key.Key_Space:
        view.press_pen()
    elif text in ("[", "]"):
        view.set_brush(round(view.brush * (BRUSH_STEP if text == "]" else 1 / BRUSH_STEP)))
    elif text == "e":
        view.set_erasing(not view.erasing)
    elif text == "i":
        view.invert_mask()
    elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        view.clear_mask()
    elif key == Qt.Key.Key_Escape:
        view.painting_left.emit()
    else:
        return _zooming(view, text)
    return True


def _shift(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
