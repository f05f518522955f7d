from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import log


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    level = logging.getLogger().level
    yield
    log.stop()
    logging.getLogger().setLevel(level)


def test_messages_go_to_a_file_without_the_users_name(
    cloakroom_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/alice"))
    file = log.start()
    logging.getLogger("engine").warning("cannot read %s", "/home/alice/Pictures/a.png")
    log.stop()
    assert file == cloakroom_home / "state" / "cloakroom.log"
    text = file.read_text(encoding="utf-8")
    assert "WARNING engine: cannot read ~/Pictures/a.png" in text
    assert "alice" not in text


def test_the_file_rotates_and_stays_small(cloakroom_home: Path) -> None:
    log.start()
    for _ in range(60):
        logging.getLogger("app").info("x" * 100_000)
    log.stop()
    files = list((cloakroom_home / "state").glob("cloakroom.log*"))
    assert 2 <= len(files) <= 4
    assert sum(file.stat().st_size for file in files) < 5_000_000


def test_a_disk_that_refuses_is_no_reason_not_to_start(
    cloakroom_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cloakroom_home / "state").write_text("a file where the folder should be")
    assert log.start() is None
    logging.getLogger("app").error("unheard")
    assert capsys.readouterr().err == ""


def test_stopping_closes_only_our_own(cloakroom_home: Path) -> None:
    other = logging.StreamHandler()
    logging.getLogger().addHandler(other)
    log.start()
    log.stop()
    assert other in logging.getLogger().handlers
    logging.getLogger().removeHandler(other)
