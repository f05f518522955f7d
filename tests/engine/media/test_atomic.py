from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.media.atomic import atomic, free_name, make_folder
from engine.problems import Problem


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusing(code: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


def test_the_target_appears_whole_and_the_temporary_file_is_gone(tmp_path: Path) -> None:
    target = tmp_path / "a.png"
    with atomic(target) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".png"
        temporary.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failing_body_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    with pytest.raises(failure), atomic(tmp_path / "a.png") as temporary:
        temporary.write_bytes(b"half")
        raise failure
    assert names(tmp_path) == []


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a.png"
    with pytest.raises(FileExistsError), atomic(target) as temporary:
        temporary.write_bytes(b"mine")
        target.write_bytes(b"someone else's")
    assert target.read_bytes() == b"someone else's"
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (errno.ENOSPC, "disk.full"),
        (errno.EDQUOT, "disk.full"),
        (errno.EACCES, "folder.unwritable"),
        (errno.EROFS, "folder.unwritable"),
    ],
)
@pytest.mark.parametrize("call", ["replace", "fsync", "open"])
def test_what_the_system_refuses_becomes_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, problem: str, call: str
) -> None:
    with pytest.raises(Problem) as caught, atomic(tmp_path / "a.png") as temporary:
        temporary.write_bytes(b"whole")
        monkeypatch.setattr(os, call, refusing(code))
    monkeypatch.undo()
    assert caught.value.code == problem
    assert str(tmp_path) in str(caught.value)
    assert names(tmp_path) == []


def test_other_errors_pass_through(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too slow"), atomic(tmp_path / "a.png"):
        raise OSError(errno.EIO, "too slow")


def test_a_folder_that_went_away_is_unwritable(tmp_path: Path) -> None:
    missing = tmp_path / "gone"
    with pytest.raises(Problem) as caught, atomic(missing / "a.png") as temporary:
        temporary.write_bytes(b"")
    assert caught.value.code == "folder.unwritable"


def test_free_names_count_up(tmp_path: Path) -> None:
    wish = tmp_path / "a.tar.png"
    for expected in ("a.tar.png", "a.tar-2.png", "a.tar-3.png"):
        free = free_name(wish)
        assert free.name == expected
        free.touch()


def test_a_broken_link_counts_as_taken(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to(tmp_path / "nowhere")
    assert free_name(tmp_path / "a.png").name == "a-2.png"


def test_names_too_long_for_the_file_system_are_shortened(tmp_path: Path) -> None:
    wish = tmp_path / ("å" * 130 + ".png")
    first = free_name(wish)
    first.touch()
    second = free_name(wish)
    second.touch()
    assert first != second
    assert len(os.fsencode(second.name)) <= 255


def test_make_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(Problem) as caught:
        make_folder(tmp_path / "file" / "b")
    assert caught.value.code == "folder.unwritable"
    monkeypatch.setattr(os, "mkdir", refusing(errno.ENOSPC))
    with pytest.raises(Problem) as caught:
        make_folder(tmp_path / "c")
    assert caught.value.code == "disk.full"
