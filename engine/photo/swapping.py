"""Against face swapping: VoidFace (``engine.photo.voidface``), face by face.

Alone, each face is cut out with what is around it, cloaked at the size that models look at and
laid back, so that twenty faces in one photo take no more memory than one. With other threats in
the same budget the faces' losses join theirs on the whole picture, one face a step in turn.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.context import Context
from engine.models import faces as models_
from engine.models.load import cached
from engine.models.roles import Face, IdentityEncoder
from engine.models.store import Store
from engine.optimise.channels import (
    blur_channel,
    gamma_channel,
    jpeg_channel,
    noise_channel,
    resize_channel,
)
from engine.optimise.loop import Loss, Options, optimise
from engine.optimise.turns import Turns, reduced
from engine.photo import faces, previews, voidface
from engine.photo.cloak import PREVIEW_EVERY, Cloaking

SIDE = 256  # long side of the window that a face is cloaked in
SMALLEST_FACE = 112  # px: the picture is worked on large enough for its smallest face to have it
LARGEST_SIDE = 4096  # but no larger than this
# Locators, recognisers and swappers see a face after scaling, compression and filters of unknown
# kind, so most steps look through one.
OPTIONS = Options(
    steps=40,
    step_size=0.15,
    channels=(
        jpeg_channel(40, 95),
        resize_channel(0.45, 1.0),
        blur_channel(1.0),
        gamma_channel(),
        noise_channel(),
    ),
    identity=0.35,
)
CONSTANTS = {"face_window": SIDE, "face_views": voidface.VIEWS, "face_jitter": voidface.JITTER}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Models(Sequence[Any]):
    """What the cloak is searched on. ``swapper`` is None where none is installed."""

    locator: models_.Locator
    identities: tuple[IdentityEncoder, ...]
    swapper: models_.Swapper | None

    def _all(self) -> list[Any]:
        found: list[Any] = [self.locator, *self.identities]
        return found if self.swapper is None else [*found, self.swapper]

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]


def models(context: Context, folder: Path | None = None) -> Models:
    """The built-in ones and every downloaded recogniser; a processor takes those meant for one."""
    identities: list[IdentityEncoder] = [
        models_.identity(id, context) for id in models_.IDENTITIES if models_.ships(id)
    ]
    store = Store(folder)
    for id in store.installed():
        entry = store.entry(id)
        if entry.loader != "identity" or "protect-faceswap" not in entry.used_by:
            continue
        try:
            identities.append(cached(context, id, folder))
        except Exception as error:  # protection works without
            _log.warning("%s is not used: %s", id, error)
    ships = models_.ships(models_.SWAPPER)
    swapper = models_.swapper(models_.SWAPPER, context) if ships else None
    return Models(models_.locator(context), tuple(identities), swapper)


def of_face(models: Models, image: Tensor, face: Face, seed: int) -> list[Loss]:
    """The losses of VoidFace for one face of (1, 3, h, w)."""
    built_in = [e for e in models.identities if isinstance(e, models_.IdentityNetwork)]
    losses: list[Loss] = [
        voidface.Stranger(image, face, seed, models.identities),
        voidface.Corrupted(image, face, seed, built_in, models.swapper),
        voidface.Hidden(image, face, seed, models.locator),
    ]
    if models.swapper is not None:
        losses.append(voidface.Unheard(image, face, seed, models.swapper))
    return losses


def losses(
    models: Models, image: Tensor, seed: int, found: Sequence[Face]
) -> list[Loss]:
    """For all faces of the whole picture: one loss of each kind, the faces in turn."""
    each = [of_face(models, image, face, seed) for face in found]
    return [Turns(kind) for kind in zip(*each, strict=True)]


def cloak(
    job: api.ProtectPhoto,
    image: Tensor,
    limit: Tensor,
    found: Sequence[Face],
    models: Models,
    context: Context,
) -> Cloaking:
    """The delta of the faces of one picture (1, 3, h, w); 0 away from them."""
    options = replace(OPTIONS, grey=bool((image[:, :1] == image[:, 1:]).all()))
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
        search = optimise(small, of_face(models, small, seen, job.seed), room, options, job.seed)
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


def working_side(found: Sequence[api.FaceBox], width: int, height: int, least: int) -> int:
    """How large the photo of this size is worked on, for the smallest face to be large enough."""
    smallest = min(
        max((box.right - box.left) * width, (box.bottom - box.top) * height, 1.0) for box in found
    )
    longest = max(width, height)
    wanted = round(longest * SMALLEST_FACE / smallest)
    return min(longest, LARGEST_SIDE, max(least, wanted))


def _size(images: Tensor) -> tuple[int, int]:
    return int(images.shape[-2]), int(images.shape[-1])
