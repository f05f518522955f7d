"""How far what a model sees of a picture was moved, with an interval over the picture's regions.

The figure is the relative shift of the judge's whitened latent,

    ||W E(a) - W E(b)|| / ||W E(b)||,

of two pictures that went through the same treatment, so that only the cloak makes a difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.measure.statistics import Interval, bootstrap_sums
from engine.models.roles import Autoencoder
from engine.models.whitening import Whitening

REGIONS = 8  # the picture is resampled in this many rows and columns of regions


@dataclass(frozen=True)
class Shift:
    """``effect`` and ``control`` are relative shifts; ``beyond`` is their difference."""

    effect: float
    control: float
    beyond: Interval


@dataclass(frozen=True)
class Sight:
    """The eyes of a judge that no cloak was optimised on."""

    judge: Autoencoder
    whitening: Whitening

    @torch.no_grad()
    def shift(self, original: Tensor, protected: Tensor, noise: Tensor) -> Shift:
        """How far ``protected`` and, as control, ``noise`` lie from ``original``.

        All are (1, 3, h, w) in [0, 1] after the same treatment. The interval of the difference
        comes from resampling regions: how sure it is for this picture, not for others.
        """
        seen = self.whitening(
            self.judge.encode(torch.cat((original, protected, noise)).clamp(0, 1))
        )
        clean, cloaked, noisy = seen[:1], seen[1:2], seen[2:]
        energies = np.stack(
            [_regions(cloaked - clean), _regions(noisy - clean), _regions(clean)]
        ).astype(np.float64)

        def beyond(sums: NDArray[np.float64]) -> NDArray[np.float64]:
            cloak, control, whole = sums
            difference = np.sqrt(cloak) - np.sqrt(control)
            return np.asarray(difference / np.sqrt(np.maximum(whole, 1e-12)))

        cloak, control, whole = np.sqrt(np.maximum(energies.sum(1), 0))
        whole = max(whole, 1e-6)
        return Shift(float(cloak / whole), float(control / whole), bootstrap_sums(energies, beyond))


def _regions(values: Tensor) -> NDArray[np.float32]:
    """Mean power of each region of (1, c, h, w), flat."""
    power = values.float().square().sum(1, keepdim=True)
    size = (min(REGIONS, power.shape[-2]), min(REGIONS, power.shape[-1]))
    means = functional.adaptive_avg_pool2d(power, size)
    regions: NDArray[np.float32] = means.flatten().cpu().numpy()
    return regions
