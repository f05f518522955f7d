"""What a cloak leaves in the pixels, as figures of one tile, none of which knows the scene.

[P] Cloaks are structured (arXiv 2512.08329). [R] What was found to tell, by statistics of residuals
as in steganalysis (Fridrich and Kodovsky 2012): steps between neighbouring pixels are larger at
every 2nd or 4th boundary where a cloak lies in blocks (JPEG's own grid shows at every 8th alone);
colours move apart, which cameras and JPEG keep together; residuals lose their usual correlation
with their neighbours; and calm places are no longer calm.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float32]

_LARGEST_STEP = 12.0  # of 255: beyond it lies an edge of the scene
_LAGS = (1, 2, 3, 4, 5, 8)
_GRID = 8


def traces(tile: Pixels) -> NDArray[np.float64]:
    """(h, w, 3), sides at least 64 -> the figures, most of them logarithms."""
    red, green, blue = (np.ascontiguousarray(tile[..., k], np.float32) for k in range(3))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    planes = (luma, red - green, blue - green)
    found: list[float] = []
    for plane in planes:
        found += _boundaries(plane)
        found += _scales(plane)
        residual = _residual(plane)
        found += _calm(residual)
        found += _neighbours(residual)
    residuals = [_residual(colour) for colour in (red, green, blue)]
    halves = [_residual(_half(colour)) for colour in (red, green, blue)]
    for group in (residuals, halves):
        found += [_correlation(group[0], group[1]), _correlation(group[1], group[2])]
    steps = np.abs(residuals[1])
    found += [float(np.mean(steps < limit)) for limit in (0.75, 1.5, 3.0, 6.0)]
    return np.nan_to_num(np.array(found, np.float64), posinf=20, neginf=-20).clip(-20, 20)


def _half(plane: Plane) -> Plane:
    half = cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.float32)


def _residual(plane: Plane) -> Plane:
    """What the mean of the eight neighbours does not explain."""
    around = (9 * cv2.blur(plane, (3, 3)) - plane) / 8
    return np.asarray(plane - around, np.float32)


def _boundaries(plane: Plane) -> list[float]:
    """How much larger the steps are at every 2nd, 4th and 8th boundary than at the next best."""
    rows = []
    for turned in (plane, np.ascontiguousarray(plane.T)):
        step = np.clip(np.diff(turned, axis=0), -_LARGEST_STEP, _LARGEST_STEP) ** 2
        step /= cv2.blur(step, (17, 17)) + 1.0  # calm places weigh as much as busy ones
        by_row = step.mean(1)
        phase = np.array([by_row[k::_GRID].mean() for k in range(_GRID)])
        phase = np.log((phase + 1e-3) / (np.median(phase) + 1e-3))
        fours = np.sort([min(phase[k], phase[k + 4]) for k in range(4)])
        twos = np.sort([phase[k::2].min() for k in range(2)])
        eights = np.sort(phase)
        rows.append([fours[3] - fours[2], twos[1] - twos[0], eights[7] - eights[6]])
    both = np.array(rows)
    return [*both.mean(0), *both[:, :2].min(0)]


def _scales(plane: Plane) -> list[float]:
    """Log energy of second differences at the tile's size, at half and at a quarter of it."""
    found = []
    for _ in range(3):
        across, down = np.diff(plane, 2, 1), np.diff(plane, 2, 0)
        found.append(float(np.log(np.mean(across**2) + np.mean(down**2) + 1e-3)))
        plane = _half(plane)
    return [found[0], found[0] - found[1], found[1] - found[2]]


def _calm(residual: Plane) -> list[float]:
    """Levels of 8 px blocks from the calmest on, and how heavy the tails are."""
    height, width = (side // _GRID * _GRID for side in residual.shape)
    blocks = residual[:height, :width].reshape(height // _GRID, _GRID, width // _GRID, _GRID)
    level = np.log(np.square(blocks).mean((1, 3)) + 1e-2)
    square = np.square(residual, dtype=np.float64)
    tails = float(np.log(np.mean(square**2) / (np.mean(square) ** 2 + 1e-9) + 1e-9))
    return [*np.quantile(level, (0.05, 0.25, 0.5, 0.75)), tails]


def _neighbours(residual: Plane) -> list[float]:
    """Correlation of the residual with itself some pixels further, calm and busy places alike."""
    scaled = residual / np.sqrt(cv2.blur(residual * residual, (17, 17)) + 0.3)
    power = float(np.mean(scaled * scaled)) + 1e-6
    found = []
    for lag in _LAGS:
        across = float(np.mean(scaled[:, lag:] * scaled[:, :-lag]))
        down = float(np.mean(scaled[lag:] * scaled[:-lag]))
        found.append((across + down) / 2 / power)
    return found


def _correlation(a: Plane, b: Plane) -> float:
    product = float(np.mean(a * b))
    return product / float(np.sqrt(np.mean(a * a) * np.mean(b * b)) + 1e-3)
