"""Crash reports: a local text file, offered at the next start, never sent anywhere.

A report holds the version, the system, and where in the program it happened: tracebacks without
values of variables, without file contents, with the home folder's path as ``~``.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import platform
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import IO

from app import paths
from app.log import without_home
from engine import __version__

KEEP = 5  # reports; older ones are deleted

_log = logging.getLogger(__name__)


def pending(folder: Path | None = None) -> tuple[Path, ...]:
    """The reports that were neither saved nor discarded, latest first."""
    folder = folder or paths.state_dir()
    return tuple(sorted(folder.glob("crash-*.txt"), reverse=True))


def discard(reports: tuple[Path, ...]) -> None:
    for report in reports:
        with contextlib.suppress(OSError):
            report.unlink()


def write(description: str, folder: Path | None = None) -> Path | None:
    """A new report; returns its file, None when the disk refuses it."""
    folder = folder or paths.state_dir()
    now = time.time()
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    file = folder / f"crash-{stamp}-{int(now * 1e6) % 1_000_000:06d}.txt"
    head = (
        f"Cloakroom {__version__}\n"
        f"{platform.platform()}, Python {platform.python_version()}\n"
        f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(now))} UTC\n\n"
    )
    try:
        file.write_text(head + without_home(description), encoding="utf-8")
    except OSError:
        return None
    discard(pending(folder)[KEEP:])
    return file


class CrashReports:
    """Catches what nobody caught: in the main thread, in other threads, and in native code.

    The program goes on after an exception in a slot, as Qt programs do; the report is there in
    any case. Native crashes end the process, and their traceback becomes a report at the next
    start.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or paths.state_dir()
        self._fault = self._folder / "fault.txt"
        self._stream: IO[str] | None = None
        self._old_hook = sys.excepthook
        self._old_thread_hook = threading.excepthook

    def install(self) -> None:
        self._collect_fault()
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread
        with contextlib.suppress(OSError):
            self._stream = self._fault.open("w", encoding="utf-8")
            faulthandler.enable(self._stream)

    def remove(self) -> None:
        """At a clean end."""
        sys.excepthook = self._old_hook
        threading.excepthook = self._old_thread_hook
        if self._stream is not None:
            faulthandler.disable()
            self._stream.close()
            self._stream = None
            with contextlib.suppress(OSError):
                self._fault.unlink()

    def _collect_fault(self) -> None:
        """Make a report of what faulthandler wrote in the last moments of an earlier process."""
        with contextlib.suppress(OSError):
            text = self._fault.read_text(encoding="utf-8", errors="replace")
            if text.strip():
                write(text, self._folder)

    def _caught(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._old_hook(kind, error, trace)
            return
        _log.critical("an exception that nobody caught", exc_info=(kind, error, trace))
        write("".join(traceback.format_exception(kind, error, trace)), self._folder)
        self._old_hook(kind, error, trace)

    def _caught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            self._caught(args.exc_type, args.exc_value, args.exc_traceback)
