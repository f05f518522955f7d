"""Log-mel features as SpeechBrain's recipes for VoxCeleb have them (``Fbank``); differentiable."""

from __future__ import annotations

import torch
from torch import Tensor, nn

RATE = 16000
WINDOW = 400  # samples: 25 ms
HOP = 160  # samples: 10 ms


class Filterbank(nn.Module):
    """(n, samples) at 16 kHz -> (n, frames, mels) in dB, at most 80 dB below the loudest, less
    the mean over time."""

    window: Tensor
    filters: Tensor

    def __init__(self, mels: int) -> None:
        super().__init__()
        self.register_buffer("window", torch.hamming_window(WINDOW), persistent=False)
        self.register_buffer("filters", triangles(mels), persistent=False)

    def forward(self, waves: Tensor) -> Tensor:
        with torch.autocast(waves.device.type, enabled=False):
            spectrum = torch.stft(
                waves.float(), WINDOW, HOP, WINDOW, self.window, center=True, pad_mode="constant",
                return_complex=True,
            )  # fmt: skip
            power = spectrum.real**2 + spectrum.imag**2
            mel = power.transpose(1, 2) @ self.filters
        decibels = 10 * mel.clamp(min=1e-10).log10()
        loudest = decibels.amax(dim=(1, 2), keepdim=True)
        decibels = torch.maximum(decibels, loudest - 80)
        centred: Tensor = decibels - decibels.mean(dim=1, keepdim=True)
        return centred


def triangles(mels: int, window: int = WINDOW) -> Tensor:
    """(window // 2 + 1, mels): triangles between 0 and 8 kHz, evenly spaced in mel, both sides as
    wide as the distance to the next lower centre."""
    low, high = 0.0, 2595 * torch.tensor(1 + RATE / 2 / 700).log10()
    hertz = 700 * (10 ** (torch.linspace(low, float(high), mels + 2) / 2595) - 1)
    width = (hertz[1:] - hertz[:-1])[:-1]
    bins = torch.linspace(0, RATE // 2, window // 2 + 1)[:, None]
    slope = (bins - hertz[1:-1]) / width
    return torch.minimum(1 + slope, 1 - slope).clamp(min=0)
