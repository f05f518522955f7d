"""What a marked picture shows, in 24 bits of its own payload: a copied mark betrays itself.

The number in a payload says for 24 keyed pairs of neighbours on a 10 x 10 grid which of the two is
brighter. Whoever finds the mark can hold that against the picture it was found in, without any
registry; whoever copies the mark onto another picture does not know which cells are asked.
"""

from __future__ import annotations

import secrets
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from engine.watermark.canvas import Plane
from engine.watermark.keys import WORK_BITS, Key
from engine.watermark.verdict import tail

GRID = 10
BITS = 24
FREE_BITS = WORK_BITS - BITS  # drawn at random, so that one picture may carry several marks
FAINT = 2.0  # grey levels of difference below which a pair says nothing
LEAST = 8  # pairs that must say something
CHANCE = 0.01  # that another picture agrees as well as one that "matches"
ALIKE, UNLIKE = 0.85, 0.8  # shares of agreeing pairs: so many match, fewer than so many differ

Content = Literal["matches", "differs", "unknown"]
Cells = npt.NDArray[np.float32]


def number_of(canvas: Plane, key: Key) -> int:
    """The 32-bit number that a mark in this canvas carries."""
    pairs, flips = _asked(key)
    bits = (_steps(canvas)[pairs] > 0) ^ flips
    said = int("".join(str(int(bit)) for bit in bits), 2)
    return said << FREE_BITS | secrets.randbits(FREE_BITS)


def compare(canvas: Plane, known: Plane, number: int, key: Key) -> Content:
    """Does a canvas, in the work's geometry and where it is ``known`` (1), show what the number
    says? Few pairs that can be asked make it "unknown"."""
    pairs, flips = _asked(key)
    said = np.array([bit == "1" for bit in f"{number >> FREE_BITS:0{BITS}b}"])
    steps = _steps(canvas)[pairs]
    asked = _both(_small(known) > 0.9)[pairs] & (np.abs(steps) >= FAINT)
    agreeing = int((((steps > 0) ^ flips) == said)[asked].sum())
    count = int(asked.sum())
    if count < LEAST:
        return "unknown"
    if agreeing >= ALIKE * count and tail(count, agreeing) <= CHANCE:
        return "matches"
    return "differs" if agreeing < UNLIKE * count else "unknown"


def _asked(key: Key) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """(24,) pairs, and whether each of their bits is turned round."""
    stream = key.stream("canvas", "", "sketch")
    return stream.permutation(2 * GRID * (GRID - 1))[:BITS], stream.bits(BITS).astype(bool)


def _steps(canvas: Plane) -> Cells:
    """(180,) how much brighter each cell is than the one to its left, then the one above it."""
    cells = _small(canvas)
    return np.concatenate([np.diff(cells, axis=axis).reshape(-1) for axis in (1, 0)])


def _both(there: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """(180,) whether both cells of a pair are there."""
    across, down = there[:, 1:] & there[:, :-1], there[1:] & there[:-1]
    return np.concatenate([across.reshape(-1), down.reshape(-1)])


def _small(canvas: Plane) -> Cells:
    return np.asarray(cv2.resize(canvas, (GRID, GRID), interpolation=cv2.INTER_AREA), np.float32)
