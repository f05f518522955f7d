"""The installers import each other as top-level modules, as they do when run as a script."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "installers"))

from tests.installers.computer import Computer


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    return Computer(tmp_path, monkeypatch)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    windows = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
    for item in items:
        if here in item.path.parents:
            item.add_marker(windows)
