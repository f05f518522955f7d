"""Forensic traces as pictures: what upsampling, recompression and editing leave behind.

These explain; they never decide. The spectrum and the autocorrelation of the noise residual follow
Corvi et al. (2211.00680): a generator's upsampling shows as a regular grid of bright points, which
a photo lacks (JPEG draws its own, at multiples of 1/8).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.api import Picture
from engine.check.camera import error_level, ghosts

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

_TILE = 256  # pixels of the pieces whose spectra are averaged
_TILES = 24
SHOWN = 384  # pixels of the longer side of a picture that is shown


def high_pass(grey: Floats) -> Floats:
    """The plane less its 3x3 median-like smooth: what denoisers call noise."""
    from scipy.ndimage import uniform_filter

    smooth = uniform_filter(grey, 3)
    noise = grey - (9 * smooth - grey) / 8
    made: Floats = np.asarray(np.clip(noise, -0.1, 0.1), np.float32)
    return made


def grey_of(pixels: Pixels) -> Floats:
    """(H, W) luma 0..1 of (H, W, 3) 8-bit samples."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    made: Floats = (np.asarray(pixels, np.float32) @ weights / 255).astype(np.float32)
    return made


def spectrum_of(grey: Floats) -> tuple[Floats, Floats]:
    """(_TILE, _TILE) mean log power and autocorrelation of the residual, centred, each 0..1."""
    side = min(_TILE, *grey.shape)
    noise = high_pass(grey)
    window = np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)
    rows = np.unique(np.linspace(0, grey.shape[0] - side, 5).astype(int))
    columns = np.unique(np.linspace(0, grey.shape[1] - side, 5).astype(int))
    power = np.zeros((side, side), np.float64)
    for y, x in [(y, x) for y in rows for x in columns][:_TILES]:
        tile = noise[y : y + side, x : x + side]
        spread = float(tile.std())
        if spread > 1e-5:
            power += np.abs(np.fft.fft2((tile - tile.mean()) / spread * window)) ** 2
    shown = np.log1p(np.fft.fftshift(power))
    correlation = np.fft.fftshift(np.fft.ifft2(power).real)
    peak = float(correlation.max()) or 1.0
    middle = side // 2
    near = correlation[middle - 32 : middle + 32, middle - 32 : middle + 32] / peak
    return _stretched(shown), np.clip(0.5 + 4 * near, 0, 1).astype(np.float32)


def _stretched(plane: NDArray[np.floating]) -> Floats:
    low, high = np.percentile(plane, (1, 99.8))
    made: Floats = np.clip((plane - low) / max(high - low, 1e-9), 0, 1).astype(np.float32)
    return made


def trace_pictures(pixels: Pixels, jpeg: bool) -> tuple[Picture, ...]:
    """Residual, its spectrum and autocorrelation, error level, and for JPEG files the ghost."""
    part = centre(pixels, 1024)
    grey = grey_of(part)
    spectrum, correlation = spectrum_of(grey)
    noise = np.clip(0.5 + high_pass(grey) * 8, 0, 1)
    found = [
        picture("residual", noise),
        picture("spectrum", spectrum),
        picture("autocorrelation", _enlarged(correlation, 4)),
        picture("error-level", error_level(part)),
    ]
    if jpeg:
        small = ghosts(centre(pixels, 512))
        found.append(picture("ghost", _enlarged(small.argmin(0) / (len(small) - 1.0), 4)))
    return tuple(found)


def centre(pixels: Pixels, side: int) -> Pixels:
    """The middle part, on the 8x8 grid of the file."""
    y, x = (max(0, (n - side) // 16 * 8) for n in pixels.shape[:2])
    return np.ascontiguousarray(pixels[y : y + side, x : x + side])


def _enlarged(plane: NDArray[np.floating], times: int) -> Floats:
    return np.repeat(np.repeat(plane, times, 0), times, 1).astype(np.float32)


def picture(name: str, plane: NDArray[np.floating]) -> Picture:
    """(h, w) or (h, w, 3) in 0..1 as a small preview."""
    from PIL import Image

    data = np.clip(np.rint(plane * 255), 0, 255).astype(np.uint8)
    image = Image.fromarray(data).convert("RGB")
    image.thumbnail((SHOWN, SHOWN), Image.Resampling.LANCZOS)
    return Picture(name, image.width, image.height, image.tobytes())


def heat_picture(seen: Floats, cells: NDArray[np.floating], boxes: NDArray[np.integer]) -> Picture:
    """Where a detector saw how much: red over the picture, as strong as the score.

    ``cells`` are scores 0..1, ``boxes`` (n, 4) their y, x, height and width as shares of 10,000."""
    height, width = seen.shape[:2]
    total = np.zeros((height, width), np.float32)
    count = np.full((height, width), 1e-6, np.float32)
    for score, (y, x, h, w) in zip(cells, boxes, strict=True):
        top, left = int(y * height / 1e4), int(x * width / 1e4)
        rows = slice(top, max(top + 1, int((y + h) * height / 1e4)))
        columns = slice(left, max(left + 1, int((x + w) * width / 1e4)))
        total[rows, columns] += score
        count[rows, columns] += 1
    from scipy.ndimage import gaussian_filter

    blur = max(height, width) / 24
    heat = gaussian_filter(total, blur) / np.maximum(gaussian_filter(count, blur), 1e-3)
    grey = seen.mean(2, keepdims=True) * 0.8 + 0.1
    strength = np.clip(heat, 0, 1)[..., None] * 0.75
    red = np.array([0.86, 0.2, 0.14], np.float32)
    return picture("heat", grey * (1 - strength) + red * strength)
