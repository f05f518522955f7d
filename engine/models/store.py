"""The folder of downloaded and imported models, and what is known of each.

::

    FOLDER/ID/...           the files, under the names they have in their repository
    FOLDER/ID/record.json   written last: a model without it is not there
    FOLDER/.incoming/ID/    what has arrived of a model that is not complete
    FOLDER/consents.json    the licences agreed to
    FOLDER/.locks/ID        held by the one process that changes the model

A folder moves into place by one rename once every file has been verified, so nothing half-written
is ever taken for whole. Before a model is loaded, each file is hashed again and compared with the
hash kept when it came.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import filelock

from engine.api import ModelStanding
from engine.digests import file_sha256
from engine.models.catalogue import Catalogue, Entry, read_catalogue
from engine.models.consent import Consents
from engine.problems import Problem

RECORD = "record.json"
PROGRESS = "progress.json"


def usual_folder() -> Path:
    """Where models are kept unless the user chose another place."""
    home = os.environ.get("CLOAKROOM_HOME")
    if home:
        return Path(home) / "data" / "models"
    import platformdirs

    return Path(platformdirs.user_data_dir("Cloakroom", appauthor=False)) / "models"


@dataclass(frozen=True)
class Kept:
    """A file as it came: its size in bytes, and its hash."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """How a model came here. ``commit`` is empty for an import."""

    id: str
    repo: str
    commit: str
    source: str  # the endpoint, or "import"
    pinned_by: Literal["catalogue", "first-download", "import"]
    installed: str  # ISO 8601, UTC
    files: dict[str, Kept]
    links: dict[str, str] = field(default_factory=dict)  # of files that lie elsewhere
    damaged: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return sum(kept.size for kept in self.files.values())


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_json(path: Path, content: Any) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    temporary.replace(path)


class Store:
    """The models in one folder."""

    def __init__(self, folder: Path | None = None, catalogue: Catalogue | None = None) -> None:
        self.folder = folder or usual_folder()
        self.catalogue = catalogue or read_catalogue()
        self.consents = Consents(self.folder)

    def entry(self, id: str) -> Entry:
        """Raises ``Problem("store.unknown")``."""
        entry = self.catalogue.get(id)
        if entry is None:
            raise Problem("store.unknown", id=id)
        return entry

    def place(self, id: str) -> Path:
        return self.folder / id

    def incoming(self, id: str) -> Path:
        return self.folder / ".incoming" / id

    def record(self, id: str) -> Record | None:
        """None where the model is not here, or was not completed."""
        try:
            content = json.loads((self.place(id) / RECORD).read_text(encoding="utf-8"))
            files = {path: Kept(**kept) for path, kept in content.pop("files").items()}
            damaged = tuple(content.pop("damaged", ()))
            return Record(files=files, damaged=damaged, **content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write_record(self, folder: Path, record: Record) -> None:
        write_json(folder / RECORD, asdict(record))

    def damaged(self, record: Record) -> tuple[str, ...]:
        """Files that failed a check, are gone, or have another size; reads no contents."""
        found = []
        for path, kept in record.files.items():
            file = self.place(record.id) / path
            try:
                whole = file.stat().st_size == kept.size
            except OSError:
                whole = False
            if not whole or path in record.damaged:
                found.append(path)
        return tuple(found)

    def standing(self, id: str) -> tuple[ModelStanding, int]:
        """How a model stands, and its bytes on this disk (linked ones not counted)."""
        record = self.record(id)
        if record is not None:
            own = sum(kept.size for path, kept in record.files.items() if path not in record.links)
            return ("damaged" if self.damaged(record) else "installed"), own
        incoming = self.incoming(id)
        if incoming.is_dir():
            files = [file for file in incoming.rglob("*") if file.is_file()]
            return "partial", sum(file.stat().st_size for file in files)
        return "absent", 0

    def verify(
        self, id: str, each: Callable[[int], None] = lambda count: None
    ) -> tuple[Path, tuple[str, ...]]:
        """Hash every file. Returns the model's folder and the files that are damaged, which are
        also remembered. Raises ``Problem("store.absent")``."""
        record = self.record(id)
        if record is None:
            raise Problem("store.absent", id=id)
        bad = []
        for path, kept in record.files.items():
            try:
                same = file_sha256(self.place(id) / path, each) == kept.sha256
            except OSError:
                same = False
            if not same:
                bad.append(path)
        if tuple(bad) != record.damaged:
            with contextlib.suppress(OSError):  # a folder that cannot be written to is still read
                self.write_record(self.place(id), replace(record, damaged=tuple(bad)))
        return self.place(id), tuple(bad)

    def whole(self, id: str, each: Callable[[int], None] = lambda count: None) -> Path:
        """The folder of a model whose every file has just been verified.

        Raises ``Problem``: ``store.absent`` or ``store.damaged``.
        """
        folder, bad = self.verify(id, each)
        if bad:
            raise Problem("store.damaged", id=id, file=bad[0])
        return folder

    @contextlib.contextmanager
    def changing(self, id: str, wait: Callable[[], None]) -> Iterator[None]:
        """Hold the model for oneself, among all processes. ``wait`` is called while another has
        it, and may raise."""
        locks = self.folder / ".locks"
        try:
            locks.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem("store.folder", folder=str(self.folder)) from error
        lock = filelock.FileLock(locks / id)
        while True:
            try:
                lock.acquire(blocking=False)
                break
            except filelock.Timeout:
                wait()
        try:
            yield
        finally:
            lock.release()

    def remove(self, id: str) -> int:
        """Delete the model and what has arrived of it; returns the bytes freed.

        It is renamed first, so that a removal that is interrupted leaves no half model behind.
        """
        _, freed = self.standing(id)
        self.remove_place(id)
        shutil.rmtree(self.incoming(id), ignore_errors=True)
        return freed

    def remove_place(self, id: str) -> None:
        """As ``remove``, but what has arrived stays."""
        if not self.place(id).exists():
            return
        trash = self.folder / ".trash"
        trash.mkdir(exist_ok=True)
        try:
            self.place(id).rename(trash / f"{id}-{os.getpid()}")
        except OSError as error:
            raise Problem("store.in-use", id=id) from error
        shutil.rmtree(trash, ignore_errors=True)

    def installed(self) -> tuple[str, ...]:
        return tuple(e.id for e in self.catalogue.entries if self.record(e.id) is not None)

    @property
    def rate(self) -> float | None:
        """Bytes a second of the last download."""
        try:
            return float(json.loads((self.folder / "rate.json").read_text())["rate"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember_rate(self, rate: float) -> None:
        write_json(self.folder / "rate.json", {"rate": rate})
