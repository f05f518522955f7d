"""Aligned pairs for the image detector: a photo's crop and what a maker of pictures makes of it.

Both halves of a pair show the same scene in the same size and get the same encodings, so that
neither content nor container can tell them apart (Corvi et al. 2211.00680 and after). Shortcuts
are closed on purpose. A reconstruction has lost fine texture and would be told by its blur alone:
in part of the pairs its radial spectrum is brought back to the photo's, and part of the photos are
made soft by themselves. And it has lost the photo's own JPEG history: both halves are encoded as
the photo was, on the same 8x8 grid, or the photo is first made so small that no history is left.

    python -m engine.training.image_detector_data --data FOLDER... --out photos.npz --megabytes 8

packs what the recipe learns from: JPEG crops of CROP pixels, their qualities, and which are kept
out of training (a fifth of the photos, by a hash of their names).
"""

from __future__ import annotations

import argparse
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from engine.training.channels import (
    blurred,
    coarse,
    jpeg,
    scaled,
    spectrum_matched,
)

Pixels = NDArray[np.uint8]

CROP = 272  # pixels kept of each photo
WHOLE = 160  # pixels that a maker is given
KEPT_OUT = 0.2  # share of the photos for evaluation and calibration
CLEAN_QUALITY = 96  # of a photo made small, in the pack: hardly a history


def kept_out(file: Path) -> bool:
    """Whether a photo is for calibration, by a hash of its folder's and its own name."""
    name = f"{file.parent.name}/{file.name}".encode()
    return hashlib.sha256(name).digest()[0] < 256 * KEPT_OUT


def encoded(pixels: Pixels, quality: int, kind: str = "JPEG") -> Pixels:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, quality=quality)
    with Image.open(stream) as opened:
        return np.asarray(opened.convert("RGB"))


# ---- packing --------------------------------------------------------------------------------


def pack(folders: Sequence[Path], out: Path, megabytes: float, seed: int) -> int:
    """Write the pack; photos are taken in random order until it is full. Returns how many."""
    from engine.media import jpeg_file
    from engine.training.images import find_images

    random = np.random.default_rng(seed)
    files = find_images(folders)
    crops: list[NDArray[np.uint8]] = []
    qualities, kept, total = [], [], 0
    for index in random.permutation(len(files)):
        file = files[index]
        data = file.read_bytes()
        history = jpeg_file.contents(data).quality if data[:2] == b"\xff\xd8" else None
        with Image.open(io.BytesIO(data)) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
        short = min(picture.size)
        if short < CROP:
            continue
        clean = short >= 2 * CROP
        if clean:
            factor = max(CROP / short, float(random.uniform(0.3, 0.5)))
            width, height = (max(CROP, round(side * factor)) for side in picture.size)
            picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        left = int(random.integers((picture.width - CROP) // 16 + 1)) * 16
        top = int(random.integers((picture.height - CROP) // 16 + 1)) * 16
        stream = io.BytesIO()
        quality = CLEAN_QUALITY if clean else min(history or 95, 95)
        crop = picture.crop((left, top, left + CROP, top + CROP))
        crop.save(stream, "JPEG", quality=quality, subsampling=0 if clean else 2, optimize=True)
        crops.append(np.frombuffer(stream.getvalue(), np.uint8))
        qualities.append(0 if clean else quality)
        kept.append(kept_out(file))
        total += len(crops[-1])
        if total > megabytes * 1e6:
            break
    ends = np.cumsum([len(crop) for crop in crops])
    np.savez(out, bytes=np.concatenate(crops), ends=ends, quality=qualities, kept=kept)
    return len(crops)


@dataclass(frozen=True)
class Photos:
    """``pixels`` (n, 3, CROP, CROP) uint8; ``quality`` (n,): of the JPEG each was, 0 for none."""

    pixels: Tensor
    quality: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def batch(self, n: int, random: np.random.Generator) -> tuple[Tensor, Tensor | None]:
        """(n, 3, WHOLE, WHOLE) in [0, 1] and their qualities; None if they are without a history.

        Those without are made smaller by a factor that the batch shares."""
        clean = bool(random.random() < 0.5)
        rows = torch.from_numpy(random.integers(len(self), size=n)).to(self.pixels.device)
        chosen = self.pixels[rows].float() / 255
        quality = None if clean else self.quality[rows].float()
        if clean:
            chosen = scaled(chosen, float(random.uniform(WHOLE / CROP, 0.75)), "bicubic")
        unit = 1 if clean else 16
        y, x = (
            int(random.integers((side - WHOLE) // unit + 1)) * unit for side in chosen.shape[-2:]
        )
        return chosen[..., y : y + WHOLE, x : x + WHOLE].contiguous(), quality


def unpack(file: Path, device: torch.device) -> tuple[Photos, Photos]:
    """The photos to learn from and those kept out."""
    with np.load(file) as stored:
        data, ends = stored["bytes"], stored["ends"]
        quality, kept = stored["quality"], stored["kept"].astype(bool)
    pixels = np.empty((len(ends), 3, CROP, CROP), np.uint8)
    for row, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        with Image.open(io.BytesIO(data[start:end].tobytes())) as opened:
            pixels[row] = np.asarray(opened.convert("RGB")).transpose(2, 0, 1)
    learn, check = (
        Photos(
            torch.from_numpy(pixels[rows]).to(device), torch.from_numpy(quality[rows]).to(device)
        )
        for rows in (~kept, kept)
    )
    return learn, check


# ---- what happens to a pair -----------------------------------------------------------------


def _draw(n: int, low: float, high: float, device: torch.device) -> Tensor:
    return torch.rand(n, device=device) * (high - low) + low


def _some(share: float, n: int, device: torch.device) -> Tensor:
    return torch.rand(n, device=device) < share


def with_history(images: Tensor, quality: Tensor | None) -> Tensor:
    """Encoded as the photo was, where it was."""
    if quality is None:
        return images
    return torch.where(
        (quality > 0)[:, None, None, None], jpeg(images, quality.clamp(min=1)), images
    )


def aligned(photos: Tensor, made: Tensor, quality: Tensor | None, matched: float = 0.4) -> Tensor:
    """(2n, 3, h, w): the photos and what was made of them, with the same history."""
    n, device = len(photos), photos.device
    match = _some(matched, n, device)[:, None, None, None]
    made = torch.where(match, spectrum_matched(made, photos), made)
    soft = _draw(n, 0.3, 0.9, device) * _some(0.25, n, device)
    photos = blurred(photos, soft)
    both = torch.cat([photos, made]).clamp(0, 1)
    history = None if quality is None else quality.repeat(2)
    return with_history((both * 255).round() / 255, history)


def augmented(both: Tensor, side: int, random: np.random.Generator) -> Tensor:
    """The same crop, mirror, scaling, blur, noise and encodings of both halves of each pair:
    (2n, 3, h, w) -> (2n, 3, side, side), rounded to 8 bits."""
    n, device = len(both) // 2, both.device

    def pairwise(values: Tensor) -> Tensor:
        return values.repeat(2)

    if random.random() < 0.5:
        factor = float(random.uniform(max(0.62, (side + 1) / both.shape[-1]), 1.6))
        mode = "bicubic" if random.random() < 0.6 else "bilinear"
        both = scaled(both, factor, mode)
    y, x = (int(random.integers(s - side + 1)) for s in both.shape[-2:])
    both = both[..., y : y + side, x : x + side]
    if random.random() < 0.5:
        both = both.flip(-1)
    if random.random() < 0.3:
        both = blurred(both, pairwise(_draw(n, 0.2, 1.0, device) * _some(0.4, n, device)))
    if random.random() < 0.3:
        level = pairwise(_draw(n, 1, 4, device) * _some(0.5, n, device))[:, None, None, None]
        both = both + torch.randn_like(both[:n]).repeat(2, 1, 1, 1) * level / 255
    both = both.clamp(0, 1)
    for chance in (0.7, 0.2):
        if random.random() < chance:
            quality = pairwise(_draw(n, 40, 97, device))
            touched = pairwise(_some(0.9, n, device))[:, None, None, None]
            both = torch.where(touched, jpeg(both, quality, random.random() < 0.7), both)
    if random.random() < 0.15:
        both = coarse(both, pairwise(_draw(n, 3, 24, device)))
    return (both * 255).round() / 255


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of photos")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--megabytes", type=float, default=8)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    print(pack(given.data, given.out, given.megabytes, given.seed), "photos")
