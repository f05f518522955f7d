"""Integrated loudness of a stream (ITU-R BS.1770-4), a block at a time in bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

ABSOLUTE, RELATIVE = -70.0, -10.0  # gates: LUFS, and LU below the mean of what passes the first
STEP = 0.1  # seconds; a gating block is four of them
OFFSET = -0.691


def k_weighting(rate: int) -> npt.NDArray[np.float64]:
    """(2, 6) second-order sections at ``rate``: the head's high shelf (1681.97 Hz, +4 dB,
    Q 0.7072), then the high pass (38.14 Hz, Q 0.5003); both as bilinear transforms of the
    filters that the recommendation tabulates for 48 kHz."""
    sections = []
    k = np.tan(np.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    norm = 1 + k / q + k * k
    sections.append(
        [
            (high + middle * k / q + k * k) / norm,
            2 * (k * k - high) / norm,
            (high - middle * k / q + k * k) / norm,
            1.0,
            2 * (k * k - 1) / norm,
            (1 - k / q + k * k) / norm,
        ]
    )
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    norm = 1 + k / q + k * k
    sections.append([1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm])
    return np.array(sections)


class Meter:
    """Feed blocks of (frames, channels) in order, then ask."""

    def __init__(self, rate: int, channels: int) -> None:
        self._sections = k_weighting(rate)
        self._state: npt.NDArray[np.float64] = np.zeros((len(self._sections), 2, channels))
        self._step = round(STEP * rate)
        # Surround channels (after left, right, centre) count 1.41 times; LFE is not told apart.
        self._weights = np.array([1.0 if c < 3 else 1.41 for c in range(channels)])
        self._rest: npt.NDArray[np.float64] = np.zeros(0)
        self._powers: list[npt.NDArray[np.float64]] = []

    def add(self, block: npt.NDArray[np.float32]) -> None:
        from scipy.signal import sosfilt

        weighted: Any
        weighted, self._state = sosfilt(self._sections, block, axis=0, zi=self._state)
        power = np.concatenate([self._rest, np.square(weighted) @ self._weights])
        whole = len(power) // self._step * self._step
        self._powers.append(power[:whole].reshape(-1, self._step).mean(1))
        self._rest = power[whole:]

    def integrated(self) -> float | None:
        """In LUFS; None when nothing is as loud as the absolute gate or it is under 0.4 s."""
        steps = np.concatenate([np.zeros(0), *self._powers])
        if len(steps) < 4:
            return None
        blocks = np.convolve(steps, np.full(4, 0.25), "valid")
        loud = blocks[_lufs(blocks) > ABSOLUTE]
        if not len(loud):
            return None
        gate = max(ABSOLUTE, float(_lufs(loud.mean())) + RELATIVE)
        return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _lufs(power: Any) -> Any:
    return OFFSET + 10 * np.log10(np.maximum(power, 1e-12))
