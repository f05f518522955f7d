"""What every test gets: an offscreen display, a home of its own, no network, and no leftovers."""

from __future__ import annotations

import os

# Read when Qt, torch and huggingface_hub are first imported, so before anything else here.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Side by side they share the cores: a second thread each would only spin.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import leaks, network

# A run in the background is started with Ctrl-C ignored, which every child would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]

# A busy machine makes any deadline a coin toss; on a server the examples are the same every time.
settings.register_profile("local", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bench", action="store_true", help="also run tests/bench, which measures and takes long"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the benchmarks out unless they are asked for, by option or by path."""
    named = any("tests/bench" in argument for argument in config.invocation_params.args)
    if named or config.getoption("--bench"):
        return
    bench = [item for item in items if ROOT / "tests" / "bench" in item.path.parents]
    items[:] = [item for item in items if item not in set(bench)]
    config.hook.pytest_deselected(items=bench)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The open data beside the checkout; tests that need it are skipped where it is absent."""
    elsewhere = os.environ.get("CLOAKROOM_SHARED_DATA")
    folder = Path(elsewhere) if elsewhere else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the shared data set is not there ({elsewhere or '../shared/data'})")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    with network.banned():
        yield


@pytest.fixture(autouse=True)
def cloakroom_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An empty folder where this test's settings, history and queue live."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CLOAKROOM_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or a running timer behind.

    Set up before a test's own fixtures and so torn down after them; what wider fixtures started
    earlier is not held against the test.
    """
    qt = "qapp" in request.fixturenames or "qtbot" in request.fixturenames
    before = leaks.Snapshot.take(qt)
    yield
    left = before.leftovers()
    if left:
        pytest.fail("left behind: " + "; ".join(left), pytrace=False)
