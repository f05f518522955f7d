"""The fuzzer itself: its seeds are good files, it finds what it should, a short run is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.problems import Problem
from tests.fuzz import Watch, case, one
from tests.fuzz_readers import READERS, Reader

CASES = 25  # of each reader; an hour reads tens of thousands


@pytest.mark.parametrize("name", READERS)
@pytest.mark.filterwarnings("ignore")
def test_readers(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    seeds = reader.seeds()
    file = tmp_path / f"case{reader.suffix}"
    for seed in seeds:
        file.write_bytes(seed)
        reader.read(file)  # the first time, packages are imported
        assert one(reader, file)[0] == "answered"
    assert case(name, 3, 0, seeds, reader.damage) == case(name, 3, 0, seeds, reader.damage)
    for number in range(CASES):
        file.write_bytes(case(name, number, 0, seeds, reader.damage))
        what, detail = one(reader, file)
        assert what in ("answered", "refused"), (number, what, detail)


def test_what_is_a_find(tmp_path: Path) -> None:
    def wrong(file: Path) -> None:
        raise KeyError(file.name)

    def told(file: Path) -> None:
        raise Problem("file.empty", file=file.name)

    file = tmp_path / "case"
    assert one(Reader("", list, told), file) == ("refused", "")
    what, detail = one(Reader("", list, wrong), file)
    assert what.startswith("KeyError in ") and "wrong" in detail


def test_finds_are_counted_and_kept_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch(["png"], 0, tmp_path / "finds")
    for number in (4, 9):
        watch._found("png", number, "hangs", "", b"data")
    assert (tmp_path / "finds" / "png-4").read_bytes() == b"data"
    assert (
        len(list((tmp_path / "finds").iterdir())) == 1 and "png:4 hangs" in capsys.readouterr().out
    )
    assert "0 files, 1 different finds" in watch.told()
