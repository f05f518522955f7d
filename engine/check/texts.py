"""Every text a picture's file carries, wherever it lies: chunks, EXIF, XMP, IPTC, comments.

All of it comes from strangers. Nothing here is parsed as XML, run, or followed; lengths are
bounded, so that megabytes of metadata cost no more than a look.
"""

from __future__ import annotations

import io
import itertools
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from engine.media import ifd
from engine.media.photo import Photo

LONGEST = 1 << 20  # characters that are looked at of one text
_BODY = 64_000  # characters of an XMP property
_SHOWN = 20_000  # characters of a proof
_NAMES = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x0132: "DateTime",
    0x013B: "Artist",
    0x8298: "Copyright",
    0x9003: "DateTimeOriginal",
    0x9004: "DateTimeDigitized",
    0x927C: "MakerNote",
    0x9286: "UserComment",
    0x9C9B: "XPTitle",
    0x9C9C: "XPComment",
    0x9C9E: "XPKeywords",
    0xA433: "LensMake",
    0xA434: "LensModel",
}
_IPTC_NAMES = {40: "Instructions", 65: "Program", 80: "Byline", 105: "Headline"}
_IPTC_NAMES |= {110: "Credit", 115: "Source", 116: "Copyright", 120: "Caption"}


@dataclass(frozen=True)
class Text:
    """``where`` is "PNG", "EXIF", "XMP", "IPTC" or "comment"; ``name`` the field's own name."""

    where: str
    name: str
    value: str


def texts_of(photo: Photo) -> tuple[Text, ...]:
    found: list[Text] = []
    for kind, body in photo.extras:
        text = _chunk(kind, body)
        if text is not None:
            found.append(text)
    found += _exif(photo.exif)
    if photo.xmp:
        xmp = photo.xmp[:LONGEST].decode("utf-8", "replace")
        found.append(Text("XMP", "XMP", xmp))
        # Where Draw Things writes its settings, and editors keep those of others.
        found += [Text("XMP", "UserComment", value) for value in xmp_values(xmp, "UserComment")]
    found += _iptc(photo.iptc)
    return tuple(found)


def shown(text: str) -> str:
    """``text`` for a proof: control characters made visible, cut to a readable length."""
    clean = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text[:_SHOWN])
    return clean + ("\n[...]" if len(text) > _SHOWN else "")


def xmp_values(xmp: str, name: str) -> list[str]:
    """The values of the property with this local name, as element or attribute, of any prefix."""
    word = re.escape(name)
    found = re.findall(rf"[\w.-]+:{word}\s*=\s*[\"']([^\"']{{0,4000}})[\"']", xmp)
    for opened in itertools.islice(re.finditer(rf"<[\w.-]+:{word}\b[^>]{{0,400}}>", xmp), 100):
        end = xmp.find("</", opened.end(), opened.end() + _BODY)
        body = xmp[opened.end() : max(end, opened.end())]
        inner = re.sub(r"<[^>]{0,400}>", " ", body).strip()
        if inner:
            found.append(inner)
    found += re.findall(
        rf"<[\w.-]+:{word}\b[^>]{{0,200}}\bresource\s*=\s*[\"']([^\"']{{0,400}})[\"']", xmp
    )
    return [_unescaped(value) for value in found]


def _unescaped(text: str) -> str:
    for escape, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(escape, character)
    text = re.sub(r"&#(?:xA|10);", "\n", text, flags=re.I)
    return text.replace("&#34;", '"').replace("&amp;", "&")


# ---- PNG chunks and comments ----------------------------------------------------------------


def _chunk(kind: bytes, body: bytes) -> Text | None:
    if kind == b"COM":
        return Text("comment", "comment", _decoded(body))
    if kind == b"XMP extension":
        return Text("XMP", "XMP", _decoded(body[75:]))
    if kind not in (b"tEXt", b"zTXt", b"iTXt"):
        return None
    key, _, rest = body.partition(b"\0")
    if kind == b"tEXt":
        value = rest
    elif kind == b"zTXt":
        value = _inflated(rest[1:])
    else:
        parts = rest[2:].split(b"\0", 2)
        if len(parts) < 3:
            return None
        value = _inflated(parts[2]) if rest[:1] == b"\1" else parts[2]
    return Text("PNG", key.decode("latin-1")[:80], _decoded(value))


def _decoded(data: bytes) -> str:
    data = data[:LONGEST]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character that the cut went through is no reason to guess another encoding.
        if error.start >= len(data) - 4 and len(data) == LONGEST:
            return data[: error.start].decode("utf-8")
        return data.decode("latin-1")


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, LONGEST)
    except zlib.error:
        return b""


# ---- EXIF -----------------------------------------------------------------------------------


def directory_of(exif: bytes | None) -> ifd.Directory | None:
    """The EXIF block's first directory with its children; None where it is missing or broken."""
    if not exif:
        return None
    try:
        return ifd.read(io.BytesIO(exif))
    except (ValueError, struct.error):
        return None


def _exif(exif: bytes | None) -> Iterator[Text]:
    directory = directory_of(exif)
    if directory is None:
        return
    for part in (directory, *directory.children.values()):
        for tag, entry in part.fields.items():
            value = ""
            if tag == 0x9286:
                value = user_comment(entry.data)
            elif entry.type == 2:
                value = _decoded(entry.data.split(b"\0")[0])
            elif 0x9C9B <= tag <= 0x9C9F:
                value = entry.data[:LONGEST].decode("utf-16-le", "replace").rstrip("\0")
            elif tag == 0x927C and entry.data[:64].strip(b"\0").isascii():
                value = _decoded(entry.data).strip("\0")
            if value:
                yield Text("EXIF", _NAMES.get(tag, f"0x{tag:04X}"), value)


def user_comment(data: bytes) -> str:
    """EXIF UserComment: eight bytes name the encoding (Exif 2.32, 4.6.5 D), if they are there.

    Which byte order "UNICODE" has is said nowhere: in Latin text the zeros tell."""
    head, body = data[:8], data[8 : 8 + 2 * LONGEST]
    if head == b"UNICODE\0":
        big = body[:2000:2].count(0) >= body[1:2000:2].count(0)
        return body.decode("utf-16-be" if big else "utf-16-le", "replace").strip("\0\ufeff ")
    if head in (b"ASCII\0\0\0", bytes(8), b"JIS\0\0\0\0\0"):
        return _decoded(body).strip("\0 ")
    return _decoded(data).strip("\0 ")


# ---- IPTC -----------------------------------------------------------------------------------


def _iptc(iptc: bytes | None) -> Iterator[Text]:
    position, data = 0, iptc or b""
    while position + 5 <= len(data) and data[position] == 0x1C:
        record, dataset = data[position + 1], data[position + 2]
        (length,) = struct.unpack_from(">H", data, position + 3)
        if length & 0x8000:
            return  # longer than 32 kB: no caption
        value = data[position + 5 : position + 5 + length]
        if record == 2 and dataset in _IPTC_NAMES and value:
            yield Text("IPTC", _IPTC_NAMES[dataset], _decoded(value))
        position += 5 + length
