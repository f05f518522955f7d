"""``cloakroom rehearse photo``: the table for people and for programs, the exports, wrong usage."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from app import cli
from engine import api
from tests.engine.rehearse.test_export import rehearsal

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def jobs() -> list[api.RehearsePhoto]:
    return []


@pytest.fixture
def run(
    jobs: list[api.RehearsePhoto],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    def work(job: Any, context: Any) -> Generator[api.Progress, None, api.RehearsalResult]:
        jobs.append(job)
        yield api.Progress(0, 1, "rehearse-edit")
        return rehearsal()

    monkeypatch.setattr("engine.work.run", work)
    monkeypatch.setenv("CLOAKROOM_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(("rehearse", "photo", "a.png", "b.png", *arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_json_has_every_row_with_its_verdict(run: Run, jobs: list[api.RehearsePhoto]) -> None:
    code, out, _ = run("--attack", "all", "--instruction", "make it night", "--json")
    assert code == 0
    (one,) = json.loads(out)
    assert list(one)[:4] == ["file", "ok", "error", "output"]
    assert one["ok"] and one["output"] is None and one["instruction"] == "make it night"
    edit = one["outcomes"][0]
    assert edit["verdict"] == "worse" and edit["table"]["worst"] == "jpeg-75"
    assert [row["verdict"] for row in edit["table"]["rows"]] == ["worse", "none"]
    assert "pictures" not in edit
    assert jobs[0].attacks == ("edit", "purify", "personalise") and jobs[0].quick
    assert jobs[0].file == Path.cwd() / "a.png"


def test_people_get_a_table_and_the_exports(run: Run, jobs: list[api.RehearsePhoto]) -> None:
    code, out, _ = run("--attack", "purify", "--full", "--out", "seen")
    assert code == 0
    assert "An AI edit: clearly worse for the attacker" in out
    assert "JPEG 75  worst case" in out
    assert "left out: Cleaning: UDAP" in out
    assert {p.suffix for p in Path("seen").iterdir()} == {".png", ".html"}
    assert jobs[0].attacks == ("purify",) and not jobs[0].quick


@pytest.mark.parametrize(
    "options",
    [["--attack", "tickle"], ["--target", "gone.png"], ["--device", "x"], ["--out", "file"]],
)
def test_wrong_usage(run: Run, jobs: list[api.RehearsePhoto], options: list[str]) -> None:
    Path("file").write_text("")
    assert run(*options)[0] == 2
    assert not jobs


def test_a_face_is_swapped_only_with_consent(run: Run, jobs: list[api.RehearsePhoto]) -> None:
    code, _, _ = run("--attack", "faceswap", "--sample", "garden", "--my-face")
    assert code == 0
    job = jobs[0]
    assert (job.attacks, job.consent, job.sample) == (("faceswap",), True, "garden")
    code, out, err = run("--attack", "faceswap", "--sample", "nobody", "--my-face")
    assert code == 2 and "garden" in out + err
    run("--attack", "all", "--my-face")
    assert jobs[-1].attacks == api.ATTACKS
