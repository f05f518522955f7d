"""Weights for several losses in one budget: the min-norm point of their gradients (MGDA).

Sener and Koltun, 1810.04650, section 3; found with Frank-Wolfe on the Gram matrix.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def min_norm_weights(gradients: Sequence[Tensor], rounds: int = 30) -> Tensor:
    """Convex weights (k,) that minimise the norm of the weighted sum of the k gradients.

    Gradients are scaled to unit L2 norm first: a surrogate with large features must not win by
    its units alone. A zero gradient gets an equal share of nothing: it is left out.
    """
    flat = torch.stack([g.flatten().double() for g in gradients])
    norms = flat.norm(dim=1, keepdim=True)
    alive = (norms > 0).flatten()
    if not bool(alive.any()):
        return torch.full((len(gradients),), 1 / len(gradients))
    unit = flat / norms.clamp(min=1e-30)
    gram = unit @ unit.T
    weights = alive.double() / alive.sum()
    for _ in range(rounds):
        pull = gram @ weights
        pull = torch.where(alive, pull, torch.full_like(pull, torch.inf))
        best = int(pull.argmin())
        target = torch.zeros_like(weights)
        target[best] = 1
        step = target - weights
        slope = float(step @ gram @ step)
        if slope <= 1e-12:
            break
        size = min(1.0, max(0.0, -float(weights @ gram @ step) / slope))
        if size <= 1e-9:
            break
        weights = weights + size * step
    scaled = weights / norms.flatten().clamp(min=1e-30)
    return torch.where(alive, scaled, torch.zeros_like(scaled)).float()
