"""What a recording says about itself, carried over byte by byte: tags, pictures, chapters, cues.

WAV and AIFF keep them in chunks, FLAC in metadata blocks, MP3 before and after the sound. They are
copied as they are, also those that no library knows. Ogg has its comments in the stream's second
packet, which libsndfile writes from a few known fields; the rest goes into a sidecar.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import soundfile

from engine.media.atomic import free_name

# Chunks that describe the samples themselves, or only fill space.
SOUND_CHUNKS = {
    *(b"fmt ", b"data", b"fact", b"PEAK", b"JUNK", b"junk", b"PAD ", b"FLLR", b"ds64"),
    *(b"COMM", b"SSND", b"FVER"),
}
LARGEST = 64 * 2**20  # of one chunk
OGG_FIELDS = ("title", "copyright", "software", "artist", "comment", "date", "album", "license",
              "tracknumber", "genre")  # fmt: skip
FLAC_SOUND = {0, 1, 3}  # STREAMINFO, PADDING, SEEKTABLE


def read_tags(path: Path) -> dict[str, str]:
    """The few fields that libsndfile knows, for showing."""
    try:
        with soundfile.SoundFile(path) as opened:
            return {k: v for k, v in opened.copy_metadata().items() if v}
    except (soundfile.SoundFileError, RuntimeError, TypeError, UnicodeDecodeError):
        return {}


def chapters_in(path: Path) -> int:
    """How many chapters or cues there are."""
    with path.open("rb") as stream:
        head = stream.read(12)
        if head[:4] in (b"RIFF", b"FORM"):
            stream.seek(0)
            for name, body in _chunks(stream):
                if name == b"cue " and len(body) >= 4:
                    return int.from_bytes(body[:4], "little")
                if name == b"MARK" and len(body) >= 2:
                    return int.from_bytes(body[:2], "big")
            return 0
        if head[:3] == b"ID3":
            return _id3(path).count(b"CHAP")
        if head[:4] in (b"fLaC", b"OggS"):
            stream.seek(0)
            begin = stream.read(2**20).upper()
            return sum(begin.count(b"CHAPTER%03d=" % n) for n in range(1000) if n < 200)
    return 0


def carry(source: Path, result: Path, container: str) -> None:
    """Copy what ``source`` says about itself into ``result``, a file of the same container.

    ``result`` is our own new file, before it gets its name. WAV of more than 4 GiB and Ogg are
    left as they are.
    """
    if container in ("WAV", "WAVEX", "AIFF"):
        _carry_chunks(source, result)
    elif container == "FLAC":
        _carry_flac(source, result)
    elif container in ("MP3", "MPEG"):
        _carry_mp3(source, result)


def lost(source: Path, container: str) -> dict[str, Any]:
    """What ``carry`` could not keep, for a sidecar; empty where nothing is lost."""
    if container == "OGG":
        comments = _ogg_comments(source)
        known = {"ENCODER", *(field.upper() for field in OGG_FIELDS)}
        if any(line.partition("=")[0].upper() not in known for line in comments):
            return {"comments": comments}
    if container in ("W64", "RF64", "CAF"):
        tags = read_tags(source)
        return {"tags": tags} if tags else {}
    return {}


def write_sidecar(result: Path, content: dict[str, Any]) -> Path:
    """``NAME.tags.json`` beside the result."""
    target = free_name(result.with_name(result.name + ".tags.json"))
    target.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


def _chunks(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Chunks that are no sound, of a RIFF or FORM file from its beginning."""
    head = stream.read(12)
    order = "<" if head[:4] == b"RIFF" else ">"
    while len(header := stream.read(8)) == 8:
        name, size = header[:4], struct.unpack(order + "I", header[4:])[0]
        if name in SOUND_CHUNKS or size > LARGEST:
            stream.seek(size + size % 2, 1)
            continue
        body = stream.read(size)
        if len(body) < size:
            return
        stream.seek(size % 2, 1)
        yield name, body


def _carry_chunks(source: Path, result: Path) -> None:
    with source.open("rb") as stream:
        found = list(_chunks(stream))
    with result.open("r+b") as stream:
        head = stream.read(12)
        if head[:4] not in (b"RIFF", b"FORM") or not found:
            return
        order = "<" if head[:4] == b"RIFF" else ">"
        end = stream.seek(0, 2)
        extra = b"".join(
            name + struct.pack(order + "I", len(body)) + body + b"\0" * (len(body) % 2)
            for name, body in found
        )
        pad = end % 2
        if end + pad + len(extra) - 8 >= 2**32:
            return
        stream.write(b"\0" * pad + extra)
        stream.seek(4)
        stream.write(struct.pack(order + "I", end + pad + len(extra) - 8))


def _flac_blocks(stream: BinaryIO) -> tuple[list[tuple[int, bytes]], int]:
    """Type and body of each metadata block, and where the frames begin."""
    stream.seek(0)
    if stream.read(4) != b"fLaC":
        return [], 0
    found = []
    while len(header := stream.read(4)) == 4:
        size = int.from_bytes(header[1:], "big")
        found.append((header[0] & 0x7F, stream.read(size)))
        if header[0] & 0x80:
            return found, stream.tell()
    return [], 0


def _carry_flac(source: Path, result: Path) -> None:
    with source.open("rb") as stream:
        theirs, _ = _flac_blocks(stream)
    kept = [block for block in theirs if block[0] not in FLAC_SOUND]
    with result.open("rb") as stream:
        ours, begin = _flac_blocks(stream)
        if not kept or not begin:
            return
        blocks = [b for b in ours if b[0] in FLAC_SOUND] + kept
        part = result.with_name(result.name + ".tags")
        with part.open("wb") as out:
            out.write(b"fLaC")
            for number, (kind, body) in enumerate(blocks):
                last = 0x80 if number == len(blocks) - 1 else 0
                out.write(bytes([kind | last]) + len(body).to_bytes(3, "big") + body)
            stream.seek(begin)
            while data := stream.read(2**20):
                out.write(data)
    part.replace(result)


def _id3(path: Path) -> bytes:
    """The ID3v2 tag at the beginning; empty where there is none."""
    with path.open("rb") as stream:
        head = stream.read(10)
        if head[:3] != b"ID3" or len(head) < 10:
            return b""
        size = sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True)
        )
        return head + stream.read(min(size + (10 if head[5] & 0x10 else 0), LARGEST))


def _carry_mp3(source: Path, result: Path) -> None:
    front = _id3(source)
    with source.open("rb") as stream:
        stream.seek(max(0, source.stat().st_size - 128))
        back = stream.read(128)
    own = len(_id3(result))
    part = result.with_name(result.name + ".tags")
    with result.open("rb") as stream, part.open("wb") as out:
        stream.seek(own)
        out.write(front)
        while data := stream.read(2**20):
            out.write(data)
        if back[:3] == b"TAG":
            out.write(back)
    part.replace(result)


def _ogg_comments(path: Path) -> list[str]:
    """The comment lines of an Ogg Vorbis or Opus stream."""
    with path.open("rb") as stream:
        begin = stream.read(2**20)
    for mark in (b"\x03vorbis", b"OpusTags"):
        at = begin.find(mark)
        if at < 0:
            continue
        body = begin[at + len(mark) :]
        found = []
        try:
            (length,) = struct.unpack_from("<I", body)
            (count,) = struct.unpack_from("<I", body, 4 + length)
            place = 8 + length
            for _ in range(min(count, 1000)):
                (size,) = struct.unpack_from("<I", body, place)
                found.append(body[place + 4 : place + 4 + size].decode("utf-8", "replace"))
                place += 4 + size
        except struct.error:
            return found
        return found
    return []
