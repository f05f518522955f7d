"""A soft bound on what shows: free below a tolerance, costly above it.

The distance is the normalised Laplacian pyramid's (Laparra et al. 2016): each band of the picture
divided by the contrast around it, as the eye adapts, and the root mean square difference of the
bands averaged. It ranks distortions much as LPIPS does, without a network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from engine.optimise.channels import gaussian_blur

LEVELS = 4
FLOOR = 0.05  # contrast below which the eye does not adapt any further, 0..1 of full scale


class Bound(Protocol):
    """What the loop asks: ``excess`` is a scalar, 0 while the bound is kept; ``weight`` is what an
    excess of 1 weighs against a descent direction of length 1."""

    @property
    def weight(self) -> float: ...

    def excess(self, image: Tensor, changed: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Hinge:
    """``max(distance / tolerance - 1, 0)``, weighed against a descent direction of length 1."""

    tolerance: float
    weight: float = 1.0

    def excess(self, image: Tensor, changed: Tensor) -> Tensor:
        """Scalar: how far above the tolerance, as a share of it."""
        return (visible_distance(image, changed) / self.tolerance - 1).clamp(min=0)


def visible_distance(image: Tensor, changed: Tensor) -> Tensor:
    """Scalar, 0 for equal pictures (1, 3, h, w) in [0, 1]; differentiable in ``changed``."""
    total = image.new_zeros(())
    before, after, levels = image, changed, 0
    for _ in range(LEVELS):
        coarse, coarse_after = gaussian_blur(before, 1.0), gaussian_blur(after, 1.0)
        band, band_after = before - coarse, after - coarse_after
        with torch.no_grad():
            contrast = gaussian_blur(band.abs().mean(1, keepdim=True), 2.0) + FLOOR
        total = total + ((band_after - band) / contrast).square().mean().add(1e-12).sqrt()
        levels += 1
        if min(coarse.shape[-2:]) < 16:
            break
        before = functional.avg_pool2d(coarse, 2)
        after = functional.avg_pool2d(coarse_after, 2)
    return total / levels
