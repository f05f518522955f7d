"""What a host can be asked and how it speaks to its owner, whatever kind of host it is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

from engine import api

T = TypeVar("T")

OnEvent = Callable[[api.Event], None]
State = Literal["starting", "ready", "stopped"]
OnState = Callable[[State], None]

_log = logging.getLogger(__name__)


class Host(Protocol):
    """One job at a time, in the order of submission. Every call returns at once but ``close``.

    ``on_event`` gets ``Started`` and ``Progressed`` and, exactly once per ticket, one of
    ``Finished``, ``Failed`` and ``Cancelled``, also for what is still open when the host closes.
    ``on_state`` gets "starting", "ready" and "stopped". Both are called one call at a time, in
    threads of the host; what they raise is logged and changes nothing.
    """

    def start(self) -> None:
        """Get ready for jobs. What was submitted before waits until then."""
        ...

    def submit(self, job: api.Job) -> api.Ticket:
        """Queue ``job``. Raises ``RuntimeError`` once closed."""
        ...

    def cancel(self, ticket: api.Ticket) -> None:
        """Drop a queued job, stop a running one, ignore any other."""
        ...

    def set_device(self, device: str, precision: api.Precision = "auto") -> None:
        """Use ``device`` (see ``engine.device.choose``) from the next job on, and models that are
        loaded for it in ``precision``."""
        ...

    def set_idle_unload(self, seconds: float | None) -> None:
        """Drop the loaded models after so many seconds without a job; None is never."""
        ...

    def free_memory(self) -> None:
        """Drop the loaded models, after the running job if there is one."""
        ...

    def close(self) -> None:
        """Cancel everything and end the host's thread and child, within about 2 seconds."""
        ...


def call(callback: Callable[[T], None], value: T) -> None:
    """``callback(value)``; what it raises is logged, since it must not end the engine's thread."""
    try:
        callback(value)
    except Exception:
        _log.exception("a callback of the engine host failed")
