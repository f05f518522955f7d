"""The history: searched, opened, exported; and what was done before is left alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk, photo_result
from ui import collect
from ui.desk import State
from ui.pages.history import HistoryPage
from ui.pages.photos import PhotosPage
from ui.pages.receipt import ReceiptDialog
from ui.shell import MainWindow


@pytest.fixture
def page(window: MainWindow, desk: FakeDesk) -> HistoryPage:
    one = photo_result(Path("/p/hill.png"), Path("/p/hill-protected.png")).receipt
    two = dataclasses.replace(one, file="/p/lake.png", output="/p/lake-protected.png")
    desk.receipts = (two, one)
    return window.open_page(HistoryPage)


def test_receipts_are_listed_searched_and_opened(page: HistoryPage, qtbot: QtBot) -> None:
    assert page.found.list.count() == 2
    assert page.found.list.item(0).text().startswith("lake-protected.png\n")
    assert "Photo protected" in page.found.list.item(0).text()
    page.found.search.setText("hill")
    qtbot.waitUntil(lambda: page.found.list.count() == 1)
    page.receipt.click()
    (dialog,) = page.findChildren(ReceiptDialog)
    assert ("Original", "/p/hill.png") in dialog._lines()
    dialog.close()
    page.found.search.setText("nobody")
    qtbot.waitUntil(lambda: page.found.list.count() == 0)
    assert page.found.nothing.text() == "Nothing fits."
    assert not page.receipt.isEnabled() and not page.save.isEnabled()


def test_what_the_search_shows_is_exported(
    page: HistoryPage, desk: FakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    page.export(tmp_path / "all.json")
    assert desk.calls[-1][1:3] == ("/p/lake-protected.png", "/p/hill-protected.png")


def test_a_folder_is_laid_out_alike_and_what_was_done_before_is_left_alone(
    window: MainWindow, desk: FakeDesk, files: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    album = tmp_path / "album"
    for name in ("a.png", "day 1/a.png", "day 1/b.png"):
        (album / name).parent.mkdir(parents=True, exist_ok=True)
        (album / name).write_bytes(files[0].read_bytes())
    desk.done = {album / "day 1" / "b.png"}
    desk.set_setting("output", tmp_path / "out")
    window.take((album,))
    loaded(qtbot)
    page = window.page(PhotosPage)
    assert page.panel.protect.text() == "Protect 2 photos"
    page.go()
    folders = {job.file.relative_to(album).as_posix(): job.out for job in desk.jobs()}
    out = tmp_path / "out"
    assert folders == {"a.png": out / "album", "day 1/a.png": out / "album" / "day 1"}
    row = page.model.row(album / "day 1" / "b.png")
    assert row is not None and page.model.line(page.model[row]) == "Done before"
    for number in (1, 2):
        desk.change(number, state=State.CANCELLED)
        desk.remove(number)
    page.list.view.selectAll()
    assert page.panel.protect.text() == "Protect 3 photos"  # chosen, so it is wanted again


def test_one_that_was_done_before_is_offered_again(
    window: MainWindow, desk: FakeDesk, files: list[Path]
) -> None:
    desk.done = {files[0]}
    page = window.page(PhotosPage)
    page.add((files[0],))
    assert page.panel.protect.text() == "Protect again"
    page.go()
    assert [job.file for job in desk.jobs()] == files[:1]


def test_what_appears_in_the_watched_folder_is_started(
    window: MainWindow, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    page = window.page(PhotosPage)
    desk.done = {files[1]}
    desk.files_appeared.emit((files[0], files[1], files[0].with_suffix(".txt")))
    assert [job.file for job in desk.jobs()] == files[:1]
    loaded(qtbot)
    desk.finish(1, files[0])
    desk.files_appeared.emit((files[0],))
    assert len(desk.jobs()) == 1 and len(page.model) == 2


def test_places_of_files_in_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    (folder / "b").mkdir(parents=True)
    for name in ("x.png", "b/y.png"):
        (folder / name).write_bytes(b"")
    found = collect.collect((folder,), collect.PHOTOS)
    assert found.places == {folder / "x.png": Path("a"), folder / "b" / "y.png": Path("a/b")}
