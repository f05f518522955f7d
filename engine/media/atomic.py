"""Writing files so that a crash, a full disk or a cancelled job never leaves half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.problems import Problem

_FULL = {errno.ENOSPC, errno.EDQUOT}
_UNWRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR}
# Longest file name in bytes on ext4, APFS and NTFS (there in UTF-16 units, never fewer).
_LONGEST_NAME = 255


def free_name(path: Path) -> Path:
    """``path`` if nothing has that name, else the first free of STEM-2.EXT, STEM-3.EXT, ...

    A stem too long for the file system is shortened. A broken symbolic link counts as taken.
    """
    number = 1
    while True:
        ending = (f"-{number}" if number > 1 else "") + path.suffix
        candidate = path.with_name(_shortened(path.stem, ending) + ending)
        if not os.path.lexists(candidate):
            return candidate
        number += 1


def _shortened(stem: str, ending: str) -> str:
    room = _LONGEST_NAME - len(os.fsencode(ending))
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return stem


@contextmanager
def atomic(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``target``; on success it becomes ``target``.

    The body writes and closes the temporary file, which is flushed to the disk before it is
    renamed. If the body raises, whatever it raises, the temporary file is removed.

    Raises ``FileExistsError`` if ``target`` exists by then (it is never overwritten), and
    ``Problem`` "disk.full" or "folder.unwritable" for what the operating system refused.
    """
    folder = target.parent
    temporary = folder / f".cloakroom-{secrets.token_hex(8)}{target.suffix}"
    try:
        with contextlib.ExitStack() as undo:
            undo.callback(_remove, temporary)
            yield temporary
            with temporary.open("rb+") as written:
                os.fsync(written.fileno())
            # Taking the name first makes "does not exist yet" and "is mine" one step.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            undo.callback(_remove, target)
            temporary.replace(target)
            undo.pop_all()
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise Problem("disk.full", folder=str(folder)) from error
        if error.errno in _UNWRITABLE:
            raise Problem("folder.unwritable", folder=str(folder)) from error
        raise


def make_folder(folder: Path) -> None:
    """Create ``folder`` and its parents. Raises ``Problem`` where that is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        code = "disk.full" if error.errno in _FULL else "folder.unwritable"
        raise Problem(code, folder=str(folder)) from error


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
