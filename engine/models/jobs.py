"""The jobs of the Models page and of ``cloakroom models``: thin, over the store."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.api import (
    DownloadModel,
    ImportModel,
    ListModels,
    ModelResult,
    ModelsResult,
    MoveModels,
    Progress,
    RemoveModel,
    VerifyModel,
)
from engine.models.listing import describe
from engine.models.store import Store
from engine.problems import Problem

if TYPE_CHECKING:
    import torch

    from engine.context import Context

One = Generator[Progress, None, ModelResult]
All = Generator[Progress, None, ModelsResult]


def list_models(job: ListModels, context: Context) -> All:
    yield from ()
    device, free = job.device, job.free_memory
    if device is None or free is None:
        device, free = _computer(context)
    return _all(Store(job.folder), device, free)


def _computer(context: Context) -> tuple[str, int]:
    """The device and its free memory; the processor's in a process that opened no device."""
    device: torch.device | None = context.device  # see ``engine.workshop.NO_DEVICE``
    if device is None:
        import psutil

        return "cpu", psutil.virtual_memory().available
    from engine.device import free_memory

    return str(device), free_memory(device)


def _all(store: Store, device: str, free: int) -> ModelsResult:
    from engine.models.mirrors import MIRRORS

    models = tuple(describe(store, entry, device, free) for entry in store.catalogue.entries)
    wanted = [model for model in models if model.recommended and model.standing != "installed"]
    place = store.folder
    while not place.exists():
        place = place.parent
    return ModelsResult(
        folder=store.folder,
        models=models,
        device=device,
        free_memory=free,
        free_disk=shutil.disk_usage(place).free,
        recommended_size=sum(max(0, model.size - model.on_disk) for model in wanted),
        rate=store.rate,
        mirrors=MIRRORS,
    )


def _one(
    store: Store, id: str, context: Context, notes: tuple[str, ...] = (), freed: int = 0
) -> ModelResult:
    model = describe(store, store.entry(id), *_computer(context))
    return ModelResult(model, notes, freed)


def download_model(job: DownloadModel, context: Context) -> One:
    store = Store(job.folder)
    entry = store.entry(job.id)
    if job.offline:
        raise Problem("store.offline")
    _agree(store, job.id, job.accept)
    from engine.models.download import download
    from engine.models.hub import Hub

    _, notes = yield from download(store, entry, Hub(job.mirror), context.check)
    return _one(store, job.id, context, notes)


def _agree(store: Store, id: str, accept: bool) -> None:
    entry = store.entry(id)
    if store.consents.given(entry):
        return
    if not accept:
        raise Problem("store.consent", id=id, licence=entry.licence.name, url=entry.licence.url)
    try:
        store.consents.give(entry)
    except OSError as error:
        raise Problem("store.folder", folder=str(store.folder)) from error


def _waiting(context: Context) -> Callable[[], None]:
    def wait() -> None:
        context.check()
        time.sleep(0.1)

    return wait


def verify_model(job: VerifyModel, context: Context) -> One:
    store = Store(job.folder)
    store.entry(job.id)
    record = store.record(job.id)
    if record is None:
        raise Problem("store.absent", id=job.id)
    with store.changing(job.id, _waiting(context)):
        yield Progress(0, record.size, "verify")
        store.verify(job.id, lambda count: context.check())
        yield Progress(record.size, record.size, "verify")
    return _one(store, job.id, context)


def import_model(job: ImportModel, context: Context) -> One:
    from engine.models.importing import bring_in, recognise

    store = Store(job.folder)
    yield Progress(0, 0, "recognise")
    found = recognise(store, job.source, job.id)
    _agree(store, found.entry.id, job.accept)
    with store.changing(found.entry.id, _waiting(context)):
        yield from bring_in(store, found, job.link, context.check)
    return _one(store, found.entry.id, context, found.notes)


def remove_model(job: RemoveModel, context: Context) -> One:
    store = Store(job.folder)
    store.entry(job.id)
    if store.standing(job.id)[0] == "absent":
        raise Problem("store.absent", id=job.id)
    yield Progress(0, 1, "remove")
    with store.changing(job.id, _waiting(context)):
        freed = store.remove(job.id)
    return _one(store, job.id, context, freed=freed)


def move_models(job: MoveModels, context: Context) -> All:
    from engine.models.moving import move

    store = Store(job.folder)
    yield from move(store, Path(job.target), context.check)
    return _all(Store(job.target), *_computer(context))
