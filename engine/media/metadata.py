"""What a photo says about itself: cleaned of old thumbnails and, on request, of the place.

XMP: ISO 16684-1; IPTC-IIM 4.2 section 1.5; Photoshop image resources: Adobe Photoshop File
Formats Specification, "Image Resource Blocks".
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.media import ifd

_BROKEN = (ValueError, struct.error)

_EXIF_NS = "http://ns.adobe.com/exif/1.0/"
_EXIFEX_NS = "http://cipa.jp/exif/1.0/"
_PHOTOSHOP_NS = "http://ns.adobe.com/photoshop/1.0/"
_IPTC_CORE_NS = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
_IPTC_EXT_NS = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_XMP_NS = "http://ns.adobe.com/xap/1.0/"
_XMP_LOCATION = (
    (_EXIF_NS, r"GPS\w+"),
    (_EXIFEX_NS, r"GPS\w+"),
    (_PHOTOSHOP_NS, r"City|State|Country"),
    (_IPTC_CORE_NS, r"Location|CountryCode"),
    (_IPTC_EXT_NS, r"LocationShown|LocationCreated"),
)
_XMP_THUMBNAIL = ((_XMP_NS, r"Thumbnails"),)
_LOCATION_WORDS = re.compile(rb"GPSLatitude|GPSLongitude|GPSPosition|LocationShown|LocationCreated")

# IIM record 2: content location code and name, city, sublocation, state, country code and name.
_IPTC_LOCATION = {26, 27, 90, 92, 95, 100, 101}
_IPTC_RESOURCE = 0x0404
_THUMBNAIL_RESOURCES = {0x0409, 0x040C}
_IPTC_DIGEST = 0x0425


@dataclass(frozen=True)
class Metadata:
    """Metadata blocks as found in a file, without their container's prefixes.

    ``exif`` begins with its TIFF header. ``iptc`` is the IIM data set stream. ``resources`` are
    the other Photoshop resource blocks. ``dpi`` is (horizontal, vertical). ``extras`` are pieces
    that only their own container understands, kept verbatim: (PNG chunk type, data), or for JPEG
    (b"JFIF", density), (b"COM", comment) and (b"XMP extension", segment).
    """

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    resources: bytes | None = None
    dpi: tuple[float, float] | None = None
    extras: tuple[tuple[bytes, bytes], ...] = ()


def for_writing(metadata: Metadata, strip_location: bool) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata that may go into the new file, and note keys for what had to go.

    Thumbnails of the old picture always go. A block that does not parse is kept as it is, except
    when the location has to be stripped: then nobody can know what is inside, and it goes
    ("metadata-dropped").
    """
    exif, xmp, iptc, resources = metadata.exif, metadata.xmp, metadata.iptc, metadata.resources
    extras = metadata.extras
    if exif:
        exif = _exif_edited(exif, ifd.without_thumbnail, strip_location=False)
    if xmp:
        xmp = _xmp_without(xmp, _XMP_THUMBNAIL) or xmp
    if resources:
        resources = _resources_without(resources, _THUMBNAIL_RESOURCES)
    if strip_location:
        if exif:
            exif = _exif_edited(exif, ifd.without_gps, strip_location=True)
        if xmp:
            xmp = _xmp_without(xmp, _XMP_LOCATION)
        if iptc:
            iptc = _iptc_without_location(iptc)
        if resources:
            resources = _resources_without(resources, {_IPTC_DIGEST})
        extras = tuple(extra for extra in extras if not _may_hold_location(extra))
    cleaned = replace(metadata, exif=exif, xmp=xmp, iptc=iptc, resources=resources, extras=extras)
    lost = (
        (metadata.exif and not exif)
        or (metadata.xmp and not xmp)
        or len(extras) < len(metadata.extras)
    )
    return cleaned, ("metadata-dropped",) if lost else ()


def _may_hold_location(extra: tuple[bytes, bytes]) -> bool:
    kind, data = extra
    return kind == b"XMP extension" or (
        kind in (b"tEXt", b"zTXt", b"iTXt") and data.startswith(b"Raw profile type ")
    )


# ---- EXIF -----------------------------------------------------------------------------------


def _exif_edited(exif: bytes, edit: Callable[[bytes], bytes], strip_location: bool) -> bytes | None:
    try:
        before = ifd.read(io.BytesIO(exif))
    except _BROKEN:
        return None if strip_location else exif
    try:
        edited = edit(exif)
        after = ifd.read(io.BytesIO(edited))
    except _BROKEN:
        edited, after = b"", ifd.Directory()
    if strip_location:
        before.children.pop(ifd.GPS_IFD, None)
    if edited and after.fields == before.fields and after.children == before.children:
        return edited
    # The parts overlap in some unusual way: write the block anew from what was understood.
    return ifd.exif_block(before)


# ---- XMP ------------------------------------------------------------------------------------


def _xmp_without(xmp: bytes, unwanted: tuple[tuple[str, str], ...]) -> bytes | None:
    """The packet without those properties; None if it cannot be told what is inside."""
    try:
        text = xmp.decode("utf-8")
    except UnicodeDecodeError:
        return None
    for namespace, names in unwanted:
        prefixes = re.findall(rf"xmlns:([\w.-]+)\s*=\s*[\"']{re.escape(namespace)}[\"']", text)
        for prefix in dict.fromkeys(prefixes):
            name = rf"{re.escape(prefix)}:(?:{names})"
            text = re.sub(rf"<({name})(?:\s[^>]*)?(?<!/)>.*?</\1\s*>", "", text, flags=re.S)
            text = re.sub(rf"<{name}(?:\s[^>]*)?/>", "", text)
            text = re.sub(rf"\s{name}\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", text)
    stripped = text.encode("utf-8")
    if unwanted is _XMP_LOCATION and _LOCATION_WORDS.search(stripped):
        return None
    return stripped


# ---- IPTC and Photoshop resources -----------------------------------------------------------


def _iptc_without_location(iptc: bytes) -> bytes | None:
    kept = bytearray()
    position = 0
    while position + 5 <= len(iptc) and iptc[position] == 0x1C:
        record, dataset = iptc[position + 1], iptc[position + 2]
        (length,) = struct.unpack_from(">H", iptc, position + 3)
        start = position + 5
        if length & 0x8000:
            wide = length & 0x7FFF
            length = int.from_bytes(iptc[start : start + wide], "big")
            start += wide
        if record != 2 or dataset not in _IPTC_LOCATION:
            kept += iptc[position : start + length]
        position = start + length
    return bytes(kept) or None


def resource_blocks(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(id, content, whole block) of each Photoshop image resource, up to the first broken one."""
    position = 0
    while position + 12 <= len(data) and data[position : position + 4] == b"8BIM":
        (kind,) = struct.unpack_from(">H", data, position + 4)
        name = 1 + data[position + 6]
        start = position + 6 + name + name % 2
        if start + 4 > len(data):
            return
        (length,) = struct.unpack_from(">I", data, start)
        end = start + 4 + length
        if end > len(data):
            return
        padded = min(end + length % 2, len(data))
        yield kind, data[start + 4 : end], data[position:padded]
        position = padded


def split_resources(data: bytes) -> tuple[bytes | None, bytes | None]:
    """The IPTC data among Photoshop resources, and the other blocks."""
    iptc, others = None, b""
    for kind, content, block in resource_blocks(data):
        if kind == _IPTC_RESOURCE and iptc is None:
            iptc = content
        else:
            others += block
    return iptc, others or None


def joined_resources(iptc: bytes | None, resources: bytes | None) -> bytes:
    """The reverse of ``split_resources``."""
    block = b""
    if iptc:
        block = struct.pack(">4sHHI", b"8BIM", _IPTC_RESOURCE, 0, len(iptc)) + iptc
        block += b"\0" * (len(iptc) % 2)
    return block + (resources or b"")


def _resources_without(resources: bytes, unwanted: set[int]) -> bytes | None:
    return b"".join(b for kind, _, b in resource_blocks(resources) if kind not in unwanted) or None
