"""PhaseMark, arXiv 2601.13128: bits in the phases of an autoencoder's latent.

[P] z (C, 64, 64) of a 512 px picture; central crop z[:, 10:54, 10:54]; per-channel 2-D FFT
(44 x 44); 2 x 2 blocks of bins 1..21 at radii 10..18, ordered by radius, 32 per channel; Hermitian
symmetry restored, inverse FFT, decode. Variants: APM sets phases to +-pi/2; PCQ moves each phase
to the nearest k pi/2 (bit 0) or k pi/2 + pi/4 (bit 1); IPS sets the differences c2-c1 and c4-c3
to 0 or pi; SPS is c' = (1 - g) c + g c_IPS with g = 0.8.

[R] A keyed dither per coefficient and a keyed mask per bit, so that the bits of an unmarked file
are fair; soft scores weighted by magnitude; only D(z') - D(z) is added, on the grey canvas, and
what the encoder does not read back is added again (closed loop).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.models.roles import Autoencoder
from engine.watermark import looks
from engine.watermark.canvas import SIDE, Plane, energy_of
from engine.watermark.keys import Key
from engine.watermark.pixel import sync_mark
from engine.watermark.scheme import Secrets, Soft, masked
from engine.watermark.sync import geometry_template

Variant = Literal["apm", "pcq", "ips", "sps"]
VARIANTS = cast("tuple[Variant, ...]", get_args(Variant))

GRID = 64  # latent side the crop and the radii are stated for (f8 at 512 px)
CROP = slice(10, 54)
BINS = 44
RADII = (10.0, 18.0)
BLOCKS_PER_CHANNEL = 32
SOFT_SHARE = 0.8  # g of SPS
ROUNDS = 4
SYNC_SHARE = 0.3  # of the mark's energy for the geometry template, at most

Phases = npt.NDArray[np.float64]
Bins = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class Carriers:
    """(C, 32, 4) dither angles and (32 C,) signs of the bits."""

    dither: Phases
    mask: npt.NDArray[np.float32]


class PhaseMark:
    """One variant on one autoencoder of factor 8. Implements ``scheme.PhotoScheme``.

    ``device`` is where the autoencoder lives. Reading needs the autoencoder that marked; its
    hash enters the key derivation, so another one sees nothing.
    """

    def __init__(
        self, autoencoder: Autoencoder, device: torch.device, variant: Variant = "apm"
    ) -> None:
        if autoencoder.factor * GRID != SIDE:
            raise ValueError("PhaseMark needs an autoencoder that shrinks by 8")
        self.id = f"phasemark-{variant}"
        self.model = autoencoder.sha256
        self.length = BLOCKS_PER_CHANNEL * autoencoder.latent_channels
        self.blurs = looks.FEW
        self._autoencoder = autoencoder
        self._device = device
        self._variant = variant

    def setup(self, key: Key) -> Secrets:
        bits = key.stream(self.id, self.model, "bits")
        shape = (self._autoencoder.latent_channels, BLOCKS_PER_CHANNEL, 4)
        dither = 2 * np.pi * bits.uniform(int(np.prod(shape))).reshape(shape)
        return Secrets(geometry_template(key), Carriers(dither, bits.signs(self.length)))

    @torch.no_grad()
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
        left = energy - energy_of(guide, grey)
        carriers: Carriers = secrets.carriers
        signs = (2 * bits.astype(np.float64) - 1) * carriers.mask
        signs = signs.reshape(-1, BLOCKS_PER_CHANNEL)
        start = self._encode(canvas + guide)
        wanted = _moved(_bins(start), signs, carriers.dither, self._variant)
        change = np.zeros_like(canvas)
        for _ in range(ROUNDS):
            latent = self._encode(canvas + guide + change)
            target = _with_bins(latent, wanted)
            step = self._autoencoder.decode(target) - self._autoencoder.decode(latent)
            change = change + _luma(step)
            spent = energy_of(change, grey)
            change *= np.float32(np.sqrt(min(1.0, left / max(spent, 1e-9))))
        return guide + change

    @torch.no_grad()
    def extract(self, canvas: Plane, secrets: Secrets, broad: bool = False) -> Soft:
        carriers: Carriers = secrets.carriers
        scores = _scores(_bins(self._encode(canvas)), carriers.dither, self._variant)
        return masked(scores.reshape(-1), carriers.mask)

    def _encode(self, canvas: Plane) -> Tensor:
        grey = torch.from_numpy(np.clip(canvas / 255, 0, 1).astype(np.float32)).to(self._device)
        return self._autoencoder.encode(grey.expand(1, 3, SIDE, SIDE)).float()


def _positions() -> npt.NDArray[np.int64]:
    """(32, 4, 2) bins (row, column) of each block, ordered by the block's radius.

    2 x 2 blocks tile the half plane of columns 1..21 and rows -21..21 without 0; rows are taken
    modulo 44, and the conjugate bins follow by symmetry.
    """
    blocks = []
    for column in range(1, 21, 2):
        for row in (*range(1, 21, 2), *range(-20, 0, 2)):
            radius = float(np.hypot(row + 0.5, column + 0.5))
            if RADII[0] <= radius <= RADII[1]:
                cells = [(row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1)]
                blocks.append((radius, row, cells))
    blocks.sort(key=lambda block: block[:2])
    # Evenly over the ring: the paper does not say which 32 of the blocks that fit.
    chosen = np.linspace(0, len(blocks) - 1, BLOCKS_PER_CHANNEL).round().astype(int)
    return np.array([blocks[index][2] for index in chosen]) % BINS


_ROWS, _COLUMNS = _positions().transpose(2, 0, 1)


def _bins(latent: Tensor) -> Bins:
    """(C, 32, 4) complex bins of a (1, C, 64, 64) latent."""
    crop = latent[0, :, CROP, CROP].double().cpu().numpy()
    return np.asarray(np.fft.fft2(crop)[:, _ROWS, _COLUMNS], np.complex128)


def _with_bins(latent: Tensor, bins: Bins) -> Tensor:
    """The latent with those bins replaced, and their conjugates at the opposite frequencies."""
    crop = latent[0, :, CROP, CROP].double().cpu().numpy()
    spectrum = np.fft.fft2(crop)
    spectrum[:, _ROWS, _COLUMNS] = bins
    spectrum[:, -_ROWS % BINS, -_COLUMNS % BINS] = bins.conj()
    changed = latent.clone()
    changed[0, :, CROP, CROP] = torch.from_numpy(np.fft.ifft2(spectrum).real).to(latent)
    return changed


def _moved(bins: Bins, signs: Phases, dither: Phases, variant: Variant) -> Bins:
    """The bins as the variant wants them; ``signs`` (C, 32) are +1 or -1."""
    size = np.maximum(np.abs(bins), np.median(np.abs(bins)))
    phase = np.angle(bins) - dither
    sign = signs[..., None]
    if variant == "apm":
        return np.asarray(size * np.exp(1j * (dither + sign * np.pi / 2)))
    if variant == "pcq":
        offset = np.where(sign > 0, np.pi / 4, 0.0)
        nearest = np.round((phase - offset) / (np.pi / 2)) * (np.pi / 2) + offset
        return np.asarray(size * np.exp(1j * (dither + nearest)))
    first = phase[..., 0::2]
    second = first + np.where(sign > 0, 0.0, np.pi)
    pairs = np.stack([first, second], axis=-1).reshape(phase.shape)
    whole = size * np.exp(1j * (dither + pairs))
    if variant == "ips":
        return np.asarray(whole)
    return np.asarray((1 - SOFT_SHARE) * bins + SOFT_SHARE * whole)


def _scores(bins: Bins, dither: Phases, variant: Variant) -> Phases:
    """(C, 32) soft values, positive for +1; weights are magnitudes limited to twice the median."""
    size = np.abs(bins)
    weight = np.minimum(size, 2 * np.median(size) + 1e-12)
    phase = np.angle(bins) - dither
    if variant == "apm":
        return np.asarray((weight * np.sin(phase)).sum(-1))
    if variant == "pcq":
        return np.asarray(-(weight * np.cos(4 * phase)).sum(-1))
    together = np.sqrt(weight[..., 0::2] * weight[..., 1::2])
    return np.asarray((together * np.cos(phase[..., 1::2] - phase[..., 0::2])).sum(-1))


def _luma(step: Tensor) -> Plane:
    """Mean change of the three colours of a (1, 3, 512, 512) picture, in 0..255 units."""
    return np.asarray(step[0].float().mean(0).cpu().numpy() * 255, np.float32)
