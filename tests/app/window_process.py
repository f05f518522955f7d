"""The real window in a process of its own, on an engine that never finishes anything.

Run as ``python -m tests.app.window_process [FILE...]``. What happens is told on stdout, one JSON
object per line; what is typed on stdin is done: ``submit FILE``, ``close``, ``threads``.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from engine import api


def say(**facts: Any) -> None:
    """One line of JSON, in one write: several threads talk."""
    sys.stdout.write(json.dumps(facts, default=str) + "\n")
    sys.stdout.flush()


class SilentHost:
    """Starts every job and ends none, in a thread as the real one has."""

    def __init__(
        self,
        on_event: Callable[..., None],
        on_state: Callable[..., None] = lambda _: None,
        **_wanted: object,
    ) -> None:
        self._on_event, self._on_state = on_event, on_state
        self._number = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._closing.wait, name="engine")

    def start(self) -> None:
        if self._thread.ident is not None:
            return
        say(
            engine="started",
            after=round(time.time() - psutil.Process().create_time(), 3),
            loaded=[name for name in ("torch", "numpy", "PIL", "cv2") if name in sys.modules],
        )
        self._thread.start()
        self._on_state("starting")

    def submit(self, job: api.Job) -> api.Ticket:
        self._number += 1
        self._on_event(api.Started(api.Ticket(self._number)))
        return api.Ticket(self._number)

    def cancel(self, ticket: api.Ticket) -> None:
        self._on_event(api.Cancelled(ticket))

    def set_device(self, device: str) -> None:
        say(device=device)

    def free_memory(self) -> None:
        say(freed=True)

    def close(self) -> None:
        self._closing.set()
        if self._thread.ident is not None:  # the store's engine starts with its first job
            self._thread.join()
        say(engine="closed")


def main() -> int:
    from PySide6.QtCore import QObject, Signal

    from app import gui

    class Orders(QObject):
        """Brings lines of stdin into the main thread."""

        line = Signal(str)

        def read(self) -> None:
            for line in sys.stdin:
                self.line.emit(line.strip())

    orders = Orders()
    make_window = gui._main_window

    def watched(desk: Any) -> Any:
        window = make_window(desk)
        desk.files_opened.connect(lambda files: say(opened=[str(file) for file in files]))
        desk.item_changed.connect(lambda item: say(item=item.id, state=item.state))
        desk.notice.connect(lambda words: say(notice=words))
        say(items=[(item.job.file.name, item.state) for item in desk.items()])

        def obey(line: str) -> None:
            order, _, rest = line.partition(" ")
            if order == "submit":
                desk.submit((api.ProtectPhoto(Path(rest)),))
            elif order == "set":
                desk.set_setting(*rest.split())
                say(title=[button.text() for button in window.rail.buttons])
            elif order == "close":
                window.close()

        orders.line.connect(obey)
        return window

    gui._main_window = watched
    threading.Thread(target=orders.read, daemon=True, name="stdin").start()
    code = gui.run([Path(name) for name in sys.argv[1:]], SilentHost)
    left = [t.name for t in threading.enumerate() if t.name not in ("MainThread", "stdin")]
    say(ended=code, threads=left, children=len(psutil.Process().children()))
    return code


if __name__ == "__main__":
    sys.exit(main())
