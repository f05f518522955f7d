"""Jobs that only pretend, for the real host: what they do is in the file's name.

``fails`` in the name raises a Problem, ``breaks`` an error nobody expected, ``dies`` ends the
process, ``slow`` takes until it is cancelled. Everything else is copied to ``NAME-done.SUFFIX``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from engine import api
from engine.context import Context
from engine.problems import Problem

PICTURE = api.Picture("protected", 2, 1, b"\x00" * 6)
DEVICES = (api.DeviceInfo("cpu", "Test processor", 8_000_000_000, 4_000_000_000),)
NOTES: tuple[str, ...] = ()
MEASURES = api.PhotoMeasures(40.0, 0.98, 0.01, 0.03, 0.6, 0.2, 0.4)


def receipt(job: api.ProtectPhoto, output: Path, created: str = "2026-01-02T03:04:05+00:00") -> Any:
    return api.Receipt(
        schema=api.RECEIPT_SCHEMA,
        app_version="0.1.0",
        created=created,
        kind=job.kind,
        file=str(job.file),
        output=str(output),
        sha256={"file": "00", "output": "11"},
        method="pretend",
        parameters={"seed": job.seed, "strength": job.strength, "epsilon": job.epsilon},
        models={"none": "22"},
        device="cpu",
        seconds=0.1,
        measures={"psnr": 40.0},
        notes=NOTES,
    )


def run(job: api.Job, context: Context) -> Generator[api.Progress, None, api.Result]:
    if isinstance(job, api.ListDevices):
        return api.DevicesResult(DEVICES)
    if isinstance(job, api.MeasurePhoto):
        if not job.protected.exists():
            raise Problem("file.missing", file=str(job.protected))
        return api.MeasureResult(MEASURES)
    return (yield from _protect(job, context))


def _protect(job: api.ProtectPhoto, context: Context) -> Generator[api.Progress, None, Any]:
    name = job.file.name
    if not job.file.exists():
        raise Problem("file.missing", file=str(job.file))
    if "fails" in name:
        raise Problem("file.unreadable", file=str(job.file))
    if "breaks" in name:
        raise RuntimeError("this was not expected")
    if "dies" in name:
        os._exit(7)
    folder = job.out if job.out is not None and job.out.is_dir() else job.file.parent
    output = folder / f"{job.file.stem}-done{job.file.suffix}"
    part = output.with_name(output.name + ".part")
    try:
        part.write_bytes(job.file.read_bytes())
        steps = 600 if "slow" in name else 3
        for step in range(steps):
            context.check()
            yield api.Progress(step, steps, "optimise", eta=1.0, pictures=(PICTURE,))
            if "slow" in name:
                time.sleep(0.05)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
    return api.PhotoResult(output, MEASURES, receipt(job, output), NOTES, (PICTURE,))
