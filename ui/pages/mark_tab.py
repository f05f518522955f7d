"""The Mark tab: whose mark, how strong, signed or not; and what the saved mark survives."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from engine import api
from ui import words
from ui.desk import Desk
from ui.pages.mark_identity import IdentityPicker
from ui.pages.mark_pane import FilesPane
from ui.pages.mark_result import MarkFigures
from ui.widgets.choice import StrengthSlider
from ui.widgets.compare import CompareView
from ui.widgets.file_model import Entry
from ui.widgets.small import label


class MarkTab(FilesPane):
    kind = api.MarkFile

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, MarkFigures())
        self.identity = IdentityPicker(desk)
        self.strength = StrengthSlider()
        self.sign, self.no_training = QCheckBox(), QCheckBox()
        self.sign.setChecked(True)
        self.no_training.setChecked(True)
        self._sections = [label("section") for _ in range(3)]
        who, how = (self._sections[0], self.identity), (self._sections[1], self.strength)
        signed = (self._sections[2], self.sign, self.no_training)
        self.fill_panel((*who, *how, *signed))
        self.compare = CompareView("marked")
        middle = QVBoxLayout(self.middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.compare, 1)
        self.identity.changed.connect(self.show_current)
        self.sign.toggled.connect(lambda on: (self.no_training.setEnabled(on), self.show_current()))
        self.begin()

    def showEvent(self, event: QShowEvent) -> None:
        self.identity.refresh()
        super().showEvent(event)

    def make(self, entry: Entry) -> api.Job | None:
        if not self.identity.ready or self.identity.name is None:
            return None
        return api.MarkFile(
            file=entry.path,
            home=self.desk.folder("data"),
            identity=self.identity.name,
            strength=self.strength.strength,
            sign=self.sign.isChecked(),
            do_not_train=self.no_training.isChecked(),
            out=self.out(entry),
        )

    def button_text(self, count: int, *, again: bool) -> str:
        if again:
            return self.tr("Mark again")
        if count > 1 and self.sign.isChecked():
            return self.tr("Mark and sign {count} files").format(count=count)
        if count > 1:
            return self.tr("Mark {count} files").format(count=count)
        return self.tr("Mark and sign") if self.sign.isChecked() else self.tr("Mark")

    def show_result(self, entry: Entry | None) -> None:
        result = entry.result if entry else None
        done = isinstance(result, api.MarkResult)
        if entry is not None and entry.path.suffix.lower() in api.PHOTO_SUFFIXES:
            self.compare.show_photo(entry.path, result.output if done else None)
        else:
            self.compare.show_photo(None)

    def retranslate(self) -> None:
        titles = (self.tr("Identity"), self.tr("Strength"), self.tr("Content Credentials"))
        for section, text in zip(self._sections, titles, strict=True):
            section.setText(text)
        self.sign.setText(self.tr("Sign the marked file"))
        self.no_training.setText(self.tr("Say that it must not train AI"))
        self.empty.set_words(
            self.tr("Drop what you publish here"),
            self.tr(
                "An invisible mark that only your key can read goes into pictures and recordings. "
                "It survives what usually happens to them on the way, and proves later that they "
                "are yours."
            ),
            self.tr("Open files…"),
            self.tr("Add a folder…"),
            self.tr("Your originals stay as they are."),
        )
        self.list.set_words(
            self.tr("Files"),
            self.tr("Add files"),
            self.tr("Drop files anywhere in this window."),
            words.files,
        )
