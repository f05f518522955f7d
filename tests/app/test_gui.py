"""The window's life, in processes of its own: an application can only be quit once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import SettingsFile


class Window:
    """One process of ``tests.app.window_process``."""

    def __init__(self, root: Path, *files: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.window_process", *map(str, files)],
            cwd=root,
            env={**os.environ, "CLOAKROOM_LANGUAGE": "en"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.heard: list[dict[str, Any]] = []

    def order(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def until(self, **wanted: Any) -> dict[str, Any]:
        """Read on until the process says something with these facts."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            facts: dict[str, Any] = json.loads(line)
            self.heard.append(facts)
            if all(facts.get(name) == value for name, value in wanted.items()):
                return facts
        assert self.process.stderr is not None
        raise AssertionError(f"{wanted} never came: {self.heard} {self.process.stderr.read()}")

    def end(self) -> str:
        """Wait for the process to end and return what it complained about."""
        _, errors = self.process.communicate(timeout=60)
        own = "This plugin does not support propagateSizeHints()\n"  # the offscreen platform's
        return str(errors).replace(own, "")


@pytest.fixture
def windows(root: Path) -> Iterator[Any]:
    made: list[Window] = []

    def start(*files: Path) -> Window:
        made.append(Window(root, *files))
        return made[-1]

    yield start
    for window in made:
        if window.process.poll() is None:
            window.process.kill()
        window.process.communicate()


def test_it_opens_files_starts_the_engine_and_ends_cleanly(windows: Any, tmp_path: Path) -> None:
    photo = tmp_path / "a.png"
    photo.write_bytes(b"no picture, but a name")
    window = windows(photo)
    started = window.until(engine="started")
    assert started["loaded"] == []
    window.until(opened=[str(photo)])
    window.order("set language zh_CN")
    window.order("set theme dark")
    window.order("close")
    ended = window.until(ended=0)
    assert ended == {"ended": 0, "threads": [], "children": 0}
    assert {"engine": "closed"} in window.heard
    assert window.end() == ""
    assert window.process.returncode == 0
    values = SettingsFile().values
    assert (values.language, values.theme) == ("zh_CN", "dark")
    assert values.window_geometry


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process at once")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_it_in_an_orderly_way(
    windows: Any, tmp_path: Path, number: signal.Signals
) -> None:
    window = windows()
    window.until(engine="started")
    window.order(f"submit {tmp_path / 'a.png'}")
    window.until(state="running")
    window.process.send_signal(number)
    assert window.until(ended=0)["threads"] == []
    assert window.end() == ""
    again = windows()
    assert again.until(items=[["a.png", "unfinished"]])


def test_after_kill_9_the_jobs_are_offered_again(windows: Any, tmp_path: Path) -> None:
    window = windows()
    window.until(engine="started")
    window.order(f"submit {tmp_path / 'a.png'}")
    window.until(state="running")
    window.order(f"submit {tmp_path / 'b.png'}")
    window.order("set theme dark")
    window.until(title=["Photos", "Voices", "Marks", "Check", "History", "Models", "Settings"])
    window.process.kill()
    window.end()
    again = windows()
    again.until(items=[["a.png", "unfinished"], ["b.png", "unfinished"]])
    again.until(engine="started")
    again.order("close")
    again.until(ended=0)
    assert not any("state" in facts for facts in again.heard)


def test_a_second_start_gives_its_files_to_the_first(windows: Any, tmp_path: Path) -> None:
    first = windows()
    first.until(engine="started")
    second = windows(tmp_path / "b.png")
    first.until(opened=[str(tmp_path / "b.png")])
    assert second.until(ended=0)["threads"] == []
    assert second.heard == [{"ended": 0, "threads": [], "children": 0}]
    first.order("close")
    first.until(ended=0)


def test_broken_settings_and_history_are_told_and_set_aside(
    windows: Any, cloakroom_home: Path
) -> None:
    for folder, name in (("config", "settings.json"), ("data", "history.sqlite3")):
        (cloakroom_home / folder).mkdir()
        (cloakroom_home / folder / name).write_text("nonsense " * 200)
    window = windows()
    window.until(engine="started")
    window.order("close")
    window.until(ended=0)
    notices = [facts["notice"] for facts in window.heard if "notice" in facts]
    assert len(notices) == 2
    assert "history cannot be opened" in notices[0]
    assert "settings.json.broken" in notices[1]
