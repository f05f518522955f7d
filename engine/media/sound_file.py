"""Writing a sound file so that a full disk is noticed.

libsndfile does not say why a write failed, and not at all when the last of it fails on closing.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import soundfile

NEEDED = 1 << 16  # bytes; with less left on the disk, that is why a write failed


class _Counted(soundfile.SoundFile):  # type: ignore[misc]
    """Counts what was written, which libsndfile does not tell of every format."""

    count = 0

    def write(self, data: Any) -> None:
        super().write(data)
        self.count += len(data)


@contextmanager
def written(path: Path, **settings: Any) -> Iterator[Any]:
    """A ``soundfile.SoundFile`` to write into; ``settings`` are its own.

    Raises ``OSError``: ENOSPC when the disk is full, EIO when the file came out shorter than what
    was written for another reason. ``atomic`` turns the former into the user's words.
    """
    try:
        with _Counted(path, "w", **settings) as result:
            yield result
        if soundfile.info(path).frames < result.count:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
    except (soundfile.SoundFileError, AssertionError, OSError) as error:
        if shutil.disk_usage(path.parent).free < NEEDED:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
        raise
