"""How much a photo changed: PSNR, SSIM, GMSD, and the shift of an autoencoder's latent.

Arrays are (H, W, C) uint8 or uint16 as stored in the file; everything is computed in bands of
rows, so that a 24-megapixel pair needs no float copy of itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.models.roles import Autoencoder
from engine.models.whitening import Whitening
from engine.optimise.channels import gaussian_blur

Samples = np.ndarray[Any, np.dtype[Any]]

BAND = 512  # rows at a time
GMSD_C = 0.0026  # [P] Xue et al., 1308.3052: T = 170 on a 0..255 scale, here on 0..1
SSIM_SIGMA = 1.5  # [P] Wang et al. 2004: Gaussian window, K1 = .01, K2 = .03
SSIM_RADIUS = 5


def psnr(original: Samples, protected: Samples) -> float:
    """Peak signal-to-noise ratio in dB; 99 for identical files."""
    total = 0.0
    for a, b, _ in _bands(original, protected, 0):
        total += float(np.square(a - b, dtype=np.float64).sum())
    mse = total / original.size
    return 99.0 if mse == 0 else min(99.0, -10 * math.log10(mse))


def largest_change(original: Samples, protected: Samples) -> float:
    """Largest |difference| of any sample, as a share of full scale."""
    return max(float(np.abs(a - b).max()) for a, b, _ in _bands(original, protected, 0))


def ssim(original: Samples, protected: Samples) -> float:
    """Mean structural similarity of luma (Wang et al. 2004: Gaussian window 11x11, sigma 1.5)."""
    from skimage.metrics import structural_similarity

    if min(original.shape[:2]) <= 2 * SSIM_RADIUS:
        return 1.0 if np.array_equal(original, protected) else _global_ssim(original, protected)
    total, rows = 0.0, 0
    for a, b, (top, bottom) in _bands(original, protected, SSIM_RADIUS):
        _, values = structural_similarity(  # type: ignore[no-untyped-call]
            _luma(a), _luma(b), data_range=1.0, gaussian_weights=True, sigma=SSIM_SIGMA,
            use_sample_covariance=False, full=True,
        )  # fmt: skip
        total += float(values[top : values.shape[0] - bottom].mean(axis=1).sum())
        rows += values.shape[0] - top - bottom
    return total / rows


def _global_ssim(original: Samples, protected: Samples) -> float:
    """SSIM over the whole picture as one window, for pictures smaller than the window."""
    a, b = (_luma(_unit(x)).astype(np.float64) for x in (original, protected))
    covariance = ((a - a.mean()) * (b - b.mean())).mean()
    top = (2 * a.mean() * b.mean() + 1e-4) * (2 * covariance + 9e-4)
    return float(top / ((a.mean() ** 2 + b.mean() ** 2 + 1e-4) * (a.var() + b.var() + 9e-4)))


def gmsd(original: Samples, protected: Samples) -> float:
    """Gradient magnitude similarity deviation (Xue et al., 1308.3052); 0 = same.

    Prewitt gradients of luma after 2x2 averaging, as in the paper. A perceptual distance that
    needs no learned model; it is not LPIPS and is never called so.
    """
    if min(original.shape[:2]) < 6:
        return 0.0 if np.array_equal(original, protected) else 1.0
    count, mean, square = 0, 0.0, 0.0
    for a, b, _ in _bands(original, protected, 0):
        if a.shape[0] < 6:
            continue
        one, two = (_gradient(torch.from_numpy(_luma(x))) for x in (a, b))
        quality = (2 * one * two + GMSD_C) / (one.square() + two.square() + GMSD_C)
        count += quality.numel()
        mean += float(quality.double().sum())
        square += float(quality.double().square().sum())
    mean /= count
    return math.sqrt(max(0.0, square / count - mean * mean))


def _gradient(luma: Tensor) -> Tensor:
    small = functional.avg_pool2d(luma[None, None], 2)
    prewitt = torch.tensor([[1.0, 0, -1], [1, 0, -1], [1, 0, -1]]) / 3
    kernel = torch.stack((prewitt, prewitt.T))[:, None]
    return functional.conv2d(small, kernel).square().sum(1).sqrt()


def _unit(samples: Samples) -> Samples:
    return samples.astype(np.float32) / np.iinfo(samples.dtype).max


def _luma(image: Samples) -> Samples:
    if image.shape[2] == 1:
        return np.ascontiguousarray(image[..., 0])
    return image @ np.array([0.299, 0.587, 0.114], dtype=np.float32)


def _bands(
    original: Samples, protected: Samples, overlap: int
) -> Iterator[tuple[Samples, Samples, tuple[int, int]]]:
    """Pairs of float bands in 0..1 and how many rows of overlap they carry (top, bottom)."""
    height = original.shape[0]
    for start in range(0, height, BAND):
        stop = min(height, start + BAND)
        if height - stop < 2 * overlap + 1:  # a last band too thin for the window joins this one
            stop = height
        first, last = max(0, start - overlap), min(height, stop + overlap)
        yield (
            _unit(original[first:last]),
            _unit(protected[first:last]),
            (start - first, last - stop),
        )
        if stop == height:
            return


@torch.no_grad()
def latent_shift(model: Autoencoder, whitening: Whitening, image: Tensor, delta: Tensor) -> float:
    """||W E(x + d) - W E(x)|| / ||W E(x)||: image and delta (1, 3, h, w), image in [0, 1].

    Whitened, since the raw latent's norm is mostly brightness, which no small change moves.
    """
    clean = whitening(model.encode(image))
    moved = whitening(model.encode((image + delta).clamp(0, 1)))
    return float((moved - clean).norm() / clean.norm())


def white_control(delta: Tensor, seed: int = 0) -> Tensor:
    """Random signs at the energy of ``delta`` at each pixel: the plainest noise of equal budget."""
    noise = torch.randn(delta.shape, generator=torch.Generator().manual_seed(seed)).to(delta)
    return noise.sign() * _energy(delta)


def lowpass_control(delta: Tensor, seed: int = 0, block: int = 4) -> Tensor:
    """Random signs in blocks of ``block`` px at the energy of ``delta``: a strong plain control."""
    height, width = delta.shape[-2:]
    small = (1, 3, -(-height // block), -(-width // block))
    noise = torch.randn(small, generator=torch.Generator().manual_seed(seed)).to(delta).sign()
    noise = noise.repeat_interleave(block, 2).repeat_interleave(block, 3)[..., :height, :width]
    return noise * _energy(delta)


def _energy(delta: Tensor) -> Tensor:
    """Local root mean square of the delta, rescaled so that the total energy is exactly equal."""
    local = gaussian_blur(delta.square().mean(1, keepdim=True), 4.0).clamp(min=0).sqrt()
    total = delta.square().mean().sqrt()
    return local * (total / local.square().mean().sqrt().clamp(min=1e-12))
