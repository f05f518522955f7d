"""Training pictures held in memory: any folder of images, decoded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def find_images(folders: Sequence[Path]) -> list[Path]:
    """All pictures below the folders, in a stable order."""
    found = [p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES]
    return sorted(found)


class Crops:
    """Random square crops from a fixed set of pictures.

    Every picture is kept at full and at half size, so that a crop sees fine texture and
    whole objects alike. ``batch`` returns float crops of shape (n, 3, size, size) in [-1, 1].
    """

    def __init__(self, files: Sequence[Path], size: int, seed: int) -> None:
        self.size = size
        self.random = np.random.default_rng(seed)
        self.pictures: list[np.ndarray] = []
        for file in files:
            with Image.open(file) as opened:
                picture = ImageOps.exif_transpose(opened).convert("RGB")
            while min(picture.size) >= size:
                self.pictures.append(np.asarray(picture))
                picture = picture.resize(
                    (picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS
                )
        if not self.pictures:
            raise ValueError(f"No picture of at least {size}x{size} pixels in the given folders.")
        # Weight by area: a large picture holds more different crops than its half-size copy.
        area = np.array([p.shape[0] * p.shape[1] for p in self.pictures], dtype=np.float64)
        self.weight = np.sqrt(area) / np.sqrt(area).sum()

    def batch(self, n: int) -> Tensor:
        crops = np.empty((n, self.size, self.size, 3), dtype=np.uint8)
        for i, k in enumerate(self.random.choice(len(self.pictures), size=n, p=self.weight)):
            picture = self.pictures[k]
            y = self.random.integers(picture.shape[0] - self.size + 1)
            x = self.random.integers(picture.shape[1] - self.size + 1)
            crop = picture[y : y + self.size, x : x + self.size]
            if self.random.random() < 0.5:
                crop = crop[:, ::-1]
            if self.random.random() < 0.25:
                crop = crop[::-1].swapaxes(0, 1)
            crops[i] = crop
        return torch.from_numpy(crops).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
