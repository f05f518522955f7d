"""Work outside the main thread, for pictures and folders only; the engine has its own process.

Qt holds Python's lock during most image operations (reading a file is the exception), so what
runs here must still be cut into pieces of a few milliseconds: see ``ui.widgets.pyramid``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThreadPool, Signal

T = TypeVar("T")


class Background(QObject):
    """A thread pool whose results arrive in the main thread."""

    _finished = Signal(object)

    def __init__(self, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._closed = False
        self._open = 0
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self, owner: QObject, work: Callable[[], T], then: Callable[[T], None], priority: int = 0
    ) -> None:
        """Call ``work`` in a thread, then ``then`` with its result in the main thread.

        ``then`` is left out when ``owner`` is gone by that time. What ``work`` raises is raised
        again in the main thread, where it is reported like any other error.
        """

        def job() -> None:
            if self._closed:
                return
            try:
                outcome: tuple[Any, BaseException | None] = (work(), None)
            except BaseException as error:
                outcome = (None, error)
            if not self._closed:
                self._finished.emit((owner, then, *outcome))

        self._open += 1
        self._pool.start(job, priority)

    def _deliver(self, finished: tuple[QObject, Callable[[Any], None], Any, Any]) -> None:
        self._open -= 1
        owner, then, result, error = finished
        if error is not None:
            raise error
        if shiboken6.isValid(owner):
            then(result)

    def close(self) -> None:
        """Drop what waits and wait for what runs."""
        self._closed = True
        self._pool.clear()
        self._pool.waitForDone()

    @property
    def busy(self) -> bool:
        """Whether something was started whose result has not arrived."""
        return self._open > 0


_pictures: Background | None = None


def background() -> Background:
    """The pool that all widgets share, closed with the application."""
    global _pictures
    if _pictures is None:
        app = QCoreApplication.instance()
        _pictures = Background(2, app)
        if app is not None:
            app.aboutToQuit.connect(_pictures.close)
    return _pictures
