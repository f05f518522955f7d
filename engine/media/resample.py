"""Turning and resizing pixel grids, in row strips where a whole picture would not fit."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Rows handled at a time: a strip of a 24 MP photo is then about 9 MB in float32.
STRIP = 128


def upright(stored: NDArray[Any], orientation: int) -> NDArray[Any]:
    """A view of ``stored`` (h, w, ...) as it is meant to be seen, for EXIF orientation 1..8."""
    if orientation >= 5:
        stored = stored.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        stored = stored[:, ::-1]
    if orientation in (3, 4, 7, 8):
        stored = stored[::-1]
    return stored


def as_stored(seen: NDArray[Any], orientation: int) -> NDArray[Any]:
    """The reverse of ``upright``."""
    return upright(seen, {6: 8, 8: 6}.get(orientation, orientation))


def reduced_size(width: int, height: int, long_side: int | None) -> tuple[int, int]:
    """(width, height) with the longer one at most ``long_side``; never enlarged, at least 1."""
    longest = max(width, height)
    if long_side is None or longest <= long_side:
        return width, height
    return (
        max(1, round(width * long_side / longest)),
        max(1, round(height * long_side / longest)),
    )


def area_reduced(samples: NDArray[Any], width: int, height: int) -> NDArray[Any]:
    """(H, W, C) averaged down to (height, width, C), same dtype."""
    if samples.shape[:2] == (height, width):
        return samples
    small = cv2.resize(np.ascontiguousarray(samples), (width, height), interpolation=cv2.INTER_AREA)
    return small.reshape(height, width, samples.shape[2])


class Rows:
    """A float32 grid (h, w, C) resized to (height, width, C), served in strips of rows.

    Enlarging is bicubic with a = -0.75 (as in OpenCV) or, with ``smooth`` False, bilinear;
    reducing averages areas. Memory: the grid at full width, or the result if that has fewer rows.
    """

    def __init__(self, grid: Floats, height: int, width: int, smooth: bool = True) -> None:
        self.height, self.width = height, width
        rows, columns, self.channels = grid.shape
        self._taps: tuple[NDArray[np.intp], Floats] | None = None
        if (rows, columns) == (height, width):
            self._grid = grid
            return
        grid = np.ascontiguousarray(grid, np.float32)
        enlarging = cv2.INTER_CUBIC if smooth else cv2.INTER_LINEAR
        if rows >= height:
            # Fewer rows than before: the result is smaller than what the caller already holds.
            method = cv2.INTER_AREA if columns >= width else enlarging
            self._grid = self._resized(grid, width, height, method)
            return
        method = cv2.INTER_AREA if columns > width else enlarging
        self._grid = self._resized(grid, width, rows, method)
        self._taps = _cubic(height, rows) if smooth else _linear(height, rows)

    def _resized(self, grid: Floats, width: int, height: int, method: int) -> Floats:
        if grid.shape[:2] == (height, width):
            return grid
        resized = cv2.resize(grid, (width, height), interpolation=method)
        return np.asarray(resized, np.float32).reshape(height, width, self.channels)

    def strip(self, top: int, bottom: int) -> Floats:
        """Rows ``top`` to ``bottom`` (exclusive)."""
        if self._taps is None:
            return np.asarray(self._grid[top:bottom], np.float32)
        sources, weights = self._taps
        total = np.zeros((bottom - top, self.width, self.channels), np.float32)
        for tap in range(sources.shape[1]):
            total += weights[top:bottom, tap, None, None] * self._grid[sources[top:bottom, tap]]
        return total


def nearest_rows(grid: NDArray[Any], height: int, width: int, top: int, bottom: int) -> Any:
    """Rows ``top`` to ``bottom`` of a (h, w) grid resized by repeating or dropping pixels."""
    rows, columns = grid.shape
    y = ((np.arange(top, bottom) + 0.5) * rows / height).astype(np.intp)
    x = ((np.arange(width) + 0.5) * columns / width).astype(np.intp)
    return grid[np.minimum(y, rows - 1)[:, None], np.minimum(x, columns - 1)]


def _centres(size: int, source: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    position = (np.arange(size) + 0.5) * source / size - 0.5
    whole = np.floor(position)
    return whole.astype(np.intp), position - whole


def _linear(size: int, source: int) -> tuple[NDArray[np.intp], Floats]:
    whole, part = _centres(size, source)
    sources = np.clip(whole[:, None] + np.arange(2), 0, source - 1)
    return sources, np.stack([1 - part, part], axis=1).astype(np.float32)


def _cubic(size: int, source: int) -> tuple[NDArray[np.intp], Floats]:
    """Keys' cubic convolution with a = -0.75 (Keys 1981, equation 4 with a free parameter)."""
    a = -0.75
    whole, part = _centres(size, source)
    sources = np.clip(whole[:, None] + np.arange(-1, 3), 0, source - 1)
    distance = np.abs(part[:, None] - np.arange(-1, 3))
    near = ((a + 2) * distance - (a + 3)) * distance**2 + 1
    far = ((distance - 5) * distance + 8) * a * distance - 4 * a
    return sources, np.where(distance <= 1, near, far).astype(np.float32)
