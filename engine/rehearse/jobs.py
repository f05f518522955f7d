"""The rehearsal: every attack the job names, on the original as control and on the protected file.

``ATTACKS`` is the registry. An attack is a generator that is given a ``Bout``, yields ``Progress``
(with pictures when the job asks for previews) and returns its ``AttackOutcome``.
"""

from __future__ import annotations

import time
from collections.abc import Generator

import torch

from engine import api
from engine.check.cloak_detector import noticed
from engine.context import Context
from engine.measure.photo import lowpass_control
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.models import builtin
from engine.problems import Problem
from engine.rehearse import attackers, editing, faceswap, survival, training
from engine.rehearse.bout import Attack, Bout
from engine.rehearse.sight import Sight

SIDE = 512  # pixels of the long side: what the models that are attacked with look at

ATTACKS: dict[api.Attack, Attack] = {
    "edit": editing.attack,
    "purify": survival.attack,
    "personalise": training.attack,
    "faceswap": faceswap.attack,
}
EDITS = ("edit", "personalise")  # these need an editor


def rehearse(
    job: api.RehearsePhoto, context: Context
) -> Generator[api.Progress, None, api.RehearsalResult]:
    """Raises ``Problem`` for files that cannot be read, or that are not of one picture."""
    began = time.monotonic()
    yield api.Progress(0, 1, "read")
    original, protected = read_photo(job.file), read_photo(job.protected)
    if original.upright_size != protected.upright_size:
        raise Problem(
            "photo.other-size",
            first=f"{original.width}x{original.height}",
            second=f"{protected.width}x{protected.height}",
        )
    yield api.Progress(0, 1, "load")
    bout = _bout(job, context, original, protected)
    outcomes = []
    attacks = tuple(dict.fromkeys(job.attacks))
    if attackers.editor(bout) is None:
        # Without an editor the rest is still worth knowing; alone, it says what is missing.
        attacks = tuple(attack for attack in attacks if attack not in EDITS) or attacks
    for attack in attacks:
        outcome = yield from ATTACKS[attack](bout)
        outcomes.append(outcome)
    return api.RehearsalResult(
        file=job.file,
        protected=job.protected,
        instruction=job.instruction,
        outcomes=tuple(outcomes),
        noticed=noticed(protected),
        seconds=round(time.monotonic() - began, 2),
    )


def _bout(job: api.RehearsePhoto, context: Context, original: Photo, protected: Photo) -> Bout:
    before, after = (
        torch.from_numpy(photo.working(SIDE)).permute(2, 0, 1)[None].contiguous().to(context.device)
        for photo in (original, protected)
    )
    noise = (before + lowpass_control(after - before, job.seed)).clamp(0, 1)
    judge = builtin.autoencoder(builtin.JUDGE, context)
    sight = Sight(judge, builtin.whitening_of(builtin.JUDGE, context))
    return Bout(job, context, before, after, noise, sight)
