"""How the jobs of the list concern the published models, and what a wish for one takes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from engine import api
from ui.desk import Item, State

OPEN = (State.WAITING, State.RUNNING, State.PAUSED)

ModelJob = api.StoreJob
_OF_ONE = (api.DownloadModel, api.VerifyModel, api.RemoveModel, api.ImportModel)


class Standing(StrEnum):
    """What a model is like for the user: where it stands on disk, or what happens to it."""

    ABSENT = "absent"
    PAUSED = "paused"  # part of it has arrived
    DAMAGED = "damaged"
    READY = "ready"
    WAITING = "waiting"
    DOWNLOADING = "downloading"
    BUSY = "busy"  # it is checked, removed or copied


_OF_DISK = {
    "absent": Standing.ABSENT,
    "partial": Standing.PAUSED,
    "damaged": Standing.DAMAGED,
    "installed": Standing.READY,
}


def standing(model: api.ModelState, item: Item | None) -> Standing:
    """``item``: the model's latest job, if there is one."""
    if item is None or item.state not in OPEN:
        return _OF_DISK[model.standing]
    if not isinstance(item.job, api.DownloadModel):
        return Standing.BUSY
    return Standing.DOWNLOADING if item.state == State.RUNNING else Standing.WAITING


def latest(items: Iterable[Item]) -> dict[str, Item]:
    """The latest job of each model by the model's id."""
    return {item.job.id: item for item in items if isinstance(item.job, _OF_ONE) and item.job.id}


def any_open(items: Iterable[Item]) -> bool:
    """Whether a job that changes models waits or runs."""
    return any(item.state in OPEN for item in items if isinstance(item.job, ModelJob))


def with_needed(models: api.ModelsResult, ids: Iterable[str]) -> tuple[api.ModelState, ...]:
    """The models of ``ids`` that are not whole here, each after those that it needs."""
    known = {model.id: model for model in models.models}
    found: dict[str, api.ModelState] = {}

    def add(id: str) -> None:
        model = known.get(id)
        if model is None or id in found or model.standing == "installed":
            return
        for needed in model.requires:
            add(needed)
        found[id] = model

    for id in ids:
        add(id)
    return tuple(found.values())


def to_fetch(models: Iterable[api.ModelState]) -> int:
    """Bytes that are still to come."""
    return sum(max(0, model.size - model.on_disk) for model in models)


def recommended_photo_models(models: api.ModelsResult) -> tuple[api.ModelState, ...]:
    """Those recommended that strengthen a protection the Photos page offers, and are not here."""
    tasks = {f"protect-{threat}" for threat in api.THREATS}
    return tuple(
        model
        for model in models.models
        if model.recommended and tasks & set(model.used_by) and model.standing != "installed"
    )
