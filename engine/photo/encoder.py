"""The encoder cloak: push the latent of image autoencoders away from where it was.

The first of the photo methods and the one the others add to: every latent diffusion editor starts
by encoding the picture, so what the encoder no longer sees, the editor cannot keep. Minimises

    -||W E(T(x + d)) - W E(T(x))||_2 / ||W E(T(x))||_2

for each surrogate E with its whitening W, under this step's channel T; several surrogates share
the budget by min-norm weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.models.roles import Autoencoder
from engine.models.whitening import Whitening
from engine.optimise.channels import Transform, resize_channel, unchanged
from engine.optimise.loop import FLATNESS_TDAE, Options

FEW_PIXELS = 16


@dataclass
class LatentShift:
    """Loss of the one loop: minus the relative shift of one surrogate's latent."""

    surrogate: Autoencoder
    whitening: Whitening
    image: Tensor  # (1, 3, h, w) in [0, 1]
    _clean: Tensor | None = field(default=None, init=False, repr=False)

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        clean = self._clean_latent(transform)
        moved = self._encode(transform(images))
        shift: Tensor = (moved - clean).norm() / clean.norm()
        return -shift

    @torch.no_grad()
    def _clean_latent(self, transform: Transform) -> Tensor:
        if transform is not unchanged:
            return self._encode(transform(self.image))
        if self._clean is None:
            self._clean = self._encode(self.image)
        return self._clean

    def _encode(self, images: Tensor) -> Tensor:
        return self.whitening(self.surrogate.encode(images))


def in_turn(
    surrogates: Sequence[tuple[Autoencoder, Whitening]], image: Tensor
) -> list[LatentShift]:
    """One loss for each surrogate, and for each that keeps little a second turn between others.

    Where a latent holds no more than one number for ``FEW_PIXELS`` pixels, as those of the most
    used published editors do, only coarse changes are seen, and those weigh little beside the fine
    ones that every other surrogate asks for.
    """
    losses = [LatentShift(model, whitening, image) for model, whitening in surrogates]
    few = [
        loss
        for loss in losses
        if loss.surrogate.latent_channels * FEW_PIXELS <= loss.surrogate.factor**2
    ]
    return losses if len(few) == len(losses) else [losses[0], *few, *losses[1:]]


# Searched in single pixels, measured on the judge over four Kodak crops at epsilon 8/255: whitened
# shift .69 (white noise .26, noise in 4 px blocks .49). With 32 steps .697; with those .689 without
# whitening, .689 without the flat-minima step, and .690 with channels in front of the surrogate,
# which are therefore off. One surrogate a step in turn (``engine.optimise.turns``) costs half as
# much as both at every step.
#
# A delta that is the mean of single pixels and 4 px blocks, from a small start, moves encoders that
# it never met further and with less change. Epsilon 8/255, 36 steps, four CC0 photos at 256 px,
# whitened shift of the judge and of the judge editor's autoencoder, as saved / JPEG 75 / half size
# and back:                                    judge            judge editor's      rms / 255
#  single pixels, start .5 (before)      .76  .79  .79      .203  .212  .184      7.75
#  2 px blocks                           .79  .82  .81      .231  .233  .202      7.81
#  4 px blocks                           .87  .88  .88      .274  .270  .239      7.85
#  pixels and 4 px blocks                .85  .87  .87      .258  .259  .228      7.48
#  2 and 4 px blocks                     .86  .87  .87      .269  .267  .235      7.74
#  pixels, 2 and 4 px blocks             .88  .89  .89      .266  .265  .232      7.85
# The mean of two was taken for the most shift per unit of change where it is least (half size:
# 1.52 and 1.28 of 4 px block noise of equal energy; 1.33 and 1.00 before). Single pixels behind a
# channel that reduces and enlarges the picture gained less (with SIFM, second judge .220 .226
# .204). On eight Kodak crops, with SIFM, 1.49 and 1.30 at half size (1.30 and 1.01 before).
#
# What is searched at one size, on surrogates of 16 channels alone, fits little else. Times the
# shift under 4 px block noise of equal energy, two photos at 160 px, epsilon 8/255, no SIFM, at
# about the same time; as saved / JPEG 75 / half size / .75 / cropped by 3 and 5 px. V is an f16
# VQModel of another seed that no cloak is searched on (photos at 128 px):
#                        judge                    judge editor's           V
#  kl, tiny (before)     1.57 1.51  .44 1.78 1.51 1.35 1.29  .29  .51  .88  .30  .36  .43  .33  .32
#  A: reduced at times   .95 1.02 1.64 1.28  .97 1.37 1.27  .96 1.50 1.37
#  B: kl4, a kl16 too    1.48 1.45  .75 1.68 1.45 1.39 1.33  .62  .88 1.00  .53  .54  .56  .45  .57
#  A and B               1.18 1.21 1.23 1.41 1.17 1.38 1.33  .97 1.29 1.24  .93  .90  .88  .73  .96
#  A; kl, kl4, tiny, kl4 1.02 1.06 1.35 1.15 1.04 1.40 1.34 1.27 1.51 1.36 1.22 1.16 1.12 1.17 1.21
# The last was taken: it is over block noise everywhere, the others move some encoder less than
# noise does. With the flat-minima step and half the steps as much (.98 to 1.53), with both .97 to
# 1.43. With the kl16 as well, 1.12 to 1.43 on the judges but .84 to 1.03 on V: left out. Part of
# one encoder's gain is another's loss, the judge's as saved first of all. 8 px blocks as a third
# part cost the judge .95 -> .69 as saved. Four Kodak crops of 192 px, before -> now:
#  judge          as saved 1.62 -> .99, JPEG 75 1.68 -> 1.08, half .41 -> 1.36, .75 1.84 -> 1.15
#  judge editor's          1.44 -> 1.42         1.39 -> 1.36       .28 -> 1.32      .49 -> 1.51
#  V                        .26 -> 1.33          .35 -> 1.31       .34 -> 1.14      .28 -> 1.18
ENCODER_OPTIONS = Options(
    steps=36,
    step_size=0.3,
    blocks=(1, 4),
    start=0.1,
    channels=(resize_channel(0.45, 0.9),),
    identity=0.6,
    flatness=FLATNESS_TDAE,
)
