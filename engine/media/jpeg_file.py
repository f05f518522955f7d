"""The segments of a JPEG file: taking metadata out verbatim and putting it back.

ITU-T T.81 annex B; JFIF 1.02; Exif 2.32 section 4.5; XMP Specification Part 3 section 1.1.3;
ICC.1:2022 annex B.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.media.metadata import Metadata, joined_resources, split_resources

_APP0, _APP1, _APP2, _APP11, _APP13, _COM = 0xE0, 0xE1, 0xE2, 0xEB, 0xED, 0xFE
_DQT, _SOS = 0xDB, 0xDA
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_ICC = b"ICC_PROFILE\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_LONGEST = 65533  # bytes in one segment

# The luminance table of T.81 annex K.1; encoders scale it by the quality (IJG convention).
LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
)


@dataclass(frozen=True)
class Contents:
    """(``width``, ``height``) is None where the file has no frame header."""

    metadata: Metadata
    size: tuple[int, int] | None
    quality: int | None
    credentials: bool


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, payload) up to the first scan; ends quietly where the file is broken."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        if marker == _SOS or length < 2:
            return
        yield marker, data[position + 4 : position + 2 + length]
        position += 2 + length


def contents(data: bytes) -> Contents:
    """Metadata, size and quality of a JPEG file; what is broken is left out."""
    found = Metadata()
    size: tuple[int, int] | None = None
    profile: dict[int, bytes] = {}
    photoshop = b""
    tables: list[int] = []
    credentials = False
    extras: list[tuple[bytes, bytes]] = []
    for marker, payload in segments(data):
        if marker == _APP0 and payload.startswith(b"JFIF\0") and len(payload) >= 12:
            extras.append((b"JFIF", payload[7:12]))
        elif marker == _APP1 and payload.startswith(_EXIF) and found.exif is None:
            found = replace(found, exif=payload[len(_EXIF) :])
        elif marker == _APP1 and payload.startswith(_XMP) and found.xmp is None:
            found = replace(found, xmp=payload[len(_XMP) :])
        elif marker == _APP1 and payload.startswith(_XMP_EXTENSION):
            extras.append((b"XMP extension", payload))
        elif marker == _APP2 and payload.startswith(_ICC) and len(payload) > 14:
            profile.setdefault(payload[12], payload[14:])
        elif marker == _APP11:
            credentials = True
        elif marker == _APP13 and payload.startswith(_PHOTOSHOP):
            photoshop += payload[len(_PHOTOSHOP) :]
        elif marker == _COM:
            extras.append((b"COM", payload))
        elif marker == _DQT:
            tables.append(_table_sum(payload))
        elif marker in _FRAMES and size is None and len(payload) >= 5:
            height, width = struct.unpack_from(">HH", payload, 1)
            size = (width, height)
    iptc, resources = split_resources(photoshop)
    icc = b"".join(profile[number] for number in sorted(profile)) or None
    found = replace(found, icc=icc, iptc=iptc, resources=resources, extras=tuple(extras))
    return Contents(found, size, _quality(tables), credentials)


def _table_sum(payload: bytes) -> int:
    """Sum of table 0 in a DQT segment (T.81 B.2.4.1), 0 if it defines others only."""
    position = 0
    while position < len(payload):
        wide, number = payload[position] >> 4, payload[position] & 15
        length = 128 if wide else 64
        values = payload[position + 1 : position + 1 + length]
        if number == 0 and len(values) == length:
            return int(np.frombuffer(values, ">u2" if wide else "u1").sum())
        position += 1 + length
    return 0


def _quality(sums: list[int]) -> int | None:
    """The lowest quality whose scaled K.1 table is at least as fine as the file's."""
    total = next((value for value in sums if value), None)
    if total is None:
        return None
    for quality in range(1, 101):
        scale = 5000 // quality if quality < 50 else 200 - 2 * quality
        if int(np.clip((LUMINANCE * scale + 50) // 100, 1, 255).sum()) <= total:
            return quality
    return 100


def with_metadata(encoded: bytes, metadata: Metadata) -> tuple[list[bytes], tuple[str, ...]]:
    """The pieces of a freshly encoded JFIF file with the metadata put in.

    A block too long for its single segment is left out (note "metadata-dropped").
    """
    pieces: list[bytes] = []
    notes: tuple[str, ...] = ()
    for prefix, block in ((_EXIF, metadata.exif), (_XMP, metadata.xmp)):
        if block and len(prefix) + len(block) > _LONGEST:
            notes = ("metadata-dropped",)
        elif block:
            pieces.append(_segment(_APP1, prefix + block))
    for kind, payload in metadata.extras:
        if kind == b"XMP extension":
            pieces.append(_segment(_APP1, payload))
    photoshop = joined_resources(metadata.iptc, metadata.resources)
    room = _LONGEST - len(_PHOTOSHOP)
    pieces += [_segment(_APP13, _PHOTOSHOP + part) for part in _parts(photoshop, room)]
    profile = _parts(metadata.icc or b"", _LONGEST - 14)
    for number, part in enumerate(profile, 1):
        pieces.append(_segment(_APP2, _ICC + bytes([number, len(profile)]) + part))
    pieces += [_segment(_COM, text) for kind, text in metadata.extras if kind == b"COM"]
    start = encoded[:20]
    for kind, density in metadata.extras:
        if kind == b"JFIF":
            start = encoded[:13] + density + encoded[18:20]
    return [start, *pieces, encoded[20:]], notes


def _parts(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
