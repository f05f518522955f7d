"""The history of receipts and the job queue: one SQLite file that survives kill -9.

The queue holds every job that has not come to its end. What it holds when the application starts
was left over by a crash, a kill or a power cut, and is offered again. A finished job leaves the
queue in the same transaction that writes its receipt.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from app import paths
from app.receipts import job_from_json, job_to_json, receipt_from_json, receipt_to_json
from app.typed_json import Mismatch, dump
from engine import api
from engine.problems import Problem

MOST_OF_A_NAME = 50  # receipts of files of one name that are asked for

# MIGRATIONS[n] brings a file of schema n to schema n + 1; SQLite's user_version says which it is.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE receipts (
        id INTEGER PRIMARY KEY,
        created TEXT NOT NULL,
        words TEXT NOT NULL,
        receipt TEXT NOT NULL
    );
    CREATE INDEX receipts_created ON receipts (created);
    CREATE TABLE queue (
        id INTEGER PRIMARY KEY,
        job TEXT NOT NULL,
        problem TEXT
    );
    """,
    """
    CREATE INDEX receipts_file ON receipts (json_extract(receipt, '$.file'));
    CREATE INDEX receipts_output ON receipts (json_extract(receipt, '$.output'));
    """,
)


class HistoryError(Exception):
    """The file was written by a newer version, or is no history at all."""


@dataclass(frozen=True)
class Queued:
    """A job of the queue; ``problem`` is set when it was tried and failed."""

    id: int
    job: api.Job
    problem: tuple[str, dict[str, Any]] | None = None


class History:
    """Opened in one thread and used in that thread. Usable in a ``with`` statement."""

    def __init__(self, file: Path | None = None) -> None:
        """Open or create ``file`` (default: in the data folder).

        Raises ``HistoryError``, or ``sqlite3.OperationalError`` when the disk refuses.
        """
        self.file = file or paths.data_dir() / "history.sqlite3"
        self._db = sqlite3.connect(self.file, timeout=2.0)
        try:
            self._prepare()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            self._db.close()  # the latter: of a message that quotes the damage
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise HistoryError(f"{self.file} is not a history") from error
        except HistoryError:
            self._db.close()
            raise

    def _prepare(self) -> None:
        # WAL with NORMAL: a transaction costs no fsync and survives the death of the process;
        # a power cut may take back the last few, never the file.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        migrate(self._db, MIGRATIONS)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # ---- queue ------------------------------------------------------------------------------

    def enqueue(self, jobs: Iterable[tuple[int, api.Job]]) -> None:
        """Add jobs under ids of the caller's choice, in one transaction.

        A job that is already there under its id is tried again: its problem is forgotten.
        """
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO queue (id, job) VALUES (?, ?)",
                [(number, _plain_text(job_to_json(job))) for number, job in jobs],
            )

    def last_id(self) -> int:
        """The largest id in the queue, 0 when it is empty; also of jobs ``queue`` leaves out."""
        (number,) = self._db.execute("SELECT coalesce(max(id), 0) FROM queue").fetchone()
        return int(number)

    def queue(self) -> tuple[Queued, ...]:
        """All jobs that have not come to their end, oldest first.

        A job that this version cannot read (written by a newer one) is left where it is.
        """
        queued = []
        for number, job, problem in self._db.execute(
            "SELECT id, job, problem FROM queue ORDER BY id"
        ):
            try:
                parsed = job_from_json(json.loads(job))
            except (Mismatch, ValueError):
                continue
            queued.append(Queued(number, parsed, tuple(json.loads(problem)) if problem else None))
        return tuple(queued)

    def fail(self, number: int, problem: tuple[str, dict[str, Any]]) -> None:
        """Keep a failed job with its problem, so that it can be retried after a restart."""
        with self._db:
            self._db.execute(
                "UPDATE queue SET problem = ? WHERE id = ?", (_text(list(problem)), number)
            )

    def finish(self, number: int, receipt: api.Receipt | None = None) -> None:
        """The job is done, cancelled or removed; ``receipt`` goes into the history."""
        with self._db:
            self._db.execute("DELETE FROM queue WHERE id = ?", (number,))
            if receipt is not None:
                self._record(receipt)

    # ---- receipts ---------------------------------------------------------------------------

    def record(self, receipt: api.Receipt) -> None:
        with self._db:
            self._record(receipt)

    def _record(self, receipt: api.Receipt) -> None:
        words = " ".join((receipt.file, receipt.output, receipt.kind, receipt.method))
        self._db.execute(
            "INSERT INTO receipts (created, words, receipt) VALUES (?, ?, ?)",
            (receipt.created, _searchable(words), _text(receipt_to_json(receipt))),
        )

    def receipts(self, search: str = "", limit: int = 200) -> tuple[api.Receipt, ...]:
        """The latest receipts first; every word of ``search`` must occur, in any case.

        Searched are the paths, the kind and the method. Receipts this version cannot read are
        left out.
        """
        words = _searchable(search).split()
        where = " AND ".join(["instr(words, ?) > 0"] * len(words)) or "1"
        rows = self._db.execute(
            f"SELECT receipt FROM receipts WHERE {where} ORDER BY created DESC, id DESC LIMIT ?",
            (*words, limit),
        )
        found = []
        for (text,) in rows:
            try:
                found.append(receipt_from_json(json.loads(text)))
            except (Problem, ValueError):
                continue
        return tuple(found)

    def protected(self, name: str) -> tuple[api.Receipt, ...]:
        """Receipts of all protections that wrote a file of this name, wherever it lies now."""
        kinds = (api.ProtectPhoto.kind, api.ProtectVoice.kind)
        found = self.receipts(name, limit=MOST_OF_A_NAME)
        return tuple(r for r in found if r.kind in kinds and PurePath(r.output).name == name)

    def told(self, job: Any) -> Any:
        """``job`` with what the history knows of its file, where it can be read."""
        if not isinstance(job, api.CheckFile):
            return job
        with suppress(sqlite3.Error):
            return replace(job, receipts=self.protected(job.file.name))
        return job

    def done(self, kind: str, files: Iterable[Path]) -> frozenset[Path]:
        """Those of ``files`` that have a result of this kind of job which is still there and
        newer than they are, and those that are such a result themselves."""
        kinds = "json_extract(receipt, '$.kind') = ?"
        made = f"SELECT 1 FROM receipts WHERE json_extract(receipt, '$.output') = ? AND {kinds}"
        from_it = (
            "SELECT created, json_extract(receipt, '$.output') FROM receipts"
            f" WHERE json_extract(receipt, '$.file') = ? AND {kinds}"
        )
        found = set()
        for file in files:
            asked = (str(file).encode("utf-8", "replace").decode(), kind)
            if self._db.execute(made, asked).fetchone() or any(
                _stands(created, file, output)
                for created, output in self._db.execute(from_it, asked)
            ):
                found.add(file)
        return frozenset(found)


def _stands(created: str, source: Path, output: str | None) -> bool:
    """Whether a result is there, and its original has not changed since it was made."""
    try:
        made = datetime.fromisoformat(created).timestamp()
        return output is not None and Path(output).is_file() and source.stat().st_mtime <= made + 1
    except (OSError, ValueError):
        return False


def migrate(db: sqlite3.Connection, migrations: tuple[str, ...]) -> None:
    """Bring the file to the current schema, each step in a transaction of its own."""
    (schema,) = db.execute("PRAGMA user_version").fetchone()
    if not 0 <= schema <= len(migrations):
        raise HistoryError(f"the history has schema {schema}, known are up to {len(migrations)}")
    for number in range(schema, len(migrations)):
        db.executescript(
            f"BEGIN IMMEDIATE; {migrations[number]}; PRAGMA user_version = {number + 1}; COMMIT;"
        )


def _text(data: Any) -> str:
    return _plain_text(dump(data))


def _plain_text(data: Any) -> str:
    # ASCII, so that a file name that is not valid Unicode can be stored and comes back equal.
    return json.dumps(data, allow_nan=False)


def _searchable(text: str) -> str:
    return text.casefold().encode("utf-8", "replace").decode("utf-8")
