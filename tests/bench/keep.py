"""Where the benchmarks' figures go: one JSON file for each in ``.bench``."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".bench"
PACKAGES = ("torch", "numpy", "PySide6-Essentials")


def keep(name: str, **figures: Any) -> None:
    """Keep one benchmark's figures, units in their names, with the machine and the versions."""
    machine = {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        **{package: version(package) for package in PACKAGES},
    }
    FOLDER.mkdir(exist_ok=True)
    entry = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, **figures
    }  # fmt: skip
    (FOLDER / f"{name}.json").write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
