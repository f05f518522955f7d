"""From what was dropped, pasted or chosen to the files in it; folders are searched to the end."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine import api

PHOTOS = frozenset(api.PHOTO_SUFFIXES)
CHECKED = PHOTOS | frozenset(api.VOICE_SUFFIXES) | frozenset(api.VIDEO_SUFFIXES)
RECORDINGS = frozenset(api.VOICE_SUFFIXES)


@dataclass(frozen=True)
class Found:
    """``files`` in natural order, each with a suffix that was asked for; ``left_out`` counts the
    named files (not those inside folders) that had another. ``places``: where in the folder that
    was named a file lies, that folder's name first, so that results can be laid out alike."""

    files: tuple[Path, ...]
    left_out: int
    places: Mapping[Path, Path] = field(default_factory=dict)


def collect(paths: Iterable[Path], suffixes: frozenset[str]) -> Found:
    """Reads folders, so it belongs in a background thread."""
    files: list[Path] = []
    places: dict[Path, Path] = {}
    left_out = 0
    for path in paths:
        if path.is_dir():
            for file in _inside(path, suffixes):
                files.append(file)
                places.setdefault(file, path.name / file.parent.relative_to(path))
        elif path.suffix.lower() in suffixes:
            files.append(path)
        else:
            left_out += 1
    return Found(tuple(dict.fromkeys(files)), left_out, places)


def _inside(folder: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    """Hidden files and folders are passed over, as are folders that may not be read."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names, key=str.casefold):
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes:
                yield Path(place, name)
