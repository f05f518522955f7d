"""The detector of protective cloaks: its features, its recipe at small scale, and what ships."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.check import cloak_detector
from engine.check.cloak_detector import Weights, cloak_score, features
from engine.context import Context
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.training import cloak_detector as recipe
from tests.e2e.pictures import photo

pytestmark = pytest.mark.skipif(
    not (builtin.FOLDER / builtin.JUDGE).is_dir(), reason="the built-in models are not there"
)


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(torch.device("cpu"), ModelCache(torch.device("cpu")))


def pixels(width: int, height: int) -> np.ndarray:
    return np.array(photo(width, height), dtype=np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (64, 64), (130, 300)])
def test_every_picture_has_finite_features_that_repeat(
    context: Context, size: tuple[int, int]
) -> None:
    judge = builtin.autoencoder(builtin.JUDGE, context)
    image = pixels(*size)
    found = features(image, judge)
    assert found.shape == features(pixels(64, 64), judge).shape
    assert np.isfinite(found).all()
    assert np.array_equal(found, features(image.copy(), judge))


def test_the_recipe_learns_to_tell_noise_from_none(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "SIZE", 96)
    for number in range(6):
        photo(96 + number, 100).save(tmp_path / f"{number}.png")
    kinds = {"noise": recipe.cloaks(context)["noise"]}
    files = sorted(tmp_path.glob("*.png"))
    rows, labels = recipe.examples(files, kinds, 2, 8, context, 0, log=lambda _: None)
    assert labels.count("noise") == 6 and labels.count("clean") >= 8
    weights = recipe.fit(rows, labels)
    values = recipe.scores(weights, rows)
    cloaked = np.array([label != "clean" for label in labels])
    assert values[cloaked].min() > values[~cloaked].max()
    assert recipe.found_by_kind(values, labels, 0.0) == {"clean": 0.0, "noise": 1.0}


def test_a_score_comes_with_its_error_rate(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / builtin.JUDGE).symlink_to(builtin.FOLDER / builtin.JUDGE)
    (tmp_path / cloak_detector.NAME).mkdir()
    image = pixels(140, 140)
    found = features(image, builtin.autoencoder(builtin.JUDGE, context))
    flat = Weights((0.0,) * len(found), (1e9,) * len(found), (0.0,) * len(found), 0.5, 0.0, ())
    clean = tuple(float(v) for v in np.linspace(-1, 1, 99))
    file = tmp_path / cloak_detector.NAME / "weights.json"
    file.write_text(json.dumps(asdict(replace(flat, clean=clean))))
    assert cloak_detector.available(tmp_path)
    scored = cloak_score(image, tmp_path)
    assert scored.score == pytest.approx(0.5)
    assert scored.probability == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert (scored.clean_as_high, scored.clean) == (sum(v >= 0.5 for v in clean), 99)
    assert scored.error_rate == pytest.approx((scored.clean_as_high + 1) / 100)
    with pytest.raises(FileNotFoundError):
        cloak_score(image, tmp_path / "nowhere")


@pytest.mark.skipif(not cloak_detector.available(), reason="the detector is not there")
def test_what_ships_fits_its_features(context: Context) -> None:
    weights = cloak_detector.load(builtin.FOLDER / cloak_detector.NAME)
    found = features(pixels(200, 150), builtin.autoencoder(builtin.JUDGE, context))
    assert len(weights.mean) == len(weights.scale) == len(weights.weight) == len(found)
    assert list(weights.clean) == sorted(weights.clean)
    card = (builtin.FOLDER / cloak_detector.NAME / "README.md").read_text()
    for heading in ("Data", "Measured", "Limits"):
        assert f"## {heading}" in card
