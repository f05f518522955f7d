"""Questions beside the job list: newest first, dropped when nobody wants to know any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.lookout import Look, Lookout
from engine import api
from engine.problems import Problem
from engine.workshop import NO_DEVICE


class Host:
    """Takes jobs; the test says what comes of them."""

    def __init__(self, device: str, on_event: Callable[[Any], None], on_state: Any) -> None:
        self.device, self.on_event = device, on_event
        self.jobs: list[Any] = []
        self.cancelled: list[api.Ticket] = []
        self.closed = False

    def start(self) -> None: ...

    def submit(self, job: Any) -> api.Ticket:
        self.jobs.append(job)
        return api.Ticket(len(self.jobs))

    def cancel(self, ticket: api.Ticket) -> None:
        self.cancelled.append(ticket)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def made() -> list[Host]:
    return []


@pytest.fixture
def engine() -> Host:
    return Host("cpu", print, None)


@pytest.fixture
def lookout(qtbot: QtBot, made: list[Host], engine: Host) -> Lookout:
    def make(**more: Any) -> Any:
        made.append(Host(**more))
        return made[-1]

    lookout = Lookout()
    lookout.start(make, engine)  # type: ignore[arg-type]
    return lookout


def sketch(name: str) -> api.SketchSound:
    return api.SketchSound(Path(name))


def info(name: str) -> api.SoundSketch:
    return api.SoundSketch(Path(name), 1, 1, 1, {}, {})


def test_a_second_child_is_only_started_when_needed_and_loads_nothing(
    lookout: Lookout, made: list[Host]
) -> None:
    assert made == []
    lookout.ask(Look(lookout, sketch("a"), print, None))
    assert [host.device for host in made] == [NO_DEVICE]
    lookout.shut_down()()
    assert made[0].closed


def test_one_at_a_time_and_the_newest_first(
    qtbot: QtBot, lookout: Lookout, made: list[Host]
) -> None:
    got: list[Any] = []
    for name in "abc":
        lookout.ask(Look(lookout, sketch(name), got.append, None))
    host = made[0]
    assert host.jobs == [sketch("a")]
    host.on_event(api.Started(api.Ticket(1)))
    host.on_event(api.Finished(api.Ticket(1), info("a")))
    qtbot.waitUntil(lambda: got == [info("a")])
    assert host.jobs == [sketch("a"), sketch("c")]
    host.on_event(api.Failed(api.Ticket(2), "file.missing", {"file": "c"}))
    qtbot.waitUntil(lambda: len(got) == 2)
    assert isinstance(got[1], Problem) and got[1].code == "file.missing"
    assert host.jobs[-1] == sketch("b")


def test_what_nobody_wants_to_know_is_dropped(
    qtbot: QtBot, lookout: Lookout, made: list[Host]
) -> None:
    one, other, got = QObject(), QObject(), list[Any]()
    lookout.ask(Look(one, sketch("a"), got.append, None))
    lookout.ask(Look(one, sketch("b"), got.append, None))
    lookout.ask(Look(other, sketch("c"), got.append, None))
    lookout.forget(one)
    host = made[0]
    assert host.cancelled == [api.Ticket(1)]
    host.on_event(api.Cancelled(api.Ticket(1)))
    qtbot.waitUntil(lambda: host.jobs == [sketch("a"), sketch("c")])
    host.on_event(api.Finished(api.Ticket(2), info("c")))
    qtbot.waitUntil(lambda: got == [info("c")])


def test_progress_is_told_and_models_are_asked_of_the_engine(
    lookout: Lookout, engine: Host
) -> None:
    got: list[Any] = []
    job = api.MeasurePhoto(Path("a"), Path("b"))
    lookout.ask(Look(lookout, job, got.append, got.append))
    assert engine.jobs == [job]
    assert not lookout.hear(api.Started(api.Ticket(7)))
    step = api.Progress(1, 2, "read")
    assert lookout.hear(api.Progressed(api.Ticket(1), step))
    assert lookout.hear(api.Finished(api.Ticket(1), info("x")))
    assert got == [step, info("x")]
