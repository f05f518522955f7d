"""The registry of marked works: what was marked, for whom, when, and what it looked like.

One SQLite file beside the identities. A work is entered before its file is written and finished
after, each in one transaction: whatever is killed when, an unfinished entry is all that can stay,
and it names a payload that no file carries yet. It holds no keys.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine.problems import Problem
from engine.watermark.canvas import SIDE, Plane

# MIGRATIONS[n] brings a file of schema n to schema n + 1; SQLite's user_version says which it is.
MIGRATIONS = (
    """
    CREATE TABLE IF NOT EXISTS works (
        id INTEGER PRIMARY KEY,
        identity TEXT NOT NULL,
        public_id TEXT NOT NULL,
        payload TEXT NOT NULL,
        scheme TEXT NOT NULL,
        title TEXT NOT NULL,
        created TEXT NOT NULL,
        finished INTEGER NOT NULL,
        output TEXT NOT NULL DEFAULT '',
        sha256 TEXT NOT NULL DEFAULT '',
        hash INTEGER NOT NULL,
        look BLOB NOT NULL
    );
    CREATE UNIQUE INDEX IF NOT EXISTS works_payload ON works (public_id, payload, title, created);
    CREATE INDEX IF NOT EXISTS works_hash ON works (hash);
    """,
    "ALTER TABLE works ADD COLUMN reading TEXT NOT NULL DEFAULT '{}';",
)
# Errors that say nothing of the file's content.
_NOT_THE_FILE = tuple(
    f"SQLITE_{name}" for name in ("BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN")
)
HASH_SIDE = 32
HASH_FREQUENCIES = 8


@dataclass(frozen=True)
class Work:
    """``look`` is a greyscale JPEG of the marked work's canvas (empty for recordings), ``hash``
    its 64-bit perceptual hash. ``reading`` is what the scheme needs to read this work's mark
    beside the key: the id of its model, the salt of a generated picture."""

    id: int
    identity: str
    public_id: str
    payload: int
    scheme: str
    title: str
    created: str
    output: str
    sha256: str
    hash: int
    look: bytes = field(repr=False)
    reading: dict[str, Any] = field(default_factory=dict)

    @property
    def canvas(self) -> Plane | None:
        if not self.look:
            return None
        pixels = cv2.imdecode(np.frombuffer(self.look, np.uint8), cv2.IMREAD_GRAYSCALE)
        return None if pixels is None else pixels.astype(np.float32)


class Registry:
    """Opened per job; safe for several processes. Raises ``registry.damaged``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "works.sqlite3"
        with self._open() as database:
            _migrate(database)

    def enter(
        self,
        identity: str,
        public_id: str,
        payload: int,
        scheme: str,
        title: str,
        canvas: Plane | None,
        reading: dict[str, Any] | None = None,
    ) -> int:
        """Register a work that is about to be written; returns its id for ``finish``."""
        look = b"" if canvas is None else _look(canvas)
        code = 0 if canvas is None else perceptual_hash(canvas)
        created = datetime.now(UTC).isoformat(timespec="microseconds")
        with self._open() as database, database:
            row = database.execute(
                "INSERT INTO works (identity, public_id, payload, scheme, title, created, "
                "finished, hash, look, reading) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
                (
                    *(identity, public_id, _hex(payload), scheme, title, created),
                    *(_signed(code), look, json.dumps(reading or {})),
                ),
            )
            assert row.lastrowid is not None
            return row.lastrowid

    def finish(self, work: int, output: Path, sha256: str) -> None:
        with self._open() as database, database:
            database.execute(
                "UPDATE works SET finished = 1, output = ?, sha256 = ? WHERE id = ?",
                (str(output), sha256, work),
            )

    def withdraw(self, work: int) -> None:
        """Remove an entry whose file was never written."""
        with self._open() as database, database:
            database.execute("DELETE FROM works WHERE id = ? AND finished = 0", (work,))

    def works(self, search: str = "") -> tuple[Work, ...]:
        """Finished works with ``search`` in title, identity, payload or output, newest first."""
        pattern = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        return self._query(
            "WHERE finished = 1 AND (title || ' ' || identity || ' ' || payload || ' ' || output) "
            "LIKE ? ESCAPE '\\' ORDER BY id DESC",
            pattern,
        )

    def of_payload(self, public_id: str, payload: int) -> tuple[Work, ...]:
        """The works this key marked with this payload, also unfinished ones."""
        return self._query(
            "WHERE public_id = ? AND payload = ? ORDER BY id DESC", public_id, _hex(payload)
        )

    def used(self) -> tuple[tuple[str, str], ...]:
        """The schemes that works were marked with, each with the id of its model ("": none)."""
        with self._open() as database:
            rows = database.execute("SELECT DISTINCT scheme, reading FROM works").fetchall()
        return tuple(
            sorted({(scheme, json.loads(reading).get("model", "")) for scheme, reading in rows})
        )

    def alike(self, canvas: Plane, count: int = 4) -> tuple[Work, ...]:
        """The works that look most like a canvas, by Hamming distance of perceptual hashes.

        Mirrored copies hash differently, so both ways round are compared.
        """
        wanted = [perceptual_hash(canvas), perceptual_hash(canvas[:, ::-1])]
        with self._open() as database:
            rows = database.execute("SELECT id, hash FROM works WHERE look != ''").fetchall()
        far = {
            row: min(((code & (2**64 - 1)) ^ want).bit_count() for want in wanted)
            for row, code in rows
        }
        nearest = sorted(far, key=lambda row: far[row])[:count]
        return tuple(work for row in nearest for work in self._query("WHERE id = ?", row))

    def export(self, search: str = "", pictures: bool = False) -> str:
        """The finished works as CSV; with ``pictures`` as one HTML page with thumbnails."""
        names = ("created", "identity", "key", "payload", "scheme", "title", "output", "sha256")
        rows = [
            (
                *(w.created, w.identity, w.public_id, _hex(w.payload), w.scheme),
                *(w.title, w.output, w.sha256, w.look),
            )
            for w in self.works(search)
        ]
        if pictures:
            return _page(names, rows)
        text = io.StringIO()
        csv.writer(text).writerows([names, *(row[:-1] for row in rows)])
        return text.getvalue()

    def _query(self, where: str, *values: object) -> tuple[Work, ...]:
        with self._open() as database:
            rows = database.execute(
                "SELECT id, identity, public_id, payload, scheme, title, created, output, "
                "sha256, hash, look, reading FROM works " + where,
                values,
            ).fetchall()
        try:
            return tuple(_work(row) for row in rows)
        except (ValueError, TypeError, RecursionError) as damaged:
            raise Problem("registry.damaged", file=str(self._file)) from damaged

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Raises ``registry.damaged``, and as it is what only the disk or another process means."""
        with closing(sqlite3.connect(self._file, timeout=10)) as database:
            try:
                yield database
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                raise
            except UnicodeDecodeError as error:  # of a message that quotes the damage
                raise Problem("registry.damaged", file=str(self._file)) from error
            except sqlite3.DatabaseError as error:
                name = getattr(error, "sqlite_errorname", "")
                # Where the file may be written, only its damaged head can say that it may not.
                closed = name != "SQLITE_READONLY" or not os.access(self._file, os.W_OK)
                if name.startswith(_NOT_THE_FILE) and closed:
                    raise
                raise Problem("registry.damaged", file=str(self._file)) from error


def _work(row: tuple[Any, ...]) -> Work:
    return Work(
        id=row[0],
        identity=row[1],
        public_id=row[2],
        payload=int(row[3], 16),
        scheme=row[4],
        title=row[5],
        created=row[6],
        output=row[7],
        sha256=row[8],
        hash=row[9] & (2**64 - 1),
        look=row[10],
        reading=json.loads(row[11]),
    )


def _migrate(database: sqlite3.Connection) -> None:
    """Bring the file to the current schema in one transaction, once for all processes."""
    version = "PRAGMA user_version"
    if database.execute(version).fetchone()[0] == len(MIGRATIONS):
        return
    database.isolation_level = None  # BEGIN and COMMIT are said here, around the schema as well
    database.execute("BEGIN IMMEDIATE")
    (schema,) = database.execute(version).fetchone()
    for statement in ";".join(MIGRATIONS[schema:]).split(";"):
        database.execute(statement)
    database.execute(f"{version} = {len(MIGRATIONS)}")
    database.execute("COMMIT")


def perceptual_hash(canvas: Plane) -> int:
    """64 bits: which of the 8 x 8 lowest DCT terms of a 32 x 32 picture exceed their median."""
    small = cv2.resize(canvas, (HASH_SIDE, HASH_SIDE), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small.astype(np.float32))[:HASH_FREQUENCIES, :HASH_FREQUENCIES].reshape(-1)
    bits = low > np.median(low[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def same_content(received: Plane, known: Plane, stored: Plane) -> float:
    """Correlation of two canvases' broad structure where ``known`` is 1, -1..1.

    Above 0.7 for a marked picture after the usual attacks; a mark copied onto another picture
    stays far below.
    """
    size = (SIDE // 8, SIDE // 8)
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    a, b = (cv2.resize(c, size, interpolation=cv2.INTER_AREA) for c in (received, stored))
    total = float(weight.sum()) + 1e-9
    a, b = (c - float((c * weight).sum()) / total for c in (a, b))
    spread = float(np.sqrt((a * a * weight).sum() * (b * b * weight).sum()))
    return float((a * b * weight).sum()) / (spread + 1e-9)


def _page(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """A table with the works' looks as they are stored, shown small."""
    head = "".join(f"<th>{name}</th>" for name in ("", *names))
    lines = []
    for *values, look in rows:
        coded = base64.b64encode(look).decode()
        shown = f'<img width="96" alt="" src="data:image/jpeg;base64,{coded}">' if look else ""
        cells = "".join(f"<td>{html.escape(str(value))}</td>" for value in values)
        lines.append(f"<tr><td>{shown}</td>{cells}</tr>")
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Works</title></head><body>'
        f"<table><tr>{head}</tr>{''.join(lines)}</table></body></html>\n"
    )


def _look(canvas: Plane) -> bytes:
    pixels = np.clip(canvas + 0.5, 0, 255).astype(np.uint8)
    done, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
    assert done
    return coded.tobytes()


def _hex(payload: int) -> str:
    return f"{payload:016x}"


def _signed(code: int) -> int:
    """SQLite's integers are signed."""
    return code - 2**64 if code >= 2**63 else code
