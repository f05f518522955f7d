"""What every attack is given: the two pictures, as a model sees them, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from torch import Tensor
from torch.nn import functional

from engine import api
from engine.context import Context
from engine.photo import previews
from engine.rehearse.sight import Sight


@dataclass(frozen=True)
class Bout:
    """``original`` and ``protected`` are (1, 3, h, w) in [0, 1], upright sRGB, of one size;
    ``noise`` is the original with soft noise of the cloak's energy: what any change of that
    strength would do."""

    job: api.RehearsePhoto
    context: Context
    original: Tensor = field(repr=False)
    protected: Tensor = field(repr=False)
    noise: Tensor = field(repr=False)
    sight: Sight = field(repr=False)


Attack = Callable[[Bout], Generator[api.Progress, None, api.AttackOutcome]]

PICTURE_SIDE = 384  # pixels: dozens of them cross to the window with one result


def shown(treatment: str, original: Tensor, protected: Tensor) -> tuple[api.Picture, api.Picture]:
    """What the attacker gets of both, as small pictures named after the treatment."""
    return (
        previews.picture(f"control:{treatment}", original, PICTURE_SIDE),
        previews.picture(f"attacked:{treatment}", protected, PICTURE_SIDE),
    )


def reduced(images: Tensor, side: int) -> Tensor:
    """(n, 3, h, w) with the long side at most ``side``."""
    height, width = images.shape[-2:]
    factor = side / max(height, width)
    if factor >= 1:
        return images
    size = (max(1, round(height * factor)), max(1, round(width * factor)))
    return functional.interpolate(images, size=size, mode="bilinear", antialias=True).clamp(0, 1)
