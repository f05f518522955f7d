"""The desk over a host that does what the test says, and once over the real one."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from app.desk import KEEP_PICTURES, WRITE_AT_ONCE, ApplicationDesk
from app.history import History
from app.receipts import read_receipt
from app.settings import SettingsFile
from engine import api
from engine.host import EngineHost
from tests.app.fake_work import DEVICES, MEASURES, PICTURE, receipt
from ui.desk import Item, State


class FakeHost:
    """Remembers the calls; ``tell`` sends an event from another thread, as the real one does."""

    def __init__(
        self,
        device: str,
        on_event: Callable[..., None],
        on_state: Callable[..., None] = lambda _: None,
        precision: str = "auto",
        idle_unload: float | None = None,
        idle_exit: float | None = None,
    ):
        self.device = device
        self.precision = precision
        self.idle_unload = idle_unload
        self.idle_exit = idle_exit
        self.started = 0
        self.jobs: list[api.Job] = []
        self.cancelled: list[api.Ticket] = []
        self.closed = False
        self.freed = 0
        self._on_event = on_event
        self._on_state = on_state

    def start(self) -> None:
        self.started += 1
        if self.started == 1:
            self.state("starting")

    def submit(self, job: api.Job) -> api.Ticket:
        self.jobs.append(job)
        return api.Ticket(len(self.jobs))

    def cancel(self, ticket: api.Ticket) -> None:
        self.cancelled.append(ticket)

    def set_device(self, device: str, precision: str) -> None:
        self.device, self.precision = device, precision

    def set_idle_unload(self, seconds: float | None) -> None:
        self.idle_unload = seconds

    def free_memory(self) -> None:
        self.freed += 1

    def close(self) -> None:
        self.closed = True

    def state(self, state: str) -> None:
        _elsewhere(self._on_state, state)

    def tell(self, event: api.Event) -> None:
        _elsewhere(self._on_event, event)

    @property
    def ticket(self) -> api.Ticket:
        return api.Ticket(len(self.jobs))


def _elsewhere(call: Callable[[Any], None], value: Any) -> None:
    thread = threading.Thread(target=call, args=(value,))
    thread.start()
    thread.join()


class Bench:
    """A desk, its hosts, and what the window would have seen. ``host`` is the working one."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.history = History()
        self.settings = SettingsFile()
        self.desk = ApplicationDesk(self.settings, self.history)
        self.host: FakeHost
        self.store: FakeHost
        self.seen: list[tuple[str, Any]] = []
        for name in (
            *("items_added", "item_changed", "item_removed", "devices_changed"),
            "models_changed",
            *("engine_state", "files_opened", "notice"),
        ):
            signal = getattr(self.desk, name)
            signal.connect(lambda value, name=name: self.seen.append((name, value)))
        self.desk.pictures.connect(
            lambda item, shown: self.seen.append(("pictures", (item, shown)))
        )
        self.desk.setting_changed.connect(
            lambda name, value: self.seen.append(("setting", (name, value)))
        )

    def start(self) -> None:
        made: list[FakeHost] = []

        def make(**options: Any) -> FakeHost:
            made.append(FakeHost(**options))
            return made[-1]

        self.desk.start(make)
        self.host, self.store = made

    def settle(self) -> None:
        """Let what was sent from other threads arrive."""
        self._qtbot.wait(5)

    def tell(self, *events: api.Event, host: FakeHost | None = None) -> None:
        for event in events:
            (host or self.host).tell(event)
        self.settle()

    def of(self, name: str) -> list[Any]:
        return [value for seen, value in self.seen if seen == name]

    def states(self) -> dict[int, State]:
        return {item.id: item.state for item in self.desk.items()}

    def close(self) -> None:
        self.desk.shut_down()()
        self.history.close()
        self.desk.deleteLater()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.close()


def job(name: str = "a.png", **options: Any) -> api.ProtectPhoto:
    return api.ProtectPhoto(Path("/pictures") / name, **options)


def done(which: api.ProtectPhoto) -> api.PhotoResult:
    output = which.file.with_name(f"{which.file.stem}-done.png")
    return api.PhotoResult(output, MEASURES, receipt(which, output), pictures=(PICTURE,))


def test_a_job_goes_through_its_states(bench: Bench) -> None:
    bench.start()
    (number,) = bench.desk.submit((job(),))
    assert bench.host.jobs == [job()]
    assert bench.states() == {number: State.WAITING}
    ticket = bench.host.ticket
    bench.tell(api.Started(ticket))
    assert bench.states() == {number: State.RUNNING}
    progress = api.Progress(3, 10, "optimise", eta=7.0, pictures=(PICTURE,))
    bench.tell(api.Progressed(ticket, progress))
    (item,) = bench.desk.items()
    assert item.progress == dataclasses.replace(progress, pictures=())
    assert bench.of("pictures") == [(number, (PICTURE,))]
    bench.tell(api.Finished(ticket, done(job())))
    (item,) = bench.desk.items()
    assert item == Item(number, job(), State.DONE, result=done(job()))
    assert bench.of("items_added") == [(Item(number, job(), State.WAITING),)]
    assert bench.of("item_changed")[-1] == item
    assert bench.history.queue() == ()
    assert bench.desk.history() == (done(job()).receipt,)


def test_signals_arrive_in_the_main_thread(bench: Bench, qtbot: QtBot) -> None:
    threads = []
    bench.desk.engine_state.connect(lambda _: threads.append(QThread.currentThread()))
    bench.start()
    bench.host.state("ready")
    bench.settle()
    assert threads == [bench.desk.thread()] * 2


def test_one_job_at_a_time_in_order(bench: Bench) -> None:
    first, second, third = bench.desk.submit((job("1"), job("2"), job("3")))
    bench.start()
    assert bench.host.jobs == [job("1")]
    bench.desk.cancel(second)
    bench.tell(api.Started(api.Ticket(1)), api.Finished(api.Ticket(1), done(job("1"))))
    assert bench.host.jobs == [job("1"), job("3")]
    assert bench.states() == {first: State.DONE, second: State.CANCELLED, third: State.WAITING}
    assert [left.id for left in bench.history.queue()] == [third]


def test_a_failed_job_keeps_its_problem_and_can_be_retried(bench: Bench) -> None:
    bench.start()
    (number,) = bench.desk.submit((job(),))
    bench.tell(api.Started(api.Ticket(1)), api.Failed(api.Ticket(1), "engine.died", {}))
    (item,) = bench.desk.items()
    assert (item.state, item.problem) == (State.FAILED, ("engine.died", {}))
    assert bench.history.queue()[0].problem == ("engine.died", {})
    bench.desk.retry(number)
    (item,) = bench.desk.items()
    assert (item.state, item.problem, item.progress) == (State.WAITING, None, None)
    assert bench.host.jobs == [job(), job()]
    bench.tell(api.Started(api.Ticket(2)), api.Finished(api.Ticket(2), done(job())))
    assert bench.states() == {number: State.DONE}
    bench.desk.retry(number)
    assert bench.states() == {number: State.DONE}


def test_cancelling_the_running_job_asks_the_engine(bench: Bench) -> None:
    bench.start()
    (number,) = bench.desk.submit((job(),))
    bench.tell(api.Started(api.Ticket(1)))
    bench.desk.cancel(number)
    assert bench.host.cancelled == [api.Ticket(1)]
    assert bench.states() == {number: State.RUNNING}
    bench.tell(api.Cancelled(api.Ticket(1)))
    assert bench.states() == {number: State.CANCELLED}
    assert bench.history.queue() == ()
    bench.desk.retry(number)
    assert [left.id for left in bench.history.queue()] == [number]


def test_pausing_lets_the_running_job_end(bench: Bench) -> None:
    bench.start()
    one, two = bench.desk.submit((job("1"), job("2")))
    bench.tell(api.Started(api.Ticket(1)))
    bench.desk.pause(True)
    (three,) = bench.desk.submit((job("3"),))
    assert bench.states() == {one: State.RUNNING, two: State.PAUSED, three: State.PAUSED}
    bench.tell(api.Finished(api.Ticket(1), done(job("1"))))
    assert bench.host.jobs == [job("1")]
    bench.desk.pause(False)
    assert bench.host.jobs == [job("1"), job("2")]
    assert bench.states() == {one: State.DONE, two: State.WAITING, three: State.WAITING}


def test_removing_forgets_but_not_while_it_runs(bench: Bench) -> None:
    bench.start()
    one, two = bench.desk.submit((job("1"), job("2")))
    bench.tell(api.Started(api.Ticket(1)))
    bench.desk.remove(one)
    bench.desk.remove(two)
    bench.desk.remove(999)
    assert bench.of("item_removed") == [two]
    assert list(bench.states()) == [one]
    assert [left.id for left in bench.history.queue()] == [one]


def test_what_was_left_over_is_offered_and_not_started(bench: Bench, qtbot: QtBot) -> None:
    bench.start()
    one, two = bench.desk.submit((job("1"), job("2")))
    bench.tell(api.Started(api.Ticket(1)), api.Failed(api.Ticket(1), "file.empty", {"file": "1"}))
    bench.tell(api.Started(api.Ticket(2)))
    bench.close()
    again = Bench(qtbot)
    again.start()
    assert again.states() == {one: State.FAILED, two: State.UNFINISHED}
    assert again.desk.items()[0].problem == ("file.empty", {"file": "1"})
    assert again.host.jobs == []
    again.desk.retry(two)
    (three,) = again.desk.submit((job("3"),))
    assert again.host.jobs == [job("2")]
    assert three not in (one, two)
    again.close()


def test_thousands_of_jobs_are_written_bit_by_bit_and_none_is_lost(
    bench: Bench, qtbot: QtBot
) -> None:
    numbers = bench.desk.submit(tuple(job(f"{n}.png") for n in range(3 * WRITE_AT_ONCE)))
    assert len(bench.of("items_added")[0]) == 3 * WRITE_AT_ONCE
    assert len(bench.history.queue()) == WRITE_AT_ONCE
    bench.desk.cancel(numbers[-1])
    qtbot.waitUntil(lambda: len(bench.history.queue()) == 3 * WRITE_AT_ONCE - 1)
    more = bench.desk.submit(tuple(job(f"b{n}.png") for n in range(2 * WRITE_AT_ONCE)))
    bench.desk.shut_down()()
    assert bench.history.queue()[-1].id == more[-1]


def test_jobs_that_only_look_are_not_kept(bench: Bench) -> None:
    bench.desk.submit((api.MeasurePhoto(Path("/a"), Path("/b")), job()))
    assert [left.job for left in bench.history.queue()] == [job()]


def test_closing_keeps_what_is_open(bench: Bench) -> None:
    bench.start()
    bench.desk.submit((job("1"), job("2")))
    bench.tell(api.Started(api.Ticket(1)))
    close = bench.desk.shut_down()
    bench.host.tell(api.Cancelled(api.Ticket(1)))
    bench.settle()
    assert not bench.host.closed
    close()
    assert bench.host.closed
    assert [left.job for left in bench.history.queue()] == [job("1"), job("2")]
    bench.desk.submit((job("3"),))
    assert len(bench.host.jobs) == 1


def test_devices_are_asked_for_whenever_the_engine_is_ready(bench: Bench) -> None:
    bench.start()
    bench.host.state("ready")
    bench.settle()
    assert bench.host.jobs == [api.ListDevices(), api.ListModels()]
    bench.tell(api.Started(api.Ticket(1)), api.Finished(api.Ticket(1), api.DevicesResult(DEVICES)))
    assert bench.desk.devices() == DEVICES
    assert bench.of("devices_changed") == [DEVICES]
    assert bench.of("engine_state") == ["starting", "ready"]
    assert bench.desk.items() == ()


def test_previews_of_old_results_are_let_go(bench: Bench) -> None:
    bench.start()
    jobs = tuple(job(f"{n}.png") for n in range(KEEP_PICTURES + 2))
    bench.desk.submit(jobs)
    for number, one in enumerate(jobs, 1):
        bench.tell(api.Finished(api.Ticket(number), done(one)))
    kept = [len(item.result.pictures) for item in bench.desk.items()]  # type: ignore[union-attr]
    assert kept == [0, 0] + [1] * KEEP_PICTURES


def test_settings_are_saved_announced_and_passed_on(bench: Bench) -> None:
    bench.settings.set("device", "cpu")
    bench.start()
    assert bench.host.device == "cpu"
    bench.desk.set_setting("device", "cuda:0")
    bench.desk.set_setting("device", "cuda:0")
    assert bench.host.device == "cuda:0"
    assert bench.of("setting") == [("device", "cuda:0")]
    assert bench.desk.setting("device") == "cuda:0" == SettingsFile().values.device
    bench.desk.submit((job("1.png"), job("2.png")))
    assert bench.desk.setting("recent_files") == (job("1.png").file, job("2.png").file)


def test_a_disk_that_refuses_does_not_stop_the_work(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.start()
    bench.history.close()
    (number,) = bench.desk.submit((job(),))
    bench.tell(api.Started(api.Ticket(1)), api.Finished(api.Ticket(1), done(job())))
    assert bench.states() == {number: State.DONE}
    assert bench.desk.history() == ()
    assert any("history cannot be saved" in notice for notice in bench.of("notice"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.settings.replace_text", full)
    bench.desk.set_setting("theme", "dark")
    assert bench.desk.setting("theme") == "dark"
    assert "cannot be saved" in bench.of("notice")[-1]


def test_exporting_says_how_it_went(bench: Bench, tmp_path: Path) -> None:
    one = done(job()).receipt
    bench.desk.export_receipts((one,), tmp_path / "r.json")
    assert read_receipt(tmp_path / "r.json") == one
    bench.desk.export_receipts((one,), tmp_path / "nowhere" / "r.json")
    saved, failed = bench.of("notice")
    assert str(tmp_path / "r.json") in saved
    assert failed.startswith("Cannot write into")


def test_masks_live_as_long_as_a_job_needs_them(
    bench: Bench, qtbot: QtBot, cloakroom_home: Path
) -> None:
    folder = bench.desk.folder("masks")
    needed, stale = folder / "needed.png", folder / "stale.png"
    for file in (needed, stale):
        file.touch()
    bench.desk.submit((job(mask=needed),))
    bench.close()
    again = Bench(qtbot)
    assert list(folder.iterdir()) == [needed]
    assert again.desk.folder("log") == cloakroom_home / "state"
    again.close()


def test_files_from_outside_are_passed_to_the_window(bench: Bench) -> None:
    bench.desk.open_files([])
    bench.desk.open_files([Path("/a.png")])
    assert bench.of("files_opened") == [(Path("/a.png"),)]


def test_the_real_engine(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    """A child process that dies in the middle of a job; the next job runs in a new one."""
    for name in ("a.png", "dies.png", "b.png"):
        (tmp_path / name).write_bytes(b"pixels")

    def make(**options: Any) -> EngineHost:
        return EngineHost(runners="tests.app.fake_work:run", **options)

    numbers = bench.desk.submit(
        tuple(api.ProtectPhoto(tmp_path / name) for name in ("a.png", "dies.png", "b.png"))
    )
    bench.desk.start(make)
    qtbot.waitUntil(
        lambda: bench.states()[numbers[2]] in (State.DONE, State.FAILED), timeout=240_000
    )
    assert [item.state for item in bench.desk.items()] == [State.DONE, State.FAILED, State.DONE]
    assert bench.desk.items()[1].problem == ("engine.died", {})
    assert (tmp_path / "b-done.png").exists()
    qtbot.waitUntil(lambda: bench.desk.devices() == DEVICES, timeout=60_000)
    assert set(bench.of("engine_state")) == {"starting", "ready"}
