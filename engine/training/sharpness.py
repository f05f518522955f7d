"""Distances between pictures that count texture as the eye does: what the autoencoders learn by.

Images are (n, 3, h, w) in [-1, 1]; every distance is a scalar, 0 for equal pictures.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor
from torch.nn import functional

PYRAMID_LEVELS = 3
FAINT = 0.03  # contrast, of a range of 2, below which a texture counts no more
WINDOW = 7  # pixels over which local contrast is taken


def _bands(output: Tensor, images: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """Laplacian-pyramid bands of both, from fine to coarse."""
    for _ in range(PYRAMID_LEVELS):
        smaller = [functional.avg_pool2d(x, 2) for x in (output, images)]
        first, second = (
            x - functional.interpolate(y, scale_factor=2.0, mode="bilinear")
            for x, y in zip((output, images), smaller, strict=True)
        )
        yield first, second
        output, images = smaller


def _local(values: Tensor) -> Tensor:
    return functional.avg_pool2d(values, WINDOW, 1, WINDOW // 2, count_include_pad=False)


def contrast_distance(output: Tensor, images: Tensor) -> Tensor:
    """Difference of Laplacian-pyramid bands, each divided by its local contrast in the original.

    After the normalised Laplacian pyramid of Laparra et al. (2016): faint texture counts as much
    as a hard edge. An encoder trained on it answers to small changes, as published ones do.
    """
    total = output.new_zeros(())
    for found, wanted in _bands(output, images):
        local = _local(wanted.abs())
        total = total + ((found - wanted).abs() / (FAINT + local)).mean()
    return total / PYRAMID_LEVELS


def texture_distance(output: Tensor, images: Tensor) -> Tensor:
    """Difference of local contrast, band by band: there must be as much texture as there was,
    wherever its grains lie.

    A picture squeezed into few channels cannot keep every grain; a mean of what it may have been
    is blurred. Published autoencoders are taught to draw texture all the same, so their latents
    tell how much of it there is.
    """
    total = output.new_zeros(())
    for found, wanted in _bands(output, images):
        had = _local(wanted.abs())
        total = total + ((_local(found.abs()) - had).abs() / (FAINT + had)).mean()
    return total / PYRAMID_LEVELS
