"""The recorder with a microphone made of arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from pytestqt.qtbot import QtBot

from app.recorder import SoundRecorder
from engine.problems import Problem
from tests.app.fake_sound import FakeDevices


def test_it_records_what_the_microphone_takes(qtbot: QtBot, tmp_path: Path) -> None:
    devices = FakeDevices()
    recorder = SoundRecorder(devices)
    levels: list[tuple[float, float]] = []
    recorder.level.connect(lambda level, seconds: levels.append((level, seconds)))
    recorder.start(tmp_path / "voice.wav")
    qtbot.waitUntil(lambda: devices.running, timeout=10_000)
    assert recorder.recording and devices.take is not None
    samples = np.linspace(-0.5, 0.5, 1600, dtype=np.float32)[:, None]
    devices.take(samples)
    devices.take(samples)
    qtbot.waitUntil(lambda: any(level == 0.5 for level, _ in levels), timeout=10_000)
    with qtbot.waitSignal(recorder.finished, timeout=10_000):
        recorder.stop()
    assert not recorder.recording and devices.streams[0].closed
    heard, rate = soundfile.read(tmp_path / "voice.wav", dtype="float32")
    assert rate == 16_000
    assert np.allclose(heard, np.tile(samples[:, 0], 2), atol=1e-6)
    recorder.close()


def test_no_microphone_is_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    recorder = SoundRecorder(FakeDevices(problem=Problem("sound.no-input")))
    with qtbot.waitSignal(recorder.failed, timeout=10_000) as failed:
        recorder.start(tmp_path / "voice.wav")
    assert failed.args is not None and failed.args[0].code == "sound.no-input"
    assert not recorder.recording


def test_a_folder_that_cannot_be_written_is_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    recorder = SoundRecorder(FakeDevices())
    with qtbot.waitSignal(recorder.failed, timeout=10_000) as failed:
        recorder.start(tmp_path / "missing" / "voice.wav")
    assert failed.args is not None and failed.args[0].code == "folder.unwritable"
