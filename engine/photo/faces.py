"""The faces of a photo: found, or where the user says; and the window of each.

Pictures are (1, 3, h, w) in [0, 1], upright.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine import api
from engine.context import Context
from engine.media.reading import read_photo
from engine.models import faces as models
from engine.models.load import cached
from engine.models.loaders.identity import TEMPLATE
from engine.models.loaders.locator import apart
from engine.models.roles import Face, FaceLocator
from engine.models.store import Store
from engine.problems import Problem

LOOKED_AT = 1600  # longest side of the copy that faces are found on
WINDOW = 2.0  # side of a face's window in sides of its box
CORE, EDGE = 1.15, 1.65  # the cloak is whole inside and nothing outside, in half boxes
# Where a box lies around the template's landmarks, in the template's pixels: what the locators
# give, on average over portraits.
BOX_OF_TEMPLATE = (15.4, 11.3, 94.1, 116.9)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Window:
    """The part of a picture around a face; the face is in the window's own pixels."""

    face: Face
    rows: slice
    columns: slice

    @property
    def area(self) -> tuple[slice, slice, slice, slice]:
        return slice(None), slice(None), self.rows, self.columns


def find(job: api.FindFaces, context: Context) -> Generator[api.Progress, None, api.FacesResult]:
    """Raises ``Problem`` for a file that cannot be read."""
    yield api.Progress(0, 1, "read")
    photo = read_photo(job.file)
    yield api.Progress(0, 1, "find")
    image = torch.from_numpy(photo.working(LOOKED_AT)).permute(2, 0, 1).contiguous()
    found = located(image.to(context.device), context, job.folder)
    return api.FacesResult(tuple(as_shares(face, image) for face in found))


def located(image: Tensor, context: Context, folder: Path | None = None) -> list[Face]:
    """(3, h, w) -> the faces in it, by the built-in locator and every downloaded one."""
    found: list[Face] = []
    for locator in locators(context, folder):
        found += locator.find(image)
    return apart(found)


def locators(context: Context, folder: Path | None = None) -> list[FaceLocator]:
    """A downloaded model that cannot be loaded is left out: faces are found without it."""
    made: list[FaceLocator] = [models.locator(context)]
    store = Store(folder)
    for id in store.installed():
        if store.entry(id).loader != "locator":
            continue
        try:
            made.append(cached(context, id, folder))
        except Problem as problem:
            _log.warning("%s is not used: %s", id, problem)
    return made


def as_shares(face: Face, image: Tensor) -> api.FaceBox:
    height, width = image.shape[-2:]
    left, top, right, bottom = face.box
    sides = (left / width, top / height, right / width, bottom / height)
    return api.FaceBox(*(round(min(1.0, max(0.0, side)), 5) for side in sides))


def of_photo(
    image: Tensor, boxes: Sequence[api.FaceBox] | None, context: Context, folder: Path | None = None
) -> list[Face]:
    """The faces to protect in (1, 3, h, w): those in the user's boxes, or all that are found.

    In a box the locator looks for the landmarks; where it sees no face, they are taken to lie as
    in an upright one.
    """
    if boxes is None:
        return located(image[0], context, folder)
    return [_in_box(image, box, context) for box in boxes]


def _in_box(image: Tensor, box: api.FaceBox, context: Context) -> Face:
    height, width = image.shape[-2:]
    asked = Face(1.0, (box.left * width, box.top * height, box.right * width, box.bottom * height),
                 ())  # fmt: skip
    window = around(image, asked)
    left, top = window.columns.start, window.rows.start
    for face in models.locator(context).find(image[window.area][0]):
        sides = tuple(v + (left, top)[i % 2] for i, v in enumerate(face.box))
        if _overlap(sides, asked.box) > 0.3:
            return Face(face.score, asked.box,
                        tuple((x + left, y + top) for x, y in face.landmarks))  # fmt: skip
    return Face(0.0, asked.box, _upright(asked.box))


def _upright(box: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    a, b, c, d = BOX_OF_TEMPLATE
    across, down = (box[2] - box[0]) / (c - a), (box[3] - box[1]) / (d - b)
    return tuple((box[0] + (x - a) * across, box[1] + (y - b) * down) for x, y in TEMPLATE)


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    """Shared area over the area of both."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = width * height
    each = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return both / max(each - both, 1e-9)


def around(image: Tensor, face: Face) -> Window:
    """The window of a face: a square of ``WINDOW`` sides of its box, cut off by the picture."""
    height, width = image.shape[-2:]
    left, top, right, bottom = face.box
    x, y = (left + right) / 2, (top + bottom) / 2
    half = WINDOW * max(right - left, bottom - top) / 2
    rows = _within(y - half, y + half, height)
    columns = _within(x - half, x + half, width)
    moved = tuple(v - (columns.start, rows.start)[i % 2] for i, v in enumerate(face.box))
    marks = tuple((px - columns.start, py - rows.start) for px, py in face.landmarks)
    return Window(Face(face.score, moved, marks), rows, columns)


def _within(low: float, high: float, size: int) -> slice:
    first = min(max(0, round(low)), size - 1)
    return slice(first, max(first + 1, min(size, round(high))))


def soft_mask(image: Tensor, faces: Sequence[Face]) -> Tensor:
    """(1, 1, h, w): 1 on the faces, falling to 0 over a soft margin around them."""
    height, width = image.shape[-2:]
    mask = image.new_zeros((1, 1, height, width))
    for face in faces:
        window = around(image, face)
        mask[window.area] = torch.maximum(mask[window.area], _ellipse(image, face, window))
    return mask


def _ellipse(image: Tensor, face: Face, window: Window) -> Tensor:
    left, top, right, bottom = face.box
    x = torch.arange(window.columns.start, window.columns.stop).to(image) + 0.5
    y = torch.arange(window.rows.start, window.rows.stop).to(image) + 0.5
    across = (x - (left + right) / 2) / max((right - left) / 2, 1e-3)
    down = (y - (top + bottom) / 2) / max((bottom - top) / 2, 1e-3)
    away = (across[None].square() + down[:, None].square()).sqrt()
    return ((EDGE - away) / (EDGE - CORE)).clamp(0, 1)
