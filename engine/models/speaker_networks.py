"""Speaker networks that are trained whole: ``ge2e``, ``raw`` and ``xvector`` of
``engine.models.voiceprints``. All hear (n, samples) at 16 kHz and give (n, width)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.cloning import dct
from engine.models.loaders.filterbank import HOP, RATE, WINDOW, triangles

FRAMES, STRIDE = 160, 80  # of a window of the LSTM: 1.6 s, half overlapping


def equally_loud(waves: Tensor) -> Tensor:
    return waves / (waves.square().mean(1, keepdim=True) + 1e-8).sqrt()


def slaney(mels: int) -> Tensor:
    """(201, mels): triangles of unit area on Slaney's mel scale (linear to 1 kHz, then
    logarithmic), 0 to 8 kHz, as librosa has them by default."""
    step = math.log(6.4) / 27
    top = 15 + math.log(RATE / 2 / 1000) / step
    mel = torch.linspace(0, top, mels + 2)
    hertz = torch.where(mel < 15, mel * 200 / 3, 1000 * ((mel - 15) * step).exp())
    bins = torch.linspace(0, RATE / 2, WINDOW // 2 + 1)[:, None]
    rising = (bins - hertz[:-2]) / (hertz[1:-1] - hertz[:-2])
    falling = (hertz[2:] - bins) / (hertz[2:] - hertz[1:-1])
    return torch.minimum(rising, falling).clamp(min=0) * 2 / (hertz[2:] - hertz[:-2])


class SlaneyMel(nn.Module):
    """(n, samples) -> (n, frames, mels): mel power raised to ``exponent``, no logarithm, each band
    with a learnt gain."""

    window: Tensor
    filters: Tensor

    def __init__(self, mels: int, exponent: float) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("filters", slaney(mels), persistent=False)
        self.exponent = exponent
        # Speech falls by about 9 dB an octave: the first guess takes half of that away.
        place = torch.linspace(0.5, 10, mels)
        self.gain = nn.Parameter(exponent * (place.log() - 1.5))

    def forward(self, waves: Tensor) -> Tensor:
        with torch.autocast(waves.device.type, enabled=False):
            waves = equally_loud(waves.float())
            spectrum = torch.stft(waves, WINDOW, HOP, WINDOW, self.window, return_complex=True)
            power = spectrum.real.square() + spectrum.imag.square()
            mel = power.transpose(1, 2) @ self.filters
            if self.exponent != 1:
                mel = (mel + 1e-4) ** self.exponent
            out: Tensor = mel * self.gain.exp()
        return out


class Ge2eEncoder(nn.Module):
    """As GE2E's network (1710.10467): an LSTM over windows of 1.6 s, a rectified layer; a recording
    is the mean of its windows. [R] What the LSTM says in the second half of a window, on average:
    it learns faster than from the last frame alone."""

    def __init__(
        self,
        mels: int = 40,
        hidden: int = 256,
        layers: int = 3,
        width: int = 192,
        exponent: float = 1.0,
    ) -> None:
        super().__init__()
        self.features = SlaneyMel(mels, exponent)
        self.lstm = nn.LSTM(mels, hidden, layers, batch_first=True)
        self.project = nn.Linear(hidden, width)
        self.width = width

    def forward(self, waves: Tensor) -> Tensor:
        x = self.features(waves)
        if x.shape[1] > FRAMES:
            windows = x.unfold(1, FRAMES, STRIDE).transpose(2, 3)
            x = torch.cat([windows, x[:, None, -FRAMES:]], 1)
        else:
            x = x[:, None]
        n, count = x.shape[:2]
        out, _ = self.lstm(x.flatten(0, 1).contiguous())
        heard = out[:, out.shape[1] // 2 :].mean(1)
        embedded = functional.normalize(functional.relu(self.project(heard)) + 1e-4)
        mean: Tensor = embedded.view(n, count, -1).mean(1)
        return mean


class _Tdnn(nn.Module):
    def __init__(self, ins: int, outs: int, kernel: int, dilation: int = 1, stride: int = 1):
        super().__init__()
        padding = dilation * (kernel - 1) // 2
        self.conv = nn.Conv1d(ins, outs, kernel, stride, padding, dilation, bias=False)
        self.norm = nn.BatchNorm1d(outs)
        self.same = ins == outs and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norm(self.conv(x)))
        return x + y if self.same else y


class _Pooled(nn.Module):
    """Mean and deviation over time, with a weight for each frame."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weigh = nn.Conv1d(channels, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        share = self.weigh(x).float().softmax(2)
        x = x.float()
        mean = (x * share).sum(2)
        spread = ((x - mean[:, :, None]).square() * share).sum(2)
        return torch.cat([mean, (spread + 1e-4).sqrt()], 1)


class RawEncoder(nn.Module):
    """Of the waveform itself: learnt band-pass filters (SincNet, 1808.00158), their magnitude, and
    convolutions down to 100 frames a second."""

    time: Tensor
    shape: Tensor

    def __init__(self, filters: int = 64, channels: int = 160, width: int = 160) -> None:
        super().__init__()
        top = 2595 * math.log10(1 + 7600 / 700)
        edges = 700 * (10 ** (torch.linspace(20, top, filters + 1) / 2595) - 1)
        self.low = nn.Parameter(edges[:-1] / RATE)
        self.band = nn.Parameter((edges[1:] - edges[:-1]).clamp(min=50) / RATE)
        self.register_buffer("time", torch.arange(-125.0, 126.0)[None], persistent=False)
        self.register_buffer("shape", torch.hamming_window(251, False)[None], persistent=False)
        self.norm = nn.BatchNorm1d(filters)
        self.down = nn.Sequential(_Tdnn(filters, 96, 5, stride=4), _Tdnn(96, channels, 5, stride=4))
        self.blocks = nn.Sequential(*(_Tdnn(channels, channels, 3, d) for d in (1, 2, 3, 4, 1)))
        self.pool = _Pooled(channels)
        self.project = nn.Linear(2 * channels, width)
        self.width = width

    def kernels(self) -> Tensor:
        """(filters, 1, 251): the difference of two low-passes."""
        low = self.low.abs()[:, None]
        high = (low + self.band.abs()[:, None] + 10 / RATE).clamp(max=0.5)
        both = 2 * high * torch.sinc(2 * high * self.time)
        both = (both - 2 * low * torch.sinc(2 * low * self.time)) * self.shape
        return (both / (high - low).sqrt())[:, None]

    def forward(self, waves: Tensor) -> Tensor:
        heard = functional.conv1d(equally_loud(waves)[:, None], self.kernels(), stride=10)
        x = self.norm((heard.abs() + 1e-2).sqrt())
        embedded: Tensor = self.project(self.pool(self.blocks(self.down(x))))
        return embedded


class XvectorEncoder(nn.Module):
    """An x-vector network (Snyder et al., 2018) on 30 cepstra without their mean over time."""

    window: Tensor
    filters: Tensor
    cosines: Tensor

    def __init__(self, channels: int = 224, last: int = 448, width: int = 160) -> None:
        super().__init__()
        self.register_buffer("window", torch.hamming_window(WINDOW), persistent=False)
        self.register_buffer("filters", triangles(40), persistent=False)
        self.register_buffer("cosines", dct(40, 30), persistent=False)
        c = channels
        self.frames = nn.Sequential(
            _Tdnn(30, c, 5), _Tdnn(c, c, 3, 2), _Tdnn(c, c, 3, 3), _Tdnn(c, c, 1), _Tdnn(c, last, 1)
        )
        self.project = nn.Linear(2 * last, width)
        self.width = width

    def forward(self, waves: Tensor) -> Tensor:
        with torch.autocast(waves.device.type, enabled=False):
            waves = equally_loud(waves.float())
            spectrum = torch.stft(waves, WINDOW, HOP, WINDOW, self.window, return_complex=True)
            power = spectrum.real.square() + spectrum.imag.square()
            mel = (power.transpose(1, 2) @ self.filters + 3e-2).log().transpose(1, 2)
            cepstra = self.cosines @ mel
            x = (cepstra - cepstra.mean(2, keepdim=True)) / 3
        x = self.frames(x).float()
        pooled = torch.cat([x.mean(2), (x.var(2, unbiased=False) + 1e-4).sqrt()], 1)
        embedded: Tensor = self.project(pooled)
        return embedded
