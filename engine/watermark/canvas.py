"""The canvas: every picture's luminance on one square grid of 512 x 512, whatever its size.

A mark that lives on this grid survives any resizing and any change of aspect without a search,
and costs the same for a stamp and for 24 megapixels. Only the mark itself is brought back to
full size, so the picture never passes through the grid.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engine.media.colour import LUMA

SIDE = 512
WORKING_SIDE = 1536  # what a picture is averaged down to before it goes onto the canvas
BLOCK = 8
BLOCKS = SIDE // BLOCK
# What a fine change of luminance by one is made of in red, green and blue: the least that makes it.
TINT = LUMA / np.square(LUMA).sum()
BROAD = 4.0  # canvas pixels; broader changes stay grey, since patches of colour would show
COLOURLESS = 0.01  # mean spread of the colours below which a picture counts as grey

Plane = npt.NDArray[np.float32]


def canvas_of(rgb: Plane) -> Plane:
    """(h, w, 3) float32 in 0..1, as ``Photo.working`` gives it -> (512, 512), 0..255.

    Shrinking averages over pixels; enlarging is cubic.
    """
    luma = rgb @ (LUMA * np.float32(255))
    shrink = luma.shape[0] >= SIDE and luma.shape[1] >= SIDE
    how = cv2.INTER_AREA if shrink else cv2.INTER_CUBIC
    if not shrink and max(luma.shape) > SIDE:  # one side shrinks, the other grows: one at a time
        small = (min(luma.shape[1], SIDE), min(luma.shape[0], SIDE))
        luma = cv2.resize(luma, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(luma, (SIDE, SIDE), interpolation=how), np.float32)


def colourless(rgb: Plane) -> bool:
    """True for a grey picture (h, w, 3) in 0..1, which must stay one."""
    return float(np.ptp(rgb, axis=2).mean()) < COLOURLESS


def coloured(delta: Plane, grey: bool = False) -> Plane:
    """(512, 512, 3) change of the colours that changes luminance by ``delta`` (512, 512).

    Luminance is mostly green, so a change that is mostly green costs three quarters of the energy
    (and of the likeness to the original) that an equal change of all colours costs.
    """
    if grey:
        return np.repeat(delta[..., None], 3, axis=2)
    broad = cv2.GaussianBlur(delta, (0, 0), BROAD)[..., None]
    return np.asarray(broad + (delta[..., None] - broad) * TINT, np.float32)


def energy_of(delta: Plane, grey: bool = False) -> float:
    """Sum of squares of ``coloured``, mean of the three colours."""
    return float(np.square(coloured(delta, grey)).sum(dtype=np.float64)) / 3


def warp(canvas: Plane, geometry: npt.NDArray[np.float64]) -> tuple[Plane, Plane]:
    """The canvas as it was before a geometric attack, and where it is known (1) or not (0).

    ``geometry`` (2, 3) maps original canvas coordinates, -0.5..0.5 from the centre, to received
    ones.
    """
    linear, shift = geometry[:, :2], geometry[:, 2]
    centre = (SIDE - 1) / 2
    offset = shift * SIDE + centre - linear @ np.array([centre, centre])
    matrix = np.column_stack([linear, offset]).astype(np.float32)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        canvas, matrix, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REFLECT_101
    )
    known = cv2.warpAffine(
        np.ones_like(canvas), matrix, (SIDE, SIDE), flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    )
    return np.asarray(warped, np.float32), np.asarray(known, np.float32)


def to_blocks(canvas: Plane) -> Plane:
    """(512, 512) -> (4096, 64): the orthonormal 8 x 8 DCT of every block, row-major."""
    blocks = canvas.reshape(BLOCKS, BLOCK, BLOCKS, BLOCK).transpose(0, 2, 1, 3)
    coefficients = _DCT @ blocks @ _DCT.T
    return np.ascontiguousarray(coefficients.reshape(BLOCKS * BLOCKS, BLOCK * BLOCK))


def from_blocks(coefficients: Plane) -> Plane:
    """The inverse of ``to_blocks``."""
    blocks = _DCT.T @ coefficients.reshape(BLOCKS, BLOCKS, BLOCK, BLOCK) @ _DCT
    return np.ascontiguousarray(blocks.transpose(0, 2, 1, 3).reshape(SIDE, SIDE))


def _dct_matrix() -> Plane:
    k, n = np.mgrid[:BLOCK, :BLOCK]
    matrix = np.cos(np.pi * (2 * n + 1) * k / (2 * BLOCK)) * np.sqrt(2 / BLOCK)
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, np.float32)


_DCT = _dct_matrix()
