"""Recordings made for tests: a voice-like sound, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from engine.measure.loudness import Meter
from engine.media.recording import Recording
from engine.media.recording_write import Shares, channel_shares


def voice(
    seconds: float = 2.0, rate: int = 16_000, hertz: float = 120.0, seed: int = 0
) -> npt.NDArray[np.float64]:
    """Syllables of a buzz through formants, between silences: (samples,), peak 0.5."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    pitch = hertz * (1 + 0.06 * np.sin(2 * np.pi * 0.7 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    sound = np.zeros(len(time))
    moving = 1 + 0.25 * np.sin(2 * np.pi * 1.3 * time)
    for k in range(1, int(min(rate / 2, 4000) / (hertz * 1.1))):
        at = k * pitch
        formants = sum(
            g * np.exp(-(((at - f * moving) / w) ** 2))
            for f, w, g in ((600, 200, 1.0), (1400, 300, 0.5), (2600, 400, 0.25))
        )
        sound += (formants + 0.02) * np.sin(k * phase)
    syllables = np.clip(3 * np.sin(2 * np.pi * 2.2 * time + 0.4), 0, 1)
    sound = sound * syllables + 0.001 * random.standard_normal(len(time))
    quiet = (time < 0.15 * seconds) | (time > 0.9 * seconds)
    sound[quiet] = 0
    return np.asarray(0.5 * sound / np.abs(sound).max())


def write(path: Path, sound: npt.NDArray[Any], rate: int, **settings: Any) -> Path:
    soundfile.write(path, sound, rate, **settings)
    return path


def shares(recording: Recording) -> Shares:
    """How much of a change each channel gets."""
    meter = Meter(recording.rate, recording.channels, peaks=False)
    for block in recording.blocks():
        meter.feed(block)
    return channel_shares(meter.power)
