"""Against training on somebody's photos: trajectory-shifted perturbations.

The only threat whose delta is searched in a latent (``engine.photo.trajectory.Trajectory``). With
other threats in the same budget it is searched in pixels like theirs, on the same loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.nn import functional

from engine.context import Context
from engine.optimise.loop import FLATNESS_TDAE, Decoder, Loss, Options
from engine.optimise.turns import Reduced, Turns, reduced
from engine.photo import surrogates, tdae
from engine.photo.trajectory import DEPTH, REACH, TOP, PersonalisationLoss, Trajectory

SIDE = 512  # long side at which personalisation trains
OPTIONS = Options(steps=30, step_size=0.3, flatness=FLATNESS_TDAE)
DECODER_OPTIONS = Options(steps=30, step_size=0.15, start=0.1)
CONSTANTS = {
    "trajectory_steps": DEPTH,
    "trajectory_top": TOP,
    "trajectory_reach": REACH,
    "trajectory_side": SIDE,
}


def models(context: Context, folder: Path | None = None) -> list[Any]:
    return list(surrogates.denoisers("personalise", context, folder))


def losses(models: Sequence[Any], image: Tensor, seed: int) -> list[Loss]:
    made = [tdae.DynamicPrompt(PersonalisationLoss(model, seed=seed)) for model in models]
    return [Turns([Reduced(loss, SIDE) for loss in made])]


class _Enlarged:
    """A decoder at the size that the denoiser works at; its delta is enlarged to the photo's."""

    def __init__(self, trajectory: Trajectory, image: Tensor) -> None:
        self.trajectory = trajectory
        self.size = image.shape[-2:]
        self.grey = bool((image[:, :1] == image[:, 1:]).all())

    @property
    def shape(self) -> tuple[int, ...]:
        return self.trajectory.shape

    def __call__(self, offset: Tensor) -> Tensor:
        delta = self.trajectory(offset)
        if self.grey:
            delta = delta.mean(1, keepdim=True).expand_as(delta)
        if delta.shape[-2:] == self.size:
            return delta
        return functional.interpolate(delta, size=self.size, mode="bilinear", antialias=True)


def decoder(models: Sequence[Any], image: Tensor) -> Decoder:
    """On the first denoiser: an offset lies in one model's latent only."""
    return _Enlarged(Trajectory(models[0], reduced(image, SIDE)), image)
