"""Opening photos: what the file holds, or a sentence about why it cannot be used.

Each container's metadata is taken out verbatim by our own parsers and the pixels are decoded
without it, so that a broken EXIF block or profile never costs the picture. Limits are checked on
the header, before anything is decoded.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.media import ifd, jpeg_file, lookup_profile, png_file, tiff_file
from engine.media.colour import UnsupportedProfile, colour_space
from engine.media.metadata import Metadata
from engine.media.photo import Encoding, Photo, Samples
from engine.media.planes import keyed, separated
from engine.media.resample import as_stored
from engine.problems import Problem

# The limit of this module (max_pixels) replaces Pillow's, which only prints a warning at first.
Image.MAX_IMAGE_PIXELS = None

_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_HEIF_BRANDS |= {b"mif1", b"msf1", b"mif2"}
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}


def read_photo(path: Path, max_pixels: int = 300_000_000) -> Photo:
    """Read a photo of any supported format; see ``Photo``.

    Raises ``Problem``: file.missing, file.unreadable, file.empty, photo.not-image,
    photo.damaged, photo.zero-size, photo.too-large (more than ``max_pixels``),
    photo.unsupported, photo.heic-extra.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Problem("file.missing", file=path.name) from error
    except IsADirectoryError as error:
        raise Problem("photo.not-image", file=path.name) from error
    except OSError as error:
        raise Problem("file.unreadable", file=path.name) from error
    with file:
        source = _Source(path, file, max_pixels)
        kind = source.format()
        with source.decoding():
            if kind == "PNG":
                return _read_png(source)
            if kind == "JPEG":
                return _read_jpeg(source)
            if kind == "TIFF":
                return _read_tiff(source)
            return _read_other(source, kind)


class _Source:
    """An open file, its limits, and its name for the sentences."""

    def __init__(self, path: Path, file: BinaryIO, max_pixels: int) -> None:
        self.path, self.file, self._max_pixels = path, file, max_pixels

    def problem(self, code: str, **details: Any) -> Problem:
        return Problem(code, file=self.path.name, **details)

    def format(self) -> str:
        try:
            head = self.file.read(64)
            self.file.seek(0)
        except OSError as error:
            raise self.problem("file.unreadable") from error
        if not head:
            raise self.problem("file.empty")
        found = _format(head)
        if found is None:
            raise self.problem("photo.not-image")
        return found

    def check(self, width: int, height: int) -> None:
        if width <= 0 or height <= 0:
            raise self.problem("photo.zero-size")
        if width * height > self._max_pixels:
            raise self.problem(
                "photo.too-large",
                megapixels=round(width * height / 1e6),
                limit=round(self._max_pixels / 1e6),
            )

    def read(self) -> bytes:
        try:
            return self.file.read()
        except OSError as error:
            raise self.problem("file.unreadable") from error

    @contextmanager
    def decoding(self) -> Iterator[None]:
        """Whatever a decoder raises about this file's contents means that it is damaged."""
        try:
            yield
        except _DAMAGE as error:
            raise self.problem("photo.damaged") from error


def _format(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(png_file.SIGNATURE):
        return "PNG"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:2] == b"BM" and head[14:18] and head[14] in _BMP_HEADERS and not any(head[15:18]):
        return "BMP"
    if head[4:8] == b"ftyp":
        end = min(int.from_bytes(head[:4], "big"), len(head))
        brands = {head[8:12], *(head[i : i + 4] for i in range(16, end, 4))}
        if brands & {b"avif", b"avis"}:
            return "AVIF"
        if brands & _HEIF_BRANDS:
            return "HEIF"
    return None


# ---- the formats ----------------------------------------------------------------------------


def _read_jpeg(source: _Source) -> Photo:
    data = source.read()
    found = jpeg_file.contents(data)
    if found.size is not None:
        source.check(*found.size)
    notes: tuple[str, ...] = ("credentials-dropped",) if found.credentials else ()
    with Image.open(io.BytesIO(data), formats=("JPEG", "MPO")) as picture:
        if getattr(picture, "n_frames", 1) > 1:
            notes += ("first-frame",)
        dpi = picture.info.get("dpi")
        return _photo(source, "JPEG", picture, found.metadata, dpi, Encoding(found.quality), notes)


def _read_png(source: _Source) -> Photo:
    found = png_file.chunks(source.read())
    kind, header = found[0]
    names = [name for name, _ in found]
    if kind != b"IHDR" or names.count(b"IHDR") > 1:  # decoders believe the last one's size
        raise ValueError("PNG without header, or with two")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    source.check(width, height)
    notes: tuple[str, ...] = ("first-frame",) if b"acTL" in names else ()
    notes += ("credentials-dropped",) if b"caBX" in names else ()
    metadata = png_file.metadata(found)
    encoding = Encoding(lossless=True)
    palette_alpha = colour == 3
    pixels = [
        (name, body)
        for name, body in found
        if name in (b"IHDR", b"PLTE", b"IDAT", b"IEND") or (name == b"tRNS" and palette_alpha)
    ]
    key = next((body for name, body in found if name == b"tRNS" and not palette_alpha), None)
    del found
    if depth == 16:
        channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
        if not interlace:
            # The 16-bit decoder does not tell when the data end early.
            expected = height * (1 + 2 * channels * width)
            if png_file.inflated_size(pixels, expected) < expected:
                raise ValueError("PNG ends early")
        decoded = _decoded_16(png_file.joined(pixels))
        samples, alpha = separated(decoded, grey=channels < 3, opaque=channels in (1, 3))
        alpha = keyed(samples, key, 1) if alpha is None and key else alpha
        return _finished(source, "PNG", samples, alpha, metadata, encoding, notes)
    with Image.open(io.BytesIO(png_file.joined(pixels)), formats=("PNG",)) as picture:
        photo = _photo(source, "PNG", picture, metadata, None, encoding, notes)
    if key and photo.alpha is None:
        scale = 255 // ((1 << depth) - 1)
        alpha = keyed(photo.samples, key, scale)
        photo = _finished(source, "PNG", photo.samples, alpha, metadata, encoding, photo.notes)
    return photo


def _read_tiff(source: _Source) -> Photo:
    found = tiff_file.contents(source.file)
    source.check(found.width, found.height)
    if found.raw:
        raise source.problem("photo.unsupported", detail="raw camera file")
    encoding = Encoding(compression=found.compression)
    if found.native_16:
        samples, alpha, pages = tiff_file.decoded_16(source.file)
        notes: tuple[str, ...] = ("first-frame",) if pages > 1 else ()
        return _finished(source, "TIFF", samples, alpha, found.metadata, encoding, notes)
    source.file.seek(0)
    try:
        picture = Image.open(source.file, formats=("TIFF",))
    except UnidentifiedImageError as error:
        # The directory is sound, so this is a kind of pixel that the decoder does not know.
        raise source.problem("photo.unsupported", detail=f"{found.bits} bits per sample") from error
    with picture:
        notes = ("first-frame",) if getattr(picture, "n_frames", 1) > 1 else ()
        if found.bits > 8:
            if picture.mode not in ("CMYK", "RGB", "RGBA"):
                raise source.problem("photo.unsupported", detail=f"{found.bits} bits per sample")
            notes += ("depth-reduced",)
        # For TIFF alone, Pillow turns the picture upright when it loads it; that is undone.
        turned = picture.getexif().get(ifd.ORIENTATION, 1)
        photo = _photo(source, "TIFF", picture, found.metadata, None, encoding, notes)
    if turned not in range(2, 9):
        return photo
    alpha = None if photo.alpha is None else as_stored(photo.alpha, turned)
    return replace(photo, samples=as_stored(photo.samples, turned), alpha=alpha)


def _read_other(source: _Source, kind: str) -> Photo:
    if kind == "HEIF":
        try:
            from pillow_heif import register_heif_opener
        except ImportError as error:
            raise source.problem("photo.heic-extra") from error
        register_heif_opener()
    formats = {"BMP": ("BMP", "DIB")}.get(kind, (kind,))
    try:
        picture = Image.open(source.file, formats=formats)
    except UnidentifiedImageError:
        source.check(*_declared_size(source.file, kind))
        raise
    except AttributeError as odd:  # Pillow writes AVIF's EXIF anew, whatever its fields hold
        raise ValueError("EXIF") from odd
    with picture:
        info = picture.info
        exif = info.get("exif") or b""
        xmp = info.get("xmp")
        metadata = Metadata(
            icc=info.get("icc_profile") or None,
            exif=exif.removeprefix(b"Exif\0\0") or None,
            xmp=xmp.encode() if isinstance(xmp, str) else xmp or None,
        )
        notes: tuple[str, ...] = ()
        if getattr(picture, "n_frames", 1) > 1:
            notes += ("first-frame",)
        if kind in ("AVIF", "HEIF") and _declared_depth(source.file) > 8:
            notes += ("depth-reduced",)
        encoding = Encoding(lossless=kind == "WEBP" and _is_lossless_webp(source.file))
        return _photo(source, kind, picture, metadata, info.get("dpi"), encoding, notes)


def _declared_size(file: BinaryIO, kind: str) -> tuple[int, int]:
    """The size in the header of a file that the decoder refused; (1, 1) where it says nothing."""
    file.seek(0)
    head = file.read(32)
    if kind == "GIF" and len(head) >= 10:
        return struct.unpack_from("<HH", head, 6)
    if kind == "BMP" and len(head) >= 26 and head[14] >= 40:
        width, height = struct.unpack_from("<ii", head, 18)
        return width, abs(height)
    return 1, 1


def _declared_depth(file: BinaryIO) -> int:
    """Bits per channel in the first 'pixi' box (ISO/IEC 23008-12, 6.5.6); 8 if there is none."""
    file.seek(0)
    head = file.read(1 << 16)
    at = head.find(b"pixi")
    return head[at + 9] if 0 <= at < len(head) - 9 else 8


def _is_lossless_webp(file: BinaryIO) -> bool:
    file.seek(0)
    head = file.read(1 << 20)
    lossy, lossless = head.find(b"VP8 "), head.find(b"VP8L")
    return lossless >= 0 and (lossy < 0 or lossless < lossy)


# ---- pixels ---------------------------------------------------------------------------------


def _photo(
    source: _Source,
    kind: str,
    picture: Image.Image,
    metadata: Metadata,
    dpi: tuple[float, float] | None,
    encoding: Encoding,
    notes: tuple[str, ...],
) -> Photo:
    source.check(*picture.size)
    picture.load()
    icc, mode = metadata.icc, picture.mode
    if mode in ("P", "PA"):
        clear = mode == "PA" or "transparency" in picture.info
        picture = picture.convert("RGBA" if clear else "RGB")
        notes += ("palette-expanded",)
    elif mode == "1":
        picture = picture.convert("L")
        notes += ("bilevel-expanded",)
    elif mode in ("CMYK", "LAB"):
        # The profile described the old colours; the new ones are sRGB.
        picture, icc = lookup_profile.to_srgb(picture, icc), None
        notes += (f"{mode.lower()}-converted",)
    elif mode == "YCbCr":
        picture = picture.convert("RGB")
        notes += ("ycbcr-converted",)
    elif mode in ("La", "RGBa"):
        picture = picture.convert({"La": "LA", "RGBa": "RGBA"}[mode])
    elif mode == "RGBX":
        picture = picture.convert("RGB")
    elif mode in ("L", "RGB") and "transparency" in picture.info:
        picture = picture.convert(f"{mode}A")
    elif mode not in ("L", "LA", "RGB", "RGBA"):
        raise source.problem("photo.unsupported", detail=mode)
    decoded: NDArray[Any] = np.array(picture)
    del picture
    samples, alpha = separated(decoded, grey=decoded.ndim == 2 or decoded.shape[2] == 2)
    metadata = replace(metadata, icc=icc, dpi=metadata.dpi or _numbers(dpi))
    return _finished(source, kind, samples, alpha, metadata, encoding, notes)


def _finished(
    source: _Source,
    kind: str,
    samples: Samples,
    alpha: Samples | None,
    metadata: Metadata,
    encoding: Encoding,
    notes: tuple[str, ...],
) -> Photo:
    if metadata.icc:
        try:
            colour_space(metadata.icc, samples.shape[2])
        except UnsupportedProfile:
            notes += ("icc-approximate",)
        except ValueError:
            notes += ("icc-unreadable",)
    return Photo(
        path=source.path,
        format=kind,
        samples=samples,
        alpha=alpha,
        orientation=ifd.orientation(metadata.exif),
        encoding=encoding,
        notes=notes,
        **metadata.__dict__,
    )


def _numbers(dpi: Any) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in dpi)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if across > 0 and down > 0 else None


def _decoded_16(data: bytes) -> NDArray[Any]:
    import cv2

    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise ValueError("PNG cannot be decoded")
    if decoded.ndim == 3:
        order = [2, 1, 0, 3][: decoded.shape[2]]
        return np.ascontiguousarray(decoded[..., order])
    return decoded
