"""Hashes of files on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

PIECE = 1 << 24  # bytes between two looks at the cancel token


def file_sha256(path: Path, each: Callable[[int], None] = lambda count: None) -> str:
    """Of a whole file. ``each`` is told the number of bytes after every piece, and may raise."""
    return _digest(path, hashlib.sha256(), each)


def git_blob_sha1(path: Path) -> str:
    """The name git gives the content: SHA-1 over ``blob SIZE NUL`` and the content."""
    header = f"blob {path.stat().st_size}\0".encode()
    return _digest(path, hashlib.sha1(header, usedforsecurity=False), lambda count: None)


def _digest(path: Path, digest: hashlib._Hash, each: Callable[[int], None]) -> str:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            each(len(piece))
    return digest.hexdigest()
