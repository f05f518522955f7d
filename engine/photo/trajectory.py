"""Trajectory-shifted perturbations, arXiv 2510.03089: against unauthorised personalisation.

[P] Invert the photo to a terminal latent, perturb it *there*, reconstruct with a few denoising
steps (4), and maximise the loss that Textual Inversion and DreamBooth minimise. The perturbation
lies on the denoiser's own manifold, which is why DiffPure-like purification keeps it. 10/255 and 4
steps work best; PSNR and SSIM are constrained.

[R] DDIM inversion in 4 steps to a moderate t; the gradient flows through the checkpointed 4-step
denoise (the published code detaches it); what the photo gets is the pixel difference that the
offset makes, within the loop's limit.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.models.ddim import follow, noised
from engine.models.roles import Denoiser
from engine.optimise.channels import Transform

DEPTH = 4  # [P] steps of inversion and of denoising
TOP = 0.3  # [R] the moderate t, as a share of the schedule
REACH = 1.0  # [R] largest offset in standard deviations of the terminal latent
EPSILON = 10 / 255  # [P]
PROMPTS = ("a photo of sks", "a close-up photo of sks", "sks in the open", "a portrait of sks")


class Trajectory:
    """Turns an offset of the terminal latent into a pixel delta; a ``Decoder`` of the loop.

    ``shape`` is the offset's; its values in [-1, 1] are shares of ``REACH``. The zero offset gives
    exactly zero delta, whatever the model loses in inversion and decoding.
    """

    def __init__(self, denoiser: Denoiser, image: Tensor, reach: float = REACH) -> None:
        self.denoiser = denoiser
        self.reach = reach
        self.size = image.shape[-2:]
        top = round(TOP * (denoiser.time_steps - 1))
        self.times = [round(top * i / DEPTH) for i in range(DEPTH + 1)]
        with torch.no_grad():
            self.empty = denoiser.condition(denoiser.embed([""]))
            z = denoiser.autoencoder.encode(image)
            self.terminal = follow(denoiser, z, self.times, self.empty)
            self.unshifted = self._reconstruct(self.terminal)
        self.shape = tuple(self.terminal.shape)

    def __call__(self, offset: Tensor) -> Tensor:
        """Offset (1, c, h/f, w/f) in [-1, 1] -> delta (1, 3, h, w) in pixels' units."""
        shifted = self.terminal + self.reach * offset
        return self._reconstruct(shifted) - self.unshifted

    def _reconstruct(self, latent: Tensor) -> Tensor:
        z = follow(self.denoiser, latent, self.times[::-1], self.empty)
        decoded = self.denoiser.autoencoder.decode(z)
        return decoded[..., : self.size[0], : self.size[1]]


class PersonalisationLoss:
    """Minus the denoising loss that personalisation minimises: a loss for the loop.

        - E_t || eps_theta(z_t, t, subject prompt) - eps ||^2

    One time and one prompt a step, drawn from the step's number; the noise too. ``shift`` moves
    the embedded prompt (``engine.photo.tdae.DynamicPrompt``).
    """

    def __init__(
        self,
        denoiser: Denoiser,
        prompts: Sequence[str] = PROMPTS,
        times: tuple[float, float] = (0.05, 0.95),
        seed: int = 0,
    ) -> None:
        self.denoiser = denoiser
        self.times = times
        self.seed = seed
        with torch.no_grad():
            self.texts = [denoiser.embed([prompt]) for prompt in prompts]

    @property
    def text_like(self) -> Tensor:
        return self.texts[0]

    def __call__(
        self, images: Tensor, step: int, transform: Transform, shift: Tensor | None = None
    ) -> Tensor:
        random = torch.Generator().manual_seed((self.seed << 20) + step)
        low, high = self.times
        share = low + (high - low) * float(torch.rand((), generator=random))
        t = round(share * (self.denoiser.time_steps - 1))
        text = self.texts[int(torch.randint(len(self.texts), (), generator=random))]
        z = self.denoiser.autoencoder.encode(transform(images))
        noise = torch.randn(z.shape, generator=random).to(z)
        condition = self.denoiser.condition(text if shift is None else text + shift)
        z_t = noised(self.denoiser, z, t, noise)
        clean = self.denoiser.predict(z_t, t, condition)
        # The error of the noise, from that of the clean latent: eps = (z_t - sqrt(a) z) / ...
        a = self.denoiser.alpha_bar(t)
        return -(a / (1 - a)) * (clean - z).float().square().mean()
