"""Does a picture carry a protective cloak? After the forensic findings of arXiv 2512.08329.

[P] Cloaks are structured and content-aligned, and most visible to statistics where a picture is
calm. [R] Figures of tiles (``engine.check.cloak_traces``) at the picture's own resolution, and of a
large picture of a smaller copy too, since cloaks of large photos are searched on such a copy and
enlarged with it; a small network weighs them. Trained by ``engine.training.cloak_detector`` on our
own cloaks and re-implemented peers' ones; calibrated on photos that it never met.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine import api
from engine.check.cloak_net import CloakNet
from engine.check.cloak_traces import traces
from engine.media.photo import Photo
from engine.models import builtin

NAME = "cloak-detector"
TILE = 160  # pixels; a smaller picture is one tile
SMALLEST = 64  # pixels; smaller pictures are continued by their edges
COPY = 1024  # longer side of the smaller copy: what cloaks are searched on
TILES, NATIVE_TILES = 24, 6  # at most, of the copy and, where there is one, of the whole
HIGHEST = 0.2  # share of the tiles that speak for the picture: a cloak may lie on a face alone
FALSE_ALARMS = 0.01

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Known:
    """``threshold`` is the score above which at most 1 % of clean photos lie; ``clean`` holds the
    scores of clean photos that the network never met, sorted."""

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
    known = load(folder / NAME)
    score = score_of(_network(folder / NAME), image)
    clean = np.array(known.clean)
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
    return (folder / NAME / "calibration.json").is_file()


@lru_cache(maxsize=2)
def load(folder: Path) -> Known:
    data: dict[str, Any] = json.loads((folder / "calibration.json").read_text())
    return Known(float(data["threshold"]), tuple(data["clean"]))


@lru_cache(maxsize=2)
def _network(folder: Path) -> nn.Module:
    return network(folder)


def network(folder: Path) -> CloakNet:
    """The bare network in evaluation mode, in float32."""
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_text())
    model = CloakNet(int(config["width"]))
    weights = load_file(folder / "model.safetensors")
    model.load_state_dict({key: value.float() for key, value in weights.items()})
    return model.eval().requires_grad_(False)


# ---- looking --------------------------------------------------------------------------------


def score_of(model: nn.Module, image: Pixels) -> float:
    """A logit: the mean of the highest ``HIGHEST`` of the tiles, of the copy or of the whole,
    whichever is higher."""
    return max(highest(logits) for logits in looks(model, image))


def highest(logits: NDArray[np.float64]) -> float:
    count = max(1, round(HIGHEST * len(logits)))
    return float(np.sort(logits)[-count:].mean())


@torch.no_grad()
def looks(model: nn.Module, image: Pixels) -> list[NDArray[np.float64]]:
    """The tiles' logits of the picture, and of a large one those of its copy before them."""
    views: list[tuple[Pixels, int]] = [(image, TILES)]
    if (longer := max(image.shape[:2])) > COPY:
        height, width = (max(1, round(side * COPY / longer)) for side in image.shape[:2])
        copy = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        views = [(np.asarray(copy, np.uint8), TILES), (image, NATIVE_TILES)]
    found = []
    for view, most in views:
        rows = np.stack([traces(tile) for tile in _tiles(view, most)])
        found.append(model(torch.from_numpy(rows).float()).double().numpy())
    return found


def _tiles(image: Pixels, most: int) -> list[Pixels]:
    """Evenly spread squares of ``TILE`` pixels."""
    short = [max(0, SMALLEST - side) for side in image.shape[:2]]
    if any(short):
        image = np.pad(image, ((0, short[0]), (0, short[1]), (0, 0)), mode="edge")
    height, width = image.shape[:2]
    share = math.sqrt(most * height / width)
    rows = max(1, min(int(share), height // (TILE // 2)))
    columns = max(1, min(most // rows, width // (TILE // 2)))

    def starts(length: int, count: int) -> list[int]:
        room = max(0, length - TILE)
        return [round(room * (i + 0.5) / count) if count == 1 else round(room * i / (count - 1))
                for i in range(count)]  # fmt: skip

    return [
        image[y : y + TILE, x : x + TILE]
        for y in starts(height, rows)
        for x in starts(width, columns)
    ]
