"""STOI: how much of the words a listener would still understand (Taal, Hendriks, Heusdens and
Jensen, "An algorithm for intelligibility prediction of time-frequency weighted noisy speech", IEEE
Trans. Audio, Speech and Language Processing 19(7), 2011, section II).

At 10 kHz, frames of 256 samples of which those 40 dB below the loudest are left out, a third of an
octave at a time: how well the envelopes of both sounds go together over 384 ms. Within .002 of the
package ``pystoi``; the clean sound is looked at once however many changes are tried on it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

RATE = 10_000
FRAME, HOP, TRANSFORM = 256, 128, 512
SILENT = 40.0  # dB below the loudest frame
BANDS, LOWEST = 15, 150.0  # thirds of an octave, the first one's centre in Hz
SEGMENT = 30  # frames that are compared with one another
CLIP = 1 + 10 ** (15 / 20)  # how far a changed envelope counts above the clean one: -15 dB

Sound = npt.NDArray[np.floating[Any]]


class Intelligibility:
    """``clean`` is (samples,) at ``rate``."""

    def __init__(self, clean: Sound, rate: int) -> None:
        self.rate = rate
        frames = _frames(_resampled(clean, rate))
        level = 20 * np.log10(np.linalg.norm(frames, axis=1) + 1e-16)
        self._spoken = level > (level.max() if len(level) else 0.0) - SILENT
        self._clean = _segments(self._envelopes(frames))

    @property
    def enough(self) -> bool:
        """Whether there is as much speech as a judgement needs."""
        return len(self._clean) > 0

    def of(self, heard: Sound) -> float:
        """-1 to 1, 1 for the clean sound itself; ``heard`` has its length. 0 where it has too
        little speech to tell."""
        if not self.enough:
            return 0.0
        clean, frames = self._clean, _frames(_resampled(heard, self.rate))
        other = _segments(self._envelopes(frames))
        scale = np.linalg.norm(clean, axis=2) / (np.linalg.norm(other, axis=2) + 1e-16)
        other = np.minimum(other * scale[:, :, None], clean * CLIP)
        return float((_standard(clean) * _standard(other)).sum(2).mean())

    def _envelopes(self, frames: Sound) -> Sound:
        """(bands, frames) of what is left when the silent frames are taken out and the others put
        together again."""
        kept = frames[self._spoken]
        joined = np.zeros((len(kept) + 1) * HOP)
        joined[:-HOP] += kept[:, :HOP].ravel()
        joined[HOP:] += kept[:, HOP:].ravel()
        power = np.square(np.abs(np.fft.rfft(_frames(joined), TRANSFORM)))
        return np.asarray(np.sqrt(_thirds() @ power.T))


def _resampled(sound: Sound, rate: int) -> Sound:
    return np.asarray(soxr.resample(np.asarray(sound, np.float64), rate, RATE))


def _frames(sound: Sound) -> Sound:
    """(frames, FRAME), windowed."""
    if len(sound) < FRAME:
        return np.zeros((0, FRAME))
    return np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP] * _window()


def _segments(envelopes: Sound) -> Sound:
    """(segments, bands, SEGMENT)"""
    if envelopes.shape[1] < SEGMENT:
        return np.zeros((0, BANDS, SEGMENT))
    windows = np.lib.stride_tricks.sliding_window_view(envelopes, SEGMENT, axis=1)
    return np.ascontiguousarray(windows.swapaxes(0, 1))


def _standard(segments: Sound) -> Sound:
    centred = segments - segments.mean(2, keepdims=True)
    return np.asarray(centred / (np.linalg.norm(centred, axis=2, keepdims=True) + 1e-16))


@cache
def _window() -> Sound:
    return np.asarray(np.hanning(FRAME + 2)[1:-1])


@cache
def _thirds() -> Sound:
    """(bands, bins) which bins belong to which third of an octave."""
    hertz = np.arange(TRANSFORM // 2 + 1) * (RATE / TRANSFORM)
    centre = LOWEST * 2 ** (np.arange(BANDS) / 3)
    low, high = (
        np.abs(hertz[None] - (centre * 2 ** (side / 6))[:, None]).argmin(1) for side in (-1, 1)
    )
    place = np.arange(len(hertz))[None]
    return np.asarray((place >= low[:, None]) & (place < high[:, None]), np.float64)
