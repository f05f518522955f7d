"""Takes all models to another folder: by renaming on the same disk, else by a verified copy."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

from engine.api import Progress
from engine.models.copying import copy
from engine.models.download import SPARE, in_words
from engine.models.store import Store
from engine.problems import Problem

ALSO = ("consents.json", "rate.json", ".incoming")


def move(store: Store, target: Path, check: Callable[[], None]) -> Generator[Progress, None, None]:
    """Afterwards ``target`` holds what ``store.folder`` held. Stopping in the middle leaves every
    model whole in one of the two places; a second start goes on."""
    ids = store.installed()
    total = sum(store.standing(id)[1] for id in ids)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem("store.folder", folder=str(target)) from error
    if target.samefile(store.folder) if store.folder.exists() else False:
        return
    there = Store(target, store.catalogue)
    if clash := [id for id in ids if there.record(id) is not None]:
        raise Problem("store.occupied", folder=str(target), id=clash[0])
    done = 0
    for id in ids:
        check()
        yield Progress(done, total, "move")
        with store.changing(id, check):
            done = yield from _move_one(store, there, id, done, total, check)
    for name in ALSO:
        if (store.folder / name).exists() and not (target / name).exists():
            shutil.move(store.folder / name, target / name)


def _move_one(
    store: Store, there: Store, id: str, done: int, total: int, check: Callable[[], None]
) -> Generator[Progress, None, int]:
    source, place = store.place(id), there.place(id)
    size = store.standing(id)[1]
    try:
        source.rename(place)
        return done + size
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise Problem("store.in-use", id=id) from error
    free = shutil.disk_usage(there.folder).free
    if free < size + SPARE:
        raise Problem(
            "store.disk", folder=str(there.folder), free=in_words(free),
            needed=in_words(size + SPARE),
        )  # fmt: skip
    record = store.record(id)
    assert record is not None  # of an installed model
    incoming = there.incoming(id)
    shutil.rmtree(incoming, ignore_errors=True)
    for path, kept in record.files.items():
        target = incoming / path
        if path in record.links:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(record.links[path])
            continue
        sha256 = yield from copy(source / path, target, done, total, "move", check)
        if sha256 != kept.sha256:
            shutil.rmtree(incoming)
            raise Problem("store.damaged", id=id, file=path)
        done += kept.size
    there.write_record(incoming, record)
    incoming.rename(place)
    store.remove(id)
    return done
