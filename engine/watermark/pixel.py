"""The pixel tier: keyed spread spectrum in the DCT of the canvas, no model needed.

Every bit owns 144 coefficients with keyed signs; it is read as the sign of their weighted sum.
Embedding knows the picture, so it cancels what the picture itself says about a bit and lifts all
bits to one common level (improved spread spectrum: Malvar and Florencio, IEEE Trans. Signal
Processing 51, 2003), spending most where the texture hides it.

The picture's broad structure carries the bits a second time, as angles (``structure``): what a
strong blur leaves. It is read together with the fine bits, trusted as far as it speaks clearly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter

from engine.watermark import looks, structure
from engine.watermark.canvas import (
    BLOCK,
    BLOCKS,
    SIDE,
    Plane,
    energy_of,
    from_blocks,
    to_blocks,
)
from engine.watermark.codes import CODE_BITS
from engine.watermark.keys import Key
from engine.watermark.scheme import Secrets, Soft, masked
from engine.watermark.sync import Template, geometry_template, hiding, host_level, synthesise

# The nine DCT coefficients with 1 <= u + v <= 3: blur, strong JPEG and autoencoders leave them.
BAND = np.array([u * BLOCK + v for u in range(4) for v in range(4) if 1 <= u + v <= 3])
TEXTURE_FLOOR = 9.0  # mean squared coefficient below which a block counts as smooth
LIMIT = 2.5  # coefficients beyond so many deviations are limited: edges must not outvote the rest
SYNC_GAIN = 3.0  # template amplitude over what the picture has at the same frequency
SYNC_LEAST = 0.2  # grey levels of it, for what noise and codecs add
SYNC_SHARE = 0.25  # of the mark's energy, at most
FINE_SHARE = 0.4  # in luminance; all that is left goes into the broad structure, which shows less
# What fine and broad changes of colour pictures cost, by energy, when changes of grey cost 1.
COST = (0.75, 0.9)
HIDING = 0.75  # power of a block's texture with which changes grow
GIVEN_UP = 0.2  # of the bits, at most
MARGIN = 0.3  # deviations of what the picture says about bits that a level should reach
MOST = 1.2  # times as strong as planned, where the other parts cost less than planned
GONE = 0.6  # of a frequency's natural strength, below which it is not blown up

Values = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]

_DISTANCE = np.hypot(BAND // BLOCK, BAND % BLOCK).astype(np.float32)
FAVOUR = 1 / np.sqrt(_DISTANCE)  # coarser frequencies are read and set more
NATURAL = 1 / _DISTANCE / float((1 / _DISTANCE).mean())  # as pictures have them, mean 1


@dataclass(frozen=True)
class Carriers:
    """(36864,) bit each coefficient belongs to, its sign, (256,) signs of the bits, and the
    angles that carry them in the broad structure."""

    bit: npt.NDArray[np.int64]
    sign: npt.NDArray[np.float32]
    mask: npt.NDArray[np.float32]
    angles: structure.Angles


@dataclass(frozen=True)
class _Blocks:
    """Band coefficients (4096, 9), their weights for reading, and each block's texture."""

    coefficients: Plane
    weights: Plane
    texture: Plane

    @property
    def limited(self) -> Values:
        """(36864,) what is read."""
        limited = np.clip(self.coefficients * self.weights, -LIMIT, LIMIT)
        return np.asarray((limited * FAVOUR).reshape(-1), np.float32)

    def weighted(self, values: Values) -> Values:
        """(36864,) what a small change of the coefficients by ``values`` adds to it."""
        return np.asarray(values * (self.weights * FAVOUR).reshape(-1), np.float32)


class PixelScheme:
    """See the module's docstring. Implements ``scheme.PhotoScheme``."""

    id = "pixel"
    model = ""
    length = CODE_BITS
    blurs = looks.BLURS

    def setup(self, key: Key) -> Secrets:
        count = BLOCKS * BLOCKS * len(BAND)
        bits = key.stream(self.id, self.model, "bits")
        owner = np.empty(count, np.int64)
        owner[bits.permutation(count)] = np.arange(count) % self.length
        carriers = Carriers(
            owner,
            bits.signs(count),
            bits.signs(self.length),
            structure.angles(bits, self.length),
        )
        return Secrets(geometry_template(key), carriers)

    def generate(
        self,
        canvas: Plane,
        secrets: Secrets,
        bits: npt.NDArray[np.uint8],
        psnr: float,
        grey: bool = False,
    ) -> Plane:
        energy = SIDE * SIDE * 255**2 / 10 ** (psnr / 10)
        guide = sync_mark(canvas, secrets.sync, SYNC_SHARE * energy)
        carriers: Carriers = secrets.carriers
        # Each part is set on the picture with the parts before in it.
        turns = (2 * bits.astype(np.float32) - 1) * carriers.mask
        fine_cost, broad_cost = (1.0, 1.0) if grey else COST
        left = energy - energy_of(guide, grey) - fine_cost * FINE_SHARE * energy
        broad = structure.turned(canvas + guide, carriers.angles, turns, left / broad_cost)
        mark = guide + broad
        fine = self._fine(canvas + mark, carriers, _signs(carriers, bits), FINE_SHARE * energy)
        fine = structure.spared(fine, carriers.angles)
        return mark + fine * np.float32(_fitting(mark, fine, energy, grey))

    def _fine(
        self, canvas: Plane, carriers: Carriers, signs: npt.NDArray[np.float32], energy: float
    ) -> Plane:
        """The change that lifts all bits in the canvas as it is."""
        blocks = _analyse(canvas)
        shape = _visibility(blocks.texture)
        says = self._sums(blocks.limited * signs, carriers)
        gain = self._sums(blocks.weighted(shape), carriers)
        cost = self._sums(shape**2, carriers)
        return _change(_fill(says, gain, cost, energy)[carriers.bit] * signs * shape)

    def extract(self, canvas: Plane, secrets: Secrets, broad: bool = False) -> Soft:
        carriers: Carriers = secrets.carriers
        angles = structure.read(canvas, carriers.angles)
        if broad:
            return masked(angles, carriers.mask)
        sums = self._sums(_analyse(canvas).limited * carriers.sign, carriers)
        sums = sums / (float(np.std(sums)) + 1e-9)
        return masked(sums + structure.certainty(angles) * angles, carriers.mask)

    def agreement(
        self, canvas: Plane, secrets: Secrets, bits: npt.NDArray[np.uint8]
    ) -> tuple[Plane, Plane]:
        """How far each coefficient of each block (4096, 9) speaks for ``bits`` of its own, and
        what a mark adds to that in this picture but for a factor that is the same everywhere."""
        blocks = _analyse(canvas)
        signed = blocks.limited * _signs(secrets.carriers, bits)
        gain = blocks.weighted(_visibility(blocks.texture))
        agreement, gain = (plane.reshape(-1, len(BAND)) for plane in (signed, gain))
        return np.asarray(agreement, np.float32), np.asarray(gain, np.float32)

    def _sums(self, values: npt.NDArray[np.float32], carriers: Carriers) -> npt.NDArray[np.float64]:
        return np.asarray(np.bincount(carriers.bit, values, self.length), np.float64)


def sync_mark(canvas: Plane, keyed: Template, energy: float) -> Plane:
    """The geometry template for this picture, with at most ``energy`` (sum of squares).

    Every wave gets the same amplitude, except that none rises beyond ``SYNC_GAIN`` x what the
    picture itself has around its frequency: it is seen well enough by then.
    """
    enough = np.maximum(SYNC_GAIN * host_level(canvas, keyed), SYNC_LEAST)
    low, high = 0.0, float(enough.max())
    for _ in range(30):
        limit = (low + high) / 2
        spent = SIDE * SIDE / 2 * float(np.square(np.minimum(enough, limit)).sum())
        low, high = (low, limit) if spent > energy else (limit, high)
    return synthesise(np.minimum(enough, low), keyed) * hiding(canvas)


def _analyse(canvas: Plane) -> _Blocks:
    coefficients = to_blocks(canvas)[:, BAND]
    power = np.square(coefficients).mean(1).reshape(BLOCKS, BLOCKS)
    texture = np.sqrt(uniform_filter(power, 3, mode="nearest").reshape(-1) + TEXTURE_FLOOR)
    # What is usual for each of the nine frequencies in this picture, relative to the texture; a
    # frequency that is all but gone is not blown up.
    usual = np.sqrt(np.square(coefficients / texture[:, None]).mean(0)) + 1e-6
    usual = np.hypot(usual / usual.mean(), GONE * NATURAL)
    weights = 1 / (texture[:, None] * usual)
    return _Blocks(coefficients, np.asarray(weights, np.float32), np.asarray(texture, np.float32))


def _signs(carriers: Carriers, bits: npt.NDArray[np.uint8]) -> Values:
    """(36864,) the sign that each coefficient has when its bit is as in ``bits``."""
    return ((2 * bits.astype(np.float32) - 1) * carriers.mask)[carriers.bit] * carriers.sign


def _change(values: npt.NDArray[np.floating]) -> Plane:
    """The canvas of (36864,) changes of the coefficients."""
    coefficients = np.zeros((BLOCKS * BLOCKS, BLOCK * BLOCK), np.float32)
    coefficients[:, BAND] = values.reshape(-1, len(BAND))
    return from_blocks(coefficients)


def _visibility(texture: Plane) -> Values:
    """(36864,) how much a coefficient may change: more the more texture its block has, which
    hides changes, and less at finer frequencies, which fewer channels leave and which show more."""
    hidden = np.clip(texture, 2.0, 16.0) ** HIDING
    return np.asarray((hidden[:, None] * FAVOUR**2).reshape(-1), np.float32)


def _fill(says: Sums, gain: Sums, cost: Sums, energy: float) -> Sums:
    """Steps that lift the bits to one level, the highest that ``energy`` pays for.

    A bit that stands at ``says`` moves by ``gain`` per step, which costs ``cost`` x step^2. Where
    that level would be too low to be worth anything, the worst bits are given up, up to
    ``GIVEN_UP`` of them: the code corrects them if the others are right.
    """
    enough = MARGIN * float(says.std())
    for share in np.linspace(0, GIVEN_UP, 5):
        kept = says >= np.quantile(says, share)
        level = _level(says[kept], gain[kept], cost[kept], energy)
        if level >= enough:
            break
    return np.where(kept, np.maximum(level - says, 0) / gain, 0.0)


def _level(says: Sums, gain: Sums, cost: Sums, energy: float) -> float:
    low = float(says.min())
    high = max(low, float(says.max())) + float(np.sqrt(energy / cost.sum()) * gain.max()) * 4
    for _ in range(50):
        level = (low + high) / 2
        steps = np.maximum(level - says, 0) / gain
        low, high = (low, level) if float(np.square(steps) @ cost) > energy else (level, high)
    return low


def _fitting(mark: Plane, more: Plane, energy: float, grey: bool) -> float:
    """The factor of ``more``, at most ``MOST``, at which both together cost ``energy``."""
    a, alone = energy_of(more, grey) + 1e-9, energy_of(mark, grey)
    b = (energy_of(mark + more, grey) - a - alone) / 2
    root = float(np.sqrt(max(b * b + a * (energy - alone), 0.0)))
    return min(MOST, max(root - b, 0.0) / a)
