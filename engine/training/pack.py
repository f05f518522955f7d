"""Training pictures in one small file, and random crops of them made on any device.

    python -m engine.training.pack --data FOLDER... --side 288 --quality 80 --out photos.npz

A pack is an ``.npz`` of ``bytes`` (uint8, every picture as WebP, one after the other) and ``ends``
(int64, where each picture ends). ``DeviceCrops`` keeps the decoded pixels on the device, so that a
batch of crops costs a gather there and nothing on the processor.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from engine.training.images import find_images

THREADS = 2


def write_pack(files: Sequence[Path], out: Path, side: int, quality: int) -> None:
    """Reduce each picture to a shorter side of ``side`` pixels at most and pack all as WebP."""
    parts = []
    for file in files:
        with Image.open(file) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
        scale = side / min(picture.size)
        if scale < 1:
            size = (round(picture.width * scale), round(picture.height * scale))
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        kept = io.BytesIO()
        picture.save(kept, "WEBP", quality=quality, method=6)
        parts.append(np.frombuffer(kept.getvalue(), dtype=np.uint8))
    ends = np.cumsum([len(part) for part in parts])
    np.savez(out, bytes=np.concatenate(parts), ends=ends)


def _decoded(stored: bytes) -> Image.Image:
    with Image.open(io.BytesIO(stored)) as opened:
        return opened.convert("RGB")


def read_pictures(packs: Sequence[Path], folders: Sequence[Path]) -> Iterator[Image.Image]:
    """The pictures of the packs, then those below the folders; all RGB."""
    for file in packs:
        with np.load(file) as pack:
            stored, ends = pack["bytes"].tobytes(), pack["ends"].tolist()
        parts = [stored[a:b] for a, b in zip([0, *ends], ends, strict=False)]
        with ThreadPoolExecutor(THREADS) as threads:
            yield from threads.map(_decoded, parts)
    for file in find_images(folders):
        with Image.open(file) as opened:
            yield ImageOps.exif_transpose(opened).convert("RGB")


class DeviceCrops:
    """Random square crops of pictures whose pixels live on ``device``.

    Every picture is kept at full, half, quarter... size as long as its shorter side is at least
    ``size``; each of these is as likely as any other. ``batch`` returns float crops
    (n, 3, size, size) in [-1, 1], mirrored half of the time and turned a quarter of it.
    Raises ``ValueError`` when no picture is large enough.
    """

    def __init__(
        self,
        pictures: Iterator[Image.Image] | Sequence[Image.Image],
        size: int,
        seed: int,
        device: torch.device,
    ) -> None:
        pixels: list[np.ndarray] = []
        for picture in pictures:
            while min(picture.size) >= size:
                pixels.append(np.asarray(picture))
                half = (picture.width // 2, picture.height // 2)
                picture = picture.resize(half, Image.Resampling.LANCZOS)
        if not pixels:
            raise ValueError(f"No picture of at least {size}x{size} pixels in the given data.")
        self.size = size
        self.flat = torch.from_numpy(np.concatenate([p.reshape(-1, 3) for p in pixels])).to(device)
        shapes = torch.tensor([p.shape[:2] for p in pixels], device=device)
        self.heights, self.widths = shapes.T.contiguous()
        areas = self.heights * self.widths
        self.starts = areas.cumsum(0) - areas
        self.random = torch.Generator(device).manual_seed(seed)

    @property
    def device(self) -> torch.device:
        return self.flat.device

    def __len__(self) -> int:
        return len(self.heights)

    def of_size(self, size: int, seed: int) -> Self:
        """Crops of another, larger size that share the pixels."""
        fits = (torch.minimum(self.heights, self.widths) >= size).nonzero()[:, 0]
        if not len(fits):
            raise ValueError(f"No picture of at least {size}x{size} pixels in the given data.")
        made = object.__new__(type(self))
        made.size, made.flat = size, self.flat
        made.heights, made.widths = self.heights[fits], self.widths[fits]
        made.starts = self.starts[fits]
        made.random = torch.Generator(self.device).manual_seed(seed)
        return made

    def draw(self, n: int) -> Tensor:
        return torch.rand(n, generator=self.random, device=self.device)

    def batch(self, n: int) -> Tensor:
        which = (self.draw(n) * len(self)).long()
        width = self.widths[which]
        top = (self.draw(n) * (self.heights[which] - self.size + 1)).long()
        left = (self.draw(n) * (width - self.size + 1)).long()
        steps = torch.arange(self.size, device=self.device).expand(n, -1)
        across = torch.where(self.draw(n)[:, None] < 0.5, self.size - 1 - steps, steps)
        turned = (self.draw(n) < 0.25)[:, None, None]
        rows, columns = steps[:, :, None], across[:, None, :]
        rows, columns = (
            torch.where(turned, columns, rows),
            torch.where(turned, rows, columns),
        )
        place = (self.starts[which] + top * width + left)[:, None, None]
        crops = self.flat[place + rows * width[:, None, None] + columns]
        return crops.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of images")
    parser.add_argument("--side", type=int, default=288, help="shorter side in pixels")
    parser.add_argument("--quality", type=int, default=80, help="of WebP")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write_pack(find_images(options.data), options.out, options.side, options.quality)


if __name__ == "__main__":
    main()
