"""The commands in this process, on the real thread host, with jobs that only pretend."""

from __future__ import annotations

import json
import math
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.commands import COMMANDS, output
from app.commands.progress import Lines
from app.history import History
from app.receipts import read_receipt
from engine import api
from engine.problems import Problem
from tests.app import fake_work

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command in ``tmp_path``; returns exit code, stdout and stderr."""
    monkeypatch.setattr("engine.work.run", fake_work.run)
    monkeypatch.setenv("CLOAKROOM_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def picture(name: str) -> Path:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"pixels")
    return file


def objects(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def test_one_picture_is_protected_and_reported(run: Run) -> None:
    picture("a.png")
    code, out, err = run("protect", "photo", "a.png", "--threat", "edit", "--seed", "7", "--json")
    assert code == 0
    (one,) = objects(out)
    assert list(one)[:5] == ["file", "ok", "error", "output", "code"]
    assert one["file"] == "a.png"
    assert (one["ok"], one["error"], one["code"]) == (True, None, None)
    assert Path(one["output"]).read_bytes() == b"pixels"
    assert one["parameters"] == {"seed": 7, "strength": "balanced", "epsilon": None}
    assert one["measures"] == {"psnr": 40.0}
    assert one["method"] == "pretend"
    assert "[1/1] a.png" in err


def test_without_json_people_get_lines(run: Run) -> None:
    picture("a.png")
    code, out, _ = run("protect", "photo", "a.png")
    assert code == 0
    first, second = out.splitlines()
    assert first == f"a.png -> {Path('a-done.png').absolute()}"
    assert "PSNR 40.0 dB" in second
    assert "white 0.20" in second


def test_people_are_told_what_else_changed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake_work, "NOTES", ("format-changed", "from-the-future"))
    picture("a.gif")
    code, out, _ = run("protect", "photo", "a.gif")
    assert code == 0
    assert "Saved in another format" in out
    assert "from-the-future" not in out
    assert objects(run("protect", "photo", "a.gif", "--json")[1])[0]["notes"] == [
        "format-changed",
        "from-the-future",
    ]


def test_one_failure_does_not_end_the_run(run: Run) -> None:
    for name in ("a.png", "fails.png", "b.png"):
        picture(name)
    code, out, err = run("protect", "photo", "a.png", "fails.png", "gone.png", "b.png", "--json")
    assert code == 1
    found = objects(out)
    assert [one["file"] for one in found] == ["a.png", "fails.png", "gone.png", "b.png"]
    assert [one["ok"] for one in found] == [True, False, False, True]
    assert [one["code"] for one in found] == [None, "file.unreadable", "file.missing", None]
    assert found[1]["output"] is None
    assert found[1]["error"] in err
    assert "gone.png does not exist any more." in err


def test_an_error_nobody_expected_is_a_sentence_too(run: Run) -> None:
    picture("breaks.png")
    code, out, err = run("protect", "photo", "breaks.png", "--json")
    assert code == 1
    assert objects(out)[0]["code"] == "internal"
    assert "this was not expected" in err
    assert "Traceback" not in err


def test_a_folder_stands_for_its_pictures(run: Run) -> None:
    for name in ("f/b.JPG", "f/a.png", "f/note.txt", "f/.hidden.png", "f/deeper/c.png"):
        picture(name)
    Path("empty").mkdir()
    code, out, _ = run("protect", "photo", "f", "f/a.png", "empty", "--json")
    assert code == 1
    assert [(one["file"], one["code"]) for one in objects(out)] == [
        ("f/a.png", None),
        ("f/b.JPG", None),
        ("empty", "folder.nothing"),
    ]


def test_options_reach_the_job(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[api.Job] = []

    def remember(job: api.Job, context: Any) -> Any:
        jobs.append(job)
        return fake_work.run(job, context)

    monkeypatch.setattr("engine.work.run", remember)
    picture("a.png")
    picture("m.png")
    Path("out").mkdir()
    options = "--strength strong --epsilon 0.05 --seed 3 --mask m.png --out out --strip-location"
    options += " --face 0.1,0.2,0.4,0.6"
    code, _, _ = run(
        "protect", "photo", "a.png", "--threat", "edit", "--threat", "edit", *options.split()
    )
    assert code == 0
    here = Path.cwd()
    assert jobs == [
        api.ProtectPhoto(
            file=here / "a.png",
            threats=("edit",),
            strength="strong",
            epsilon=0.05,
            seed=3,
            mask=here / "m.png",
            out=here / "out",
            strip_location=True,
            faces=(api.FaceBox(0.1, 0.2, 0.4, 0.6),),
        )
    ]


@pytest.mark.parametrize(
    "options",
    [
        ["--strength", "enormous"],
        ["--threat", "tickle"],
        ["--threat", "haircut"],
        ["--epsilon", "0"],
        ["--face", "0.4,0.2,0.1,0.6"],
        ["--face", "left"],
        ["--epsilon", "-0.1"],
        ["--epsilon", "1.5"],
        ["--epsilon", "nan"],
        ["--epsilon", "much"],
        ["--seed", "x"],
        ["--device", "toaster"],
        ["--device", "cuda:x"],
        ["--mask", "gone.png"],
        ["--mask", "."],
        ["--receipt", "."],
        ["--out", "one.png", "b.png"],
        ["--frobnicate"],
    ],
)
def test_bad_usage_is_2_and_nothing_is_tried(run: Run, options: list[str]) -> None:
    picture("a.png")
    picture("b.png")
    code, out, err = run("protect", "photo", "a.png", *options)
    assert code == 2
    assert out == ""
    assert "Error" in err
    assert not list(Path.cwd().glob("*-done*"))


@pytest.mark.parametrize("arguments", [["protect", "photo"], ["measure", "photo", "a"], ["fly"]])
def test_missing_arguments_and_unknown_commands_are_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


def test_a_device_that_is_not_there_is_bad_usage(run: Run) -> None:
    picture("a.png")
    code, out, err = run("protect", "photo", "a.png", "--device", "cuda:99")
    assert code == 2
    assert out == ""
    assert "cuda:99" in err
    assert "cpu" in err


def test_one_output_file_for_one_picture(run: Run) -> None:
    picture("a.png")
    assert run("protect", "photo", "a.png", "--out", "result.png")[0] == 0


def test_receipts_are_written_and_remembered(run: Run) -> None:
    for name in ("a.png", "b.png"):
        picture(name)
    assert run("protect", "photo", "a.png", "--receipt", "r.json")[0] == 0
    saved = read_receipt(Path("r.json"))
    assert saved.file == str(Path("a.png").absolute())
    with History() as history:
        assert history.receipts() == (saved,)
    assert run("protect", "photo", "a.png", "b.png", "--receipt", "many.json")[0] == 0
    assert len(json.loads(Path("many.json").read_text())) == 2


def test_a_receipt_that_cannot_be_written_fails(run: Run) -> None:
    picture("a.png")
    code, out, err = run("protect", "photo", "a.png", "--receipt", "nowhere/r.json", "--json")
    assert code == 1
    assert objects(out)[0]["ok"] is True
    assert "Cannot write into nowhere" in err


def test_a_broken_history_does_not_fail_the_command(run: Run, cloakroom_home: Path) -> None:
    picture("a.png")
    (cloakroom_home / "data").mkdir()
    (cloakroom_home / "data" / "history.sqlite3").write_text("no database " * 100)
    assert run("protect", "photo", "a.png")[0] == 0


def test_measuring_prints_the_measures(run: Run) -> None:
    picture("a.png")
    picture("b.png")
    code, out, _ = run("measure", "photo", "a.png", "b.png", "--json")
    assert code == 0
    (one,) = objects(out)
    assert (one["file"], one["ok"], one["output"]) == ("a.png", True, "b.png")
    assert one["measures"]["latent_shift_white"] == 0.2
    assert set(one["measures"]) == set(api.PhotoMeasures.__dataclass_fields__)
    assert run("measure", "photo", "a.png", "gone.png")[0] == 1


def test_devices(run: Run) -> None:
    code, out, _ = run("devices", "--json")
    assert code == 0
    assert objects(out) == [
        {
            "id": "cpu",
            "name": "Test processor",
            "total_memory": 8_000_000_000,
            "free_memory": 4_000_000_000,
            "precisions": ["float32"],
        }
    ]
    code, out, _ = run("devices")
    assert code == 0
    assert out.split() == ["cpu", "Test", "processor", "(4.0", "of", "8.0", "GB", "free)"]


def test_an_infinite_figure_is_still_json(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake_work, "MEASURES", replace(fake_work.MEASURES, psnr=math.inf))
    picture("a.png")
    code, out, _ = run("measure", "photo", "a.png", "a.png", "--json")
    assert code == 0
    assert objects(out)[0]["measures"]["psnr"] is None


def test_help_and_version_exist_and_commands_are_listed(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert all(command in out for command in COMMANDS)
    application = cli.command_line()
    registered = [
        *(command.name for command in application.registered_commands),
        *(group.name for group in application.registered_groups),
    ]
    assert sorted(COMMANDS) == sorted(str(name) for name in registered)
    assert run("--version")[0] == 0


def test_help_is_in_the_users_language(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.words.use_environment", lambda: None)
    monkeypatch.setattr("app.words._lookup", lambda context, text: f"{context}!{text[::-1]}")
    assert "Cli!" + "Cloak files."[::-1] in run("--help")[1]
    assert "Cli!" in run("protect", "photo", "--help")[1]


def test_what_a_terminal_cannot_show_does_not_stop_it(capsys: pytest.CaptureFixture[str]) -> None:
    report = output.Report(as_json=True)
    report.succeeded("a\udcff.png", text="", output=Path("猫.png"))
    report.failed("b.png", Problem("file.missing", file="b\udcff.png"))
    assert report.finish() == 1
    found = objects(capsys.readouterr().out)
    assert found[0]["file"] == "a\udcff.png"
    assert found[0]["output"] == "猫.png"


def test_plain_progress_is_sparse(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("app.commands.progress.time.monotonic", lambda: now[0])
    lines = Lines()
    lines.file("a.png", 2, 5)
    for step in range(300):
        now[0] += 0.1
        lines.step(api.Progress(step, 300, "optimise"))
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "[2/5] a.png"
    assert 3 <= len(said) <= 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_reports_what_is_left(
    run: Run, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    from app.commands import session

    for name in ("a.png", "slow.png", "b.png"):
        picture(name)
    wait = session.Session._wait

    def interrupted(self: session.Session, on_progress: Callable[[api.Progress], None]) -> Any:
        def step(progress: api.Progress) -> None:
            if progress.of > 100:
                signal.raise_signal(number)

        return wait(self, step)

    monkeypatch.setattr(session.Session, "_wait", interrupted)
    code, out, err = run("protect", "photo", "a.png", "slow.png", "b.png", "--json")
    assert code == 130
    assert [(one["file"], one["code"]) for one in objects(out)] == [
        ("a.png", None),
        ("slow.png", "stopped"),
        ("b.png", "stopped"),
    ]
    assert "Stopping..." in err
    assert sorted(path.name for path in Path.cwd().iterdir()) == [
        "a-done.png",
        "a.png",
        "b.png",
        "slow.png",
    ]


def test_folders_give_what_the_engine_can_name() -> None:
    from engine.media.writing import SUFFIXES

    assert set(api.PHOTO_SUFFIXES) == {suffix for group in SUFFIXES.values() for suffix in group}
