"""The x-vector network (Snyder et al. 2018), laid out and named as in SpeechBrain's checkpoints.

Five time-delay layers, mean and deviation over time, one linear layer.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.loaders.filterbank import Filterbank

KERNELS = (5, 3, 3, 1, 1)
DILATIONS = (1, 2, 3, 1, 1)


class _Wrapped(nn.Module):
    """One layer under the name the checkpoint gives it."""

    def __init__(self, name: str, layer: nn.Module) -> None:
        super().__init__()
        self.add_module(name, layer)
        self._layer = [layer]

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self._layer[0](x)
        return out


class _Pool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x.mean(2), x.std(2)], dim=1)


class XVector(nn.Module):
    """(n, samples) at 16 kHz -> (n, width)."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        """Raises ``KeyError`` or ``RuntimeError`` for weights of another network."""
        super().__init__()
        layers: list[nn.Module] = []
        for i, (kernel, dilation) in enumerate(zip(KERNELS, DILATIONS, strict=True)):
            outs, ins, _ = weights[f"blocks.{3 * i}.conv.weight"].shape
            padding = dilation * (kernel - 1) // 2
            conv = nn.Conv1d(
                ins, outs, kernel, padding=padding, dilation=dilation, padding_mode="reflect"
            )
            norm = _Wrapped("norm", nn.BatchNorm1d(outs))
            layers += [_Wrapped("conv", conv), nn.LeakyReLU(), norm]
        width, pooled = weights["blocks.16.w.weight"].shape
        layers += [_Pool(), _Wrapped("w", nn.Linear(pooled, width))]
        self.features = Filterbank(weights["blocks.0.conv.weight"].shape[1])
        self.blocks = nn.ModuleList(layers)
        self.width = width
        self.load_state_dict(weights)

    def forward(self, waves: Tensor) -> Tensor:
        x = self.features(waves).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        embedded: Tensor = x
        return embedded
