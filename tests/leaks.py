"""Finds what a test leaves running: threads, child processes, Qt timers and Qt threads."""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import dataclass
from typing import Any

import psutil

GRACE = 3.0  # seconds that something already asked to stop may take

# Started once by a library for the life of the process, on first use, and not ours to stop.
LIBRARY_THREADS = (
    "tqdm",  # tqdm's monitor thread
    "pytest_timeout",  # the time limit's own watchdog
)
LIBRARY_PROCESSES = ("resource_tracker", "forkserver")  # multiprocessing's own


def _threads() -> set[threading.Thread]:
    return {
        thread
        for thread in threading.enumerate()
        if not any(name in f"{thread.name} {type(thread).__module__}" for name in LIBRARY_THREADS)
    }


def _processes() -> set[psutil.Process]:
    found = set()
    for process in psutil.Process().children(recursive=True):
        try:
            command = " ".join(process.cmdline())
            alive = process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            continue
        if alive and not any(name in command for name in LIBRARY_PROCESSES):
            found.add(process)
    return found


def _qt_objects() -> dict[int, Any]:
    """Running QTimers and QThreads, by address.

    Timers of widgets that still exist are found through the widgets, others through Python's
    garbage collector, since a timer without a parent is known to Python alone.
    """
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
    from PySide6.QtWidgets import QApplication

    app = QCoreApplication.instance()
    if app is None:
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[call-overload]
    roots: list[QObject] = [app]
    if isinstance(app, QApplication):
        roots += app.topLevelWidgets()
    found: list[Any] = [timer for root in roots for timer in root.findChildren(QTimer)]
    # type() and not isinstance(), which a lazy proxy would answer by loading what it stands for
    found += [thing for thing in gc.get_objects() if issubclass(type(thing), QTimer | QThread)]
    running = {}
    for thing in found:
        if not shiboken6.isValid(thing):
            continue
        if thing.isActive() if isinstance(thing, QTimer) else _is_running(thing):
            running[shiboken6.getCppPointer(thing)[0]] = thing
    return running


def _is_running(thread: Any) -> bool:
    """Whether a QThread runs that somebody started; the main thread's own always does."""
    from PySide6.QtCore import QCoreApplication

    app = QCoreApplication.instance()
    return bool(thread.isRunning()) and (app is None or thread is not app.thread())


def _describe_qt(thing: Any) -> str:
    parent = thing.parent()
    name = thing.objectName() or "unnamed"
    owner = type(parent).__name__ if parent is not None else "nobody"
    return f"running {type(thing).__name__} {name!r} of {owner}"


@dataclass(frozen=True)
class Snapshot:
    """What was running before a test."""

    threads: set[threading.Thread]
    processes: set[psutil.Process]
    qt_objects: dict[int, Any] | None  # None: the test has nothing to do with Qt

    @classmethod
    def take(cls, qt: bool) -> Snapshot:
        return cls(_threads(), _processes(), _qt_objects() if qt else None)

    def leftovers(self, grace: float = GRACE) -> list[str]:
        """One line for each thing that still runs after ``grace`` seconds."""
        end = time.monotonic() + grace
        while (left := self._left()) and time.monotonic() < end:
            time.sleep(0.02)
        return left

    def _left(self) -> list[str]:
        left = [
            f"thread {thread.name!r}" for thread in _threads() - self.threads if thread.is_alive()
        ]
        for process in _processes() - self.processes:
            try:
                left.append(f"child process {process.pid} {' '.join(process.cmdline())[:120]!r}")
            except psutil.NoSuchProcess:
                continue
        if self.qt_objects is not None:
            now = _qt_objects()
            left += [_describe_qt(now[key]) for key in now.keys() - self.qt_objects.keys()]
        return sorted(left)
