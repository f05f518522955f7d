"""What happens to recordings on their way, as tensor operations on whole batches: rooms, tone,
noise, telephones, lossy codecs. Sounds are float32 (n, samples) in [-1, 1] at 16 kHz, amounts one
number each, on whatever device the sounds lie. Nothing here has gradients.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

RATE = 16_000
_FRAME = 512  # samples of a codec's transform


def draw(n: int, low: float, high: float, device: torch.device) -> Tensor:
    return torch.rand(n, 1, device=device) * (high - low) + low


def in_room(sounds: Tensor, seconds: Tensor, wet: Tensor) -> Tensor:
    """With a tail of decaying noise of ``seconds`` to -60 dB, ``wet`` 0..1 as loud as the sound."""
    n, samples = sounds.shape
    length = RATE // 2
    time = torch.arange(length, device=sounds.device) / RATE
    tail = torch.randn(n, length, device=sounds.device) * (-6.9 * time / seconds).exp()
    tail[:, : RATE // 500] = 0
    tail = wet * tail / tail.norm(dim=1, keepdim=True).clamp(min=1e-6)
    tail[:, 0] += 1
    size = samples + length
    made: Tensor = torch.fft.irfft(torch.fft.rfft(sounds, size) * torch.fft.rfft(tail, size), size)
    return made[:, :samples]


def through_microphone(sounds: Tensor, tilt: Tensor, edge: Tensor) -> Tensor:
    """A smooth random tone curve of ``tilt`` dB deviation; above ``edge`` Hz nothing is left."""
    n, samples = sounds.shape
    spectrum = torch.fft.rfft(sounds)
    curve = torch.randn(n, 1, 9, device=sounds.device) * tilt[:, :, None]
    bins = spectrum.shape[1]
    curve = functional.interpolate(curve, bins, mode="linear", align_corners=True)[:, 0]
    hertz = torch.linspace(0, RATE / 2, bins, device=sounds.device)[None]
    curve = curve - 240 * (hertz / edge - 1).clamp(0, 2)
    shaped = spectrum * (curve * (math.log(10) / 20)).exp()
    made: Tensor = torch.fft.irfft(shaped, samples)
    return made


def noised(sounds: Tensor, decibels: Tensor) -> Tensor:
    """Noise of a random colour, ``decibels`` below the sound."""
    n, samples = sounds.shape
    noise = torch.fft.rfft(torch.randn_like(sounds))
    bins = torch.arange(1, noise.shape[1] + 1, device=sounds.device)[None].float()
    noise = torch.fft.irfft(noise * bins ** -draw(n, 0, 1, sounds.device), samples)
    level = sounds.norm(dim=1, keepdim=True) / noise.norm(dim=1, keepdim=True).clamp(min=1e-9)
    made: Tensor = sounds + noise * level * 10 ** (-decibels / 20)
    return made


def coded(sounds: Tensor, decibels: Tensor, top: Tensor) -> Tensor:
    """A transform codec (MDCT, as MP3, AAC and Opus have): in each of 20 bands the noise lies
    ``decibels`` under the band's own level, what is under the threshold is dropped, and so is
    everything above ``top`` Hz."""
    samples = sounds.shape[1]
    half = _FRAME // 2
    device = sounds.device
    window = (math.pi / _FRAME * (torch.arange(_FRAME, device=device) + 0.5)).sin()
    k = torch.arange(half, device=device).float()[:, None] + 0.5
    place = torch.arange(_FRAME, device=device).float()[None] + 0.5 + half / 2
    basis = (math.pi / half * place * k).cos() * math.sqrt(2 / half) * window
    padded = functional.pad(sounds, (half, _FRAME + -samples % half))
    coefficients = padded.unfold(1, _FRAME, half) @ basis.T  # (n, frames, half)
    edges = (torch.linspace(0, 1, 21) ** 1.6 * half).round().long().clamp(max=half)
    edges = torch.unique(edges)
    sizes = (edges[1:] - edges[:-1]).tolist()
    power = torch.stack(
        [part.square().mean(2) for part in torch.split(coefficients, sizes, 2)], 2
    ).repeat_interleave(torch.tensor(sizes, device=device), 2)
    loudest = power.amax((1, 2), keepdim=True)
    step = (power + 1e-7 * loudest).sqrt() * (12**0.5) * 10 ** (-decibels[..., None] / 20)
    kept = (coefficients / step).round() * step
    hertz = (k[:, 0] / half) * RATE / 2
    kept = kept * (hertz[None, None] < top[..., None])
    frames = kept @ basis
    back = functional.fold(
        frames.transpose(1, 2),
        (1, padded.shape[1] - (padded.shape[1] - _FRAME) % half),
        (1, _FRAME),
        stride=(1, half),
    )[:, 0, 0]
    return back[:, half : half + samples]


def telephone(sounds: Tensor) -> Tensor:
    """8 kHz and eight bits by the mu law (G.711)."""
    edge = torch.full((len(sounds), 1), 3600.0, device=sounds.device)
    made = through_microphone(sounds, torch.zeros_like(edge), edge)
    peak = made.abs().amax(1, keepdim=True).clamp(min=1e-6)
    small = made / peak
    law = small.sign() * (1 + 255 * small.abs()).log() / math.log(256)
    law = (law * 128).round() / 128
    back: Tensor = law.sign() * ((law.abs() * math.log(256)).exp() - 1) / 255 * peak
    return back
