"""How the engine's child process talks: all in order, pictures when there is time."""

from __future__ import annotations

import pickle
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from engine import api

PICTURE_RATE = 15.0  # Progressed events with pictures per second
PROGRESS_RATE = 60.0  # and without: no screen shows more


class Outbox:
    """Tells the parent, in order, from a thread of its own: a slow reader never stalls a job.

    Everything is sent, except that of progress still unsent the latest wins (one with a note
    stays), with the latest picture of each name, and that pictures leave at most
    ``PICTURE_RATE`` times a second: dropped when something waits behind them.
    """

    def __init__(self, send: Callable[[bytes], None], broken: Callable[[], None]) -> None:
        self._send = send
        self._broken = broken
        self._queue: deque[bytes | api.Progressed] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._last_sent = 0.0
        self._last_picture = 0.0
        self._thread = threading.Thread(target=self._write, name="outbox", daemon=True)
        self._thread.start()

    def put(self, message: object) -> None:
        """Send, sooner or later. Raises at once if ``message`` cannot be pickled."""
        self._append(pickle.dumps(message))

    def progress(self, event: api.Progressed) -> None:
        with self._changed:
            last = self._queue[-1] if self._queue else None
            if isinstance(last, api.Progressed) and last.progress.note is None:
                self._queue.pop()
                event = replace(event, progress=_merged(last.progress, event.progress))
            self._append(event)

    def close(self, timeout: float) -> None:
        """Wait until all is sent, ``timeout`` seconds at most. Nothing may be put afterwards."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout)

    def _append(self, entry: bytes | api.Progressed) -> None:
        with self._changed:
            self._queue.append(entry)
            self._changed.notify()

    def _write(self) -> None:
        try:
            while (entry := self._take()) is not None:
                self._send(entry if isinstance(entry, bytes) else pickle.dumps(entry))
        except OSError:
            self._broken()

    def _take(self) -> bytes | api.Progressed | None:
        """Wait for the next thing to send; None when closed and empty."""
        with self._changed:
            while True:
                now = time.monotonic()
                wait = self._delay(now) if self._queue else None
                if self._queue and wait is None:
                    return self._leaving(self._queue.popleft(), now)
                if not self._queue and self._closed:
                    return None
                self._changed.wait(wait)

    def _delay(self, now: float) -> float | None:
        """Seconds that the head of the queue must still wait, None for no more."""
        head = self._queue[0]
        if isinstance(head, bytes) or len(self._queue) > 1 or self._closed:
            return None
        due = self._last_sent + 1 / PROGRESS_RATE
        if head.progress.pictures:
            due = max(due, self._last_picture + 1 / PICTURE_RATE)
        return due - now if due > now else None

    def _leaving(self, entry: bytes | api.Progressed, now: float) -> bytes | api.Progressed:
        if isinstance(entry, bytes):
            return entry
        self._last_sent = now
        if entry.progress.pictures:
            if now < self._last_picture + 1 / PICTURE_RATE:
                return replace(entry, progress=replace(entry.progress, pictures=()))
            self._last_picture = now
        return entry


def _merged(old: api.Progress, new: api.Progress) -> api.Progress:
    """``new``, with the pictures of ``old`` that it has no newer one of."""
    pictures = {picture.name: picture for picture in (*old.pictures, *new.pictures)}
    return replace(new, pictures=tuple(pictures.values()))
