"""What a running job may use: its device, the loaded models, and the cancel token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from engine.api import Precision
    from engine.models.cache import ModelCache


class JobCancelled(Exception):
    """Raised by ``Context.check`` at a step or tile boundary; never shown as an error."""


@dataclass
class Context:
    """Handed to every job by the process that runs it."""

    device: torch.device
    models: ModelCache
    cancelled: Callable[[], bool] = field(default=lambda: False)
    precision: Precision = "auto"  # of the weights of downloaded models

    def check(self) -> None:
        """Call at every step and tile. Raises ``JobCancelled`` when the user asked to stop."""
        if self.cancelled():
            raise JobCancelled
