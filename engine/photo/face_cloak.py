"""The faces of a photo, cloaked one by one: cut out, searched, laid back.

Each face is searched in a window of at most ``SIDE`` pixels, the size that models look at, so that
twenty faces in one photo take no more memory than one. Small faces are searched pixel by pixel;
of large ones a smaller copy, whose delta is enlarged: it survives scaling better, too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.context import Context
from engine.media.photo import Photo
from engine.optimise.loop import optimise
from engine.optimise.turns import reduced
from engine.photo import faces, previews, swapping, voidface
from engine.photo.cloak import PREVIEW_EVERY, Cloaking

SIDE = 256  # long side of the window that a face is cloaked in
SMALLEST_FACE = 112  # px: the picture is worked on large enough for its smallest face to have it
LARGEST_SIDE = 4096  # but no larger than this
MOST_AREAS = 64  # painted by hand that are taken for faces


def cloak(
    job: api.ProtectPhoto,
    image: Tensor,
    limit: Tensor,
    models: swapping.Models,
    context: Context,
) -> Cloaking:
    """The delta of the faces of one picture (1, 3, h, w); 0 away from them."""
    found = models.faces_in(image)
    options = replace(swapping.OPTIONS, grey=bool((image[:, :1] == image[:, 1:]).all()))
    delta = torch.zeros_like(image)
    total, began = options.steps * len(found), time.monotonic()
    for number, face in enumerate(found):
        window = faces.around(image, face)
        whole = image[window.area]
        small = reduced(whole, SIDE)
        room = functional.interpolate(
            limit[window.area], size=_size(small), mode="bilinear", antialias=True
        )
        seen = voidface.seen_as(window.face, _size(whole), small)
        loss = swapping.of_face(models, small, seen, job.seed)
        search = optimise(small, [loss], room, options, job.seed)
        before = delta[window.area].clone()
        for step in search:
            context.check()
            change = functional.interpolate(step.delta, size=_size(whole), mode="bilinear")
            # Neighbours' windows overlap: together they keep to the limit too.
            bound = limit[window.area]
            delta[window.area] = torch.minimum(torch.maximum(before + change, -bound), bound)
            done = number * options.steps + step.number
            pictures: tuple[api.Picture, ...] = ()
            if job.preview and step.number % PREVIEW_EVERY == 1:
                pictures = previews.changed(image, delta)
            eta = (time.monotonic() - began) / done * (total - done)
            yield api.Progress(done, total, "optimise", eta, pictures)
    return (image + delta).clamp(0, 1) - image


def located(
    job: api.ProtectPhoto, photo: Photo, mask: NDArray[Any] | None, context: Context
) -> tuple[api.FaceBox, ...]:
    """The faces that the user set; else those that are found; else each area that was painted.

    Where an area was painted, faces outside it are left alone.
    """
    if job.faces is not None:
        return job.faces
    image = torch.from_numpy(photo.working(faces.LOOKED_AT)).permute(2, 0, 1).contiguous()
    found = faces.located(image.to(context.device), context, job.folder)
    boxes = [faces.as_shares(face, image) for face in found]
    if mask is None:
        return tuple(boxes)
    kept = tuple(box for box in boxes if painted_share(mask, box) > 0)
    return kept or painted_areas(mask)


def painted_share(mask: NDArray[Any], box: api.FaceBox) -> float:
    """Mean of the mask (h, w) in 0..1 inside a box."""
    height, width = mask.shape
    rows = slice(int(box.top * height), max(int(box.bottom * height), int(box.top * height) + 1))
    columns = slice(int(box.left * width), max(int(box.right * width), int(box.left * width) + 1))
    inside = mask[rows, columns]
    return float(inside.mean()) if inside.size else 0.0


def painted_areas(mask: NDArray[Any]) -> tuple[api.FaceBox, ...]:
    """A box around each connected part of the mask, the largest first; specks are left out."""
    import cv2

    height, width = mask.shape
    stats = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))[2][1:]
    least = max(64, height * width // 20_000)
    boxes = [
        api.FaceBox(x / width, y / height, (x + w) / width, (y + h) / height)
        for x, y, w, h, area in sorted(stats.tolist(), key=lambda row: -row[4])
        if area >= least
    ]
    return tuple(boxes[:MOST_AREAS])


def working_side(boxes: Sequence[api.FaceBox], photo: Photo, least: int) -> int:
    """How large the photo is worked on for its smallest face to be large enough."""
    width, height = photo.upright_size
    smallest = min(
        max((box.right - box.left) * width, (box.bottom - box.top) * height, 1.0) for box in boxes
    )
    longest = max(width, height)
    wanted = round(longest * SMALLEST_FACE / smallest)
    return min(longest, LARGEST_SIDE, max(least, wanted))


def _size(images: Tensor) -> tuple[int, int]:
    return int(images.shape[-2]), int(images.shape[-1])
