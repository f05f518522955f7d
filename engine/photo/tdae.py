"""TDAE's dynamic prompt defence (DPD), arXiv 2512.14341: a plug-in for text-conditioned losses.

[P] Every S steps, M steps of PGD on the text embedding that *minimise* the loss L within eps_p;
the perturbation of the photo is then updated under that embedding. The cloak so meets the prompts
around the written one, and does not overfit to its wording.

The other half of TDAE, the flat-minima step (FDM), is an option of ``engine.optimise.loop``.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from engine.optimise.channels import Transform

EVERY = 10  # [R] S
STEPS = 3  # [R] M
RADIUS = 0.1  # [R] eps_p, as a share of the embedding's root mean square
STEP_SHARE = 0.5  # [R] step size, a share of eps_p


class TextConditioned(Protocol):
    """A loss of ``engine.optimise.loop`` that lets its embedded prompt be moved."""

    @property
    def text_like(self) -> Tensor: ...

    def __call__(
        self, images: Tensor, step: int, transform: Transform, shift: Tensor | None = None
    ) -> Tensor: ...


class DynamicPrompt:
    """``loss`` under a prompt embedding that is searched anew every ``every`` steps.

    ``towards`` is -1 to minimise the loss (the paper), +1 to maximise it (the prompt that undoes
    the cloak most: worst case, for comparison).
    """

    def __init__(
        self,
        loss: TextConditioned,
        every: int = EVERY,
        steps: int = STEPS,
        radius: float = RADIUS,
        towards: int = -1,
    ) -> None:
        self.loss = loss
        self.every = every
        self.steps = steps
        self.towards = towards
        text = loss.text_like
        self.radius = radius * float(text.square().mean().sqrt())
        self.shift = torch.zeros_like(text)
        self._searched = -1

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        # Once per step, however often the step is evaluated: both passes of a flat-minima step
        # and all channels of an EOT sample must see the same prompt.
        if step % self.every == 0 and step != self._searched:
            self._searched = step
            self._search(images.detach(), step, transform)
        return self.loss(images, step, transform, self.shift)

    def _search(self, images: Tensor, step: int, transform: Transform) -> None:
        shift = torch.zeros_like(self.shift)
        with torch.enable_grad():
            for _ in range(self.steps):
                leaf = shift.detach().requires_grad_()
                (gradient,) = torch.autograd.grad(self.loss(images, step, transform, leaf), leaf)
                moved = shift + self.towards * STEP_SHARE * self.radius * gradient.sign()
                shift = moved.clamp(-self.radius, self.radius)
        self.shift = shift.detach()
