"""Portraits of nobody, drawn here: what a face is swapped into when the user brings no picture.

Shaded ellipses for head, hair, neck and shoulders before a backdrop. Where the features lie is
known, so that no locator has to find them.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.api import TARGETS
from engine.models.roles import Face

SIDE = 256  # pixels

# Backdrop (top, bottom), skin, hair, clothes, and from where the light comes (x, y).
_LOOKS: dict[str, tuple[tuple[float, ...], ...]] = {
    "studio": ((0.72, 0.74, 0.78), (0.52, 0.54, 0.60), (0.86, 0.68, 0.57), (0.24, 0.17, 0.12),
               (0.16, 0.19, 0.28), (-0.5, -0.6)),
    "evening": ((0.20, 0.17, 0.30), (0.55, 0.33, 0.30), (0.62, 0.44, 0.34), (0.07, 0.06, 0.06),
                (0.42, 0.16, 0.18), (0.7, -0.2)),
    "garden": ((0.62, 0.76, 0.86), (0.32, 0.47, 0.28), (0.78, 0.58, 0.45), (0.55, 0.38, 0.20),
               (0.85, 0.83, 0.76), (0.2, -0.8)),
}  # fmt: skip
_LANDMARKS = ((106.0, 118.0), (150.0, 118.0), (128.0, 143.0), (110.0, 168.0), (146.0, 168.0))
_BOX = (78.0, 66.0, 178.0, 200.0)


def draw(name: str) -> tuple[Tensor, Face]:
    """A picture (1, 3, 256, 256) in [0, 1] and the face in it. ``KeyError`` for another name."""
    top, bottom, skin, hair, clothes, light = _LOOKS[name]
    axis = torch.arange(SIDE, dtype=torch.float32) + 0.5
    x, y = axis[None, :].expand(SIDE, SIDE), axis[:, None].expand(SIDE, SIDE)
    down = (y / SIDE)[None]
    image = _colour(top) * (1 - down) + _colour(bottom) * down

    def lay(colour: tuple[float, ...], cx: float, cy: float, rx: float, ry: float, soft: float,
            round_: float = 0.0) -> None:  # fmt: skip
        nonlocal image
        away = (((x - cx) / rx).square() + ((y - cy) / ry).square()).sqrt()
        cover = ((1 - away) / soft + 0.5).clamp(0, 1)
        slope = (light[0] * (x - cx) / rx + light[1] * (y - cy) / ry) * round_
        shade = (1 + slope - round_ * 0.4 * away.square()).clamp(0.2, 1.6)
        image = image + cover * (_colour(colour) * shade - image)

    dark = tuple(0.55 * c for c in skin)
    lay(hair, 128, 116, 66, 76, 0.05, 0.15)
    lay(clothes, 128, 278, 104, 74, 0.04, 0.25)
    lay(dark, 128, 206, 27, 40, 0.10, 0.2)
    lay(skin, 128, 136, 50, 66, 0.04, 0.28)
    lay(hair, 128, 78, 50, 26, 0.12, 0.15)
    for side in (106.0, 150.0):
        lay(hair, side, 104, 13, 2.6, 0.4)
        lay((0.93, 0.91, 0.88), side, 118, 9.5, 5, 0.2)
        lay((0.24, 0.18, 0.14), side, 118, 4.6, 4.6, 0.25)
    lay(dark, 128, 146, 10, 4, 1.2)
    lay(tuple(1.08 * c for c in skin), 128, 132, 5, 18, 1.2)
    lay((0.66, 0.32, 0.30), 128, 169, 18, 5.5, 0.4, 0.2)
    random = torch.Generator().manual_seed(TARGETS.index(name))
    grain = 0.012 * torch.randn((1, SIDE, SIDE), generator=random)
    return (image + grain).clamp(0, 1)[None], Face(1.0, _BOX, _LANDMARKS)


def _colour(rgb: tuple[float, ...]) -> Tensor:
    return torch.tensor(rgb).view(3, 1, 1)
