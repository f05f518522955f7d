"""The Check page: files are checked as they come, the answer is on top, proof is text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from engine import api
from engine.problems import Problem
from tests.ui import check_results
from tests.ui.fake_desk import FakeDesk
from ui.desk import State
from ui.pages.check import CheckPage
from ui.pages.check_parts import Makers
from ui.pages.check_record import RecordDialog
from ui.pages.check_references import ReferencesDialog
from ui.shell import MainWindow
from ui.widgets.small import Disclosure


@pytest.fixture
def page(window: MainWindow) -> CheckPage:
    return window.open_page(CheckPage)


def finish(page: CheckPage, number: int, result: api.CheckResult) -> None:
    assert isinstance(page.desk, FakeDesk)
    page.desk.change(number, state=State.DONE, result=result, progress=None)


def test_files_are_checked_as_they_come(page: CheckPage, tmp_path: Path) -> None:
    files = (tmp_path / "a.jpg", tmp_path / "b.mp3")
    page.add(files)
    assert [item.job.file for item in page.desk.items()] == list(files)  # type: ignore[union-attr]
    assert page.current is not None and page.current.path == files[0]
    page.add(files[:1])  # the same file again: no second job
    assert len(page.desk.items()) == 2


def test_the_answer_grows_while_the_job_runs(page: CheckPage, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    page.add((file,))
    result = check_results.no_sign(file)
    assert isinstance(page.desk, FakeDesk)
    page.desk.change(
        1, state=State.RUNNING, progress=api.Progress(7, 10, "stability", partial=result)
    )
    assert page.panel.stability.isVisibleTo(page)
    assert "stable" in page.view.headline.text()
    finish(page, 1, result)
    assert page.view.headline.text().startswith("No sign found")
    assert "real" not in page.view.headline.text().replace("does not prove it is real", "")
    said = " ".join(part.text() for part in page.view.findChildren(QLabel))
    assert "Of 100 real photos, 0.9 were wrongly above the line" in said


def test_what_a_file_holds_is_text(page: CheckPage, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    page.add((file,))
    finish(page, 1, check_results.generated(file))
    assert page.view.level.text() == "Strong evidence"
    (proof,) = page.view.findChildren(Disclosure)
    proof.head.click()
    (text,) = page.view.findChildren(QPlainTextEdit)
    assert text.toPlainText() == check_results.ATTACK and text.isReadOnly()
    for part in page.view.findChildren(QLabel):
        assert part.textFormat().name == "PlainText"


def test_scores_over_time_and_instability(page: CheckPage, tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    page.add((file,))
    finish(page, 1, check_results.voice(file))
    assert page.view.headline.text().startswith("Inconclusive")
    assert page.panel.original.isVisibleTo(page)  # a recording can be compared too
    said = " ".join(part.text() for part in page.panel.findChildren(QLabel))
    assert "flips" in said


def test_what_was_changed_in_a_recording(page: CheckPage, tmp_path: Path) -> None:
    file = tmp_path / "a.mp3"
    page.add((file,))
    finish(page, 1, check_results.changed_voice(file))
    said = [part.text() for part in page.view.findChildren(QLabel)]
    assert "0:03.0: 0.8 s of the original are missing (0:03.0 to 0:03.8 there)" in said
    assert "1:02.5 to 1:04.0: not in the original" in said
    assert page.view.views.buttons["difference"].isVisibleTo(page)
    assert page.panel.original.isVisibleTo(page)


def test_failures_are_sentences(page: CheckPage, tmp_path: Path) -> None:
    page.add((tmp_path / "a.jpg",))
    assert isinstance(page.desk, FakeDesk)
    page.desk.fail(1, "photo.damaged", file="a.jpg")
    assert page.view.headline.text().startswith("a.jpg is damaged")


def test_report_of_the_selected_files(page: CheckPage, tmp_path: Path) -> None:
    files = (tmp_path / "a.jpg", tmp_path / "b.jpg")
    page.add(files)
    for number, file in enumerate(files, 1):
        finish(page, number, check_results.no_sign(file))
    page.list.view.selectAll()
    assert [result.file for result in page.results()] == list(files)
    original = tmp_path / "original.jpg"
    page.compare_with(original)
    job = page.desk.items()[-1].job
    assert isinstance(job, api.CheckFile) and job.original == original


def test_a_recording_is_checked(page: CheckPage) -> None:
    assert isinstance(page.desk, FakeDesk)
    page.record_first.click()
    (dialog,) = page.findChildren(RecordDialog)
    for part in (dialog.record, dialog.close_button, dialog.meter):
        assert part.accessibleName()
    dialog.record.click()
    recorder = page.desk.recorder()
    assert recorder.recording and dialog.record.accessibleName() == "Stop and check"
    dialog.record.click()
    (item,) = page.desk.items()
    assert isinstance(item.job, api.CheckFile) and item.job.file.suffix == ".wav"


def test_own_cameras_and_real_files(page: CheckPage, tmp_path: Path) -> None:
    desk = page.desk
    assert isinstance(desk, FakeDesk)
    camera = api.CameraResult("Ana's phone", 12, 4032, 3024, 30.0)
    standing = api.DetectorStanding("detector-vit-commfor", True, 0, 1.0, (0.0, 1.0), 0.5, True)
    desk.answers[api.ListCameras] = lambda job: api.CamerasResult(
        () if "Ana's phone" in job.forget else (camera,)
    )
    desk.answers[api.ListDetectors] = lambda job: api.DetectorsResult((standing,))
    page.references_first.click()
    (dialog,) = page.findChildren(ReferencesDialog)
    said = [part.text() for part in dialog.findChildren(QLabel)]
    assert "Ana's phone: learnt from 12 photos of 4032 x 3024" in said
    assert any("Community Forensics" in text and "Not measured" in text for text in said)
    files = tuple(tmp_path / f"{number}.jpg" for number in range(10))
    dialog.learn(files)
    (_, job, then, progressed) = desk.looks[-1]
    assert isinstance(job, api.EnrolCamera) and job.files == files and job.name == "My camera"
    assert progressed is not None
    progressed(api.Progress(3, 10, "fingerprint"))
    assert dialog.bar.value() == 3 and not dialog.shots.isEnabled()
    then(Problem("camera.few", needed=10, given=3))
    assert dialog.told.isVisibleTo(dialog) and dialog.shots.isEnabled()
    dialog.measure(files)
    assert isinstance(desk.looks[-1][1], api.CalibrateDetectors)
    desk.looks[-1][2](api.DetectorsResult((standing,)))
    assert not dialog.told.isVisibleTo(dialog)
    forget = [b for b in dialog.findChildren(QPushButton) if b.text() == "Forget"]
    assert forget[-1].accessibleName() == "Forget Ana's phone"
    forget[-1].click()
    assert not dialog.cameras.count()
    for part in (dialog.shots, dialog.files, dialog.close_button, dialog.name, dialog.bar):
        assert part.accessibleName()


def test_everything_has_a_name(page: CheckPage, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    page.add((file,))
    finish(page, 1, check_results.no_sign(file))
    panel = page.panel
    for button in (panel.check, panel.original, panel.save, panel.own, panel.busy.cancel):
        assert button.accessibleName()
    assert page.view.picture.accessibleName()


def test_several_answers_stand_in_a_table(page: CheckPage, tmp_path: Path) -> None:
    files = tuple(tmp_path / name for name in ("c.jpg", "a.png", "b.mp3"))
    page.add(files)
    finish(page, 1, check_results.no_sign(files[0]))
    finish(page, 2, check_results.generated(files[1]))
    assert page.middle.currentWidget() is page.view
    page.panel.all.click()
    table = page.table
    assert page.middle.currentWidget() is table and table.view.accessibleName()
    model = table.view.model()
    assert [model.index(row, 0).data() for row in range(3)] == ["c.jpg", "a.png", "b.mp3"]
    assert (
        "Strong evidence" in model.index(1, 1).data() and "parameters" in model.index(1, 2).data()
    )
    finish(page, 3, check_results.voice(files[2]))
    page.show_targets()
    assert model.index(2, 1).data() == "Inconclusive"
    table.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert model.index(0, 0).data() == "a.png"
    table.view.activated.emit(model.index(0, 0))
    assert page.middle.currentWidget() is page.view
    assert page.current is not None and page.current.path == files[1]


def test_makers_pages_are_opened_only_when_asked(
    page: CheckPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    file = tmp_path / "a.mp3"
    page.add((file,))
    finish(page, 1, check_results.voice(file))
    (card,) = page.view.findChildren(Makers)
    links = card.findChildren(QPushButton)
    assert len(links) == 3 and not opened
    assert all(link.accessibleName().startswith("Open the page of") for link in links)
    links[0].click()
    assert opened == ["https://deepmind.google/models/synthid/"]
