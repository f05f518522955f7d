"""Downloads a model into the store: ask, check the space, fetch, verify, put into place."""

from __future__ import annotations

import errno
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import httpx2
from huggingface_hub.errors import HfHubHTTPError

from engine.api import Progress
from engine.digests import file_sha256, git_blob_sha1
from engine.models.catalogue import Entry
from engine.models.hub import Hub, Remote, Snapshot
from engine.models.incoming import Incoming
from engine.models.store import Kept, Record, Store, now
from engine.models.transfer import PartialFile, Stopped, TooLong, Transfer
from engine.problems import Problem

Steps = Generator[Progress, None, Record]
T = TypeVar("T")

SPARE = 64 << 20  # bytes left free on the disk
TICK = 0.1  # seconds between two looks at a running transfer
WINDOW = 5.0  # seconds over which the rate is taken


def download(
    store: Store, entry: Entry, hub: Hub, check: Callable[[], None]
) -> Generator[Progress, None, tuple[Record, tuple[str, ...]]]:
    """Fetch ``entry``. ``check`` raises when the user wants it to stop; nothing is lost then.

    Returns the record and notes: "already-there", "pinned-now" (the catalogue names no commit, so
    the newest one was taken and is kept from now on), "repaired".
    """
    yield Progress(0, entry.size, "connect")

    def wait() -> None:
        check()
        time.sleep(TICK)

    with store.changing(entry.id, wait):
        record = store.record(entry.id)
        if record is not None and not store.damaged(record):
            return record, ("already-there",)
        incoming = Incoming.open(store, entry, record)
        snapshot = _aside(lambda: hub.snapshot(entry, incoming.commit), check)
        incoming.begin(snapshot)
        _check_space(store, incoming, snapshot)
        meter = Meter(incoming.arrived(snapshot), sum(file.size for file in snapshot.files))
        for file in snapshot.files:
            if file.path not in incoming.verified:
                yield from _fetch(entry, hub, snapshot, file, incoming, meter, check)
        new = Record(
            id=entry.id,
            repo=entry.repo,
            commit=snapshot.commit,
            source=hub.endpoint,
            pinned_by="catalogue" if entry.pinned else "first-download",
            installed=now(),
            files=dict(incoming.verified),
        )
        incoming.put_into_place(new)
        if (rate := meter.average()) is not None:
            store.remember_rate(rate)
        notes = (() if entry.pinned else ("pinned-now",)) + (("repaired",) if record else ())
        return new, notes


def _fetch(
    entry: Entry,
    hub: Hub,
    snapshot: Snapshot,
    file: Remote,
    incoming: Incoming,
    meter: Meter,
    check: Callable[[], None],
) -> Generator[Progress, None, None]:
    url = _aside(lambda: hub.address(entry, snapshot.commit, file), check)
    stop = threading.Event()
    try:
        partial = PartialFile(incoming.partial(file.path), file, stop)
    except OSError as error:
        raise _of_disk(error, incoming.folder) from error
    start = meter.done - partial.size
    transfer = Transfer(url, hub.headers(), partial, file.size)
    transfer.start()
    try:
        while transfer.is_alive():
            transfer.join(TICK)
            check()
            yield meter.progress(start + partial.size)
    finally:
        stop.set()
        transfer.join(5)
    if transfer.failure is not None:
        _explain(transfer.failure, entry, hub, snapshot, file, partial, incoming.folder)
    target = incoming.folder / file.path
    if file.sha256 is not None:
        good, sha256 = partial.sha256() == file.sha256, file.sha256
    else:
        good, sha256 = git_blob_sha1(partial.path) == file.git_sha1, file_sha256(partial.path)
    if not good:
        partial.discard()
        raise Problem("store.mismatch", file=file.path, host=hub.host)
    partial.path.replace(target)
    partial.journal.unlink(missing_ok=True)
    incoming.keep(file.path, Kept(file.size, sha256))
    meter.done = start + file.size
    yield meter.progress(meter.done)


def _explain(
    failure: BaseException,
    entry: Entry,
    hub: Hub,
    snapshot: Snapshot,
    file: Remote,
    partial: PartialFile,
    folder: Path,
) -> None:
    """Raise what a transfer ended with, as a sentence."""
    if isinstance(failure, Stopped):
        return
    if isinstance(failure, TooLong):
        partial.discard()
        raise Problem("store.mismatch", file=file.path, host=hub.host) from failure
    if isinstance(failure, httpx2.TransportError) and not isinstance(failure, httpx2.ProxyError):
        if partial.size or not isinstance(failure, httpx2.ConnectError):
            raise Problem("store.cut", file=file.path, host=hub.host) from failure
    elif isinstance(failure, HfHubHTTPError) and failure.response.status_code == 416:
        # The server has fewer bytes than we already hold: they are not of this file.
        partial.discard()
        raise Problem("store.mismatch", file=file.path, host=hub.host) from failure
    elif isinstance(failure, OSError) and not isinstance(failure, HfHubHTTPError):
        if failure.errno is None:  # the library's "Consistency check failed"
            raise Problem("store.cut", file=file.path, host=hub.host) from failure
        raise _of_disk(failure, folder) from failure
    with hub.problems(entry, snapshot.commit):
        raise failure


def _of_disk(error: OSError, folder: Path) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem("store.disk-full", folder=str(folder))
    return Problem("store.folder", folder=str(folder))


def _check_space(store: Store, incoming: Incoming, snapshot: Snapshot) -> None:
    needed = sum(file.size for file in snapshot.files) - incoming.arrived(snapshot) + SPARE
    free = shutil.disk_usage(store.folder).free
    if free < needed:
        raise Problem(
            "store.disk", folder=str(store.folder), free=in_words(free), needed=in_words(needed)
        )


def in_words(size: float) -> str:
    """Bytes as people read them, in powers of ten as disks are sold: 3.4 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def _aside(call: Callable[[], T], check: Callable[[], None]) -> T:
    """Run a call that waits for the network, and leave it behind when the user stops."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(call())
        except BaseException as failure:
            failed.append(failure)

    thread = threading.Thread(target=run, name="asking the hub", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(TICK)
        check()
    if failed:
        raise failed[0]
    return done[0]


class Meter:
    """Counts bytes over all files of a model, with the rate and the time left."""

    def __init__(self, done: int, of: int) -> None:
        self.done = done
        self._of = of
        self._first = (time.monotonic(), done)
        self._recent = deque([self._first])

    def progress(self, done: int) -> Progress:
        moment = time.monotonic()
        self._recent.append((moment, done))
        while moment - self._recent[0][0] > WINDOW:
            self._recent.popleft()
        seconds = moment - self._recent[0][0]
        rate = (done - self._recent[0][1]) / seconds if seconds > 0.5 else None
        left = (self._of - done) / rate if rate else None
        return Progress(done, self._of, "download", eta=left, rate=rate)

    def average(self) -> float | None:
        """Bytes a second of the whole download; None for one too short to tell."""
        seconds, count = time.monotonic() - self._first[0], self.done - self._first[1]
        return count / seconds if count > 1 << 20 and seconds > 0 else None
