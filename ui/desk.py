"""What the window needs of the application behind it.

``app.desk`` implements it; tests of the window use a fake. Everything here lives in the main
thread; slots return at once and the outcome arrives as a signal.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from engine import api
from ui.player import Player, Recorder

Purpose = Literal["log", "masks", "samples", "sounds", "data"]


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNFINISHED = "unfinished"  # left over by a crash or kill; offered again, not started by itself


@dataclass(frozen=True)
class Item:
    """One job of the list, as it stands."""

    id: int
    job: api.Job
    state: State
    progress: api.Progress | None = None
    result: api.Result | None = None
    problem: tuple[str, dict[str, Any]] | None = None  # code and details of engine.problems


class Desk(QObject):
    """The application as the window sees it.

    Qt's metaclass allows no ABC; a test sees to it that nothing is left abstract.
    """

    items_added = Signal(object)  # tuple[Item, ...], of one submit
    item_changed = Signal(object)  # Item
    item_removed = Signal(int)  # id
    pictures = Signal(int, object)  # id, tuple[api.Picture, ...]: live previews, latest wins
    devices_changed = Signal(object)  # tuple[api.DeviceInfo, ...]
    models_changed = Signal(object)  # api.ModelsResult
    engine_state = Signal(str)  # "starting", "ready", "stopped"
    setting_changed = Signal(str, object)  # name, value
    files_opened = Signal(object)  # tuple[Path, ...] from "open with" or a second instance
    files_appeared = Signal(object)  # tuple[Path, ...], new in the watched folder
    notice = Signal(str)  # a translated sentence for the status bar, announced

    @abstractmethod
    def submit(self, jobs: tuple[api.Job, ...]) -> tuple[int, ...]:
        """Queue jobs; returns their item ids in order."""

    @abstractmethod
    def cancel(self, item: int) -> None: ...

    @abstractmethod
    def retry(self, item: int) -> None:
        """Queue the same job again; also starts an UNFINISHED one."""

    @abstractmethod
    def remove(self, item: int) -> None:
        """Forget an item that is not running. Never touches files."""

    @abstractmethod
    def items(self) -> tuple[Item, ...]: ...

    @abstractmethod
    def pause(self, paused: bool) -> None:
        """Stop starting new jobs (the running one goes on), or go on."""

    @abstractmethod
    def devices(self) -> tuple[api.DeviceInfo, ...]: ...

    @abstractmethod
    def refresh_devices(self) -> None:
        """Ask again which devices there are and what memory they have free."""

    @abstractmethod
    def free_memory(self) -> None:
        """Drop the loaded models, after the running job if there is one."""

    @abstractmethod
    def models(self) -> api.ModelsResult | None:
        """The published models as they stood when last looked at; None before that."""

    @abstractmethod
    def refresh_models(self) -> None:
        """Look again, after the running job if there is one. Tries no network."""

    @abstractmethod
    def setting(self, name: str) -> Any:
        """A setting of ``app.settings.Settings`` by field name."""

    @abstractmethod
    def set_setting(self, name: str, value: Any) -> None: ...

    @abstractmethod
    def folder(self, purpose: Purpose) -> Path:
        """A folder of the application's own, created when missing (``app.paths``).

        ``log`` holds the log files; ``masks`` the painted masks of queued jobs, so it must
        outlive a crash; ``sounds`` what is only there to be listened to and is deleted at the
        next start; ``data`` identities, voices and scenes; ``samples`` the copies of our samples
        that somebody tries things on, with the results.
        """

    @abstractmethod
    def look(
        self,
        owner: QObject,
        job: api.Job | api.Secret,
        then: Callable[[Any], None],
        progressed: Callable[[api.Progress], None] | None = None,
    ) -> None:
        """Ask the engine something beside the list, the newest question first.

        ``then`` is called with the result, or the ``Problem`` that came in its place, unless
        ``owner`` is gone by then or has forgotten it.
        """

    @abstractmethod
    def forget_looks(self, owner: QObject) -> None:
        """Drop the open questions of ``owner``."""

    @abstractmethod
    def player(self) -> Player:
        """The one player of the window."""

    @abstractmethod
    def recorder(self) -> Recorder: ...

    @abstractmethod
    def history(self, search: str = "", limit: int = 200) -> tuple[api.Receipt, ...]: ...

    @abstractmethod
    def done_before(self, kind: type[Any], files: tuple[Path, ...]) -> frozenset[Path]:
        """Those of ``files`` whose result of this kind of job is there and newer than they are,
        and those that are such a result themselves."""

    @abstractmethod
    def export_receipts(self, receipts: tuple[api.Receipt, ...], target: Path) -> None:
        """Write the JSON of one receipt, or of several as an array; a notice says how it went."""

    @abstractmethod
    def export_rehearsal(self, result: api.RehearsalResult, folder: Path) -> None:
        """Write what an attacker gets as a picture and a page; a notice says where."""

    def export_report(self, found: tuple[api.VerifyResult, ...], signer: str, to: Path) -> None:
        """Write a report on verifications, signed by an identity; a notice says how it went."""

    @abstractmethod
    def export_check(
        self, results: tuple[api.CheckResult, ...], target: Path, statement: bool
    ) -> None:
        """Write the HTML report of checks; ``statement``: only what speaks for the files."""

    @abstractmethod
    def sentence(self, code: str, details: dict[str, Any]) -> str:
        """The problem's sentence in the current language."""
