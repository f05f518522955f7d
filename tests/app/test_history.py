from __future__ import annotations

import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.history import MIGRATIONS, History, HistoryError, Queued, migrate
from app.receipts import receipt_to_json
from engine import api
from tests.app.fake_work import receipt

JOB = api.ProtectPhoto(Path("/pictures/a.png"), threats=("edit",), epsilon=0.03, mask=Path("/m"))


def test_jobs_come_back_in_order_and_equal() -> None:
    jobs = [(7, JOB), (8, api.MeasurePhoto(Path("/a"), Path("/b")))]
    with History() as history:
        history.enqueue(jobs)
    with History() as history:
        assert history.queue() == (Queued(7, jobs[0][1]), Queued(8, jobs[1][1]))


def test_a_queue_survives_kill_9(root: Path) -> None:
    code = """
import sys, time
from pathlib import Path
from app.history import History
from engine import api
history = History()
history.enqueue([(n, api.ProtectPhoto(Path(f"/pictures/{n}.png"))) for n in range(1, 1001)])
history.finish(1)
history.fail(3, ("file.missing", {"file": "3.png"}))
print("queued", flush=True)
time.sleep(60)
"""
    child = subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"queued\n"
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    with History() as history:
        left = history.queue()
    assert [queued.id for queued in left] == list(range(2, 1001))
    assert left[0] == Queued(2, api.ProtectPhoto(Path("/pictures/2.png")))
    assert left[1].problem == ("file.missing", {"file": "3.png"})


def test_finishing_moves_a_job_into_the_history() -> None:
    done = receipt(JOB, Path("/pictures/a-done.png"))
    with History() as history:
        history.enqueue([(1, JOB), (2, JOB)])
        history.finish(1, done)
        history.finish(2)
        assert history.queue() == ()
        assert history.receipts() == (done,)


def test_a_retried_job_forgets_its_problem() -> None:
    with History() as history:
        history.enqueue([(1, JOB)])
        history.fail(1, ("engine.died", {}))
        history.enqueue([(1, JOB)])
        assert history.queue() == (Queued(1, JOB),)


def test_a_file_name_that_is_no_unicode_survives() -> None:
    odd = api.ProtectPhoto(Path("/a\udcff.png"))
    with History() as history:
        history.enqueue([(1, odd)])
        history.finish(2, receipt(odd, Path("/b\udcff.png")))
    with History() as history:
        assert history.queue() == (Queued(1, odd),)
        assert history.receipts("a")[0].file == "/a\udcff.png"


def test_search_finds_all_words_in_any_case_latest_first() -> None:
    def of(name: str, day: int) -> api.Receipt:
        job = api.ProtectPhoto(Path(f"/Pictures/{name}"))
        made: api.Receipt = receipt(job, Path(f"/out/{name}"), f"2026-01-{day:02}T00:00:00+00:00")
        return made

    cat, dog, street = of("Cat 100%.png", 1), of("dog.png", 3), of("Straße_ÉTÉ.png", 2)
    with History() as history:
        for one in (cat, dog, street):
            history.record(one)
        assert history.receipts() == (dog, street, cat)
        assert history.receipts(limit=1) == (dog,)
        assert history.receipts("CAT png") == (cat,)
        assert history.receipts("cat dog") == ()
        assert history.receipts("strasse été") == (street,)
        assert history.receipts("100%") == (cat,)
        assert history.receipts("c_t") == ()
        assert history.receipts("pretend protect-photo") == (dog, street, cat)


def test_protections_are_found_by_the_name_of_what_they_wrote() -> None:
    with History() as history:
        history.record(receipt(JOB, Path("/out/a b-cloaked.png")))
        history.record(receipt(JOB, Path("/out/other a b-cloaked.png")))
        history.record(
            dataclasses.replace(receipt(JOB, Path("/m/a b-cloaked.png")), kind="mark-file")
        )
        (found,) = history.protected("a b-cloaked.png")
        assert found.output == "/out/a b-cloaked.png"
        assert history.protected("a.png") == ()


def test_what_a_newer_version_wrote_is_left_alone() -> None:
    with History() as history:
        history.enqueue([(1, JOB)])
        history.record(receipt(JOB, Path("/x")))
        plain = {**receipt_to_json(receipt(JOB, Path("/y"))), "schema": 99}
        db = sqlite3.connect(history.file)
        with db:
            db.execute("INSERT INTO queue (id, job) VALUES (9, ?)", ('{"kind": "paint-moon"}',))
            db.execute(
                "INSERT INTO receipts (created, words, receipt) VALUES ('3', '', ?)",
                (json.dumps(plain),),
            )
        assert history.last_id() == 9
        assert [queued.id for queued in history.queue()] == [1]
        assert [found.output for found in history.receipts()] == ["/x"]
        assert db.execute("SELECT count(*) FROM queue").fetchone() == (2,)
        db.close()


def test_every_step_of_the_schema_keeps_the_data(tmp_path: Path) -> None:
    for start in range(len(MIGRATIONS) + 1):
        db = sqlite3.connect(tmp_path / f"{start}.sqlite3")
        migrate(db, MIGRATIONS[:start])
        migrate(db, (*MIGRATIONS, "CREATE TABLE later (x)"))
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
        assert db.execute("SELECT count(*) FROM queue").fetchone() == (0,)
        db.close()


def test_a_failed_migration_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "h.sqlite3"
    db = sqlite3.connect(file)
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, ("CREATE TABLE a (x); CREATE TABLE b (y; ",))
    db.close()
    db = sqlite3.connect(file)
    assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert db.execute("PRAGMA user_version").fetchone() == (0,)
    db.close()


def test_a_file_of_a_newer_version_is_refused_untouched() -> None:
    with History() as history:
        file = history.file
        history.enqueue([(1, JOB)])
    db = sqlite3.connect(file)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(HistoryError, match="schema"):
        History()
    db = sqlite3.connect(file)
    assert db.execute("SELECT count(*) FROM queue").fetchone() == (1,)
    db.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    file.write_text("this is no database, " * 100)
    with pytest.raises(HistoryError, match="not a history"):
        History(file)
    assert file.read_text().startswith("this is")


def test_a_schema_below_all_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    with History(file) as history:
        history._db.execute("PRAGMA user_version = -3")
    with pytest.raises(HistoryError, match="schema"):
        History(file)


def test_what_was_done_before_is_known_by_file_and_by_result(tmp_path: Path) -> None:
    names = ("a.png", "a-protected.png", "b.png", "c.png", "c-protected.png", "new.png")
    a, made, b, c, c_made, new = (tmp_path / name for name in names)
    for file in (a, made, b, c, c_made, new):
        file.write_bytes(b"x")
    with History() as history:
        for file, output in ((a, made), (b, tmp_path / "gone.png"), (c, c_made)):
            done = dataclasses.replace(
                receipt(JOB, output), kind="protect-photo", file=str(file), output=str(output),
                created=datetime.now(UTC).isoformat(timespec="seconds"),
            )  # fmt: skip
            history.record(done)
        later = time.time() + 60
        os.utime(c, (later, later))  # changed since, so its result is out of date
        asked = (a, made, b, c, c_made, new)
        assert history.done("protect-photo", asked) == {a, made, c_made}
        assert history.done("protect-voice", asked) == frozenset()


def test_thousands_of_files_are_looked_up_quickly(tmp_path: Path) -> None:
    with History(tmp_path / "h.sqlite3") as history:
        for number in range(300):
            history.record(
                dataclasses.replace(receipt(JOB, Path("/o.png")), file=f"/p/{number}.png")
            )
        started = time.perf_counter()
        history.done("protect-photo", [Path(f"/p/{number}.png") for number in range(2000)])
        assert time.perf_counter() - started < 1.0
