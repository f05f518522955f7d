"""PNG chunks: checking, metadata verbatim, and 16-bit encoding.

PNG Specification, Third Edition (W3C 2025), sections 5, 9 and 11.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.media.metadata import Metadata

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP = b"XML:com.adobe.xmp\0"
# Chunks carried over verbatim; palette, background and animation belong to the old pixels.
_KEPT = {b"gAMA", b"cHRM", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs", b"tEXt", b"zTXt", b"iTXt"}
_BEFORE_TEXT = (b"cICP", b"sRGB", b"gAMA", b"cHRM", b"mDCV", b"cLLI", b"pHYs")
_RAW_PROFILE = re.compile(rb"Raw profile type (exif|APP1)\0")
_LONGEST_PROFILE = 1 << 24
_INCH = 0.0254

Chunk = tuple[bytes, bytes]


def chunks(data: bytes) -> list[Chunk]:
    """All chunks. Raises ``ValueError`` where the file is cut off or a needed one is damaged."""
    found: list[Chunk] = []
    position = len(SIGNATURE)
    while True:
        if position + 12 > len(data):
            raise ValueError("PNG ends early")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            raise ValueError("PNG ends early")
        body = data[position + 8 : end - 4]
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(body, zlib.crc32(kind)) == checksum:
            found.append((kind, body))
        elif kind[:1].isupper():
            raise ValueError("damaged PNG chunk")
        if kind == b"IEND":
            return found
        position = end


def joined(found: Iterable[Chunk]) -> bytes:
    return b"".join([SIGNATURE, *(packed(kind, body) for kind, body in found)])


def packed(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", checksum)


def inflated_size(found: Iterable[Chunk], limit: int) -> int:
    """Bytes of pixel data in the IDAT stream, counted up to ``limit``; less if it ends early."""
    inflate = zlib.decompressobj()
    size = 0
    for kind, body in found:
        while kind == b"IDAT" and body and size < limit:
            size += len(inflate.decompress(body, 1 << 20))
            body = inflate.unconsumed_tail
    return size if size >= limit else size + len(inflate.flush())


# ---- metadata -------------------------------------------------------------------------------


def metadata(found: list[Chunk]) -> Metadata:
    """What the ancillary chunks say; broken ones are left out."""
    result = Metadata()
    extras: list[Chunk] = []
    for kind, body in found:
        if kind == b"iCCP" and result.icc is None:
            result = replace(result, icc=_profile(body))
        elif kind == b"eXIf":
            result = replace(result, exif=body.removeprefix(b"Exif\0\0"))
        elif kind == b"iTXt" and body.startswith(_XMP) and result.xmp is None:
            result = replace(result, xmp=_international(body))
        elif kind == b"pHYs" and len(body) == 9:
            across, down, unit = struct.unpack(">IIB", body)
            extras.append((kind, body))
            if unit == 1:
                result = replace(result, dpi=(across * _INCH, down * _INCH))
        elif kind in _KEPT:
            extras.append((kind, body))
    if result.exif is None:
        for extra in extras:
            block = _raw_exif(extra)
            if block:
                result = replace(result, exif=block)
                extras.remove(extra)
                break
    return replace(result, extras=tuple(extras))


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _LONGEST_PROFILE)
    except zlib.error:
        return b""


def _profile(body: bytes) -> bytes | None:
    _name, _, packed_profile = body.partition(b"\0")
    return _inflated(packed_profile[1:]) or None


def _international(body: bytes) -> bytes | None:
    compressed = body[len(_XMP) : len(_XMP) + 1] == b"\1"
    parts = body[len(_XMP) + 2 :].split(b"\0", 2)
    if len(parts) < 3:
        return None
    return (_inflated(parts[2]) if compressed else parts[2]) or None


def _raw_exif(chunk: Chunk) -> bytes | None:
    """EXIF as ImageMagick and old exiftool store it: hexadecimal in a text chunk."""
    kind, body = chunk
    match = _RAW_PROFILE.match(body)
    if match is None or kind not in (b"tEXt", b"zTXt"):
        return None
    text = body[match.end() :]
    if kind == b"zTXt":
        text = _inflated(text[1:])
    lines = text.strip().split(b"\n", 2)
    try:
        raw = bytes.fromhex(lines[2].decode("ascii"))
    except (IndexError, ValueError):
        return None
    return raw.removeprefix(b"Exif\0\0") if raw.startswith(b"Exif\0\0") else None


def with_metadata(encoded: bytes, metadata: Metadata) -> list[bytes]:
    """The pieces of a freshly encoded PNG with the metadata put in."""
    end_of_header = len(SIGNATURE) + 25
    early = [extra for kind in _BEFORE_TEXT for extra in metadata.extras if extra[0] == kind]
    late = [e for e in metadata.extras if e[0] in _KEPT and e[0] not in _BEFORE_TEXT]
    if metadata.dpi and not any(kind == b"pHYs" for kind, _ in early):
        across, down = (round(value / _INCH) for value in metadata.dpi)
        early.append((b"pHYs", struct.pack(">IIB", across, down, 1)))
    if metadata.icc:
        early.insert(0, (b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.exif:
        early.append((b"eXIf", metadata.exif))
    if metadata.xmp:
        early.append((b"iTXt", _XMP + b"\0\0\0\0" + metadata.xmp))
    added = [packed(kind, body) for kind, body in (*early, *late)]
    return [encoded[:end_of_header], *added, encoded[end_of_header:]]


# ---- 16 bits --------------------------------------------------------------------------------


def encoded_16(samples: NDArray[np.uint16], level: int) -> bytes:
    """A PNG of (H, W, C) samples; C is 1 grey, 2 grey and alpha, 3 RGB or 4 RGB and alpha.

    Each row gets the filter with the smallest sum of absolute differences (section 12.7).
    """
    height, width, channels = samples.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    deflate = zlib.compressobj(level)
    pieces = [SIGNATURE, packed(b"IHDR", header)]
    above = np.zeros((1, 2 * channels * width), np.uint8)
    step = max(1, (1 << 21) // above.size)
    for top in range(0, height, step):
        rows = samples[top : top + step].astype(">u2").view(np.uint8).reshape(-1, above.size)
        body = deflate.compress(_filtered(rows, above, 2 * channels).tobytes())
        above = rows[-1:]
        if body:
            pieces.append(packed(b"IDAT", body))
    pieces += [packed(b"IDAT", deflate.flush()), packed(b"IEND", b"")]
    return b"".join(pieces)


def _filtered(rows: NDArray[np.uint8], above: NDArray[np.uint8], pixel: int) -> Any:
    up = np.concatenate([above, rows[:-1]])
    left = np.zeros_like(rows)
    left[:, pixel:] = rows[:, :-pixel]
    candidates = [
        np.concatenate([np.full((len(rows), 1), kind, np.uint8), difference], axis=1)
        for kind, difference in (
            (1, rows - left),
            (2, rows - up),
            (4, rows - _paeth(left, up, pixel)),
        )
    ]
    costs = [np.abs(c[:, 1:].view(np.int8).astype(np.int16)).sum(axis=1) for c in candidates]
    best = np.argmin(costs, axis=0)
    return np.stack(candidates)[best, np.arange(len(rows))]


def _paeth(left: NDArray[np.uint8], up: NDArray[np.uint8], pixel: int) -> NDArray[np.uint8]:
    corner = np.zeros_like(up)
    corner[:, pixel:] = up[:, :-pixel]
    a, b, c = (part.astype(np.int16) for part in (left, up, corner))
    to_a, to_b, to_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    return np.where((to_a <= to_b) & (to_a <= to_c), left, np.where(to_b <= to_c, up, corner))
