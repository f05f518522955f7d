"""Training data of faces: aligned crops of labelled portraits, and what is done to vary them.

``labels.json`` maps each picture's path below its folder to what is known of the largest face in
it: ``box`` (left, top, right, bottom), ``landmarks`` (five (x, y), see ``roles.Face``), ``score``.
``engine.training.face_labels`` writes it, and the pack of aligned faces that is trained on.
"""

from __future__ import annotations

import io
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
VARIED = 136  # a varied face: enough around it for every teacher's own way to cut it
HELD_OUT = 4  # every fourth person with several photos is never trained on


@dataclass(frozen=True)
class Portrait:
    """One labelled picture. ``person`` is None where nobody else's photo is of them (singles)."""

    file: Path
    person: str
    several: bool
    face: Face

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
        person = path.parts[1] if several else path.stem
        found.append(Portrait(data / path, person, several, face))
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


@dataclass(frozen=True)
class Crops:
    """Aligned faces with ``MARGIN`` pixels around them, and who they are."""

    pixels: Tensor  # (n, 3, SIZE + 2 MARGIN, ...) in 0..255, uint8
    people: list[str]
    held: Tensor  # (n,) bool: of people never trained on

    def part(self, held: bool) -> Crops:
        rows = (self.held == held).nonzero()[:, 0]
        people = [self.people[i] for i in rows.tolist()]
        return Crops(self.pixels[rows.to(self.pixels.device)], people, self.held[rows])


def pack(portraits: list[Portrait], file: Path, quality: int) -> None:
    """Write all aligned faces to one file of WebP pictures (.npz)."""
    held = {id(p) for p in split(portraits)[1]}
    pictures: list[bytes] = []
    for portrait in portraits:
        face = aligned(portrait.read(), portrait.face, SIZE, MARGIN)[0].permute(1, 2, 0)
        made = io.BytesIO()
        pixels = (face * 255).round().clamp(0, 255).byte().numpy()
        Image.fromarray(pixels).save(made, "WEBP", quality=quality, method=6)
        pictures.append(made.getvalue())
    np.savez(
        file,
        pictures=np.frombuffer(b"".join(pictures), np.uint8),
        ends=np.cumsum([len(p) for p in pictures]),
        people=np.array([p.person for p in portraits]),
        held=np.array([id(p) in held for p in portraits]),
    )


def unpack(file: Path, device: torch.device) -> Crops:
    """The aligned faces of a pack, on ``device``."""
    with np.load(file) as data:
        raw, ends = data["pictures"].tobytes(), data["ends"].tolist()
        people, held = data["people"].tolist(), torch.from_numpy(data["held"])
    side = SIZE + 2 * MARGIN
    pixels = torch.empty((len(ends), 3, side, side), dtype=torch.uint8)
    for i, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        with Image.open(io.BytesIO(raw[start:end])) as picture:
            pixels[i] = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
    return Crops(pixels.to(device), people, held)


def middle(faces: Tensor) -> Tensor:
    """The aligned face without its margin, as the encoders take it."""
    return inner(faces).float() / 255


def inner(faces: Tensor) -> Tensor:
    """The middle ``SIZE`` pixels of faces with any margin."""
    margin = (faces.shape[-1] - SIZE) // 2
    return faces[..., margin : margin + SIZE, margin : margin + SIZE]


# ---- variations -------------------------------------------------------------------------------


def vary(faces: Tensor, random: torch.Generator, strength: float = 1.0) -> Tensor:
    """(n, 3, 160, 160) uint8 -> (n, 3, VARIED, VARIED) in [0, 1], each varied in its own way.

    Pose (turn, size, place, foreshortening), age-like smooth warps, light, grey, occlusion; and,
    for a few at a time, blur, low resolution, JPEG and noise. All on the faces' device, where
    ``random`` must live.
    """
    images = _moved(faces.float() / 255, random, strength)
    images = _occluded(_lit(images, random, strength), random)
    parts = torch.split(images, -(-len(images) // 8))
    lots = torch.rand(len(parts), 2, generator=random, device=images.device).tolist()
    worn = [_worn(part, lot, how, random) for part, (lot, how) in zip(parts, lots, strict=True)]
    return torch.cat(worn).clamp(0, 1)


def blended(faces: Tensor, random: torch.Generator, share: float) -> Tensor:
    """Some faces (n, 3, ...) mixed with another of the batch: people that nobody is.

    A teacher says who is seen; there is no other label for them.
    """
    n = len(faces)
    taken = torch.rand(n, generator=random, device=faces.device) < share
    amount = (torch.rand(n, generator=random, device=faces.device) * taken).view(n, 1, 1, 1)
    other = faces[torch.randperm(n, generator=random, device=faces.device)]
    return torch.lerp(faces.float(), other.float(), amount)


def _between(n: int, low: float, high: float, random: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=random, device=random.device)


def _moved(images: Tensor, random: torch.Generator, strength: float) -> Tensor:
    n = len(images)
    share = VARIED / images.shape[-1]
    angle = _between(n, -0.2, 0.2, random) * strength
    scale = share * torch.exp(_between(n, -0.12, 0.12, random) * strength)
    squeeze = 1 + _between(n, -0.08, 0.08, random) * strength
    flip = (_between(n, 0, 1, random) < 0.5).float() * 2 - 1
    shift = _between(2 * n, -0.04, 0.04, random).view(n, 2) * strength
    cos, sin = angle.cos() * scale, angle.sin() * scale
    theta = torch.stack(
        [torch.stack([cos * squeeze * flip, -sin, shift[:, 0]], 1),
         torch.stack([sin * flip, cos / squeeze, shift[:, 1]], 1)], 1)  # fmt: skip
    grid = functional.affine_grid(theta, [n, 3, VARIED, VARIED], align_corners=False)
    # Foreshortening, as of a head that turns: one side of the face narrower than the other.
    turn = (_between(n, -0.18, 0.18, random) * strength).view(n, 1, 1)
    x = grid[..., :1] / share
    bend = share * turn[..., None] * (x.square() - 0.3)
    warp = torch.randn(n, 2, 5, 5, generator=random, device=random.device) * 0.012 * strength
    warp = functional.interpolate(warp, size=(VARIED, VARIED), mode="bilinear", align_corners=True)
    grid = grid + torch.cat([bend, torch.zeros_like(bend)], -1) + warp.permute(0, 2, 3, 1)
    return functional.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def _lit(images: Tensor, random: torch.Generator, strength: float) -> Tensor:
    n = len(images)

    def spread(low: float, high: float) -> Tensor:
        return _between(n, low, high, random).view(n, 1, 1, 1)

    grey = images.mean(1, keepdim=True)
    saturation = torch.where(spread(0, 1) < 0.25, 0.0, 1 + strength * spread(-0.6, 0.4))
    images = grey + saturation * (images - grey)
    noise = torch.randn(n, 3, 1, 1, generator=random, device=random.device)
    tint = 1 + 0.06 * strength * noise * (saturation > 0)
    images = (images * tint).clamp(1e-4, 1).pow((strength * spread(-0.45, 0.45)).exp())
    # Light from one side.
    way = spread(0, 2 * math.pi)
    axis = torch.linspace(-1, 1, images.shape[-1], device=images.device)
    ramp = way.cos() * axis.view(1, 1, 1, -1) + way.sin() * axis.view(1, 1, -1, 1)
    images = images * (1 + strength * spread(0, 0.35) * ramp)
    mean = images.mean((1, 2, 3), keepdim=True)
    contrast = (strength * spread(-0.4, 0.3)).exp()
    return mean + contrast * (images - mean) + strength * spread(-0.1, 0.1)


def _occluded(images: Tensor, random: torch.Generator) -> Tensor:
    """A bar, as of glasses, hair or a hand, over some of the faces."""
    n, side = len(images), images.shape[-1]
    at = _between(2 * n, 0, side, random).view(2, n, 1)
    span = _between(2 * n, 0.05 * side, 0.35 * side, random).view(2, n, 1)
    axis = torch.arange(side, device=images.device)
    inside = (axis - at).abs() < span / 2
    chosen = (_between(n, 0, 1, random) < 0.3).view(n, 1, 1)
    mask = (inside[1][:, :, None] & inside[0][:, None] & chosen)[:, None]
    colour = _between(3 * n, 0, 1, random).view(n, 3, 1, 1)
    return torch.where(mask, colour, images)


def _worn(images: Tensor, lot: float, amount: float, random: torch.Generator) -> Tensor:
    """What cameras and websites do to a picture; one kind for all of ``images``."""
    side = images.shape[-1]
    if lot < 0.4:
        return images
    if lot < 0.55:
        return gaussian_blur(images, 0.4 + 1.4 * amount)
    if lot < 0.75:
        small = functional.interpolate(images, scale_factor=0.25 + 0.6 * amount, mode="bilinear",
                                       antialias=True)  # fmt: skip
        return functional.interpolate(small, size=(side, side), mode="bilinear")
    if lot < 0.9:
        return jpeg(images.clamp(0, 1), 20 + int(70 * amount))
    noise = torch.randn(images.shape, generator=random, device=random.device)
    return images + 0.06 * amount * noise


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
