"""The window around the pages: files in, jobs, language, access."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import (
    QItemSelectionModel,
    QMimeData,
    QPoint,
    QPointF,
    QStandardPaths,
    Qt,
    QUrl,
)
from PySide6.QtGui import (
    QAccessible,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QScrollArea,
    QScrollBar,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine import api
from tests.ui import pictures
from tests.ui.clipping import Brackets, clipped, shown_texts
from tests.ui.conftest import loaded
from tests.ui.fake_desk import CPU, TINY, TINY_XL, VOICE, FakeDesk, model, some_models
from ui import theme
from ui.desk import State
from ui.pages import PAGES
from ui.pages.models import ModelsPage
from ui.pages.page import Page
from ui.pages.photos import PhotosPage
from ui.pages.settings import SettingsPage
from ui.shell import SAMPLES, MainWindow
from ui.status_bar import StatusBar
from ui.widgets.job_list import JobList


def urls(*paths: Path) -> QMimeData:
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return made


def drop(window: MainWindow, mime: QMimeData) -> None:
    common = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(window.rect().center(), *common, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted() and window.veil.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(window.rect().center()), *common, none))
    assert not window.veil.isVisible()


def test_files_and_folders_can_be_dropped_anywhere(
    window: MainWindow, page: PhotosPage, files: list[Path], qtbot: QtBot, tmp_path: Path
) -> None:
    inner = pictures.save(pictures.sunset(40, 30), tmp_path / "tree" / "deep" / "d.JPG")
    (tmp_path / "tree" / "notes.txt").write_text("no photo")
    hidden = pictures.save(pictures.sunset(40, 30), tmp_path / "tree" / ".cache" / "e.png")
    drop(window, urls(files[0], tmp_path / "tree", files[0]))
    loaded(qtbot)
    assert [photo.path for photo in page.model] == [files[0], inner]
    assert hidden not in [photo.path for photo in page.model]


def test_what_is_no_photo_is_named(window: MainWindow, files: list[Path], qtbot: QtBot) -> None:
    text = files[0].with_name("a.txt")
    text.write_text("x")
    window.take([text])
    loaded(qtbot)
    assert window.status._says.full == "There is nothing Cloakroom can open in what you added."
    assert not window.status._promise.isVisible()
    window.take([text, files[0]])
    loaded(qtbot)
    assert window.status._says.full == "Left out, since Cloakroom cannot open them: 1"


def test_a_ready_engine_is_called_ready_before_its_device_is_known(
    qtbot: QtBot, desk: FakeDesk, look: theme.Theme
) -> None:
    bar = StatusBar(desk)
    qtbot.addWidget(bar)
    desk.engine_state.emit("starting")
    assert bar._device.full == "Getting ready…"
    desk.engine_state.emit("ready")
    assert bar._device.full == "Ready"


def test_files_opened_from_outside_arrive(
    window: MainWindow, desk: FakeDesk, page: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    window.rail.buttons[-1].click()
    desk.files_opened.emit((files[2],))
    loaded(qtbot)
    assert [photo.path for photo in page.model] == [files[2]]
    assert window.stack.currentWidget() is page


def test_files_can_be_pasted(
    window: MainWindow, page: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    QGuiApplication.clipboard().setMimeData(urls(*files))
    QTest.keySequence(window, QKeySequence(QKeySequence.StandardKey.Paste))
    loaded(qtbot)
    assert [photo.path for photo in page.model] == files


@pytest.mark.parametrize("own_folder", [True, False])
def test_a_pasted_picture_becomes_a_file_first(
    window: MainWindow,
    desk: FakeDesk,
    page: PhotosPage,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_folder: bool,
) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path / "Pictures"))
    if own_folder:
        desk.set_setting("output", tmp_path / "results")
    QGuiApplication.clipboard().setImage(pictures.sunset(80, 60))
    window.paste()
    loaded(qtbot)
    (photo,) = page.model
    wanted = tmp_path / "results" if own_folder else tmp_path / "Pictures" / "Cloakroom"
    assert photo.path.parent == wanted
    assert photo.path.suffix == ".png" and photo.path.read_bytes()[:4] == b"\x89PNG"
    assert len(list(wanted.iterdir())) == 1


def test_pasting_nothing_says_so(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("just words")
    window.paste()
    assert window.status._says.full == "There is no file or picture to paste."


# ---- status, jobs, what was left over --------------------------------------------------------


def test_the_status_bar_counts_and_estimates(
    window: MainWindow, desk: FakeDesk, page: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    assert window.status._device.full == "NVIDIA RTX 4070 · 6.1 of 12.0 GB free"
    assert not window.status.jobs.isVisible()
    page.add(tuple(files))
    page.go()
    desk.finish(1, files[0], seconds=41)
    desk.run(2, 30, of=60, eta=20)
    loaded(qtbot)
    # 20 s for the running one, and (41 + 40) / 2 s for the one that waits
    assert window.status.jobs.text() == "1 of 3 done · about 1 min left"
    desk.engine_state.emit("stopped")
    assert window.status._device.full == "The engine is restarting…"
    desk.engine_state.emit("ready")
    desk.ready(CPU)
    loaded(qtbot)
    assert window.status._device.full == "CPU (8 cores) · 20.0 of 32.0 GB free"


def choose(jobs: JobList, row: int) -> None:
    jobs.view.selectionModel().setCurrentIndex(
        jobs.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )


def test_the_job_list_offers_only_what_can_be_done(
    window: MainWindow, desk: FakeDesk, page: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    page.add(tuple(files))
    page.go()
    desk.run(1)
    desk.fail(2, "file.missing", file="b.jpg")
    loaded(qtbot)
    QTest.keySequence(window, QKeySequence("Ctrl+J"))
    jobs = window.jobs
    assert jobs.isVisible()
    assert not jobs.cancel.isVisible() and jobs.pause.isVisible()
    choose(jobs, 0)
    assert jobs.cancel.isVisible() and not jobs.retry.isVisible() and not jobs.remove.isVisible()
    choose(jobs, 1)
    assert jobs.retry.isVisible() and jobs.remove.isVisible() and not jobs.cancel.isVisible()
    spoken = jobs.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "b.jpg, b.jpg does not exist any more."
    jobs.retry.click()
    assert ("retry", 2) in desk.calls
    jobs.pause.click()
    assert desk.calls[-1] == ("pause", True) and jobs.pause.text() == "Continue the list"
    jobs.pause.click()
    assert desk.calls[-1] == ("pause", False)
    choose(jobs, 2)
    jobs.remove.click()
    assert jobs.model.rowCount() == 2


def test_what_a_crash_left_over_is_offered_again(
    look: theme.Theme, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    desk.left_over(*files)
    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.show()
    assert window.banner.isVisible()
    assert window.banner._text.text() == "Not finished when Cloakroom last closed: 3 photos."
    assert all(item.state == State.UNFINISHED for item in desk.items())
    window.banner.go_on.click()
    loaded(qtbot)
    assert not window.banner.isVisible()
    assert [item.state for item in desk.items()] == [State.WAITING] * 3
    assert len(window.page(PhotosPage).model) == 3


def test_the_banner_names_what_was_left_over(
    look: theme.Theme, desk: FakeDesk, files: list[Path], qtbot: QtBot, tmp_path: Path
) -> None:
    downloads = (api.DownloadModel("a"), api.DownloadModel("b"))
    desk.left_over(files[0], *downloads, api.MoveModels(tmp_path))
    window = MainWindow(desk)
    qtbot.addWidget(window)
    said = "Not finished when Cloakroom last closed: 1 photo, 2 model downloads, 1 other job."
    assert window.banner._text.text() == said


def test_what_was_left_over_can_be_forgotten(
    look: theme.Theme, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    desk.left_over(*files)
    window = MainWindow(desk)
    qtbot.addWidget(window)
    window.show()
    window.banner.discard.click()
    loaded(qtbot)
    assert desk.items() == () and not window.banner.isVisible()
    assert all(file.exists() for file in files)


# ---- settings, language, access --------------------------------------------------------------


def test_settings_write_through(window: MainWindow, desk: FakeDesk, tmp_path: Path) -> None:
    settings = window.open_page(SettingsPage)
    assert window.stack.currentWidget() is settings
    settings.language.setCurrentIndex(2)
    settings.language.activated.emit(2)
    assert desk.setting("language") == "zh_CN"
    settings.theme.setCurrentIndex(2)
    settings.theme.activated.emit(2)
    assert desk.setting("theme") == "dark"
    settings.theme.setCurrentIndex(3)
    settings.theme.activated.emit(3)
    assert desk.setting("theme") == "contrast"
    settings.strip.click()
    assert desk.setting("strip_location") is True
    desk.set_setting("output", tmp_path)
    assert settings._folder_path.text() == str(tmp_path) and settings.folder.isVisible()
    settings.beside.setCurrentIndex(0)
    settings.beside.activated.emit(0)
    assert desk.setting("output") is None and not settings.folder.isVisible()
    settings.device.setCurrentIndex(2)
    settings.device.activated.emit(2)
    assert desk.setting("device") == "cpu"


def test_the_fields_of_the_details_show_what_is_in_them(
    window: MainWindow, page: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    page.add(tuple(files))
    page.panel.details.head.click()
    loaded(qtbot)
    field = page.panel.details._seed
    for mode in ("dark", "light"):
        theme.install(QApplication.instance(), mode)
        field.setValue(88888)
        full = field.grab().toImage()
        field.lineEdit().clear()
        empty = field.grab().toImage()
        ink = [
            x
            for x in range(full.width())
            if any(full.pixel(x, y) != empty.pixel(x, y) for y in range(full.height()))
        ]
        assert len(ink) > 20 and ink[0] >= theme.Space.S * full.devicePixelRatio()
        field.setValue(0)


def all_states(page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot) -> None:
    page.add(tuple(files))
    page.list.choose(0)
    page.go()
    desk.finish(1, files[0], notes=("memory-halved",))
    desk.run(2, 3, eta=100)
    desk.fail(3, "file.missing", file="c")
    page.panel.details.head.click()
    desk.show_models(
        some_models(
            model(TINY, standing="damaged", damaged=("model.safetensors",)),
            model(TINY_XL, standing="partial", on_disk=5_000_000),
        )
    )
    (download,) = desk.submit((api.DownloadModel(VOICE),))
    desk.fail(download, "store.unreachable", host="huggingface.co")
    loaded(qtbot)
    models = page.window().page(ModelsPage)
    qtbot.waitUntil(lambda: len(models.rows) == 5)


def test_the_language_changes_at_once_and_back(
    window: MainWindow,
    desk: FakeDesk,
    page: PhotosPage,
    files: list[Path],
    qtbot: QtBot,
    qapp: QApplication,
    brackets: Brackets,
) -> None:
    all_states(page, desk, files, qtbot)
    window.status.jobs.click()
    # The widgets themselves as keys: an id is used again once its Python object has gone.
    before = dict(shown_texts(window))
    qapp.installTranslator(brackets)
    loaded(qtbot)
    names = {file.name for file in files}
    same = [
        text
        for _, text in shown_texts(window)
        if any(c.isalpha() for c in text) and "[" not in text and text not in names
    ]
    # Names of devices and figures are the same in every language.
    assert [text for text in same if "RTX" not in text] == []
    qapp.removeTranslator(brackets)
    loaded(qtbot)
    after = dict(shown_texts(window))
    assert {key: after[key] for key in before if key in after} == {
        key: text for key, text in before.items() if key in after
    }


@pytest.mark.parametrize("size", [(1024, 640), (1440, 900), (3840, 2160)])
@pytest.mark.parametrize("long_words", [False, True])
def test_no_text_is_clipped(
    window: MainWindow,
    desk: FakeDesk,
    page: PhotosPage,
    files: list[Path],
    qtbot: QtBot,
    qapp: QApplication,
    brackets: Brackets,
    size: tuple[int, int],
    long_words: bool,
) -> None:
    if long_words:
        qapp.installTranslator(brackets)
    all_states(page, desk, files, qtbot)
    window.resize(*size)
    for button in window.rail.buttons:
        button.click()
        loaded(qtbot)
        assert (window.width(), window.height()) == size, "the window refuses this size"
        for _ in range(30):  # a busy computer takes its time over the last layout
            if not clipped(window):
                break
            qtbot.wait(100)
        assert clipped(window) == []


def test_every_control_has_a_name_and_is_reached_by_keyboard(
    window: MainWindow, desk: FakeDesk, page: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    all_states(page, desk, files, qtbot)
    page.bar.set_painting(True)
    window.status.jobs.click()
    window.banner.show()
    for button in window.rail.buttons:
        button.click()
        loaded(qtbot)
    nameless, unreachable = [], []
    for widget in window.findChildren(QWidget):
        interface = QAccessible.queryAccessibleInterface(widget)
        clickable = callable(getattr(widget, "click", None))
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            corner = widget.objectName() == "qt_tableview_cornerbutton"  # of Qt itself
            if clickable and not (corner and not widget.isEnabled()):
                unreachable.append(widget)
            continue
        part_of_another = widget.focusProxy() or isinstance(widget, QScrollBar | QScrollArea)
        inner = widget.objectName().startswith("qt_") or type(widget.parent()).__name__ in (
            "QComboBoxPrivateContainer",
            "QComboBox",
            "DeviceChoice",
            "_Choice",
        )
        if part_of_another or inner:
            continue
        if interface is None or not interface.text(QAccessible.Text.Name):
            nameless.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    assert nameless == []
    assert unreachable == []


def test_the_end_of_a_job_is_announced(
    window: MainWindow,
    desk: FakeDesk,
    page: PhotosPage,
    files: list[Path],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.pages.files_page.announce", lambda _, sentence: said.append(sentence))
    monkeypatch.setattr("ui.status_bar.announce", lambda _, sentence: said.append(sentence))
    page.add(tuple(files[:2]))
    page.go()
    loaded(qtbot)
    desk.run(1, 5)
    desk.finish(1, files[0])
    desk.fail(2, "file.missing", file="b")
    loaded(qtbot)
    assert said == [
        "a.png is protected.",
        "b.jpg could not be protected.",
        "All jobs have ended: 1 of 2 done. 1 failed; the list of jobs says why.",
    ]


def test_a_thousand_jobs_keep_the_window_quick(
    window: MainWindow, desk: FakeDesk, page: PhotosPage, tmp_path: Path, qtbot: QtBot
) -> None:
    """Redraws are coalesced: the work for each job must not grow with the list."""
    calls = 0
    items = desk.items

    def counted() -> tuple[object, ...]:
        nonlocal calls
        calls += 1
        return items()

    desk.items = counted  # type: ignore[method-assign, assignment]
    page.add(tuple(tmp_path / f"{n}.png" for n in range(1000)))
    inserted: list[int] = []
    window.jobs.model.rowsInserted.connect(lambda _, first, last: inserted.append(last - first + 1))
    page.go()
    # Not all in one go, and yet nothing can be queued twice while the rest is on its way.
    assert 0 < len(desk.jobs()) < 1000
    page.go()
    qtbot.waitUntil(lambda: len(desk.jobs()) >= 1000, timeout=20_000)
    loaded(qtbot)
    assert [job.file for job in desk.jobs()] == [photo.path for photo in page.model]
    assert all(photo.state == State.WAITING and not photo.asked for photo in page.model)
    # Rows come in batches.
    assert sum(inserted) == 1000 and len(inserted) == len(
        [call for call in desk.calls if call[0] == "submit"]
    )
    assert max(inserted) <= 100
    assert calls < 200


@pytest.mark.parametrize("number", range(4))
def test_every_empty_page_has_a_sample_one_click_away(
    window: MainWindow, desk: FakeDesk, number: int, qtbot: QtBot
) -> None:
    window.rail.buttons[number].click()
    page = window.stack.currentWidget()
    page = getattr(page, "mark", page)  # the first tab of the Marks page
    page.empty.sample.click()
    loaded(qtbot)
    (entry,) = page.model
    assert entry.path.parent == desk.folder("samples")
    assert entry.path.read_bytes() == (SAMPLES / page.sample).read_bytes()


def test_the_first_window_leads_to_the_other_pages(window: MainWindow, page: PhotosPage) -> None:
    for icon, made in page.elsewhere.buttons.items():
        window.rail.buttons[0].click()
        assert made.isVisible()
        made.click()
        shown = window.stack.currentWidget()
        assert isinstance(shown, Page) and shown.entry.icon == icon


@pytest.mark.parametrize("icon", ["photos", "voices", "mark", "models", "settings"])
def test_the_wheel_scrolls_and_changes_nothing(window: MainWindow, icon: str, qtbot: QtBot) -> None:
    number = [entry.icon for entry in PAGES].index(icon)
    window.rail.buttons[number].click()
    page = window.stack.currentWidget()
    if PAGES[number].suffixes:
        getattr(page, "mark", page).empty.sample.click()
    loaded(qtbot)
    area = next(area for area in page.findChildren(QScrollArea) if area.isVisible())
    fields = [
        field
        for kind in (QComboBox, QAbstractSpinBox, QSlider)
        for field in area.widget().findChildren(kind)
    ]
    assert fields
    for field in fields:
        field.setFocus()
        read = field.currentIndex if isinstance(field, QComboBox) else field.value
        before = read()
        for by in (-120, 120):
            assert not turn(field, by), "the area around it may have it"
            assert read() == before, field.accessibleName()


def turn(field: QWidget, by: int) -> bool:
    """Turn the wheel above ``field``; whether that took it for itself."""
    middle = QPointF(field.rect().center())
    event = QWheelEvent(
        middle, QPointF(field.mapToGlobal(middle)), QPoint(), QPoint(0, by),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    field.wheelEvent(event)
    return event.isAccepted()
