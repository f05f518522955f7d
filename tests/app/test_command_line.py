"""The program as it is started, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.__main__ import files_to_open, has_display

# Runs the command line with jobs that only pretend.
PRETEND = """
import sys
import engine.work
from tests.app import fake_work
engine.work.run = fake_work.run
from app.__main__ import main
sys.exit(main())
"""


def python(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "CLOAKROOM_LANGUAGE": "en", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def loaded_by(root: Path, *arguments: str) -> set[str]:
    """The top-level packages in memory after running the program with ``arguments``."""
    code = f"""
import sys
from app.__main__ import main
try:
    code = main({list(arguments)!r})
finally:
    print(*sorted({{name.partition('.')[0] for name in sys.modules}}), file=sys.stderr)
sys.exit(code)
"""
    done = python(root, "-c", code)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_the_version_loads_nothing_heavy(root: Path) -> None:
    heavy = {"PySide6", "torch", "numpy", "typer", "rich", "platformdirs", "asyncio", "sqlite3"}
    assert loaded_by(root, "--version") & heavy == set()


def test_help_in_english_loads_neither_qt_nor_torch(root: Path) -> None:
    assert loaded_by(root, "protect", "photo", "--help") & {"PySide6", "torch", "numpy"} == set()


def test_the_module_runs(root: Path) -> None:
    done = python(root, "-m", "app", "--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "cloakroom")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have displays")
def test_without_a_display_it_points_to_the_command_line(root: Path) -> None:
    done = python(root, "-m", "app", DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no display" in done.stderr
    assert "cloakroom --help" in done.stderr


def test_a_platform_chosen_by_hand_is_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert has_display()


def test_existing_files_open_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "devices"):
        (tmp_path / name).touch()
    assert files_to_open([]) == ()
    assert files_to_open(["a.png", str(tmp_path)]) == (tmp_path / "a.png", tmp_path)
    assert files_to_open(["a.png", "gone.png"]) is None
    assert files_to_open(["devices"]) is None
    assert files_to_open(["./devices"]) == (tmp_path / "devices",)
    assert files_to_open(["--help"]) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_leaves_nothing_half_written(root: Path, tmp_path: Path) -> None:
    for name in ("slow.png", "b.png"):
        (tmp_path / name).write_bytes(b"pixels")
    files = [str(tmp_path / name) for name in ("slow.png", "b.png")]
    child = subprocess.Popen(
        [sys.executable, "-c", PRETEND, "protect", "photo", *files, "--json"],
        cwd=root,
        env={**os.environ, "CLOAKROOM_LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    part = tmp_path / "slow-done.png.part"
    while not part.exists() and child.poll() is None:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130, err
    assert [one["code"] for one in json.loads(out)] == ["stopped", "stopped"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.png", "slow.png"]
    assert "Traceback" not in err
