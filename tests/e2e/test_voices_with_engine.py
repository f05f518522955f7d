"""The Voices page with the real desk, the real children and a device made of arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.desk import ApplicationDesk
from engine import api
from tests.app.fake_sound import FakeDevices
from tests.e2e.test_window_with_engine import PATIENCE, drop
from tests.ui import sounds
from ui.desk import State
from ui.pages.voices import VoicesPage
from ui.player import Source
from ui.shell import MainWindow

SECONDS = 12.0


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    folder = tmp_path / "Sprachnachrichten ü 语音"
    return sounds.save(folder / "Folge 1.wav", sounds.speech(SECONDS))


def test_a_dropped_recording_is_seen_heard_and_protected_from_the_keyboard(
    qtbot: QtBot, window: MainWindow, desk: ApplicationDesk, recording: Path
) -> None:
    devices = FakeDevices()
    desk.player()._worker._devices = devices
    before = recording.read_bytes()
    drop(window, [recording], window.rect().center())
    page = window.page(VoicesPage)
    qtbot.waitUntil(page.isVisible, timeout=20_000)
    # The second child, without models, draws it.
    qtbot.waitUntil(lambda: page.view.sketch is not None, timeout=PATIENCE)
    assert page.view.seconds == SECONDS
    qtbot.waitUntil(lambda: page.view.grab() is not None and page.view.tiles.complete)

    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: devices.running, timeout=20_000)
    assert np.isfinite(devices.hear(800)).all()
    qtbot.keyClick(page.view, Qt.Key.Key_Space)

    details = page.panel.details
    details.method.setCurrentIndex(details.method.findData("vocalcrypt"))
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    # The stretch at the cursor comes first, to be heard before the whole is done.
    qtbot.waitUntil(lambda: not page.listening.previewing, timeout=PATIENCE)
    assert list(desk.folder("sounds").glob("preview-*.wav"))

    def done() -> bool:
        return desk.items()[0].state in (State.DONE, State.FAILED)

    qtbot.waitUntil(done, timeout=PATIENCE)
    (item,) = desk.items()
    assert item.state is State.DONE, item.problem
    result = item.result
    assert isinstance(result, api.VoiceResult) and result.receipt is not None
    original, rate = soundfile.read(recording)
    protected, other = soundfile.read(result.output)
    assert (protected.shape, other) == (original.shape, rate)
    assert not np.array_equal(protected, original)
    assert recording.read_bytes() == before
    assert desk.history() == (result.receipt,)
    qtbot.waitUntil(lambda: page.view.protected == result.output, timeout=20_000)
    qtbot.waitUntil(lambda: page.view.sketch is not None, timeout=PATIENCE)
    said = "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert result.output.name in said
    desk.player().choose(Source.DIFFERENCE)
    qtbot.waitUntil(lambda: page.view.grab() is not None and page.view.tiles.complete)
