"""Which program wrote a recording: tags and encoder marks of its container.

RIFF LIST/INFO, ID3v2.2 to 2.4 text frames, the Xing/Info frame of MP3, Vorbis comments in Ogg and
FLAC, the boxes of M4A. Only the first part of a file is read, and lengths are bounded.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from engine.check import clip_tags
from engine.check.texts import LONGEST, Text

_HEAD = 1 << 20  # bytes that are looked at
_INFO = {b"ISFT": "Software", b"IART": "Artist", b"ICMT": "Comment", b"INAM": "Title"}
_INFO |= {b"ICOP": "Copyright", b"IENG": "Engineer"}
_FRAMES = {"TSSE": "Software", "TENC": "Software", "TPE1": "Artist", "TIT2": "Title"}
_FRAMES |= {"COMM": "Comment", "TCOP": "Copyright", "TSS": "Software"}
_USER = ("TX" + "XX", "TXX")  # frames whose text begins with a name of its own
_VORBIS = {"ENCODER": "Software", "ARTIST": "Artist", "TITLE": "Title", "COMMENT": "Comment"}
_VORBIS |= {"DESCRIPTION": "Description", "SOFTWARE": "Software"}


def tags_of(file: Path) -> tuple[Text, ...]:
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - 65_536))
        tail = stream.read(65_536)
    found = list(_riff(head)) + list(_id3(head)) + list(_vorbis(head))
    found += clip_tags.tags_of(file)
    if len(head) == _HEAD:
        found += _riff(b"RIFF\0\0\0\0WAVE" + tail[tail.find(b"LIST") :] if b"LIST" in tail else b"")
    encoder = re.search(rb"LAME\d\.\d{1,3}[a-z0-9.() ]{0,12}|Lav[cf]\d{1,2}\.\d{1,3}[\d.]*", head)
    if encoder:
        found.append(Text("tag", "encoder", encoder[0].decode("ascii").strip()))
    return tuple(dict.fromkeys(found))


def _riff(head: bytes) -> Iterator[Text]:
    if head[:4] not in (b"RIFF", b"RF64") or head[8:12] != b"WAVE":
        return
    position = 12
    while position + 8 <= len(head):
        kind, length = (
            head[position : position + 4],
            int.from_bytes(head[position + 4 : position + 8], "little"),
        )
        body = head[position + 8 : position + 8 + length]
        if kind == b"LIST" and body[:4] == b"INFO":
            at = 4
            while at + 8 <= len(body):
                name, size = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
                value = body[at + 8 : at + 8 + size].split(b"\0")[0]
                if name in _INFO and value:
                    yield Text("tag", _INFO[name], value[:4000].decode("utf-8", "replace"))
                at += 8 + size + size % 2
        position += 8 + length + length % 2


def _id3(head: bytes) -> Iterator[Text]:
    if head[:3] != b"ID3" or len(head) < 10:
        return
    version = head[3]
    size = _syncsafe(head[6:10])
    body, at = head[10 : 10 + size], 0
    long = version >= 3
    while at + (10 if long else 6) <= len(body):
        name = body[at : at + (4 if long else 3)].decode("latin-1")
        if not name.strip("\0").isalnum():
            return
        raw = body[at + 4 : at + 8] if long else body[at + 3 : at + 6]
        length = _syncsafe(raw) if version == 4 else int.from_bytes(raw, "big")
        at += 10 if long else 6
        content, at = body[at : at + length], at + length
        if name in _USER and len(content) > 1:
            word, _, value = _id3_text(content, "\0").partition("\0")
            if value:
                yield Text("tag", _VORBIS.get(word.upper(), word[:80]), value)
        elif name in _FRAMES and len(content) > 1:
            value = _id3_text(content)
            if value:
                yield Text("tag", _FRAMES[name], value[:4000])


def _syncsafe(data: bytes) -> int:
    value = 0
    for byte in data:
        value = (value << 7) | (byte & 0x7F)
    return value


def _id3_text(content: bytes, between: str = " ") -> str:
    names = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
    text = content[1:LONGEST].decode(names.get(content[0], "latin-1"), "replace")
    return between.join(part.strip("\ufeff ") for part in text.split("\0") if part)


def _vorbis(head: bytes) -> Iterator[Text]:
    """The comment header: vendor, then NAME=value pairs, each with a 32-bit length."""
    if head[:4] == b"fLaC":
        starts = [_flac_comments(head)]
    elif head[:4] == b"OggS":
        head = _unpaged(head)
        marks = (b"\3vorbis", b"OpusTags")
        starts = [head.find(mark) + len(mark) for mark in marks if mark in head]
    else:
        return
    for at in starts:
        try:
            (length,) = struct.unpack_from("<I", head, at)
            if length > 400:
                continue
            vendor = head[at + 4 : at + 4 + length].decode("utf-8", "replace")
            if vendor:
                yield Text("tag", "encoder", vendor)
            at += 4 + length
            (count,) = struct.unpack_from("<I", head, at)
            at += 4
            for _ in range(min(count, 64)):
                (length,) = struct.unpack_from("<I", head, at)
                pair = head[at + 4 : at + 4 + min(length, LONGEST)].decode("utf-8", "replace")
                at += 4 + length
                name, _, value = pair.partition("=")
                if value and name.upper() != "METADATA_BLOCK_PICTURE":
                    yield Text("tag", _VORBIS.get(name.upper(), name.lower()[:80]), value)
        except struct.error:
            return


def _flac_comments(head: bytes) -> int:
    """Where the block of comments begins; the end where there is none (RFC 9639, section 8.1)."""
    at = 4
    while at + 4 <= len(head) and head[at] & 0x7F != 4:
        if head[at] & 0x80:  # the last one
            return len(head)
        at += 4 + int.from_bytes(head[at + 1 : at + 4], "big")
    return at + 4


def _unpaged(head: bytes) -> bytes:
    """What lies in the pages of an Ogg file, without their headers (RFC 3533, section 6)."""
    parts, at = [], 0
    while head[at : at + 4] == b"OggS" and at + 27 <= len(head):
        table = head[at + 27 : at + 27 + head[at + 26]]
        start = at + 27 + len(table)
        at = start + sum(table)
        parts.append(head[start:at])
    return b"".join(parts)
