"""TIFF files: which pixels and metadata the first picture has, 16-bit pixels, metadata put back.

TIFF 6.0; BigTIFF; Exif 2.32 section 4.6; Adobe TIFF Technical Note 3 (ICC).
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.media import ifd
from engine.media.metadata import Metadata, joined_resources, split_resources

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_STRIP_OFFSETS, _STRIP_LENGTHS, _TILE_OFFSETS, _TILE_LENGTHS = 273, 279, 324, 325
_SAMPLE_FORMAT, _SUB_IFDS, _DNG_VERSION = 339, 330, 50706
_NONE = 1
_MIN_IS_WHITE, _RGB = 0, 2
_ASSOCIATED = 1


@dataclass(frozen=True)
class Contents:
    """``bits`` per sample; ``native_16``: grey or RGB, unsigned, 16 bits; ``raw``: a camera's."""

    metadata: Metadata
    width: int
    height: int
    bits: int
    compression: int
    native_16: bool
    raw: bool


def contents(file: BinaryIO) -> Contents:
    """Raises ``ValueError`` for a broken file and one that ends before its pixels do."""
    found = ifd.read(file)
    length = file.seek(0, io.SEEK_END)
    for offsets, sizes in ((_STRIP_OFFSETS, _STRIP_LENGTHS), (_TILE_OFFSETS, _TILE_LENGTHS)):
        if offsets in found.fields and sizes in found.fields:
            pairs = zip(
                found.fields[offsets].integers(), found.fields[sizes].integers(), strict=False
            )
            if any(start + size > length for start, size in pairs):
                raise ValueError("TIFF ends early")
    bits = found.integer(_BITS, 1)
    plain = found.integer(_PHOTOMETRIC, 1) <= _RGB and found.integer(_SAMPLE_FORMAT, 1) == 1
    reduced = found.integer(_SUBFILE, 0) & 1 and _SUB_IFDS in found.fields
    file.seek(8)
    return Contents(
        metadata=_metadata(found),
        width=found.integer(_WIDTH, 0),
        height=found.integer(_HEIGHT, 0),
        bits=bits,
        compression=found.integer(_COMPRESSION, _NONE),
        native_16=bits == 16 and plain,
        raw=bool(reduced) or _DNG_VERSION in found.fields or file.read(2) == b"CR",
    )


def _metadata(found: ifd.Directory) -> Metadata:
    def data(tag: int) -> bytes | None:
        return found.fields[tag].data if tag in found.fields else None

    inside, resources = split_resources(data(ifd.PHOTOSHOP) or b"")
    return Metadata(
        icc=data(ifd.ICC),
        exif=ifd.exif_block(ifd.describing(found)),
        xmp=data(ifd.XMP),
        iptc=data(ifd.IPTC) or inside,
        resources=resources,
        dpi=_dpi(found),
    )


def _dpi(found: ifd.Directory) -> tuple[float, float] | None:
    scale = {2: 1.0, 3: 2.54}.get(found.integer(ifd.RESOLUTION_UNIT, 2))
    values = [found.fields.get(tag) for tag in (ifd.X_RESOLUTION, ifd.Y_RESOLUTION)]
    across, down = (value.rational() if value else None for value in values)
    if scale is None or not across or not down:
        return None
    return across * scale, down * scale


# ---- 16 bits --------------------------------------------------------------------------------


def decoded_16(file: BinaryIO) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None, int]:
    """Samples (H, W, 1 or 3), alpha (H, W) or None, and the number of pictures in the file."""
    import tifffile

    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        page: Any = tiff.pages[0]
        pages = len(tiff.pages)
        extra = tuple(int(kind) for kind in page.extrasamples)
        colours = 3 if page.photometric == _RGB else 1
        if int(page.compression) in tifffile.TIFF.DECOMPRESSORS:
            decoded = page.asarray()
            if page.planarconfig == 2 and decoded.ndim == 3:
                decoded = np.moveaxis(decoded, 0, -1)
            inverted = page.photometric == _MIN_IS_WHITE
        else:
            decoded, inverted = _decoded_by_libtiff(file), False
    decoded = decoded.reshape(*decoded.shape[:2], -1)
    samples = np.ascontiguousarray(decoded[..., :colours], np.uint16)
    if inverted:
        samples = np.iinfo(np.uint16).max - samples
    if not extra or extra[0] not in (1, 2) or decoded.shape[2] <= colours:
        return samples, None, pages
    alpha = np.ascontiguousarray(decoded[..., colours], np.uint16)
    if extra[0] == _ASSOCIATED:
        share = np.maximum(alpha, 1)[..., None] / 65535
        samples = np.rint(np.minimum(samples / share, 65535)).astype(np.uint16)
    return samples, alpha, pages


def _decoded_by_libtiff(file: BinaryIO) -> NDArray[Any]:
    import cv2

    file.seek(0)
    decoded = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise ValueError("TIFF cannot be decoded")
    if decoded.ndim == 3 and decoded.shape[2] >= 3:
        decoded = decoded[..., [2, 1, 0, 3][: decoded.shape[2]]]
    return decoded


def encoded_16(samples: NDArray[np.uint16], compressed: bool) -> bytes:
    """A TIFF of (H, W, C) samples; C is 1 grey, 2 grey and alpha, 3 RGB or 4 RGB and alpha."""
    import tifffile

    channels = samples.shape[2]
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        samples if channels > 1 else samples[..., 0],
        byteorder="<",
        photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        compression="zlib" if compressed else None,
        predictor=2 if compressed else None,
        rowsperstrip=max(1, (1 << 18) // (2 * channels * samples.shape[1])),
        metadata=None,
        software=False,
    )
    return stream.getvalue()


# ---- metadata put back ----------------------------------------------------------------------


def with_metadata(encoded: bytes, metadata: Metadata) -> list[bytes]:
    """The pieces of a freshly encoded little-endian TIFF with a new first directory at the end."""
    structure = ifd.read(io.BytesIO(encoded))
    merged = ifd.Directory(dict(structure.fields))
    if metadata.dpi:
        across, down = metadata.dpi
        merged.fields[ifd.X_RESOLUTION] = ifd.rational(across)
        merged.fields[ifd.Y_RESOLUTION] = ifd.rational(down)
        merged.fields[ifd.RESOLUTION_UNIT] = ifd.shorts(2)
    if metadata.exif:
        try:
            described = ifd.describing(ifd.read(io.BytesIO(metadata.exif)))
        except (ValueError, struct.error):
            described = ifd.Directory()
        merged.fields |= described.fields
        merged.children |= described.children
    for tag, block in (
        (ifd.ICC, metadata.icc),
        (ifd.XMP, metadata.xmp),
        (ifd.IPTC, metadata.iptc),
        (ifd.PHOTOSHOP, joined_resources(None, metadata.resources)),
    ):
        if block:
            merged.fields[tag] = ifd.Field(7 if tag in (ifd.ICC, ifd.IPTC) else 1, block)
    padding = b"\0" * (len(encoded) % 2)
    block, offset = ifd.write(merged, len(encoded) + len(padding))
    return [struct.pack("<2sHI", b"II", 42, offset), encoded[8:], padding, block]
