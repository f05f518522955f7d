"""The built-in voice detector's network: two spectrograms, max-feature-map convolutions, attention.

After the light CNNs of the ASVspoof challenges (Lavrentyeva et al., 1904.05576) on linear-frequency
spectrograms: unlike mel bands they look at the upper half of the spectrum, where vocoders leave
most of their traces, as closely as at the lower. The short window shows what happens within a
pitch period, the long one shows partials.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

RATE = 16_000
WINDOW = 3.0  # seconds that get one score
HOP = 160  # samples, 10 ms
BINS = 240  # of 31.25 Hz: up to 7.5 kHz; above it a resampler's filter is seen, not a voice
_FFT = 512
_WINDOWS = (400, 96)  # samples


def spectrograms(waves: Tensor) -> Tensor:
    """(n, samples) in [-1, 1] at 16 kHz -> (n, 2, BINS, frames), 100 frames a second.

    Log power by a 25 ms and a 6 ms window, each frequency with mean 0 and variance 1 over the time
    given: what a microphone or a filter adds is constant, and goes."""
    found = []
    with torch.autocast(waves.device.type, enabled=False):
        waves = waves.float()
        waves = waves / waves.std(1, keepdim=True).clamp(min=1e-5)
        for size in _WINDOWS:
            window = torch.hann_window(size, device=waves.device)
            power = torch.stft(
                waves, _FFT, HOP, size, window, pad_mode="reflect", return_complex=True
            )
            level = (power[:, :BINS].abs().square() / size + 1e-6).log()
            mean, spread = level.mean(-1, keepdim=True), level.std(-1, keepdim=True)
            found.append((level - mean) / (spread + 0.1))
    return torch.stack(found, 1)


class _Layer(nn.Module):
    """Convolution and max-feature-map: the larger of two halves of channels (Wu et al. 2018)."""

    def __init__(self, before: int, after: int, side: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(before, 2 * after, side, padding=side // 2, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(2 * after)

    def forward(self, x: Tensor) -> Tensor:
        first, second = self.norm(self.convolution(x)).chunk(2, 1)
        return torch.maximum(first, second)


class VoiceNet(nn.Module):
    """Spectrograms -> seven layers -> attentive mean and spread over time -> one logit."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _Layer(2, width, 5),
            nn.MaxPool2d(2),
            _Layer(width, width, 1),
            _Layer(width, 2 * width, 3),
            nn.MaxPool2d(2),
            _Layer(2 * width, 2 * width, 1),
            _Layer(2 * width, 2 * width, 3),
            nn.MaxPool2d(2),
            _Layer(2 * width, 2 * width, 3),
            nn.MaxPool2d((2, 1)),
        )
        self.join = nn.Sequential(
            nn.Conv1d(2 * width * (BINS // 16), 96, 1, bias=False), nn.BatchNorm1d(96), nn.ReLU()
        )
        self.attention = nn.Sequential(nn.Conv1d(96, 32, 1), nn.Tanh(), nn.Conv1d(32, 96, 1))
        self.head = nn.Sequential(nn.Dropout(0.4), nn.Linear(2 * 96, 1))

    def forward(self, waves: Tensor) -> Tensor:
        """(n, samples) at 16 kHz, at least half a second -> (n,): above 0 leans to "made"."""
        x = self.layers(spectrograms(waves))
        x = functional.dropout2d(x, 0.2, self.training).flatten(1, 2)
        x = self.join(x)
        weight = self.attention(x).float().softmax(-1)
        x = x.float()
        mean = (weight * x).sum(-1)
        spread = ((weight * x.square()).sum(-1) - mean.square()).clamp(min=1e-5).sqrt()
        logits: Tensor = self.head(torch.cat([mean, spread], 1))[:, 0]
        return logits


def folded(model: VoiceNet) -> VoiceNet:
    """The same function for looking only, but faster: each normalisation, which is constant after
    training, is folded into the convolution before it. Changes ``model``."""
    model.eval()
    for layer in model.layers:
        if isinstance(layer, _Layer) and isinstance(layer.norm, nn.BatchNorm2d):
            layer.convolution = nn.utils.fuse_conv_bn_eval(layer.convolution, layer.norm)
            layer.norm = nn.Identity()
    return model.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
