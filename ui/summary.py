"""How the whole list stands: how many are done and how long the rest may take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine import api
from ui.desk import Item, State

_OPEN = (State.WAITING, State.RUNNING, State.PAUSED)


@dataclass(frozen=True)
class Summary:
    total: int  # jobs of this session that were not taken back
    done: int
    failed: int
    open: int  # waiting, running or paused
    seconds_left: float | None  # None while nothing can be said


def summarise(items: Iterable[Item]) -> Summary:
    """Count ``items``; the time left is the running job's own figure plus the mean of the
    finished ones (or of the running one, projected) for each that waits. Of other jobs than
    photos nothing can be said before they run."""
    unforeseen = False
    done = failed = waiting = 0
    took: list[float] = []
    running: list[float | None] = []
    for item in items:
        if item.state == State.DONE:
            done += 1
            if isinstance(item.result, api.PhotoResult):
                took.append(item.result.receipt.seconds)
        elif item.state == State.FAILED:
            failed += 1
        elif item.state == State.RUNNING:
            running.append(item.progress.eta if item.progress else None)
            if isinstance(item.job, api.ProtectPhoto):
                took += _projected(item.progress)
        elif item.state in _OPEN:
            waiting += 1
            unforeseen = unforeseen or not isinstance(item.job, api.ProtectPhoto)
    total = done + failed + waiting + len(running)
    left: float | None = None
    known = [eta for eta in running if eta is not None]
    if (
        not unforeseen
        and len(known) == len(running)
        and (took or not waiting)
        and (waiting or running)
    ):
        left = sum(known) + (waiting * sum(took) / len(took) if waiting else 0.0)
    return Summary(total, done, failed, waiting + len(running), left)


def _projected(progress: api.Progress | None) -> list[float]:
    """How long the running job will have taken in all, from its step and its time left."""
    if progress is None or progress.eta is None or not progress.of > progress.step >= 0:
        return []
    return [progress.eta * progress.of / (progress.of - progress.step)]
