"""Both hosts, with real child processes and jobs that behave as badly as jobs can."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine import api
from engine.host import EngineHost, Host, ThreadHost
from tests.engine.fake_work import RUNNERS, Fake
from tests.engine.recorder import LONG, Recorder

# For tests of what happens to a child rather than in it; see light_work.
LIGHT = "tests.engine.light_work:run"
GRACE = 0.5  # for the tests that wait until a job is killed


class Engine:
    """A running host with its recorder."""

    def __init__(self, host: Host, record: Recorder) -> None:
        self.host = host
        self.record = record

    def submit(self, action: str, value: object = None) -> api.Ticket:
        return self.host.submit(Fake(action, value))  # type: ignore[arg-type]

    def do(self, action: str, value: object = None) -> api.Finished | api.Failed | api.Cancelled:
        return self.record.outcome(self.submit(action, value))

    def pid(self) -> int:
        """Of the process that does the jobs."""
        outcome = self.do("count", 1)
        assert isinstance(outcome, api.Finished)
        return outcome.result[2]  # type: ignore[index]


def child_engine(**options: object) -> Engine:
    record = Recorder()
    settings: dict[str, object] = {"device": "cpu", "runners": LIGHT, "grace": LONG} | options
    host = EngineHost(on_event=record.event, on_state=record.state, **settings)  # type: ignore[arg-type]
    host.start()
    return Engine(host, record)


def thread_engine(device: str = "cpu") -> Engine:
    record = Recorder()
    host = ThreadHost(device, on_event=record.event, on_state=record.state, runners=RUNNERS)
    host.start()
    return Engine(host, record)


@pytest.fixture(scope="module")
def shared_child() -> Iterator[Engine]:
    """One child for all tests that leave it alive: starting one takes seconds."""
    engine = child_engine(runners=RUNNERS)
    engine.record.ready()
    yield engine
    engine.host.close()


@pytest.fixture(params=["child", "thread"])
def engine(request: pytest.FixtureRequest, shared_child: Engine) -> Iterator[Engine]:
    if request.param == "child":
        yield shared_child
        return
    engine = thread_engine()
    yield engine
    engine.host.close()


@pytest.fixture
def start() -> Iterator[Callable[..., Engine]]:
    """Starts child engines of the test's own."""
    engines: list[Engine] = []

    def start(**options: object) -> Engine:
        engines.append(child_engine(**options))
        return engines[-1]

    yield start
    for engine in engines:
        engine.host.close()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


# ---- outcomes, the same in a child and in a thread ------------------------------------------


def test_a_job_starts_tells_its_progress_in_order_and_finishes(engine: Engine) -> None:
    ticket = engine.submit("count", 5)
    outcome = engine.record.outcome(ticket)
    assert isinstance(outcome, api.Finished)
    assert outcome.result[:2] == ("counted", 5)  # type: ignore[index]
    mine = [event for event in engine.record.events if event.ticket == ticket]
    assert mine[0] == api.Started(ticket)
    assert mine[-1] is outcome
    assert [progress.step for progress in engine.record.progress(ticket)] == [1, 2, 3, 4, 5]


def test_jobs_run_one_at_a_time_in_order(engine: Engine) -> None:
    tickets = [engine.submit("count", 2) for _ in range(4)]
    engine.record.outcome(tickets[-1])
    kinds = (api.Started, api.Finished)
    order = [e for e in engine.record.events if isinstance(e, kinds) and e.ticket in tickets]
    assert [e.ticket for e in order] == [t for t in tickets for _ in range(2)]
    assert len(set(tickets)) == 4


def test_a_problem_arrives_with_its_code_and_details(engine: Engine) -> None:
    outcome = engine.do("problem", "cat.jpg")
    assert isinstance(outcome, api.Failed)
    assert (outcome.code, outcome.details) == ("file.missing", {"file": "cat.jpg"})


def test_an_unexpected_exception_is_internal_and_its_traceback_is_logged(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = engine.do("bug", "first line\nsecond line")
    assert isinstance(outcome, api.Failed)
    assert (outcome.code, outcome.details) == ("internal", {"detail": "ValueError: first line"})
    assert "Traceback" in caplog.text
    assert "second line" in caplog.text


def test_system_exit_of_a_library_is_only_a_failed_job(engine: Engine) -> None:
    outcome = engine.do("system_exit")
    assert isinstance(outcome, api.Failed)
    assert outcome.code == "internal"
    assert isinstance(engine.do("count", 1), api.Finished)


def test_memory_that_a_job_did_not_see_to_is_told_as_such_and_given_back(engine: Engine) -> None:
    outcome = engine.do("memory")
    assert isinstance(outcome, api.Failed)
    assert (outcome.code, outcome.details) == ("engine.memory", {})
    after = engine.do("model", "small")
    assert isinstance(after, api.Finished)
    assert "big" not in after.result  # type: ignore[operator]


def test_a_running_job_is_cancelled_by_its_token_and_tidies_up(
    engine: Engine, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    ticket = engine.submit("patient", trace)
    engine.record.progressed(ticket)
    engine.host.cancel(ticket)
    assert engine.record.outcome(ticket) == api.Cancelled(ticket)
    assert trace.read_text() == "tidied up"
    assert isinstance(engine.do("count", 1), api.Finished)


def test_a_job_that_only_yields_can_be_cancelled(engine: Engine) -> None:
    ticket = engine.submit("chatty")
    engine.record.progressed(ticket)
    engine.host.cancel(ticket)
    assert engine.record.outcome(ticket) == api.Cancelled(ticket)


def test_a_queued_job_is_dropped_at_once(engine: Engine) -> None:
    running, queued, last = (engine.submit("patient") for _ in range(3))
    engine.record.progressed(running)
    engine.host.cancel(queued)
    engine.record.until(lambda: bool(engine.record.outcomes(queued)))
    assert not engine.record.outcomes(running)
    for ticket in (running, last):
        engine.host.cancel(ticket)
    for ticket in (running, queued, last):
        engine.record.outcome(ticket)
        assert engine.record.outcomes(ticket) == [api.Cancelled(ticket)]
    assert api.Started(queued) not in engine.record.events


def test_cancelling_what_has_ended_does_nothing(engine: Engine) -> None:
    ticket = engine.submit("count", 1)
    engine.record.outcome(ticket)
    engine.host.cancel(ticket)
    engine.host.cancel(api.Ticket(10**6))
    assert isinstance(engine.do("count", 1), api.Finished)
    assert len(engine.record.outcomes(ticket)) == 1


def test_models_stay_between_jobs_until_memory_is_freed(engine: Engine) -> None:
    engine.host.free_memory()
    results = [engine.do("model", "one"), engine.do("model", "two")]
    engine.host.free_memory()
    results.append(engine.do("model", "three"))
    assert [r.result for r in results if isinstance(r, api.Finished)] == [[], ["one"], []]


# ---- only with a child ----------------------------------------------------------------------


def test_the_child_is_another_process_of_lower_priority(shared_child: Engine) -> None:
    assert shared_child.pid() != os.getpid()
    outcome = shared_child.do("niceness")
    assert isinstance(outcome, api.Finished)
    if sys.platform == "win32":
        assert outcome.result == psutil.BELOW_NORMAL_PRIORITY_CLASS
    else:
        assert outcome.result == max(os.nice(0), 5)


def test_what_the_child_logs_arrives_in_this_process(
    shared_child: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    shared_child.do("log", "from afar")
    (record,) = [record for record in caplog.records if record.name == "engine.fake"]
    assert (record.getMessage(), record.levelno) == ("from afar", logging.WARNING)
    assert record.process != os.getpid()


@pytest.mark.parametrize("what", ["job", "result"])
def test_what_cannot_be_pickled_fails_alone(shared_child: Engine, what: str) -> None:
    before = shared_child.pid()
    job = ("count", lambda: 1) if what == "job" else ("unsendable", None)
    outcome = shared_child.do(*job)
    assert isinstance(outcome, api.Failed)
    assert outcome.code == "internal"
    assert shared_child.pid() == before


def test_a_slow_reader_stalls_no_job_and_loses_no_outcome(tmp_path: Path) -> None:
    record = Recorder()
    release = threading.Event()

    def slow(event: api.Event) -> None:
        if isinstance(event, api.Progressed):
            release.wait(LONG)
        record.event(event)

    host = EngineHost("cpu", on_event=slow, runners=LIGHT)
    host.start()
    try:
        trace = tmp_path / "trace"
        ticket = host.submit(Fake("pictures", (0.5, trace)))  # type: ignore[arg-type]
        wait_until(trace.exists)  # the job got to its end although nobody reads
        release.set()
        assert isinstance(record.outcome(ticket), api.Finished)
        # one held by the reader, what fits into the pipe, one in the outbox
        assert len(record.progress(ticket)) <= 12
        assert record.outcomes(ticket) == [record.events[-1]]
    finally:
        release.set()
        host.close()


def test_a_job_that_talks_faster_than_the_reader_listens_can_be_cancelled() -> None:
    record = Recorder()

    def slow(event: api.Event) -> None:
        if isinstance(event, api.Progressed):
            time.sleep(0.05)  # three times as long as the child's pause between two
        record.event(event)

    host = EngineHost("cpu", on_event=slow, grace=LONG, runners=LIGHT)
    host.start()
    try:
        ticket = host.submit(Fake("chatty"))  # type: ignore[arg-type]
        record.until(lambda: len(record.progress(ticket)) > 3)
        host.cancel(ticket)
        assert record.outcome(ticket) == api.Cancelled(ticket)
    finally:
        host.close()


def test_pictures_come_at_most_15_times_a_second(shared_child: Engine, tmp_path: Path) -> None:
    ticket = shared_child.submit("pictures", (1.0, tmp_path / "trace"))
    begin = time.monotonic()
    outcome = shared_child.record.outcome(ticket)
    seconds = time.monotonic() - begin
    assert isinstance(outcome, api.Finished)
    seen = [p for p in shared_child.record.progress(ticket) if p.pictures]
    assert 1 <= len(seen) <= 15 * seconds + 2
    assert int((tmp_path / "trace").read_text()) > len(seen)


def test_a_job_that_ignores_its_token_is_killed_and_the_next_one_runs(
    start: Callable[..., Engine],
) -> None:
    engine = start(grace=GRACE)
    before = engine.pid()
    ticket = engine.submit("stubborn")
    following = engine.submit("count", 1)
    engine.record.progressed(ticket)
    begin = time.monotonic()
    engine.host.cancel(ticket)
    assert engine.record.outcome(ticket) == api.Cancelled(ticket)
    assert GRACE <= time.monotonic() - begin < GRACE + 2
    assert gone(before)
    outcome = engine.record.outcome(following)
    assert isinstance(outcome, api.Finished)
    assert outcome.result[2] != before  # type: ignore[index]
    assert engine.record.states == ["starting", "ready", "starting", "ready"]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_killed_child_fails_its_job_and_retry_works(start: Callable[..., Engine]) -> None:
    engine = start()
    pid = engine.pid()
    ticket = engine.submit("patient")
    following = engine.submit("count", 1)
    engine.record.progressed(ticket)
    os.kill(pid, signal.SIGKILL)
    outcome = engine.record.outcome(ticket)
    assert outcome == api.Failed(ticket, "engine.died", {})
    assert isinstance(engine.record.outcome(following), api.Finished)
    retry = engine.submit("patient")
    engine.record.progressed(retry)
    engine.host.cancel(retry)
    assert engine.record.outcome(retry) == api.Cancelled(retry)


def test_a_child_that_crashes_again_and_again_is_given_up_until_the_next_job(
    start: Callable[..., Engine],
) -> None:
    engine = start()
    # The good job in between starts the counting anew, so the third crash in all is no loop.
    actions = ["crash", "count", "crash", "crash", "crash", "count"]
    tickets = [engine.submit(action, 1) for action in actions]
    engine.record.until(lambda: "stopped" in engine.record.states)
    outcomes = [engine.record.outcome(ticket) for ticket in tickets]
    assert [o.code if isinstance(o, api.Failed) else type(o).__name__ for o in outcomes] == (
        ["engine.died", "Finished", "engine.died", "engine.died", "engine.broken", "engine.broken"]
    )
    assert engine.record.states.count("starting") == 4
    assert isinstance(engine.do("count", 1), api.Finished)


def test_a_child_that_cannot_start_is_tried_three_times(
    start: Callable[..., Engine], caplog: pytest.LogCaptureFixture
) -> None:
    engine = start(runners="tests.engine.fake_work:no_such_function")
    ticket = engine.submit("count", 1)
    assert engine.record.outcome(ticket) == api.Failed(ticket, "engine.broken", {})
    engine.record.until(lambda: "stopped" in engine.record.states)
    assert "ready" not in engine.record.states
    assert caplog.text.count("the engine's process ended") == 3
    assert "no_such_function" in caplog.text


def test_a_child_that_does_not_get_ready_in_time_counts_as_lost(
    start: Callable[..., Engine],
) -> None:
    engine = start(start_timeout=0.05)
    ticket = engine.submit("count", 1)
    assert engine.record.outcome(ticket) == api.Failed(ticket, "engine.broken", {})


def test_a_device_that_fails_for_good_gets_a_new_child(start: Callable[..., Engine]) -> None:
    engine = start(runners=RUNNERS)
    before = engine.pid()
    outcome = engine.do("accelerator")
    assert isinstance(outcome, api.Failed)
    assert outcome.code == "internal"
    engine.record.ready(times=2)
    assert engine.pid() != before


def test_the_device_changes_between_jobs_and_a_missing_one_is_a_problem(
    start: Callable[..., Engine],
) -> None:
    engine = start(runners=RUNNERS)
    running = engine.submit("patient")
    engine.record.progressed(running)
    engine.host.set_device("cuda:99")
    following = engine.submit("count", 1)
    engine.host.cancel(running)
    assert engine.record.outcome(running) == api.Cancelled(running)
    outcome = engine.record.outcome(following)
    assert isinstance(outcome, api.Failed)
    assert outcome.code == "device.missing"
    assert outcome.details["device"] == "cuda:99"
    assert "cpu" in outcome.details["choices"]
    # The way out of it must stay open:
    listed = engine.record.outcome(engine.host.submit(api.ListDevices()))
    assert isinstance(listed, api.Finished)


def test_an_idle_child_leaves_and_comes_back_for_the_next_job(start: Callable[..., Engine]) -> None:
    engine = start(idle_exit=0.2)
    before = engine.pid()
    engine.record.until(lambda: engine.record.states[-1] == "stopped")
    wait_until(lambda: gone(before))
    assert engine.pid() != before
    assert engine.record.states[:5] == ["starting", "ready", "stopped", "starting", "ready"]


def test_idle_models_leave_and_the_child_stays(start: Callable[..., Engine]) -> None:
    engine = start(idle_unload=0.3, runners=RUNNERS)
    before = engine.pid()
    engine.do("model", "one")
    wait_until(lambda: not engine.host._loaded)
    outcome = engine.do("model", "two")
    assert isinstance(outcome, api.Finished) and outcome.result == []
    engine.host.set_idle_unload(None)
    time.sleep(0.5)
    outcome = engine.do("model", "three")
    assert isinstance(outcome, api.Finished) and outcome.result == ["two"]
    assert engine.pid() == before


def test_another_precision_takes_another_child(start: Callable[..., Engine]) -> None:
    engine = start(precision="float32")
    assert engine.do("precision").result == "float32"  # type: ignore[union-attr]
    engine.host.set_device("cpu", "bfloat16")
    assert engine.do("precision").result == "bfloat16"  # type: ignore[union-attr]


# ---- closing --------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["patient", "stubborn"])
def test_closing_ends_everything_within_two_seconds(action: str) -> None:
    before = set(threading.enumerate())
    engine = child_engine()
    pid = engine.pid()
    running, queued = engine.submit(action), engine.submit("count", 1)
    engine.record.progressed(running)
    begin = time.monotonic()
    engine.host.close()
    assert time.monotonic() - begin < 3  # 2 at worst, and this machine may be busy
    assert gone(pid)
    assert set(threading.enumerate()) <= before
    for ticket in (running, queued):
        assert engine.record.outcomes(ticket) == [api.Cancelled(ticket)]
    assert engine.record.states[-1] == "stopped"
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit("count", 1)
    engine.host.cancel(running)  # too late, and no harm
    engine.host.close()


def test_closing_while_the_child_starts() -> None:
    engine = child_engine()
    engine.record.until(lambda: "starting" in engine.record.states)
    ticket = engine.submit("count", 1)
    engine.host.close()
    assert engine.record.outcomes(ticket) == [api.Cancelled(ticket)]


def test_a_host_that_never_started_closes() -> None:
    record = Recorder()
    for host in (
        EngineHost(on_event=record.event, runners=RUNNERS),
        ThreadHost(on_event=record.event, runners=RUNNERS),
    ):
        ticket = host.submit(api.ListDevices())
        host.close()
        assert record.events == [api.Cancelled(ticket)]
        record.events.clear()


def test_a_thread_that_closes_while_a_job_runs() -> None:
    engine = thread_engine()
    running, queued = engine.submit("patient"), engine.submit("count", 1)
    engine.record.progressed(running)
    engine.host.close()
    for ticket in (running, queued):
        assert engine.record.outcomes(ticket) == [api.Cancelled(ticket)]
    with pytest.raises(RuntimeError, match="closed"):
        engine.submit("count", 1)


def test_a_thread_uses_another_device_from_the_next_job_on() -> None:
    engine = thread_engine("cuda:99")
    missing = engine.do("count", 1)
    assert isinstance(missing, api.Failed)
    assert missing.code == "device.missing"
    engine.host.set_device("cpu")
    assert isinstance(engine.do("count", 1), api.Finished)
    engine.host.close()


def test_callbacks_may_call_the_host_and_may_raise(caplog: pytest.LogCaptureFixture) -> None:
    record = Recorder()

    def react(event: api.Event) -> None:
        record.event(event)
        if isinstance(event, api.Progressed):
            host.cancel(event.ticket)
        raise ZeroDivisionError("from the callback")

    host = ThreadHost("cpu", on_event=react, runners=RUNNERS)
    host.start()
    ticket = host.submit(Fake("patient"))  # type: ignore[arg-type]
    assert record.outcome(ticket) == api.Cancelled(ticket)
    host.close()
    assert "from the callback" in caplog.text


PARENT = """
import os, sys, threading
from engine.host import EngineHost
from tests.engine.fake_work import Fake

running = threading.Event()

def on_event(event):
    if hasattr(event, "result"):
        print(event.result[2], flush=True)
    if getattr(getattr(event, "progress", None), "stage", "") in ("waiting", "ignoring"):
        running.set()

host = EngineHost("cpu", on_event=on_event, runners=sys.argv[2])
host.start()
host.submit(Fake("count", 1))
host.submit(Fake(sys.argv[1]))
assert running.wait(200)
os._exit(0)
"""


@pytest.mark.parametrize("action", ["patient", "stubborn", "bars"])
def test_the_child_ends_with_its_parent(root: Path, action: str) -> None:
    parent = subprocess.run(
        [sys.executable, "-c", PARENT, action, LIGHT],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=True,
    )
    pid = int(parent.stdout)
    wait_until(lambda: gone(pid))
    assert "leaked" not in parent.stderr, "nothing of the system's is left behind"
