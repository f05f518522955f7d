"""A picture with what photos have: smooth sky, edges, texture and grain. Drawn, so ours to use."""

from __future__ import annotations

import numpy as np
from PIL import Image


def photo(width: int = 384, height: int = 256, seed: int = 0) -> Image.Image:
    """An RGB landscape of ``width`` x ``height``; the same for the same seed."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    sky = np.stack([0.45 + 0.4 * y, 0.6 + 0.3 * y, 0.95 - 0.1 * y], axis=-1)
    texture = sum(
        _noise(random, height, width, cells) / cells**0.5 for cells in (4, 8, 16, 32, 64, 128)
    )
    ridge = 0.3 + 0.12 * np.sin(7 * x + seed) + 0.05 * np.sin(23 * x) + 0.02 * texture
    ground = np.stack([0.3 + 0.1 * y, 0.35 + 0.1 * x, 0.2 + 0 * x], axis=-1)
    ground = ground + 0.12 * texture[..., None]
    picture = np.where((y > ridge)[..., None], ground, sky)
    for _ in range(6):  # houses: straight edges and flat colours
        left, top = random.uniform(0, 0.9), random.uniform(0.45, 0.6)
        inside = (x > left) & (x < left + 0.08) & (y > top) & (y < top + 0.1)
        picture[inside] = random.uniform(0.1, 0.9, 3) + 0.03 * texture[inside][:, None]
    picture = picture + random.normal(0, 0.012, picture.shape)
    return Image.fromarray((picture.clip(0, 1) * 255).round().astype(np.uint8))


def _noise(random: np.random.Generator, height: int, width: int, cells: int) -> np.ndarray:
    """Smooth noise with ``cells`` bumps along the longer side, about -1 to 1."""
    scale = cells / max(width, height)
    coarse = random.uniform(-1, 1, (max(2, int(height * scale)), max(2, int(width * scale))))
    image = Image.fromarray(coarse.astype(np.float32), mode="F")
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))
