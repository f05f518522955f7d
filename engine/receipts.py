"""What every job that leaves a file behind writes down about it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from engine import __version__, api
from engine.context import Context
from engine.digests import file_sha256


class Job(Protocol):
    """A job on one file."""

    @property
    def kind(self) -> str: ...
    @property
    def file(self) -> Path: ...


def receipt_of(
    job: Job,
    output: Path,
    context: Context,
    began: float,
    *,
    method: str,
    parameters: Mapping[str, Any],
    models: Mapping[str, str],
    measures: Mapping[str, Any],
    notes: tuple[str, ...] = (),
) -> api.Receipt:
    """The receipt of ``output``, made of the job's file since ``began`` (of ``time.monotonic``).

    ``models`` maps ids to the SHA-256 of the weights. Both files are read to the end for their
    own. Raises ``OSError`` when one of them is gone.
    """
    return api.Receipt(
        schema=api.RECEIPT_SCHEMA,
        app_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        kind=job.kind,
        file=str(job.file),
        output=str(output),
        sha256={"file": file_sha256(job.file), "output": file_sha256(output)},
        method=method,
        parameters=dict(parameters),
        models=dict(models),
        device=str(context.device),
        seconds=round(time.monotonic() - began, 2),
        measures=dict(measures),
        notes=notes,
    )
