"""Asking for files and folders."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.ask import ask_file, ask_files, ask_folder, ask_target, patterns


def answer(dialog: QFileDialog, name: str) -> None:
    """Type ``name`` and accept, as a person does."""
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    field.clear()
    QTest.keyClicks(field, name)
    box = dialog.findChild(QDialogButtonBox, "buttonBox")
    accept = next(
        button
        for button in box.buttons()
        if box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole
    )
    QApplication.processEvents()
    accept.click()


def test_a_name_without_a_suffix_gets_that_of_the_chosen_kind(qtbot: QtBot, tmp_path: Path) -> None:
    window, got = QWidget(), []
    qtbot.addWidget(window)
    kinds = {"html": "Page (*.html)", "csv": "Table (*.csv)"}
    for chosen, wanted in ((None, "works.html"), ("Table (*.csv)", "works.csv")):
        dialog = ask_target(window, "Save", got.append, kinds, "works", tmp_path)
        assert dialog.isVisible() and dialog.selectedFiles()[0].endswith("works.html")
        if chosen:
            dialog.selectNameFilter(chosen)
            dialog.filterSelected.emit(chosen)
        answer(dialog, "works")
        assert got.pop() == tmp_path / wanted


def test_what_is_there_is_handed_over_as_paths(qtbot: QtBot, tmp_path: Path) -> None:
    window, got = QWidget(), []
    qtbot.addWidget(window)
    file = tmp_path / "a.wav"
    dialog = ask_file(window, "Open", got.append, f"Sounds ({patterns(['.wav', '.flac'])})")
    assert dialog.nameFilters() == ["Sounds (*.flac *.wav)"]
    dialog.fileSelected.emit(str(file))
    ask_files(window, "Open", got.append).filesSelected.emit([str(file)])
    ask_folder(window, "Folder", got.append, tmp_path).fileSelected.emit(str(tmp_path))
    assert got == [file, (file,), tmp_path]


def test_no_answer_is_none(qtbot: QtBot, tmp_path: Path) -> None:
    window, got = QWidget(), []
    qtbot.addWidget(window)
    ask_folder(window, "Folder", got.append).reject()
    assert got == []
