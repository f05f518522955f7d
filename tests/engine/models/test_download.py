"""The fault table: in each case a clear sentence, and no half-file ever taken for whole."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.api import Progress
from engine.context import JobCancelled
from engine.models import download as download_module, sha256, transfer
from engine.models.catalogue import Catalogue, Entry, File, Licence, Text
from engine.models.download import download
from engine.models.hub import CHUNK, Hub
from engine.models.store import Record, Store
from engine.problems import SENTENCES, Problem
from tests.engine.models.hub_server import HubServer

REPO = "someone/something"
WEIGHTS = random.Random(1).randbytes(3_000_000)
CONFIG = b'{"small": true}'
COMMIT = "a" * 40


def entry(**changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": "autoencoder-some-thing",
        "purpose": Text(en="Something for a test.", zh="用于测试。"),
        "roles": ("surrogate",),
        "groups": ("photo",),
        "used_by": ("protect-edit",),
        "repo": REPO,
        "revision": COMMIT,
        "files": (
            File(path="config.json", size=15),
            File(path="vae/model.safetensors", size=3000000),
        ),
        "format": "safetensors",
        "licence": Licence(name="MIT", url="https://example.org"),
        "memory": 1,
        "loader": "autoencoder",
        "loads": "diffusers.AutoencoderKL",
        "confirmed": True,
    }
    return Entry(**(fields | changes))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models", Catalogue(version=1, entries=(entry(),)))


@pytest.fixture
def published(hub: HubServer) -> HubServer:
    hub.add(REPO, {"config.json": CONFIG, "vae/model.safetensors": WEIGHTS, "README.md": b"#"})
    return hub


def fetch(
    store: Store,
    endpoint: str,
    check: Callable[[], None] = lambda: None,
    model: Entry | None = None,
) -> tuple[Record, tuple[str, ...], list[Progress]]:
    steps = []
    run = download(store, model or entry(), Hub(endpoint), check)
    while True:
        try:
            steps.append(next(run))
        except StopIteration as end:
            return (*end.value, steps)


def fails(store: Store, endpoint: str, code: str, **options: Any) -> Problem:
    """The download ends with this problem, its sentence is complete, and there is no model."""
    with pytest.raises(Problem) as caught:
        fetch(store, endpoint, **options)
    assert caught.value.code == code
    assert "{" not in str(caught.value)
    assert store.record(entry().id) is None
    assert not store.place(entry().id).exists()
    with pytest.raises(Problem, match="not on this computer"):
        store.whole(entry().id)
    return caught.value


def is_whole(store: Store) -> None:
    folder = store.whole(entry().id)
    assert (folder / "config.json").read_bytes() == CONFIG
    assert (folder / "vae/model.safetensors").read_bytes() == WEIGHTS
    assert store.standing(entry().id) == ("installed", len(CONFIG) + len(WEIGHTS))
    assert not store.incoming(entry().id).exists()
    assert not list(store.folder.rglob("*.partial*"))


def test_normal(published: HubServer, store: Store) -> None:
    record, notes, steps = fetch(store, published.endpoint)
    is_whole(store)
    assert (record.commit, record.pinned_by, notes) == (COMMIT, "catalogue", ())
    assert record.source == published.endpoint
    done = [step.step for step in steps if step.stage == "download"]
    assert done == sorted(done)
    assert (done[-1], steps[-1].of) == (3_000_015, 3_000_015)
    assert published.sent == len(WEIGHTS)
    assert "/someone/something/resolve/" + COMMIT + "/README.md" not in str(published.log)


def test_a_second_time_nothing_is_fetched(published: HubServer, store: Store) -> None:
    fetch(store, published.endpoint)
    before = len(published.log)
    _, notes, _ = fetch(store, published.endpoint)
    assert notes == ("already-there",)
    assert len(published.log) == before


@pytest.mark.parametrize("fault", ["cuts", "resets"])
def test_cut_and_resumed(published: HubServer, store: Store, fault: str) -> None:
    setattr(published.faults, fault, [700_000, 1_000_000])
    fetch(store, published.endpoint)
    is_whole(store)
    ranges = published.fetched(f"{REPO}/vae/model.safetensors")
    assert len(ranges) == 3
    assert ranges[0] is None
    if fault == "cuts":  # a reset may take bytes with it that were already sent
        assert None not in ranges[1:]
        assert published.sent - len(WEIGHTS) < 2 * CHUNK


def test_cut_for_good_and_taken_up_by_the_next_start(published: HubServer, store: Store) -> None:
    published.faults.cuts = [1_500_000] + [0] * 50
    problem = fails(store, published.endpoint, "store.cut")
    assert problem.details["file"] == "vae/model.safetensors"
    assert store.standing(entry().id)[0] == "partial"
    published.faults.cuts = []
    published.log.clear()
    fetch(store, published.endpoint)
    is_whole(store)
    (asked,) = published.fetched(f"{REPO}/vae/model.safetensors")
    assert asked is not None
    assert 1_500_000 - CHUNK - 64 < int(asked[6:-1]) <= 1_500_000
    assert not [where for method, where, _ in published.log if where.endswith("/config.json")]


def test_where_states_cannot_be_written_down(
    published: HubServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept is read again, and the download still goes on from there."""
    monkeypatch.setattr(sha256, "_library", lambda: None)
    published.faults.cuts = [1_500_000] + [0] * 50
    fails(store, published.endpoint, "store.cut")
    published.faults.cuts = []
    fetch(store, published.endpoint)
    is_whole(store)
    assert published.sent - len(WEIGHTS) < 2 * CHUNK


def test_a_server_that_ignores_the_range(published: HubServer, store: Store) -> None:
    published.faults.cuts = [1_000_000]
    published.faults.ignores_range = True
    fetch(store, published.endpoint)
    is_whole(store)


def test_wrong_etag(published: HubServer, store: Store) -> None:
    published.faults.etag = "0" * 64
    problem = fails(store, published.endpoint, "store.other-file")
    assert "was not downloaded" in str(problem)
    assert published.sent == 0


def test_wrong_content_of_the_right_length(published: HubServer, store: Store) -> None:
    published.faults.serves = WEIGHTS[:-1] + b"?"
    fails(store, published.endpoint, "store.mismatch")
    assert not list(store.folder.rglob("*.safetensors*"))
    published.faults.serves = None
    fetch(store, published.endpoint)
    is_whole(store)


def test_wrong_content_of_a_small_file(published: HubServer, store: Store) -> None:
    content = published.repos[REPO][COMMIT]["config.json"]
    content.read = lambda start, count: b'{"small": evil}'[start : start + count]
    problem = fails(store, published.endpoint, "store.mismatch")
    assert problem.details["file"] == "config.json"


def test_more_content_than_announced(published: HubServer, store: Store) -> None:
    published.faults.serves = WEIGHTS + b"and more"
    fails(store, published.endpoint, "store.mismatch")


def test_truncated(published: HubServer, store: Store) -> None:
    published.faults.short_by = 1000
    fails(store, published.endpoint, "store.cut")
    published.faults.short_by = 0
    fetch(store, published.endpoint)
    is_whole(store)


def test_truncated_below_what_was_kept(published: HubServer, store: Store) -> None:
    published.faults.cuts = [2_000_000] + [0] * 50
    fails(store, published.endpoint, "store.cut")
    published.faults.cuts = []
    published.faults.short_by = 2_000_000
    fails(store, published.endpoint, "store.mismatch")


def test_gated(published: HubServer, store: Store) -> None:
    published.faults.gated = True
    problem = fails(store, published.endpoint, "store.gated")
    assert f"https://huggingface.co/{REPO}" in str(problem)


def test_no_such_repository(published: HubServer, store: Store) -> None:
    published.faults.no_repo = True
    fails(store, published.endpoint, "store.repo-missing")


def test_no_such_revision(published: HubServer, store: Store) -> None:
    missing = entry(revision="b" * 40)
    problem = fails(store, published.endpoint, "store.revision-missing", model=missing)
    assert "b" * 40 in str(problem)


def test_no_such_file(published: HubServer, store: Store) -> None:
    del published.repos[REPO][COMMIT]["config.json"]
    fails(store, published.endpoint, "store.file-missing")


def test_too_many_requests_at_first(published: HubServer, store: Store) -> None:
    published.faults.api_statuses = [429]
    fails(store, published.endpoint, "store.busy")
    published.faults.statuses = [429]
    fails(store, published.endpoint, "store.busy")
    fetch(store, published.endpoint)
    is_whole(store)


def test_too_many_requests_within_a_file(
    published: HubServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first request for each file asks what it is; the next fetch it, and are put off twice.
    address = Hub.address

    def then_busy(self: Hub, *arguments: Any) -> str:
        url = address(self, *arguments)
        published.faults.statuses = [429, 429]
        return url

    monkeypatch.setattr(Hub, "address", then_busy)
    fetch(store, published.endpoint)
    is_whole(store)


def test_a_fault_of_the_server(published: HubServer, store: Store) -> None:
    published.faults.api_statuses = [503]
    problem = fails(store, published.endpoint, "store.server")
    assert "503" in str(problem)


def test_a_page_instead_of_a_hub(published: HubServer, store: Store) -> None:
    published.faults.page = b"<html>Please sign in to the hotel's network</html>"
    fails(store, published.endpoint, "store.answer")


def test_nobody_there(store: Store) -> None:
    fails(store, "http://127.0.0.1:9", "store.unreachable")


@pytest.mark.parametrize("mirror", ["hf-mirror.com", "ftp://x", "https://"])
def test_an_address_that_is_none(mirror: str) -> None:
    with pytest.raises(Problem) as caught:
        Hub(mirror)
    assert caught.value.code == "store.mirror"


def test_disk_too_small(
    published: HubServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=50_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    problem = fails(store, published.endpoint, "store.disk")
    assert problem.details["free"] == "50 MB"
    assert published.sent == 0


def test_disk_full_in_the_middle(
    published: HubServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, left = os.write, [1_000_000]

    def limited(descriptor: int, data: Any) -> int:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = write(descriptor, data[: left[0]])
        left[0] -= count
        return count

    monkeypatch.setattr(transfer.os, "write", limited)
    fails(store, published.endpoint, "store.disk-full")
    monkeypatch.undo()
    published.log.clear()
    fetch(store, published.endpoint)
    is_whole(store)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_cannot_be_written_to(published: HubServer, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    store = Store(closed / "models", Catalogue(version=1, entries=(entry(),)))
    fails(store, published.endpoint, "store.folder")


def test_a_folder_that_is_a_file(published: HubServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = Store(tmp_path / "file", Catalogue(version=1, entries=(entry(),)))
    fails(store, published.endpoint, "store.folder")


def test_cancel_in_the_middle_keeps_what_arrived(published: HubServer, store: Store) -> None:
    published.faults.delay = 0.02
    seen: list[int] = []

    def stop() -> None:
        seen.append(published.sent)
        if published.sent > 1_000_000:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        fetch(store, published.endpoint, stop)
    assert store.record(entry().id) is None
    standing, kept = store.standing(entry().id)
    assert standing == "partial"
    assert kept > 500_000
    published.faults.delay = 0
    published.log.clear()
    before = published.sent
    fetch(store, published.endpoint)
    is_whole(store)
    assert published.sent - before < len(WEIGHTS) - 500_000


def test_cancel_while_nothing_comes(published: HubServer, store: Store) -> None:
    published.faults.hold = threading.Event()
    timer = threading.Timer(0.5, lambda: cancelled.append(True))
    cancelled: list[bool] = []

    def stop() -> None:
        if cancelled:
            threading.Timer(0.3, published.faults.hold.set).start()  # type: ignore[union-attr]
            raise JobCancelled

    timer.start()
    with pytest.raises(JobCancelled):
        fetch(store, published.endpoint, stop)
    timer.join()


def test_a_mirror_gets_no_token(
    published: HubServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch(store, published.endpoint)
    is_whole(store)
    assert published.tokens == []
    assert Hub(None).headers()["authorization"] == "Bearer hf_secret"


def test_a_mirror_that_offers_another_file_than_the_catalogue_states(
    published: HubServer, store: Store
) -> None:
    stated = File(path="vae/model.safetensors", size=3_000_000, sha256="1" * 64)
    fails(store, published.endpoint, "store.other-file", model=entry(files=(stated,)))


def test_unpinned_is_pinned_by_the_first_download(published: HubServer, store: Store) -> None:
    loose = entry(revision="unpinned")
    record, notes, _ = fetch(store, published.endpoint, model=loose)
    assert (record.commit, record.pinned_by) == (COMMIT, "first-download")
    assert notes == ("pinned-now",)
    # A repair fetches the same commit, though there is a newer one by now.
    published.add(REPO, {"config.json": b"{}", "vae/model.safetensors": b"x" * 2000}, "c" * 40)
    (store.place(loose.id) / "vae/model.safetensors").write_bytes(b"damaged")
    record, notes, _ = fetch(store, published.endpoint, model=loose)
    assert record.commit == COMMIT
    is_whole(store)


def test_a_damaged_model_is_not_loaded_and_is_repaired(published: HubServer, store: Store) -> None:
    fetch(store, published.endpoint)
    file = store.place(entry().id) / "vae/model.safetensors"
    times = file.stat()
    with file.open("r+b") as open_file:
        open_file.seek(1234)
        open_file.write(b"flip")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))  # nothing to see from outside
    with pytest.raises(Problem, match="damaged, so it was not loaded") as caught:
        store.whole(entry().id)
    assert caught.value.code == "store.damaged"
    assert store.standing(entry().id)[0] == "damaged"
    published.log.clear()
    _, notes, _ = fetch(store, published.endpoint)
    assert "repaired" in notes
    is_whole(store)
    assert not [where for _, where, _ in published.log if where.endswith("config.json")]


def test_two_processes_at_once(published: HubServer, store: Store) -> None:
    """Both end well, and the file is fetched once."""
    published.faults.delay = 0.02
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.engine.models.test_download import *\n"
        "store = Store(Path(sys.argv[1]), Catalogue(version=1, entries=(entry(),)))\n"
        "print(fetch(store, sys.argv[2])[1])\n"
    )
    command = [sys.executable, "-c", program, str(store.folder), published.endpoint]
    root = Path(__file__).parents[3]
    both = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=120)[0].strip() for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said == ["('already-there',)", "()"]
    assert published.sent == len(WEIGHTS)
    is_whole(store)


def test_killed_and_taken_up_again(
    published: HubServer, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed loses only what its journal has not yet; nothing is read again."""
    published.faults.delay = 0.05
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.engine.models.test_download import *\n"
        "transfer.COMMIT = 1 << 18\n"
        "store = Store(Path(sys.argv[1]), Catalogue(version=1, entries=(entry(),)))\n"
        "fetch(store, sys.argv[2])\n"
    )
    command = [sys.executable, "-c", program, str(store.folder), published.endpoint]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    partial = store.incoming(entry().id) / "vae/model.safetensors.partial"
    journal = partial.with_name(partial.name + ".json")
    while not (journal.exists() and partial.stat().st_size > 1_000_000):
        assert process.poll() is None
        process.poll() or threading.Event().wait(0.01)
    process.kill()
    process.wait()
    published.faults.delay = 0
    published.log.clear()
    reads: list[int] = []
    monkeypatch.setattr(
        download_module, "file_sha256", lambda path: reads.append(path.stat().st_size)
    )
    fetch(store, published.endpoint)
    is_whole(store)
    (asked,) = published.fetched(f"{REPO}/vae/model.safetensors")
    assert asked is not None
    assert int(asked[6:-1]) >= 1_000_000 - 2 * (1 << 18)
    assert int(asked[6:-1]) > 0
    assert reads == []


def test_every_problem_of_the_store_has_a_sentence_that_says_what_to_do() -> None:
    for code, words in SENTENCES.items():
        if code.startswith(("store.", "import.", "model.")):
            assert words.count(".") >= 1 and words[-1] == "."
