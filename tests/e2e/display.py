"""A screen that nobody sees, with a real X server behind it, and a keyboard to type on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

PATIENCE = 20.0  # seconds that a window may take to appear on a busy machine


@dataclass(frozen=True)
class Display:
    """``name`` is what goes into ``DISPLAY``."""

    name: str

    def environment(self) -> dict[str, str]:
        """This process's environment, with Qt's real X11 platform on this screen."""
        kept = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
        return kept | {"DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def windows(self, title: str, process: int) -> list[str]:
        """X ids of the visible windows of ``process`` whose title contains ``title``."""
        found = self._xdotool("search", "--onlyvisible", "--all", "--pid", str(process),
                              "--name", title)  # fmt: skip
        return found.split()

    def wait_for_window(self, title: str, process: int) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.windows(title, process):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no window {title!r} within {PATIENCE:.0f} s")

    def press(self, window: str, keys: str) -> None:
        """Press e.g. ``ctrl+Return`` in a window, as a person at a keyboard does."""
        self._xdotool("windowfocus", "--sync", window)
        self._xdotool("key", keys)

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self.environment(), capture_output=True, text=True,
            check=False, timeout=PATIENCE,
        )  # fmt: skip
        return done.stdout


@contextlib.contextmanager
def virtual_display() -> Iterator[Display]:
    """Xvfb for as long as the block runs; skips the test where it is not installed."""
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24",
               "-nolisten", "tcp", "-noreset"]  # fmt: skip
    server = subprocess.Popen(
        command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            number = numbers.readline().strip()
        assert number, "Xvfb did not start"
        yield Display(f":{number}")
    finally:
        server.terminate()
        server.wait(10)
