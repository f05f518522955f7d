"""Between a photo's own colour space and sRGB, in floating point and without clipping.

Profiles of the matrix/TRC kind (ICC.1:2022 annex F.3) and grey TRC profiles (F.2) are evaluated
here: nearly every camera, phone and editor writes one of these, and unlike an 8-bit colour
engine this keeps changes far below one code value. sRGB: IEC 61966-2-1.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Array = NDArray[Any]

# sRGB primaries adapted to D50 (Bradford), as in the ICC's own sRGB profiles; columns R, G, B.
_SRGB_D50 = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
# Luma weights on encoded values (ITU-R BT.601).
LUMA = np.array([0.299, 0.587, 0.114], np.float32)

_TABLE = 1 << 16
# A profile whose colours differ from sRGB by less than this is sRGB, its primaries rounded
# differently by another maker: by up to 0.7 / 255 in the darkest shadows of saturated colours.
_SAME = 1.5 / 255


class UnsupportedProfile(ValueError):
    """A valid profile of a kind this module does not evaluate (lookup tables)."""


def to_linear(encoded: Array) -> Any:
    """sRGB transfer function, continued symmetrically below zero and by the same law above 1."""
    size = np.abs(encoded)
    curve = np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4)
    return np.copysign(curve, encoded)


def to_encoded(linear: Array) -> Any:
    """The inverse of ``to_linear``."""
    size = np.abs(linear)
    curve = np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    return np.copysign(curve, linear)


@dataclass(frozen=True, eq=False)
class ColourSpace:
    """A photo's colour space relative to sRGB.

    ``forward`` (C, 65536) are the tone curves, encoded to linear; ``backward`` (C, 65537) their
    inverses over the square root of the linear value, which spreads the shadows; ``matrix``
    (C, C) takes linear file values to linear sRGB.
    """

    forward: Floats = field(repr=False)
    backward: Floats = field(repr=False)
    matrix: Array

    def to_srgb(self, samples: Array) -> Floats:
        """Encoded sRGB of (..., C) uint8 or uint16 samples; may leave 0..1."""
        encoded: Floats = to_encoded(self._to_linear_srgb(self._file_linear(samples)))
        return encoded.astype(np.float32)

    def from_srgb(self, value: float) -> Array:
        """File values 0..1 (C,) of a neutral of this encoded sRGB value."""
        neutral = np.full(len(self.matrix), to_linear(np.array(value)))
        linear = (np.linalg.inv(self.matrix) @ neutral).astype(np.float32)
        return np.asarray(self._file_encoded(linear[None])[0], np.float64)

    def carry(self, samples: Array, delta: Floats) -> Floats:
        """The change of file values (0..1) that changes the sRGB appearance by ``delta``.

        ``samples`` and ``delta`` are (..., C). The change is the difference of two results of
        the same arithmetic, so that no rounding loss of the conversion remains in it: where
        ``delta`` is 0 it is exactly 0.
        """
        linear = self._file_linear(samples)
        encoded = to_encoded(self._to_linear_srgb(linear))
        change = to_linear(encoded + delta) - to_linear(encoded)
        change = change @ np.linalg.inv(self.matrix).T.astype(np.float32)
        return self._file_encoded(linear + change) - self._file_encoded(linear)

    def _file_linear(self, samples: Array) -> Floats:
        index = samples.astype(np.int32)
        if samples.dtype == np.uint8:
            index *= 257
        return np.stack([curve[index[..., c]] for c, curve in enumerate(self.forward)], axis=-1)

    def _to_linear_srgb(self, linear: Floats) -> Floats:
        return linear @ self.matrix.T.astype(np.float32)

    def _file_encoded(self, linear: Floats) -> Floats:
        root = np.sqrt(np.clip(linear, 0, 1)) * np.float32(_TABLE) + np.float32(0.5)
        index = root.astype(np.int32)
        return np.stack([curve[index[..., c]] for c, curve in enumerate(self.backward)], axis=-1)


def colour_space(icc: bytes | None, channels: int) -> ColourSpace | None:
    """The colour space of a profile for grey (1) or RGB (3) samples; None for plain sRGB.

    Raises ``UnsupportedProfile`` for lookup-table profiles, ``ValueError`` for broken ones and
    those of another colour model.
    """
    if not icc:
        return None
    try:
        tags = _tags(icc, b"RGB " if channels == 3 else b"GRAY")
        space = _rgb(tags) if channels == 3 else _grey(tags)
    except (struct.error, IndexError, np.linalg.LinAlgError, ZeroDivisionError) as error:
        raise ValueError("broken colour profile") from error
    return None if _is_srgb(space) else space


def _is_srgb(space: ColourSpace) -> bool:
    channels = len(space.matrix)
    steps = np.arange(0, 256, 51 if channels == 3 else 5, dtype=np.uint8)
    grid = np.stack(np.meshgrid(*[steps] * channels, indexing="ij"), axis=-1)
    return bool(np.abs(space.to_srgb(grid) - grid / 255).max() < _SAME)


def _tags(icc: bytes, model: bytes) -> dict[bytes, bytes]:
    if icc[36:40] != b"acsp" or icc[16:20] != model:
        raise ValueError("not a profile for these samples")
    (count,) = struct.unpack_from(">I", icc, 128)
    if count > 1000:
        raise ValueError("broken colour profile")
    tags = {}
    for index in range(count):
        name, offset, size = struct.unpack_from(">4sII", icc, 132 + 12 * index)
        tags[name] = icc[offset : offset + size]
    return tags


def _rgb(tags: dict[bytes, bytes]) -> ColourSpace:
    names = (b"rTRC", b"gTRC", b"bTRC", b"rXYZ", b"gXYZ", b"bXYZ")
    if not all(name in tags for name in names):
        if b"A2B0" in tags:
            raise UnsupportedProfile("lookup-table profile")
        raise ValueError("broken colour profile")
    columns = [np.array(struct.unpack_from(">3i", tags[name], 8)) / 65536 for name in names[3:]]
    matrix = np.linalg.inv(_SRGB_D50) @ np.stack(columns, axis=1)
    if abs(np.linalg.det(matrix)) < 1e-4 or np.abs(matrix).max() > 20:
        raise ValueError("broken colour profile")
    return _with_curves([_curve(tags[name]) for name in names[:3]], matrix)


def _grey(tags: dict[bytes, bytes]) -> ColourSpace:
    if b"kTRC" not in tags:
        raise ValueError("broken colour profile")
    return _with_curves([_curve(tags[b"kTRC"])], np.eye(1))


def _with_curves(curves: list[Array], matrix: Array) -> ColourSpace:
    steps = np.linspace(0, 1, _TABLE)
    squares = np.linspace(0, 1, _TABLE + 1) ** 2
    backward = [np.interp(squares, curve, steps) for curve in curves]
    return ColourSpace(
        np.stack(curves).astype(np.float32), np.stack(backward).astype(np.float32), matrix
    )


def _curve(tag: bytes) -> Array:
    """A tone curve sampled at 65536 steps (ICC.1:2022, 10.6 and 10.18)."""
    steps = np.linspace(0, 1, _TABLE)
    curve: Array
    kind = tag[:4]
    if kind == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return steps
        points = np.frombuffer(tag, ">u2", count, 12).astype(np.float64)
        if count == 1:
            curve = steps ** (points[0] / 256)
        else:
            curve = np.interp(steps, np.linspace(0, 1, count), points / 65535)
    elif kind == b"para":
        curve = _parametric(tag, steps)
    else:
        raise ValueError("unknown tone curve")
    curve = np.clip(curve, 0, 1)
    if not np.all(np.isfinite(curve)) or np.any(np.diff(curve) < 0) or curve[-1] < 0.5:
        raise ValueError("tone curve does not rise")
    return curve


def _parametric(tag: bytes, steps: Array) -> Any:
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind > 4:
        raise ValueError("unknown tone curve")
    count = (1, 3, 4, 5, 7)[kind]
    values = [value / 65536 for value in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b, c, d, e, f = values + [0.0] * (7 - count)
    if kind == 0:
        return steps**g
    if kind in (1, 2):
        # Below the bend Y is 0 (kind 1) or c (kind 2), and c is added above it.
        return np.maximum(a * steps + b, 0) ** g + c
    curved = np.maximum(a * steps + b, 0) ** g + e
    return np.where(steps >= d, curved, c * steps + f)
