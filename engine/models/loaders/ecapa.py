"""ECAPA-TDNN (2005.07143), laid out and named as in SpeechBrain's checkpoints.

The size follows from the checkpoint's own tensors.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.loaders.filterbank import Filterbank

SCALE = 8  # parts of a Res2Net block
DILATIONS = (1, 2, 3, 4, 1)


class Conv(nn.Module):
    """A convolution that keeps the length, by reflection at the ends."""

    def __init__(self, ins: int, outs: int, kernel: int = 1, dilation: int = 1) -> None:
        super().__init__()
        padding = dilation * (kernel - 1) // 2
        self.conv = nn.Conv1d(
            ins, outs, kernel, padding=padding, dilation=dilation, padding_mode="reflect"
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv(x)
        return out


class Norm(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(channels)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(x)
        return out


class Tdnn(nn.Module):
    def __init__(self, ins: int, outs: int, kernel: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.conv = Conv(ins, outs, kernel, dilation)
        self.norm = Norm(outs)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(torch.relu(self.conv(x)))
        return out


class Res2Net(nn.Module):
    """Each part but the first is filtered together with the result of the one before."""

    def __init__(self, channels: int, kernel: int, dilation: int) -> None:
        super().__init__()
        part = channels // SCALE
        self.blocks = nn.ModuleList(Tdnn(part, part, kernel, dilation) for _ in range(SCALE - 1))

    def forward(self, x: Tensor) -> Tensor:
        first, *parts = x.chunk(SCALE, dim=1)
        done = [first]
        for block, part in zip(self.blocks, parts, strict=True):
            done.append(block(part if len(done) == 1 else part + done[-1]))
        return torch.cat(done, dim=1)


class SqueezeExcite(nn.Module):
    def __init__(self, channels: int, narrow: int) -> None:
        super().__init__()
        self.conv1 = Conv(channels, narrow)
        self.conv2 = Conv(narrow, channels)

    def forward(self, x: Tensor) -> Tensor:
        weight: Tensor = self.conv2(torch.relu(self.conv1(x.mean(dim=2, keepdim=True))))
        return weight.sigmoid() * x


class Block(nn.Module):
    def __init__(self, channels: int, narrow: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.tdnn1 = Tdnn(channels, channels)
        self.res2net_block = Res2Net(channels, kernel, dilation)
        self.tdnn2 = Tdnn(channels, channels)
        self.se_block = SqueezeExcite(channels, narrow)

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.se_block(self.tdnn2(self.res2net_block(self.tdnn1(x))))
        return x + changed


class AttentivePooling(nn.Module):
    """Mean and deviation over time, weighted by attention that also sees the plain ones."""

    def __init__(self, channels: int, narrow: int) -> None:
        super().__init__()
        self.tdnn = Tdnn(3 * channels, narrow)
        self.conv = Conv(narrow, channels)

    def forward(self, x: Tensor) -> Tensor:
        even = torch.full_like(x[:, :1], 1 / x.shape[2])
        context = torch.cat([x, *(s.expand_as(x) for s in _statistics(x, even))], dim=1)
        weights = self.conv(torch.tanh(self.tdnn(context))).softmax(dim=2)
        return torch.cat(_statistics(x, weights), dim=1)


def _statistics(x: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    mean = (weights * x).sum(dim=2, keepdim=True)
    variance = (weights * (x - mean) ** 2).sum(dim=2, keepdim=True)
    return mean, variance.clamp(min=1e-12).sqrt()


class EcapaTdnn(nn.Module):
    """(n, samples) at 16 kHz -> (n, width)."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        """Raises ``KeyError`` or ``RuntimeError`` for weights of another network."""
        super().__init__()
        channels, mels, kernel = weights["blocks.0.conv.conv.weight"].shape
        narrow = weights["blocks.1.se_block.conv1.conv.weight"].shape[0]
        pooled = weights["mfa.conv.conv.weight"].shape[0]
        attention = weights["asp.tdnn.conv.conv.weight"].shape[0]
        width = weights["fc.conv.weight"].shape[0]
        self.features = Filterbank(mels)
        self.blocks = nn.ModuleList([Tdnn(mels, channels, kernel, DILATIONS[0])])
        for i in (1, 2, 3):
            inner = weights[f"blocks.{i}.res2net_block.blocks.0.conv.conv.weight"].shape[2]
            self.blocks.append(Block(channels, narrow, inner, DILATIONS[i]))
        self.mfa = Tdnn(3 * channels, pooled)
        self.asp = AttentivePooling(pooled, attention)
        self.asp_bn = Norm(2 * pooled)
        self.fc = Conv(2 * pooled, width)
        self.width = width
        self.load_state_dict(weights)

    def pooled(self, waves: Tensor) -> Tensor:
        """(n, samples) -> (n, 2 * pooled): all there is before the last layer."""
        x = self.features(waves).transpose(1, 2)
        outputs = []
        for block in self.blocks:
            x = block(x)
            outputs.append(x)
        x = self.mfa(torch.cat(outputs[1:], dim=1))
        statistics: Tensor = self.asp_bn(self.asp(x))
        return statistics.squeeze(2)

    def forward(self, waves: Tensor) -> Tensor:
        embedded: Tensor = self.fc(self.pooled(waves)[:, :, None])
        return embedded.squeeze(2)


def blank(
    channels: int = 256, mels: int = 80, narrow: int = 64, pooled: int = 384, width: int = 192
) -> dict[str, Tensor]:
    """Random weights of a network of these sizes, to begin training with."""
    parts: dict[str, nn.Module] = {"blocks.0": Tdnn(mels, channels, 5, DILATIONS[0])}
    for i in (1, 2, 3):
        parts[f"blocks.{i}"] = Block(channels, narrow, 3, DILATIONS[i])
    parts["mfa"] = Tdnn(3 * channels, pooled)
    parts["asp"] = AttentivePooling(pooled, narrow)
    parts["asp_bn"] = Norm(2 * pooled)
    parts["fc"] = Conv(2 * pooled, width)
    return {
        f"{name}.{key}": value.detach().clone()
        for name, part in parts.items()
        for key, value in part.state_dict().items()
    }
