"""The checking job: which kind of file it is, every look at it, and the verdict.

What is known so far travels with the progress, so that a window can show evidence as it comes in
and the stability test as it runs.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

from engine import __version__, api
from engine.check import image
from engine.check.clip_tags import only_sound
from engine.check.image import Looked, Steps
from engine.check.own import receipt_evidence
from engine.check.verdict import decide
from engine.context import Context
from engine.digests import file_sha256
from engine.problems import Problem

_STAGES = ("read", "evidence", "detect", "stability")


def check(job: api.CheckFile, context: Context) -> Generator[api.Progress, None, api.CheckResult]:
    """Check one file. Raises ``Problem`` for what the user can act on."""
    began = time.monotonic()
    media, steps = _looks(job, context)
    digest = _sha256(job.file)
    own = receipt_evidence(job, digest)
    found = Looked()
    stability = 0
    for stage, found in steps:
        context.check()
        if stage == "done":
            break
        stability += stage == "stability"
        yield api.Progress(
            _STAGES.index(stage) * 2 + stability,
            10,
            stage,
            pictures=tuple(p for p in found.pictures if p.name in ("seen", "heat")),
            partial=_result(job, media, digest, own, found, began, with_pictures=False),
        )
    return _result(job, media, digest, own, found, began)


def _looks(job: api.CheckFile, context: Context) -> tuple[api.Media, Steps]:
    """The look that suits the file, by its content where it can be told, else by its name."""
    suffix = job.file.suffix.lower()
    if not job.file.is_file():
        raise Problem("file.missing", file=job.file.name)
    try:
        with job.file.open("rb") as opened:
            head = opened.read(16)
    except OSError as error:
        raise Problem("file.unreadable", file=job.file.name) from error
    if not head:
        raise Problem("file.empty", file=job.file.name)
    boxed = head[4:8] == b"ftyp" and head[8:11] in (b"iso", b"mp4", b"3gp")
    clip = suffix in api.VIDEO_SUFFIXES or (boxed and suffix not in api.VOICE_SUFFIXES)
    if clip and not only_sound(job.file):
        from engine.check import video

        return "video", video.look(job, context)
    if clip or suffix in api.VOICE_SUFFIXES:
        from engine.check import voice

        return "recording", voice.look(job, context)
    return "picture", image.look(job, context)


def _result(
    job: api.CheckFile,
    media: api.Media,
    digest: str,
    own: list[api.Evidence],
    found: Looked,
    began: float,
    with_pictures: bool = True,
) -> api.CheckResult:
    evidence = (*own, *found.evidence)
    verdict, level, reasons = decide(evidence, found.readings, found.stability, found.obstacles)
    return api.CheckResult(
        file=job.file,
        sha256=digest,
        size=job.file.stat().st_size,
        media=media,
        facts=dict(found.facts),
        verdict=verdict,
        level=level,
        reasons=reasons,
        evidence=evidence,
        detectors=tuple(found.readings),
        stability=tuple(found.stability),
        changes=tuple(found.changes),
        notes=tuple(dict.fromkeys(found.notes)),
        app_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 2),
        pictures=tuple(found.pictures) if with_pictures else (),
    )


def _sha256(file: Path) -> str:
    try:
        return file_sha256(file)
    except OSError as error:
        raise Problem("file.unreadable", file=file.name) from error
