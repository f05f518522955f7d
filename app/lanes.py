"""Which engine does which job.

Downloads must not hold up photos. So what concerns only the files of models runs in an engine of
its own: a child process without a device and without torch, which its first job starts and which
ends when it has had nothing to do for a while.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from engine import api
from engine.host import Host
from engine.workshop import NO_DEVICE
from ui.desk import Item, State

Name = Literal["work", "store"]

STORE_EXIT = 60.0  # seconds without a job after which the store's process ends


@dataclass
class Lane:
    """One engine, and what of the list it works on."""

    host: Host
    ticket: api.Ticket | None = None
    item: int | None = None
    job: api.Job | None = None

    def submit(self, job: api.Job) -> api.Ticket:
        self.host.start()  # does nothing the second time
        return self.host.submit(job)

    def ended(self) -> None:
        self.ticket = self.item = self.job = None


def lane_of(job: api.Job) -> Name:
    return "store" if isinstance(job, api.StoreJob) else "work"


def needed(job: api.Job) -> set[Name]:
    """The lanes that do nothing else while ``job`` runs: what takes models away waits for those
    who may just be loading them, and the other way round."""
    if isinstance(job, api.RemoveModel | api.MoveModels):
        return {"work", "store"}
    return {lane_of(job)}


class Lanes(dict[Name, Lane]):
    """Both engines; none before ``open`` and after ``shut``."""

    def open(
        self,
        make_host: Callable[..., Host],
        told: Callable[[Name, api.Event | str], object],
        **work: Any,
    ) -> None:
        """Make them and start the working one, made with ``work``. ``told`` is called in their
        threads with every event of either, and with the state of the working one."""
        work |= {"on_event": partial(told, "work"), "on_state": partial(told, "work")}
        self["work"] = Lane(make_host(**work))
        self["work"].host.start()
        store = make_host(device=NO_DEVICE, on_event=partial(told, "store"), idle_exit=STORE_EXIT)
        self["store"] = Lane(store)

    def shut(self) -> list[Callable[[], object]]:
        """Forget them; returns what ends them."""
        closing: list[Callable[[], object]] = [lane.host.close for lane in self.values()]
        self.clear()
        return closing

    def start(self, items: Iterable[Item], prepared: Callable[[api.Job], api.Job]) -> None:
        """Start, in the order of the list, every job whose lanes are free; none overtakes another
        that waits for a lane it needs."""
        taken: set[Name] = set()
        for lane in self.values():
            if lane.job is not None:
                taken |= needed(lane.job)
        for item in items:
            if len(taken) == len(self):
                break
            if item.state is State.WAITING and not self.having(item.id):
                lanes = needed(item.job)
                if not lanes & taken:
                    lane = self[lane_of(item.job)]
                    lane.ticket = lane.submit(prepared(item.job))
                    lane.item, lane.job = item.id, item.job
                taken |= lanes

    def having(self, item: int) -> Lane | None:
        """The lane that works on the item."""
        return next((lane for lane in self.values() if lane.item == item), None)

    def free_for(self, question: api.Job, known: api.ModelsResult | None) -> tuple[Name, api.Job]:
        """Who answers soonest. The store's engine knows no device, so it is told which."""
        busy = {name for name, lane in self.items() if lane.job is not None}
        if isinstance(question, api.ListModels) and busy == {"work"} and known is not None:
            return "store", api.ListModels(device=known.device, free_memory=known.free_memory)
        return "work", question


def as_set(job: Any, setting: Callable[[str], Any]) -> Any:
    """``job`` with what the settings say about models when it starts, not when it was queued:
    they may be the remedy for what kept it from coming to its end."""
    folder = setting("models_folder")
    if isinstance(job, api.DownloadModel):
        mirror, offline = setting("mirror") or None, setting("offline")
        return dataclasses.replace(job, folder=folder, mirror=mirror, offline=offline)
    models = api.ListModels | api.ProtectPhoto | api.RehearsePhoto | api.StoreJob
    voices = api.ProtectVoice | api.EnrolVoice | api.RehearseVoice
    if isinstance(job, models | voices | api.MarkFile | api.VerifyFile):
        return dataclasses.replace(job, folder=folder)
    return job


def close_all(closing: Sequence[Callable[[], object]]) -> None:
    """Call them side by side and wait: each may take 2 s."""
    with ThreadPoolExecutor(len(closing), thread_name_prefix="close") as pool:
        for close in closing:
            pool.submit(close)
