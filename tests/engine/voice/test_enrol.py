"""Enrolling a voice, and what is left of it on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import api
from engine.context import Context, JobCancelled
from engine.problems import Problem
from engine.voice import cloneshield, jobs
from engine.work import run
from tests.engine.voice.sounds import voice, write
from tests.engine.voice.test_methods import TinyEncoder


def done(job: Any, context: Context) -> Any:
    steps = run(job, context)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small surrogate, few steps, and speech wherever there is sound."""
    search = cloneshield.enrol

    def short(*given: Any, **named: Any) -> Any:
        return search(*given, **named, steps=2)

    def found(pieces: Iterable[Any], check: Any) -> tuple[tuple[api.Span, ...], str]:
        return (api.Span(0, sum(len(p) for p in pieces) / 16_000),), "energy"

    monkeypatch.setattr(jobs, "surrogates", lambda context, folder: [TinyEncoder()])
    monkeypatch.setattr(jobs.cloneshield, "enrol", short)
    monkeypatch.setattr(jobs.activity, "find", found)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voice")
    return write(folder / "a.wav", np.tile(voice(4.0, 22_050), 6), 22_050)


def test_a_voice_is_enrolled_listed_used_and_removed(
    recording: Path, tmp_path: Path, context: Context
) -> None:
    result = done(api.EnrolVoice((recording,), tmp_path, "Mine"), context)
    assert result.enrolled == "Mine"
    (profile,) = result.profiles
    assert profile.name == "Mine" and profile.seconds == pytest.approx(24, abs=0.1)
    assert profile.models == {"tiny": "0" * 64}
    assert -2 < profile.drop < 2 and -2 < profile.control < 2
    assert done(api.ListProfiles(tmp_path), context).profiles == (profile,)

    file = write(tmp_path / "b.wav", voice(2.0), 16_000)
    protect = api.ProtectVoice(
        file, tmp_path, ("cloneshield",), quality="fast", profile="Mine",
        regions=(api.Span(0.2, 1.8),),
    )  # fmt: skip
    assert done(protect, context).receipt.parameters["profile"] == "Mine"

    assert done(api.RemoveProfile(tmp_path, "Mine"), context).profiles == ()
    with pytest.raises(Problem) as refused:
        done(protect, context)
    assert refused.value.code == "profile.unknown"
    with pytest.raises(Problem):
        done(api.RemoveProfile(tmp_path, "Mine"), context)


def test_several_recordings_count_together(tmp_path: Path, context: Context) -> None:
    files = tuple(write(tmp_path / f"{n}.wav", np.tile(voice(4.0), 3), 16_000) for n in "ab")
    with pytest.raises(Problem) as refused:
        done(api.EnrolVoice(files[:1], tmp_path, "Mine"), context)
    assert refused.value.code == "voice.too-little"
    assert refused.value.details == {"seconds": 12, "needed": 20}
    (profile,) = done(api.EnrolVoice(files, tmp_path, "Mine"), context).profiles
    assert profile.seconds == pytest.approx(24, abs=0.1)


@pytest.mark.parametrize(
    ("name", "code"), [("Mine", "profile.exists"), ("", "profile.name"), ("a/b", "profile.name")]
)
def test_a_name_that_cannot_be_has_a_sentence(
    name: str, code: str, recording: Path, tmp_path: Path, context: Context
) -> None:
    done(api.EnrolVoice((recording,), tmp_path, "Mine"), context)
    with pytest.raises(Problem) as refused:
        done(api.EnrolVoice((recording,), tmp_path, name), context)
    assert refused.value.code == code


def test_a_cancelled_enrolment_leaves_no_profile(
    recording: Path, tmp_path: Path, context: Context
) -> None:
    stopping = Context(context.device, context.models, lambda: True)
    with pytest.raises(JobCancelled):
        done(api.EnrolVoice((recording,), tmp_path, "Mine"), stopping)
    assert not list(tmp_path.rglob("*.*"))
