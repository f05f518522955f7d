"""InstructPix2Pix: edits a picture by an instruction (2211.09800)."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from engine.models import ddim
from engine.models.loaders import denoiser
from engine.models.loaders.source import Source

STEPS = 20
TEXT_GUIDANCE = 7.5
IMAGE_GUIDANCE = 1.5


class InstructionEditor:
    """``roles.Editor`` on an instruction editor's U-Net, with deterministic steps.

    Guidance of section 3.2.1: the prediction without anything, plus 1.5 times what the photo adds
    to it, plus 7.5 times what the instruction adds to that. No gradients: it plays the attacker.
    """

    def __init__(self, model: denoiser.StableDiffusion) -> None:
        self.id = model.id
        self.denoiser = model

    @torch.no_grad()
    def edit(
        self,
        images: Tensor,
        instruction: str,
        seed: int,
        check: Callable[[], None] = lambda: None,
        steps: int = STEPS,
    ) -> Tensor:
        """``check`` is called at every step and may raise."""
        model = self.denoiser
        height, width = images.shape[-2:]
        latents = model.autoencoder.encode(images)
        text = model.embed([instruction, ""])
        both = model.condition(text[:1], latents)
        photo = model.condition(text[1:], latents)
        nothing = model.condition(text[1:])
        times = ddim.schedule(model, steps)
        z = ddim.randn_like(latents[:1], seed).expand_as(latents)
        for t, to in zip(times[:0:-1], times[-2::-1], strict=True):
            check()
            clean = model.predict(z, t, nothing)
            seen = model.predict(z, t, photo)
            clean = (
                clean
                + IMAGE_GUIDANCE * (seen - clean)
                + TEXT_GUIDANCE * (model.predict(z, t, both) - seen)
            )
            a, b = model.alpha_bar(t), model.alpha_bar(to)
            noise = (z - math.sqrt(a) * clean) / max(math.sqrt(1 - a), 1e-3)
            z = math.sqrt(b) * clean + math.sqrt(1 - b) * noise if to else clean
        edited: Tensor = model.autoencoder.decode(z)[..., :height, :width]
        return edited.clamp(0, 1).to(images)


def load(source: Source) -> InstructionEditor:
    vae = denoiser.own_autoencoder(source, source.folder / "vae")
    return InstructionEditor(denoiser.load_parts(source, vae))
