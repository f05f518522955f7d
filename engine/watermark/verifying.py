"""The verifying job: is there a mark of ours in this file, whose, and of which work?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from engine import api
from engine.context import Context
from engine.digests import file_sha256
from engine.media.reading import read_photo
from engine.watermark import cloned, rehearsal_mark, session
from engine.watermark.canvas import SIDE, WORKING_SIDE, canvas_of
from engine.watermark.credentials import read_credentials
from engine.watermark.evidence import pictures, strip
from engine.watermark.generated import PLACES, candidates, recognise
from engine.watermark.recordings import is_recording, presence_of
from engine.watermark.registry import Registry
from engine.watermark.schemes import in_use
from engine.watermark.search import Found, search, search_recording


def verify(
    job: api.VerifyFile, context: Context
) -> Generator[api.Progress, None, api.VerifyResult]:
    """Try every key on one file. Raises ``Problem`` for what the user can act on."""
    yield api.Progress(0, 1, "read")
    owners = session.chosen(job.home, job.identities)
    registry = Registry(job.home)
    yield api.Progress(0, 1, "verify")
    shown: tuple[api.Picture, ...] = ()
    changed: float | None = None
    untouched: float | None = None
    rehearsed = False
    if is_recording(job.file):
        rehearsed = cloned.look(job.file).found
        found = search_recording(job.file, owners, registry, context.check)
        if found is not None and found.accepted:
            presence = presence_of(job.file, found.key, found.payload, found.start, found.speed)
            heat, changed = strip(presence)
            shown = (heat,)
    else:
        photo = read_photo(job.file)
        width, height = photo.upright_size
        rgb = photo.working(WORKING_SIDE)
        canvas = canvas_of(rgb)
        schemes = in_use(registry, job.folder, context)
        works = candidates(registry, canvas)
        aspect = width / height
        others = PLACES * len(works)
        found = search(canvas, aspect, owners, schemes, registry, context.check, others)
        intact = None
        if works and (found is None or not found.evidence.found):
            trials = float(others) if found is None else found.evidence.trials
            generated = recognise(rgb, canvas, owners, works, trials, context)
            if generated is not None:
                found, intact, untouched = generated
        rehearsed = rehearsal_mark.look(canvas, aspect).found
        shown, changed = pictures(rgb, canvas, found, intact)
    return replace(
        _result(job, found),
        credentials=read_credentials(job.file, job.home),
        sha256=file_sha256(job.file),
        trials=0.0 if found is None else found.evidence.trials,
        searched=tuple(owner.name for owner in owners),
        changed=changed,
        untouched=untouched,
        rehearsed=rehearsed,
        pictures=shown,
    )


def _result(job: api.VerifyFile, found: Found | None) -> api.VerifyResult:
    if found is None:
        return api.VerifyResult(job.file, found=False, p_value=1.0)
    if not found.evidence.found:
        return api.VerifyResult(job.file, found=False, p_value=found.evidence.p_value)
    return api.VerifyResult(
        job.file,
        found=found.accepted,
        p_value=found.evidence.p_value,
        identity=found.identity,
        payload=f"{found.payload:016x}",
        work=None if found.work is None else found.work.title,
        marked=None if found.work is None else found.work.created,
        scheme=found.scheme,
        how=found.how,
        geometry=geometry_words(found),
        content=found.content,
        issued=found.key.issued(found.payload),
    )


def geometry_words(found: Found) -> dict[str, float]:
    """What happened to the picture: rotation in degrees, size of the original relative to what
    was received along x and y, shift of its centre as a share of the picture, mirroring, and the
    blur that had to be undone (standard deviation in thousandths of the picture); for a
    recording, how many times too fast it was.

    Rotation is as seen on the canvas, exact for square pictures."""
    linear, shift = found.geometry[:, :2], found.geometry[:, 2]
    mirrored = float(np.linalg.det(linear)) < 0
    first = linear[:, 0] * (-1 if mirrored else 1)
    return {
        "rotation": round(float(np.rad2deg(np.arctan2(first[1], first[0]))), 2),
        "scale_x": round(float(np.hypot(*linear[:, 0])), 4),
        "scale_y": round(float(np.hypot(*linear[:, 1])), 4),
        "shift_x": round(float(shift[0]), 4),
        "shift_y": round(float(shift[1]), 4),
        "mirrored": float(mirrored),
        "blur": round(1000 * found.blur / SIDE, 1),
        "speed": round(found.speed, 5),
        "grid": float(SIDE),
    }
