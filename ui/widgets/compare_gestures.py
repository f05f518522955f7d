"""The compare view under a wheel, a trackpad and fingers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QPinchGesture

from ui.widgets.viewport import STEP

if TYPE_CHECKING:
    from ui.widgets.compare import CompareView


def wheel(view: CompareView, event: QWheelEvent) -> None:
    """A wheel zooms; two fingers on a trackpad move the picture, with Ctrl they zoom."""
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    trackpad = event.phase() != Qt.ScrollPhase.NoScrollPhase and event.hasPixelDelta()
    if trackpad and not control:
        view.pan(event.pixelDelta().x(), event.pixelDelta().y())
    elif event.angleDelta().y():
        view.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())


def handle(view: CompareView, event: QEvent) -> bool:
    """Whether the event was a pinch."""
    if isinstance(event, QNativeGestureEvent):
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            view.zoom_by(1 + event.value(), event.position())
            return True
    elif event.type() == QEvent.Type.Gesture:
        pinch = event.gesture(Qt.GestureType.PinchGesture)  # type: ignore[attr-defined]
        if isinstance(pinch, QPinchGesture):
            view.zoom_by(pinch.scaleFactor(), QPointF(view.mapFromGlobal(pinch.centerPoint())))
            return True
    return False
