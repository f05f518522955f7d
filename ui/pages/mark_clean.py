"""The Clean tab: hidden messages out of a received picture, with what was measured; and, behind
"advanced", text in the noise of a picture that is made here."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout

from engine import api
from ui import collect, words
from ui.desk import Desk
from ui.pages.mark_hidden import HiddenText
from ui.pages.mark_pane import FilesPane
from ui.pages.mark_result import CleanFigures
from ui.widgets.compare import CompareView
from ui.widgets.file_model import Entry
from ui.widgets.small import Disclosure, label
from ui.widgets.steady import Choice

LIMITS = (0.02, 0.03, 0.05)


class CleanTab(FilesPane):
    kind = api.SanitiseFile
    suffixes = collect.PHOTOS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, CleanFigures())
        self.limit, self.decoders = Choice(), QCheckBox()
        self.limit.addItems([""] * len(LIMITS))
        self.limit.setCurrentIndex(LIMITS.index(0.03))
        self.decoders.setChecked(True)
        self._section, self._slow = label("section"), label("small", wrap=True)
        self.advanced, self.hidden = Disclosure(), HiddenText(desk)
        body = QVBoxLayout(self.advanced.body)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self.hidden)
        choices = (self._section, self.limit, self.decoders, self._slow, self.advanced)
        self.fill_panel(choices)
        self.compare = CompareView("sanitised")
        middle = QVBoxLayout(self.middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.compare, 1)
        self.begin()

    def make(self, entry: Entry) -> api.Job | None:
        return api.SanitiseFile(
            file=entry.path,
            epsilon=LIMITS[self.limit.currentIndex()],
            out=self.out(entry),
            decoders=self.decoders.isChecked(),
        )

    def button_text(self, count: int, *, again: bool) -> str:
        if again:
            return self.tr("Clean again")
        if count > 1:
            return self.tr("Clean {count} pictures").format(count=count)
        return self.tr("Clean")

    def show_result(self, entry: Entry | None) -> None:
        result = entry.result if entry else None
        done = isinstance(result, api.SanitiseResult)
        self.compare.show_photo(entry.path if entry else None, result.output if done else None)
        self.hidden.show_file(entry.path if entry else None)

    def retranslate(self) -> None:
        self._section.setText(self.tr("How much may change"))
        limits = (
            self.tr("2 %, hardly seen"),
            self.tr("3 %, faint grain"),
            self.tr("5 %, visible grain"),
        )
        for number, text in enumerate(limits):
            self.limit.setItemText(number, text)
        for part in (self.limit, self.limit.view()):
            part.setAccessibleName(self._section.text())
        self.decoders.setText(self.tr("Also against messages for AI models"))
        self._slow.setText(self.tr("This takes a minute or two for each picture."))
        self.advanced.set_title(self.tr("Advanced: hidden text"))
        self.empty.set_words(
            self.tr("Drop a picture you received"),
            self.tr(
                "Pictures can carry hidden messages. They are driven out of a copy that looks "
                "the same, and you see what is left of them."
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
