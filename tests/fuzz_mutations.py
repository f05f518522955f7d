"""How ``tests.fuzz`` damages a file: bytes, PNG chunks, JPEG segments, and values of JSON."""

from __future__ import annotations

import dataclasses
import json
import random
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from engine.media import png_file

Damage = Callable[[random.Random, Sequence[bytes]], bytes]

NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000)
NUMBERS += (0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, -0.0, 1e308, float("nan")),
    *(float("inf"), "", "\0", "x" * 70_000, "\ud83d\ude00", "\ud800", "../../etc", "1", [], {}),
    *([[]], {"": None}, [0] * 5000, ["a", 1, None], {"a": {"b": []}}),
)


def of_bytes(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One to eight changes anywhere in a seed."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        if not data:
            break
        at = _place(chance, len(data))
        kind = chance.randrange(8)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at] = chance.randrange(256)
        elif kind == 2:
            form = chance.choice(("<H", ">H", "<I", ">I"))
            size = struct.calcsize(form)
            number = chance.choice(NUMBERS) & ((1 << 8 * size) - 1)
            data[at : at + size] = struct.pack(form, number)
        elif kind == 3:
            del data[at : at + chance.choice((1, 2, 4, 16, 200))]
        elif kind == 4:
            part = data[at : at + chance.choice((1, 4, 40, 400))]
            data[at:at] = part * chance.choice((1, 2, 50))
        elif kind == 5:
            data[at:at] = chance.randbytes(chance.choice((1, 4, 60)))
        elif kind == 6:
            del data[at:]
        else:
            other = chance.choice(seeds)
            start = chance.randrange(len(other))
            part = other[start : start + chance.choice((4, 40, 400))]
            data[at : at + len(part)] = part
    return bytes(data)


def _place(chance: random.Random, length: int) -> int:
    """Heads are more interesting than what follows."""
    return chance.randrange(min(length, 200) if chance.random() < 0.4 else length)


def of_chunks(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Whole PNG chunks changed, doubled, moved, renamed; every checksum is right."""
    found = png_file.chunks(chance.choice(seeds))
    for _ in range(chance.choice((1, 2, 4))):
        at = chance.randrange(len(found))
        kind, body = found[at]
        action = chance.randrange(6)
        if action == 0 and body:
            found[at] = (kind, of_bytes(chance, [body]))
        elif action == 1:
            found.insert(chance.randrange(len(found)), (kind, body))
        elif action == 2 and len(found) > 2:
            del found[at]
        elif action == 3:
            names = (
                b"tEXt",
                b"zTXt",
                b"iTXt",
                b"eXIf",
                b"iCCP",
                b"PLTE",
                b"tRNS",
                b"acTL",
                b"gAMA",
            )
            found[at] = (chance.choice(names), body)
        elif action == 4:
            chance.shuffle(found)
        else:
            found.insert(at, (b"zTXt", b"parameters\0\0" + chance.randbytes(chance.randrange(80))))
    return png_file.joined(found)


def of_segments(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """The application segments of a JPEG (EXIF, XMP, comments) changed; their lengths are right."""
    data = chance.choice(seeds)
    segments: list[tuple[int, bytes]] = []
    position = 2
    while data[position] == 0xFF and data[position + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, position + 2)
        segments.append((data[position + 1], data[position + 4 : position + 2 + length]))
        position += 2 + length
    for _ in range(chance.choice((1, 2, 4))):
        named = [n for n, (mark, body) in enumerate(segments) if mark >= 0xE0 and body]
        if not named:
            break
        at = chance.choice(named)
        mark, body = segments[at]
        action = chance.randrange(4)
        if action < 2:
            segments[at] = (mark, of_bytes(chance, [body])[:65_000])
        elif action == 2:
            segments.insert(at, (mark, body))
        else:
            segments[at] = (chance.choice((0xE0, 0xE1, 0xE2, 0xED, 0xEB, 0xFE)), body)
    head = b"".join(
        b"\xff" + bytes([mark]) + struct.pack(">H", len(body) + 2) + body for mark, body in segments
    )
    return data[:2] + head + data[position:]


def of_json(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Values replaced, left out, doubled or nested; sometimes the bytes themselves."""
    if chance.random() < 0.2:
        return of_bytes(chance, seeds)
    value = json.loads(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 4))):
        value = _changed(chance, value)
    if chance.random() < 0.01:
        return b"[" * 100_000
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _changed(chance: random.Random, value: Any) -> Any:
    """``value`` with one place in it changed, as often deep as shallow."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        changed = dict(value)
        action = chance.random()
        if action < 0.15:
            del changed[key]
        elif action < 0.25:
            changed[chance.choice(("", "kind", "schema", "__class__", "x" * 300))] = value[key]
        else:
            changed[key] = _changed(chance, value[key])
        return changed
    if isinstance(value, list) and value and chance.random() < 0.7:
        at = chance.randrange(len(value))
        if chance.random() < 0.2:
            return value[:at] + value[at + 1 :]
        if chance.random() < 0.2:
            return [*value, *value[at:]]
        return [*value[:at], _changed(chance, value[at]), *value[at + 1 :]]
    if chance.random() < 0.1:
        return {"a": value}
    return chance.choice(VALUES)


def filled(kind: type[Any]) -> Any:
    """A dataclass of plain fields, filled with something of the right type."""
    hints = get_type_hints(kind)
    return kind(**{field.name: _some(hints[field.name]) for field in dataclasses.fields(kind)})


def _some(hint: Any) -> Any:
    if get_origin(hint) is not None:
        inner = get_args(hint)
        return () if get_origin(hint) is tuple else {} if get_origin(hint) is dict else inner[0]
    return {int: 3, float: 0.5, str: "a", bool: True, Path: Path("/a")}.get(hint)
