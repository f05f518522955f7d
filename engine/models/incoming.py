"""What has arrived of a model that is not complete."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from engine.models.catalogue import Entry
from engine.models.hub import Snapshot
from engine.models.store import PROGRESS, RECORD, Kept, Record, Store, write_json
from engine.problems import Problem


class Incoming:
    """The folder ``.incoming/ID``: verified files under their names, others as ``.partial``.

    ``progress.json`` names the commit and the verified files, which are trusted by a later start
    without being read again (loading hashes them once more).
    """

    def __init__(self, store: Store, entry: Entry) -> None:
        self._store, self._entry = store, entry
        self.folder = store.incoming(entry.id)
        self.commit: str | None = None
        self.verified: dict[str, Kept] = {}

    @classmethod
    def open(cls, store: Store, entry: Entry, record: Record | None) -> Incoming:
        """Go on where an earlier start ended; for a damaged model, keep the files that are whole.

        Raises ``Problem("store.folder")`` where the folder cannot be written to.
        """
        incoming = cls(store, entry)
        try:
            if record is not None:
                incoming._take_back(record)
            incoming.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem("store.folder", folder=str(store.folder)) from error
        incoming._read()
        return incoming

    def _take_back(self, record: Record) -> None:
        """Make an installed, damaged model an incomplete one. Damaged files go."""
        place = self._store.place(record.id)
        shutil.rmtree(self.folder, ignore_errors=True)
        bad = set(self._store.damaged(record))
        for path in bad:
            (place / path).unlink(missing_ok=True)
        if record.commit:
            self.commit = record.commit
            self.verified = {p: kept for p, kept in record.files.items() if p not in bad}
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # Without its record the folder is no model, whatever happens next.
        (place / RECORD).unlink()
        place.rename(self.folder)
        self._write()

    def _read(self) -> None:
        try:
            note = json.loads((self.folder / PROGRESS).read_text(encoding="utf-8"))
            verified = {path: Kept(**kept) for path, kept in note["verified"].items()}
            self.commit = note["commit"]
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return
        self.verified = {
            path: kept
            for path, kept in verified.items()
            if (self.folder / path).is_file() and (self.folder / path).stat().st_size == kept.size
        }

    def _write(self) -> None:
        verified = {path: asdict(kept) for path, kept in self.verified.items()}
        write_json(self.folder / PROGRESS, {"commit": self.commit, "verified": verified})

    def begin(self, snapshot: Snapshot) -> None:
        """Take what has arrived as part of ``snapshot``; what is not the same file is dropped."""
        listed = {file.path: file for file in snapshot.files}
        for path, kept in list(self.verified.items()):
            file = listed.get(path)
            same = file is not None and file.size == kept.size
            if same and file is not None and file.sha256 is not None:
                same = file.sha256 == kept.sha256
            if not same or (snapshot.commit != self.commit and file and file.sha256 is None):
                del self.verified[path]
        self.commit = snapshot.commit
        self._write()

    def partial(self, path: str) -> Path:
        return self.folder / f"{path}.partial"

    def arrived(self, snapshot: Snapshot) -> int:
        """Bytes that need not be fetched."""
        count = 0
        for file in snapshot.files:
            partial = self.partial(file.path)
            if file.path in self.verified:
                count += file.size
            elif partial.is_file():
                count += min(partial.stat().st_size, file.size)
        return count

    def keep(self, path: str, kept: Kept) -> None:
        self.verified[path] = kept
        self._write()

    def put_into_place(self, record: Record) -> None:
        """The one step that makes it a model of the store."""
        place = self._store.place(record.id)
        (self.folder / PROGRESS).unlink(missing_ok=True)
        self._store.write_record(self.folder, record)
        shutil.rmtree(place, ignore_errors=True)
        self.folder.rename(place)
