"""The canvas of a recording from the keyboard: playing, looking around, editing regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.player import Source
from ui.widgets.timeline import STEP

if TYPE_CHECKING:
    from ui.widgets.sound_view import SoundView

SOURCES = {"a": Source.ORIGINAL, "b": Source.PROTECTED, "d": Source.DIFFERENCE}
NUDGE = 0.1  # seconds that Alt with an arrow moves a region


def handle(view: SoundView, event: QKeyEvent) -> bool:
    """Whether the key meant something here."""
    if view.sketch is None:
        return False
    if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier):
        return False
    return _playing(view, event) or _looking(view, event) or _editing(view, event)


def _playing(view: SoundView, event: QKeyEvent) -> bool:
    key, text, player = Qt.Key(event.key()), event.text().lower(), view.player
    far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    arrows = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
    if key in arrows and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
        # A twentieth of what is in view, so that it fits every zoom.
        step = view.width() * view.line.per_pixel / view.rate / (4 if far else 20)
        view.seek(player.position + arrows[key] * step)
    elif key == Qt.Key.Key_Home:
        view.seek(0)
    elif key == Qt.Key.Key_End:
        view.seek(view.seconds)
    elif key == Qt.Key.Key_Space:
        (player.pause if player.playing else player.play)()
    elif text in SOURCES:
        player.choose(SOURCES[text])
    elif text == "l":
        view.toggle_loop()
    elif key == Qt.Key.Key_Escape and player.loop is not None:
        player.set_loop(None)
    else:
        return False
    return True


def _looking(view: SoundView, event: QKeyEvent) -> bool:
    text = event.text()
    if text in ("+", "="):
        view.zoom_by(STEP**2)
    elif text in ("-", "_"):
        view.zoom_by(STEP**-2)
    elif text == "0":
        view.fit()
    elif event.key() == Qt.Key.Key_PageDown:
        view.pan(-view.width() * 0.8)
    elif event.key() == Qt.Key.Key_PageUp:
        view.pan(view.width() * 0.8)
    else:
        return False
    return True


def _editing(view: SoundView, event: QKeyEvent) -> bool:
    key, text = Qt.Key(event.key()), event.text().lower()
    alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
    if text == "r":
        view.add_region()
    elif text in (",", "."):
        view.choose_region(1 if text == "." else -1)
    elif text == "[":
        view.change_region(start=view.player.position)
    elif text == "]":
        view.change_region(end=view.player.position)
    elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        view.remove_region()
    elif alt and key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and view.chosen >= 0:
        by = NUDGE if key == Qt.Key.Key_Right else -NUDGE
        first, last = view.regions.moved(view.regions[view.chosen], "move", by)
        view.change_region(first, last)
    else:
        return False
    return True
