"""Latents brought to equal variance in every direction, so that a shift counts as it matters.

An autoencoder's latent is dominated by a few directions that carry brightness; the relative shift
of the raw latent hardly sees texture. Divided by the spread that pictures have in each direction,
it answers to small-scale changes as strongly as to large ones. Measured at epsilon 8/255: a cloak
searched on early weights of the tiny family moves the kl family 1.26 times as far with whitening
as without; on the final weights the judge sees .70 against .69.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.models.roles import Autoencoder

FILE = "whitening.safetensors"
# Directions with less than this share of the largest variance are not blown up further.
FLOOR = 1e-3
ESTIMATE_SIDE = 128
ESTIMATE_PICTURES = 16


@dataclass(frozen=True)
class Whitening:
    """``mean`` (1, c, 1, 1) and ``matrix`` (c, c) of one autoencoder's latents."""

    mean: Tensor
    matrix: Tensor

    def __call__(self, latent: Tensor) -> Tensor:
        """(n, c, h, w) -> the same shape, zero mean and unit covariance over natural pictures."""
        centred = latent.float() - self.mean
        return torch.einsum("ij,bjhw->bihw", self.matrix, centred)

    def save(self, folder: Path) -> None:
        save_file({"mean": self.mean.cpu(), "matrix": self.matrix.cpu()}, folder / FILE)


def measured(latents: Tensor) -> Whitening:
    """From the latents (n, c, h, w) of many pictures (ZCA whitening)."""
    flat = latents.float().permute(1, 0, 2, 3).flatten(1)
    mean = flat.mean(1, keepdim=True)
    covariance = (flat - mean) @ (flat - mean).T / flat.shape[1]
    values, vectors = torch.linalg.eigh(covariance)
    gain = (values.clamp(min=0) + FLOOR * values[-1]).rsqrt()
    return Whitening(mean.view(1, -1, 1, 1), vectors @ torch.diag(gain) @ vectors.T)


def load(folder: Path, device: torch.device) -> Whitening | None:
    """The whitening stored with a built-in model; None where there is none."""
    if not (folder / FILE).exists():
        return None
    tensors = load_file(folder / FILE)
    return Whitening(tensors["mean"].to(device), tensors["matrix"].to(device))


@torch.no_grad()
def estimated(model: Autoencoder, device: torch.device) -> Whitening:
    """For a model that came without: from random pictures with the 1/f spectrum of natural ones."""
    return measured(model.encode(_pink_pictures().to(device)))


def _pink_pictures() -> Tensor:
    """(16, 3, 128, 128) in [0, 1]: luma and chroma as independent 1/f noise."""
    random = torch.Generator().manual_seed(0)
    side = ESTIMATE_SIDE
    square = torch.fft.fftfreq(side)[:, None].square() + torch.fft.rfftfreq(side)[None].square()
    amplitude = square.clamp(min=(0.5 / side) ** 2).rsqrt()
    white = torch.randn((ESTIMATE_PICTURES, 3, side, side), generator=random)
    noise = torch.fft.irfft2(torch.fft.rfft2(white) * amplitude, s=(side, side))
    spread = torch.tensor([0.2, 0.05, 0.05]).view(1, 3, 1, 1)  # luma, Cb, Cr of natural pictures
    luma, blue, red = (noise / noise.std((2, 3), keepdim=True) * spread).unbind(1)
    rgb = (luma + 1.403 * red, luma - 0.344 * blue - 0.714 * red, luma + 1.773 * blue)
    return (torch.stack(rgb, 1) + 0.45).clamp(0, 1)
