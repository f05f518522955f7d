"""The engine in a thread of this process: the same calls and events as with the child process."""

from __future__ import annotations

import itertools
import threading
from collections import deque

from engine import api
from engine.callbacks import OnEvent, OnState, State, call
from engine.workshop import RUNNERS, Workshop


class ThreadHost:
    """Jobs in a thread of this process, for the command line and for tests.

    Cancelling is cooperative only: a thread cannot be killed, so a job that never checks its
    token runs to its end, and ``close`` leaves it behind (in a daemon thread). A crash of native
    code ends the whole program. Progress is handed over as it comes, and a slow ``on_event``
    slows the job. A queued job's ``Cancelled`` comes in the thread that cancels it.
    """

    def __init__(
        self,
        device: str = "auto",
        precision: api.Precision = "auto",
        *,
        on_event: OnEvent,
        on_state: OnState | None = None,
        runners: str = RUNNERS,
    ) -> None:
        self._on_event = on_event
        self._on_state = on_state
        self._runners = runners
        self._numbers = itertools.count(1)
        self._telling = threading.RLock()  # one call of on_event at a time

        self._changed = threading.Condition()  # guards all that follows
        self._device = (device, precision)
        self._queue: deque[tuple[api.Ticket, api.Job]] = deque()
        self._running: api.Ticket | None = None
        self._cancelled: api.Ticket | None = None
        self._free_wanted = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        with self._changed:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
                self._thread.start()

    def submit(self, job: api.Job) -> api.Ticket:
        with self._changed:
            if self._closed:
                raise RuntimeError("the engine host is closed")
            ticket = api.Ticket(next(self._numbers))
            self._queue.append((ticket, job))
            self._changed.notify()
        return ticket

    def cancel(self, ticket: api.Ticket) -> None:
        with self._changed:
            if ticket == self._running:
                self._cancelled = ticket
            queued = any(entry[0] == ticket for entry in self._queue)
            self._queue = deque(entry for entry in self._queue if entry[0] != ticket)
        if queued:
            self._tell(api.Cancelled(ticket))

    def set_device(self, device: str, precision: api.Precision = "auto") -> None:
        with self._changed:
            self._device = (device, precision)

    def set_idle_unload(self, seconds: float | None) -> None:
        """Does nothing: a command ends when its jobs have."""

    def free_memory(self) -> None:
        with self._changed:
            self._free_wanted = True
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            queue, self._queue = self._queue, deque()
            thread = self._thread
            self._changed.notify()
        for ticket, _ in queue:
            self._tell(api.Cancelled(ticket))
        if thread is not None and thread is not threading.current_thread():
            thread.join(2.0)

    def _run(self) -> None:
        device, precision = self._device
        workshop = Workshop(device, self._runners, precision)
        self._state("ready")
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._free_wanted or self._closed)
                wanted = self._device
                free, self._free_wanted = self._free_wanted, False
                entry = self._queue.popleft() if self._queue else None
                self._running = entry[0] if entry is not None else None
                closed = self._closed
            if free or closed or wanted != workshop.asked:
                workshop.free_memory()
            if wanted != workshop.asked:
                workshop = Workshop(wanted[0], self._runners, wanted[1])
            if entry is not None:
                self._perform(workshop, *entry)
            elif closed:
                break
        self._state("stopped")

    def _perform(self, workshop: Workshop, ticket: api.Ticket, job: api.Job) -> None:
        self._tell(api.Started(ticket))
        outcome = workshop.perform(
            ticket, job, lambda: self._closed or self._cancelled == ticket, self._tell
        )
        with self._changed:
            self._running = None
        self._tell(outcome)

    def _tell(self, event: api.Event) -> None:
        with self._telling:
            call(self._on_event, event)

    def _state(self, state: State) -> None:
        if self._on_state is not None:
            with self._telling:
                call(self._on_state, state)
