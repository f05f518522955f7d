"""Every page with the keyboard alone, from an empty page to the saved file and what is known of
it; and every page's texts have room when there is something to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from engine import api
from tests.ui import check_results, pictures, voices
from tests.ui.clipping import Brackets, clipped
from tests.ui.conftest import loaded
from tests.ui.fake_desk import TINY, FakeDesk, photo_result, some_models
from tests.ui.test_marks import ANA, receipt, verified
from ui.desk import State
from ui.pages.history import HistoryPage
from ui.pages.marks import MarksPage
from ui.pages.models import ModelsPage
from ui.pages.page import Page
from ui.pages.receipt import ReceiptDialog
from ui.pages.settings import SettingsPage
from ui.pages.threats import ThreatsDialog
from ui.shell import MainWindow

PAGES = ("photos", "voices", "mark", "search", "receipt", "models", "settings")


class Keys:
    """Somebody without a mouse."""

    def __init__(self, window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
        self.window, self.desk, self.qtbot = window, desk, qtbot

    def go_to(self, icon: str) -> Page:
        number = PAGES.index(icon) + 1
        control = Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(self.window, Qt.Key(Qt.Key.Key_0 + number), control)
        page = self.window.stack.currentWidget()
        assert isinstance(page, Page) and page.entry.icon == icon
        return page

    def tab_to(self, wanted: QWidget) -> None:
        """Press Tab until ``wanted`` has the focus, which must show where it is on the way."""
        for _ in range(120):
            focused = QApplication.focusWidget()
            if focused is wanted:
                return
            QTest.keyClick(focused or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"not reached: {wanted} {wanted.accessibleName()!r}")

    def press(self, wanted: QWidget) -> None:
        self.tab_to(wanted)
        QTest.keyClick(wanted, Qt.Key.Key_Space)
        loaded(self.qtbot)

    def close(self, dialog: QDialog) -> None:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.window.activateWindow()  # which a window manager does by itself
        self.qtbot.waitUntil(self.window.isActiveWindow)


@pytest.fixture
def keys(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> Keys:
    voices.answer_voices(desk, (0.3, 5.6))
    desk.answers[api.ListIdentities] = lambda job: api.IdentitiesResult(
        (ANA,), keychain=True, locked=False
    )
    desk.answers[api.ListWorks] = lambda job: api.WorksResult(())
    return Keys(window, desk, qtbot)


def done_with(desk: FakeDesk, page: Page, folder: Path) -> None:
    """The job of the page comes to its end, as the engine would have it."""
    item = desk.items()[-1]
    job = item.job
    copy = pictures.save(pictures.sunset(64, 48), folder / "done.png")
    if isinstance(job, api.ProtectPhoto):
        desk.finish(item.id, copy)
    elif isinstance(job, api.ProtectVoice):
        voices.finish(desk, item.id, copy)
    elif isinstance(job, api.MarkFile):
        survival = {"as-saved": 1e-75, "jpeg-50": 2e-3}
        result = api.MarkResult(copy, "Ana", "00ff", 1, "pixel", 38.2, survival, receipt(job.file))
        desk.change(item.id, state=State.DONE, result=result)
    elif isinstance(job, api.SanitiseFile):
        result = api.SanitiseResult(copy, 0.02, 36.0, {}, receipt(job.file))
        desk.change(item.id, state=State.DONE, result=result)
    elif isinstance(job, api.VerifyFile):
        desk.change(item.id, state=State.DONE, result=verified(job.file))
    elif isinstance(job, api.CheckFile):
        found = check_results.generated(job.file)
        desk.change(item.id, state=State.DONE, result=found, progress=None)


@pytest.mark.parametrize("icon", ["photos", "voices"])
def test_protecting_from_a_sample_to_its_receipt(keys: Keys, tmp_path: Path, icon: str) -> None:
    page = keys.go_to(icon)
    keys.press(page.empty.sample)
    assert len(page.model) == 1
    keys.press(page.panel.protect)
    (item,) = [i for i in keys.desk.items() if isinstance(i.job, page.kind)]
    assert item.state == State.WAITING
    done_with(keys.desk, page, tmp_path)
    loaded(keys.qtbot)
    keys.tab_to(page.panel.outcome._result.reveal)
    keys.press(page.panel.outcome._result.receipt)
    (dialog,) = page.findChildren(ReceiptDialog)
    assert dialog.isVisible()
    keys.close(dialog)


def test_marking_and_verifying(keys: Keys, tmp_path: Path) -> None:
    page = keys.go_to("mark")
    assert isinstance(page, MarksPage)
    keys.press(page.mark.empty.sample)
    keys.press(page.mark.start_button)
    assert not page.mark.start_button.isEnabled()
    assert page.mark.list.view.hasFocus()  # where the button was, nothing else takes the keys
    done_with(keys.desk, page, tmp_path)
    loaded(keys.qtbot)
    keys.tab_to(page.mark.outcome._result.reveal)
    keys.press(page.mark.outcome._result.receipt)
    (dialog,) = page.mark.findChildren(ReceiptDialog)
    keys.close(dialog)
    keys.tab_to(page.tabs.buttons["mark"])
    QTest.keyClick(page.tabs.buttons["mark"], Qt.Key.Key_Right)
    assert page.stack.currentWidget() is page.verify
    keys.press(page.verify.empty.sample)
    keys.press(page.verify.start_button)
    done_with(keys.desk, page, tmp_path)
    loaded(keys.qtbot)
    keys.tab_to(page.verify.report)


def test_cleaning_and_the_registry(keys: Keys, tmp_path: Path) -> None:
    page = keys.go_to("mark")
    assert isinstance(page, MarksPage)
    keys.tab_to(page.tabs.buttons["mark"])
    for tab in ("mark", "verify", "works"):
        QTest.keyClick(page.tabs.buttons[tab], Qt.Key.Key_Right)
    assert page.stack.currentWidget() is page.clean
    keys.press(page.clean.empty.sample)
    keys.press(page.clean.start_button)
    done_with(keys.desk, page, tmp_path)
    loaded(keys.qtbot)
    keys.tab_to(page.clean.outcome._result.reveal)
    keys.tab_to(page.tabs.buttons["clean"])
    QTest.keyClick(page.tabs.buttons["clean"], Qt.Key.Key_Left)
    assert page.stack.currentWidget() is page.works
    keys.tab_to(page.works.findChild(QLineEdit))


def test_fetching_the_recommended_models(keys: Keys) -> None:
    keys.desk.show_models(some_models())
    page = keys.go_to("models")
    assert isinstance(page, ModelsPage)
    loaded(keys.qtbot)
    keys.press(page.offer.accept)
    assert [type(item.job) for item in keys.desk.items()] == [api.DownloadModel] * 3
    keys.tab_to(page.rows[TINY].main)


def test_checking(keys: Keys, tmp_path: Path) -> None:
    page = keys.go_to("search")
    keys.press(page.empty.sample)
    done_with(keys.desk, page, tmp_path)
    loaded(keys.qtbot)
    keys.tab_to(page.panel.save)
    keys.press(page.panel.check)
    assert len(keys.desk.items()) == 2


def test_history_and_settings(keys: Keys) -> None:
    one = photo_result(Path("/p/hill.png"), Path("/p/hill-protected.png")).receipt
    keys.desk.receipts = (one,)
    page = keys.go_to("receipt")
    assert isinstance(page, HistoryPage)
    keys.tab_to(page.found.search)
    QTest.keyClicks(page.found.search, "hill")
    loaded(keys.qtbot)
    keys.press(page.receipt)
    (dialog,) = page.findChildren(ReceiptDialog)
    keys.close(dialog)
    settings = keys.go_to("settings")
    assert isinstance(settings, SettingsPage)
    keys.press(settings.worth)
    (threats,) = settings.findChildren(ThreatsDialog)
    keys.close(threats)


def voices_filled(keys: Keys, folder: Path) -> Page:
    page = keys.go_to("voices")
    keys.press(page.empty.sample)
    page.go()
    done_with(keys.desk, page, folder)
    rehearsed = keys.desk.submit(
        (api.RehearseVoice(page.current.path, page.current.result.output),)
    )
    keys.desk.change(rehearsed[0], state=State.DONE, result=voices.rehearsal(folder))
    return page


def marks_filled(keys: Keys, folder: Path) -> Page:
    page = keys.go_to("mark")
    for tab in (page.verify, page.mark):
        page.show_tab("verify" if tab is page.verify else "mark")
        keys.press(tab.empty.sample)
        tab.go()
        done_with(keys.desk, page, folder)
    return page


def check_filled(keys: Keys, folder: Path) -> Page:
    page = keys.go_to("search")
    keys.press(page.empty.sample)
    done_with(keys.desk, page, folder)
    return page


def history_filled(keys: Keys, folder: Path) -> Page:
    keys.desk.receipts = (photo_result(Path("/p/hill.png"), Path("/p/o.png")).receipt,)
    return keys.go_to("receipt")


@pytest.mark.parametrize("fill", [voices_filled, marks_filled, check_filled, history_filled])
def test_long_words_have_room_on_a_full_page(
    keys: Keys,
    tmp_path: Path,
    qapp: QApplication,
    brackets: Brackets,
    fill: Callable[[Keys, Path], Page],
) -> None:
    qapp.installTranslator(brackets)
    keys.window.resize(1024, 640)
    page = fill(keys, tmp_path)
    loaded(keys.qtbot)
    tabs = ("mark", "verify", "works") if isinstance(page, MarksPage) else ("",)
    for tab in tabs:
        if isinstance(page, MarksPage):
            page.show_tab(tab)
        for _ in range(20):
            if not clipped(keys.window):
                break
            keys.qtbot.wait(100)
        assert clipped(keys.window) == []
        assert (keys.window.width(), keys.window.height()) == (1024, 640)
