"""A delta as the mean of several parts, each constant in blocks of its own size in pixels.

A search in single pixels ends in fine patterns that suit the surrogate; block by block it finds the
coarse ones that other encoders share and that a reduced picture keeps. Since the sign rule moves
every part by the same share a step, neither is drowned by the other's larger gradient.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class Blocks:
    """Maps a flat parameter in [-1, 1] to shares of the limit, (1, channels, height, width).

    ``sizes`` are the parts' block sides in pixels; (1,) searches single pixels.
    """

    def __init__(self, channels: int, height: int, width: int, sizes: Sequence[int]) -> None:
        self.sizes = sizes
        self.height, self.width = height, width
        self.shapes = [(1, channels, -(-height // size), -(-width // size)) for size in sizes]
        self.lengths = [channels * rows * columns for _, channels, rows, columns in self.shapes]
        self.shape = (sum(self.lengths),)

    def __call__(self, parameter: Tensor) -> Tensor:
        pieces = torch.split(parameter, self.lengths)
        parts = [
            piece.view(shape).repeat_interleave(size, 2).repeat_interleave(size, 3)
            for piece, shape, size in zip(pieces, self.shapes, self.sizes, strict=True)
        ]
        cropped = [part[..., : self.height, : self.width] for part in parts]
        return torch.stack(cropped).mean(0)
