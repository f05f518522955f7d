"""The networks that voices are protected against, and the losses they give.

The built-in speaker encoders, and every downloaded speaker encoder that serves protection. The
judge and the cloner of the rehearsal are never among them.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.nn import functional

from engine.context import Context
from engine.models import builtin
from engine.models.roles import SpeakerEncoder
from engine.optimise.channels import Transform
from engine.problems import Problem

RATE = 16_000

_log = logging.getLogger(__name__)


def surrogates(
    context: Context, folder: Path | None = None, quick: bool = False
) -> list[SpeakerEncoder]:
    """Built-in first, then downloaded ones; those that cannot be loaded are left out. ``quick``:
    the two that are cheap."""
    if quick:
        return [builtin.speaker(id, context) for id in builtin.QUICK_VOICE_SURROGATES]
    # The catalogue takes half a second to import, and most jobs do without.
    from engine.models.load import cached
    from engine.models.store import Store

    found: list[SpeakerEncoder] = [builtin.speaker(id, context) for id in builtin.VOICE_SURROGATES]
    store = Store(folder)
    for id in store.installed():
        entry = store.entry(id)
        slow = entry.needs != "cpu" and context.device.type == "cpu"
        if entry.loader != "speaker" or slow or "protect-voice" not in entry.used_by:
            continue
        try:
            model: Any = cached(context, id, folder)
        except Problem as problem:
            _log.warning("%s is not used: %s", id, problem)
            continue
        found.append(model)
    return found


class Likeness:
    """``optimise.loop.Loss``: cosine on one encoder between the protected wave and the speaker.

    ``anchors`` (k, width) are embeddings of the speaker's own clean speech; the waves come as an
    "image" (1, 1, n, samples) in 0..1.
    """

    def __init__(self, model: SpeakerEncoder, anchors: Tensor) -> None:
        self.model = model
        self.anchor = functional.normalize(anchors.mean(0, keepdim=True))

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        waves = transform(from_image(images))
        return (self.model.embed(waves) * self.anchor).sum(1).mean()


def likeness(model: SpeakerEncoder, speech: Tensor) -> Likeness:
    """``speech`` (n, samples) is clean speech of the speaker."""
    return Likeness(model, model.embed(speech).detach())


def to_image(waves: Tensor) -> Tensor:
    """(n, samples) in -1..1 -> (1, 1, n, samples) in 0..1, as the one loop takes pictures."""
    return (waves[None, None] + 1) / 2


def from_image(images: Tensor) -> Tensor:
    return images[0, 0] * 2 - 1
