"""Photos made for the tests: pixels of every kind, and metadata with something to hide."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from engine.media import png_file

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    b'xmlns:ex="http://ns.adobe.com/exif/1.0/" '
    b'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    b'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    b'ex:GPSLatitude="47,22.5N" photoshop:City="Zurich" dc:format="image/jpeg">'
    b"<ex:GPSLongitude>8,32.5E</ex:GPSLongitude>"
    b"<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li>Bahnhofstrasse</rdf:li></rdf:Bag>"
    b"</Iptc4xmpExt:LocationShown>"
    b"<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq></dc:creator>"
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
PLACES = (b"47,22", b"8,32", b"Zurich", b"Bahnhofstrasse")


def iptc(*datasets: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack(">BBBH", 0x1C, 2, n, len(text)) + text for n, text in datasets)


IPTC = iptc((80, b"Ada"), (90, b"Zurich"), (101, b"Switzerland"), (120, b"A caption"))


def thumbnail() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 12), (250, 20, 20)).save(stream, "JPEG")
    return stream.getvalue()


def exif(orientation: int = 1, order: str = "<", gps: bool = True, thumb: bool = True) -> bytes:
    """An EXIF block with a maker, an exposure, a place and a thumbnail, in either byte order."""

    def ifd(at: int, entries: list[tuple[int, int, int, bytes]], following: int) -> bytes:
        # Values longer than 4 bytes go right behind the directory.
        body, extra = b"", b""
        behind = at + 2 + 12 * len(entries) + 4
        for tag, kind, count, data in entries:
            if len(data) > 4:
                pointer = struct.pack(f"{order}I", behind + len(extra))
                extra += data + b"\0" * (len(data) % 2)
                data = pointer
            body += struct.pack(f"{order}HHI", tag, kind, count) + data.ljust(4, b"\0")
        return (
            struct.pack(f"{order}H", len(entries)) + body + struct.pack(f"{order}I", following)
        ) + extra

    def short(value: int) -> bytes:
        return struct.pack(f"{order}H", value)

    def long(value: int) -> bytes:
        return struct.pack(f"{order}I", value)

    exposure = struct.pack(f"{order}II", 1, 250)
    latitude = struct.pack(f"{order}6I", 47, 1, 22, 1, 30, 1)
    inner_at = 8 + len(ifd(8, _first(short, long, orientation, gps, 0, 0), 0))
    inner = ifd(inner_at, [(33434, 5, 1, exposure), (37500, 7, 9, b"MakerNote")], 0)
    place_at = inner_at + len(inner)
    place = ifd(place_at, [(1, 2, 2, b"N\0"), (2, 5, 3, latitude)], 0) if gps else b""
    small_at = place_at + len(place)
    small, data = b"", b""
    if thumb:
        data = thumbnail()
        where = small_at + len(ifd(small_at, [(513, 4, 1, long(0)), (514, 4, 1, long(0))], 0))
        small = ifd(small_at, [(513, 4, 1, long(where)), (514, 4, 1, long(len(data)))], 0)
    first = ifd(
        8, _first(short, long, orientation, gps, inner_at, place_at), small_at if thumb else 0
    )
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    return head + first + inner + place + small + data


def _first(
    short: Any, long: Any, orientation: int, gps: bool, inner: int, place: int
) -> list[tuple[int, int, int, bytes]]:
    entries = [
        (271, 2, 8, b"Cameras\0"),
        (274, 3, 1, short(orientation)),
        (34665, 4, 1, long(inner)),
    ]
    return [*entries, (34853, 4, 1, long(place))] if gps else entries


# ---- colour profiles ------------------------------------------------------------------------

ADOBE_RGB = ((0.60974, 0.20528, 0.14919), (0.31111, 0.62567, 0.06322), (0.01947, 0.06087, 0.74457))
DISPLAY_P3 = ((0.51512, 0.29198, 0.15710), (0.24120, 0.69225, 0.06657), (-0.00105, 0.04189, 0.784))
SRGB = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139, 0.0971, 0.7142),
)


def gamma_curve(gamma: float) -> bytes:
    return struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256))


def srgb_curve() -> bytes:
    values = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return struct.pack(">4sIHH5i", b"para", 0, 3, 0, *(round(v * 65536) for v in values))


def profile(columns: Any, curve: bytes) -> bytes:
    """An RGB matrix profile (ICC.1 annex F.3); ``columns`` are rows X, Y, Z of R, G, B."""
    tags = []
    for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), np.array(columns).T, strict=True):
        tags.append((name, struct.pack(">4sI3i", b"XYZ ", 0, *(round(v * 65536) for v in values))))
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return _packed_profile(b"RGB ", tags)


def grey_profile(curve: bytes) -> bytes:
    return _packed_profile(b"GRAY", [(b"kTRC", curve)])


def _packed_profile(model: bytes, tags: list[tuple[bytes, bytes]]) -> bytes:
    white = struct.pack(">4sI3i", b"XYZ ", 0, 63190, 65536, 54061)
    name = struct.pack(">4sII4s", b"desc", 0, 4, b"any\0") + bytes(78)
    tags = [*tags, (b"wtpt", white), (b"desc", name)]
    table, body = struct.pack(">I", len(tags)), b""
    start = 132 + 12 * len(tags)
    for sign, data in tags:
        table += struct.pack(">4sII", sign, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">I4sI4s4s4s", start + len(body), b"none", 0x02400000, b"mntr", model, b"XYZ "
    )
    header += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp"
    header = header.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + body


PROFILES = {
    "none": None,
    "sRGB": profile(SRGB, srgb_curve()),
    "Adobe RGB": profile(ADOBE_RGB, gamma_curve(563 / 256)),
    "Display P3": profile(DISPLAY_P3, srgb_curve()),
}


# ---- files ----------------------------------------------------------------------------------


def noise(rng: np.random.Generator, *shape: int, dtype: Any = np.uint8) -> np.ndarray:
    return rng.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def scene(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Something like a photograph: soft shapes and a little grain, uint8 (h, w, 3)."""
    rng = np.random.default_rng(seed)
    coarse = rng.random((max(2, height // 40), max(2, width // 40), 3), np.float32)
    soft = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, 0.01, soft.shape)
    return np.clip(40 + 170 * soft + 255 * grain, 0, 255).astype(np.uint8)


def low_frequency(height: int, width: int, epsilon: float, seed: int = 1) -> np.ndarray:
    """A smooth cloak-like change within +-epsilon, float32 (h, w, 3)."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.normal(0, 1, (height, width, 3)).astype(np.float32), (0, 0), 2)
    return np.clip(soft * np.float32(2 * epsilon / max(soft.std(), 1e-6)), -epsilon, epsilon)


def as_png(samples: np.ndarray, **blocks: bytes | None) -> bytes:
    """A PNG of (H, W, C) samples of 8 or 16 bits, with chunks by name."""
    if samples.dtype == np.uint16:
        encoded = png_file.encoded_16(samples, 1)
    else:
        stream = io.BytesIO()
        Image.fromarray(samples[..., 0] if samples.shape[2] == 1 else samples).save(stream, "PNG")
        encoded = stream.getvalue()
    found = png_file.chunks(encoded)
    added = [(name.encode(), body) for name, body in blocks.items() if body is not None]
    return png_file.joined([found[0], *added, *found[1:]])


def saved(folder: Path, name: str, picture: Image.Image, kind: str, **options: Any) -> Path:
    path = folder / name
    picture.save(path, kind, **{key: value for key, value in options.items() if value is not None})
    return path
