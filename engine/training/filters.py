"""Image filters the procedural edits and the rehearsal channels are made of.

Images are float tensors (n, 3, h, w) in [0, 1], any height and width from 1 up; all filters are
deterministic and pad by replicating the border.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, on sRGB values as image programs do


def luma(images: Tensor) -> Tensor:
    """(n, 1, h, w): brightness as the eye weighs it."""
    weights = images.new_tensor(LUMA).view(1, 3, 1, 1)
    return (images * weights).sum(1, keepdim=True)


def colour_matrix(images: Tensor, rows: tuple[tuple[float, float, float], ...]) -> Tensor:
    """Every pixel's RGB times a 3x3 matrix, clipped to [0, 1]."""
    return torch.einsum("ij,njhw->nihw", images.new_tensor(rows), images).clamp(0, 1)


def saturate(images: Tensor, amount: float) -> Tensor:
    """Move away from (above 1) or towards (below 1) the grey of the same brightness."""
    grey = luma(images)
    return (grey + amount * (images - grey)).clamp(0, 1)


def kuwahara(images: Tensor, radius: int) -> Tensor:
    """Kuwahara's filter: each pixel takes the mean of its calmest neighbouring quadrant.

    Flattens texture and keeps edges, which reads as brush strokes.
    """
    side = radius + 1
    padded = functional.pad(images, (radius,) * 4, mode="replicate")
    mean = functional.avg_pool2d(padded, side, 1)
    grey = luma(padded)
    spread = (
        functional.avg_pool2d(grey.square(), side, 1)
        - functional.avg_pool2d(grey, side, 1).square()
    )
    height, width = images.shape[-2:]
    corners = [(y, x) for y in (0, radius) for x in (0, radius)]
    spreads = torch.stack([spread[..., y : y + height, x : x + width] for y, x in corners])
    means = torch.stack([mean[..., y : y + height, x : x + width] for y, x in corners])
    calmest = spreads.argmin(0, keepdim=True).expand(1, *images.shape)
    return means.gather(0, calmest)[0]


def edge_strength(images: Tensor) -> Tensor:
    """(n, 1, h, w): Sobel gradient magnitude of the brightness, about 0 to 1."""
    grey = functional.pad(luma(images), (1, 1, 1, 1), mode="replicate")
    sobel = images.new_tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 4
    kernels = torch.stack([sobel, sobel.T])[:, None]
    return functional.conv2d(grey, kernels).square().sum(1, keepdim=True).add(1e-8).sqrt()


def blocks(images: Tensor, side: int) -> Tensor:
    """Mosaic: the mean of each ``side`` x ``side`` block, blocks starting at the top left."""
    height, width = images.shape[-2:]
    padded = functional.pad(images, (0, -width % side, 0, -height % side), mode="replicate")
    coarse = functional.avg_pool2d(padded, side)
    return coarse.repeat_interleave(side, 2).repeat_interleave(side, 3)[..., :height, :width]


def from_centre(images: Tensor) -> Tensor:
    """(1, 1, h, w): distance from the picture's centre, 1 at the middle of each border."""
    height, width = images.shape[-2:]

    def axis(n: int) -> Tensor:
        return ((torch.arange(n, dtype=images.dtype, device=images.device) + 0.5) / n) * 2 - 1

    return (axis(height).view(-1, 1).square() + axis(width).square()).sqrt()[None, None]
