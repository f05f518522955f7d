"""SIFM, arXiv 2512.14320: against AI editing. Two terms on the denoiser's deep features.

With ``phi_t`` the mean of M deep-layer features at the noised latent ``z_t``, minimise

    mean_t ||phi_t(x + d)||_1  -  lambda * MSE(phi_t(x + d), phi_t(x))

so that the features leave the original's edit trajectory (second term) and shrink (first term).
[P] sign-PGD in pixels, epsilon 0.03, 100 steps, lambda 0.1, d0 = 0, clean features computed once
(so the noise is fixed). The paper finds that both terms are needed.

[R] Layers: the mid block and the first up block, averaged after each is put in units of its own
clean value (mean magnitude for the norm, mean power for the distance), so that lambda does not
depend on a network's scale; t from {200, 400, 600, 800}, one of them a step in turn; the prompts
in turn as well, so that no single wording is all that the cloak knows.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.models.ddim import noised
from engine.models.roles import Denoiser
from engine.optimise.channels import Transform, unchanged

TIMES = (200, 400, 600, 800)  # [R] of 1000
WEIGHT = 1.0  # [R] lambda between the terms in their own units; [P] 0.1 in the paper's units
EPSILON = 0.03  # [P]
STEPS = 100  # [P]


class Sifm:
    """A loss for ``engine.optimise.loop``; with ``norm`` or ``distance`` off, the ablations.

    ``image`` is the unprotected photo (1, 3, h, w) in [0, 1]. A model that sees a photo beside
    its noised latent (an instruction editor) is shown the protected one there too.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        image: Tensor,
        prompts: Sequence[str] = ("",),
        weight: float = WEIGHT,
        norm: bool = True,
        distance: bool = True,
        times: Sequence[int] = TIMES,
        seed: int = 0,
    ) -> None:
        if not (norm or distance):
            raise ValueError("SIFM needs at least one of its two terms")
        self.denoiser = denoiser
        self.image = image
        self.weight = weight
        self.norm = norm
        self.distance = distance
        self.times = [min(t * denoiser.time_steps // 1000, denoiser.time_steps - 1) for t in times]
        self.seed = seed
        with torch.no_grad():
            self.texts = [denoiser.embed([prompt]) for prompt in prompts]
        self._clean: dict[tuple[int, int], list[Tensor]] = {}
        self._shift: Tensor | None = None  # under which ``_clean`` was computed

    @property
    def text_like(self) -> Tensor:
        """An embedded prompt, for whoever perturbs it (``engine.photo.tdae.DynamicPrompt``)."""
        return self.texts[0]

    def __call__(
        self, images: Tensor, step: int, transform: Transform, shift: Tensor | None = None
    ) -> Tensor:
        """Scalar to be minimised; ``shift`` is added to the embedded prompt."""
        clean = self._clean_features(step, transform, shift)
        found = self._features(transform(images), step, shift)
        total = found[0].new_zeros(())
        for now, before in zip(found, clean, strict=True):
            if self.norm:
                total = total + now.abs().mean() / before.abs().mean().clamp(min=1e-8)
            if self.distance:
                moved = (now - before).square().mean() / before.square().mean().clamp(min=1e-8)
                total = total - self.weight * moved
        return total / len(found)

    def _clean_features(
        self, step: int, transform: Transform, shift: Tensor | None
    ) -> list[Tensor]:
        """Of the photo through this step's channel and under this prompt, so that only the cloak
        makes a difference; kept where the channel changes nothing."""
        if shift is not None and shift.requires_grad:
            return self._features(transform(self.image), step, shift)
        with torch.no_grad():
            if transform is not unchanged:
                return self._features(transform(self.image), step, shift)
            if shift is not self._shift:
                self._clean.clear()
                self._shift = shift
            # Time and prompt alternate with periods len(times) and len(texts).
            key = (step % len(self.times), step // len(self.times) % len(self.texts))
            if key not in self._clean:
                self._clean[key] = self._features(self.image, step, shift)
            return self._clean[key]

    def _features(self, images: Tensor, step: int, shift: Tensor | None) -> list[Tensor]:
        t = self.times[step % len(self.times)]
        text = self.texts[step // len(self.times) % len(self.texts)]
        z = self.denoiser.autoencoder.encode(images)
        random = torch.Generator().manual_seed(self.seed + step % len(self.times))
        noise = torch.randn(z.shape, generator=random).to(z)
        condition = self.denoiser.condition(text if shift is None else text + shift, z)
        z_t = noised(self.denoiser, z, t, noise)
        return [value.float() for value in self.denoiser.features(z_t, t, condition)]
