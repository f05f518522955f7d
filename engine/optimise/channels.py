"""Transformations sampled in front of the surrogate (expectation over transformation, EOT).

Each is differentiable, or straight-through where the real thing is not (JPEG's rounding). All
take and return images (1, 3, h, w) in [0, 1]; sizes may change (resize, crop), so a loss that uses
channels compares statistics at the size it gets, with the clean picture sent through the same
transformation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

Transform = Callable[[Tensor], Tensor]
Channel = Callable[[torch.Generator], Transform]

# Annex K of ITU-T T.81 (the standard's own example tables, used by every common encoder).
LUMA_TABLE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
CHROMA_TABLE = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
)  # fmt: skip


def uniform(generator: torch.Generator, low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand((), generator=generator))


@lru_cache(maxsize=8)
def _dct_matrix(device: torch.device) -> Tensor:
    """Orthonormal 8-point DCT-II as an (8, 8) matrix."""
    k = torch.arange(8, dtype=torch.float32).view(8, 1)
    n = torch.arange(8, dtype=torch.float32).view(1, 8)
    matrix = torch.cos(math.pi * (2 * n + 1) * k / 16) * math.sqrt(2 / 8)
    matrix[0] /= math.sqrt(2)
    return matrix.to(device)


class _StraightRound(torch.autograd.Function):
    @staticmethod
    def forward(ctx: object, value: Tensor) -> Tensor:
        return value.round()

    @staticmethod
    def backward(ctx: object, *grads: Tensor) -> Tensor:
        return grads[0]


def straight_round(value: Tensor) -> Tensor:
    """Round; the gradient passes as if it had not."""
    rounded: Tensor = _StraightRound.apply(value)  # type: ignore[no-untyped-call]
    return rounded


def _ycc(images: Tensor) -> Tensor:
    r, g, b = images.unbind(1)
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return torch.stack((y, (b - y) * 0.564 + 0.5, (r - y) * 0.713 + 0.5), 1)


def _rgb(images: Tensor) -> Tensor:
    y, cb, cr = images.unbind(1)
    cb, cr = cb - 0.5, cr - 0.5
    return torch.stack((y + 1.403 * cr, y - 0.344 * cb - 0.714 * cr, y + 1.773 * cb), 1)


def _quantise(plane: Tensor, table: Tensor) -> Tensor:
    """8x8 block DCT, quantise (straight-through), inverse: (n, 1, h, w) in [0, 1]."""
    height, width = plane.shape[-2:]
    padded = functional.pad(plane, (0, -width % 8, 0, -height % 8), mode="replicate")
    rows, columns = padded.shape[-2] // 8, padded.shape[-1] // 8
    blocks = padded.view(-1, rows, 8, columns, 8).transpose(2, 3) * 255 - 128
    dct = _dct_matrix(plane.device)
    coefficients = dct @ blocks @ dct.T
    coefficients = straight_round(coefficients / table) * table
    back = (dct.T @ coefficients @ dct + 128) / 255
    return back.transpose(2, 3).reshape(padded.shape)[..., :height, :width]


def jpeg(images: Tensor, quality: int) -> Tensor:
    """JPEG at ``quality`` (1..100), 4:2:0 below 90, with straight-through rounding."""
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    tables = [
        ((images.new_tensor(t) * scale + 50) / 100).floor().clamp(1, 255).view(8, 8)
        for t in (LUMA_TABLE, CHROMA_TABLE)
    ]
    y, cb, cr = torch.split(_ycc(images), 1, 1)
    size = y.shape[-2:]
    out = [_quantise(y, tables[0])]
    for chroma in (cb, cr):
        if quality < 90 and min(size) > 1:
            small = functional.avg_pool2d(chroma, 2, ceil_mode=True, count_include_pad=False)
            small = _quantise(small, tables[1])
            out.append(functional.interpolate(small, size=size, mode="bilinear"))
        else:
            out.append(_quantise(chroma, tables[1]))
    return _rgb(torch.cat(out, 1)).clamp(0, 1)


def jpeg_channel(low: int = 30, high: int = 95) -> Channel:
    def sample(generator: torch.Generator) -> Transform:
        quality = round(uniform(generator, low, high))
        return lambda images: jpeg(images, quality)

    return sample


def resize_channel(low: float = 0.5, high: float = 1.0) -> Channel:
    def sample(generator: torch.Generator) -> Transform:
        factor = uniform(generator, low, high)

        def transform(images: Tensor) -> Tensor:
            size = [max(8, round(n * factor)) for n in images.shape[-2:]]
            return functional.interpolate(images, size=size, mode="bilinear", antialias=True)

        return transform

    return sample


def thumbnail_channel(low: float = 0.4, high: float = 0.8) -> Channel:
    """Reduced and enlarged again: what is left of a picture that was published small."""

    def sample(generator: torch.Generator) -> Transform:
        factor = uniform(generator, low, high)

        def transform(images: Tensor) -> Tensor:
            size = [max(1, round(n * factor)) for n in images.shape[-2:]]
            small = functional.interpolate(images, size=size, mode="bilinear", antialias=True)
            return functional.interpolate(small, size=images.shape[-2:], mode="bicubic")

        return transform

    return sample


def crop_channel(least: float = 0.7) -> Channel:
    """A window of at least ``least`` of each side, at any pixel offset (so block grids move)."""

    def sample(generator: torch.Generator) -> Transform:
        share = uniform(generator, least, 1.0)
        at_y, at_x = uniform(generator, 0, 1), uniform(generator, 0, 1)

        def transform(images: Tensor) -> Tensor:
            height, width = (max(8, int(n * share)) for n in images.shape[-2:])
            y = int(at_y * max(0, images.shape[-2] - height))
            x = int(at_x * max(0, images.shape[-1] - width))
            return images[..., y : y + height, x : x + width]

        return transform

    return sample


def shift_channel(most: int = 8) -> Channel:
    """Up to ``most`` - 1 rows and columns less at the top and the left: the pixel grid that an
    encoder lays over the picture moves, as it does under any crop."""

    def sample(generator: torch.Generator) -> Transform:
        y, x = (int(torch.randint(most, (), generator=generator)) for _ in range(2))

        def transform(images: Tensor) -> Tensor:
            height, width = images.shape[-2:]
            return images[..., min(y, height - 1) :, min(x, width - 1) :]

        return transform

    return sample


def blur_channel(most: float = 1.5) -> Channel:
    def sample(generator: torch.Generator) -> Transform:
        sigma = uniform(generator, 0.3, most)
        return lambda images: gaussian_blur(images, sigma)

    return sample


def gamma_channel(spread: float = 0.25) -> Channel:
    def sample(generator: torch.Generator) -> Transform:
        gamma = math.exp(uniform(generator, -spread, spread))
        return lambda images: images.clamp(1e-4, 1).pow(gamma)

    return sample


def noise_channel(most: float = 0.03) -> Channel:
    def sample(generator: torch.Generator) -> Transform:
        sigma = uniform(generator, 0, most)
        seed = int(torch.randint(2**31, (), generator=generator))

        def transform(images: Tensor) -> Tensor:
            # Seeded anew at each call, so both passes of a flat-minima step see the same noise.
            local = torch.Generator().manual_seed(seed)
            return images + sigma * torch.randn(images.shape, generator=local).to(images)

        return transform

    return sample


def gaussian_blur(images: Tensor, sigma: float) -> Tensor:
    """Separable Gaussian of standard deviation ``sigma`` px, edges replicated."""
    radius = max(1, math.ceil(3 * sigma))
    taps = torch.arange(-radius, radius + 1, device=images.device, dtype=images.dtype)
    kernel = torch.exp(-0.5 * (taps / sigma).square())
    kernel = kernel / kernel.sum()
    channels = images.shape[1]
    for shape, pad in (((1, -1), (radius, radius, 0, 0)), ((-1, 1), (0, 0, radius, radius))):
        weight = (
            kernel.view(1, 1, *shape).expand(channels, 1, -1, -1)
            if shape[0] == 1
            else (kernel.view(1, 1, -1, 1).expand(channels, 1, -1, -1))
        )
        images = functional.conv2d(
            functional.pad(images, pad, mode="replicate"), weight, groups=channels
        )
    return images


EVERYDAY: tuple[Channel, ...] = (
    jpeg_channel(),
    resize_channel(),
    crop_channel(),
    blur_channel(),
    gamma_channel(),
)


def unchanged(images: Tensor) -> Tensor:
    """The transformation that does nothing."""
    return images


def draw(channels: Sequence[Channel], generator: torch.Generator, identity: float) -> Transform:
    """One of ``channels``, or with probability ``identity`` none at all."""
    if not channels or float(torch.rand((), generator=generator)) < identity:
        return unchanged
    chosen = int(torch.randint(len(channels), (), generator=generator))
    return channels[chosen](generator)
