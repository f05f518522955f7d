"""2 GB that resume after a kill: how much is fetched twice, and how much is read again."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.models.catalogue import Catalogue, File
from engine.models.store import Store
from engine.models.transfer import COMMIT
from tests.bench.conftest import Record
from tests.engine.models.hub_server import Content, HubServer, running
from tests.engine.models.test_download import REPO, entry, fetch

SIZE = 2_000_000_000
PATTERN = os.urandom(1 << 20)
NAME = "vae/model.safetensors"


def read(start: int, count: int) -> bytes:
    """The content: one megabyte of noise again and again."""
    offset = start % len(PATTERN)
    piece = PATTERN[offset : offset + count]
    return piece if len(piece) == count else piece + read(start + len(piece), count - len(piece))


def content() -> Content:
    digest = hashlib.sha256()
    for start in range(0, SIZE, len(PATTERN)):
        digest.update(PATTERN[: SIZE - start])
    return Content(SIZE, digest.hexdigest(), "0" * 40, read)


def test_two_gigabytes_resume_after_a_kill(tmp_path: Path, record: Record) -> None:
    if shutil.disk_usage(tmp_path).free < 3 * SIZE:
        pytest.skip("needs 6 GB of free disk")
    with running() as hub:
        hub.add(REPO, {NAME: content()})
        record("download-resumed", **_resume(hub, tmp_path / "models"))
    shutil.rmtree(tmp_path / "models")


def _resume(hub: HubServer, folder: Path) -> dict[str, float]:
    model = entry(files=(File(path=NAME, size=SIZE),))
    store = Store(folder, Catalogue(version=1, entries=(model,)))
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.bench.test_download_resume import *\n"
        "model = entry(files=(File(path=NAME, size=SIZE),))\n"
        "store = Store(Path(sys.argv[1]), Catalogue(version=1, entries=(model,)))\n"
        "fetch(store, sys.argv[2], model=model)\n"
    )
    command = [sys.executable, "-c", program, str(folder), hub.endpoint]
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, cwd=root)
    partial = store.incoming(model.id) / f"{NAME}.partial"
    began = time.monotonic()
    while not (partial.exists() and partial.stat().st_size > SIZE // 2):
        assert process.poll() is None
        time.sleep(0.02)
    process.kill()
    process.wait()
    first = time.monotonic() - began
    kept = partial.stat().st_size
    hub.log.clear()
    before = psutil.Process().io_counters().read_chars
    began = time.monotonic()
    fetch(store, hub.endpoint, model=model)
    second = time.monotonic() - began
    (asked,) = hub.fetched(f"{REPO}/{NAME}")
    assert asked is not None
    start = int(asked[6:-1])
    received = SIZE - start
    # Of files; what comes through a socket is not counted here.
    read_again = psutil.Process().io_counters().read_chars - before
    assert kept - start <= COMMIT + (1 << 20)
    assert read_again < 50_000_000
    assert store.standing(model.id)[0] == "installed"
    return {
        "killed_at_mb": kept / 1e6,
        "after_s": first,
        "resumed_at_mb": start / 1e6,
        "fetched_mb": received / 1e6,
        "in_s": second,
        "mb_per_s": received / second / 1e6,
        "read_again_from_disk_mb": read_again / 1e6,
    }
