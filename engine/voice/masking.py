"""What an ear does not hear beside a voice: the masking threshold (algorithms 2.1).

Half-Bark bands, tonal and noise-like maskers, spreading with slopes of 27 dB/Bark downwards and
(-27 + 0.37 max(L - 40, 0)) upwards, the absolute threshold of hearing, full scale at 96 dB. At
16 kHz a frame is 64 ms. All of it in tensors, so that whole recordings take a hundredth of their
length; a tonal masker is known by the flatness of the spectrum around it instead of by peaks.
"""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

RATE = 16_000
WINDOW, HOP = 1024, 256
BINS = WINDOW // 2 + 1
FULL_SCALE = 96.0  # dB
BAND = 0.5  # Bark


def stft(waves: Tensor) -> Tensor:
    """(n, samples) -> (n, bins, frames), a full-scale sine having magnitude 1."""
    window = _window()
    return torch.stft(waves, WINDOW, HOP, WINDOW, window, return_complex=True) * (4 / WINDOW)


def istft(spectrum: Tensor, samples: int) -> Tensor:
    return torch.istft(spectrum * (WINDOW / 4), WINDOW, HOP, WINDOW, _window(), length=samples)


def threshold(spectrum: Tensor) -> Tensor:
    """(n, bins, frames) of ``stft`` -> the largest magnitude that stays unheard in each bin, such
    that all bins of a band together are masked."""
    bands, count, distance, centre, quiet = _tables()
    power = spectrum.abs().square() + 1e-12
    level = 10 * (bands @ power).clamp(min=1e-12).log10() + FULL_SCALE  # (n, bands, frames)
    flatness = (bands @ power.log()) / count[:, None] - ((bands @ power) / count[:, None]).log()
    tonal = (-flatness * (10 / math.log(10)) / 12).clamp(0, 1)
    offset = tonal * (-6.025 - 0.275 * centre) + (1 - tonal) * (-2.025 - 0.175 * centre)
    mask = torch.zeros_like(level)
    upward = -27 + 0.37 * (level - 40).clamp(min=0)
    for i in range(len(count)):  # each masker onto all bands: no tensor of bands x bands x frames
        d = distance[i][:, None]  # maskee minus masker, in Bark
        slope = torch.where(d < 0, 27 * d, upward[:, i : i + 1] * d)
        mask = mask + 10 ** ((level[:, i : i + 1] + offset[:, i : i + 1] + slope) / 10)
    mask = mask + 10 ** (quiet[:, None] / 10)
    allowed = (mask / count[:, None]) * 10 ** (-FULL_SCALE / 10)
    owner = bands.argmax(0)
    return allowed[:, owner].sqrt()


def bark(hertz: Tensor) -> Tensor:
    return 13 * (0.00076 * hertz).atan() + 3.5 * (hertz / 7500).square().atan()


def hearing(hertz: Tensor) -> Tensor:
    """The absolute threshold of hearing in dB (Terhardt 1979)."""
    k = (hertz / 1000).clamp(min=0.05)
    return 3.64 * k**-0.8 - 6.5 * (-0.6 * (k - 3.3).square()).exp() + 1e-3 * k**4


@cache
def _window() -> Tensor:
    return torch.hann_window(WINDOW)


@cache
def _tables() -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """(bands, bins) which bin belongs to which band; bins of each; Bark from band to band; centre
    of each (bands, 1); threshold of hearing of each."""
    hertz = torch.arange(BINS) * RATE / WINDOW
    number = (bark(hertz) / BAND).floor().long()
    used = torch.tensor(sorted(set(number.tolist())))
    bands = (number[None] == used[:, None]).float()
    count = bands.sum(1)
    centre = (bands @ bark(hertz)) / count
    quiet = hearing((bands @ hertz) / count).clamp(max=60)
    return bands, count, centre[None] - centre[:, None], centre[:, None], quiet
