"""Several losses as one, and a loss on a smaller picture: what the loop is handed."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional

from engine.optimise.channels import Transform
from engine.optimise.loop import Loss


class Turns:
    """One of the losses a step, in turn: k models for the price of one.

    Momentum mixes what they want. Each counts its own steps, so that a loss with a rhythm of its
    own (SIFM's time steps, DPD's every S steps) keeps it.
    """

    def __init__(self, losses: Sequence[Loss]) -> None:
        if not losses:
            raise ValueError("at least one loss is needed")
        self.losses = list(losses)

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        round_, which = divmod(step, len(self.losses))
        return self.losses[which](images, round_, transform)


def reduced(image: Tensor, side: int) -> Tensor:
    """(n, 3, h, w) with the long side at most ``side`` px, antialiased; differentiable."""
    height, width = image.shape[-2:]
    longest = max(height, width)
    if longest <= side:
        return image
    size = (max(1, round(height * side / longest)), max(1, round(width * side / longest)))
    return functional.interpolate(image, size=size, mode="bilinear", antialias=True)


class Reduced:
    """A loss made for the photo at ``reduced`` size: the size that diffusion models work at."""

    def __init__(self, loss: Loss, side: int) -> None:
        self.loss = loss
        self.side = side

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        return self.loss(reduced(images, self.side), step, transform)
