"""The log: a rotating file in the state folder, never sent anywhere.

Messages name files only where the engine's own errors do; what a person typed, picture contents
and receipts are not logged. The home folder's path, which often holds a person's name, is
written as ``~``.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from app import paths

FILE = "cloakroom.log"
_BYTES = 1_000_000
_OLD_FILES = 3


class _HomeFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_home(super().format(record))


def without_home(text: str) -> str:
    """``text`` with the path of the home folder written as ``~``."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text


def start(name: str = FILE, level: int = logging.INFO) -> Path | None:
    """Log to the file ``name`` from now on; returns its path, None if it cannot be written.

    The window and the command line have files of their own, since two processes cannot rotate one.
    """
    root = logging.getLogger()
    root.setLevel(level)
    try:
        file = paths.state_dir() / name
        handler = RotatingFileHandler(
            file, maxBytes=_BYTES, backupCount=_OLD_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        root.addHandler(logging.NullHandler())
        return None
    handler.setFormatter(_HomeFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    return file


def stop() -> None:
    """Close what ``start`` opened."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, RotatingFileHandler | logging.NullHandler):
            root.removeHandler(handler)
            handler.close()
