"""Copies a file and hashes it on the way."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Generator
from pathlib import Path

from engine.api import Progress
from engine.digests import PIECE
from engine.problems import Problem


def copy(
    source: Path, target: Path, done: int, of: int, stage: str, check: Callable[[], None]
) -> Generator[Progress, None, str]:
    """To ``target``, whose folders are made; returns the SHA-256. ``done`` and ``of`` are the
    bytes copied before and altogether. A copy that is stopped leaves no file."""
    digest = hashlib.sha256()
    temporary = target.with_name(target.name + ".copy")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as reader, temporary.open("wb") as writer:
            while piece := reader.read(PIECE):
                check()
                writer.write(piece)
                digest.update(piece)
                done += len(piece)
                yield Progress(done, of, stage)
            writer.flush()
            os.fsync(writer.fileno())
        temporary.replace(target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("store.disk-full", folder=str(target.parent)) from error
        if error.filename in (str(source), source):
            raise Problem("file.unreadable", file=str(source)) from error
        raise Problem("store.folder", folder=str(target.parent)) from error
    finally:
        temporary.unlink(missing_ok=True)
    return digest.hexdigest()
