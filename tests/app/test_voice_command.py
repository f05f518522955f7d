"""``protect voice``, ``measure voice``, ``rehearse voice`` and the ``voice`` group."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from app import cli
from engine import api
from engine.problems import Problem

Run = Callable[..., tuple[int, str, str]]
MEASURES = api.VoiceMeasures(
    snr=21.5, stoi=0.981, stoi_low=0.97, pesq=None, pesq_low=None, loudness_change=0.02,
    true_peak=-3.0, true_peak_original=-3.0, changed_outside=0.0, similarity_original=0.62,
    similarity=0.31, similarity_white=0.58, similarity_speech=0.6, drop_low=0.2, drop_high=0.35,
    judge="judge", windows=4,
)  # fmt: skip
PROFILE = api.VoiceProfile("Mine", "2026-01-02T03:04:05+00:00", 64.0, {"a": "00"}, 0.2, 0.05)
CLONE = api.CloneSimilarity("cloner", "judge", 0.5, 0.3, 0.48, 0.49, 0.1, (0.3,), 0.1, 0.3)
ROW = api.SurvivalRow("mp3-128", 0.33, 0.6, 0.3, 0.36)


@pytest.fixture
def jobs() -> list[Any]:
    return []


@pytest.fixture
def run(
    jobs: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    def work(job: Any, context: Any) -> Generator[api.Progress, None, Any]:
        jobs.append(job)
        yield api.Progress(0, 1, "optimise")
        if isinstance(job, api.ProtectVoice):
            if "silent" in job.file.name:
                raise Problem("recording.no-voice", file=job.file.name)
            output = job.file.with_name("a-protected.wav")
            receipt = api.Receipt(
                api.RECEIPT_SCHEMA, "0", "2026-01-02T03:04:05+00:00", job.kind, str(job.file),
                str(output), {}, "cloneshield", {}, {}, "cpu", 1.0, {}, (),
            )  # fmt: skip
            return api.VoiceResult(
                output, MEASURES, receipt, (api.Span(0, 1),), True, ("cloneshield",),
                "rain", ("scene-audible",),
            )  # fmt: skip
        if isinstance(job, api.MeasureVoice):
            return api.VoiceMeasureResult(MEASURES)
        if isinstance(job, api.RehearseVoice):
            table = api.SurvivalTable("clone", "similarity", "judge", (ROW,), False)
            return api.VoiceRehearsal((CLONE,), table if job.survival else None)
        if isinstance(job, api.ListScenes):
            return api.ScenesResult((api.Scene("rain"), api.Scene("attic", True)))
        return api.ProfilesResult((PROFILE,), "Mine")

    monkeypatch.setattr("engine.work.run", work)
    monkeypatch.setenv("CLOAKROOM_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    for name in ("a.wav", "b.wav", "silent.wav"):
        (tmp_path / name).write_bytes(b"RIFF")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_protect_hands_everything_on_and_says_what_was_reached(run: Run, jobs: list[Any]) -> None:
    options = ["--method", "cloneshield", "--method", "sceneguard", "--strength", "strong"]
    options += ["--quality", "fast", "--profile", "Mine", "--scene", "rain", "--seed", "7"]
    code, out, _ = run("protect", "voice", "a.wav", *options)
    assert code == 0
    assert "a-protected.wav" in out and "STOI 0.981" in out and "like speech 0.60" in out
    (job,) = jobs
    assert job.methods == ("cloneshield", "sceneguard")
    assert (job.strength, job.quality, job.profile) == ("strong", "fast", "Mine")
    assert (job.scene, job.seed, job.out) == ("rain", 7, None)


def test_protect_as_json_and_one_file_that_fails(run: Run, jobs: list[Any]) -> None:
    code, out, _ = run("protect", "voice", "a.wav", "silent.wav", "--json")
    assert code == 1
    good, bad = json.loads(out)
    assert good["ok"] and good["methods"] == ["cloneshield"] and good["audible"]
    assert not bad["ok"] and "silent.wav" in bad["error"]
    assert [job.methods for job in jobs] == [("auto",), ("auto",)]


def test_measure_and_rehearse_say_the_controls(run: Run, jobs: list[Any]) -> None:
    code, out, _ = run("measure", "voice", "a.wav", "b.wav", "--json")
    assert code == 0
    assert json.loads(out)[0]["measures"]["similarity_white"] == 0.58
    code, out, _ = run("rehearse", "voice", "a.wav", "b.wav", "--clips", "heard")
    assert code == 0
    assert "0.30 like the voice" in out and "white 0.48" in out and "mp3-128" in out
    assert jobs[-1].clips == Path.cwd() / "heard" and jobs[-1].survival
    code, out, _ = run("rehearse", "voice", "a.wav", "b.wav", "--no-survival", "--json")
    assert json.loads(out)[0]["survival"] is None
    assert json.loads(out)[0]["clones"][0]["per_seed"] == [0.3]


def test_voices_are_enrolled_and_listed(run: Run, jobs: list[Any]) -> None:
    code, out, _ = run("voice", "enrol", "a.wav", "b.wav", "--name", "Mine")
    assert code == 0
    assert "learnt from 64 s" in out and "0.20" in out and "0.05" in out
    assert [file.name for file in jobs[0].files] == ["a.wav", "b.wav"]
    assert run("voice", "profiles")[1].split() == ["Mine"]
    assert run("voice", "scenes")[1].split() == ["rain", "attic"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("protect", "voice", "a.wav", "--method", "shout"),
        ("protect", "voice", "a.wav", "--strength", "loud"),
        ("protect", "voice", "a.wav", "--quality", "slow"),
        ("protect", "voice", "a.wav", "--device", "abacus"),
        ("rehearse", "voice", "a.wav", "b.wav", "--device", "abacus"),
        ("voice", "enrol", "a.wav"),
    ],
)
def test_wrong_usage(run: Run, jobs: list[Any], arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2
    assert not jobs
