"""What a face recogniser makes of a change, beside noise of the same energy."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.models.loaders.identity import aligned
from engine.models.roles import Face, IdentityEncoder

NEAR = 15  # px around a pixel over which the noise takes the change's energy


def local_noise(image: Tensor, changed: Tensor, side: int, seed: int = 0) -> Tensor:
    """``image`` with noise in blocks of ``side`` px, everywhere of the change's local energy.

    All are (1, 3, h, w) in [0, 1].
    """
    delta = changed - image
    height, width = image.shape[-2:]
    random = torch.Generator().manual_seed(seed)
    noise = torch.randn((1, 3, -(-height // side), -(-width // side)), generator=random)
    noise = noise.repeat_interleave(side, 2).repeat_interleave(side, 3)[..., :height, :width]
    power = functional.avg_pool2d(delta.square().mean(1, keepdim=True), 2 * NEAR + 1, 1, NEAR)
    noise = noise.to(image) * power.sqrt()
    energy = delta.square().mean() / noise.square().mean().clamp(min=1e-12)
    return (image + noise * energy.sqrt()).clamp(0, 1)


def likeness(
    judge: IdentityEncoder, image: Tensor, changed: Tensor, faces: Sequence[Face]
) -> api.FaceMeasures | None:
    """Mean over the faces; None without any."""
    if not faces:
        return None
    others = (changed, local_noise(image, changed, 1), local_noise(image, changed, 4))
    sums = [0.0, 0.0, 0.0]
    for face in faces:
        before = judge.judge(aligned(image, face, judge.size))
        for i, other in enumerate(others):
            after = judge.judge(aligned(other, face, judge.size))
            sums[i] += float((before * after).sum()) / len(faces)
    return api.FaceMeasures(len(faces), *(round(total, 4) for total in sums))
