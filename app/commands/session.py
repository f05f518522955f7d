"""Runs the jobs of one command, one after another, on an engine inside this process."""

from __future__ import annotations

import contextlib
import queue
import signal
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import typer

from app.commands import inputs
from app.commands.output import STOPPED, Report, print_line
from app.commands.progress import display
from app.words import sentence, translate
from engine import api
from engine.problems import Problem

GRACE_SECONDS = 10.0  # after Ctrl-C, for the step that is running; longer than importing torch


class Session:
    """An engine thread for one command. Use it in a ``with`` statement, in the main thread.

    Raises ``KeyboardInterrupt`` out of ``run`` when the user presses Ctrl-C or the process is
    asked to terminate; the running job is cancelled before that, so that nothing half-written
    stays behind.
    """

    def __init__(self, device: str = "auto") -> None:
        from engine.host import ThreadHost

        precision = inputs.settings().precision
        self._events: queue.SimpleQueue[api.Event] = queue.SimpleQueue()
        self._host = ThreadHost(device, precision, on_event=self._events.put)

    def __enter__(self) -> Session:
        self._old_handler: Any = signal.signal(signal.SIGTERM, signal.default_int_handler)
        self._host.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._host.close()
        signal.signal(signal.SIGTERM, self._old_handler)

    def run(self, job: api.Job, on_progress: Callable[[api.Progress], None]) -> api.Result:
        """Do ``job`` and wait for it. Raises its ``Problem``."""
        ticket = self._host.submit(job)
        try:
            return self._wait(on_progress)
        except KeyboardInterrupt:
            self._host.cancel(ticket)
            print_line(translate("Cli", "Stopping..."), error=True)
            self._drain()
            raise

    def _wait(self, on_progress: Callable[[api.Progress], None]) -> api.Result:
        while True:
            try:
                # With a timeout, since Windows does not interrupt a wait without one.
                event = self._events.get(timeout=1.0)
            except queue.Empty:
                continue
            if isinstance(event, api.Progressed):
                on_progress(event.progress)
            elif isinstance(event, api.Finished):
                return event.result
            elif isinstance(event, api.Failed):
                raise Problem(event.code, **event.details)
            elif isinstance(event, api.Cancelled):
                raise KeyboardInterrupt

    def _drain(self) -> None:
        """Wait until the cancelled job has really ended, but not for ever."""
        with contextlib.suppress(queue.Empty, KeyboardInterrupt):
            while not isinstance(
                self._events.get(timeout=GRACE_SECONDS), api.Cancelled | api.Finished | api.Failed
            ):
                pass


Task = tuple[str, api.Job | Problem]  # the input file's name, and what to do with it


def tasks(
    found: Iterable[Path | tuple[Path, Problem]], make: Callable[[Path], api.Job]
) -> list[Task]:
    """A task for each of what ``inputs.files`` found; ``make`` is given absolute paths."""
    return [
        (str(entry), make(entry.absolute()))
        if isinstance(entry, Path)
        else (str(entry[0]), entry[1])
        for entry in found
    ]


def run_tasks(
    tasks: Sequence[Task],
    report: Report,
    succeed: Callable[[str, api.Result], None],
    *,
    device: str = "auto",
) -> None:
    """Run every task; ``succeed`` tells the report what a result means.

    A file that fails does not end the run. Ctrl-C does: the files not finished are reported as
    stopped and the exit code is ``STOPPED``. A device that does not exist is bad usage.
    """
    done = 0
    try:
        with Session(device) as session, display() as shown:
            for number, (file, job) in enumerate(tasks, 1):
                if isinstance(job, Problem):
                    report.failed(file, job)
                else:
                    shown.file(file, number, len(tasks))
                    try:
                        result = session.run(job, shown.step)
                    except Problem as problem:
                        if problem.code == "device.missing":
                            words = sentence(problem.code, problem.details)
                            raise typer.BadParameter(words, param_hint="--device") from None
                        report.failed(file, problem)
                    else:
                        _record(result)
                        succeed(file, result)
                done = number
    except KeyboardInterrupt:
        for file, _ in tasks[done:]:
            report.failed(file, Problem("stopped"))
        report.exit_code = STOPPED


def with_history(job: api.Job) -> api.Job:
    """``job`` with what the history knows of its file; as it is where that cannot be read."""
    from app.history import History, HistoryError

    with contextlib.suppress(sqlite3.Error, HistoryError, OSError), History() as history:
        job = history.told(job)
    return job


def _record(result: api.Result) -> None:
    """Into the history that the window shows. A disk that refuses does not fail the command."""
    from app.history import History, HistoryError

    receipt = getattr(result, "receipt", None)
    if receipt is not None:
        with contextlib.suppress(sqlite3.Error, HistoryError, OSError), History() as history:
            history.record(receipt)
