"""How far each pixel may move: the L-inf ball, a mask, and a perceptual map.

The three strengths promise a PSNR, not an epsilon. The limit is therefore a map whose root mean
square is fixed by that PSNR: textured and dark-to-mid regions, where a change hides, get more than
flat skies and skin, and the promise holds for any picture by construction (a cloak uses at most
its whole limit).

Where a picture is flat throughout, as an illustration is, there is no texture to take the budget
and nothing to hide it: such a picture gets less than its strength would allow (``PLAIN``).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from engine.api import Strength

# PSNR goals 40 / 36 / 32 dB, half a decibel kept for rounding to 8 bits and for JPEG output.
PSNR_GOAL: dict[Strength, float] = {"invisible": 40.5, "balanced": 36.5, "strong": 32.5}
# No pixel moves by more than this multiple of the root mean square, however textured.
PEAK_OVER_RMS = 2.0
# What the flattest region keeps of the average: enough to matter, too little to see.
FLAT_SHARE = 0.45
# The limit of a perfectly flat region, a multiple of the root mean square: never more, however
# little texture there is to share the budget with.
PLAIN = 0.6
# Faces alone are a small part of most pictures, and skin is flat: L-inf 12/255 as for VoidFace
# ([R] of 2601.14738) where the strength allows it over the whole picture, nothing more where
# nothing should be seen. Multiples of what the whole picture would get per pixel there.
FACE_GAIN: dict[Strength, float] = {"invisible": 1.0, "balanced": 1.57, "strong": 1.33}
EDGE = 0.06  # of full scale; a pixel that differs more is an edge, not more texture


@dataclass(frozen=True)
class Budget:
    """``epsilon`` is the largest change of any sample (0..1); ``rms`` bounds the root mean square
    of the change over the region, None for the plain L-inf ball; ``total`` that over the whole
    picture, where a region of it gets more."""

    epsilon: float
    rms: float | None = None
    total: float | None = None


def budget_for(strength: Strength, epsilon: float | None) -> Budget:
    """The budget of a strength; an explicit epsilon (0..1) is the plain L-inf ball instead."""
    if epsilon is not None:
        return Budget(epsilon)
    rms = 10.0 ** (-PSNR_GOAL[strength] / 20)
    return Budget(PEAK_OVER_RMS * rms, rms)


def face_budget(strength: Strength, epsilon: float | None) -> Budget:
    """The budget where faces alone are changed: more for each pixel (``FACE_GAIN``), the same
    promise for the picture."""
    whole = budget_for(strength, epsilon)
    if whole.rms is None:
        return whole
    gain = FACE_GAIN[strength]
    return Budget(gain * whole.epsilon, gain * whole.rms, whole.rms)


def masking_map(image: Tensor) -> Tensor:
    """Visibility threshold of each pixel, relative: (1, 3, h, w) in [0, 1] -> (1, 1, h, w).

    ``FLAT_SHARE`` in flat regions of middle brightness, about six times that in strong texture.

    Texture masking: how much luma differs from its surroundings, on average over 9 px. One pixel
    counts ``EDGE`` at most, so that a few hard lines on paper are no texture. Each pixel takes the
    least of the windows around it, so that an edge beside a flat sky is none either: some window
    near it always misses the edge. Luminance masking (Weber): dark regions hide a little more.
    """
    weights = image.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
    luma = (image * weights).sum(1, keepdim=True)
    differing = (luma - _mean(luma, 3)).abs().clamp(max=EDGE)
    texture = -functional.max_pool2d(-_mean(differing, 4), 11, 1, 5)
    texture = _mean(texture, 3)
    masked = FLAT_SHARE + (texture / 0.025).clamp(max=2.5)
    return masked * (1.15 - 0.3 * _mean(luma, 3))


def limits(image: Tensor, budget: Budget, mask: Tensor | None = None) -> Tensor:
    """Largest |delta| of each pixel: (1, 1, h, w).

    ``mask`` is (1, 1, h, w) in [0, 1]; 0 forbids any change. The rms budget is spread over the
    allowed region only, but never beyond what the whole picture would get per pixel there
    (``FACE_GAIN`` times that for faces).
    """
    if budget.rms is None:
        limit = torch.full_like(image[:, :1], budget.epsilon)
    else:
        shape = masking_map(image)
        limit = shape.new_zeros(shape.shape)
        # Clamping at the peak loses energy; scaling again a few times gives it to the rest, until
        # flat regions have all they may.
        most = budget.rms * PLAIN / FLAT_SHARE
        gain = most
        for _ in range(6):
            limit = (gain * shape).clamp(max=budget.epsilon)
            short = budget.rms / float(limit.square().mean().sqrt().clamp(min=1e-8))
            gain = min(most, gain * short)
        rms = float(limit.square().mean().sqrt())
        limit = limit * min(1.0, budget.rms / max(rms, 1e-8))
    if mask is not None:
        limit = limit * mask
    if budget.total is not None:
        rms = float(limit.square().mean().sqrt())
        limit = limit * min(1.0, budget.total / max(rms, 1e-8))
    return limit


def _mean(image: Tensor, radius: int) -> Tensor:
    return functional.avg_pool2d(image, 2 * radius + 1, 1, radius, count_include_pad=False)
