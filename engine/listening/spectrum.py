"""Columns of a spectrogram as grey values, the rows even in mel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.api.listening import TILE_ROWS, TOP_HZ

FLOOR_DB, CEILING_DB = -100.0, -10.0


def mel(hertz: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    """O'Shaughnessy's formula, as HTK has it."""
    return 2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0)


def hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 700.0 * (10.0 ** (mels / 2595.0) - 1.0)


class Spectrum:
    """Hann windows of about 43 ms at ``rate``; a full-scale sine reads 0 dB."""

    def __init__(self, rate: int) -> None:
        self.size = 1 << max(6, round(np.log2(0.043 * rate)))
        top = min(TOP_HZ, rate / 2)
        edges = hertz(np.linspace(mel(top), 0.0, TILE_ROWS + 1))
        bins = np.clip(edges * self.size / rate, 0, self.size // 2)
        # Each row takes the strongest bin it covers; narrow ones interpolate at their middle.
        self._first = np.floor(bins[1:]).astype(int)
        self._last = np.maximum(np.ceil(bins[:-1]).astype(int), self._first + 1)
        middle = (bins[1:] + bins[:-1]) / 2
        self._below = np.minimum(np.floor(middle).astype(int), self.size // 2 - 1)
        self._share = (middle - self._below).astype(np.float32)
        self._narrow = bins[:-1] - bins[1:] < 1.0
        self._window = np.hanning(self.size + 1)[:-1].astype(np.float32)

    def columns(
        self, mono: npt.NDArray[np.float32], centres: Sequence[int], gain: float = 1.0
    ) -> npt.NDArray[np.uint8]:
        """(len(centres), TILE_ROWS) of grey, top row first; silence outside ``mono``."""
        if not centres:
            return np.zeros((0, TILE_ROWS), np.uint8)
        half = self.size // 2
        padded = np.pad(mono, (half, half + max(0, max(centres) - len(mono))))
        frames = np.stack([padded[c : c + self.size] for c in centres])
        power = np.abs(np.fft.rfft(frames * self._window)) * (2.0 * gain / self._window.sum())
        rows = power[:, self._below] * (1 - self._share) + power[:, self._below + 1] * self._share
        for row in np.flatnonzero(~self._narrow):
            rows[:, row] = power[:, self._first[row] : self._last[row]].max(1)
        level = 20 * np.log10(np.maximum(rows, 1e-7))
        grey = (level - FLOOR_DB) * (255 / (CEILING_DB - FLOOR_DB))
        made: npt.NDArray[np.uint8] = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
        return made
