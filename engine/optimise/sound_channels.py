"""Transformations of sound sampled in front of a speaker encoder (EOT): rooms, tone, noise, crops
and what a codec takes away. Waves are (n, samples) at 16 kHz; all are differentiable.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from engine.optimise.channels import Channel, Transform, uniform

RATE = 16_000
TAIL = RATE // 4  # longest room, in samples


def room(random: torch.Generator) -> Transform:
    """A direct sound and a decaying tail."""
    decay, wet = uniform(random, 0.08, 0.4), uniform(random, 0.1, 0.5)
    time = torch.arange(TAIL) / RATE
    tail = torch.randn(TAIL, generator=random) * (-6.9 * time / decay).exp()
    tail[: RATE // 500] = 0
    response = wet * tail / tail.norm().clamp(min=1e-6)
    response[0] += 1
    return lambda waves: _filtered(waves, torch.fft.rfft(response, waves.shape[1] + TAIL))


def tone(random: torch.Generator) -> Transform:
    """A smooth tone curve of a few dB, sometimes a narrower band."""
    curve = torch.randn(1, 1, 8, generator=random) * 3
    edge = uniform(random, 3200, 9000)

    def transform(waves: Tensor) -> Tensor:
        bins = (waves.shape[1] + TAIL) // 2 + 1
        level = functional.interpolate(curve, bins, mode="linear", align_corners=True)[0, 0]
        hertz = torch.linspace(0, RATE / 2, bins)
        level = level - 240 * (hertz / edge - 1).clamp(0, 0.25)
        return _filtered(waves, (level * (math.log(10) / 20)).exp())

    return transform


def noise(random: torch.Generator) -> Transform:
    """Noise at 12 to 30 dB below the sound."""
    share = 10 ** (-uniform(random, 12, 30) / 20)
    seed = int(torch.randint(2**31, (), generator=random))

    def transform(waves: Tensor) -> Tensor:
        own = torch.Generator().manual_seed(seed)
        extra = torch.randn(waves.shape, generator=own)
        level = waves.detach().square().mean(1, keepdim=True).sqrt()
        return waves + share * level * extra

    return transform


def crop(random: torch.Generator) -> Transform:
    """From a half to all of it."""
    share, place = uniform(random, 0.5, 1.0), uniform(random, 0, 1)

    def transform(waves: Tensor) -> Tensor:
        kept = max(RATE // 2, int(waves.shape[1] * share))
        start = int((waves.shape[1] - kept) * place)
        return waves[:, max(start, 0) : max(start, 0) + kept]

    return transform


def codec(random: torch.Generator) -> Transform:
    """Nothing above an edge, and fine detail far below the loudest of each frame lost."""
    depth, edge = uniform(random, 25, 45), uniform(random, 4000, 7500)

    def transform(waves: Tensor) -> Tensor:
        window = torch.hann_window(512)
        spectrum = torch.stft(waves, 512, 128, 512, window, return_complex=True)
        size = spectrum.abs().detach()
        floor = size.amax(1, keepdim=True) * 10 ** (-depth / 20)
        hertz = torch.linspace(0, RATE / 2, size.shape[1])[None, :, None]
        kept = torch.sigmoid(2 * (size / floor.clamp(min=1e-9) - 1)) * (hertz < edge)
        return torch.istft(spectrum * kept, 512, 128, 512, window, length=waves.shape[1])

    return transform


CHANNELS: tuple[Channel, ...] = (room, tone, noise, crop, codec)


def _filtered(waves: Tensor, response: Tensor) -> Tensor:
    size = waves.shape[1] + TAIL
    out: Tensor = torch.fft.irfft(torch.fft.rfft(waves, size) * response, size)
    return out[:, : waves.shape[1]]
