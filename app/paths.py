"""Where this application keeps its own files.

``CLOAKROOM_HOME`` puts everything below one folder instead of the system's usual places: for a
portable copy on a stick, and for tests.
"""

from __future__ import annotations

import os
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets"


def config_dir() -> Path:
    """Settings. Created when missing, like all folders here."""
    return _folder("config")


def data_dir() -> Path:
    """The history."""
    return _folder("data")


def state_dir() -> Path:
    """Log files, crash reports and the lock of the running window."""
    return _folder("state")


def cache_dir() -> Path:
    """What can be made again, and is deleted without asking."""
    return _folder("cache")


def _folder(name: str) -> Path:
    home = os.environ.get("CLOAKROOM_HOME")
    if home:
        folder = Path(home) / name
    else:
        import platformdirs

        places = platformdirs.PlatformDirs("Cloakroom", appauthor=False)
        folder = Path(getattr(places, f"user_{name}_dir"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
