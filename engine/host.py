"""The engine as the rest of the program sees it: submit jobs, get events, cancel at any time.

``EngineHost`` runs jobs in a child process (``engine.process``) that it starts, restarts and ends;
``ThreadHost`` (``engine.thread_host``) runs them in a thread of this process.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import wait

from engine import api
from engine.callbacks import Host, OnEvent, OnState, State, call
from engine.process import KILL_WAIT, Cancel, Child, Close, FreeMemory, Perform, Ready
from engine.thread_host import ThreadHost
from engine.workshop import RUNNERS, Terminal, internal

__all__ = ["EngineHost", "Host", "OnEvent", "OnState", "State", "ThreadHost"]

LOSSES = 3  # ends of the child without a job done between them, after which it is given up
CLOSE_WAIT = 0.8  # seconds a child has to close by itself before it is terminated

_log = logging.getLogger(__name__)


class EngineHost:
    """Jobs in a child process, looked after by one thread of this process, the engine thread.

    Cancelling is a ladder: the running job finds the token at its next ``Context.check``; if it
    has not ended ``grace`` seconds later, the child is killed and started anew. A job whose child
    dies is ``Failed("engine.died")`` and the next one runs in a new child. A child that ends or
    cannot start ``LOSSES`` times with no job done in between is given up: all jobs fail with
    "engine.broken" and the state is "stopped" until the next ``submit`` tries again.

    Progress may be merged with later progress when it comes faster than a screen shows it or than
    ``on_event`` takes it (see ``engine.outbox``); notes and outcomes never are.

    ``idle_exit``: seconds without a job after which the child is ended to free its memory; the
    next ``submit`` starts it. ``idle_unload``: seconds without a job after which the loaded models
    are dropped and the child stays. ``start_timeout``: seconds a child may take to get ready.
    ``runners`` says who does the jobs, see ``engine.workshop.Workshop``.
    """

    def __init__(
        self,
        device: str = "auto",
        precision: api.Precision = "auto",
        *,
        on_event: OnEvent,
        on_state: OnState | None = None,
        idle_exit: float | None = None,
        idle_unload: float | None = None,
        grace: float = 2.0,
        start_timeout: float = 300.0,
        runners: str = RUNNERS,
    ) -> None:
        self._on_event = on_event
        self._on_state = on_state
        self._idle_exit = idle_exit
        self._idle_unload = idle_unload
        self._grace = grace
        self._start_timeout = start_timeout
        self._runners = runners
        self._numbers = itertools.count(1)

        # Shared with the callers' threads, under the lock.
        self._lock = threading.Lock()
        self._inbox: deque[Callable[[], None]] = deque()  # done one by one by the engine thread
        self._thread: threading.Thread | None = None
        self._closed = False
        self._woken, self._wake = multiprocessing.Pipe(duplex=False)

        # The engine thread's own.
        self._device = (device, precision)
        self._queue: deque[tuple[api.Ticket, api.Job]] = deque()
        self._child: Child | None = None
        self._wanted = True  # a child should be there, be it only to be warm
        self._running: api.Ticket | None = None
        self._cancel_by: float | None = None  # when the running job's child is killed
        self._idle_since = 0.0
        self._loaded = False  # a job may have left models in the child's memory
        self._losses = 0
        self._last_state: State = "stopped"

    # ---- callers' threads -------------------------------------------------------------------

    def start(self) -> None:
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
                self._thread.start()

    def submit(self, job: api.Job) -> api.Ticket:
        ticket = api.Ticket(next(self._numbers))
        if not self._post(partial(self._submit, ticket, job)):
            raise RuntimeError("the engine host is closed")
        return ticket

    def cancel(self, ticket: api.Ticket) -> None:
        self._post(partial(self._cancel, ticket))

    def set_device(self, device: str, precision: api.Precision = "auto") -> None:
        self._post(partial(self._set_device, device, precision))

    def set_idle_unload(self, seconds: float | None) -> None:
        self._post(partial(self._set_idle_unload, seconds))

    def free_memory(self) -> None:
        self._post(self._free_memory)

    def close(self) -> None:
        with self._lock:
            first, self._closed = not self._closed, True
            thread = self._thread
            if first and thread is not None:
                self._wake.send_bytes(b"!")
        if thread is None:
            if first:
                self._end()
        elif thread is not threading.current_thread():
            thread.join(CLOSE_WAIT + 3 * KILL_WAIT)
            if thread.is_alive():
                _log.error("the engine thread did not end: is on_event blocked?")

    def _post(self, action: Callable[[], None]) -> bool:
        """Have the engine thread do ``action``; False if it is too late for that."""
        with self._lock:
            if self._closed:
                return False
            if not self._inbox:
                self._wake.send_bytes(b"!")  # once per batch, so that the pipe never fills
            self._inbox.append(action)
            return True

    # ---- the engine thread: its loop --------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._closed:
                self._advance()
                self._wait()
        except Exception:
            _log.exception("the engine thread failed")
            with self._lock:
                self._closed = True
        finally:
            self._end()

    def _advance(self) -> None:
        """Bring the child and the queue to where they should be now."""
        if self._running is not None:
            return
        child = self._child
        if child is not None and child.device != self._device:
            self._stop_child()
        while self._child is None and self._wanted:
            self._start_child()
        if self._child is not None and self._child.ready:
            self._next_job(self._child)

    def _wait(self) -> None:
        """Sleep until there is a message, a command, a dead child or a deadline, and see to it."""
        child = self._child
        sources = [self._woken] if child is None else [self._woken, *child.sources()]
        deadlines = [at for at, _ in self._deadlines()]
        timeout = max(min(deadlines) - time.monotonic(), 0.0) if deadlines else None
        found = wait(sources, timeout)
        if self._woken in found:
            self._take_commands()
        if child is not None and len(found) > (self._woken in found) and not self._hear(child):
            self._lost()
        for at, action in self._deadlines():
            if at <= time.monotonic():
                action()
                break  # the others may no longer hold

    def _deadlines(self) -> list[tuple[float, Callable[[], None]]]:
        child = self._child
        if child is None:
            return []
        if not child.ready:
            return [(child.started + self._start_timeout, self._lost)]
        if self._running is not None:
            return [] if self._cancel_by is None else [(self._cancel_by, self._kill_job)]
        if self._queue:
            return []
        waits = []
        if self._idle_unload is not None and self._loaded:
            waits.append((self._idle_since + self._idle_unload, self._free_memory))
        if self._idle_exit is not None:
            waits.append((self._idle_since + self._idle_exit, self._rest))
        return waits

    def _take_commands(self) -> None:
        with self._lock:
            while self._woken.poll():
                self._woken.recv_bytes()
            actions, self._inbox = self._inbox, deque()
        for action in actions:
            action()

    # ---- the engine thread: commands --------------------------------------------------------

    def _submit(self, ticket: api.Ticket, job: api.Job) -> None:
        self._queue.append((ticket, job))
        if not self._wanted:
            self._wanted = True
            self._losses = 0

    def _cancel(self, ticket: api.Ticket) -> None:
        if ticket == self._running:
            if self._cancel_by is None and self._child is not None:
                self._cancel_by = time.monotonic() + self._grace
                self._child.send(Cancel(ticket))
        elif any(queued == ticket for queued, _ in self._queue):
            self._queue = deque(entry for entry in self._queue if entry[0] != ticket)
            self._tell(api.Cancelled(ticket))

    def _set_device(self, device: str, precision: api.Precision) -> None:
        self._device = (device, precision)

    def _set_idle_unload(self, seconds: float | None) -> None:
        self._idle_unload = seconds

    def _free_memory(self) -> None:
        self._loaded = False
        if self._child is not None and self._child.ready:
            self._child.send(FreeMemory())

    # ---- the engine thread: jobs ------------------------------------------------------------

    def _next_job(self, child: Child) -> None:
        while self._queue and self._running is None:
            ticket, job = self._queue.popleft()
            self._tell(api.Started(ticket))
            try:
                order = Perform(ticket, pickle.dumps(job))
            except Exception as error:
                _log.exception("a job cannot be sent")
                self._tell(internal(ticket, error))
                continue
            self._running = ticket
            self._loaded = True
            child.send(order)

    def _hear(self, child: Child) -> bool:
        """Heed the child's next message, or all if it is dead; False if it will say no more.

        One at a time, since commands must get their turn even if the child talks without end.
        """
        alive = child.alive()
        try:
            while child.connection.poll():
                self._heed(child, child.connection.recv())
                if alive:
                    break
        except (EOFError, OSError):
            return False
        except Exception:
            _log.exception("a message of the engine's process cannot be read")
            return False
        return alive

    def _heed(self, child: Child, message: object) -> None:
        if isinstance(message, logging.LogRecord):
            logger = logging.getLogger(message.name)
            if logger.isEnabledFor(message.levelno):
                logger.handle(message)
        elif isinstance(message, Ready) and child is self._child:
            child.ready = True
            self._idle_since = time.monotonic()
            self._state("ready")
        elif isinstance(message, api.Progressed):
            self._tell(message)
        elif isinstance(message, Terminal):
            self._losses = 0
            self._ended(message)

    def _ended(self, event: Terminal) -> None:
        self._running = None
        self._cancel_by = None
        self._idle_since = time.monotonic()
        self._tell(event)

    def _kill_job(self) -> None:
        """The last rung: the job did not heed its token."""
        _log.warning("a cancelled job goes on: its process is killed")
        self._drop_child()
        if self._running is not None:  # else its outcome had come in the last moment
            self._ended(api.Cancelled(self._running))

    # ---- the engine thread: the child -------------------------------------------------------

    def _start_child(self) -> None:
        self._state("starting")
        try:
            self._child = Child(*self._device, self._runners)
        except Exception:  # no memory or no process left, most likely
            _log.exception("the engine's process cannot be started")
            self._lost()

    def _lost(self) -> None:
        """The child died, or it does not get ready."""
        if self._child is not None:
            self._child.join(KILL_WAIT)  # for its own exit code
        exitcode = self._drop_child()
        _log.error("the engine's process ended (exit code %s)", exitcode)
        self._losses += 1
        given_up = self._losses >= LOSSES
        code = "engine.broken" if given_up else "engine.died"
        if self._running is not None:
            cancelled = self._cancel_by is not None
            ticket = self._running
            self._ended(api.Cancelled(ticket) if cancelled else api.Failed(ticket, code, {}))
        if given_up:
            self._wanted = False
            queue, self._queue = self._queue, deque()
            for ticket, _ in queue:
                self._tell(api.Failed(ticket, code, {}))
            self._state("stopped")

    def _rest(self) -> None:
        self._wanted = False
        self._stop_child()
        self._state("stopped")

    def _stop_child(self) -> None:
        """Let the child end by itself; its running job, if any, sees that it is cancelled."""
        child = self._child
        if child is None:
            return
        child.send(Close())
        until = time.monotonic() + CLOSE_WAIT
        while (left := until - time.monotonic()) > 0 and wait(child.sources(), left):
            if not self._hear(child):
                child.join(max(until - time.monotonic(), 0.0))
                break
        self._drop_child()

    def _drop_child(self) -> int | None:
        """Kill the child if it still lives; returns its exit code."""
        child, self._child = self._child, None
        if child is None:
            return None
        exitcode = child.kill()
        self._hear(child)  # its last words count: a finished job has left its file
        child.release()
        return exitcode

    def _end(self) -> None:
        """Close everything; what is still open is cancelled."""
        self._take_commands()
        self._stop_child()
        if self._running is not None:
            self._ended(api.Cancelled(self._running))
        for ticket, _ in self._queue:
            self._tell(api.Cancelled(ticket))
        self._queue.clear()
        self._woken.close()
        self._wake.close()
        self._state("stopped")

    def _tell(self, event: api.Event) -> None:
        call(self._on_event, event)

    def _state(self, state: State) -> None:
        if state != self._last_state and self._on_state is not None:
            call(self._on_state, state)
        self._last_state = state
