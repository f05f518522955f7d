"""Pages are made when they are first needed, and then they are as if they had always been there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.translations import Translations
from engine import api
from tests.ui import pictures
from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk
from ui import theme
from ui.desk import State
from ui.pages import PAGES
from ui.pages.check import CheckPage
from ui.pages.marks import MarksPage
from ui.pages.models import ModelsPage
from ui.pages.page import Page
from ui.pages.photos import PhotosPage
from ui.pages.settings import SettingsPage
from ui.pages.voices import VoicesPage
from ui.shell import MainWindow

START = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from tests.ui.fake_desk import FakeDesk
from ui import theme
theme.prepare(app, "light")
from ui.shell import MainWindow
window = MainWindow(FakeDesk(Path(sys.argv[1])))
theme.install(app, "light")
window.show()
app.processEvents()
print(*sorted(name for name in sys.modules if name.startswith("ui.pages.")))
"""


def made(window: MainWindow) -> set[type[Page]]:
    return {type(page) for page in window.findChildren(Page) if page.parent() is window.stack}


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "talk.wav"
    file.write_bytes(b"only its name is read here")
    return file


def test_the_first_window_is_made_of_the_first_page_alone(window: MainWindow) -> None:
    assert made(window) == {PhotosPage}
    assert len(window.rail.buttons) == len(PAGES)


def test_the_code_of_the_other_pages_is_not_read_at_the_start(root: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)], cwd=root, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(root)}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    read = {name.removeprefix("ui.pages.") for name in done.stdout.split()}
    assert "photos" in read
    assert read.isdisjoint(
        {"voices", "marks", "mark_tab", "check", "history", "models", "settings"}
    )


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_every_page_comes_at_its_key_and_once(window: MainWindow, number: int) -> None:
    for _ in range(2):
        QTest.keySequence(window, QKeySequence(f"Ctrl+{number + 1}"))
        shown = window.stack.currentWidget()
        assert isinstance(shown, Page) and shown.entry is PAGES[number] and shown.isVisible()
        assert window.stack.count() == (1 if number == 0 else 2)
        QTest.keySequence(window, QKeySequence("Ctrl+1"))


def test_what_is_dropped_for_a_page_that_was_never_shown_arrives(
    window: MainWindow, recording: Path, qtbot: QtBot
) -> None:
    window.take([recording])
    loaded(qtbot)
    page = window.page(VoicesPage)
    assert window.stack.currentWidget() is page
    assert [entry.path for entry in page.model] == [recording]


def test_a_watched_folder_feeds_a_page_behind_the_one_on_screen(
    window: MainWindow, page: PhotosPage, desk: FakeDesk, recording: Path, qtbot: QtBot
) -> None:
    desk.files_appeared.emit((recording,))
    loaded(qtbot)
    assert window.stack.currentWidget() is page
    (item,) = desk.items()
    assert isinstance(item.job, api.ProtectVoice) and item.job.file == recording
    assert made(window) == {PhotosPage, VoicesPage}
    desk.files_appeared.emit(())
    assert made(window) == {PhotosPage, VoicesPage}


def test_a_job_of_an_earlier_time_is_followed_by_its_page(
    look: theme.Theme,
    desk: FakeDesk,
    recording: Path,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    for module in ("files_page", "models"):
        monkeypatch.setattr(f"ui.pages.{module}.announce", lambda _, words: said.append(words))
    desk.left_over(api.MarkFile(recording, tmp_path, "Ana"), api.DownloadModel("tiny"), recording)
    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.show()
    assert made(window) == {PhotosPage}
    window.banner.go_on.click()
    loaded(qtbot)
    assert made(window) == {PhotosPage, MarksPage, ModelsPage}
    (entry,) = window.page(MarksPage).mark.model
    assert entry.path == recording and entry.state == State.WAITING
    for number in (1, 2):
        desk.change(number, state=State.RUNNING)
        desk.fail(number, "file.missing", file="talk.wav")
    assert said == ["talk.wav could not be done.", "talk.wav does not exist any more."]


def test_a_page_comes_in_the_language_that_is_spoken_by_then(
    window: MainWindow, qtbot: QtBot, qapp: QApplication
) -> None:
    translations = Translations(qapp)
    try:
        translations.choose("zh_CN")
        loaded(qtbot)
        page = window.open_page(SettingsPage)
        assert page._title.text() == "设置"
        assert window.rail.buttons[-1].text() == "设置"
    finally:
        translations.choose("en")


def following(first: QWidget) -> QWidget:
    """Where the Tab key goes from ``first``."""
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_tab_goes_from_the_rail_into_the_page_and_then_to_the_status(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk.submit((api.ProtectPhoto(tmp_path / "a.png"),))  # so that the status has a button
    loaded(qtbot)
    for kind in (VoicesPage, CheckPage, SettingsPage, MarksPage):
        page = window.open_page(kind)
        loaded(qtbot)
        assert page.isAncestorOf(following(window.rail.buttons[-1]))
        back = window.status.jobs
        back.setFocus()
        QTest.keyClick(back, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
        focus = QApplication.focusWidget()
        assert focus is not None and page.isAncestorOf(focus), focus


def test_the_tabs_of_the_marks_are_made_when_they_are_chosen(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page = window.open_page(MarksPage)
    assert page.stack.count() == 1
    for key in ("works", "clean", "verify"):
        page.tabs.buttons[key].click()
        assert page.stack.currentWidget() is getattr(page, key)
        loaded(qtbot)
        assert page.isAncestorOf(following(page.tabs.buttons[key]))
    assert page.stack.count() == 4
    file = pictures.save(pictures.sunset(40, 30), tmp_path / "found.png")
    page.tabs.buttons["works"].click()
    page.add((file,))
    assert page.stack.currentWidget() is page.verify
    assert [entry.path for entry in page.verify.model] == [file]
