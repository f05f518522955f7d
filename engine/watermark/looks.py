"""What is left of a picture after a strong blur: its broad structure, brought back to strength.

A blur takes the fine structure for good, but it only weakens the broad structure, and far less
than the rounding to 8 bits hides. Dividing by what the blur did (Wiener's filter) brings it back.
The blur is not known, so a few are tried; each try is counted like a geometry.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from scipy.fft import dctn, idctn

from engine.watermark.canvas import SIDE, Plane

# Standard deviations that are undone, in canvas pixels of a square picture: each is so near the
# next that what is between them leaves angles of the broad structure where they are.
BLURS = tuple(float(np.round(1.7 * 1.16**n, 2)) for n in range(13))
FEW = BLURS[::3]  # for what needs no more
# Power of rounding noise over that of a usual picture at one cycle per canvas; grows with f^2.
NOISE = 1.6e-8

Filter = npt.NDArray[np.float32]


def sharpened(canvas: Plane, aspect: float, blur: float) -> Plane:
    """The canvas of a picture of ``aspect`` (width / height) with a Gaussian ``blur`` undone."""
    return _filtered(canvas, _wiener(blur / np.sqrt(aspect), blur * np.sqrt(aspect)))


def blurred(canvas: Plane, aspect: float, blur: float) -> Plane:
    """What ``sharpened`` undoes."""
    across, down = blur / np.sqrt(aspect), blur * np.sqrt(aspect)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), across, sigmaY=down), np.float32)


def _filtered(canvas: Plane, gain: Filter) -> Plane:
    # The cosine transform sees the canvas mirrored at its borders, so that nothing rings there.
    spectrum = dctn(canvas, norm="ortho") * gain
    return np.asarray(idctn(spectrum, norm="ortho"), np.float32)


def _frequencies() -> tuple[Filter, Filter]:
    """(1, 512) along x and (512, 1) along y, in cycles per canvas."""
    line = (np.arange(SIDE) / 2).astype(np.float32)
    return line[None], line[:, None]


def _wiener(along_x: float, along_y: float) -> Filter:
    x, y = _frequencies()
    left = np.exp(-2 * (np.pi / SIDE) ** 2 * ((along_x * x) ** 2 + (along_y * y) ** 2))
    return np.asarray(left / (np.square(left) + NOISE * (x**2 + y**2) + 1e-30), np.float32)
