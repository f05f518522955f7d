"""Bits in a picture's broad structure, as angles: what even a strong blur leaves.

The lowest frequencies of the canvas hold more of the picture than any mark could outvote, so the
mark does not try: two keyed sums of coefficients of about one frequency span an angle, and the
angle is turned to the nearest of many places around the circle that say the bit (quantisation
index modulation; Chen and Wornell, IEEE Trans. Inf. Theory 47, 2001). It stays where brightness,
contrast or a blur weaken both sums alike. The lower the frequency, the more a picture has there and
the more places there are, so that a turn costs about the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.fft import dctn, idctn

from engine.watermark.canvas import SIDE, Plane
from engine.watermark.keys import Keystream

INNER = 5.0  # cycles per canvas, from which on coefficients are used
SHELLS = 16  # of about one frequency each; a bit lives in one of them
EACH = 4  # coefficients in each of a bit's two sums
FINENESS = 150.0  # places around the circle that say 1, times cycles per canvas
ROUGH = 10.0  # length of an angle's arms below which it says little
CHANCE = 0.1  # agreement that angles may show by accident
MOST = 0.8  # as much as that
GIVEN_UP = 0.25  # of the bits, at most, where turning them all would cost too much

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Angles:
    """(n, 2, EACH) places among the low coefficients, their signs, (n,) how many places around
    the circle say 1, and where they begin."""

    place: npt.NDArray[np.int64]
    sign: Values
    count: Values
    dither: Values


def angles(stream: Keystream, length: int) -> Angles:
    """Keyed sums for ``length`` bits, a multiple of ``SHELLS``."""
    rows, columns, radius = _ring(2 * EACH * length)
    flat = rows * SIDE + columns
    shells = np.array_split(np.arange(len(flat)), SHELLS)
    mixed = np.concatenate([shell[stream.permutation(len(shell))] for shell in shells])
    place = flat[mixed].reshape(length, 2, EACH)
    count = np.rint(FINENESS / radius[mixed].reshape(length, -1).mean(1))
    order = stream.permutation(length)  # neighbours of the code word live at all frequencies
    sign = stream.signs(2 * EACH * length).reshape(place.shape).astype(np.float64)
    dither = 2 * np.pi * stream.uniform(length)
    return Angles(place[order], sign, count[order], dither)


def turned(canvas: Plane, keyed: Angles, signs: npt.NDArray[np.floating], energy: float) -> Plane:
    """The change (512, 512) that turns all angles to ``signs`` (n,), with at most ``energy``.

    Where there is more to spend, arms that are too short for a reader are lengthened, those of low
    frequencies most: they have to be longer, and are seen least.
    """
    arms = _arms(dctn(canvas, norm="ortho"), keyed)
    length = np.abs(arms)
    # In units of the distance between two places that say the same: whole numbers say 1.
    turn = (np.angle(arms) - keyed.dither) * keyed.count / (2 * np.pi)
    half = np.where(signs > 0, 0.0, 0.5)
    goal = (np.rint(turn - half) + half) * 2 * np.pi / keyed.count + keyed.dither
    direction = np.exp(1j * goal)
    change = _affordable(length * direction - arms, energy)
    kept = change != 0
    low, high = 0.0, float(np.sqrt(energy))
    for _ in range(40):
        least = (low + high) / 2
        longer = np.where(kept, np.maximum(length, least * keyed.count) * direction - arms, 0)
        fits = float(np.square(np.abs(longer)).sum()) <= energy
        low, high = (least, high) if fits else (low, least)
        change = longer if fits else change
    return _plane(change, keyed)


def spared(change: Plane, keyed: Angles) -> Plane:
    """Another change, without what it would do to the angles."""
    spectrum = dctn(change, norm="ortho")
    arms = _arms(spectrum, keyed)
    return change - _plane(arms, keyed)


def read(canvas: Plane, keyed: Angles) -> Values:
    """(n,) soft values, positive for +1, each at most 1 in size."""
    return values(_arms(dctn(canvas, norm="ortho"), keyed), keyed.count, keyed.dither)


def values(arms: npt.NDArray[np.complex128], count: Values, dither: Values) -> Values:
    """(..., n) soft values of the sums ``arms`` (..., n)."""
    trust = 1 / (1 + np.square(ROUGH * count / (np.abs(arms) + 1e-9)))
    return np.asarray(trust * np.cos((np.angle(arms) - dither) * count))


def certainty(soft: Values) -> Values:
    """(...,) how far ``soft`` values (..., n) of ``read`` are to be trusted beside sums of
    deviation 1, 0 to ``MOST``.

    Told from their sizes alone: angles that were turned lie near the places that say 1 or 0,
    others lie anywhere (the mean of cos(2 x) is exp(-2 variance) for x around 0 or pi).
    """
    near = (2 * np.square(soft) - 1).mean(-1)
    sure = np.minimum(MOST, -2 / np.log(np.clip(near, CHANCE, 0.99)))
    return np.where(near > CHANCE, sure, 0.0)


def _arms(spectrum: npt.NDArray[np.floating], keyed: Angles) -> npt.NDArray[np.complex128]:
    """(n,) the two sums of each bit as a complex number."""
    sums = (spectrum.reshape(-1)[keyed.place] * keyed.sign).sum(2) / np.sqrt(EACH)
    return np.asarray(sums[:, 0] + 1j * sums[:, 1])


def _plane(arms: npt.NDArray[np.complex128], keyed: Angles) -> Plane:
    """The smallest change of a canvas that changes the arms so."""
    spectrum = np.zeros(SIDE * SIDE)
    parts = np.stack([arms.real, arms.imag], 1)[..., None]
    spectrum[keyed.place] = parts * keyed.sign / np.sqrt(EACH)
    return np.asarray(idctn(spectrum.reshape(SIDE, SIDE), norm="ortho"), np.float32)


def _affordable(change: npt.NDArray[np.complex128], energy: float) -> npt.NDArray[np.complex128]:
    """The turns without the dearest ones, or all of them weaker if that is not enough."""
    cost = np.square(np.abs(change))
    order = np.argsort(cost)
    within = int((np.cumsum(cost[order]) <= energy).sum())
    kept = max(within, round((1 - GIVEN_UP) * len(cost)))
    change = change.copy()
    change[order[kept:]] = 0
    spent = float(np.square(np.abs(change)).sum())
    return change * min(1.0, float(np.sqrt(energy / (spent + 1e-9))))


@cache
def _ring(count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Values]:
    """Rows, columns and frequencies of the ``count`` lowest coefficients beyond ``INNER``."""
    line = np.arange(SIDE // 4)
    rows, columns = (plane.reshape(-1) for plane in np.meshgrid(line, line, indexing="ij"))
    radius = np.hypot(rows, columns) / 2
    order = np.argsort(np.where(radius < INNER, np.inf, radius), kind="stable")[:count]
    return rows[order], columns[order], radius[order]
