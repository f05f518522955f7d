"""From a picture to its delta: which losses, at which size, in which budget."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine import api
from engine.context import Context
from engine.optimise.loop import Options, optimise
from engine.photo import previews
from engine.photo.encoder import ENCODER_OPTIONS, LatentShift
from engine.photo.surrogates import Surrogate

PREVIEW_EVERY = 5  # steps between two looks through the autoencoder
TILE = 512  # side of a native-resolution tile in pixels
OVERLAP = 64  # shared by neighbouring tiles and cross-faded

Cloaking = Generator[api.Progress, None, Tensor]


def options_for(image: Tensor) -> Options:
    """A grey picture gets a grey delta: anything else would be lost when it is written."""
    grey = bool((image[:, :1] == image[:, 1:]).all())
    return replace(ENCODER_OPTIONS, grey=grey)


def cloak(
    job: api.ProtectPhoto,
    image: Tensor,
    limit: Tensor,
    models: Sequence[Surrogate],
    context: Context,
    done: int = 0,
    total: int = ENCODER_OPTIONS.steps,
) -> Cloaking:
    """Search the delta of one picture (1, 3, h, w); yields progress with previews.

    ``done`` of ``total`` steps were made before (other tiles of the same photo).
    """
    losses = [LatentShift(each.model, each.whitening, image) for each in models]
    looker = models[0].model if job.preview else None
    options = options_for(image)
    original = (previews.seen("seen-original", image, looker),) if looker and not done else ()
    began = time.monotonic()
    delta = torch.zeros_like(image)
    for step in optimise(image, losses, limit, options, job.seed):
        context.check()
        delta = step.delta
        pictures: tuple[api.Picture, ...] = ()
        if looker and total == options.steps:
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
    models: Sequence[Surrogate],
    context: Context,
) -> Cloaking:
    """The native-resolution mode: overlapping tiles, each searched alone, cross-faded."""
    height, width = image.shape[-2:]
    rows, columns = _starts(height), _starts(width)
    steps = ENCODER_OPTIONS.steps
    total = steps * len(rows) * len(columns)
    delta = torch.zeros_like(image)
    weight = image.new_zeros((1, 1, height, width))
    done = 0
    for y in rows:
        for x in columns:
            area = (..., slice(y, y + TILE), slice(x, x + TILE))
            tile = image[area]
            found = yield from cloak(job, tile, limit[area], models, context, done, total)
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
