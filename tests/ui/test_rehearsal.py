"""What an attacker gets, on the Photos page: asked for, watched live, looked at row by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine import api
from tests.ui import pictures
from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk, rehearsal_result
from ui.desk import State
from ui.pages.photos import PhotosPage
from ui.shell import MainWindow
from ui.widgets.survival_table import SurvivalModel, SurvivalTable


def attacked(name: str) -> tuple[api.Picture, ...]:
    made = pictures.shapes("#101830", "#283868").scaled(48, 32)
    return tuple(pictures.preview(f"{side}:{name}", made) for side in ("control", "attacked"))


@pytest.fixture
def done(page: PhotosPage, window: MainWindow, desk: FakeDesk, files: list[Path]) -> Path:
    """A page that shows a photo whose protection is done; returns the protected file."""
    page.add((files[0],))
    page.go()
    output = pictures.save(pictures.sunset(400, 300), files[0].with_name("a-cloaked.png"))
    desk.finish(1, output)
    return output


def jobs(desk: FakeDesk) -> list[api.RehearsePhoto]:
    return [item.job for item in desk.items() if isinstance(item.job, api.RehearsePhoto)]


def test_it_is_offered_once_a_photo_is_done(
    page: PhotosPage, window: MainWindow, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    rehearsal = page.panel.rehearsal
    assert not rehearsal.isVisible()
    page.add((files[0],))
    page.go()
    desk.finish(1, files[0].with_name("a-cloaked.png"))
    assert rehearsal.isVisible() and rehearsal.start.isVisible()
    assert not rehearsal.export.isVisible() and not page.bar.attack_offered
    loaded(qtbot)


def test_picked_and_typed_instructions(
    page: PhotosPage, desk: FakeDesk, done: Path, files: list[Path], qtbot: QtBot
) -> None:
    rehearsal = page.panel.rehearsal
    rehearsal.instruction.setCurrentText(rehearsal.instruction.itemText(4))
    rehearsal.start.click()
    desk.cancel(2)
    rehearsal.instruction.setEditText("  put a hat on it ")
    rehearsal.start.click()
    assert [job.instruction for job in jobs(desk)] == [
        api.INSTRUCTIONS["night"],
        "put a hat on it",
    ]
    assert jobs(desk)[0].file == files[0] and jobs(desk)[0].protected == done
    assert jobs(desk)[0].quick and jobs(desk)[0].preview
    loaded(qtbot)


def test_it_is_watched_live_and_then_looked_at(
    page: PhotosPage, desk: FakeDesk, done: Path, qtbot: QtBot
) -> None:
    rehearsal = page.panel.rehearsal
    rehearsal.start.click()
    desk.change(2, state=State.RUNNING, progress=api.Progress(1, 12, "rehearse-edit", 20.0))
    assert rehearsal.cancel.isVisible() and not rehearsal.start.isVisible()
    assert not page.canvas.attacking
    desk.pictures.emit(2, attacked("as-saved"))
    assert page.canvas.attacking and page.bar.modes.buttons["attack"].isChecked()
    page.bar.modes.buttons["compare"].click()
    assert not page.canvas.attacking
    desk.pictures.emit(2, attacked("jpeg-75"))
    assert not page.canvas.attacking, "who looked away is not called back"

    result = rehearsal_result(jobs(desk)[0], pictures=attacked("jpeg-75"))
    desk.change(2, state=State.DONE, result=result, progress=None)
    assert set(rehearsal.tables) == {"edit", "purify"}
    edit, purify = rehearsal.tables["edit"], rehearsal.tables["purify"]
    purify.view.setFocus()
    for _ in range(3):
        qtbot.keyClick(purify.view, Qt.Key.Key_Down)
    assert purify.treatment == "jpeg-75"
    assert page.canvas.attacking
    assert page.canvas.pair.accessibleDescription() == "JPEG 75"
    edit.choose("as-saved")
    assert purify.treatment == "" and "edit" in page.canvas.pair.accessibleName()
    desk.remove(2)
    assert not page.canvas.attacking and not page.bar.attack_offered
    loaded(qtbot)


def test_problems_cancel_and_export(
    page: PhotosPage, desk: FakeDesk, done: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    rehearsal = page.panel.rehearsal
    rehearsal.start.click()
    rehearsal.cancel.click()
    assert ("cancel", 2) in desk.calls and rehearsal.start.isVisible()
    rehearsal.start.click()
    desk.fail(3, "engine.memory")
    assert "not enough free memory" in rehearsal.problem.text.text()
    rehearsal.start.click()
    desk.change(4, state=State.DONE, result=rehearsal_result(jobs(desk)[-1]), progress=None)
    assert not rehearsal.problem.isVisible()
    rehearsal.export.click()
    (dialog,) = rehearsal.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    assert ("export", done, tmp_path) in desk.calls
    dialog.close()
    rehearsal.full.click()
    assert not jobs(desk)[-1].quick
    loaded(qtbot)


def test_a_row_says_all_of_it_and_the_worst_is_marked(
    qtbot: QtBot, look: object, desk: FakeDesk
) -> None:
    table = SurvivalTable()
    qtbot.addWidget(table)
    result = rehearsal_result(api.RehearsePhoto(Path("a.png"), Path("b.png")))
    table.show_table(result.outcomes[0].table)
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = [table.model.index(row).data(role) for row in range(3)]
    assert spoken[0] == "As it is: yours 8.4 %, original 2.1 %. clearly worse for the attacker"
    assert spoken[2].endswith("no measurable effect. Worst case")
    assert table.model.is_worst(table.model.index(2).data(SurvivalModel.RowRole))
    assert table.view.accessibleName()
    chosen: list[str] = []
    table.chosen.connect(chosen.append)
    table.choose("resize-0.5")
    table.show_table(result.outcomes[1].table)
    assert table.treatment == "resize-0.5" and chosen[0] == "resize-0.5"
