"""The faces of a photo, cloaked one by one: cut out, searched, laid back.

Each face is searched in a window of at most ``SIDE`` pixels, the size that models look at, so that
twenty faces in one photo take no more memory than one. Small faces are searched pixel by pixel;
of large ones a smaller copy, whose delta is enlarged: it survives scaling better, too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import torch
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


def located(job: api.ProtectPhoto, photo: Photo, context: Context) -> tuple[api.FaceBox, ...]:
    """The faces that the user set, or those that are found."""
    if job.faces is not None:
        return job.faces
    image = torch.from_numpy(photo.working(faces.LOOKED_AT)).permute(2, 0, 1).contiguous()
    found = faces.located(image.to(context.device), context, job.folder)
    return tuple(faces.as_shares(face, image) for face in found)


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
