"""Aligned pairs for the image detector: a photo's crop and what autoencoders make of it.

Both halves of a pair show the same scene in the same size and get the same encodings, so that
neither content nor container can tell them apart (Corvi et al. 2211.00680 and after). Two shortcuts
are closed on purpose. A reconstruction has lost fine texture and would be told by its blur alone:
its radial spectrum is brought back to the photo's. And it has lost the photo's own JPEG history:
both halves are encoded as the photo was, on the same 8x8 grid, or the photo is first made smaller.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from engine.media import jpeg_file
from engine.models.roles import Autoencoder

Pixels = NDArray[np.uint8]

CROP = 160  # pixels kept of each photo
_LARGEST_GAIN = 4.0  # of a frequency band, when the spectrum is brought back


def crops_of(file: Path, random: np.random.Generator) -> tuple[Pixels, int] | None:
    """A (CROP, CROP, 3) crop of the photo and the JPEG quality to encode it with; None if it is
    too small. Half of the photos that are large enough are made smaller first."""
    data = file.read_bytes()
    quality = (jpeg_file.contents(data).quality if data[:2] == b"\xff\xd8" else None) or 95
    with Image.open(io.BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    short = min(picture.size)
    if short < CROP:
        return None
    if short >= 1.3 * CROP and random.random() < 0.5:
        scale = random.uniform(max(CROP / short, 0.4), 0.8)
        size = tuple(max(round(side * scale), CROP) for side in picture.size)
        picture = picture.resize((size[0], size[1]), Image.Resampling.LANCZOS)
        quality = int(random.integers(80, 100))
    pixels = np.asarray(picture)
    y = int(random.integers((pixels.shape[0] - CROP) // 8 + 1)) * 8
    x = int(random.integers((pixels.shape[1] - CROP) // 8 + 1)) * 8
    return pixels[y : y + CROP, x : x + CROP], quality


@torch.no_grad()
def reconstructed(crops: Sequence[Pixels], model: Autoencoder) -> list[Pixels]:
    batch = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255
    with torch.autocast("cpu", torch.bfloat16):
        made = model.decode(model.encode(batch))
    made = (made.float().clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1)
    return list(made.numpy())


def spectrum_matched(made: Pixels, photo: Pixels) -> Pixels:
    """``made`` with the radially averaged amplitude spectrum of ``photo``.

    What is periodic in the traces stays: a ring's mean changes, not its peaks."""
    result = np.empty_like(made)
    rows, columns = (np.fft.fftfreq(n)[:, None] for n in made.shape[:2])
    rings = np.minimum((np.hypot(rows, columns.T) * 64).astype(int), 45)
    for channel in range(3):
        ours = np.fft.fft2(made[..., channel].astype(np.float32))
        theirs = np.fft.fft2(photo[..., channel].astype(np.float32))
        mean = [np.bincount(rings.ravel(), np.abs(f).ravel(), minlength=46) for f in (ours, theirs)]
        gain = np.clip((mean[1] + 1e-3) / (mean[0] + 1e-3), 1 / _LARGEST_GAIN, _LARGEST_GAIN)
        gain[:2] = 1
        back = np.fft.ifft2(ours * gain[rings]).real
        result[..., channel] = np.clip(np.rint(back), 0, 255)
    return result


def encoded(pixels: Pixels, quality: int, kind: str = "JPEG") -> Pixels:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, quality=quality)
    with Image.open(stream) as opened:
        return np.asarray(opened.convert("RGB"))


def augmented(pair: Sequence[Pixels], side: int, random: np.random.Generator) -> list[Pixels]:
    """The same random crop, mirror, rescaling, blur, noise and encodings of every half."""
    height, width = pair[0].shape[:2]
    scale = random.uniform(0.6, 1.3) if random.random() < 0.4 else 1.0
    need = min(round(side / scale) + 1, height, width) if scale != 1 else side
    y, x = int(random.integers(height - need + 1)), int(random.integers(width - need + 1))
    mirror = random.random() < 0.5
    kernel = random.choice([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC])
    blur = random.uniform(0.2, 1.0) if random.random() < 0.15 else 0.0
    noise = random.uniform(1, 4) if random.random() < 0.15 else 0.0
    quality = int(random.integers(40, 98)) if random.random() < 0.75 else 0
    kind = "WEBP" if random.random() < 0.2 else "JPEG"
    again = int(random.integers(60, 98)) if random.random() < 0.2 else 0
    grain = random.normal(0, 1, (side, side, 3)) * noise if noise else None
    found = []
    for pixels in pair:
        part = pixels[y : y + need, x : x + need]
        part = part[:, ::-1] if mirror else part
        picture = Image.fromarray(np.ascontiguousarray(part))
        if scale != 1:
            picture = picture.resize((side, side), kernel)
        if blur:
            picture = picture.filter(ImageFilter.GaussianBlur(blur))
        part = np.asarray(picture)
        if grain is not None:
            part = np.clip(np.rint(part + grain), 0, 255).astype(np.uint8)
        if quality:
            part = encoded(part, quality, kind)
        if again:
            part = encoded(part, again)
        found.append(part)
    return found
