"""A photo in memory: its samples exactly as stored, and how a cloak gets onto them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.media.colour import LUMA, ColourSpace, UnsupportedProfile, colour_space
from engine.media.metadata import Metadata
from engine.media.resample import (
    STRIP,
    Rows,
    area_reduced,
    as_stored,
    nearest_rows,
    reduced_size,
    upright,
)

Samples = NDArray[np.unsignedinteger]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Encoding:
    """How the source file was compressed, as far as the new file should be like it.

    ``quality`` is the JPEG quality estimated from its tables, ``compression`` the TIFF code.
    """

    quality: int | None = None
    lossless: bool = False
    compression: int | None = None


@dataclass(frozen=True, eq=False)
class Photo:
    """``samples`` are (H, W, C) uint8 or uint16, C = 1 (grey) or 3 (RGB), as stored in the file:
    neither turned by ``orientation`` (EXIF 1..8) nor converted out of the profile ``icc``.
    ``alpha`` is (H, W) of the same type. ``format`` is one of JPEG, PNG, TIFF, WEBP, BMP, GIF,
    AVIF, HEIF. Metadata fields are those of ``engine.media.metadata.Metadata``.

    ``notes`` are keys of what reading had to change: "first-frame" (only the first of several
    pictures), "palette-expanded", "bilevel-expanded", "cmyk-converted", "ycbcr-converted",
    "lab-converted", "depth-reduced" (more than 8 bits where only 8 can be read),
    "icc-unreadable" (treated as sRGB), "icc-approximate" (lookup-table profile),
    "credentials-dropped" (content credentials, which no longer hold for a changed picture).
    """

    path: Path
    format: str
    samples: Samples = field(repr=False)
    alpha: Samples | None = field(default=None, repr=False)
    orientation: int = 1
    icc: bytes | None = field(default=None, repr=False)
    exif: bytes | None = field(default=None, repr=False)
    xmp: bytes | None = field(default=None, repr=False)
    iptc: bytes | None = field(default=None, repr=False)
    resources: bytes | None = field(default=None, repr=False)
    dpi: tuple[float, float] | None = None
    extras: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    encoding: Encoding = Encoding()
    notes: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        return int(self.samples.shape[0])

    @property
    def width(self) -> int:
        return int(self.samples.shape[1])

    @property
    def channels(self) -> int:
        return int(self.samples.shape[2])

    @property
    def depth(self) -> int:
        """Bits per sample, 8 or 16."""
        return 8 * self.samples.dtype.itemsize

    @property
    def full_scale(self) -> int:
        return int(np.iinfo(self.samples.dtype).max)

    @property
    def upright_size(self) -> tuple[int, int]:
        """(width, height) as seen."""
        size = (self.width, self.height)
        return size[::-1] if self.orientation >= 5 else size

    @property
    def metadata(self) -> Metadata:
        return Metadata(**{part.name: getattr(self, part.name) for part in fields(Metadata)})

    @cached_property
    def colour(self) -> ColourSpace | None:
        """The profile's colour space; None for sRGB and for what cannot be evaluated."""
        try:
            return colour_space(self.icc, self.channels)
        except ValueError:
            return None

    @cached_property
    def _lookup_profile(self) -> bytes | None:
        """The profile if it is of the lookup-table kind."""
        try:
            colour_space(self.icc, self.channels)
        except UnsupportedProfile:
            return self.icc
        except ValueError:
            pass
        return None

    # ---- looking ----------------------------------------------------------------------------

    def working(self, long_side: int | None) -> Floats:
        """What a viewer sees: float32 (h, w, 3), sRGB-encoded 0..1, upright.

        The longer side is averaged down to at most ``long_side`` pixels, never enlarged. Alpha is
        laid over mid-grey. Beside the result this needs at most one more copy of the samples.
        """
        width, height = reduced_size(self.width, self.height, long_side)
        stored = area_reduced(self._over_grey(), width, height)
        seen = np.empty((height, width, 3), np.float32)
        convert = self._srgb_converter()
        for top in range(0, height, STRIP):
            seen[top : top + STRIP] = convert(stored[top : top + STRIP])
        return np.ascontiguousarray(upright(seen, self.orientation))

    def opacity(self, long_side: int | None) -> Floats | None:
        """Alpha as float32 (h, w) in 0..1 at the size of ``working``; None for an opaque photo."""
        if self.alpha is None:
            return None
        width, height = reduced_size(self.width, self.height, long_side)
        shown = area_reduced(self.alpha[..., None], width, height)[..., 0]
        opaque = shown.astype(np.float32) / np.float32(self.full_scale)
        return np.ascontiguousarray(upright(opaque, self.orientation))

    def _srgb_converter(self) -> Callable[[Samples], Floats]:
        colour, full = self.colour, np.float32(self.full_scale)
        if colour is not None:
            return lambda strip: np.clip(colour.to_srgb(strip), 0, 1)
        if self._lookup_profile is not None:
            from engine.media.lookup_profile import srgb_converter

            convert = srgb_converter(self._lookup_profile, self.channels)
            if convert is not None:
                return convert
        return lambda strip: strip.astype(np.float32) / full

    def _over_grey(self) -> Samples:
        """The samples, blended in file space with the grey that is 0.5 in sRGB by their alpha."""
        if self.alpha is None:
            return self.samples
        grey = np.full(self.channels, 0.5) if self.colour is None else self.colour.from_srgb(0.5)
        grey = (grey * self.full_scale).astype(np.float32)
        blended = np.empty_like(self.samples)
        for top in range(0, self.height, STRIP):
            rows = slice(top, top + STRIP)
            opacity = self.alpha[rows, :, None].astype(np.float32) / self.full_scale
            blended[rows] = np.rint(grey + opacity * (self.samples[rows] - grey))
        return blended

    # ---- changing ---------------------------------------------------------------------------

    def apply(self, delta: Floats, epsilon: float, mask: NDArray[Any] | None = None) -> Samples:
        """The samples changed by ``delta``, same shape and type.

        ``delta`` is float32 (h, w, 3), upright, in sRGB-encoded units; ``mask`` (h', w') is 0..1
        as floats or 0..255 as uint8, upright. Both may have any size and are resized. The change
        is carried into the photo's own colour space; grey photos get its luma.

        No sample changes by more than ``epsilon`` of full scale. Samples stay exactly as they are
        where the resized mask is below 1/255 or the mask's own pixel there is 0, and where alpha
        is 0. Raises ``ValueError`` if ``delta`` is not finite.
        """
        if not np.isfinite(delta).all():
            raise ValueError("delta is not finite")
        limit = _steps_within(epsilon, self.full_scale)
        changes = Rows(as_stored(delta, self.orientation), self.height, self.width)
        window = None if mask is None else _Window(mask, self)
        result = self.samples.copy()
        for top in range(0, self.height, STRIP):
            rows = slice(top, min(top + STRIP, self.height))
            change = changes.strip(rows.start, rows.stop)
            untouched = np.zeros(change.shape[:2], bool)
            if window is not None:
                share = window.strip(rows.start, rows.stop)
                untouched |= share == 0
                change = change * share[..., None]
            if self.alpha is not None:
                untouched |= self.alpha[rows] == 0
            if untouched.all():
                continue
            if self.channels == 1:
                change = (change @ LUMA)[..., None]
            if self.colour is not None:
                change = self.colour.carry(self.samples[rows], change)
            steps = np.rint(change * np.float32(self.full_scale))
            steps = np.clip(steps, -limit, limit).astype(np.int32)
            steps[untouched] = 0
            steps += self.samples[rows]
            result[rows] = np.clip(steps, 0, self.full_scale, out=steps)
        return result


def _steps_within(epsilon: float, full_scale: int) -> int:
    """The largest n with n / full_scale <= epsilon, immune to the product's rounding."""
    steps = min(max(math.floor(epsilon * full_scale), 0), full_scale)
    if steps < full_scale and (steps + 1) / full_scale <= epsilon:
        steps += 1
    if steps > 0 and steps / full_scale > epsilon:
        steps -= 1
    return steps


class _Window:
    """A mask brought to a photo's stored pixels, 0..1, without bleeding over its own edges."""

    def __init__(self, mask: NDArray[Any], photo: Photo) -> None:
        stored = as_stored(mask, photo.orientation)
        self._inside = stored > 0
        scale = 255 if mask.dtype == np.uint8 else 1
        shares = np.clip(stored.astype(np.float32) / np.float32(scale), 0, 1)
        self._rows = Rows(shares[..., None], photo.height, photo.width, smooth=False)
        self._size = (photo.height, photo.width)

    def strip(self, top: int, bottom: int) -> Floats:
        share = self._rows.strip(top, bottom)[..., 0]
        inside = nearest_rows(self._inside, *self._size, top, bottom)
        return np.where(inside & (share >= np.float32(1 / 255)), share, np.float32(0))
