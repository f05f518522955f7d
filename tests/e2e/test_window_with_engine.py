"""The window in this process with the real desk and the real engine's child behind it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.desk import ApplicationDesk
from engine import api
from tests.e2e.checks import check_cloaked, cloaked_files
from ui.desk import Item, State
from ui.pages.photo_panel import PhotoPanel

PATIENCE = 600_000  # ms for one small photo on a busy machine, model loading included


def drop(window: QWidget, files: list[Path], at: QPoint) -> None:
    """Drop files as the windowing system does: onto the window, which finds the widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, action, data, buttons, keys)
    QApplication.sendEvent(window.windowHandle(), enter)
    assert enter.isAccepted(), "the window does not take files here"
    dropped = QDropEvent(QPointF(at), action, data, buttons, keys, QEvent.Type.Drop)
    QApplication.sendEvent(window.windowHandle(), dropped)
    assert dropped.isAccepted()


def protect(qtbot: QtBot, window: QWidget) -> None:
    """Press the primary button's key as soon as the button is there."""
    panel = window.findChild(PhotoPanel)
    assert panel is not None
    qtbot.waitUntil(panel.protect.isVisible, timeout=20_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def the_item(desk: ApplicationDesk) -> Item:
    (item,) = desk.items()
    return item


def wait_for(qtbot: QtBot, desk: ApplicationDesk, reached: Callable[[Item], bool]) -> Item:
    """Wait until the one item of the list is as asked, failing at once when it fails."""

    def check() -> bool:
        items = desk.items()
        if not items or reached(items[0]):
            return bool(items)
        assert items[0].state is not State.FAILED, items[0].problem
        return False

    qtbot.waitUntil(check, timeout=PATIENCE)
    return the_item(desk)


def is_done(item: Item) -> bool:
    return item.state is State.DONE


def visible_texts(window: QWidget) -> str:
    labels = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    return "\n".join(labels)


@pytest.mark.parametrize("where", [(0.1, 0.5), (0.5, 0.4), (0.9, 0.7)])
def test_a_photo_can_be_dropped_anywhere(
    qtbot: QtBot, window: QWidget, desk: ApplicationDesk, picture: Path, where: tuple[float, float]
) -> None:
    at = QPoint(int(where[0] * window.width()), int(where[1] * window.height()))
    drop(window, [picture], at)
    protect(qtbot, window)
    item = the_item(desk)
    assert isinstance(item.job, api.ProtectPhoto)
    assert item.job.file == picture
    desk.cancel(item.id)
    qtbot.waitUntil(lambda: the_item(desk).state is State.CANCELLED, timeout=PATIENCE)
    assert cloaked_files(picture) == []


def test_a_dropped_photo_is_protected(
    qtbot: QtBot, window: QWidget, desk: ApplicationDesk, picture: Path
) -> None:
    seen: set[str] = set()
    desk.pictures.connect(lambda item, pictures: seen.update(p.name for p in pictures))
    drop(window, [picture], window.rect().center())
    protect(qtbot, window)
    item = wait_for(qtbot, desk, is_done)
    assert isinstance(item.result, api.PhotoResult)
    assert cloaked_files(picture) == [item.result.output]
    check_cloaked(picture, item.result.output, item.result.receipt)
    assert desk.history() == (item.result.receipt,)
    assert {"protected", "difference"} <= seen, "the window sees it being protected"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_the_window_survives_the_death_of_the_engine_and_the_job_can_be_retried(
    qtbot: QtBot, window: QWidget, desk: ApplicationDesk, picture: Path
) -> None:
    drop(window, [picture], window.rect().center())
    protect(qtbot, window)
    wait_for(qtbot, desk, lambda item: item.progress is not None and item.progress.step > 1)
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: the_item(desk).state is State.FAILED, timeout=20_000)
    assert the_item(desk).problem == ("engine.died", {})
    assert cloaked_files(picture) == []
    assert window.isVisible()
    sentence = desk.sentence("engine.died", {})
    qtbot.waitUntil(lambda: sentence in visible_texts(window), timeout=5_000)

    desk.retry(the_item(desk).id)
    item = wait_for(qtbot, desk, is_done)
    assert isinstance(item.result, api.PhotoResult)
    check_cloaked(picture, item.result.output, item.result.receipt)
