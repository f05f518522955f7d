"""Our own traces: a file that was protected here, a mark of one of the user's identities, a
protective cloak, or the mark of a rehearsed face swap or clone.

The first three are never called AI. A cloak changes exactly what a detector looks at, so with one
found no detector may decide.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import api
from engine.check import cloak_detector
from engine.context import Context
from engine.media.photo import Photo
from engine.problems import Problem
from engine.watermark import cloned, rehearsal_mark, session
from engine.watermark.canvas import WORKING_SIDE, canvas_of
from engine.watermark.pixel import PixelScheme
from engine.watermark.registry import Registry
from engine.watermark.search import Found, search, search_recording


def receipt_evidence(job: api.CheckFile, digest: str) -> list[api.Evidence]:
    """Whether this very file, ``digest`` its SHA-256, came out of a protection on this computer.

    No strong evidence: it tells what was done to a file, and nothing about the file it was made of.
    """
    for receipt in job.receipts:
        if receipt.sha256.get("output") == digest:
            details: dict[str, str | float] = {
                "original": Path(receipt.file).name,
                "day": receipt.created[:10],
            }
            facts = (("file", receipt.file), ("method", receipt.method))
            return [api.Evidence("protected-here", "own", "hint", details, facts)]
    return []


def mark_evidence(job: api.CheckFile, photo: Photo, context: Context) -> list[api.Evidence]:
    """A mark of the user's own identities; nothing where there is none or it cannot be looked for
    (a locked key is not asked for here)."""
    owners = _owners(job)
    if not owners or min(photo.width, photo.height) < 64:
        return []
    width, height = photo.upright_size
    canvas = canvas_of(photo.working(WORKING_SIDE))
    registry = Registry(job.home)
    return _evidence(
        search(canvas, width / height, owners, [PixelScheme()], registry, context.check)
    )


def rehearsal_evidence(photo: Photo) -> list[api.Evidence]:
    """The mark that every copy of Cloakroom hides in the face swaps that it rehearses."""
    if min(photo.width, photo.height) < 64:
        return []
    width, height = photo.upright_size
    found = rehearsal_mark.look(canvas_of(photo.working(WORKING_SIDE)), width / height)
    if not found.found:
        return []
    return [api.Evidence("rehearsed-swap", "manipulated", "strong", {"p": found.p_value})]


def sound_mark_evidence(job: api.CheckFile, context: Context) -> list[api.Evidence]:
    owners = _owners(job)
    if not owners:
        return []
    return _evidence(search_recording(job.file, owners, Registry(job.home), context.check))


def rehearsed_clone_evidence(job: api.CheckFile) -> list[api.Evidence]:
    """The mark that every copy of Cloakroom draws into the clones of its rehearsals."""
    found = cloned.look(job.file)
    if not found.found:
        return []
    return [api.Evidence("rehearsed-clone", "generated", "strong", {"p": found.p_value})]


def _owners(job: api.CheckFile) -> tuple[Any, ...]:
    try:
        return tuple(session.chosen(job.home, ()))
    except Problem:
        return ()


def _evidence(found: Found | None) -> list[api.Evidence]:
    if found is None or not found.accepted:
        return []
    details: dict[str, str | float] = {"identity": found.identity, "p": found.evidence.p_value}
    work = "" if found.work is None else found.work.title
    facts = (("work", work), ("payload", f"{found.payload:016x}"), ("scheme", found.scheme))
    return [api.Evidence("own-mark", "own", "strong", details, facts)]


def cloak_evidence(pixels: NDArray[np.uint8], context: Context) -> list[api.Evidence]:
    """A protective cloak, by our detector of cloaks, at 1 % of false alarms."""
    if not cloak_detector.available():
        return []
    found = cloak_detector.cloak_score(pixels)
    if not found.found:
        return []
    probability = found.probability
    return [api.Evidence("cloak", "own", "hint", {"probability": round(probability, 3)})]
