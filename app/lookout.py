"""Quick questions to the engine beside the job list: what a recording looks like, which scenes
there are, how a few seconds would sound.

What needs no models is asked of a second child that loads none, started when first needed, so
that a picture never waits for a long job. The rest goes to the engine's own child and comes next,
before the jobs of the list.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from engine import api
from engine.host import Host
from engine.problems import Problem
from engine.workshop import NO_DEVICE

# The questions that need neither torch nor models.
LIGHT = (
    api.SketchSound,
    api.DrawSound,
    api.CutSound,
    api.PlayScene,
)

_log = logging.getLogger(__name__)

Then = Callable[[Any], None]


@dataclass
class Look:
    owner: QObject
    job: Any
    then: Then
    progressed: Callable[[api.Progress], None] | None


class _Lane:
    """The questions for one host: one at a time, the newest first."""

    def __init__(self) -> None:
        self.host: Host | None = None
        self.waiting: list[Look] = []
        self._running: tuple[api.Ticket, Look] | None = None

    def ask(self, look: Look) -> None:
        self.waiting.append(look)
        self.next()

    def next(self) -> None:
        if self.host is not None and self._running is None and self.waiting:
            look = self.waiting.pop()
            self._running = (self.host.submit(look.job), look)

    def forget(self, owner: QObject) -> None:
        self.waiting = [look for look in self.waiting if look.owner is not owner]
        if self._running is not None and self._running[1].owner is owner:
            self._running[1].then = _nobody
            self._running[1].progressed = None
            if self.host is not None:
                self.host.cancel(self._running[0])

    def hear(self, event: api.Event) -> bool:
        """Whether ``event`` was the answer to a question of this lane."""
        if self._running is None or event.ticket != self._running[0]:
            return False
        look = self._running[1]
        there = shiboken6.isValid(look.owner)
        if isinstance(event, api.Started):
            return True
        if isinstance(event, api.Progressed):
            if there and look.progressed is not None:
                look.progressed(event.progress)
            return True
        self._running = None
        self.next()
        if isinstance(event, api.Failed):
            _log.info("%s failed: %s", type(look.job).__name__, event.code)
        if there and isinstance(event, api.Finished):
            look.then(event.result)
        elif there and isinstance(event, api.Failed):
            look.then(Problem(event.code, **event.details))
        return True


def _nobody(_: object) -> None:
    pass


class Lookout(QObject):
    """Lives in the main thread, like the desk that it belongs to."""

    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_host: Callable[..., Host] | None = None
        self._light, self._heavy = _Lane(), _Lane()
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def start(self, make_host: Callable[..., Host], engine: Host) -> None:
        """``engine``'s events are given to ``hear`` by whoever listens to it."""
        self._make_host = make_host
        self._heavy.host = engine
        self._heavy.next()
        self._open_light()

    def ask(self, look: Look) -> None:
        if isinstance(look.job, LIGHT):
            self._light.ask(look)
            self._open_light()
        else:
            self._heavy.ask(look)

    def forget(self, owner: QObject) -> None:
        self._light.forget(owner)
        self._heavy.forget(owner)

    def hear(self, event: api.Event) -> bool:
        """Whether this event of the engine answers a question from here."""
        return self._heavy.hear(event)

    def shut_down(self) -> Callable[[], None]:
        """Stop listening; returns what ends the second child, in any thread."""
        host, self._light, self._heavy = self._light.host, _Lane(), _Lane()
        self._make_host = None
        return host.close if host is not None else _nothing

    @Slot(object)
    def _hear(self, event: api.Event) -> None:
        self._light.hear(event)

    def _open_light(self) -> None:
        lane = self._light
        if lane.host is None and self._make_host is not None and lane.waiting:
            lane.host = self._make_host(
                device=NO_DEVICE, on_event=self._heard.emit, on_state=lambda _: None
            )
            lane.host.start()
            lane.next()


def _nothing() -> None:
    pass
