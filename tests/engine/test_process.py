"""The parts of the child process that can be tried without one."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine import api
from engine.outbox import PICTURE_RATE, PROGRESS_RATE, Outbox
from engine.workshop import Workshop
from tests.engine.fake_work import RUNNERS, Fake
from tests.engine.recorder import LONG

TICKET = api.Ticket(1)


class Reader:
    """What an outbox sends, with the time; reads nothing until told to if ``slow``."""

    def __init__(self, slow: bool = False) -> None:
        self.got: list[tuple[float, object]] = []
        self.reading = threading.Event()
        self.blocked = threading.Event()
        self.gone = threading.Event()
        if not slow:
            self.reading.set()

    def __call__(self, data: bytes) -> None:
        self.blocked.set()
        assert self.reading.wait(LONG)
        self.got.append((time.monotonic(), pickle.loads(data)))

    def messages(self) -> list[object]:
        return [message for _, message in self.got]


def progressed(step: int, *names: str, note: str | None = None) -> api.Progressed:
    pictures = tuple(api.Picture(name, 1, 1, bytes([step % 256] * 3)) for name in names)
    return api.Progressed(TICKET, api.Progress(step, 1000, "test", pictures=pictures, note=note))


def test_everything_but_progress_is_sent_in_order() -> None:
    reader = Reader()
    outbox = Outbox(reader, broken=reader.gone.set)
    for number in range(500):
        outbox.put(number)
    outbox.close(LONG)
    assert reader.messages() == list(range(500))


def test_a_blocked_reader_gets_the_latest_progress_and_the_outcome() -> None:
    reader = Reader(slow=True)
    outbox = Outbox(reader, broken=reader.gone.set)
    outbox.progress(progressed(1))
    assert reader.blocked.wait(LONG)
    for step in range(2, 501):
        outbox.progress(progressed(step, note="told" if step == 100 else None))
    outbox.put(api.Finished(TICKET, api.DevicesResult(())))
    reader.reading.set()
    outbox.close(LONG)
    *progress, outcome = reader.messages()
    assert progress == [progressed(1), progressed(100, note="told"), progressed(500)]
    assert outcome == api.Finished(TICKET, api.DevicesResult(()))


def test_of_each_picture_the_latest_is_kept() -> None:
    reader = Reader(slow=True)
    outbox = Outbox(reader, broken=reader.gone.set)
    outbox.put("block")
    assert reader.blocked.wait(LONG)
    outbox.progress(progressed(1, "protected", "difference"))
    outbox.progress(progressed(2, "protected"))
    outbox.progress(progressed(3))
    reader.reading.set()
    outbox.close(LONG)
    (_, event) = reader.messages()
    assert isinstance(event, api.Progressed)
    assert event.progress.step == 3
    assert {p.name: p.rgb[0] for p in event.progress.pictures} == {"protected": 2, "difference": 1}


@pytest.mark.parametrize(
    ("names", "rate"),
    [((), PROGRESS_RATE), (("protected",), PICTURE_RATE)],
    ids=["bare", "picture"],
)
def test_progress_keeps_to_its_rate(names: tuple[str, ...], rate: float) -> None:
    reader = Reader()
    outbox = Outbox(reader, broken=reader.gone.set)
    begin = time.monotonic()
    step = 0
    while time.monotonic() < begin + 0.6:
        step += 1
        outbox.progress(progressed(step, *names))
        time.sleep(0.001)
    outbox.close(LONG)
    times = [at for at, _ in reader.got]
    assert 2 <= len(times) <= (times[-1] - begin) * rate + 2
    last = reader.got[-1][1]
    assert isinstance(last, api.Progressed)
    assert last.progress.step == step  # nothing later is ever lost to something earlier


def test_an_outcome_does_not_wait_for_a_picture_to_be_due() -> None:
    reader = Reader()
    outbox = Outbox(reader, broken=reader.gone.set)
    outbox.progress(progressed(1, "protected"))
    while len(reader.got) < 1:
        time.sleep(0.001)
    outbox.progress(progressed(2, "protected"))
    outbox.put("outcome")
    outbox.close(LONG)
    assert reader.messages()[1:] == [progressed(2), "outcome"]


def test_what_cannot_be_pickled_is_refused_at_once() -> None:
    reader = Reader()
    outbox = Outbox(reader, broken=reader.gone.set)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        outbox.put(lambda: None)
    outbox.put("next")
    outbox.close(LONG)
    assert reader.messages() == ["next"]


def test_a_reader_that_is_gone_is_noticed() -> None:
    gone = threading.Event()

    def send(_: bytes) -> None:
        raise BrokenPipeError

    outbox = Outbox(send, broken=gone.set)
    outbox.put("anything")
    assert gone.wait(LONG)
    outbox.close(LONG)


def test_a_job_already_cancelled_does_not_begin(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    job = Fake("patient", trace)
    seen: list[api.Progressed] = []
    workshop = Workshop("cpu", RUNNERS)
    outcome = workshop.perform(TICKET, job, lambda: True, seen.append)  # type: ignore[arg-type]
    assert outcome == api.Cancelled(TICKET)
    assert seen == []
    assert not trace.exists()


@pytest.mark.parametrize(("action", "broken"), [("accelerator", True), ("bug", False)])
def test_a_failed_device_is_told_from_a_failed_job(action: str, broken: bool) -> None:
    workshop = Workshop("cpu", RUNNERS)
    workshop.perform(TICKET, Fake(action, ""), lambda: False, lambda _: None)  # type: ignore[arg-type]
    assert workshop.broken is broken


@pytest.mark.parametrize("module", ["engine.host", "engine.process", "engine.models.cache"])
def test_the_parent_loads_nothing_heavy(root: Path, module: str) -> None:
    heavy = {"torch", "numpy", "PIL", "PySide6", "diffusers", "transformers"}
    code = f"import sys, {module}; print(*sorted({heavy!r} & sys.modules.keys()))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []
