"""The engine's child process: one device, one job at a time, its models kept between jobs.

A child and not a thread, because importing torch in a thread stalls a window for a second, because
a crash of native code must not take the window along, and because only the end of a process really
gives GPU memory back. The child is spawned, never forked (CUDA, macOS and Windows all want that);
a frozen program calls ``multiprocessing.freeze_support()`` first thing in its main module, and no
main module imports Qt at module level, since spawning imports it again.

Three threads: the main one works, one reads orders, one writes what there is to tell. Importing
this module is cheap; torch is imported by ``Workshop.open`` in the child.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue

from engine import api
from engine.outbox import Outbox
from engine.workshop import Terminal, Workshop, internal

NICENESS = 5  # of 19: enough that a window beside it stays smooth; no lower if already so low
KILL_WAIT = 0.4  # seconds for it to end after each of terminate and kill
EXIT_BROKEN = 3  # exit status when the device can no longer be used
EXIT_ORPHANED = 4  # exit status when the parent has gone

_log = logging.getLogger(__name__)


# ---- orders to the child, and what it tells beside ``api.Event`` and log records -------------


@dataclass(frozen=True)
class Perform:
    """``job`` is pickled apart, so that a job which cannot be read fails alone."""

    ticket: api.Ticket
    job: bytes


@dataclass(frozen=True)
class Cancel:
    ticket: api.Ticket


@dataclass(frozen=True)
class FreeMemory:
    """Drop the models, after the running job if there is one."""


@dataclass(frozen=True)
class Close:
    """Cancel what runs and exit."""


@dataclass(frozen=True)
class Ready:
    """torch is imported and the device chosen: a job would start at once."""


# ---- the parent's end ----------------------------------------------------------------------


class Child:
    """The parent's end of one child process."""

    def __init__(self, device: str, precision: api.Precision, runners: str) -> None:
        """Start it, for such a ``Workshop``. Raises ``OSError`` if it cannot be."""
        self.device = (device, precision)
        self.ready = False
        self.started = time.monotonic()
        context = multiprocessing.get_context("spawn")
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        level = logging.getLogger().getEffectiveLevel()
        self._process = context.Process(
            target=main,
            args=(theirs, device, precision, runners, level),
            name="cloakroom-engine",
            daemon=True,  # ended with this process even if nobody closes the host
        )
        try:
            self._process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            theirs.close()  # so that the connection ends with the child

    def sources(self) -> list[Connection | int]:
        """What becomes ready (``multiprocessing.connection.wait``) when it talks or ends."""
        return [self.connection, self._process.sentinel]

    def send(self, order: Perform | Cancel | FreeMemory | Close) -> None:
        with contextlib.suppress(OSError):  # a dead child shows at its end of the connection
            self.connection.send(order)

    def alive(self) -> bool:
        return self._process.exitcode is None

    def join(self, timeout: float) -> None:
        self._process.join(timeout)

    def kill(self) -> int | None:
        """End it if it lives. Returns the exit code, None if it hangs in the kernel."""
        for end in (self._process.terminate, self._process.kill):
            if self.alive():
                end()
                self._process.join(KILL_WAIT)
        return self._process.exitcode

    def release(self) -> None:
        """Close what belongs to it here; the last call."""
        self.connection.close()
        with contextlib.suppress(ValueError):  # it still has not ended
            self._process.close()


# ---- the child's other threads ---------------------------------------------------------------


class _Orders:
    """Reads the parent's orders; ends the process at once when the parent is gone."""

    def __init__(self, connection: Connection) -> None:
        self.pending: SimpleQueue[Perform | FreeMemory | Close] = SimpleQueue()
        self.opened = False  # until then there is nothing that Close would have to wait for
        self._connection = connection
        self._cancelled: api.Ticket | None = None
        self._closing = False
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def cancelled(self, ticket: api.Ticket) -> bool:
        return self._closing or self._cancelled == ticket

    def _read(self) -> None:
        while True:
            try:
                order = self._connection.recv()
            except (EOFError, OSError):
                # In the middle of a job too: nobody is left to want its result.
                os._exit(EXIT_ORPHANED)
            if isinstance(order, Cancel):
                self._cancelled = order.ticket
                continue
            if isinstance(order, Close):
                self._closing = True
                if not self.opened:
                    os._exit(0)
            self.pending.put(order)


class _Forward(logging.handlers.QueueHandler):
    """Sends log records to the parent, whose handlers write them to the one log file."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)  # type: ignore[arg-type]
        self._outbox = outbox

    def enqueue(self, record: logging.LogRecord) -> None:
        self._outbox.put(record)


# ---- the child's main thread ----------------------------------------------------------------


def main(
    connection: Connection, device: str, precision: api.Precision, runners: str, log_level: int
) -> None:
    """What the spawned process does. Leaves by ``os._exit``: torch takes long to unload."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent
    _lower_priority()
    _make_streams()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # see make_deterministic
    orders = _Orders(connection)
    outbox = Outbox(connection.send_bytes, broken=lambda: os._exit(EXIT_ORPHANED))
    logging.getLogger().addHandler(_Forward(outbox))
    logging.getLogger().setLevel(log_level)
    status = 1
    try:
        status = _work(orders, outbox, Workshop(device, runners, precision))
    except BaseException:
        _log.exception("the engine's process failed")
    outbox.close(timeout=1.0)
    os._exit(status)


def _work(orders: _Orders, outbox: Outbox, workshop: Workshop) -> int:
    """Follow the orders until told to close; returns the exit status."""
    workshop.open()
    orders.opened = True
    outbox.put(Ready())
    while True:
        order = orders.pending.get()
        if isinstance(order, Close):
            return 0
        if isinstance(order, FreeMemory):
            workshop.free_memory()
            continue
        outcome = _perform(order, orders, outbox, workshop)
        try:
            outbox.put(outcome)
        except Exception as error:  # a result or detail that cannot be pickled
            _log.exception("the outcome of a job cannot be sent")
            outbox.put(internal(order.ticket, error))
        if workshop.broken:
            return EXIT_BROKEN


def _perform(order: Perform, orders: _Orders, outbox: Outbox, workshop: Workshop) -> Terminal:
    ticket = order.ticket
    try:
        job: api.Job = pickle.loads(order.job)
    except Exception as error:
        _log.exception("a job cannot be read")
        return internal(ticket, error)
    return workshop.perform(ticket, job, lambda: orders.cancelled(ticket), outbox.progress)


def _lower_priority() -> None:
    import psutil

    with contextlib.suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.setpriority(os.PRIO_PROCESS, 0, max(os.nice(0), NICENESS))


def _make_streams() -> None:
    """A windowed program on Windows has no stdout and stderr, and libraries print all the same."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - open for the process's life
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123
    with contextlib.suppress(AttributeError, OSError, RuntimeError, ValueError):
        faulthandler.enable()  # tells where native code crashed, if stderr is a real file
