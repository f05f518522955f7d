"""Collects a host's events and waits for them. No test is in here."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine import api
from engine.workshop import Terminal

LONG = 200.0  # seconds; only a failing test waits so long


class Recorder:
    """Pass ``event`` and ``state`` as a host's callbacks."""

    def __init__(self) -> None:
        self.events: list[api.Event] = []
        self.states: list[str] = []
        self._changed = threading.Condition()

    def event(self, event: api.Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def state(self, state: str) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, LONG), (self.events[-5:], self.states)

    def ready(self, times: int = 1) -> None:
        """Wait until the host has become ready so many times."""
        self.until(lambda: self.states.count("ready") >= times)

    def progressed(self, ticket: api.Ticket) -> api.Progress:
        """The first progress of a job, waiting for it."""
        self.until(lambda: bool(self.progress(ticket)))
        return self.progress(ticket)[0]

    def progress(self, ticket: api.Ticket) -> list[api.Progress]:
        return [
            event.progress
            for event in list(self.events)
            if isinstance(event, api.Progressed) and event.ticket == ticket
        ]

    def outcome(self, ticket: api.Ticket) -> Terminal:
        """How a job ended, waiting for it."""
        self.until(lambda: bool(self.outcomes(ticket)))
        return self.outcomes(ticket)[0]

    def outcomes(self, ticket: api.Ticket) -> list[Terminal]:
        return [
            event
            for event in list(self.events)
            if isinstance(event, Terminal) and event.ticket == ticket
        ]
