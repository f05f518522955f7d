from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from app.single_instance import SingleInstance

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.single_instance import SingleInstance
application = QCoreApplication([])
second = SingleInstance(Path(sys.argv[1]))
print(second.first, None if second.first else second.hand_over(map(Path, sys.argv[2:])))
second.close()
"""


@pytest.fixture
def first(qtbot: QtBot, tmp_path: Path) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    yield instance
    instance.close()


def start_second(root: Path, folder: Path, *files: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SECOND, str(folder), *files],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(child: subprocess.Popen[str]) -> str:
    out, _ = child.communicate(timeout=60)
    return out.strip()


def test_a_second_start_hands_its_files_over(
    first: SingleInstance, qtbot: QtBot, root: Path, tmp_path: Path
) -> None:
    assert first.first
    with qtbot.waitSignal(first.received, timeout=60_000) as received:
        second = start_second(root, tmp_path, "/a b.png", "/猫.png")
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=60_000)
    assert received.args == [(Path("/a b.png"), Path("/猫.png"))]
    assert said(second) == "False True"


def test_a_second_start_without_files_still_comes_forward(
    first: SingleInstance, qtbot: QtBot, root: Path, tmp_path: Path
) -> None:
    with qtbot.waitSignal(first.received, timeout=60_000) as received:
        second = start_second(root, tmp_path)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=60_000)
    assert received.args == [()]
    assert said(second) == "False True"


def test_a_window_that_hangs_is_noticed(first: SingleInstance, root: Path, tmp_path: Path) -> None:
    begun = time.monotonic()
    assert said(start_second(root, tmp_path, "/a.png")) == "False False"
    assert time.monotonic() - begun < 30


def test_a_killed_first_window_does_not_keep_the_place(
    qtbot: QtBot, root: Path, tmp_path: Path
) -> None:
    hold = SECOND.replace("second.close()", "sys.stdout.flush(); sys.stdin.read()")
    child = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "True None"
    child.kill()
    child.communicate()
    instance = SingleInstance(tmp_path)
    assert instance.first
    # and the socket it left behind is taken over
    second = start_second(root, tmp_path, "/a.png")
    with qtbot.waitSignal(instance.received, timeout=60_000):
        pass
    assert said(second) == "False True"
    instance.close()


@pytest.mark.parametrize(
    "data", [b"\n", b"{}\n", b"[1]\n", b"\xff\n", b'["a"', b"[" * 99_999 + b"\n"]
)
def test_nonsense_from_the_socket_is_dropped(
    first: SingleInstance, qtbot: QtBot, data: bytes
) -> None:
    received: list[object] = []
    first.received.connect(received.append)
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    assert socket.waitForConnected(1000)
    socket.write(data)
    socket.flush()
    qtbot.wait(50)
    socket.abort()
    qtbot.wait(20)
    assert received == []


def test_closing_makes_room(qtbot: QtBot, tmp_path: Path) -> None:
    for _ in range(2):
        instance = SingleInstance(tmp_path)
        assert instance.first
        instance.close()
