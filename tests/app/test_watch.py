"""The watched folder tells of what is new and complete, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import watch
from app.watch import FolderWatch


@pytest.fixture
def watcher(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[FolderWatch]:
    monkeypatch.setattr(watch, "SETTLED_MS", 60)
    made = FolderWatch()
    yield made
    made.watch(None)
    made.deleteLater()


def test_only_what_is_new_is_told_and_only_when_it_is_whole(
    watcher: FolderWatch, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "old.png").write_bytes(b"x")
    told: list[Path] = []
    watcher.appeared.connect(told.extend)
    assert watcher.watch(tmp_path)
    new = tmp_path / "new.png"
    with new.open("wb") as growing:
        for _ in range(5):
            growing.write(b"more")
            growing.flush()
            qtbot.wait(30)
            assert told == []
    (tmp_path / ".hidden.png").write_bytes(b"x")
    qtbot.waitUntil(lambda: told == [new], timeout=5000)
    qtbot.wait(150)
    assert told == [new]
    new.unlink()
    qtbot.wait(150)
    new.write_bytes(b"again")
    qtbot.waitUntil(lambda: told == [new, new], timeout=5000)


def test_a_folder_that_is_not_there_is_said(watcher: FolderWatch, tmp_path: Path) -> None:
    assert not watcher.watch(tmp_path / "nowhere")
    assert watcher.watch(None)


def test_what_was_watched_before_is_left_alone(
    watcher: FolderWatch, tmp_path: Path, qtbot: QtBot
) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    told: list[Path] = []
    watcher.appeared.connect(told.extend)
    watcher.watch(first)
    watcher.watch(second)
    (first / "x.png").write_bytes(b"x")
    (second / "y.png").write_bytes(b"y")
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    qtbot.wait(150)
    assert told == [second / "y.png"]
