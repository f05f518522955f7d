"""The cloak detector's network: from the figures of a tile (``engine.check.cloak_traces``) to one
logit. Small, since the figures carry what is known."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FIGURES = 65


class CloakNet(nn.Module):
    """Standardised figures -> two hidden layers -> one logit."""

    mean: Tensor
    scale: Tensor

    def __init__(self, width: int = 32, figures: int = FIGURES) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(figures))
        self.register_buffer("scale", torch.ones(figures))
        self.layers = nn.Sequential(
            nn.Linear(figures, width), nn.GELU(), nn.Dropout(0.1),
            nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1),
        )  # fmt: skip

    def forward(self, figures: Tensor) -> Tensor:
        """(n, ``FIGURES``) -> (n,): above 0 leans to "cloaked"."""
        logits: Tensor = self.layers(((figures - self.mean) / self.scale).clamp(-6, 6))
        return logits[:, 0]
