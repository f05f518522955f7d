"""Benchmarks: they measure and report, and fail only when what they measure does not work.

Left out of a plain test run; ``pytest tests/bench`` runs them. Figures go to ``.bench/NAME.json``
and to the end of pytest's output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bench.keep import keep

Record = Callable[..., None]
LINES = pytest.StashKey[list[str]]()


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    """``record(name, figure=value, ...)``: keep one benchmark's figures, units in their names."""

    def write(name: str, **figures: Any) -> None:
        keep(name, **figures)
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
