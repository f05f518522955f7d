"""Training data of faces: aligned crops of labelled portraits, and what is done to vary them.

``labels.json`` maps each picture's path below its folder to what is known of the largest face in
it: ``box`` (left, top, right, bottom), ``landmarks`` (five (x, y), see ``roles.Face``), ``score``
and, optionally, ``teacher``, the embedding of another recogniser. ``engine.training.face_labels``
writes it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional

from engine.models.loaders.identity import aligned
from engine.models.roles import Face
from engine.optimise.channels import gaussian_blur, jpeg

SIZE = 112  # an aligned face
MARGIN = 24  # pixels kept around it, so that a turned crop has no empty corner
HELD_OUT = 4  # every fourth person with several photos is never trained on


@dataclass(frozen=True)
class Portrait:
    """One labelled picture. ``person`` is None where nobody else's photo is of them (singles)."""

    file: Path
    person: str
    several: bool
    face: Face
    teacher: tuple[float, ...] | None

    def read(self) -> Tensor:
        """(1, 3, h, w) in [0, 1]."""
        return picture(self.file)


def read_labels(data: Path, labels: Path) -> list[Portrait]:
    """All labelled portraits in a stable order; ``data`` holds ``people/ID/*``, ``singles/*``."""
    found = []
    for name, label in sorted(json.loads(labels.read_text()).items()):
        path = Path(name)
        several = path.parts[0] == "people"
        face = Face(label["score"], tuple(label["box"]),
                    tuple(tuple(p) for p in label["landmarks"]))  # fmt: skip
        teacher = tuple(label["teacher"]) if "teacher" in label else None
        person = path.parts[1] if several else path.stem
        found.append(Portrait(data / path, person, several, face, teacher))
    return found


def split(portraits: list[Portrait]) -> tuple[list[Portrait], list[Portrait]]:
    """Training and held-out portraits, by person: nobody is in both, under any collection."""
    people = sorted({p.person for p in portraits if p.several})
    held = set(people[::HELD_OUT])
    train = [p for p in portraits if p.person not in held]
    return train, [p for p in portraits if p.several and p.person in held]


def picture(file: Path) -> Tensor:
    """(1, 3, h, w) in [0, 1], upright."""
    with Image.open(file) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGB")
    array = np.asarray(image, dtype=np.float32) / 255
    return torch.from_numpy(array).permute(2, 0, 1)[None].contiguous()


def crops(portraits: list[Portrait], cache: Path) -> Tensor:
    """(n, 3, SIZE + 2 MARGIN, ...) in 0..255, uint8: every aligned face; computed once."""
    side = SIZE + 2 * MARGIN
    if cache.exists():
        kept = torch.from_numpy(np.load(cache))
        if kept.shape == (len(portraits), 3, side, side):
            return kept
    made = torch.empty((len(portraits), 3, side, side), dtype=torch.uint8)
    for i, portrait in enumerate(portraits):
        face = aligned(portrait.read(), portrait.face, SIZE, MARGIN)[0]
        made[i] = (face * 255).round().clamp(0, 255).to(torch.uint8)
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.save(cache, made.numpy())
    return made


def middle(faces: Tensor) -> Tensor:
    """The aligned face without its margin, as the encoders take it."""
    return faces[..., MARGIN:-MARGIN, MARGIN:-MARGIN].float() / 255


def teachers(portraits: list[Portrait]) -> Tensor | None:
    """(n, d), centred and of length 1; None when some portrait has none."""
    rows = [p.teacher for p in portraits]
    if any(row is None for row in rows):
        return None
    table = torch.tensor(rows)
    return functional.normalize(table - table.mean(0))


# ---- variations -------------------------------------------------------------------------------


def vary(faces: Tensor, random: torch.Generator, size: int, strength: float = 1.0) -> Tensor:
    """(n, 3, 160, 160) uint8 -> (n, 3, size, size) in [0, 1], each varied in its own way.

    Pose (turn, size, place, foreshortening), age-like smooth warps, light, grey, occlusion; and,
    for a few at a time, blur, low resolution, JPEG and noise.
    """
    n = len(faces)
    # Antialiased by halving: what is sampled next is at most about as fine.
    images = functional.avg_pool2d(faces.float() / 255, 2) if size < SIZE else faces.float() / 255
    images = _moved(images, random, size, strength)
    images = _lit(images, random)
    images = _occluded(images, random)
    parts = list(torch.split(images, -(-n // 6)))
    for i, part in enumerate(parts):
        parts[i] = _worn(part, random)
    return torch.cat(parts).clamp(0, 1)


def _between(n: int, low: float, high: float, random: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=random)


def _moved(images: Tensor, random: torch.Generator, size: int, strength: float) -> Tensor:
    n = len(images)
    share = SIZE / (SIZE + 2 * MARGIN)
    angle = _between(n, -0.2, 0.2, random) * strength
    scale = share * torch.exp(_between(n, -0.12, 0.12, random) * strength)
    squeeze = 1 + _between(n, -0.08, 0.08, random) * strength
    flip = (torch.rand(n, generator=random) < 0.5).float() * 2 - 1
    shift = (torch.rand(n, 2, generator=random) - 0.5) * 0.08 * strength
    cos, sin = angle.cos() * scale, angle.sin() * scale
    theta = torch.stack(
        [torch.stack([cos * squeeze * flip, -sin, shift[:, 0]], 1),
         torch.stack([sin * flip, cos / squeeze, shift[:, 1]], 1)], 1)  # fmt: skip
    grid = functional.affine_grid(theta, [n, 3, size, size], align_corners=False)
    # Foreshortening, as of a head that turns: one side of the face narrower than the other.
    turn = (_between(n, -0.18, 0.18, random) * strength).view(n, 1, 1)
    x = grid[..., 0] / share
    grid[..., 0] += share * turn * (x.square() - 0.3)
    warp = torch.randn(n, 2, 5, 5, generator=random) * 0.012 * strength
    warp = functional.interpolate(warp, size=(size, size), mode="bicubic", align_corners=True)
    grid = grid + warp.permute(0, 2, 3, 1)
    return functional.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def _lit(images: Tensor, random: torch.Generator) -> Tensor:
    n = len(images)

    def spread(low: float, high: float) -> Tensor:
        return _between(n, low, high, random).view(n, 1, 1, 1)

    grey = images.mean(1, keepdim=True)
    lot = torch.rand(n, generator=random).view(n, 1, 1, 1)
    saturation = torch.where(lot < 0.35, torch.zeros_like(lot), spread(0.4, 1.4))
    images = grey + saturation * (images - grey)
    tint = 1 + 0.1 * torch.randn(n, 3, 1, 1, generator=random) * (saturation > 0)
    images = (images * tint).clamp(1e-4, 1).pow(spread(-0.45, 0.45).exp())
    # Light from one side.
    way = spread(0, 2 * math.pi)
    axis = torch.linspace(-1, 1, images.shape[-1])
    ramp = way.cos() * axis.view(1, 1, 1, -1) + way.sin() * axis.view(1, 1, -1, 1)
    images = images * (1 + spread(0, 0.35) * ramp)
    mean = images.mean((1, 2, 3), keepdim=True)
    return mean + spread(0.6, 1.3) * (images - mean) + spread(-0.1, 0.1)


def _occluded(images: Tensor, random: torch.Generator) -> Tensor:
    """A bar, as of glasses, hair or a hand, over some of the faces."""
    n, side = len(images), images.shape[-1]
    at = torch.rand(n, 2, generator=random) * side
    span = side * (0.05 + torch.rand(n, 2, generator=random) * 0.3)
    axis = torch.arange(side)
    inside_x = (axis - at[:, :1]).abs() < span[:, :1] / 2
    inside_y = (axis - at[:, 1:]).abs() < span[:, 1:] / 2
    chosen = (torch.rand(n, generator=random) < 0.3).view(n, 1, 1)
    mask = (inside_y[:, :, None] & inside_x[:, None] & chosen)[:, None]
    colour = torch.rand(n, 3, 1, 1, generator=random)
    return torch.where(mask, colour.expand_as(images), images)


def _worn(images: Tensor, random: torch.Generator) -> Tensor:
    """What cameras and websites do to a picture; one kind for all of ``images``."""
    lot = float(torch.rand((), generator=random))
    amount = float(torch.rand((), generator=random))
    side = images.shape[-1]
    if lot < 0.3:
        return images
    if lot < 0.5:
        return gaussian_blur(images, 0.4 + 1.4 * amount)
    if lot < 0.7:
        small = functional.interpolate(images, scale_factor=0.25 + 0.6 * amount, mode="bilinear",
                                       antialias=True)  # fmt: skip
        return functional.interpolate(small, size=(side, side), mode="bilinear")
    if lot < 0.9:
        return jpeg(images.clamp(0, 1), 20 + int(70 * amount))
    return images + 0.06 * amount * torch.randn(images.shape, generator=random)


def verification(embedded: Tensor, people: list[str]) -> dict[str, Any]:
    """Accuracy at the best threshold and equal error rate over all pairs, balanced."""
    same = torch.tensor([[a == b for b in people] for a in people])
    upper = torch.ones_like(same).triu(1)
    cosine = embedded @ embedded.T
    genuine = cosine[same & upper].sort().values
    impostor = cosine[~same & upper].sort().values
    thresholds = torch.linspace(-1, 1, 2001)
    missed = torch.searchsorted(genuine, thresholds) / len(genuine)
    let_in = 1 - torch.searchsorted(impostor, thresholds) / len(impostor)
    equal = int((missed - let_in).abs().argmin())
    accuracy = 1 - (missed + let_in) / 2
    return {
        "accuracy": round(float(accuracy.max()), 4),
        "eer": round(float((missed[equal] + let_in[equal]) / 2), 4),
        "threshold": round(float(thresholds[equal]), 3),
        "genuine_cosine": round(float(genuine.mean()), 4),
        "impostor_cosine": round(float(impostor.mean()), 4),
        "genuine_pairs": len(genuine),
        "impostor_pairs": len(impostor),
    }
