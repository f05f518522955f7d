"""Pixels to file contents, one function per format, at settings that keep the cloak.

Lossy formats start from a high quality and go up until the decoded picture keeps the cloak:
with d the change made and r the change found after decoding, (<r,d> / <d,d>)^2 is the share of
d's energy that survived along d. Coding noise, which is not the cloak, does not count.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.media import jpeg_file, png_file, tiff_file
from engine.media.metadata import Metadata
from engine.media.photo import Encoding, Samples
from engine.media.resample import STRIP, upright

KEPT_ENERGY = 0.9
_JPEG_QUALITIES = (95, 97, 98, 99, 100)
_WEBP_QUALITIES = (95, 98, 100)
_AVIF_QUALITIES = (90, 95, 98, 100)
# Up to this many pixels a lossless WebP costs so little that nothing needs to be lost.
_SMALL = 512 * 512
# Above this many pixels compression is set to be fast: 24 MP of PNG take 3.5 s of processor time
# instead of 10 and become 9 % larger.
_LARGE = 4_000_000
_TILE, _MOST_TILES = 64, 240
_TIFF_COMPRESSION = {1: None, 5: "tiff_lzw", 32773: "packbits"}


@dataclass(frozen=True)
class Content:
    """What is to be written: the new samples beside those they came from."""

    samples: Samples
    original: Samples
    alpha: Samples | None
    orientation: int
    metadata: Metadata
    encoding: Encoding


Encoded = tuple[list[bytes], tuple[str, ...]]  # pieces of the file, note keys


def encode(kind: str, content: Content) -> Encoded:
    """The file as pieces to be written one after the other, and note keys.

    Notes: "depth-reduced", "alpha-flattened" (laid over white), "metadata-dropped" (the format
    has no room for it), "cloak-weakened" (less than 90 % kept even at the highest quality).
    """
    notes: tuple[str, ...] = ()
    if kind not in ("PNG", "TIFF") and content.samples.dtype == np.uint16:
        content = replace(
            content,
            samples=_eight_bits(content.samples),
            original=_eight_bits(content.original),
            alpha=None if content.alpha is None else _eight_bits(content.alpha[..., None])[..., 0],
        )
        notes += ("depth-reduced",)
    if kind == "JPEG" and content.alpha is not None:
        flat = _over_white(content.samples, content.alpha)
        original = _over_white(content.original, content.alpha)
        content = replace(content, samples=flat, original=original, alpha=None)
        notes += ("alpha-flattened",)
    pieces, more = _ENCODERS[kind](content)
    return pieces, notes + more


# ---- lossless -------------------------------------------------------------------------------


def _png(content: Content) -> Encoded:
    level = 2 if _is_large(content) else 6
    if content.samples.dtype == np.uint16:
        encoded = png_file.encoded_16(_stacked(content.samples, content.alpha), level)
    else:
        encoded = _saved(_picture(content.samples, content.alpha), "PNG", compress_level=level)
    return png_file.with_metadata(encoded, content.metadata), ()


def _tiff(content: Content) -> Encoded:
    code = content.encoding.compression
    if content.samples.dtype == np.uint16:
        stacked = _stacked(content.samples, content.alpha)
        encoded = tiff_file.encoded_16(stacked, compressed=code != 1)
    else:
        compression = _TIFF_COMPRESSION.get(code or 0, "tiff_adobe_deflate")
        # Horizontal differencing (TIFF 6.0 section 14) where the compression knows it.
        fields = {317: 2} if compression not in (None, "packbits") else {}
        picture = _picture(content.samples, content.alpha)
        encoded = _saved(picture, "TIFF", compression=compression, tiffinfo=fields)
    return tiff_file.with_metadata(encoded, content.metadata), ()


def _bmp(content: Content) -> Encoded:
    """BMP has no orientation: the pixels are turned. Alpha needs a version 4 header."""
    samples = upright(content.samples, content.orientation)
    metadata = content.metadata
    lost = metadata.icc or metadata.xmp or metadata.iptc
    notes: tuple[str, ...] = ("metadata-dropped",) if lost else ()
    if content.alpha is None:
        options = {"dpi": metadata.dpi} if metadata.dpi else {}
        return [_saved(_picture(samples, None), "BMP", **options)], notes
    alpha = upright(content.alpha, content.orientation)[..., None]
    colours = np.broadcast_to(samples[..., ::-1], (*samples.shape[:2], 3))
    rows = np.concatenate([colours, alpha], axis=2)[::-1].tobytes()
    height, width = samples.shape[:2]
    across, down = (round(value / 0.0254) for value in metadata.dpi or (0, 0))
    header = struct.pack("<2sIHHI", b"BM", 122 + len(rows), 0, 0, 122)
    header += struct.pack(
        "<IiiHHIIiiII", 108, width, height, 1, 32, 3, len(rows), across, down, 0, 0
    )
    header += struct.pack("<4I4s48x", 0xFF0000, 0xFF00, 0xFF, 0xFF000000, b"BGRs")
    return [header, rows], notes


# ---- lossy ----------------------------------------------------------------------------------


def _jpeg(content: Content) -> Encoded:
    def save(picture: Image.Image, quality: int) -> bytes:
        options = {"dpi": content.metadata.dpi} if content.metadata.dpi else {}
        return _saved(picture, "JPEG", quality=quality, subsampling=0, **options)

    lowest = max(_JPEG_QUALITIES[0], content.encoding.quality or 0)
    quality, kept = _lowest_keeping(content, (q for q in _JPEG_QUALITIES if q >= lowest), save)
    encoded = save(_picture(content.samples, None), quality)
    pieces, notes = jpeg_file.with_metadata(encoded, content.metadata)
    return pieces, notes if kept else (*notes, "cloak-weakened")


def _webp(content: Content) -> Encoded:
    content = replace(
        content, samples=_in_colour(content.samples), original=_in_colour(content.original)
    )
    options = _options(content.metadata)

    def save(picture: Image.Image, quality: int) -> bytes:
        return _saved(picture, "WEBP", quality=quality, exact=True, **options)

    picture = _picture(content.samples, content.alpha)
    if not content.encoding.lossless and _pixels(content) > _SMALL:
        quality, kept = _lowest_keeping(content, _WEBP_QUALITIES, save)
        if kept:
            return [save(picture, quality)], _lost(content.metadata)
    encoded = _saved(picture, "WEBP", lossless=True, quality=50, method=2, exact=True, **options)
    return [encoded], _lost(content.metadata)


def _avif(content: Content) -> Encoded:
    content = replace(
        content, samples=_in_colour(content.samples), original=_in_colour(content.original)
    )
    options: dict[str, Any] = {"speed": 8 if _is_large(content) else 6}
    options |= _options(content.metadata)
    if content.alpha is not None:
        options["advanced"] = {"a:lossless": "1"}

    def save(picture: Image.Image, quality: int) -> bytes:
        return _saved(picture, "AVIF", quality=quality, subsampling="4:4:4", **options)

    quality, kept = _lowest_keeping(content, _AVIF_QUALITIES, save)
    notes = _lost(content.metadata)
    encoded = save(_picture(content.samples, content.alpha), quality)
    return [encoded], notes if kept else (*notes, "cloak-weakened")


def _heif(content: Content) -> Encoded:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    content = replace(
        content, samples=_in_colour(content.samples), original=_in_colour(content.original)
    )

    def save(picture: Image.Image, quality: int) -> bytes:
        return _saved(picture, "HEIF", quality=quality, chroma=444, **_options(content.metadata))

    quality, kept = _lowest_keeping(content, _AVIF_QUALITIES, save)
    notes = _lost(content.metadata)
    encoded = save(_picture(content.samples, content.alpha), quality)
    return [encoded], notes if kept else (*notes, "cloak-weakened")


_ENCODERS: dict[str, Callable[[Content], Encoded]] = {
    "PNG": _png,
    "TIFF": _tiff,
    "BMP": _bmp,
    "JPEG": _jpeg,
    "WEBP": _webp,
    "AVIF": _avif,
    "HEIF": _heif,
}


def _pixels(content: Content) -> int:
    return content.samples[..., 0].size


def _is_large(content: Content) -> bool:
    return _pixels(content) > _LARGE


def _options(metadata: Metadata) -> dict[str, bytes]:
    named = {"icc_profile": metadata.icc, "exif": metadata.exif, "xmp": metadata.xmp}
    return {name: block for name, block in named.items() if block}


def _lost(metadata: Metadata) -> tuple[str, ...]:
    return ("metadata-dropped",) if metadata.iptc else ()


# ---- what a lossy format keeps --------------------------------------------------------------


def _lowest_keeping(
    content: Content, qualities: Iterable[int], save: Callable[[Image.Image, int], bytes]
) -> tuple[int, bool]:
    """The first quality that keeps the cloak (or the last one), and whether it does.

    Tried on a mosaic of tiles from all over the changed area, at most a million pixels. The tiles
    sit on the coding grid of JPEG, whose blocks therefore come out as in the whole picture.
    """
    before, after = _mosaic(content.original, content.samples)
    picture = _picture(after, None)
    quality = 0
    for quality in qualities:
        with Image.open(io.BytesIO(save(picture, quality))) as decoded:
            found = np.asarray(decoded.convert(picture.mode)).reshape(after.shape)
        if kept_energy(before, after, found) >= KEPT_ENERGY:
            return quality, True
    return quality, False


def kept_energy(before: Samples, after: Samples, found: Samples) -> float:
    """Share of the energy of ``after - before`` found again along it; 1 where nothing changed."""
    made = after.astype(np.float32) - before
    energy = float(np.vdot(made, made))
    if energy == 0:
        return 1.0
    along = float(np.vdot(found.astype(np.float32) - before, made)) / energy
    return max(0.0, along) ** 2


def _mosaic(before: Samples, after: Samples) -> tuple[Samples, Samples]:
    height, width = before.shape[:2]
    rows, columns = height // _TILE, width // _TILE
    if height * width <= _TILE * _TILE * _MOST_TILES or not rows or not columns:
        return before, after
    places = []
    for row in range(rows):
        strip = np.s_[row * _TILE : (row + 1) * _TILE, : columns * _TILE]
        changed = (before[strip] != after[strip]).any(axis=2).reshape(_TILE, columns, _TILE)
        places += [(row, int(column)) for column in np.flatnonzero(changed.any(axis=(0, 2)))]
    if not places:
        places = [(0, 0)]
    chosen = np.unique(np.linspace(0, len(places) - 1, _MOST_TILES).astype(int))

    def tiled(samples: Samples) -> Samples:
        return np.concatenate(
            [
                samples[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE]
                for row, column in (places[index] for index in chosen)
            ]
        )

    return tiled(before), tiled(after)


# ---- pixels ---------------------------------------------------------------------------------


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _stacked(samples: Samples, alpha: Samples | None) -> NDArray[Any]:
    return samples if alpha is None else np.concatenate([samples, alpha[..., None]], axis=2)


def _picture(samples: Samples, alpha: Samples | None) -> Image.Image:
    stacked = np.ascontiguousarray(_stacked(samples, alpha))
    return Image.fromarray(stacked[..., 0] if stacked.shape[2] == 1 else stacked)


def _in_colour(samples: Samples) -> Samples:
    return samples if samples.shape[2] == 3 else np.repeat(samples, 3, axis=2)


def _eight_bits(samples: Samples) -> Samples:
    reduced = np.empty(samples.shape, np.uint8)
    for top in range(0, len(samples), STRIP):
        reduced[top : top + STRIP] = np.rint(samples[top : top + STRIP] / np.float32(257))
    return reduced


def _over_white(samples: Samples, alpha: Samples) -> Samples:
    flat = np.empty_like(samples)
    for top in range(0, len(samples), STRIP):
        opacity = alpha[top : top + STRIP, :, None] / np.float32(255)
        strip = samples[top : top + STRIP].astype(np.float32)
        flat[top : top + STRIP] = np.rint(255 + opacity * (strip - 255))
    return flat
