"""The pitch of a voice over time: normalised autocorrelation, then the smoothest likely path.

After Boersma (1993): the autocorrelation of a windowed frame is divided by the window's own, so
that a periodic sound scores 1 at its period whatever the lag. Dynamic programming over the best
candidates of each frame keeps octave jumps out. No model, a hundredth of real time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

RATE = 16_000
HOP = 160  # samples: 10 ms
FRAME = 800  # samples: 50 ms, three periods of 60 Hz
LOWEST, HIGHEST = 65.0, 400.0  # Hz
CANDIDATES = 4
VOICED = 0.42  # autocorrelation above which a frame counts as voiced
JUMP_COST = 1.2  # per octave between neighbouring frames
SWITCH_COST = 0.15  # between voiced and unvoiced
DECIMATION = 2  # autocorrelation is taken at 8 kHz: pitch needs no more

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Pitch:
    """Every 10 ms: ``hertz`` (0 where unvoiced) and ``strength`` in 0..1, how periodic it is."""

    hertz: npt.NDArray[np.float32]
    strength: npt.NDArray[np.float32]

    @property
    def mean(self) -> float:
        """Geometric mean in Hz over voiced frames; 0 without any."""
        voiced = self.hertz[self.hertz > 0]
        return float(np.exp(np.log(voiced).mean())) if len(voiced) else 0.0

    def every(self, hop: int, frames: int) -> Pitch:
        """Resampled to ``frames`` frames of ``hop`` samples, the nearest frame of each."""
        if not len(self.hertz):
            return Pitch(np.zeros(frames, np.float32), np.zeros(frames, np.float32))
        at = np.minimum((np.arange(frames) * hop / HOP).round().astype(int), len(self.hertz) - 1)
        return Pitch(self.hertz[at], self.strength[at])


def track(sound: Sound) -> Pitch:
    """The pitch of 16 kHz mono sound; frame i is centred on sample ``i * HOP``."""
    frames = len(sound) // HOP + 1
    small = soxr.resample(sound, RATE, RATE // DECIMATION)
    size, hop = FRAME // DECIMATION, HOP // DECIMATION
    padded = np.pad(small, (size // 2, size))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop][:frames]
    lag_low = int(RATE / DECIMATION / HIGHEST)
    lag_high = int(RATE / DECIMATION / LOWEST) + 1
    window = np.hanning(size).astype(np.float32)
    length = 1 << (size + lag_high - 1).bit_length()
    own = np.fft.irfft(np.abs(np.fft.rfft(window, length)) ** 2)[: lag_high + 2]
    hertz = np.zeros((frames, CANDIDATES), np.float32)
    score = np.zeros((frames, CANDIDATES), np.float32)
    loud = np.sqrt(np.square(windows).mean(1))
    for begin in range(0, frames, 2048):  # bounded memory for long pieces
        part = slice(begin, begin + 2048)
        block = (windows[part] - windows[part].mean(1, keepdims=True)) * window
        spectrum = np.fft.rfft(block, length)
        power = spectrum.real**2 + spectrum.imag**2
        correlation = np.fft.irfft(power)[:, : lag_high + 2]
        energy = np.maximum(correlation[:, :1], 1e-9)
        correlation = correlation / energy * (own[0] / own)
        hertz[part], score[part] = _peaks(correlation, lag_low, lag_high)
    score[loud < 0.03 * np.quantile(loud, 0.95) + 1e-5] = 0
    return _smoothest(hertz, score)


def _peaks(
    correlation: npt.NDArray[np.floating], low: int, high: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The best local maxima of each row, refined by a parabola: Hz and height."""
    middle = correlation[:, low:high]
    left, right = correlation[:, low - 1 : high - 1], correlation[:, low + 1 : high + 1]
    lags = np.arange(low, high)
    # A little less for longer lags, since twice the period is as good a period.
    height = np.where((middle > left) & (middle >= right), middle, 0)
    biased = height - 0.02 * np.log2(lags / low) * (height > 0)
    best = np.argsort(-biased, axis=1)[:, :CANDIDATES]
    rows = np.arange(len(correlation))[:, None]
    a, b, c = left[rows, best], middle[rows, best], right[rows, best]
    bend = a - 2 * b + c
    shift = np.where(np.abs(bend) > 1e-9, 0.5 * (a - c) / np.where(bend == 0, 1, bend), 0)
    found = RATE / DECIMATION / (lags[best] + np.clip(shift, -0.5, 0.5))
    return found.astype(np.float32), np.clip(biased[rows, best], 0, 1).astype(np.float32)


def _smoothest(hertz: npt.NDArray[np.float32], score: npt.NDArray[np.float32]) -> Pitch:
    """Viterbi over the candidates and the state "unvoiced", which scores ``VOICED``."""
    frames = len(hertz)
    octaves = np.log2(np.maximum(hertz, 1))
    states = CANDIDATES + 1
    gain = np.concatenate([score, np.full((frames, 1), VOICED, np.float32)], 1)
    gain[:, :CANDIDATES][score <= 0] = -1
    jumps = JUMP_COST * np.abs(octaves[1:, None, :] - octaves[:-1, :, None])
    cost = np.full((max(frames - 1, 0), states, states), SWITCH_COST, np.float32)
    cost[:, :CANDIDATES, :CANDIDATES] = jumps
    cost[:, CANDIDATES, CANDIDATES] = 0
    total = gain[0].copy()
    back = np.zeros((frames, states), np.int8)
    for i in range(1, frames):
        through = total[:, None] - cost[i - 1]
        back[i] = through.argmax(0)
        total = through.max(0) + gain[i]
    path = np.zeros(frames, np.int64)
    path[-1] = int(total.argmax())
    for i in range(frames - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    rows = np.arange(frames)
    voiced = path < CANDIDATES
    chosen = np.minimum(path, CANDIDATES - 1)
    strength = np.where(voiced, score[rows, chosen], score.max(1) * 0.5)
    return Pitch(
        np.where(voiced, hertz[rows, chosen], 0).astype(np.float32), strength.astype(np.float32)
    )
