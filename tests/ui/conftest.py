"""A window in front of a stand-in desk, and pictures drawn on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import pictures
from tests.ui.clipping import Brackets
from tests.ui.fake_desk import FakeDesk
from ui import theme
from ui.background import background
from ui.pages.photos import PhotosPage
from ui.shell import MainWindow

# The offscreen platform says this of every window with a minimum size.
_PLATFORM = "This plugin does not support propagateSizeHints()"


@pytest.fixture(autouse=True)
def no_qt_warnings(qtlog: object) -> Iterator[None]:
    """A warning from Qt fails the test."""
    yield
    messages = [record.message for record in qtlog.records]  # type: ignore[attr-defined]
    assert [message for message in messages if message != _PLATFORM] == []


@pytest.fixture
def look(qapp: QApplication) -> Iterator[theme.Theme]:
    """The light theme, whatever the desktop has."""
    yield theme.install(qapp, "light")
    theme.install(qapp, "light")


@pytest.fixture
def desk(tmp_path: Path) -> FakeDesk:
    return FakeDesk(tmp_path / "home")


@pytest.fixture
def window(look: theme.Theme, desk: FakeDesk, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(desk)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    desk.ready()
    yield made
    loaded(qtbot)


@pytest.fixture
def page(window: MainWindow) -> PhotosPage:
    found = window.page(PhotosPage)
    assert isinstance(found, PhotosPage)
    return found


@pytest.fixture
def files(look: theme.Theme, tmp_path: Path) -> list[Path]:
    """Three photos on disk."""
    folder = tmp_path / "photos"
    return [
        pictures.save(pictures.sunset(400, 300), folder / "a.png"),
        pictures.save(pictures.shapes("#204060", "#80a0c0"), folder / "b.jpg"),
        pictures.save(pictures.shapes("#602040", "#c080a0"), folder / "c.tif"),
    ]


def loaded(qtbot: QtBot) -> None:
    """Wait until nothing is being loaded, and let the coalesced updates happen."""
    qtbot.waitUntil(lambda: not background().busy, timeout=20_000)
    qtbot.wait(50)
    qtbot.waitUntil(lambda: not background().busy, timeout=20_000)


@pytest.fixture
def brackets(qapp: QApplication) -> Iterator[Brackets]:
    made = Brackets()
    yield made
    qapp.removeTranslator(made)
