"""Training pairs for the editor: latents of crops and of their true edits, cached on the device.

Encoding a picture with its edits costs as much as several training steps, so every latent is used
many times: the pool holds the latest crops with *all* their edits and is renewed as training goes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.training.edits import EDITS, ORIGINAL, truths
from engine.training.pack import DeviceCrops

NAMES = (ORIGINAL, *(edit.name for edit in EDITS))  # order of a crop's latents in the pool
ENCODED_AT_ONCE = 512  # pictures of 128 pixels
VARIED = 0.5  # share of the crops whose light and colours are changed a little


@torch.no_grad()
def encode(vae: Any, images: Tensor) -> Tensor:
    """Images in [0, 1] -> unscaled latent modes in float32, any diffusers family."""
    kind = torch.float16 if images.device.type == "cuda" else torch.bfloat16
    with torch.autocast(images.device.type, kind):
        encoded = vae.encode(images * 2 - 1)
    if hasattr(encoded, "latent_dist"):
        latent: Tensor = encoded.latent_dist.mode()
    else:
        latent = encoded.latents if hasattr(encoded, "latents") else encoded.latent
    return latent.float()


def varied(images: Tensor, random: torch.Generator) -> Tensor:
    """Other exposures and tints of the photos, for ``VARIED`` of them: (n, 3, h, w) in [0, 1]."""

    def draw(*shape: int) -> Tensor:
        return torch.rand(len(images), *shape, generator=random, device=images.device)

    gamma = torch.exp((draw(1, 1, 1) - 0.5) * 0.9)
    gain = 0.85 + 0.3 * draw(3, 1, 1)
    changed = (images.clamp(1e-4, 1).pow(gamma) * gain).clamp(0, 1)
    return torch.where(draw(1, 1, 1) < VARIED, changed, images)


class LatentPool:
    """A ring of the latents of ``capacity`` crops of one size, each with all its edits.

    ``latents``: (capacity, len(NAMES), channels, side, side) in half precision, of which the first
    ``filled`` crops hold something.
    """

    def __init__(self, vae: Any, crops: DeviceCrops, capacity: int) -> None:
        self.vae = vae
        self.crops = crops
        self.capacity = capacity
        self.added = 0
        first = self._encoded(1)
        self.latents = torch.empty(
            (capacity, *first.shape[1:]), dtype=torch.float16, device=crops.device
        )

    @property
    def filled(self) -> int:
        return min(self.added, self.capacity)

    def _encoded(self, n: int) -> Tensor:
        images = varied((self.crops.batch(n) + 1) / 2, self.crops.random)
        variants = torch.stack(list(truths(images).values()), 1).flatten(0, 1)
        at_once = max(1, ENCODED_AT_ONCE * 128**2 // self.crops.size**2)
        parts = [
            encode(self.vae, part.contiguous(memory_format=torch.channels_last)).half()
            for part in torch.split(variants, at_once)
        ]
        together = torch.cat(parts)
        return together.view(n, len(NAMES), *together.shape[1:])

    def add(self, n: int = 1) -> None:
        """Encode ``n`` more crops with their edits, replacing the oldest when full."""
        places = torch.arange(self.added, self.added + n, device=self.latents.device)
        self.latents[places % self.capacity] = self._encoded(n)
        self.added += n

    def batch(self, n: int, random: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """``n`` pairs: source latents, target latents, and the index of each target in NAMES."""
        device = self.latents.device
        crop = torch.randint(self.filled, (n,), generator=random, device=device)
        edit = torch.randint(1, len(NAMES), (n,), generator=random, device=device)
        return self.latents[crop, 0].float(), self.latents[crop, edit].float(), edit
