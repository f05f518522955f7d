"""From a picture to its delta: in one piece, or in tiles at native resolution."""

from __future__ import annotations

import time
from collections.abc import Generator

import torch
from torch import Tensor

from engine import api
from engine.context import Context
from engine.models import builtin
from engine.optimise.loop import optimise
from engine.photo import previews
from engine.photo.threats import Plan, grey_where_the_photo_is

PREVIEW_EVERY = 5  # steps between two looks through the autoencoder
TILE = 512  # side of a native-resolution tile in pixels
OVERLAP = 64  # shared by neighbouring tiles and cross-faded

Cloaking = Generator[api.Progress, None, Tensor]


def cloak(
    job: api.ProtectPhoto,
    image: Tensor,
    limit: Tensor,
    plan: Plan,
    context: Context,
    done: int = 0,
    total: int | None = None,
) -> Cloaking:
    """Search the delta of one picture (1, 3, h, w); yields progress with previews.

    ``done`` of ``total`` steps were made before (other tiles of the same photo).
    """
    options = grey_where_the_photo_is(plan.options, image)
    whole = total is None
    total = total or options.steps
    looker = builtin.autoencoder(builtin.SURROGATES[0], context) if job.preview else None
    original = (previews.seen("seen-original", image, looker),) if looker and not done else ()
    began = time.monotonic()
    delta = torch.zeros_like(image)
    search = optimise(
        image, plan.losses(image, job.seed), limit, options, job.seed, plan.decoder(image)
    )
    for step in search:
        context.check()
        delta = step.delta
        pictures: tuple[api.Picture, ...] = ()
        if looker and whole:
            pictures = original + previews.changed(image, delta)
            if step.number % PREVIEW_EVERY == 1:
                pictures += (previews.seen("seen-protected", image + delta, looker),)
            original = ()
        eta = (time.monotonic() - began) / step.number * (total - done - step.number)
        yield api.Progress(done + step.number, total, "optimise", eta, pictures)
    return delta


def cloak_in_tiles(
    job: api.ProtectPhoto,
    image: Tensor,
    limit: Tensor,
    plan: Plan,
    context: Context,
) -> Cloaking:
    """The native-resolution mode: overlapping tiles, each searched alone, cross-faded."""
    height, width = image.shape[-2:]
    rows, columns = _starts(height), _starts(width)
    steps = plan.options.steps
    total = steps * len(rows) * len(columns)
    delta = torch.zeros_like(image)
    weight = image.new_zeros((1, 1, height, width))
    done = 0
    for y in rows:
        for x in columns:
            area = (..., slice(y, y + TILE), slice(x, x + TILE))
            tile = image[area]
            found = yield from cloak(job, tile, limit[area], plan, context, done, total)
            fade = _fade(tile.shape[-2], tile.shape[-1]).to(image)
            delta[area] += found * fade
            weight[area] += fade
            done += steps
    return delta / weight


def _starts(length: int) -> list[int]:
    """Where tiles begin so that neighbours share at least ``OVERLAP`` and the last one ends
    with the picture."""
    if length <= TILE:
        return [0]
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    return [round(i * (length - TILE) / (count - 1)) for i in range(count)]


def _fade(height: int, width: int) -> Tensor:
    """Weight of a tile's pixels: 1 in the middle, falling to almost 0 at its edges."""

    def ramp(length: int) -> Tensor:
        distance = torch.minimum(torch.arange(length) + 1, length - torch.arange(length))
        return (distance / OVERLAP).clamp(max=1)

    return (ramp(height).view(1, 1, -1, 1) * ramp(width).view(1, 1, 1, -1)).clamp(min=1e-3)
