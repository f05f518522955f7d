"""The built-in speaker encoders: families that share no block.

``lstm``: a d-vector network (GE2E, 1710.10467) on 40 log-mels; ``ecapa``: ECAPA-TDNN (2005.07143),
laid out as in SpeechBrain's checkpoints; ``resnet``: a thin residual network over the 64-band
log-mel picture with statistics pooling (1806.05622); ``statistics``: moments of the cepstra, and
``quantiles`` of a power-compressed spectrum, with nothing learnt but the last projection. Two hear
mel power without a logarithm, as GE2E's published network does: ``dvector``, an LSTM, and
``power``, moments. Of those that ship, ``resnet`` and ``quantiles`` are judges and the others
surrogates. All hear 16 kHz.

Each has ``pooled``, what it hears of a whole recording, and a last linear layer, which the recipe
fits in closed form (linear discriminant analysis) when the rest is trained.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models.cloning import dct
from engine.models.loaders import ecapa
from engine.models.loaders.filterbank import HOP, RATE, WINDOW, triangles
from engine.models.speaker_networks import Ge2eEncoder, RawEncoder, XvectorEncoder, equally_loud

WEIGHTS = "model.safetensors"
LONG = 640  # samples of the longer window of the quantiles: 40 ms


class LogMel(nn.Module):
    """(n, samples) at 16 kHz -> (n, mels, frames): log energy of a mel filterbank every 10 ms."""

    window: Tensor
    filters: Tensor

    def __init__(self, mels: int) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("filters", triangles(mels), persistent=False)

    def forward(self, waves: Tensor) -> Tensor:
        with torch.autocast(waves.device.type, enabled=False):
            # Everybody equally loud, so that the floor below means the same for all.
            waves = equally_loud(waves.float())
            spectrum = torch.stft(waves, WINDOW, HOP, WINDOW, self.window, return_complex=True)
            power = spectrum.real.square() + spectrum.imag.square()
            mel = power.transpose(1, 2) @ self.filters
            log: Tensor = (mel + 1e-2).log().transpose(1, 2)
        return log


class LstmEncoder(nn.Module):
    """Two frames a step; mean and deviation of the last layer over time, projected."""

    def __init__(
        self, mels: int = 40, hidden: int = 160, layers: int = 2, width: int = 160
    ) -> None:
        super().__init__()
        self.features = LogMel(mels)
        self.lstm = nn.LSTM(2 * mels, hidden, layers, batch_first=True)
        self.project = nn.Linear(2 * hidden, width)
        self.width = width

    def pooled(self, waves: Tensor) -> Tensor:
        x = self.features(waves).transpose(1, 2) / 3
        x = x[:, : x.shape[1] // 2 * 2].reshape(x.shape[0], -1, 2 * x.shape[2])
        out, _ = self.lstm(x)
        return torch.cat([out.mean(1), (out.var(1, unbiased=False) + 1e-4).sqrt()], 1)

    def forward(self, waves: Tensor) -> Tensor:
        embedded: Tensor = self.project(self.pooled(waves))
        return embedded


class _Residual(nn.Module):
    def __init__(self, ins: int, outs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(ins, outs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outs)
        self.conv2 = nn.Conv2d(outs, outs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outs)
        self.short = nn.Conv2d(ins, outs, 1, stride, bias=False) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm2(self.conv2(functional.silu(self.norm1(self.conv1(x)))))
        return functional.silu(y + self.short(x))


class ResnetEncoder(nn.Module):
    """Mean and deviation over time of the last feature map, projected."""

    def __init__(self, mels: int = 64, channels: int = 16, width: int = 160) -> None:
        super().__init__()
        c = channels
        self.features = LogMel(mels)
        self.stem = nn.Conv2d(1, c, 3, (2, 1), 1, bias=False)
        self.norm = nn.BatchNorm2d(c)
        self.blocks = nn.Sequential(
            _Residual(c, c, 1),
            _Residual(c, 2 * c, 2),
            _Residual(2 * c, 4 * c, 2),
            _Residual(4 * c, 4 * c, 1),
            _Residual(4 * c, 6 * c, 2),
            _Residual(6 * c, 6 * c, 1),
        )
        self.project = nn.Linear(2 * 6 * c * (mels // 16), width)
        self.width = width

    def pooled(self, waves: Tensor) -> Tensor:
        x = self.features(waves)
        x = ((x - x.mean(2, keepdim=True)) / 3)[:, None]
        x = self.blocks(functional.silu(self.norm(self.stem(x)))).flatten(1, 2).float()
        spread = (x.var(2, unbiased=False) + 1e-4).sqrt()
        return torch.cat([x.mean(2), spread], 1)

    def forward(self, waves: Tensor) -> Tensor:
        embedded: Tensor = self.project(self.pooled(waves))
        return embedded


class StatisticsEncoder(nn.Module):
    """Moments over time of the mel cepstra, louder frames counting more: mean, deviation, of the
    change too, skewness, and how the first twelve go together. 40 mels, 23 cepstra."""

    cosines: Tensor

    def __init__(
        self, mels: int = 40, cepstra: int = 23, joint: int = 12, width: int = 100
    ) -> None:
        super().__init__()
        self.features = LogMel(mels)
        self.register_buffer("cosines", dct(mels, cepstra + 1)[1:], persistent=False)
        self.joint = joint
        self.pairs = torch.triu_indices(joint, joint, 1)
        self.project = nn.Linear(4 * cepstra + self.pairs.shape[1], width)
        self.width = width

    def pooled(self, waves: Tensor) -> Tensor:
        mel = self.features(waves)
        x = self.cosines @ mel
        level = mel.logsumexp(1)
        share = torch.sigmoid(level - level.mean(1, keepdim=True))[:, None]
        share = share / share.sum(2, keepdim=True)
        mean = (x * share).sum(2)
        x = x - mean[:, :, None]
        spread = ((x.square() * share).sum(2) + 1e-4).sqrt()
        x = x / spread[:, :, None]
        skew = (x.pow(3) * share).sum(2)
        change = ((x[:, :, 2:] - x[:, :, :-2]).square().mean(2) + 1e-4).log() / 2
        first = x[:, : self.joint]
        together = torch.einsum("nit,njt,nt->nij", first, first, share[:, 0])
        together = together[:, self.pairs[0], self.pairs[1]]
        return torch.cat([mean, spread.log(), spread.log() + change, skew, together], 1)

    def forward(self, waves: Tensor) -> Tensor:
        embedded: Tensor = self.project(self.pooled(waves))
        return embedded


class QuantileEncoder(nn.Module):
    """What is usual in each band: quantiles over time of the power-compressed spectrum of the
    louder half of the frames, and how much it moves, as cosines over the bands."""

    window: Tensor
    filters: Tensor
    cosines: Tensor

    def __init__(self, bands: int = 48, cosines: int = 20, width: int = 80) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(LONG), persistent=False)
        self.register_buffer("filters", triangles(bands, LONG), persistent=False)
        self.register_buffer("cosines", dct(bands, cosines), persistent=False)
        self.levels = (0.1, 0.3, 0.5, 0.7, 0.9)
        self.project = nn.Linear((len(self.levels) + 2) * cosines, width)
        self.width = width

    def pooled(self, waves: Tensor) -> Tensor:
        waves = waves / (waves.square().mean(1, keepdim=True) + 1e-8).sqrt()
        spectrum = torch.stft(waves, LONG, LONG // 4, LONG, self.window, return_complex=True)
        power = (spectrum.real.square() + spectrum.imag.square()).transpose(1, 2) @ self.filters
        x = (power + 1e-3) ** 0.12  # (n, frames, bands)
        loud = x.mean(2).argsort(1, descending=True)[:, : max(4, x.shape[1] // 2)]
        louder = x.gather(1, loud[:, :, None].expand(-1, -1, x.shape[2]))
        ordered = louder.sort(1).values
        last = ordered.shape[1] - 1
        parts = [ordered[:, round(level * last)] for level in self.levels]
        moved = (x[:, 1:] - x[:, :-1]).abs().mean(1)
        apart = (x[:, 4:] - x[:, :-4]).square().mean(1).sqrt()
        rows = torch.stack([*parts, 3 * moved, 3 * apart], 1) @ self.cosines.T
        return rows.flatten(1)

    def forward(self, waves: Tensor) -> Tensor:
        embedded: Tensor = self.project(self.pooled(waves))
        return embedded


class MelPower(nn.Module):
    """(n, samples) at 16 kHz -> (n, frames, mels): power of a mel filterbank every 10 ms, without
    any logarithm, raised to ``exponent``. Loud bands are what it hears, as GE2E's do.

    The average of each filter, rising with its frequency as speech falls.
    """

    window: Tensor
    filters: Tensor

    def __init__(self, mels: int, exponent: float = 1.0) -> None:
        super().__init__()
        filters = triangles(mels)
        places = (filters * torch.arange(len(filters))[:, None]).sum(0) / filters.sum(0)
        filters = filters / filters.sum(0) * (places / 12 + 0.3) ** 1.5 / 150
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("filters", filters, persistent=False)
        self.exponent = exponent

    def forward(self, waves: Tensor) -> Tensor:
        waves = waves / (waves.square().mean(1, keepdim=True) + 1e-8).sqrt()
        spectrum = torch.stft(waves, WINDOW, HOP, WINDOW, self.window, return_complex=True)
        power = spectrum.real.square() + spectrum.imag.square()
        mel: Tensor = power.transpose(1, 2) @ self.filters
        return mel if self.exponent == 1 else (mel + 1e-5) ** self.exponent


class DvectorEncoder(nn.Module):
    """A network like GE2E's own (1710.10467): linear mel power, two frames a step; what the LSTM
    says over time, on average and how much it moves, projected."""

    def __init__(
        self, mels: int = 40, hidden: int = 128, layers: int = 2, width: int = 128
    ) -> None:
        super().__init__()
        self.features = MelPower(mels)
        self.lstm = nn.LSTM(2 * mels, hidden, layers, batch_first=True)
        self.project = nn.Linear(2 * hidden, width)
        self.width = width

    def pooled(self, waves: Tensor) -> Tensor:
        x = self.features(waves)
        x = x[:, : x.shape[1] // 2 * 2].reshape(x.shape[0], -1, 2 * x.shape[2])
        out, _ = self.lstm(x)
        return torch.cat([out.mean(1), (out.var(1, unbiased=False) + 1e-4).sqrt()], 1)

    def forward(self, waves: Tensor) -> Tensor:
        embedded: Tensor = self.project(self.pooled(waves))
        return embedded


class PowerEncoder(nn.Module):
    """Moments over time of mel power as it is and of its cube root, with no logarithm before the
    sums: mean, deviation, how much it moves over 40 and 160 ms, and which bands go together."""

    cosines: Tensor

    def __init__(self, mels: int = 40, joint: int = 14, width: int = 100) -> None:
        super().__init__()
        self.features = MelPower(mels)
        self.register_buffer("cosines", dct(mels, joint), persistent=False)
        self.pairs = torch.triu_indices(joint, joint, 1)
        self.project = nn.Linear(8 * mels + self.pairs.shape[1], width)
        self.width = width

    def pooled(self, waves: Tensor) -> Tensor:
        power = self.features(waves)
        rows = []
        for x, floor in ((power, 1e-2), ((power + 1e-4) ** (1 / 3), 1e-2)):
            mean = x.mean(1)
            rows += [(mean + floor).log(), (x.var(1, unbiased=False) + floor**2).log() / 2]
            for apart in (4, 16):
                step = (x[:, apart:] - x[:, :-apart]).square().mean(1)
                rows.append((step + floor**2).log() / 2)
        y = ((power + 1e-4) ** (1 / 3)) @ self.cosines.T
        y = y - y.mean(1, keepdim=True)
        y = y / (y.square().mean(1, keepdim=True) + 1e-4).sqrt()
        together = torch.einsum("nti,ntj->nij", y, y) / y.shape[1]
        return torch.cat([*rows, together[:, self.pairs[0], self.pairs[1]]], 1)

    def forward(self, waves: Tensor) -> Tensor:
        embedded: Tensor = self.project(self.pooled(waves))
        return embedded


def build(family: str, **sizes: Any) -> Any:
    """A randomly initialised network of a family."""
    if family == "lstm":
        return LstmEncoder(**sizes)
    if family == "ecapa":
        return ecapa.EcapaTdnn(ecapa.blank(**sizes))
    if family == "resnet":
        return ResnetEncoder(**sizes)
    if family == "statistics":
        return StatisticsEncoder(**sizes)
    if family == "quantiles":
        return QuantileEncoder(**sizes)
    if family == "dvector":
        return DvectorEncoder(**sizes)
    if family == "power":
        return PowerEncoder(**sizes)
    if family == "ge2e":
        return Ge2eEncoder(**sizes)
    if family == "raw":
        return RawEncoder(**sizes)
    if family == "xvector":
        return XvectorEncoder(**sizes)
    raise ValueError(f"unknown family {family!r}")


class BuiltinVoicePrint:
    """``roles.SpeakerEncoder`` of a folder in ``assets/models``."""

    def __init__(self, folder: Path, id: str, device: torch.device) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = {k: v.float() for k, v in load_file(folder / WEIGHTS).items()}
        self.network = build(config["family"], **config["sizes"])
        self.network.load_state_dict(weights)
        self.network.eval().requires_grad_(False).to(device)
        self.id = id
        self.sha256 = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
        self.sample_rate = RATE
        self.width = int(self.network.width)

    def embed(self, waves: Tensor) -> Tensor:
        return functional.normalize(self.network(waves).float())
