"""What happens to a published picture on its way: the rows of the "what survives" table.

Real codecs (Pillow), real resampling, the usual filters. Every row takes and returns a float
tensor (1, 3, h, w) in [0, 1] of unchanged size, on any device, and is deterministic. Rows that
move pixels (crop, rotate) move the ground truth as well: send the original through the same row.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

Pixels = NDArray[np.uint8]

CROP = 64  # pixels off every border, at most an eighth of the shorter side
NOISE = 0.02  # standard deviation, of full scale
SEED = 20260101  # of the noise row


@dataclass(frozen=True)
class Row:
    """``name`` is the key the interface translates; ``apply`` the attack."""

    name: str
    apply: Callable[[Tensor], Tensor] = field(repr=False)


def to_pixels(images: Tensor) -> Pixels:
    """(1, 3, h, w) in [0, 1] -> (h, w, 3) 8 bit."""
    scaled = images[0].detach().float().clamp(0, 1).mul(255).round().byte()
    return np.ascontiguousarray(scaled.permute(1, 2, 0).cpu().numpy())


def to_images(pixels: NDArray[Any], like: Tensor) -> Tensor:
    """(h, w, 3) 8 bit -> (1, 3, h, w) in [0, 1] with the device and type of ``like``."""
    values = torch.from_numpy(np.array(pixels, dtype=np.float32) / 255)
    return values.permute(2, 0, 1)[None].to(like)


def _codec(format: str, quality: int) -> Callable[[Tensor], Tensor]:
    def apply(images: Tensor) -> Tensor:
        file = io.BytesIO()
        Image.fromarray(to_pixels(images)).save(file, format=format, quality=quality)
        with Image.open(file) as read:
            return to_images(np.asarray(read.convert("RGB")), images)

    return apply


def _resize(factor: float) -> Callable[[Tensor], Tensor]:
    """Down and back up, as a thumbnail that somebody enlarges again."""

    def apply(images: Tensor) -> Tensor:
        picture = Image.fromarray(to_pixels(images))
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        small = picture.resize(size, Image.Resampling.LANCZOS)
        return to_images(np.asarray(small.resize(picture.size, Image.Resampling.BICUBIC)), images)

    return apply


def crop_and_resize(images: Tensor) -> Tensor:
    picture = Image.fromarray(to_pixels(images))
    off = min(CROP, min(picture.size) // 8)
    box = (off, off, picture.width - off, picture.height - off)
    return to_images(
        np.asarray(picture.resize(picture.size, Image.Resampling.BICUBIC, box=box)), images
    )


def rotate(images: Tensor) -> Tensor:
    """One degree counter-clockwise, borders replicated so that no black corner gives it away."""
    import cv2

    pixels = to_pixels(images)
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 1.0, 1.0)
    turned = cv2.warpAffine(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return to_images(turned, images)


def gaussian(images: Tensor) -> Tensor:
    import cv2

    return to_images(cv2.GaussianBlur(to_pixels(images), (0, 0), 1.0), images)


def median(images: Tensor) -> Tensor:
    import cv2

    return to_images(cv2.medianBlur(to_pixels(images), 3), images)


def bilateral(images: Tensor) -> Tensor:
    """Edge-preserving smoothing, 25 grey levels wide: the usual "denoise" button."""
    import cv2

    return to_images(cv2.bilateralFilter(to_pixels(images), 7, 25, 5), images)


def noise(images: Tensor) -> Tensor:
    random = torch.Generator().manual_seed(SEED)
    drawn = torch.randn(images.shape, generator=random).to(images)
    return (images + NOISE * drawn).clamp(0, 1)


def tone_curve(images: Tensor) -> Tensor:
    """An S-curve with lifted shadows, as photo filters apply it."""
    x = images.clamp(0, 1)
    contrast = x + 0.12 * torch.sin(2 * torch.pi * (x - 0.5))
    return (0.04 + 0.96 * contrast).clamp(0, 1)


CHANNELS: tuple[Row, ...] = (
    *(Row(f"jpeg-{quality}", _codec("JPEG", quality)) for quality in (95, 85, 75, 65, 50, 30)),
    Row("webp-80", _codec("WEBP", 80)),
    Row("resize-0.75", _resize(0.75)),
    Row("resize-0.5", _resize(0.5)),
    Row("crop", crop_and_resize),
    Row("rotate", rotate),
    Row("gaussian", gaussian),
    Row("median", median),
    Row("bilateral", bilateral),
    Row("noise", noise),
    Row("tone-curve", tone_curve),
)


def channel_named(name: str) -> Row:
    """Raises ``KeyError`` for a name that is none of ``CHANNELS``."""
    return {row.name: row for row in CHANNELS}[name]
