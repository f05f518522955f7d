"""Benchmarks: they measure and report, and fail only when what they measure does not work.

Left out of a plain test run; ``pytest tests/bench`` runs them. Figures go to ``.bench/NAME.json``
and to the end of pytest's output.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

Record = Callable[..., None]
LINES = pytest.StashKey[list[str]]()


@pytest.fixture
def record(request: pytest.FixtureRequest, root: Path) -> Record:
    """``record(name, figure=value, ...)``: keep one benchmark's figures, units in their names."""

    def write(name: str, **figures: Any) -> None:
        machine = {
            "system": platform.platform(terse=True),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        }
        folder = root / ".bench"
        folder.mkdir(exist_ok=True)
        entry = {"when": datetime.now(UTC).isoformat(), "machine": machine, **figures}
        (folder / f"{name}.json").write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
        shown = ", ".join(f"{key} {_short(value)}" for key, value in figures.items())
        request.config.stash.setdefault(LINES, []).append(f"{name}: {shown}")

    return write


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(LINES, []):
        terminalreporter.write_line(line)
