"""The rehearsal job: every row with its control, verdicts by the interval, honest about nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine import api
from engine.context import Context, JobCancelled
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.problems import Problem
from engine.rehearse import attackers, editing, survival, training
from engine.rehearse.channels import CHANNELS
from engine.rehearse.editing import known_edit
from engine.rehearse.treatments import TREATMENTS
from engine.training.edits import EDITS, edit_named
from engine.work import run
from tests.e2e.pictures import photo
from tests.engine.editing_models import TinyDenoiser

pytestmark = pytest.mark.skipif(
    not (builtin.FOLDER / builtin.JUDGE).is_dir(), reason="the built-in models are not there"
)


@pytest.fixture(scope="module")
def context() -> Iterator[Context]:
    device = torch.device("cpu")
    cache = ModelCache(device)
    yield Context(device, cache)
    cache.free()


def finish(job: api.RehearsePhoto, context: Context) -> tuple[Any, list[api.Progress]]:
    work, steps = run(job, context), []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            return end.value, steps


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A picture and a copy with fine stripes, which is a (bad) cloak."""
    original, protected = tmp_path / "photo.png", tmp_path / "photo-cloaked.png"
    picture = photo(96, 80)
    picture.save(original)
    pixels = np.asarray(picture).astype(np.int16)
    pixels[:, ::2] += 12
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(protected)
    return original, protected


def test_purify_has_every_row_with_control_and_interval(
    pair: tuple[Path, Path], context: Context
) -> None:
    job = api.RehearsePhoto(*pair, attacks=("purify",), preview=True)
    result, steps = finish(job, context)
    (outcome,) = result.outcomes
    names = [row.treatment for row in outcome.table.rows]
    assert names[0] == "as-saved"
    assert {row.name for row in CHANNELS} < set(names)
    assert set(names) | set(outcome.left_out) == {t.name for t in TREATMENTS}
    assert outcome.table.control == "noise"
    for row in outcome.table.rows:
        assert row.control > 0 and row.low is not None and row.high is not None, row
        assert row.low <= row.effect + 1e-3 and row.effect <= row.high + 1e-3, row
        attacked, control = (
            outcome.picture(side, row.treatment) for side in ("attacked", "control")
        )
        assert attacked is not None and control is not None
        assert row.picture == attacked.name and (control.width, control.height) == (96, 80)
    worst = outcome.table.worst
    assert worst is not None and outcome.verdict == outcome.table.verdict(worst)
    assert any(step.pictures for step in steps)


def test_an_unchanged_file_has_no_effect(pair: tuple[Path, Path], context: Context) -> None:
    job = api.RehearsePhoto(pair[0], pair[0], attacks=("purify",))
    result, _ = finish(job, context)
    table = result.outcomes[0].table
    assert {table.verdict(row) for row in table.rows} == {"none"}
    assert all(row.effect == 0 for row in table.rows)


def test_other_sizes_and_cancelling(
    pair: tuple[Path, Path], context: Context, tmp_path: Path
) -> None:
    other = tmp_path / "other.png"
    photo(50, 50).save(other)
    with pytest.raises(Problem) as problem:
        finish(api.RehearsePhoto(pair[0], other), context)
    assert problem.value.code == "photo.other-size"
    stopped = replace(context, cancelled=lambda: True)
    with pytest.raises(JobCancelled):
        finish(api.RehearsePhoto(*pair, attacks=("purify",)), stopped)


def test_the_interval_decides_what_a_row_says() -> None:
    rows = [
        api.SurvivalRow("a", 0.5, 0.2, 0.4, 0.6),
        api.SurvivalRow("b", 0.5, 0.2, 0.1, 0.6),
        api.SurvivalRow("c", 0.5, 0.2),
        api.SurvivalRow("d", 0.1, 0.2, 0.05, 0.15),
    ]
    table = api.SurvivalTable("purify", "latent-shift", "judge", tuple(rows))
    assert [table.verdict(row) for row in rows] == ["worse", "none", "none", "better"]
    assert table.worst is rows[3]
    similarity = replace(table, higher_is_better=False)
    assert [similarity.verdict(row) for row in rows] == ["better", "none", "none", "worse"]


class ScriptedEditor:
    """Does the true edit, a little differently for each seed; on striped pictures it fails."""

    id = "scripted"

    def __init__(self) -> None:
        self.denoiser = TinyDenoiser()
        self.denoiser.network = self.denoiser.unet  # type: ignore[attr-defined]

    def sample(self, images: torch.Tensor, instruction: str, seed: int) -> Iterator[torch.Tensor]:
        edit = known_edit(instruction) or edit_named("sepia")
        random = torch.Generator().manual_seed(seed)
        stripes = (images[..., 1:] - images[..., :-1]).abs().mean((1, 2, 3), keepdim=True)
        for step in range(3):
            noise = 0.002 * torch.randn(images.shape, generator=random)
            good = (edit.apply(images) + noise).clamp(0, 1)
            yield torch.where(stripes > 0.03, 1 - images, good) if step else images

    def developed(self, latents: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
        return latents


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = ScriptedEditor()
    monkeypatch.setattr(attackers, "editor", lambda bout: (editor, 256))


@pytest.mark.parametrize("instruction", ["Make it black and white.", "put a hat on the cat"])
def test_an_edit_is_shown_live_and_judged_against_the_control(
    pair: tuple[Path, Path], context: Context, scripted: None, instruction: str
) -> None:
    job = api.RehearsePhoto(*pair, attacks=("edit",), instruction=instruction, preview=True)
    result, steps = finish(job, context)
    (outcome,) = result.outcomes
    saved = outcome.table.rows[0]
    assert saved.treatment == "as-saved" and saved.effect > saved.control + 0.05
    assert outcome.verdict == "worse"
    assert [row.treatment for row in outcome.table.rows] == list(editing.QUICK)
    assert set(outcome.left_out) == set(editing.FULL) - set(editing.QUICK)
    assert outcome.spoiled == ((4, 4) if instruction.startswith("Make") else None)
    live = [step.pictures for step in steps if step.pictures]
    assert len(live) == 3 and {p.name for p in live[0]} == {"control:as-saved", "attacked:as-saved"}


def test_an_edit_of_the_same_file_has_no_effect(
    pair: tuple[Path, Path], context: Context, scripted: None
) -> None:
    job = api.RehearsePhoto(pair[0], pair[0], attacks=("edit",), instruction="make it night")
    result, _ = finish(job, context)
    outcome = result.outcomes[0]
    assert outcome.verdict == "none" and outcome.spoiled == (0, 4)


def test_what_an_instruction_asks_for() -> None:
    for edit in EDITS:
        assert known_edit(f" {edit.wordings[0].upper()}! ") is edit
    assert known_edit("give me a moustache") is None


def test_without_an_editor_it_says_so(
    pair: tuple[Path, Path], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attackers, "editor", lambda bout: None)
    with pytest.raises(Problem) as problem:
        finish(api.RehearsePhoto(*pair, attacks=("edit",)), context)
    assert problem.value.code == "store.absent"


def test_training_on_the_photo_is_compared_with_training_on_the_original(
    pair: tuple[Path, Path], context: Context, scripted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "QUICK_STEPS", 2)
    monkeypatch.setattr(training, "SIDE", 32)
    result, _ = finish(api.RehearsePhoto(*pair, attacks=("personalise",)), context)
    (outcome,) = result.outcomes
    (row,) = outcome.table.rows
    assert not outcome.table.higher_is_better
    assert row.low is not None and row.high is not None and row.low <= row.effect <= row.high
    assert {p.name for p in outcome.pictures} == {"control:as-saved", "attacked:as-saved"}


def test_without_an_editor_the_rest_is_still_told(
    pair: tuple[Path, Path], context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attackers, "editor", lambda bout: None)
    monkeypatch.setattr(survival, "TREATMENTS", TREATMENTS[:2])
    result, _ = finish(api.RehearsePhoto(*pair), context)
    assert [outcome.attack for outcome in result.outcomes] == ["purify"]
