"""Decoded pixel grids taken apart: colour samples and alpha."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.media.photo import Samples


def separated(
    decoded: NDArray[Any], grey: bool, opaque: bool = False
) -> tuple[Samples, Samples | None]:
    """(H, W), (H, W, 2), (H, W, 3) or (H, W, 4) as samples (H, W, 1 or 3) and alpha (H, W)."""
    if decoded.ndim == 2:
        return decoded[..., None], None
    alpha = None
    if decoded.shape[2] in (2, 4) and not opaque:
        alpha = np.ascontiguousarray(decoded[..., -1])
    colours = 1 if grey else 3
    return np.ascontiguousarray(decoded[..., :colours]), alpha


def keyed(samples: Samples, key: bytes, scale: int) -> Samples:
    """Alpha from a PNG's single transparent colour (section 11.3.1.1)."""
    channels = samples.shape[2]
    colour = np.frombuffer(key[: 2 * channels], ">u2").astype(np.int64) * scale
    if len(colour) != channels:
        return np.full(samples.shape[:2], np.iinfo(samples.dtype).max, samples.dtype)
    clear = (samples == colour).all(axis=2)
    return np.where(clear, 0, np.iinfo(samples.dtype).max).astype(samples.dtype)
