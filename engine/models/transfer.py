"""Fetches one file so that nothing is lost by a pause, a cut line or a killed process.

The bytes go to ``NAME.partial``. Every 32 MB, and when it stops, the data are forced to the disk
and then ``NAME.partial.json`` is replaced: how many bytes there are and the state of their
SHA-256. A later start cuts the file to that length and goes on from there, without reading it
again (see ``sha256``). Of ``huggingface_hub`` only ``http_get`` is used here, which resumes within
a file: since 2.x ``hf_hub_download`` deletes what it left behind when it is interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx2
from huggingface_hub.file_download import http_get

from engine.models.hub import Remote
from engine.models.sha256 import Midstate, ResumableSha256

COMMIT = 32 << 20  # bytes between two entries in the journal
PATIENCE = 5  # attempts in a row that bring nothing
PAUSE = 1.0  # seconds between attempts


class Stopped(Exception):
    """The user paused or cancelled."""


class TooLong(Exception):
    """The server sends more than it announced."""


class PartialFile:
    """A growing file with a journal, as ``http_get`` wants its file: write, tell, seek, truncate.

    Opening one that was left behind goes on where its journal ends.
    """

    def __init__(self, path: Path, remote: Remote, stop: threading.Event) -> None:
        self.path = path
        self.journal = path.with_name(path.name + ".json")
        self._remote = remote
        self._stop = stop
        path.parent.mkdir(parents=True, exist_ok=True)
        self._hash = self._left_behind()
        mode = "r+b" if self._hash.length else "wb"
        self._file = cast(BinaryIO, path.open(mode, buffering=0))
        self._file.truncate(self._hash.length)
        self._file.seek(self._hash.length)
        self._committed = self._hash.length

    @property
    def size(self) -> int:
        return self._hash.length

    @property
    def _identity(self) -> str:
        return self._remote.sha256 or self._remote.git_sha1 or ""

    def _left_behind(self) -> ResumableSha256:
        """The hash of what an earlier start left, with which its file begins."""
        try:
            note = json.loads(self.journal.read_text())
            same = note["of"] == self._identity and note["size"] == self._remote.size
            if not same or self.path.stat().st_size < note["length"]:
                return ResumableSha256()
            if note["words"] is not None:
                with contextlib.suppress(ValueError):
                    return ResumableSha256(Midstate(note["length"], note["words"]))
            return self._read_again(note["length"])
        except (OSError, ValueError, TypeError, KeyError):
            return ResumableSha256()

    def _read_again(self, length: int) -> ResumableSha256:
        """Where the state could not be written down, or cannot be taken up."""
        digest = ResumableSha256()
        with self.path.open("rb") as file:
            while digest.length < length and not self._stop.is_set():
                digest.update(file.read(min(COMMIT, length - digest.length)))
        return digest

    def write(self, data: bytes) -> int:
        if self._stop.is_set():
            raise Stopped
        if self.size + len(data) > self._remote.size:
            raise TooLong
        view = memoryview(data)
        while view:
            view = view[os.write(self._file.fileno(), view) :]
        self._hash.update(data)
        if self.size - self._committed >= COMMIT:
            self._commit()
        return len(data)

    def tell(self) -> int:
        return self.size

    def seek(self, position: int, whence: int = 0) -> int:
        """Only back to the start: when a server ignores the range asked for."""
        if position or whence:
            raise OSError(errno.ESPIPE, "only the start can be sought")
        self._file.seek(0)
        return 0

    def truncate(self, size: int | None = None) -> int:
        self._file.truncate(0)
        self._hash = ResumableSha256()
        self._committed = 0
        self.journal.unlink(missing_ok=True)
        return 0

    def _commit(self) -> None:
        state = self._hash.midstate()
        length = self.size if state is None else state.length
        os.fsync(self._file.fileno())
        note = {
            "of": self._identity,
            "size": self._remote.size,
            "length": length,
            "words": None if state is None else state.words,
        }
        temporary = self.journal.with_name(self.journal.name + ".new")
        temporary.write_text(json.dumps(note))
        temporary.replace(self.journal)
        self._committed = length

    def close(self) -> None:
        """Keep what came for the next start. On a full disk, keep what the journal has."""
        try:
            if self.size > self._committed:
                self._commit()
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
        finally:
            self._file.close()

    def sha256(self) -> str:
        return self._hash.hexdigest()

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.journal.unlink(missing_ok=True)


class Transfer(threading.Thread):
    """Runs ``http_get`` beside the job, which reports progress and may stop it at any moment."""

    def __init__(self, url: str, headers: dict[str, str], file: PartialFile, size: int) -> None:
        super().__init__(name="transfer", daemon=True)
        self.stop = file._stop
        self.failure: BaseException | None = None
        self._url, self._headers, self._file, self._size = url, headers, file, size

    def run(self) -> None:
        try:
            self._fetch()
        except BaseException as failure:
            self.failure = failure
        finally:
            try:
                self._file.close()
            except OSError as failure:
                self.failure = self.failure or failure

    def _fetch(self) -> None:
        patience = PATIENCE
        while True:
            before = self._file.size
            try:
                http_get(
                    self._url,
                    cast(Any, self._file),
                    resume_size=before,
                    headers=self._headers,
                    expected_size=self._size,
                )
                return
            except httpx2.TransportError:
                # The library itself takes up a stream that ends early, but not one that is reset.
                patience = PATIENCE if self._file.size > before else patience - 1
                if patience == 0 or self.stop.wait(PAUSE):
                    raise
