"""The built-in autoencoders on all of Kodak, and how far a cloak on two of them moves the third."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.context import Context
from engine.measure import photo as measures
from engine.measure.statistics import bootstrap
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.optimise.budget import Budget, limits
from engine.optimise.loop import optimise
from engine.optimise.turns import Turns
from engine.photo.encoder import ENCODER_OPTIONS, in_turn
from engine.training.autoencoder import psnr_of_files
from tests.bench.conftest import Record

EPSILON = 8 / 255
CROP = 256
DEVICE = torch.device("cpu")


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(DEVICE, ModelCache(DEVICE))


def _kodak(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "photos" / "kodak").glob("*.png"))


def test_reconstruction(shared_data: Path, record: Record, context: Context) -> None:
    figures = {
        id.replace("-", "_"): psnr_of_files(
            builtin.autoencoder(id, context).network, _kodak(shared_data)
        )
        for id in (*builtin.SURROGATES, builtin.JUDGE)
        if builtin.autoencoder(id, context).decodes
    }
    record("autoencoders-kodak-psnr-db", **figures)


def test_transfer(shared_data: Path, record: Record, context: Context) -> None:
    """Whitened shift of the judge at epsilon 8/255 beside noise of equal energy, with 95 % CI."""
    judge = builtin.autoencoder(builtin.JUDGE, context)
    spread = builtin.whitening_of(builtin.JUDGE, context)
    shifts: dict[str, list[float]] = {"cloak": [], "white": [], "blocks_4px": []}
    for file in _kodak(shared_data):
        pixels = np.asarray(Image.open(file).convert("RGB"))[128 : 128 + CROP, 128 : 128 + CROP]
        image = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
        models = [
            (builtin.autoencoder(id, context), builtin.whitening_of(id, context))
            for id in builtin.SURROGATES
        ]
        losses = in_turn(models, image)
        delta = torch.zeros_like(image)
        limit = limits(image, Budget(EPSILON))
        for step in optimise(image, [Turns(losses)], limit, ENCODER_OPTIONS, 0):
            delta = step.delta
        for name, change in (
            ("cloak", delta),
            ("white", measures.white_control(delta)),
            ("blocks_4px", measures.lowpass_control(delta)),
        ):
            shifts[name].append(measures.latent_shift(judge, spread, image, change))
    figures: dict[str, object] = {}
    for name, values in shifts.items():
        mean = bootstrap([[value] for value in values])
        figures[name] = round(mean.value, 3)
        figures[f"{name}_interval"] = (round(mean.low, 3), round(mean.high, 3))
    record("transfer", pictures=len(shifts["cloak"]), **figures)
