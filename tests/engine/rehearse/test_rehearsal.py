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
from engine.rehearse.channels import CHANNELS
from engine.rehearse.treatments import TREATMENTS
from engine.work import run
from tests.e2e.pictures import photo

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
        finish(api.RehearsePhoto(*pair), stopped)


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
