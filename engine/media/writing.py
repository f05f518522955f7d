"""Writing the protected photo: where, in which format, with what it said about itself."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.media import ifd, metadata
from engine.media.atomic import atomic, free_name, make_folder
from engine.media.encoding import Content, encode
from engine.media.photo import Photo, Samples
from engine.problems import Problem

__all__ = ["Written", "free_name", "write_photo"]

# File name endings by format; the first is given to files whose own does not fit.
SUFFIXES: dict[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "TIFF": (".tif", ".tiff"),
    "WEBP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "AVIF": (".avif",),
    "HEIF": (".heic", ".heif", ".hif"),
}
# A palette of 256 colours cannot hold a cloak.
_DESTROYERS = {"GIF": "PNG"}


@dataclass(frozen=True)
class Written:
    """``notes`` are keys of what writing changed: "format-changed", "metadata-dropped",
    "depth-reduced", "alpha-flattened", "cloak-weakened" (see ``engine.media.encoding``)."""

    path: Path
    format: str
    notes: tuple[str, ...]


def write_photo(
    photo: Photo,
    samples: Samples,
    out: Path | None = None,
    *,
    suffix: str = "-cloaked",
    strip_location: bool = False,
) -> Written:
    """Write ``samples`` (shape and type of ``photo.samples``) as a new file like the original.

    ``out`` is None for NAME + ``suffix`` beside the original, a folder (created if missing) for
    the original's name in it, or a file name whose ending may name another format. A name that is
    taken gets a number; no file is ever overwritten, and none is left half-written.

    Raises ``Problem``: folder.unwritable, disk.full, photo.heic-extra.
    """
    if samples.shape != photo.samples.shape or samples.dtype != photo.samples.dtype:
        raise ValueError("samples must have the photo's shape and type")
    target, kind = _target(photo, out, suffix)
    if kind == "HEIF" and importlib.util.find_spec("pillow_heif") is None:
        raise Problem("photo.heic-extra", file=target.name)
    make_folder(target.parent)
    kept, notes = metadata.for_writing(photo.metadata, strip_location)
    kept = replace(kept, exif=ifd.with_orientation(kept.exif, photo.orientation))
    if kind != photo.format:
        notes = ("format-changed", *notes)
    content = Content(samples, photo.samples, photo.alpha, photo.orientation, kept, photo.encoding)
    pieces, more = encode(kind, content)
    written = _write(target, pieces)
    return Written(written, kind, tuple(dict.fromkeys((*notes, *more))))


def _target(photo: Photo, out: Path | None, suffix: str) -> tuple[Path, str]:
    """The wished-for file name, with the ending of the format, and the format."""
    kind = _DESTROYERS.get(photo.format, photo.format)
    named = _format_named(out)
    if out is not None and named is not None:
        kind = _DESTROYERS.get(named, named)
        wish = out
    elif out is not None:
        wish = out / photo.path.name
    else:
        wish = photo.path.with_name(photo.path.stem + suffix + photo.path.suffix)
    if wish.suffix.lower() not in SUFFIXES[kind]:
        wish = wish.with_name(wish.stem + SUFFIXES[kind][0])
    return wish, kind


def _format_named(out: Path | None) -> str | None:
    """The format a file name asks for; None for a folder."""
    if out is None or out.is_dir():
        return None
    ending = out.suffix.lower()
    return next((kind for kind, endings in SUFFIXES.items() if ending in endings), None)


def _write(target: Path, pieces: Iterable[bytes]) -> Path:
    pieces = list(pieces)
    while True:
        free = free_name(target)
        try:
            with atomic(free) as temporary, temporary.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
        except FileExistsError:
            # Someone else took the name meanwhile; the next round finds another.
            continue
        return free
