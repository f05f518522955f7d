"""Cloning a protected voice: three stretches, several seeds, controls and the clips to play."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from engine import api
from engine.context import Context
from engine.models.cache import ModelCache
from engine.problems import Problem
from engine.rehearse import voice as rehearsal
from engine.work import run
from tests.engine.voice.sounds import voice, write


@pytest.fixture
def context() -> Context:
    return Context(torch.device("cpu"), ModelCache(torch.device("cpu")))


@pytest.fixture(autouse=True)
def speech_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(pieces: Iterable[Any], check: Any) -> tuple[tuple[api.Span, ...], str]:
        return (api.Span(0, sum(len(p) for p in pieces) / 16_000),), "energy"

    monkeypatch.setattr(rehearsal.activity, "find", found)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    sound = np.concatenate([voice(4.0, seed=n) for n in range(3)])
    noise = 0.01 * np.random.default_rng(0).standard_normal(len(sound))
    return (
        write(tmp_path / "a.wav", sound, 16_000, subtype="FLOAT"),
        write(tmp_path / "b.wav", sound + noise, 16_000, subtype="FLOAT"),
    )


def done(job: Any, context: Context) -> tuple[Any, list[api.Progress]]:
    steps, seen = run(job, context), []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


def test_every_cloner_says_it_in_both_voices(
    files: tuple[Path, Path], tmp_path: Path, context: Context
) -> None:
    job = api.RehearseVoice(*files, seeds=2, survival=False, clips=tmp_path / "clips")
    result, seen = done(job, context)
    assert result.survival is None
    assert "clone" in {step.stage for step in seen}
    for clone in result.clones:
        assert len(clone.per_seed) == 2
        assert clone.protected == pytest.approx(np.mean(clone.per_seed), abs=1e-3)
        scores = (clone.original, clone.protected, clone.white, clone.speech, clone.disguised)
        assert all(-1 <= score <= 1 for score in scores)
        assert clone.drop_low <= clone.original - clone.protected <= clone.drop_high
        assert clone.judge not in (clone.cloner, "")
    assert "phrase" in {clip.name for clip in result.clips}
    for clip in result.clips:
        sound, rate = soundfile.read(clip.file)
        assert rate == clip.rate and len(sound) / rate == pytest.approx(clip.seconds)
        assert np.abs(sound).max() > 0.01
    names = [clip.name for clip in result.clips]
    assert len(names) == len(set(names))
    assert sum("original" in n for n in names) == sum("protected" in n for n in names)


def test_what_survives_is_compared_with_the_same_treatment_of_the_clean_file(
    files: tuple[Path, Path], context: Context
) -> None:
    result, _ = done(api.RehearseVoice(*files, seeds=1), context)
    rows = {row.treatment: row for row in result.survival.rows}
    assert {"as-saved", "mp3-128", "mp3-64", "opus", "rate-8k", "denoise", "vocoder"} <= set(rows)
    assert rows["louder"].effect == pytest.approx(rows["as-saved"].effect, abs=0.03)
    # Eight thousand samples a second take half of the band away from both.
    assert rows["rate-8k"].control < rows["as-saved"].control
    assert all(r.low is None or r.low <= r.effect <= r.high for r in rows.values())


def test_the_same_files_give_the_same_figures(files: tuple[Path, Path], context: Context) -> None:
    job = api.RehearseVoice(*files, seeds=1, survival=False)
    assert done(job, context)[0].clones == done(job, context)[0].clones


def test_files_that_do_not_belong_together_have_a_sentence(
    files: tuple[Path, Path], tmp_path: Path, context: Context
) -> None:
    other = write(tmp_path / "c.wav", voice(3.0), 16_000)
    with pytest.raises(Problem) as refused:
        done(api.RehearseVoice(files[0], other), context)
    assert refused.value.code == "recording.other"
