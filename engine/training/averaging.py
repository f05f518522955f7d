"""The average of a network's weights over its training: what every recipe saves."""

from __future__ import annotations

import torch
from torch import nn


class Ema:
    """Exponential moving average of the weights; what is saved is the average."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.average = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        now = model.state_dict()
        moving = [name for name, value in now.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.average[n] for n in moving], [now[n] for n in moving], 1 - decay)
        for name, value in now.items():
            if not value.is_floating_point():  # a batch norm's count of batches
                self.average[name].copy_(value)
