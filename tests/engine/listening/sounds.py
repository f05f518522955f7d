"""Recordings made up on the spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

RATE = 16_000


def tone(
    hertz: float, seconds: float, level: float = 0.5, rate: int = RATE
) -> npt.NDArray[np.float32]:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def save(file: Path, samples: npt.NDArray[np.float32], rate: int = RATE, **more: str) -> Path:
    soundfile.write(file, samples, rate, **more)
    return file
