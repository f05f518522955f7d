"""The application's own folders by what they are for, and what is swept out of them."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from app import paths
from engine import api
from ui.desk import Purpose


def folder(purpose: Purpose) -> Path:
    """Created when missing."""
    if purpose == "log":
        return paths.state_dir()
    if purpose == "data":
        return paths.data_dir()
    kept = purpose in ("masks", "samples")
    made = (paths.data_dir() if kept else paths.cache_dir()) / purpose
    made.mkdir(exist_ok=True)
    return made


def sweep(jobs: Iterable[api.Job]) -> None:
    """Delete what earlier sessions left: the painted masks that none of ``jobs`` needs, and all
    that was only there to be listened to."""
    needed = {job.mask for job in jobs if isinstance(job, api.ProtectPhoto)}
    for mask in folder("masks").iterdir():
        if mask not in needed:
            with contextlib.suppress(OSError):
                mask.unlink()
    shutil.rmtree(paths.cache_dir() / "sounds", ignore_errors=True)
