"""InstructPix2Pix: edits a picture by an instruction (2211.09800)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.models import ddim
from engine.models.loaders import denoiser
from engine.models.loaders.source import Source


@dataclass(frozen=True)
class Sampling:
    """How an editor is meant to be used; the defaults are InstructPix2Pix's, with fewer steps."""

    steps: int = 20
    text_guidance: float = 7.5
    image_guidance: float = 1.5


def sampling(folder: Path) -> Sampling:
    """What the model's ``training.json`` says under ``sampling``, in the names of diffusers'
    pipeline; the defaults where it says nothing."""
    file = folder / "training.json"
    said = json.loads(file.read_text()).get("sampling", {}) if file.is_file() else {}
    usual = Sampling()
    return Sampling(
        int(said.get("num_inference_steps", usual.steps)),
        float(said.get("guidance_scale", usual.text_guidance)),
        float(said.get("image_guidance_scale", usual.image_guidance)),
    )


class InstructionEditor:
    """``roles.Editor`` on an instruction editor's U-Net, with deterministic steps.

    Guidance of section 3.2.1: the prediction without anything, plus ``image_guidance`` times what
    the photo adds to it, plus ``text_guidance`` times what the instruction adds to that. No
    gradients: it plays the attacker.
    """

    def __init__(self, model: denoiser.StableDiffusion, sampling: Sampling) -> None:
        self.id = model.id
        self.sha256 = model.sha256
        self.denoiser = model
        self.sampling = sampling

    @torch.no_grad()
    def edit(
        self,
        images: Tensor,
        instruction: str,
        seed: int,
        check: Callable[[], None] = lambda: None,
        steps: int | None = None,
    ) -> Tensor:
        """``check`` is called at every step and may raise. ``steps``: other than its own."""
        latents = images
        for seen in self.sample(images, instruction, seed, steps):
            check()
            latents = seen
        return self.developed(latents, images)

    @torch.no_grad()
    def sample(
        self, images: Tensor, instruction: str, seed: int, steps: int | None = None
    ) -> Iterator[Tensor]:
        """The clean latents as they are seen at each step; the last are those of the edit."""
        model = self.denoiser
        latents = model.autoencoder.encode(images)
        text = model.embed([instruction, ""])
        times = ddim.schedule(model, steps or self.sampling.steps)
        z = ddim.randn_like(latents[:1], seed).expand_as(latents)
        for t, to in zip(times[:0:-1], times[-2::-1], strict=True):
            clean = self._predict(z, t, text, latents)
            yield clean
            a, b = model.alpha_bar(t), model.alpha_bar(to)
            noise = (z - math.sqrt(a) * clean) / max(math.sqrt(1 - a), 1e-3)
            z = math.sqrt(b) * clean + math.sqrt(1 - b) * noise

    @torch.no_grad()
    def developed(self, latents: Tensor, images: Tensor) -> Tensor:
        """Latents of ``sample`` as pictures of the size of ``images``, in [0, 1]."""
        height, width = images.shape[-2:]
        decoded: Tensor = self.denoiser.autoencoder.decode(latents)[..., :height, :width]
        return decoded.clamp(0, 1).to(images)

    def _predict(self, z: Tensor, t: int, text: Tensor, latents: Tensor) -> Tensor:
        """The clean latent under guidance. ``text``: the instruction's embedding, then none's."""
        model = self.denoiser
        both = model.predict(z, t, model.condition(text[:1], latents))
        words, photo = self.sampling.text_guidance, self.sampling.image_guidance
        if words == photo == 1:  # what the rest adds is nothing, and costs twice as much again
            return both
        seen = model.predict(z, t, model.condition(text[1:], latents))
        nothing = model.predict(z, t, model.condition(text[1:]))
        return nothing + photo * (seen - nothing) + words * (both - seen)


def load_folder(
    folder: Path, id: str, sha256: str, device: torch.device, dtype: torch.dtype
) -> InstructionEditor:
    """A pipeline's folder in diffusers' layout, its ``training.json`` included where it has one."""
    vae = denoiser.own_autoencoder(folder, id, device, dtype)
    model = denoiser.load_parts(folder, id, sha256, device, dtype, vae)
    return InstructionEditor(model, sampling(folder))


def load(source: Source) -> InstructionEditor:
    editor = load_folder(source.folder, source.entry.id, source.sha256, source.device, source.dtype)
    width = editor.denoiser.condition_width
    source.expect(
        latent_channels=editor.denoiser.autoencoder.latent_channels, condition_width=width
    )
    return editor
