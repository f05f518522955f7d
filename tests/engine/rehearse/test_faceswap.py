"""A rehearsed face swap: only with consent, labelled, and what it says of whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engine import api
from engine.context import Context
from engine.media.reading import read_photo
from engine.models.cache import ModelCache
from engine.models.roles import Face
from engine.photo import faces
from engine.problems import Problem
from engine.rehearse import attackers, faceswap, jobs, targets, treatments
from engine.rehearse.treatments import TREATMENTS, Tools
from engine.watermark import rehearsal_mark
from engine.watermark.canvas import canvas_of
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
    monkeypatch.setattr(faceswap, "SWAPS_TREATED", 2)
    _drawn(monkeypatch, [targets.draw("evening")[1]])
    job = api.RehearsePhoto(*files, attacks=("faceswap",), consent=True, sample="studio")
    result, steps = _rehearse(job, context)
    (outcome,) = result.outcomes
    assert steps[-1] == 0
    assert set(outcome.left_out) == {t.name for t in TREATMENTS} - {"as-saved"}
    assert not outcome.table.higher_is_better and outcome.table.rows[0].treatment == "as-saved"
    for side in ("control", "attacked"):
        picture = outcome.picture(side, "as-saved")
        assert picture is not None and max(picture.width, picture.height) <= 384
        pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
        band = pixels[-20:]
        assert band.max() > 200 and np.median(band) < 90  # white letters on a dark band
        assert rehearsal_mark.look(canvas_of(pixels.astype(np.float32) / 255), 1.0).found
    swap = outcome.swap
    assert swap is not None and -1 <= swap.before < swap.threshold + 0.6
    assert len(swap_lines(swap, str)) == 3
    again, _ = _rehearse(job, context)
    assert again.outcomes[0].swap == swap


def test_a_full_rehearsal_swaps_after_every_treatment(
    files: tuple[Path, Path], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The face is looked for again where a treatment moved it; slow ones see the face alone."""
    monkeypatch.setattr(faceswap, "SWAPS", 2)
    monkeypatch.setattr(faceswap, "SWAPS_TREATED", 2)
    seen: list[tuple[int, ...]] = []

    def slow(images: Tensor, tools: Tools) -> Tensor:
        seen.append(tuple(images.shape[-2:]))
        return images * 0

    names = ("as-saved", "rotate", "diffpure", "restore")
    few = [replace(t, apply=slow) if t.denoises else t for t in TREATMENTS if t.name in names]
    monkeypatch.setattr(treatments, "TREATMENTS", tuple(few))
    monkeypatch.setattr(attackers, "restoring", lambda bout: lambda images: images.flip(-1))
    where = replace(targets.draw("evening")[1], box=(96.0, 70.0, 160.0, 150.0))
    looked: list[Tensor] = []

    def located(image: Tensor, *_: object) -> list[Face]:
        looked.append(image)
        return [where]

    monkeypatch.setattr(faces, "located", located)
    job = api.RehearsePhoto(*files, attacks=("faceswap",), consent=True, quick=False)
    result, _ = _rehearse(job, context)
    (outcome,) = result.outcomes
    rows = {row.treatment: row for row in outcome.table.rows}
    assert list(rows) == list(names) and not {"rotate", "restore"} & set(outcome.left_out)
    room = round(faceswap.ROOM * 80)
    assert seen == [(80 + 2 * room, 64 + 2 * room)] * 2
    assert len(looked) >= 2 + 3  # both pictures, and after each treatment
    assert abs(rows["diffpure"].effect - rows["diffpure"].control) < 1e-3  # both are black
    assert all(outcome.picture("attacked", name) is not None for name in names)


def test_a_restorer_that_was_downloaded_is_used(
    files: tuple[Path, Path], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = targets.draw("evening")[1]
    _drawn(monkeypatch, [face])
    asked: list[list[Face]] = []

    class Network:
        def restore(self, image: Tensor, found: list[Face]) -> Tensor:
            asked.append(found)
            return image

    bout = jobs._bout(
        api.RehearsePhoto(*files), context, read_photo(files[0]), read_photo(files[1])
    )
    assert attackers.restoring(bout) is None
    monkeypatch.setattr(attackers, "_downloaded", lambda *_: Network())
    restore = attackers.restoring(bout)
    assert restore is not None and restore(bout.original) is bout.original
    assert asked == [[face]]


def test_the_samples_are_pictures_of_somebody_drawn() -> None:
    assert set(TARGETS) == set(api.TARGETS)
    for name in api.TARGETS:
        picture, face = targets.draw(name)
        assert picture.shape == (1, 3, 256, 256) and len(face.landmarks) == 5
        assert torch.equal(picture, targets.draw(name)[0])
