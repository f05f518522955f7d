"""Does a picture carry a protective cloak? After the forensic findings of arXiv 2512.08329.

[P] Cloaks are structured and content-aligned: their energy moves along the picture's dominant
frequency axes, and their block residuals are of low entropy. [R] The features below, of tiles at
the picture's own resolution: radial and angular energy of the spectrum, statistics and entropy of
block residuals, agreement of the colour channels (cameras mix them, gradients do not), and how
well an autoencoder reproduces the middle. A calibrated logistic regression weighs them; it was
trained by ``engine.training.cloak_detector`` on our own cloaks and re-implemented peers' ones.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.media.photo import Photo
from engine.models import builtin
from engine.models.autoencoders import load_autoencoder
from engine.models.roles import Autoencoder
from engine.optimise.channels import gaussian_blur

NAME = "cloak-detector"
TILE = 128  # pixels; a smaller picture is one tile
SMALLEST = 16  # pixels; smaller pictures are continued by their edges
TILES = 3  # rows and columns of tiles, at most
RINGS, SECTORS = 10, 8  # of the spectrum
BLOCK = 8  # pixels
FALSE_ALARMS = 0.01

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Weights:
    """``threshold`` is the score above which 1 % of clean photos lie; ``clean`` holds the scores
    of unseen clean photos, sorted."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float
    threshold: float
    clean: tuple[float, ...]


class CloakScore(NamedTuple):
    """``probability`` takes cloaked and clean pictures as equally frequent; ``clean_as_high`` of
    the ``clean`` photos without a cloak scored as high or higher when the detector was tested."""

    score: float
    probability: float
    clean_as_high: int
    clean: int

    @property
    def error_rate(self) -> float:
        """The rate of false alarms that the test allows for, never 0."""
        return (self.clean_as_high + 1) / (self.clean + 1)

    @property
    def found(self) -> bool:
        """Whether a cloak is to be reported, at 1 % of false alarms."""
        return self.error_rate <= FALSE_ALARMS


def cloak_score(image: Pixels, folder: Path = builtin.FOLDER) -> CloakScore:
    """Of (H, W, 3) sRGB. Raises ``FileNotFoundError`` where the detector was not shipped."""
    weights = load(folder / NAME)
    values = (features(image, _autoencoder(folder)) - np.array(weights.mean)) / weights.scale
    score = float(values.clip(-8, 8) @ np.array(weights.weight)) + weights.bias
    clean = np.array(weights.clean)
    above = len(clean) - int(np.searchsorted(clean, score))
    probability = 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
    return CloakScore(score, probability, above, len(clean))


def noticed(photo: Photo) -> api.Noticed | None:
    """How easily the cloak of a photo shows in its file; None without the detector."""
    if not available():
        return None
    samples = photo.samples if photo.samples.dtype == np.uint8 else photo.samples >> 8
    if samples.shape[2] == 1:
        samples = samples.repeat(3, axis=2)
    found = cloak_score(samples.astype(np.uint8, copy=False))
    return api.Noticed(round(found.probability, 4), found.clean_as_high, found.clean)


def available(folder: Path = builtin.FOLDER) -> bool:
    return (folder / NAME / "weights.json").is_file()


@lru_cache(maxsize=2)
def load(folder: Path) -> Weights:
    data: dict[str, Any] = json.loads((folder / "weights.json").read_text())
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
    }
    return Weights(**values)


@lru_cache(maxsize=2)
def _autoencoder(folder: Path) -> Autoencoder:
    return load_autoencoder(folder / builtin.JUDGE, builtin.JUDGE, torch.device("cpu"))


# ---- features -------------------------------------------------------------------------------


@torch.no_grad()
def features(image: Pixels, autoencoder: Autoencoder) -> NDArray[np.float64]:
    """The figures that are weighed, most of them logarithms: of the middle of the tiles, and of
    those that are low, since a cloak shows first where a picture is calm."""
    tiles = [_tensor(tile) for tile in _tiles(image)]
    rows = [[*_spectrum(tile), *_residual(tile)] for tile in tiles]
    found = [
        *np.quantile(np.array(rows), (0.15, 0.5), axis=0).flatten(),
        *_round_trip(tiles[len(tiles) // 2], autoencoder),
    ]
    return np.nan_to_num(np.array(found, dtype=np.float64))


def _tiles(image: Pixels) -> list[Pixels]:
    """Evenly spread squares; the one in the middle of the list is the middle of the picture."""
    short = [max(0, SMALLEST - side) for side in image.shape[:2]]
    if any(short):
        image = np.pad(image, ((0, short[0]), (0, short[1]), (0, 0)), mode="edge")
    height, width = image.shape[:2]

    def starts(length: int) -> list[int]:
        count = max(1, min(TILES, length // TILE))
        room = max(0, length - TILE)
        return [round(room * (i + 0.5) / count) if count == 1 else round(room * i / (count - 1))
                for i in range(count)]  # fmt: skip

    return [image[y : y + TILE, x : x + TILE] for y in starts(height) for x in starts(width)]


def _tensor(tile: Pixels) -> Tensor:
    return torch.from_numpy(tile.astype(np.float32) / 255).permute(2, 0, 1)[None]


def _spectrum(tile: Tensor) -> list[float]:
    """Log power of luma and colour difference in rings, and how unevenly it lies in sectors."""
    red, green, blue = tile[0]
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    found: list[float] = []
    low = high = luma.new_zeros(SECTORS)
    for plane in (luma, red - blue):
        side = min(plane.shape)
        square = plane[:side, :side]
        window = torch.hann_window(side)
        power = torch.fft.fft2((square - square.mean()) * window * window[:, None]).abs().square()
        frequency = torch.fft.fftfreq(side)
        radius = (frequency.square() + frequency[:, None].square()).sqrt()
        ring = (radius * 2 * RINGS).long().clamp(max=RINGS)
        totals = torch.zeros(RINGS + 1).index_add(0, ring.flatten(), power.flatten())
        counts = torch.zeros(RINGS + 1).index_add(0, ring.flatten(), torch.ones(power.numel()))
        found += (totals / counts.clamp(min=1) / side**2 + 1e-8).log()[:RINGS].tolist()
        if plane is luma:
            angle = torch.atan2(frequency[:, None].expand(side, side), frequency.expand(side, side))
            sector = ((angle / math.pi % 1) * SECTORS).long().clamp(max=SECTORS - 1)
            low = _by_sector(power, sector, (radius > 0.02) & (radius < 0.12))
            high = _by_sector(power, sector, (radius > 0.15) & (radius < 0.45))
    spread = high.log().std()
    aligned = torch.corrcoef(torch.stack((low.log(), high.log())))[0, 1]
    return [*found, float(spread), float(aligned)]


def _by_sector(power: Tensor, sector: Tensor, inside: Tensor) -> Tensor:
    totals = torch.zeros(SECTORS).index_add(0, sector[inside], power[inside])
    return totals + 1e-8


def _residual(tile: Tensor) -> list[float]:
    """Of what a slight blur removes: block levels and their entropy, tails, colour agreement."""
    residual = (tile - gaussian_blur(tile, 1.0))[0]
    luma = residual.mean(0)
    blocks = functional.avg_pool2d(luma.square()[None, None], BLOCK).clamp(min=1e-9).log().flatten()
    levels = torch.quantile(blocks, torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95]))
    flat = residual.flatten(1)
    steps = (luma * 255).round().clamp(-16, 16).add(16).long().flatten()
    kurtosis = luma.pow(4).mean() / luma.square().mean().square().clamp(min=1e-12)
    agreement = torch.corrcoef(flat + 1e-9 * torch.randn(flat.shape, generator=_fixed()))
    colour = (residual[0] - residual[2]).square().mean() / luma.square().mean().clamp(min=1e-9)
    shifted = (luma[:, 2:] * luma[:, :-2]).mean() / luma.square().mean().clamp(min=1e-9)
    return [
        *levels.tolist(),
        _entropy(torch.bincount(steps, minlength=33)),
        _entropy(torch.histc(blocks, 16, -20, 0)),
        float(kurtosis.log()),
        float(agreement[0, 1]),
        float(agreement[1, 2]),
        float((colour + 1e-4).log()),
        float(shifted),
    ]


def _fixed() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def _entropy(counts: Tensor) -> float:
    share = counts.float() / counts.sum().clamp(min=1)
    return float(-(share * (share + 1e-12).log2()).sum())


def _round_trip(tile: Tensor, autoencoder: Autoencoder) -> list[float]:
    """Error of decode(encode(x)), and how far a second pass moves the latent."""
    z = autoencoder.encode(tile)
    back = autoencoder.decode(z).clamp(0, 1)
    again = autoencoder.encode(back)
    error = (back[..., : tile.shape[-2], : tile.shape[-1]] - tile).square().mean()
    moved = (again - z).norm() / z.norm().clamp(min=1e-6)
    return [float((error + 1e-8).log()), float((moved + 1e-4).log())]
