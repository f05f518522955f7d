"""How soon the window is there, and the longest time that its thread was held up."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app import paths
from tests.bench.conftest import Record
from tests.e2e.display import Display, virtual_display
from tests.e2e.pictures import photo

pytestmark = pytest.mark.timeout(1500)


def watched(display: Display, root: Path, compiled: Path, *files: Path) -> dict[str, Any]:
    """``compiled`` is a folder for bytecode, which a program that is installed has too."""
    environment = display.environment() | {"PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    arguments = [sys.executable, "-m", "tests.bench.watched_window", str(time.time())]
    done = subprocess.run(
        [*arguments, *map(str, files)], cwd=root, env=environment, check=False,
        capture_output=True, text=True, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_start(root: Path, record: Record, tmp_path: Path) -> None:
    with virtual_display() as display:
        watched(display, root, tmp_path)  # the first one reads and compiles everything
        runs = [watched(display, root, tmp_path) for _ in range(3)]
    record(
        "start",
        usable_s=statistics.median(run["usable"] for run in runs),
        usable_runs_s=[round(run["usable"], 3) for run in runs],
        # What it would take if nothing else ran on this computer.
        processor_until_usable_s=min(run["processor until usable"] for run in runs),
        engine_ready_s=statistics.median(run["engine ready"] for run in runs),
        longest_gap_ms=1000 * max(max(run["longest gap"].values()) for run in runs),
    )


def test_longest_gap_during_a_job(root: Path, record: Record, tmp_path: Path) -> None:
    if not any((paths.ASSETS / "models").glob("*/*.safetensors")):
        pytest.skip("the built-in models are not in assets/models")
    file = tmp_path / "photo.png"
    photo(320, 240).save(file)
    with virtual_display() as display:
        report = watched(display, root, tmp_path / "compiled", file)
    assert "problem" not in report
    record(
        "responsiveness",
        **{f"{phase.replace(' ', '_')}_ms": 1000 * gap
           for phase, gap in report["longest gap"].items()},
        gaps_over_50_ms=report["gaps over 50 ms"],
        job_s=report["job done"] - report["usable"],
    )  # fmt: skip


def test_memory_at_rest_and_after_a_job(root: Path, record: Record, tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    photo(320, 240).save(file)
    with virtual_display() as display:
        rest = watched(display, root, tmp_path / "compiled")["memory MB"]
        after = watched(display, root, tmp_path / "compiled", file)["memory MB"]
    record(
        "memory",
        **{f"{part}_at_rest_mb": rest[part] for part in rest},
        **{f"{part}_after_a_photo_mb": after[part] for part in after},
    )


def test_start_of_the_command_line(root: Path, record: Record) -> None:
    def timed(*arguments: str) -> float:
        start = time.perf_counter()
        subprocess.run([*arguments], cwd=root, check=True, capture_output=True)
        return time.perf_counter() - start

    bare = min(timed(sys.executable, "-m", "app", "--version") for _ in range(5))
    record("version", seconds=bare)
