"""The tag directories (IFDs) of TIFF files and EXIF blocks: read, edit in place, write.

TIFF 6.0 section 2 and CIPA DC-008 (Exif 2.32) section 4.6. EXIF blocks are edited in place, so
that maker notes, whose insides hold absolute offsets, stay valid.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

import numpy as np

ORIENTATION, EXIF_IFD, GPS_IFD, INTEROP_IFD = 274, 34665, 34853, 40965
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
XMP, IPTC, PHOTOSHOP, ICC = 700, 33723, 34377, 34675
_CHILDREN = (EXIF_IFD, GPS_IFD, INTEROP_IFD)
_THUMBNAIL_OFFSET, _THUMBNAIL_LENGTH = 513, 514
_STRIP_OFFSETS, _STRIP_LENGTHS = 273, 279

# Bytes of one value, and of the unit that changes with the byte order, for each field type.
_SIZE = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZE |= {16: 8, 17: 8, 18: 8}
_UNIT = {**_SIZE, 5: 4, 10: 4}
_SHORT, _LONG, _RATIONAL = 3, 4, 5

# Fields that say how the pixels are stored: they belong to one file and are never carried over.
# 330 (further pictures), 37724 (Photoshop layers), 52545 (content credentials) and DNG's would
# carry the unprotected picture or claims about it.
STRUCTURAL = frozenset(
    {*range(254, 260), *range(262, 267), 273, *range(277, 282), 284, *range(288, 294), 301, 317}
    | {*range(320, 333), 334, *range(338, 348), *range(512, 522), *range(529, 533)}
    | {XMP, IPTC, PHOTOSHOP, ICC, EXIF_IFD, GPS_IFD, INTEROP_IFD, 37724, 52545}
    | {*range(50706, 51126)}
)


@dataclass(frozen=True)
class Field:
    """One field; ``data`` holds its values in little-endian order."""

    type: int
    data: bytes

    @property
    def count(self) -> int:
        return len(self.data) // _SIZE[self.type]

    def integers(self) -> list[int]:
        """The values of an integer field; empty for any other type."""
        kinds = {1: "u1", 3: "<u2", 4: "<u4", 13: "<u4", 16: "<u8", 18: "<u8"}
        if self.type not in kinds:
            return []
        return [int(value) for value in np.frombuffer(self.data, kinds[self.type])]

    def rational(self) -> float | None:
        if self.type != _RATIONAL or self.count < 1:
            return None
        above, below = struct.unpack_from("<II", self.data)
        return above / below if below else None


@dataclass
class Directory:
    """The fields of one IFD by tag, and its EXIF, GPS and interoperability sub-directories."""

    fields: dict[int, Field] = field(default_factory=dict)
    children: dict[int, Directory] = field(default_factory=dict)
    next: int = 0  # offset of the next directory, 0 for none

    def integer(self, tag: int, default: int) -> int:
        values = self.fields[tag].integers() if tag in self.fields else []
        return values[0] if values else default


def shorts(*values: int) -> Field:
    return Field(_SHORT, struct.pack(f"<{len(values)}H", *values))


def rational(value: float) -> Field:
    return Field(_RATIONAL, struct.pack("<II", round(value * 10000), 10000))


# ---- reading --------------------------------------------------------------------------------


def read(stream: BinaryIO, longest: int = 1 << 26) -> Directory:
    """The first directory of a TIFF, BigTIFF or EXIF stream.

    Fields that point outside the file, are longer than ``longest`` bytes or have an unknown type
    are left out. Raises ``ValueError`` if there is no directory at all.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(16)
    order = _order(head)
    big = len(head) == 16 and struct.unpack_from(f"{order}H", head, 2)[0] == 43
    offset = (
        struct.unpack_from(f"{order}Q", head, 8)
        if big
        else struct.unpack_from(f"{order}I", head, 4)
    )
    return _Reader(stream, size, order, big, longest).directory(offset[0], _CHILDREN)


def _order(head: bytes) -> Literal["<", ">"]:
    if len(head) < 8 or head[:2] not in (b"II", b"MM"):
        raise ValueError("not a TIFF structure")
    return "<" if head[:2] == b"II" else ">"


@dataclass
class _Reader:
    stream: BinaryIO
    size: int
    order: Literal["<", ">"]
    big: bool
    longest: int

    def at(self, offset: int, length: int) -> bytes:
        if offset < 0 or offset + length > self.size:
            raise ValueError("offset outside the file")
        self.stream.seek(offset)
        return self.stream.read(length)

    def directory(self, offset: int, children: tuple[int, ...]) -> Directory:
        counter, entry, pointer = ("Q", "HHQ8s", "Q") if self.big else ("H", "HHI4s", "I")
        wide = struct.calcsize(f"<{counter}")
        (count,) = struct.unpack(f"{self.order}{counter}", self.at(offset, wide))
        step = struct.calcsize(f"<{entry}")
        if offset + wide + count * step > self.size:
            raise ValueError("directory outside the file")
        found = Directory()
        block = self.at(offset + wide, count * step)
        for tag, kind, values, inline in struct.iter_unpack(f"{self.order}{entry}", block):
            data = self.value(kind, values, inline, pointer)
            if data is not None:
                found.fields[tag] = Field(kind, data)
        after = offset + wide + count * step
        if after + struct.calcsize(f"<{pointer}") <= self.size:
            data = self.at(after, struct.calcsize(f"<{pointer}"))
            found.next = struct.unpack(f"{self.order}{pointer}", data)[0]
        for tag in children:
            target = found.fields.pop(tag, None)
            where = target.integers() if target else []
            if where:
                # Only known pointers are followed, and the interoperability directory only out
                # of another one, so that a loop in a hostile file ends here.
                inner = (INTEROP_IFD,) if tag == EXIF_IFD else ()
                try:
                    found.children[tag] = self.directory(where[0], inner)
                except ValueError:
                    continue
        return found

    def value(self, kind: int, values: int, inline: bytes, pointer: str) -> bytes | None:
        length = _SIZE.get(kind, 0) * values
        if length == 0 or length > self.longest:
            return None
        if length <= len(inline):
            data = inline[:length]
        else:
            (offset,) = struct.unpack(f"{self.order}{pointer}", inline)
            if offset + length > self.size:
                return None
            data = self.at(offset, length)
        if self.order == ">" and _UNIT[kind] > 1:
            data = np.frombuffer(data, f">u{_UNIT[kind]}").astype(f"<u{_UNIT[kind]}").tobytes()
        return data


def orientation(exif: bytes | None) -> int:
    """EXIF orientation 1..8; 1 where the block is missing, broken or says something else."""
    if not exif:
        return 1
    try:
        value = read(io.BytesIO(exif)).integer(ORIENTATION, 1)
    except (ValueError, struct.error):
        return 1
    return value if 1 <= value <= 8 else 1


# ---- writing --------------------------------------------------------------------------------


def write(directory: Directory, start: int) -> tuple[bytes, int]:
    """Bytes to put at the even file offset ``start``, little-endian, and where the IFD begins."""
    body = bytearray()
    fields = dict(directory.fields)
    for tag, child in directory.children.items():
        block, offset = write(child, start + len(body))
        body += block
        fields[tag] = Field(_LONG, struct.pack("<I", offset))
    entries = b""
    for tag in sorted(fields):
        entry = fields[tag]
        inline = entry.data
        if len(inline) > 4:
            inline = struct.pack("<I", start + len(body))
            body += entry.data + b"\0" * (len(entry.data) % 2)
        entries += struct.pack("<HHI4s", tag, entry.type, entry.count, inline)
    offset = start + len(body)
    body += struct.pack("<H", len(fields)) + entries + struct.pack("<I", 0)
    return bytes(body), offset


def describing(directory: Directory) -> Directory:
    """``directory`` without what describes the pixels' storage."""
    fields = {tag: entry for tag, entry in directory.fields.items() if tag not in STRUCTURAL}
    return Directory(fields, dict(directory.children))


def exif_block(directory: Directory) -> bytes | None:
    """A directory as an EXIF block (without the "Exif" prefix); None if it says nothing."""
    if not directory.fields and not directory.children:
        return None
    block, offset = write(directory, 8)
    return struct.pack("<2sHI", b"II", 42, offset) + block


def with_orientation(exif: bytes | None, value: int) -> bytes | None:
    """An EXIF block that says ``value``: the same one if it already does."""
    if orientation(exif) == value:
        return exif
    try:
        directory = describing(read(io.BytesIO(exif or b"")))
    except (ValueError, struct.error):
        directory = Directory()
    directory.fields[ORIENTATION] = shorts(value)
    return exif_block(directory)


# ---- editing in place -----------------------------------------------------------------------


def without_thumbnail(exif: bytes) -> bytes:
    """The block without its second directory, which holds a small copy of the old picture.

    Raises ``ValueError`` or ``struct.error`` for a broken block.
    """
    order = _order(exif)
    link = _after_entries(exif, order, struct.unpack_from(f"{order}I", exif, 4)[0])
    (second,) = struct.unpack_from(f"{order}I", exif, link)
    if second == 0:
        return exif
    edited = bytearray(exif)
    struct.pack_into(f"{order}I", edited, link, 0)
    end = _after_entries(exif, order, second) + 4
    blanks = [(second, end), *_outside(exif, order, second)]
    blanks += _thumbnail(exif, order, second)
    return _blanked(edited, blanks)


def without_gps(exif: bytes) -> bytes:
    """The block without its GPS directory.

    Raises ``ValueError`` or ``struct.error`` for a broken block.
    """
    order = _order(exif)
    (first,) = struct.unpack_from(f"{order}I", exif, 4)
    link = _after_entries(exif, order, first)
    edited = bytearray(exif)
    blanks: list[tuple[int, int]] = []
    (count,) = struct.unpack_from(f"{order}H", exif, first)
    position = first + 2
    for _ in range(count):
        tag, _kind, _values, target = struct.unpack_from(f"{order}HHII", edited, position)
        if tag != GPS_IFD:
            position += 12
            continue
        count -= 1
        struct.pack_into(f"{order}H", edited, first, count)
        # The entries behind it and the link move up into its place.
        edited[position : link + 4] = edited[position + 12 : link + 4] + bytes(12)
        if first + 2 <= target < link + 4:
            raise ValueError("GPS directory inside the first one")
        blanks += _outside(exif, order, target)
        blanks.append((target, _after_entries(exif, order, target) + 4))
    return _blanked(edited, blanks)


def _after_entries(exif: bytes, order: str, offset: int) -> int:
    (count,) = struct.unpack_from(f"{order}H", exif, offset)
    after: int = offset + 2 + 12 * count
    if offset < 8 or after > len(exif) - 4:
        raise ValueError("directory outside the block")
    return after


def _outside(exif: bytes, order: str, offset: int) -> list[tuple[int, int]]:
    """Where the values of a directory lie that do not fit into its entries."""
    found = []
    (count,) = struct.unpack_from(f"{order}H", exif, offset)
    for index in range(count):
        _tag, kind, values, where = struct.unpack_from(
            f"{order}HHII", exif, offset + 2 + 12 * index
        )
        length = _SIZE.get(kind, 0) * values
        if length > 4:
            found.append((where, where + length))
    return found


def _thumbnail(exif: bytes, order: Literal["<", ">"], offset: int) -> list[tuple[int, int]]:
    reader = _Reader(io.BytesIO(exif), len(exif), order, False, len(exif))
    fields = reader.directory(offset, ()).fields
    found = []
    for where, length in (
        (_THUMBNAIL_OFFSET, _THUMBNAIL_LENGTH),
        (_STRIP_OFFSETS, _STRIP_LENGTHS),
    ):
        if where in fields and length in fields:
            starts, sizes = fields[where].integers(), fields[length].integers()
            found += [(a, a + n) for a, n in zip(starts, sizes, strict=False)]
    return found


def _blanked(edited: bytearray, ranges: list[tuple[int, int]]) -> bytes:
    """Zero the ranges and cut off those at the very end; offsets of all else stay as they are."""
    for start, end in ranges:
        start, end = max(start, 8), min(end, len(edited))
        if start < end:
            edited[start:end] = bytes(end - start)
    for start, end in sorted(ranges, reverse=True):
        if 8 < start < len(edited) <= end:
            del edited[start:]
    return bytes(edited)
