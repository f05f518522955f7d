"""The program as a person starts it: a process of its own, a real X server, a keyboard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from PIL import Image

from app.history import History
from engine import api
from tests.e2e.checks import check_cloaked, cloaked_files
from tests.e2e.display import Display

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Xvfb is for Linux"),
    pytest.mark.usefixtures("built_in_models"),
]

PATIENCE = 600.0  # seconds for one small photo on a busy machine, model loading included


@contextmanager
def started(display: Display, root: Path, *files: Path) -> Iterator[subprocess.Popen[str]]:
    """``cloakroom FILES``; ended by SIGTERM if the block has not ended it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *map(str, files)], cwd=root, env=display.environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        children = psutil.Process(process.pid).children(True) if process.poll() is None else []
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        _, alive = psutil.wait_procs(children, timeout=5)
        assert alive == [], "the engine's process ends with the window"


def receipts() -> tuple[api.Receipt, ...]:
    with History() as history:
        return history.receipts()


def wait_for_receipts(count: int, process: subprocess.Popen[str]) -> tuple[api.Receipt, ...]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()[1]
        if len(found := receipts()) >= count:
            return found
        time.sleep(0.2)
    raise AssertionError(f"no result within {PATIENCE:.0f} s")


def press_protect(display: Display, process: subprocess.Popen[str]) -> str:
    """Press the key until the job is in the queue; returns the window's id."""
    window = display.wait_for_window("Cloakroom", process.pid)
    end = time.monotonic() + 30
    while not queued() and not receipts() and time.monotonic() < end:
        display.press(window, "ctrl+Return")  # does nothing as long as no photo is listed
        time.sleep(0.5)
    return window


def protect(display: Display, root: Path, file: Path) -> api.Receipt:
    with started(display, root, file) as process:
        window = press_protect(display, process)
        (receipt,) = wait_for_receipts(1, process)
        assert display.windows("Cloakroom", process.pid) == [window]
    assert process.returncode == 0
    return receipt


def test_a_photo_opened_with_cloakroom_is_protected_beside_the_original(
    display: Display, root: Path, picture: Path
) -> None:
    untouched = picture.read_bytes()
    receipt = protect(display, root, picture)
    (output,) = cloaked_files(picture)
    check_cloaked(picture, output, receipt)
    assert picture.read_bytes() == untouched


@pytest.mark.data
def test_a_real_photo_is_protected(
    display: Display, root: Path, shared_data: Path, tmp_path: Path
) -> None:
    source = sorted((shared_data / "photos" / "kodak").glob("*.png"))[2]
    file = tmp_path / source.name
    with Image.open(source) as whole:
        whole.crop((256, 128, 512, 320)).save(file)
    receipt = protect(display, root, file)
    (output,) = cloaked_files(file)
    check_cloaked(file, output, receipt)
    assert receipt.measures["psnr"] >= 36  # balanced, the strength of a first start


def test_a_killed_program_offers_its_unfinished_job_again(
    display: Display, root: Path, picture: Path
) -> None:
    with started(display, root, picture) as process:
        press_protect(display, process)
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        _, orphans = psutil.wait_procs(children, timeout=10)
        assert orphans == [], "an engine without its window ends by itself"
    (left,) = queued()
    assert left == picture
    assert cloaked_files(picture) == []
    with started(display, root) as process:
        display.wait_for_window("Cloakroom", process.pid)
        time.sleep(1.0)
        assert queued() == [picture], "offered, neither lost nor started by itself"
        assert receipts() == ()


def queued() -> list[Path]:
    with History() as history:
        jobs = [entry.job for entry in history.queue()]
    return [job.file for job in jobs if isinstance(job, api.ProtectPhoto)]
