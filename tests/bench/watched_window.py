"""Runs the real program and reports how soon its window was there and how long it was held up.

    python -m tests.bench.watched_window STARTED [FILE]

``STARTED`` is ``time.time()`` before this process was started. With a file, the window protects it
as soon as it is usable, while the engine still loads, and closes when the job is done; without one
it closes when the engine is ready. Prints one JSON object; times are in seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from app import gui
from app.desk import ApplicationDesk
from ui.desk import Item, State

TICK = 0.010


class Watch(QObject):
    """Sees the window's first paint and the ticks of a timer in its thread."""

    def __init__(
        self,
        window: QWidget,
        desk: ApplicationDesk,
        report: dict[str, object],
        started: float,
        job: bool,
    ) -> None:
        super().__init__(window)
        self.report = report
        self._window, self._desk = window, desk
        self._started, self._job = started, job
        self._phase, self._last = "engine starts", 0.0
        self._gaps: dict[str, float] = {}
        self._over_50_ms = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(int(TICK * 1000))
        self._timer.timeout.connect(self._tick)
        window.installEventFilter(self)
        desk.engine_state.connect(self._engine)
        desk.item_changed.connect(self._item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and "painted" not in self.report:
            self.report["painted"] = time.time() - self._started
            QTimer.singleShot(0, self, self._usable)
        return False

    def _usable(self) -> None:
        """The first turn of the event loop after the paint: from here on it answers."""
        self.report["usable"] = time.time() - self._started
        self.report["processor until usable"] = time.process_time()
        self._last = time.perf_counter()
        self._timer.start()
        if self._job:
            self._protect()

    def _protect(self) -> None:
        """Press the key, which does nothing until the photo is listed, until there is a job."""
        from PySide6.QtTest import QTest

        if self._desk.items():
            return
        self._window.activateWindow()
        control = Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(self._window, Qt.Key.Key_Return, control)
        QTimer.singleShot(100, self, self._protect)

    def _tick(self) -> None:
        now = time.perf_counter()
        gap, self._last = now - self._last, now
        self._gaps[self._phase] = max(gap, self._gaps.get(self._phase, 0.0))
        self._over_50_ms += gap > 0.050

    def _engine(self, state: str) -> None:
        if state == "ready":
            self._phase = "job runs"
            if not self._job:
                self._end("engine ready")

    def _item(self, item: Item) -> None:
        if item.state is State.FAILED:
            self.report["problem"] = item.problem
        if item.state in (State.DONE, State.FAILED):
            self._phase = "result shown"
            self._end("job done")

    def _end(self, what: str) -> None:
        self.report[what] = time.time() - self._started
        QTimer.singleShot(1500, self, self._close)

    def _close(self) -> None:
        self.report["memory MB"] = memory()
        self.report["longest gap"] = self._gaps
        self.report["gaps over 50 ms"] = self._over_50_ms
        self._window.close()


def memory() -> dict[str, float]:
    """Resident megabytes of the window's process, and of the engine's with all it started."""
    this = psutil.Process()
    engine = sum(child.memory_info().rss for child in this.children(recursive=True))
    return {"window": this.memory_info().rss / 1e6, "engine": engine / 1e6}


def main(started: float, files: list[Path]) -> int:
    report: dict[str, object] = {}
    make_window = gui._main_window

    def watched(desk: ApplicationDesk) -> QWidget:
        window = make_window(desk)
        Watch(window, desk, report, started, job=bool(files))
        return window

    gui._main_window = watched
    status = gui.run(files)
    print(json.dumps(report))
    return status


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), [Path(name).absolute() for name in sys.argv[2:]]))
