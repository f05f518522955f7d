"""The pixel tier: keyed spread spectrum in the DCT of the canvas, no model needed.

Every bit owns 144 coefficients with keyed signs; it is read as the sign of their weighted sum.
Embedding knows the picture, so it cancels what the picture itself says about a bit and lifts all
bits to one common level (improved spread spectrum: Malvar and Florencio, IEEE Trans. Signal
Processing 51, 2003), spending most where the texture hides it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter

from engine.watermark.canvas import BLOCK, BLOCKS, SIDE, Plane, from_blocks, to_blocks
from engine.watermark.codes import CODE_BITS
from engine.watermark.keys import Key
from engine.watermark.scheme import Secrets, Soft, masked
from engine.watermark.sync import Template, geometry_template, host_level, synthesise

# The nine DCT coefficients with 1 <= u + v <= 3: blur, strong JPEG and autoencoders leave them.
BAND = np.array([u * BLOCK + v for u in range(4) for v in range(4) if 1 <= u + v <= 3])
TEXTURE_FLOOR = 9.0  # mean squared coefficient below which a block counts as smooth
LIMIT = 2.5  # coefficients beyond so many deviations are limited: edges must not outvote the rest
SYNC_GAIN = 4.0  # template amplitude over what the picture has at the same frequency
SYNC_SHARE = 0.6  # of the mark's energy, at most


@dataclass(frozen=True)
class Carriers:
    """(36864,) bit each coefficient belongs to, its sign, and (256,) signs of the bits."""

    bit: npt.NDArray[np.int64]
    sign: npt.NDArray[np.float32]
    mask: npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Blocks:
    """Band coefficients (4096, 9), their weights for reading, and each block's texture."""

    coefficients: Plane
    weights: Plane
    texture: Plane

    @property
    def limited(self) -> npt.NDArray[np.float32]:
        limited = np.clip(self.coefficients * self.weights, -LIMIT, LIMIT)
        return np.asarray(limited.reshape(-1), np.float32)


class PixelScheme:
    """See the module's docstring. Implements ``scheme.PhotoScheme``."""

    id = "pixel"
    model = ""
    length = CODE_BITS

    def setup(self, key: Key) -> Secrets:
        count = BLOCKS * BLOCKS * len(BAND)
        bits = key.stream(self.id, self.model, "bits")
        owner = np.empty(count, np.int64)
        owner[bits.permutation(count)] = np.arange(count) % self.length
        carriers = Carriers(owner, bits.signs(count), bits.signs(self.length))
        return Secrets(geometry_template(key), carriers)

    def generate(
        self, canvas: Plane, secrets: Secrets, bits: npt.NDArray[np.uint8], psnr: float
    ) -> Plane:
        energy = SIDE * SIDE * 255**2 / 10 ** (psnr / 10)
        guide = sync_mark(canvas, secrets.sync, SYNC_SHARE * energy)
        left = energy - float(np.square(guide).sum())
        # The bits are set on the picture as it will be, with the template in it.
        return guide + self._payload(canvas + guide, secrets.carriers, bits, left)

    def _payload(
        self, canvas: Plane, carriers: Carriers, bits: npt.NDArray[np.uint8], energy: float
    ) -> Plane:
        blocks = _analyse(canvas)
        target = (2 * bits.astype(np.float32) - 1) * carriers.mask
        shape = _visibility(blocks.texture)
        spread = np.repeat(shape, len(BAND))
        says = self._sums(blocks.limited * carriers.sign, carriers) * target
        gain = self._sums(blocks.weights.reshape(-1) * spread, carriers)
        cost = self._sums(spread**2, carriers)
        steps = _fill(says, gain, cost, energy)
        change = (steps * target)[carriers.bit] * carriers.sign * spread
        coefficients = np.zeros((BLOCKS * BLOCKS, BLOCK * BLOCK), np.float32)
        coefficients[:, BAND] = change.reshape(-1, len(BAND))
        return from_blocks(coefficients)

    def extract(self, canvas: Plane, secrets: Secrets) -> Soft:
        carriers: Carriers = secrets.carriers
        sums = self._sums(_analyse(canvas).limited * carriers.sign, carriers)
        return masked(sums, carriers.mask)

    def agreement(
        self, canvas: Plane, secrets: Secrets, bits: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.float32]:
        """(4096, 9) how far each coefficient of each block speaks for ``bits`` of its own."""
        carriers: Carriers = secrets.carriers
        target = (2 * bits.astype(np.float32) - 1) * carriers.mask
        signed = _analyse(canvas).limited * carriers.sign * target[carriers.bit]
        return np.asarray(signed.reshape(-1, len(BAND)), np.float32)

    def _sums(self, values: npt.NDArray[np.float32], carriers: Carriers) -> npt.NDArray[np.float64]:
        return np.asarray(np.bincount(carriers.bit, values, self.length), np.float64)


def sync_mark(canvas: Plane, keyed: Template, energy: float) -> Plane:
    """The geometry template for this picture, with at most ``energy`` (sum of squares).

    Every wave gets the same amplitude, except that none rises beyond ``SYNC_GAIN`` x what the
    picture itself has around its frequency: it is seen well enough by then.
    """
    enough = SYNC_GAIN * host_level(canvas, keyed)
    low, high = 0.0, float(enough.max())
    for _ in range(30):
        limit = (low + high) / 2
        spent = SIDE * SIDE / 2 * float(np.square(np.minimum(enough, limit)).sum())
        low, high = (low, limit) if spent > energy else (limit, high)
    return synthesise(np.minimum(enough, low), keyed)


def _analyse(canvas: Plane) -> _Blocks:
    coefficients = to_blocks(canvas)[:, BAND]
    power = np.square(coefficients).mean(1).reshape(BLOCKS, BLOCKS)
    texture = np.sqrt(uniform_filter(power, 3, mode="nearest").reshape(-1) + TEXTURE_FLOOR)
    # What is usual for each of the nine frequencies in this picture, relative to the texture.
    usual = np.sqrt(np.square(coefficients / texture[:, None]).mean(0)) + 1e-6
    weights = 1 / (texture[:, None] * (usual / usual.mean()))
    return _Blocks(coefficients, np.asarray(weights, np.float32), np.asarray(texture, np.float32))


def _visibility(texture: Plane) -> npt.NDArray[np.float32]:
    """How much a block may change: with the root of its texture, which hides changes."""
    return np.sqrt(np.clip(texture, 2.0, 16.0))


def _fill(
    says: npt.NDArray[np.float64],
    gain: npt.NDArray[np.float64],
    cost: npt.NDArray[np.float64],
    energy: float,
) -> npt.NDArray[np.float64]:
    """Steps that lift every bit to one level, the highest that ``energy`` pays for.

    A bit that stands at ``says`` moves by ``gain`` per step, which costs ``cost`` x step^2.
    """
    low, high = 0.0, float(says.max()) + float(np.sqrt(energy / cost.sum()) * gain.max()) * 4
    for _ in range(50):
        level = (low + high) / 2
        steps = np.maximum(level - says, 0) / gain
        if float(np.square(steps) @ cost) > energy:
            high = level
        else:
            low = level
    return np.maximum(low - says, 0) / gain
