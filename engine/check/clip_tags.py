"""What a clip says about itself: the tags of its container, and which tracks it has.

MP4, MOV and M4A keep tags in boxes (ISO/IEC 14496-12; the item list ``ilst`` and the keyed list
``keys`` of Apple's QuickTime File Format), WebM and Matroska in elements (RFC 8794, RFC 9559).
Generators write their settings there as they do into a PNG's texts. The sound and the pictures are
stepped over, never read; numbers of boxes and lengths of texts are bounded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engine.check.texts import LONGEST, Text

_MOST = 2000  # boxes or elements of one level
_LARGEST = 1 << 23  # bytes of the boxes that hold texts
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_NAMES = {
    b"\xa9too": "Software", b"\xa9swr": "Software", b"\xa9enc": "Software", b"\xa9cmt": "Comment",
    b"\xa9nam": "Title", b"\xa9ART": "Artist", b"\xa9des": "Description", b"desc": "Description",
    b"cprt": "Copyright", b"\xa9cpy": "Copyright", b"\xa9inf": "Comment",
}  # fmt: skip
_WORDS = {"encoder": "Software", "software": "Software", "comment": "Comment", "title": "Title"}
_WORDS |= {"description": "Description", "artist": "Artist", "make": "Make", "model": "Model"}
_WORDS |= {"writingapp": "Software", "copyright": "Copyright"}
_APPLE = "com.apple.quicktime."


def tags_of(file: Path) -> tuple[Text, ...]:
    """The texts of an MP4, MOV, M4A, WebM or Matroska file; empty for any other."""
    with file.open("rb") as stream:
        head = stream.read(12)
        if head[4:8] in (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip"):
            found = _boxed(stream)
        elif head[:4] == b"\x1a\x45\xdf\xa3":
            found = _matroska(stream)
        else:
            return ()
        return tuple(dict.fromkeys(text for text in found if text.value.strip()))


def only_sound(file: Path) -> bool:
    """Whether this is an MP4 or MOV that has a sound track and no picture: a voice message."""
    with file.open("rb") as stream:
        kinds = set()
        for moov in _inside(stream, b"moov"):
            for kind, start, end in _boxes(stream, *moov):
                if kind == b"trak":
                    for media in _inside(stream, b"mdia", start, end):
                        for handler, _ in _inside(stream, b"hdlr", *media):
                            stream.seek(handler + 8)
                            kinds.add(stream.read(4))
        return b"soun" in kinds and b"vide" not in kinds


# ---- boxes ----------------------------------------------------------------------------------

Span = tuple[int, int]


def _boxes(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start, end) of what lies inside each box, until one cannot be."""
    for _ in range(_MOST):
        if start + 8 > end:
            return
        stream.seek(start)
        head = stream.read(16)
        if len(head) < 8:
            return
        size, kind, inner = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, inner = int.from_bytes(head[8:16], "big"), start + 16
        elif size == 0:  # to the end
            size = end - start
        if size < inner - start:
            return
        yield kind, inner, min(start + size, end)
        start += size


def _inside(stream: BinaryIO, kind: bytes, start: int = 0, end: int | None = None) -> list[Span]:
    if end is None:
        end = stream.seek(0, io.SEEK_END)
    return [(a, b) for found, a, b in _boxes(stream, start, end) if found == kind]


def _read(stream: BinaryIO, start: int, end: int, most: int = _LARGEST) -> bytes:
    stream.seek(start)
    return stream.read(max(0, min(end - start, most)))


def _boxed(stream: BinaryIO) -> Iterator[Text]:
    for kind, start, end in _boxes(stream, 0, stream.seek(0, io.SEEK_END)):
        if kind == b"uuid" and _read(stream, start, start + 16) == _XMP:
            yield Text("XMP", "XMP", _decoded(_read(stream, start + 16, end)))
        elif kind in (b"moov", b"moof"):
            for inner, a, b in _boxes(stream, start, end):
                if inner == b"udta":
                    yield from _user_data(stream, a, b)
                elif inner == b"meta":
                    yield from _meta(stream, a, b)


def _user_data(stream: BinaryIO, start: int, end: int) -> Iterator[Text]:
    for kind, a, b in _boxes(stream, start, end):
        if kind == b"meta":
            yield from _meta(stream, a, b)
        elif kind == b"XMP_":
            yield Text("XMP", "XMP", _decoded(_read(stream, a, b)))
        elif kind in _NAMES:  # QuickTime's own: length, language, text
            data = _read(stream, a, b)
            length = int.from_bytes(data[:2], "big")
            yield Text("tag", _NAMES[kind], _decoded(data[4 : 4 + length]))


def _meta(stream: BinaryIO, start: int, end: int) -> Iterator[Text]:
    # ISO's has a version and flags before what lies inside, QuickTime's has not.
    if _read(stream, start + 4, start + 8) not in (b"hdlr", b"keys", b"ilst", b"mhdr"):
        start += 4
    keys: list[str] = []
    for kind, a, b in _boxes(stream, start, end):
        if kind == b"keys":
            keys = [_decoded(_read(stream, c, d, 400)) for _, c, d in _boxes(stream, a + 8, b)]
        elif kind == b"ilst":
            for item, c, d in _boxes(stream, a, b):
                number = int.from_bytes(item, "big")
                name = keys[number - 1] if 0 < number <= len(keys) else ""
                yield from _item(stream, item, name, c, d)


def _item(stream: BinaryIO, item: bytes, name: str, start: int, end: int) -> Iterator[Text]:
    for kind, a, b in _boxes(stream, start, end):
        if kind == b"name":  # of a free-form item, "----"
            name = _decoded(_read(stream, a + 4, b, 400))
        elif kind == b"data" and int.from_bytes(_read(stream, a, a + 4), "big") == 1:  # UTF-8
            said = _NAMES.get(item) or _named(name) or _decoded(item)
            yield Text("tag", said, _decoded(_read(stream, a + 8, b)))


def _named(name: str) -> str:
    plain = name.removeprefix(_APPLE)[:80]
    return _WORDS.get(plain.lower(), plain)


def _decoded(data: bytes) -> str:
    return data[:LONGEST].decode("utf-8", "replace").strip("\0")


# ---- elements -------------------------------------------------------------------------------

_SEGMENT, _INFO, _TAGS, _TAG, _SIMPLE = 0x18538067, 0x1549A966, 0x1254C367, 0x7373, 0x67C8
_NAME, _STRING, _MUXER, _WRITER, _TITLE = 0x45A3, 0x4487, 0x4D80, 0x5741, 0x7BA9


def _elements(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    for _ in range(10 * _MOST):
        if start >= end:
            return
        stream.seek(start)
        head = stream.read(12)
        if not head or not head[0]:
            return
        wide = 9 - head[0].bit_length()
        if wide > 4 or len(head) <= wide or not head[wide]:
            return
        kind, long = int.from_bytes(head[:wide], "big"), 9 - head[wide].bit_length()
        if len(head) < wide + long:
            return
        size = int.from_bytes(head[wide : wide + long], "big") & ((1 << 7 * long) - 1)
        inner = start + wide + long
        if size == (1 << 7 * long) - 1:  # not known: only the segment may be so, to the end
            if kind != _SEGMENT:
                return
            size = end - inner
        yield kind, inner, min(inner + size, end)
        start = inner + size


def _matroska(stream: BinaryIO) -> Iterator[Text]:
    for kind, start, end in _elements(stream, 0, stream.seek(0, io.SEEK_END)):
        if kind != _SEGMENT:
            continue
        for part, a, b in _elements(stream, start, end):
            if part == _INFO:
                for field, c, d in _elements(stream, a, b):
                    name = {_MUXER: "encoder", _WRITER: "Software", _TITLE: "Title"}.get(field)
                    if name:
                        yield Text("tag", name, _decoded(_read(stream, c, d)))
            elif part == _TAGS:
                for tag, c, d in _elements(stream, a, b):
                    if tag == _TAG:
                        yield from _simple_tags(stream, c, d)


def _simple_tags(stream: BinaryIO, start: int, end: int) -> Iterator[Text]:
    for kind, a, b in _elements(stream, start, end):
        if kind == _SIMPLE:
            fields = {field: (c, d) for field, c, d in _elements(stream, a, b)}
            if _NAME in fields and _STRING in fields:
                name = _decoded(_read(stream, *fields[_NAME], 400))
                value = _decoded(_read(stream, *fields[_STRING]))
                yield Text("tag", _named(name.lower()), value)  # ffmpeg writes capitals
