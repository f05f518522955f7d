"""The boxes of faces on the Photos page: found, drawn, moved, left out; by mouse and keyboard."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine import api
from engine.problems import Problem
from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk, photo_result, swap_result
from ui.desk import State
from ui.pages import photo_panel
from ui.pages.photos import PhotosPage
from ui.widgets.choice import ThreatCard
from ui.widgets.face_marks import WHOLE, FaceMarks, moved

FACE = api.FaceBox(0.2, 0.2, 0.5, 0.6)
OTHER = api.FaceBox(0.6, 0.3, 0.8, 0.6)


@pytest.fixture(autouse=True)
def against_face_swapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where it is offered."""
    monkeypatch.setattr(photo_panel.api, "THREATS", ("edit", "personalise", "faceswap"))


@pytest.fixture
def shown(page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot) -> PhotosPage:
    desk.answers[api.FindFaces] = lambda job: api.FacesResult((FACE, OTHER))
    page.add(tuple(files[:1]))
    _card(page).setChecked(True)
    qtbot.waitUntil(lambda: page.compare.layers.photo_size() is not None)
    loaded(qtbot)
    return page


def _card(page: PhotosPage) -> ThreatCard:
    return next(card for card in page.panel.cards if card.threat == "faceswap")


def _at(page: PhotosPage, x: float, y: float) -> QPoint:
    view = page.compare
    width, height = view.viewport.image
    point = QPointF(*view.viewport.to_view((x * width, y * height))) / view.devicePixelRatioF()
    return point.toPoint()


def _drag(page: PhotosPage, start: tuple[float, float], end: tuple[float, float]) -> None:
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(page.compare, left, pos=_at(page, *start))
    for share in (0.5, 1.0):
        x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
        QTest.mouseMove(page.compare, _at(page, x, y))
    QTest.mouseRelease(page.compare, left, pos=_at(page, *end))


def test_faces_are_looked_for_once_they_matter(
    page: PhotosPage, desk: FakeDesk, files: list[Path]
) -> None:
    desk.answers[api.FindFaces] = lambda job: api.FacesResult((FACE,))
    page.add(tuple(files[:1]))
    _card(page).setChecked(False)
    assert ("look", "find-faces") not in desk.calls
    assert not page.panel.faces.isVisibleTo(page)
    _card(page).setChecked(True)
    assert page.panel.faces.isVisibleTo(page)
    assert page.panel.faces.said.text() == "1 face"
    page.show_current()
    assert desk.calls.count(("look", "find-faces")) == 1


def test_untouched_boxes_leave_it_to_the_engine(shown: PhotosPage, desk: FakeDesk) -> None:
    assert shown.panel.faces.said.text() == "2 faces"
    shown.panel.protect.click()
    assert desk.jobs()[0].faces is None


def test_no_face_found_is_said_with_what_to_do(
    page: PhotosPage, desk: FakeDesk, files: list[Path]
) -> None:
    desk.answers[api.FindFaces] = lambda job: Problem("photo.no-face", file="a.png")
    page.add(tuple(files[:1]))
    for card in page.panel.cards:
        card.setChecked(card.threat == "faceswap")
    row = page.panel.faces
    assert row.said.text() == "No face found."
    assert "Draw a box" in row.hint.text() and "whole picture" in row.hint.text()
    page.panel.cards[0].setChecked(True)
    assert "whole picture" not in row.hint.text()


def test_a_box_is_drawn_moved_and_resized_with_the_mouse(shown: PhotosPage, desk: FakeDesk) -> None:
    shown.panel.faces.boxes.click()
    assert shown.compare.boxes.active
    _drag(shown, (0.05, 0.7), (0.25, 0.95))
    marks = shown.current.faces  # type: ignore[union-attr]
    assert marks is not None and len(marks.marks) == 3
    drawn = marks.marks[2].box
    assert (drawn.left, drawn.bottom) == pytest.approx((0.05, 0.95), abs=0.02)
    _drag(shown, (0.35, 0.4), (0.4, 0.45))
    assert marks.marks[0].box.left == pytest.approx(0.25, abs=0.02)
    assert marks.marks[0].box.right - marks.marks[0].box.left == pytest.approx(0.3, abs=0.01)
    _drag(shown, (0.55, 0.5), (0.58, 0.5))  # the right side of the first
    assert marks.marks[0].box.right == pytest.approx(0.58, abs=0.02)
    shown.panel.protect.click()
    assert not shown.compare.boxes.active
    faces = desk.jobs()[0].faces
    assert faces is not None and len(faces) == 3


def test_boxes_are_set_with_the_keyboard_alone(shown: PhotosPage, desk: FakeDesk) -> None:
    shown.panel.faces.boxes.click()
    view = shown.compare
    marks = shown.current.faces  # type: ignore[union-attr]
    assert marks is not None
    QTest.keyClicks(view, ".")
    assert view.boxes.chosen == 0
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert marks.marks[0].box.left == pytest.approx(0.23)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert marks.marks[0].box.bottom == pytest.approx(0.605)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert not marks.marks[0].on
    assert shown.panel.faces.said.text() == "1 of 2 faces"
    assert "left out" in view.accessibleDescription()
    QTest.keyClicks(view, "n")
    assert len(marks.marks) == 3 and view.boxes.chosen == 2
    QTest.keyClicks(view, ",")
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert len(marks.marks) == 2
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.boxes.active
    shown.panel.protect.click()
    assert desk.jobs()[0].faces == (marks.marks[1].box,)


def test_the_bar_has_names_and_follows_the_choice(shown: PhotosPage) -> None:
    shown.panel.faces.boxes.click()
    bar = shown.bar.boxing
    assert not bar.toggle.isEnabled() and not bar.remove.isEnabled()
    shown.compare.boxes.choose(1)
    assert bar.toggle.isEnabled() and bar.toggle.text() == "Leave out"
    bar.toggle.click()
    assert bar.toggle.text() == "Protect"
    for part in (bar.add, bar.toggle, bar.remove, bar.done, shown.panel.faces.boxes):
        assert part.accessibleName()


def test_each_photo_has_boxes_of_its_own(
    shown: PhotosPage, files: list[Path], qtbot: QtBot
) -> None:
    shown.add(tuple(files[1:2]))
    shown.list.choose(0)
    qtbot.waitUntil(lambda: shown.compare.layers.photo_size() is not None)
    shown.panel.faces.boxes.click()
    shown.compare.boxes.add()
    shown.list.choose(1)
    assert not shown.compare.boxes.active
    assert shown.panel.faces.said.text() == "2 faces"
    shown.list.choose(0)
    assert shown.panel.faces.said.text() == "3 faces"


def test_what_was_drawn_stays_when_the_answer_comes_late() -> None:
    marks = FaceMarks(looking=True)
    assert marks.add(api.FaceBox(0.5, 0.5, 0.2, 0.1)) == 0
    marks.found((FACE, OTHER))
    assert len(marks.marks) == 1 and not marks.looking
    assert marks.wanted == (api.FaceBox(0.2, 0.1, 0.5, 0.5),)
    assert marks.add(api.FaceBox(0.5, 0.5, 0.501, 0.9)) == -1


def test_boxes_stay_in_the_photo_and_the_smallest_is_taken() -> None:
    away = moved(FACE, WHOLE, 0.9, -0.9)
    assert (away.right, away.top) == pytest.approx((1.0, 0.0))
    marks = FaceMarks()
    marks.found((api.FaceBox(0, 0, 1, 1), FACE))
    assert marks.at(0.3, 0.3) == 1
    assert marks.grip(0.2, 0.4, 0.01, 0.01) == (1, (True, False, False, False))


# ---- the rehearsal --------------------------------------------------------------------------


def _swapped(desk: FakeDesk, number: int, *treatments: str) -> None:
    job = desk.items()[number - 1].job
    assert isinstance(job, api.RehearsePhoto)
    result = swap_result(job, treatments=("as-saved", *treatments))
    desk.change(number, state=State.DONE, result=result, progress=None)


def _protected(page: PhotosPage, desk: FakeDesk, threats: list[str]) -> None:
    job = desk.jobs()[0]
    result = photo_result(job.file, job.file)
    receipt = dataclasses.replace(result.receipt, parameters={"threats": threats})
    desk.change(1, state=State.DONE, result=dataclasses.replace(result, receipt=receipt))


def test_a_face_is_swapped_only_after_consent(shown: PhotosPage, desk: FakeDesk) -> None:
    part = shown.panel.face_rehearsal
    shown.panel.protect.click()
    assert not part.isVisibleTo(shown)
    _protected(shown, desk, ["faceswap"])
    assert part.isVisibleTo(shown) and not part.start.isEnabled()
    part.consent.setChecked(True)
    part.target.setCurrentIndex(1)
    part.start.click()
    job = desk.items()[1].job
    assert isinstance(job, api.RehearsePhoto)
    assert job.consent and job.attacks == ("faceswap",) and job.sample == api.TARGETS[1]
    desk.change(2, state=State.RUNNING, progress=api.Progress(2, 6, "rehearse-faceswap"))
    assert part.cancel.isVisibleTo(shown) and not part.start.isEnabled()
    assert shown.panel.rehearsal.item is None
    _swapped(desk, 2)
    assert "A face swap" in part.said.text()
    assert "0.20 from yours, 0.50 from the original" in part.figures.text()
    assert "would not find you" in part.figures.text()
    assert part.pair.isVisibleTo(shown)
    assert not part.table.isVisibleTo(shown)  # one row says no more than the sentence


def test_a_swap_after_everything_is_asked_for_afterwards(shown: PhotosPage, desk: FakeDesk) -> None:
    part = shown.panel.face_rehearsal
    shown.panel.protect.click()
    _protected(shown, desk, ["faceswap"])
    assert not part.full.isVisibleTo(shown)
    part.consent.setChecked(True)
    part.start.click()
    _swapped(desk, 2)
    assert part.full.isVisibleTo(shown) and part.full.isEnabled()
    part.consent.setChecked(False)
    assert not part.full.isEnabled()
    part.consent.setChecked(True)
    part.full.click()
    job = desk.items()[2].job
    assert isinstance(job, api.RehearsePhoto) and job.consent and not job.quick
    _swapped(desk, 3, "jpeg-75")
    assert part.table.isVisibleTo(shown) and not part.full.isVisibleTo(shown)
    part.table.choose("jpeg-75")
    assert part.pair.accessibleDescription() == "JPEG 75"
    part.forget(3)
    assert part.item is None and not part.table.isVisibleTo(shown)


def test_the_consent_is_asked_for_with_every_photo(
    shown: PhotosPage, desk: FakeDesk, files: list[Path]
) -> None:
    part = shown.panel.face_rehearsal
    shown.panel.protect.click()
    _protected(shown, desk, ["faceswap"])
    part.consent.setChecked(True)
    shown.add(tuple(files[1:2]))
    shown.list.choose(1)
    shown.list.choose(0)
    assert not part.consent.isChecked() and not part.start.isEnabled()


def test_a_picture_of_ones_own_is_swapped_into(
    shown: PhotosPage, desk: FakeDesk, files: list[Path]
) -> None:
    part = shown.panel.face_rehearsal
    shown.panel.protect.click()
    _protected(shown, desk, ["edit", "faceswap"])
    part.set_target(files[2])
    part.consent.setChecked(True)
    part.start.click()
    job = desk.items()[1].job
    assert isinstance(job, api.RehearsePhoto) and job.target == files[2]
    desk.fail(2, "rehearse.no-face", file=files[2].name)
    assert files[2].name in part.problem.text.text()
