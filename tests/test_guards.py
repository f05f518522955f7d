"""The guards of conftest.py notice what they are there for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer

from tests import leaks, network


def test_a_thread_is_noticed_until_it_ends() -> None:
    before = leaks.Snapshot.take(qt=False)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="stray")
    thread.start()
    assert before.leftovers(grace=0) == ["thread 'stray'"]
    stop.set()
    thread.join()
    assert before.leftovers(grace=0) == []


def test_a_child_process_is_noticed_until_it_ends() -> None:
    before = leaks.Snapshot.take(qt=False)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (left,) = before.leftovers(grace=0)
    assert str(child.pid) in left
    child.communicate(b"\n")
    assert before.leftovers(grace=1) == []


def test_something_that_is_just_ending_gets_its_grace() -> None:
    before = leaks.Snapshot.take(qt=False)
    timer = threading.Timer(0.2, int)
    timer.start()
    assert before.leftovers(grace=3) == []


@pytest.mark.parametrize("owned", [True, False])
def test_a_running_timer_is_noticed_with_and_without_a_parent(qapp: QObject, owned: bool) -> None:
    before = leaks.Snapshot.take(qt=True)
    timer = QTimer(qapp if owned else None)
    timer.setObjectName("ticker")
    assert before.leftovers(grace=0) == []
    timer.start(1000)
    (left,) = before.leftovers(grace=0)
    assert "'ticker'" in left
    timer.stop()
    timer.deleteLater()
    assert before.leftovers(grace=0) == []


@pytest.mark.parametrize("call", ["connect", "connect_ex"])
def test_other_computers_cannot_be_reached(call: str) -> None:
    with socket.socket() as client, pytest.raises(network.NetworkBanned):
        getattr(client, call)(("192.0.2.1", 80))


def test_names_of_other_computers_cannot_be_looked_up() -> None:
    with pytest.raises(network.NetworkBanned):
        socket.create_connection(("example.org", 80))


def test_this_computer_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_each_test_has_a_home_of_its_own(cloakroom_home: Path) -> None:
    assert os.environ["CLOAKROOM_HOME"] == str(cloakroom_home)
    assert list(cloakroom_home.iterdir()) == []


def test_a_warning_of_qt_fails_the_test(root: Path, tmp_path: Path) -> None:
    noisy = tmp_path / "test_noisy.py"
    noisy.write_text("from PySide6.QtCore import qWarning\ndef test(qapp): qWarning('look here')\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", root / "pyproject.toml", "-p", "no:cacheprovider",
         "--rootdir", tmp_path, noisy],
        capture_output=True, text=True, cwd=root, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert "look here" in run.stdout
