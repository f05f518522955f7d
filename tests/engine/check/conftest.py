"""Running one check without a host, and pictures that carry what generators write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import api
from engine.check.checking import check
from engine.context import Context
from engine.models.cache import ModelCache
from tests.engine.watermark.conftest import scene

Checked = Callable[..., api.CheckResult]


@pytest.fixture(scope="session")
def context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))


@pytest.fixture
def checked(context: Context, tmp_path: Path) -> Checked:
    """``checked(file, original=None, stability=False)`` runs the whole job."""

    def run(file: Path, original: Path | None = None, stability: bool = False) -> api.CheckResult:
        steps = check(api.CheckFile(file, tmp_path / "home", original, stability), context)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                result: api.CheckResult = end.value
                return result

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.jpg"
    Image.fromarray(scene()).save(file, quality=92)
    return file


def noisy(height: int = 300, width: int = 400, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.clip(
        scene(width, height, seed) + random.normal(0, 3, (height, width, 3)), 0, 255
    ).astype(np.uint8)
