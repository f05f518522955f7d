"""The detector of protective cloaks: its figures, its recipe at small scale, and what ships."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.check import cloak_detector
from engine.check.cloak_detector import cloak_score, network, score_of
from engine.check.cloak_net import FIGURES, CloakNet
from engine.check.cloak_traces import traces
from engine.context import Context
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.training import cloak_bank, cloak_detector as recipe
from engine.training.cloak_bank import Cloaked
from engine.training.detector_school import save_detector
from tests.e2e.pictures import photo

KINDS = ("edit", "personalise", "faceswap", "encoder", "mist", "advdm", "noise")


def pixels(width: int, height: int) -> np.ndarray:
    return np.array(photo(width, height), dtype=np.uint8)


def busy(seed: int = 0, side: int = 240) -> np.ndarray:
    """A picture with texture of many sizes, as photos have it."""
    random = np.random.default_rng(seed)
    made = np.zeros((side, side, 3))
    for size in (1, 3, 9, 27):
        rough = random.normal(0, 2 + size, (side // size + 2, side // size + 2, 1))
        grown = Image.fromarray(rough[..., 0].astype(np.float32)).resize((side, side), 3)
        made += np.asarray(grown)[..., None]
    return np.clip(made + 120, 0, 255).astype(np.uint8)


def filled(folder: Path, clean: tuple[float, ...] = ()) -> Path:
    """A detector of that folder with random weights."""
    torch.manual_seed(0)
    place = folder / cloak_detector.NAME
    place.mkdir(parents=True)
    save_detector(CloakNet(8), place, {"class": "CloakNet", "width": 8}, {})
    known = {"threshold": 0.0, "clean": sorted(clean)}
    (place / "calibration.json").write_text(json.dumps(known))
    return folder


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (64, 64), (130, 300), (1500, 700), (2, 3000)])
def test_every_picture_has_a_finite_score_that_repeats(
    size: tuple[int, int], tmp_path: Path
) -> None:
    model = network(filled(tmp_path) / cloak_detector.NAME)
    image = pixels(*size)
    score = score_of(model, image)
    assert np.isfinite(score) and score == score_of(model, image.copy())
    assert traces(pixels(64, 80)).shape == (FIGURES,)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_tiles_have_finite_figures(level: int) -> None:
    assert np.isfinite(traces(np.full((160, 160, 3), level, np.uint8))).all()


@pytest.mark.parametrize("block", [2, 4])
def test_blocks_show_at_their_boundaries(block: int) -> None:
    """The figures that look for steps at every 2nd and 4th boundary see blocks of that size, and
    take JPEG's own grid for none."""
    place = 1 if block == 2 else 0
    image = busy()
    random = np.random.default_rng(1)
    rough = random.choice((-5, 5), (240 // block, 240 // block, 3))
    cloaked = np.clip(image + rough.repeat(block, 0).repeat(block, 1), 0, 255).astype(np.uint8)
    saved = recipe.encoded(image, 80)
    assert traces(cloaked)[place] > 0.3
    assert traces(image)[place] < 0.1 and traces(saved)[place] < 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_cloaks_without_a_search_keep_to_the_limits(kind: str) -> None:
    room = np.full((96, 112, 1), 0.02, np.float32)
    delta = cloak_bank.unsearched(kind, room, np.random.default_rng(3))
    assert delta.shape == (96, 112, 3) and np.isfinite(delta).all()
    assert 0.002 < float(np.abs(delta).max()) <= max(0.02 * 10 ** (4 / 20), 12 / 255) + 1e-6


def test_the_recipe_learns_to_tell_cloaks_from_none(tmp_path: Path) -> None:
    """End to end at small scale: examples, training, calibration, and the score of a file."""
    folder, out = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for number in range(12):
        Image.fromarray(busy(number)).save(folder / f"{number}.png")
    data = ["--data", str(folder), "--out", str(out)]
    recipe.main([*data, "--collect", "42", "--photos", "9"])
    recipe.main([*data, "--steps", "150", "--width", "8"])
    facts = json.loads((out / "training.json").read_text())
    assert facts["right_of_tiles_held_out"] > 0.6 and facts["pairs"] == dict.fromkeys(KINDS, 6)
    recipe.main(["--out", str(out), "--calibrate", str(folder), "--tests", f"same={folder}"])
    known = cloak_detector.load(out)
    assert len(known.clean) and list(known.clean) == sorted(known.clean)
    measured = json.loads((out / "measured.json").read_text())
    assert measured["false-alarms-same"]["of"] == 12


def test_a_mark_is_in_both_halves_of_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the cloak may tell the halves apart."""
    plain = np.full((208, 208, 3), 128, np.uint8)
    mark = Cloaked("mark-pixel", plain, np.full(plain.shape, 0.02, np.float16))
    pairs = recipe.Pairs([mark], [plain], 0)
    monkeypatch.setattr(recipe, "unsearched", lambda *_: np.full((208, 208, 3), 0.01, np.float32))
    apart = [float(np.mean(b.astype(float) - a)) for _ in range(60)
             if (pair := pairs.pair("noise")) is not None for a, b in [pair]]  # fmt: skip
    # JPEG may round a weak change away; a mark in one half alone would set them 5 further apart.
    assert len(apart) > 30 and all(0 <= value < 5.5 for value in apart) and max(apart) > 1


def test_a_score_comes_with_its_error_rate(tmp_path: Path) -> None:
    clean = tuple(float(v) for v in np.linspace(-1, 1, 99))
    filled(tmp_path, clean)
    assert cloak_detector.available(tmp_path)
    image = pixels(140, 140)
    scored = cloak_score(image, tmp_path)
    assert scored.score == score_of(network(tmp_path / cloak_detector.NAME), image)
    assert scored.probability == pytest.approx(1 / (1 + np.exp(-scored.score)))
    assert (scored.clean_as_high, scored.clean) == (sum(v >= scored.score for v in clean), 99)
    assert scored.error_rate == pytest.approx((scored.clean_as_high + 1) / 100)
    with pytest.raises(FileNotFoundError):
        cloak_score(image, tmp_path / "nowhere")


@pytest.mark.skipif(
    not (builtin.FOLDER / builtin.JUDGE).is_dir(), reason="the built-in models are not there"
)
def test_the_bank_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloak_bank, "SIZE", 96)
    files = []
    for number in range(3):
        file = tmp_path / f"{number}.png"
        photo(120, 130).save(file)
        files.append(file)
    kinds = cloak_bank.cloaks(Context(torch.device("cpu"), ModelCache(torch.device("cpu"))))
    some = {"noise": kinds["noise"], "mark-pixel": kinds["mark-pixel"]}
    cloak_bank.fill(tmp_path / "bank", files, files, some, 1, log=lambda _: None)
    before = {f.name: f.stat().st_mtime_ns for f in (tmp_path / "bank").iterdir()}
    cloak_bank.fill(tmp_path / "bank", files, files, some, 2, log=lambda _: None)
    assert (
        before.items()
        <= {f.name: f.stat().st_mtime_ns for f in (tmp_path / "bank").iterdir()}.items()
    )
    bank = cloak_bank.load(tmp_path / "bank")
    assert [item.kind for item in bank] == ["mark-pixel"] * 2 + ["noise"] * 2
    assert all(item.image.shape == item.delta.shape == (96, 96, 3) for item in bank)
    with pytest.raises(FileNotFoundError):
        cloak_bank.load(tmp_path / "nowhere")


@pytest.mark.skipif(not cloak_detector.available(), reason="the detector is not there")
def test_what_ships_fits_its_figures() -> None:
    folder = builtin.FOLDER / cloak_detector.NAME
    assert network(folder).mean.shape == (FIGURES,)
    known = cloak_detector.load(folder)
    assert list(known.clean) == sorted(known.clean) and len(known.clean) >= 99
    card = (folder / "README.md").read_text()
    for heading in ("Data", "Measured", "Limits"):
        assert f"## {heading}" in card
