"""The Photos page: files in, jobs out, every state of a photo."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import api
from tests.ui import pictures
from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk, photo_result
from ui.desk import State
from ui.pages.photo_model import PhotoModel
from ui.pages.photos import PhotosPage
from ui.shell import MainWindow


def select(page: PhotosPage, *rows: int) -> None:
    for row in rows:
        page.list.view.selectionModel().select(
            page.model.index(row), QItemSelectionModel.SelectionFlag.Select
        )


def test_the_job_says_what_the_panel_says(
    page: PhotosPage, desk: FakeDesk, files: list[Path], tmp_path: Path
) -> None:
    desk.set_setting("output", tmp_path / "out")
    desk.set_setting("strip_location", True)
    page.add(tuple(files[:1]))
    page.panel.strength.slider.setValue(2)
    details = page.panel.details
    details._seed.setValue(7)
    details._native.setChecked(True)
    details._limited.setChecked(True)
    details._limit.setValue(12)
    page.panel.protect.click()
    (job,) = desk.jobs()
    assert (job.file, job.threats, job.strength) == (files[0], ("edit",), "strong")
    assert (job.seed, job.native, job.preview) == (7, True, True)
    assert job.epsilon == pytest.approx(12 / 255)
    assert (job.out, job.strip_location, job.mask) == (tmp_path / "out", True, None)
    assert desk.setting("strength") == "strong" and desk.setting("native") is True


def test_the_button_says_how_many_and_takes_only_what_is_new(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    page.add(tuple(files))
    assert page.panel.protect.text() == "Protect 3 photos"
    page.panel.protect.click()
    assert [job.file for job in desk.jobs()] == files
    loaded(qtbot)
    assert not page.panel.protect.isVisible()
    desk.finish(1, files[0])
    assert page.panel.protect.text() == "Protect again"
    page.add((files[0].with_name("new.png"),))
    assert page.panel.protect.text() == "Protect this photo"


def test_a_selection_of_several_is_what_is_protected(
    page: PhotosPage, desk: FakeDesk, files: list[Path]
) -> None:
    page.add(tuple(files))
    page.list.choose(1)
    select(page, 2)
    assert page.panel.protect.text() == "Protect 2 photos"
    page.panel.protect.click()
    assert [job.file for job in desk.jobs()] == files[1:]


def test_without_a_threat_nothing_can_be_started(
    page: PhotosPage, desk: FakeDesk, files: list[Path]
) -> None:
    page.add(tuple(files[:1]))
    page.panel.cards[0].click()
    assert not page.panel.protect.isEnabled()
    assert page.panel._why.isVisible()
    page.go()
    assert desk.jobs() == []
    assert desk.setting("threats") == ()


def test_from_file_to_result_with_the_keyboard_alone(
    window: MainWindow, page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    window.take(files)
    loaded(qtbot)
    assert QApplication.focusWidget() is page.list.view
    QTest.keyClick(page.list.view, Qt.Key.Key_Down)
    assert page.current is not None and page.current.path == files[1]
    seen = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        seen.append(focused)
        if focused is page.panel.protect:
            break
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.panel.protect
    assert page.compare in seen and page.panel.strength.slider in seen
    QTest.keyClick(page.panel.protect, Qt.Key.Key_Space)
    assert len(desk.jobs()) == 3
    desk.cancel(1)
    page.list.choose(0)
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(desk.jobs()) == 4


def test_every_state_shows_its_own_panel(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    outcome = page.panel.outcome
    page.add(tuple(files[:1]))
    loaded(qtbot)
    assert not outcome.isVisible()
    page.panel.protect.click()
    assert outcome.busy.isVisible() and outcome.busy._line.text() == "Waiting"
    desk.run(1, 30, of=60, eta=61)
    assert outcome.busy._left.text() == "Step 30 of 60 · about 1 min left"
    assert outcome.busy._bar.value() == 30
    desk.fail(1, "file.missing", file="a.png")
    assert outcome._problem.text.text() == "a.png does not exist any more."
    assert outcome._retry.text() == "Retry"
    outcome._retry.click()
    number = desk.items()[-1].id
    assert desk.items()[-1].state == State.WAITING
    outcome.busy.cancel.click()
    assert ("cancel", number) in desk.calls
    assert outcome._quiet.text() == "Cancelled. Nothing was written."
    page.panel.protect.click()
    desk.finish(desk.items()[-1].id, files[0])
    assert outcome._result.isVisible() and not outcome._problem.isVisible()


def test_the_result_names_the_controls_and_promises_nothing(
    page: PhotosPage, desk: FakeDesk, files: list[Path]
) -> None:
    page.add(tuple(files[:1]))
    page.panel.protect.click()
    desk.finish(1, files[0], shift=0.84, notes=("format-changed", "from-a-newer-version"))
    result = page.panel.outcome._result
    said = result.verdict.text()
    assert "hardly sees" in said and "not a guarantee" in said
    assert "3.8 times as large as from plain noise" in said and "2.0 times" in said
    spoken = result.table.accessibleDescription()
    assert spoken == "saved file: yours 0.84, plain noise 0.22, soft noise 0.42"
    assert result._notes.text().startswith("Saved in another format")
    assert "newer" not in result._notes.text()
    desk.finish(1, files[0], shift=0.43)
    assert "1.02 times as large as from soft noise" in result.verdict.text()
    desk.finish(1, files[0], shift=0.42)
    said = result.verdict.text()
    assert "1.9 times" in said and "no larger than from soft noise: no measurable effect" in said
    desk.finish(1, files[0], shift=0.22)
    assert "no more than noise of the same strength: no measurable effect" in result.verdict.text()


def test_a_cloak_of_faces_is_judged_by_a_recogniser(page: PhotosPage, files: list[Path]) -> None:
    made = photo_result(files[0], files[0])
    shown = page.panel.outcome._result

    def show(likeness: float) -> str:
        faces = api.FaceMeasures(1, likeness, 0.97, 0.95)
        shown.show_result(
            dataclasses.replace(
                made,
                measures=dataclasses.replace(made.measures, faces=faces),
                receipt=dataclasses.replace(made.receipt, parameters={"threats": ["faceswap"]}),
            )
        )
        return shown.verdict.text()

    assert "less alike than after noise" in show(0.61)
    spoken = shown.table.accessibleDescription()
    assert spoken == "saved file: yours 0.61, plain noise 0.97, soft noise 0.95"
    assert "no measurable effect" in show(0.95)


def test_a_failed_photo_is_tried_again_with_the_settings_of_now(
    page: PhotosPage, desk: FakeDesk, files: list[Path], tmp_path: Path
) -> None:
    page.add(tuple(files[:1]))
    page.panel.protect.click()
    desk.fail(1, "folder.unwritable", folder="/nowhere")
    desk.set_setting("output", tmp_path)
    page.panel.outcome._retry.click()
    (job,) = desk.jobs()
    assert job.out == tmp_path


def test_a_painted_mask_travels_as_a_png_and_the_photo_is_untouched(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    before = files[0].read_bytes()
    page.add(tuple(files[:2]))
    page.list.choose(0)
    loaded(qtbot)
    page.panel.paint.click()
    assert page.compare.painting and page.panel.paint.isChecked()
    QTest.mouseClick(page.compare, Qt.MouseButton.LeftButton, pos=page.compare.rect().center())
    assert page.panel.area.text() == "Painted area"
    page.list.choose(1)
    assert not page.compare.painting and page.panel.area.text() == "Whole photo"
    page.list.choose(0)
    assert page.panel.area.text() == "Painted area"
    page.panel.protect.click()
    first, second = desk.jobs()
    assert second.mask is None
    assert first.mask is not None and first.mask.parent == desk.folder("masks")
    mask = QImage(str(first.mask))
    assert mask.format() == QImage.Format.Format_Grayscale8
    assert (mask.width(), mask.height()) == (400, 300)
    assert mask.pixelColor(200, 150).red() == 255 and mask.pixelColor(2, 2).red() == 0
    assert files[0].read_bytes() == before


def test_live_pictures_reach_only_the_photo_they_belong_to(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    page.add(tuple(files[:2]))
    page.list.choose(0)
    loaded(qtbot)
    page.panel.protect.click()
    desk.run(1, 1)
    preview = (pictures.preview("protected", pictures.sunset(60, 45), 60),)
    desk.pictures.emit(2, preview)
    assert page.compare.modes == ()
    desk.pictures.emit(1, preview)
    assert page.compare.modes == ("compare",)
    assert page.bar.modes.isVisible() is False  # one way of looking is no choice
    page.list.choose(1)
    assert page.compare.modes == ()


def test_a_finished_photo_is_compared_with_the_file_that_was_written(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    page.add(tuple(files[:1]))
    page.panel.protect.click()
    output = pictures.save(pictures.cloaked(pictures.sunset(400, 300)), files[0].with_name("p.png"))
    desk.finish(1, output)
    loaded(qtbot)
    assert page.compare.modes == ("compare", "difference")
    layer = page.compare.layers.get("protected")
    assert layer is not None and layer.whole


def test_thumbnails_arrive_and_tell_the_size(
    page: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    page.add(tuple(files))
    page.list.view.grab()
    loaded(qtbot)
    for row, wanted in enumerate(((400, 300), (900, 600), (900, 600))):
        image = page.model.index(row).data(PhotoModel.ThumbnailRole)
        assert image is not None and max(image.width(), image.height()) == 160
        size = page.model[row].size
        assert size is not None and (size.width(), size.height()) == wanted


def test_thousands_of_files_ask_only_for_the_thumbnails_in_view(
    page: PhotosPage, tmp_path: Path, qtbot: QtBot
) -> None:
    page.add(tuple(tmp_path / f"{n}.png" for n in range(5000)))
    page.list.view.grab()
    loaded(qtbot)
    assert len(page.model) == 5000
    assert len(page.model._thumbnails) < 60


def test_taking_photos_off_the_list_spares_the_running_one(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    page.add(tuple(files))
    page.list.choose(0)
    select(page, 1)
    page.panel.protect.click()
    desk.run(1)
    desk.cancel(2)
    page.list.view.selectAll()
    QTest.keyClick(page.list.view, Qt.Key.Key_Delete)
    assert [photo.path for photo in page.model] == [files[0]]
    assert all(file.exists() for file in files)
    desk.finish(1, files[0])
    page.list.choose(0)
    QTest.keyClick(page.list.view, Qt.Key.Key_Delete)
    assert page.empty.isVisible() and not page.splitter.isVisible()


def test_a_receipt_is_shown_and_saved(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    from ui.pages.receipt import ReceiptDialog

    page.add(tuple(files[:1]))
    page.panel.protect.click()
    desk.finish(1, files[0])
    page.panel.outcome._result.receipt.click()
    (dialog,) = page.findChildren(ReceiptDialog)
    names = [name for name, _ in dialog._lines()]
    assert "Method" in names and "psnr" in names and "SHA-256 · f8-norm" in names
    dialog.close()
