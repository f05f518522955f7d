"""Integrated loudness and true peak of a recording, in one pass and little memory.

ITU-R BS.1770-4: K-weighting, blocks of 400 ms every 100 ms, gates at -70 LUFS and 10 LU below the
mean; the peak of the signal oversampled four times.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Block = npt.NDArray[np.floating]
SURROUND = 1.41  # weight of the two last channels of a surround recording
OVERSAMPLING = 4
RINGING = 0.2  # seconds after which nothing is left of what went into the filters (1e-15)


class Meter:
    """Feed it blocks (frames, channels) in order, then ask. Without ``peaks`` it does not look
    between the samples, which is most of the work."""

    def __init__(self, rate: int, channels: int, peaks: bool = True) -> None:
        import soxr

        self.rate = rate
        self._before = np.zeros((channels, round(RINGING * rate)))
        weights = np.ones(channels)
        if channels >= 5:
            weights[-2:] = SURROUND
        if channels >= 6:
            weights[3] = 0  # the low-frequency channel
        self._weights = weights
        self._hop = rate // 10
        self._left = np.zeros((channels, 0))
        self._powers: list[float] = []  # of each 100 ms
        self._up = (
            soxr.ResampleStream(rate, rate * OVERSAMPLING, channels, dtype="float32")
            if peaks
            else None
        )
        self._peak = 0.0
        self.power = np.zeros(channels)  # of all samples of each channel together

    def feed(self, block: Block, last: bool = False) -> None:
        if len(block):
            self._peak = max(self._peak, _largest(block))
            self.power += np.einsum("fc,fc->c", block, block, dtype=np.float64)
        if self._up is not None:
            finer = self._up.resample_chunk(np.ascontiguousarray(block, np.float32), last=last)
            if len(finer):
                self._peak = max(self._peak, _largest(finer))
        together = np.concatenate([self._left, self._weighted(block)], 1)
        whole = together.shape[1] // self._hop
        cells = together[:, : whole * self._hop].reshape(len(together), whole, self._hop)
        self._powers += (self._weights @ np.square(cells).mean(2)).tolist()
        self._left = together[:, whole * self._hop :]

    def _weighted(self, block: Block) -> npt.NDArray[np.float64]:
        """(channels, frames) after K-weighting, by fast convolution with what came before."""
        before, frames = self._before.shape[1], len(block)
        whole = np.concatenate([self._before, block.T], 1, dtype=np.float64)
        self._before = whole[:, frames:]
        size = _fast(before + frames)
        spectrum = np.fft.rfft(whole, size) * _k_weighting(self.rate, size)
        return np.asarray(np.fft.irfft(spectrum, size)[:, before : before + frames])

    @property
    def loudness(self) -> float | None:
        """LUFS; None for silence."""
        cells = np.array(self._powers)
        if not len(cells):
            left = self._left
            power = self._weights @ np.square(left).mean(1) if left.shape[1] else 0.0
            cells = np.array([power])
        size = min(4, len(cells))
        blocks = np.convolve(cells, np.full(size, 1 / size), "valid")
        blocks = blocks[_level(blocks) > -70]
        if not len(blocks):
            return None
        kept = blocks[_level(blocks) > _level(blocks.mean()) - 10]
        return float(_level(kept.mean()))

    @property
    def true_peak(self) -> float:
        """dBTP, or without ``peaks`` that of the samples; -200 for digital silence."""
        return 20 * math.log10(max(self._peak, 1e-10))


def _largest(block: Block) -> float:
    return max(float(block.max()), -float(block.min()))


def _level(power: Any) -> Any:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-20))


@cache
def _k_weighting(rate: int, size: int) -> npt.NDArray[np.complex128]:
    """The response of both stages at the frequencies of a transform of ``size``."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = np.ones(len(z), np.complex128)
    for above, below in (_shelf(rate), _high_pass(rate)):
        response *= np.polyval(above[::-1], z) / np.polyval(below[::-1], z)
    return response


def _fast(size: int) -> int:
    """The next length of which a transform is quick: 4, 5 or 6 times a power of two."""
    power = 1 << max(0, (size - 1).bit_length() - 3)
    return min(n * power for n in (4, 5, 6, 8) if n * power >= size)


def _shelf(rate: int) -> tuple[Any, Any]:
    """The standard's first stage, a high shelf of +4 dB, for any rate."""
    gain, q, centre = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = math.tan(math.pi * centre / rate)
    high = 10 ** (gain / 20)
    middle = high**0.4996667741545416
    scale = 1 + k / q + k * k
    b = np.array(
        [
            (high + middle * k / q + k * k) / scale,
            2 * (k * k - high) / scale,
            (high - middle * k / q + k * k) / scale,
        ]
    )
    return b, np.array([1, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale])


def _high_pass(rate: int) -> tuple[Any, Any]:
    """The second stage, a high-pass at 38 Hz."""
    q, centre = 0.5003270373238773, 38.13547087602444
    k = math.tan(math.pi * centre / rate)
    scale = 1 + k / q + k * k
    return np.array([1.0, -2.0, 1.0]), np.array(
        [1, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale]
    )
