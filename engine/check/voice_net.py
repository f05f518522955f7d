"""The built-in voice detector's network: linear-frequency cepstra, convolutions, attention.

LFCC as in the ASVspoof baselines (Todisco et al., 1904.05441): unlike mel cepstra they look at the
upper half of the spectrum, where vocoders leave most of their traces, as closely as at the lower.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

RATE = 16_000
WINDOW = 3.0  # seconds that get one score
HOP = 160  # samples, 10 ms
_FFT = 512
_BANDS = 60
COEFFICIENTS = 40
_TOP = 7600.0  # Hz; above it a resampler's filter is seen, not a voice


def lfcc(waves: Tensor) -> Tensor:
    """(n, samples) in [-1, 1] at 16 kHz -> (n, COEFFICIENTS, frames), 100 frames a second."""
    window = torch.hann_window(400, device=waves.device)
    spectrum = torch.stft(
        waves, _FFT, HOP, 400, window, center=True, pad_mode="reflect", return_complex=True
    )
    power = spectrum.abs().square()
    energies = (_filters(waves.device) @ power).clamp(min=1e-9).log()
    return _dct(waves.device) @ energies


def normalised(cepstra: Tensor) -> Tensor:
    """Each coefficient with mean 0 and variance 1 over the time given: what a microphone or a
    filter adds is constant, and goes."""
    mean, spread = cepstra.mean(-1, keepdim=True), cepstra.std(-1, keepdim=True)
    return (cepstra - mean) / (spread + 1e-3)


def _filters(device: torch.device) -> Tensor:
    """(_BANDS, bins): triangles of equal width in Hz."""
    centres = torch.linspace(0, _TOP, _BANDS + 2, device=device)
    bins = torch.linspace(0, RATE / 2, _FFT // 2 + 1, device=device)
    width = centres[1] - centres[0]
    return (1 - (bins[None] - centres[1:-1, None]).abs() / width).clamp(min=0)


def _dct(device: torch.device) -> Tensor:
    """(COEFFICIENTS, _BANDS): the orthonormal DCT-II."""
    k = torch.arange(COEFFICIENTS, device=device)[:, None]
    n = torch.arange(_BANDS, device=device)[None]
    basis = torch.cos(math.pi / _BANDS * (n + 0.5) * k) * math.sqrt(2 / _BANDS)
    basis[0] /= math.sqrt(2)
    return basis


class _Block(nn.Module):
    """Dilated convolution with squeeze-and-excitation, added to its input."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.convolution = nn.Sequential(
            nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 1, bias=False),
            nn.BatchNorm1d(width),
        )
        self.gate = nn.Sequential(
            nn.Linear(width, width // 4), nn.ReLU(), nn.Linear(width // 4, width), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.convolution(x)
        return torch.relu(x + y * self.gate(y.mean(-1))[..., None])


class VoiceNet(nn.Module):
    """LFCC -> four blocks -> attentive mean and spread over time -> one logit."""

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.entry = nn.Sequential(
            nn.Conv1d(COEFFICIENTS, width, 5, padding=2, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(*(_Block(width, dilation) for dilation in (1, 2, 3, 4)))
        self.attention = nn.Sequential(nn.Conv1d(width, 32, 1), nn.Tanh(), nn.Conv1d(32, width, 1))
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(2 * width, 1))

    def forward(self, cepstra: Tensor) -> Tensor:
        """(n, COEFFICIENTS, frames), as ``lfcc`` gives them -> (n,): above 0 leans to "made"."""
        x = self.blocks(self.entry(normalised(cepstra)))
        weight = self.attention(x).softmax(-1)
        mean = (weight * x).sum(-1)
        spread = ((weight * x.square()).sum(-1) - mean.square()).clamp(min=1e-5).sqrt()
        logits: Tensor = self.head(torch.cat([mean, spread], 1))[:, 0]
        return logits
