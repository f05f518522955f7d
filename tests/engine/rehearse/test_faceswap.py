"""A rehearsed face swap: only with consent, labelled, and what it says of whom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import api
from engine.context import Context
from engine.models.cache import ModelCache
from engine.models.roles import Face
from engine.photo import faces
from engine.problems import Problem
from engine.rehearse import faceswap, jobs, targets
from engine.wording import TARGETS, swap_lines


@pytest.fixture(scope="module")
def context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A portrait of nobody, and the same a little brighter."""
    picture = targets.draw("evening")[0][0].permute(1, 2, 0).numpy()
    made = (tmp_path / "a.png", tmp_path / "a-protected.png")
    for file, gain in zip(made, (1.0, 1.06), strict=True):
        Image.fromarray((picture * gain * 255).clip(0, 255).astype(np.uint8)).save(file)
    return made


def _rehearse(job: api.RehearsePhoto, context: Context) -> tuple[api.RehearsalResult, list[int]]:
    work, steps = jobs.rehearse(job, context), []
    while True:
        try:
            steps.append(next(work).step)
        except StopIteration as stop:
            return stop.value, steps


def _drawn(monkeypatch: pytest.MonkeyPatch, found: list[Face]) -> None:
    monkeypatch.setattr(faces, "located", lambda image, *_: found)


def test_nobody_is_swapped_without_consent(files: tuple[Path, Path], context: Context) -> None:
    job = api.RehearsePhoto(*files, attacks=("faceswap",))
    with pytest.raises(Problem, match="confirm"):
        _rehearse(job, context)


def test_a_picture_without_a_face_is_said(
    files: tuple[Path, Path], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drawn(monkeypatch, [])
    job = api.RehearsePhoto(*files, attacks=("faceswap",), consent=True)
    with pytest.raises(Problem) as caught:
        _rehearse(job, context)
    assert caught.value.code == "rehearse.no-face"


def test_a_swap_is_shown_small_and_labelled(
    files: tuple[Path, Path], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faceswap, "SWAPS", 2)
    _drawn(monkeypatch, [targets.draw("evening")[1]])
    job = api.RehearsePhoto(*files, attacks=("faceswap",), consent=True, sample="studio")
    result, steps = _rehearse(job, context)
    (outcome,) = result.outcomes
    assert steps[-1] == 2
    assert not outcome.table.higher_is_better and outcome.table.rows[0].treatment == "as-saved"
    for side in ("control", "attacked"):
        picture = outcome.picture(side, "as-saved")
        assert picture is not None and max(picture.width, picture.height) <= 384
        pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
        band = pixels[-20:]
        assert band.max() > 200 and np.median(band) < 90  # white letters on a dark band
    swap = outcome.swap
    assert swap is not None and -1 <= swap.before < swap.threshold + 0.6
    assert len(swap_lines(swap, str)) == 3
    again, _ = _rehearse(job, context)
    assert again.outcomes[0].swap == swap


def test_the_samples_are_pictures_of_somebody_drawn() -> None:
    assert set(TARGETS) == set(api.TARGETS)
    for name in api.TARGETS:
        picture, face = targets.draw(name)
        assert picture.shape == (1, 3, 256, 256) and len(face.landmarks) == 5
        assert torch.equal(picture, targets.draw(name)[0])
