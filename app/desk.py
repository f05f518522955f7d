"""The application behind the window: the job list, the engine, the settings and the history.

Everything here lives in the main thread. What the engine has to say arrives in its own thread and
crosses over through one queued signal.
"""

from __future__ import annotations

import dataclasses
import itertools
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app import exports, folders
from app.history import History
from app.lanes import Lanes, Name, as_set, close_all
from app.lookout import Look, Lookout
from app.player import SoundPlayer
from app.previews import has_pictures, without_pictures
from app.recorder import SoundRecorder
from app.settings import SettingsFile, with_recent, with_speed
from app.words import sentence
from engine import api
from engine.host import Host
from ui.desk import Desk, Item, Purpose, State

# Jobs that are offered again after a crash: those that leave something on the disk. The others only
# look, and whoever wants to know asks again.
KEPT = (
    api.ProtectPhoto,
    api.ProtectVoice,
    api.EnrolVoice,
    api.MarkFile,
    api.DownloadModel,
    api.ImportModel,
    api.MoveModels,
)

# Finished jobs whose previews stay in memory; those of older ones are let go.
KEEP_PICTURES = 8

# Jobs written into the history at once: thousands would hold the window up.
WRITE_AT_ONCE = 250

Question = type[api.ListDevices] | type[api.ListModels]

_OPEN = (State.WAITING, State.PAUSED)
_RESTARTABLE = (State.UNFINISHED, State.FAILED, State.CANCELLED)

_log = logging.getLogger(__name__)


class ApplicationDesk(Desk):
    """Runs one job at a time in each lane (``app.lanes``), in the order of the list.

    The queue lives here and not in the engines, so that pausing, reordering and a crash of an
    engine never lose a job: an engine only ever has the one it is working on.
    """

    _heard = Signal(str, object)  # the lane, and api.Event or the state of its host as str

    def __init__(
        self, settings: SettingsFile, history: History, parent: QObject | None = None
    ) -> None:
        """Jobs left over in ``history`` are listed, as UNFINISHED or with their problem."""
        super().__init__(parent)
        self._settings = settings
        self._history = history
        self._lanes = Lanes()
        self._devices: tuple[api.DeviceInfo, ...] = ()
        self._models: api.ModelsResult | None = None
        # What the desk itself wants to know of the engines; never part of the list.
        self._asked: dict[tuple[Name, api.Ticket], Question] = {}
        self._paused = False
        self._unwritten: deque[int] = deque()  # ids of items
        self._writing = QTimer(self, singleShot=True, interval=0)
        self._writing.timeout.connect(self._write_some)
        self._items: dict[int, Item] = {}
        for left in history.queue():
            state = State.FAILED if left.problem else State.UNFINISHED
            self._items[left.id] = Item(left.id, left.job, state, problem=left.problem)
        self._numbers = itertools.count(history.last_id() + 1)
        folders.sweep(item.job for item in self._items.values())
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._lookout = Lookout(self)
        self._player, self._recorder = SoundPlayer(parent=self), SoundRecorder(parent=self)

    # ---- the engine -------------------------------------------------------------------------

    def start(self, make_host: Callable[..., Host]) -> None:
        """Start the engines; ``make_host`` takes the arguments of ``EngineHost``."""
        self._lanes.open(
            make_host,
            self._heard.emit,
            device=self.setting("device"),
            precision=self.setting("precision"),
            idle_unload=self._idle_unload(),
        )
        self._lookout.start(make_host, self._lanes["work"].host)
        self._start_next()

    def shut_down(self) -> Callable[[], None]:
        """Stop listening; returns what ends the engines, which may take 2 s, in any thread.

        What has not come to its end stays in the queue for the next start.
        """
        self._player.close()
        self._recorder.close()
        while self._unwritten:
            self._write_some()
        self._writing.stop()
        closing = [self._lookout.shut_down(), *self._lanes.shut()]
        return lambda: close_all(closing)

    @Slot(str, object)
    def _hear(self, lane: Name, message: api.Event | str) -> None:
        if not self._lanes:
            return  # shut down; the hosts cancel what is open, and that is not the user's wish
        if isinstance(message, str):
            if message == "ready":
                self.refresh_devices()
                self.refresh_models()
            self.engine_state.emit(message)
        elif (lane, message.ticket) in self._asked:
            self._hear_answer(lane, message)
        elif lane == "work" and self._lookout.hear(message):
            pass
        elif message.ticket == self._lanes[lane].ticket:
            self._hear_job(lane, message)

    def _ask(self, question: Question) -> None:
        """Have an engine answer after its job, if it has one. One answer serves all till then."""
        if not self._lanes or question in self._asked.values():
            return
        name, job = self._lanes.free_for(question(), self._models)
        self._asked[name, self._lanes[name].submit(self._as_set(job))] = question

    def _hear_answer(self, lane: Name, event: api.Event) -> None:
        if isinstance(event, api.Started | api.Progressed):
            return
        question = self._asked.pop((lane, event.ticket))
        if isinstance(event, api.Failed):
            _log.error("%s failed: %s %s", question.kind, event.code, event.details)
        elif isinstance(event, api.Finished):
            if isinstance(event.result, api.DevicesResult):
                self._devices = event.result.devices
                self.devices_changed.emit(self._devices)
            elif isinstance(event.result, api.ModelsResult):
                self._hear_models(event.result)

    def _hear_models(self, models: api.ModelsResult) -> None:
        self._models = models
        self.models_changed.emit(models)

    def _hear_job(self, lane: Name, event: api.Event) -> None:
        number = self._lanes[lane].item
        assert number is not None
        if isinstance(event, api.Started):
            self._change(number, state=State.RUNNING)
            return
        if isinstance(event, api.Progressed):
            progress = event.progress
            if progress.pictures:
                self.pictures.emit(number, progress.pictures)
            self._change(number, progress=dataclasses.replace(progress, pictures=()))
            return
        self._lanes[lane].ended()
        if isinstance(event, api.Finished):
            self._finished(number, event.result)
        elif isinstance(event, api.Failed):
            problem = (event.code, event.details)
            self._remember(lambda: self._history.fail(number, problem))
            self._change(number, state=State.FAILED, problem=problem, progress=None)
        else:
            self._remember(lambda: self._history.finish(number))
            self._change(number, state=State.CANCELLED, progress=None)
        if isinstance(self._items[number].job, api.StoreJob):
            self.refresh_models()
        self._start_next()

    def _finished(self, number: int, result: api.Result) -> None:
        receipt = getattr(result, "receipt", None)
        self._remember(lambda: self._history.finish(number, receipt))
        if isinstance(result, api.ModelsResult):
            self.set_setting("models_folder", result.folder)
        elif isinstance(result, api.SpeedResult):
            self.set_setting("speeds", with_speed(self.setting("speeds"), result))
        self._change(number, state=State.DONE, result=result, progress=None)
        shown = [item for item in self._items.values() if has_pictures(item.result)]
        for item in shown[:-KEEP_PICTURES]:
            self._change(item.id, result=without_pictures(item.result))

    def _start_next(self) -> None:
        if not self._paused:
            self._lanes.start(self._items.values(), self._as_set)

    def _as_set(self, job: Any) -> Any:
        return as_set(self._history.told(job), self.setting)

    # ---- the job list -----------------------------------------------------------------------

    def submit(self, jobs: tuple[api.Job, ...]) -> tuple[int, ...]:
        state = State.PAUSED if self._paused else State.WAITING
        items = [Item(next(self._numbers), job, state) for job in jobs]
        self._items.update((item.id, item) for item in items)
        self._unwritten.extend(item.id for item in items if isinstance(item.job, KEPT))
        self._write_some()
        if items:
            self.items_added.emit(tuple(items))
        protecting = api.ProtectPhoto | api.ProtectVoice
        files = tuple(job.file for job in jobs if isinstance(job, protecting))
        if files:
            self.set_setting("recent_files", with_recent(self.setting("recent_files"), files))
        self._start_next()
        return tuple(item.id for item in items)

    def _write_some(self) -> None:
        """Into the history, what is still wanted of it; the rest a moment later."""
        some = [self._unwritten.popleft() for _ in range(min(WRITE_AT_ONCE, len(self._unwritten)))]
        wanted = (*_OPEN, State.RUNNING)
        kept = [(id, self._items[id].job) for id in some if self._state(id) in wanted]
        self._remember(lambda: self._history.enqueue(kept))
        if self._unwritten:
            self._writing.start()

    def cancel(self, item: int) -> None:
        lane = self._lanes.having(item)
        if lane is not None and lane.ticket is not None:
            lane.host.cancel(lane.ticket)
        elif self._state(item) in _OPEN:
            self._remember(lambda: self._history.finish(item))
            self._change(item, state=State.CANCELLED)

    def retry(self, item: int) -> None:
        if self._state(item) not in _RESTARTABLE:
            return
        job = self._items[item].job
        if isinstance(job, KEPT):
            self._remember(lambda: self._history.enqueue([(item, job)]))
        state = State.PAUSED if self._paused else State.WAITING
        self._change(item, state=state, problem=None, progress=None)
        self._start_next()

    def remove(self, item: int) -> None:
        if item in self._items and not self._lanes.having(item):
            self._remember(lambda: self._history.finish(item))
            del self._items[item]
            self.item_removed.emit(item)

    def items(self) -> tuple[Item, ...]:
        return tuple(self._items.values())

    def pause(self, paused: bool) -> None:
        self._paused = paused
        old, new = (State.WAITING, State.PAUSED) if paused else (State.PAUSED, State.WAITING)
        for item in self.items():
            if item.state is old and not self._lanes.having(item.id):
                self._change(item.id, state=new)
        self._start_next()

    def devices(self) -> tuple[api.DeviceInfo, ...]:
        return self._devices

    def refresh_devices(self) -> None:
        self._ask(api.ListDevices)

    def free_memory(self) -> None:
        if self._lanes:
            self._lanes["work"].host.free_memory()
            self.refresh_devices()
            self.refresh_models()

    def models(self) -> api.ModelsResult | None:
        return self._models

    def refresh_models(self) -> None:
        self._ask(api.ListModels)

    def _state(self, item: int) -> State | None:
        return self._items[item].state if item in self._items else None

    def _change(self, item: int, **changes: Any) -> None:
        self._items[item] = dataclasses.replace(self._items[item], **changes)
        self.item_changed.emit(self._items[item])

    # ---- settings, history, words -----------------------------------------------------------

    def setting(self, name: str) -> Any:
        return getattr(self._settings.values, name)

    def set_setting(self, name: str, value: Any) -> None:
        """Raises ``Mismatch`` for a value of the wrong type: an error of the caller."""
        try:
            changed = self._settings.set(name, value)
        except OSError:
            changed = True
            _log.exception("the settings cannot be written")
            self.notice.emit(self.tr("Your settings cannot be saved; they hold until you quit."))
        if changed:
            if name in ("device", "precision", "unload_minutes"):
                self._set_up_engine()
            elif name == "offline" and value:
                self._stop_downloads()
            elif name == "models_folder":
                self.refresh_models()
            self.setting_changed.emit(name, self.setting(name))

    def _set_up_engine(self) -> None:
        if self._lanes:
            host = self._lanes["work"].host
            host.set_device(self.setting("device"), self.setting("precision"))
            host.set_idle_unload(self._idle_unload())

    def _idle_unload(self) -> float | None:
        minutes: int = self.setting("unload_minutes")
        return minutes * 60.0 if minutes else None

    def _stop_downloads(self) -> None:
        """Offline means at once: what has arrived is kept."""
        for item in self.items():
            if isinstance(item.job, api.DownloadModel):
                self.cancel(item.id)

    def folder(self, purpose: Purpose) -> Path:
        return folders.folder(purpose)

    def look(
        self,
        owner: QObject,
        job: api.Job | api.Secret,
        then: Callable[[Any], None],
        progressed: Callable[[api.Progress], None] | None = None,
    ) -> None:
        self._lookout.ask(Look(owner, self._as_set(job), then, progressed))

    def forget_looks(self, owner: QObject) -> None:
        self._lookout.forget(owner)

    def player(self) -> SoundPlayer:
        return self._player

    def recorder(self) -> SoundRecorder:
        return self._recorder

    def history(self, search: str = "", limit: int = 200) -> tuple[api.Receipt, ...]:
        try:
            return self._history.receipts(search, limit)
        except sqlite3.Error:
            _log.exception("the history cannot be read")
            self.notice.emit(self.tr("The history cannot be read."))
            return ()

    def done_before(self, kind: type[Any], files: tuple[Path, ...]) -> frozenset[Path]:
        try:
            return self._history.done(kind.kind, files)
        except sqlite3.Error:
            _log.exception("the history cannot be read")
            return frozenset()

    def export_receipts(self, receipts: tuple[api.Receipt, ...], target: Path) -> None:
        exports.receipts(self, receipts, target)

    def export_rehearsal(self, result: api.RehearsalResult, folder: Path) -> None:
        exports.rehearsal(self, result, folder)

    def export_check(
        self, results: tuple[api.CheckResult, ...], target: Path, statement: bool
    ) -> None:
        exports.check(self, results, target, statement)

    def export_report(self, found: tuple[api.VerifyResult, ...], signer: str, to: Path) -> None:
        exports.report(self, found, signer, to)

    def sentence(self, code: str, details: dict[str, Any]) -> str:
        return sentence(code, details)

    def open_files(self, files: Iterable[Path]) -> None:
        """Files from the command line, the system's "open with", or a second start."""
        found = tuple(files)
        if found:
            self.files_opened.emit(found)

    def _remember(self, write: Callable[[], None]) -> None:
        """A disk that refuses must not stop the work: then it is only not remembered."""
        try:
            write()
        except sqlite3.Error:
            _log.exception("the history cannot be written")
            self.notice.emit(
                self.tr("The history cannot be saved, so this list will be lost when you quit.")
            )
