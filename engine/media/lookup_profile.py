"""Profiles made of lookup tables (scanners, printers, CMYK, LAB) through LittleCMS, 8 bits."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

# What LittleCMS and Pillow raise for profiles they cannot use.
_REFUSALS = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


@cache
def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


def to_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """A CMYK or LAB picture as sRGB. Without a usable profile CMYK is converted plainly."""
    try:
        if picture.mode == "LAB":
            source: Any = ImageCms.createProfile("LAB")
        elif icc:
            source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        else:
            return picture.convert("RGB")
        converted = ImageCms.profileToProfile(picture, source, _srgb(), outputMode="RGB")
    except _REFUSALS:
        converted = None
    return converted if converted is not None else picture.convert("RGB")


def srgb_converter(
    icc: bytes, channels: int
) -> Callable[[NDArray[np.unsignedinteger]], NDArray[np.float32]] | None:
    """A function from (n, W, C) samples to sRGB 0..1 (n, W, 3); None if the profile is unusable."""
    mode = "L" if channels == 1 else "RGB"
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        transform = ImageCms.buildTransform(profile, _srgb(), mode, "RGB")
    except _REFUSALS:
        return None

    def convert(samples: NDArray[np.unsignedinteger]) -> NDArray[np.float32]:
        if samples.dtype == np.uint16:
            samples = np.rint(samples / np.float32(257)).astype(np.uint8)
        picture = Image.fromarray(samples[..., 0] if channels == 1 else samples)
        seen = ImageCms.applyTransform(picture, transform)
        return np.asarray(seen, np.float32) / np.float32(255)

    return convert
