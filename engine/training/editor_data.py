"""Training pairs for the editor: latents of crops and of their true edits, cached in memory.

Encoding costs as much as a training step of the small U-Net, so every latent is used many times:
the pool holds the latest crops with *all* their edits and is renewed a little at every step.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.training.edits import EDITS, ORIGINAL, truths
from engine.training.images import Crops

NAMES = (ORIGINAL, *(edit.name for edit in EDITS))  # order of a crop's latents in the pool


@torch.no_grad()
def encode(vae: Any, images: Tensor) -> Tensor:
    """Images in [0, 1] -> unscaled latent modes in float32, any diffusers family."""
    with torch.autocast(images.device.type, torch.bfloat16):
        encoded = vae.encode(images * 2 - 1)
    if hasattr(encoded, "latent_dist"):
        latent: Tensor = encoded.latent_dist.mode()
    else:
        latent = encoded.latents if hasattr(encoded, "latents") else encoded.latent
    return latent.float()


def crops_of_sizes(files: Sequence[Path], sizes: Sequence[int], seed: int) -> list[Crops]:
    """Crops of several sizes that share the decoded pictures, which take most of the memory."""
    smallest = Crops(files, min(sizes), seed)
    made = []
    for size in sizes:
        crops = copy.copy(smallest)
        crops.size = size
        crops.random = np.random.default_rng((seed, size))
        large = [min(picture.shape[:2]) >= size for picture in smallest.pictures]
        if not any(large):
            raise ValueError(f"No picture of at least {size}x{size} pixels in the given folders.")
        crops.pictures = list(itertools.compress(smallest.pictures, large))
        crops.weight = smallest.weight[large] / smallest.weight[large].sum()
        made.append(crops)
    return made


class LatentPool:
    """A ring of the latents of ``capacity`` crops of one size, each with all its edits."""

    def __init__(self, vae: Any, crops: Crops, capacity: int, device: torch.device) -> None:
        self.vae = vae
        self.crops = crops
        self.capacity = capacity
        self.device = device
        self.latents: list[Tensor] = []  # each (len(NAMES), channels, side, side), half precision
        self.added = 0

    def add(self) -> None:
        """Encode one more crop and its edits, replacing the oldest when full."""
        image = ((self.crops.batch(1) + 1) / 2).to(self.device)
        variants = torch.cat(list(truths(image).values()))
        latents = encode(self.vae, variants.contiguous(memory_format=torch.channels_last)).half()
        if len(self.latents) < self.capacity:
            self.latents.append(latents)
        else:
            self.latents[self.added % self.capacity] = latents
        self.added += 1

    def batch(self, n: int, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """``n`` pairs: source latents, target latents, and the index of each target in NAMES."""
        crop = torch.randint(len(self.latents), (n,), generator=random)
        edit = torch.randint(1, len(NAMES), (n,), generator=random)
        pairs = [(self.latents[c][0], self.latents[c][e]) for c, e in zip(crop, edit, strict=True)]
        source = torch.stack([pair[0] for pair in pairs]).float()
        target = torch.stack([pair[1] for pair in pairs]).float()
        return source, target, edit

    def originals(self, n: int, random: torch.Generator) -> Tensor:
        """Latents of ``n`` unedited crops."""
        crop = torch.randint(len(self.latents), (n,), generator=random)
        return torch.stack([self.latents[int(c)][0] for c in crop]).float()
