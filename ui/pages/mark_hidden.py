"""Research: text in the noise of a picture that is made here, hidden and looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine import api
from engine.problems import Problem
from engine.wording import marks
from ui import theme
from ui.desk import Desk
from ui.pages.mark_identity import AskDialog, IdentityPicker
from ui.widgets.small import button, label
from ui.words import translate


class HiddenText(QWidget):
    """Works on the file that is shown; one question at a time."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._file: Path | None = None
        self._busy = False
        self.identity = IdentityPicker(desk)
        self.look, self.hide_text = button("", "search"), button("", "mark")
        self.say, self._note = label("", wrap=True), label("small", wrap=True)
        self.say.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.say.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        for part in (self.identity, self.look, self.hide_text, self.say, self._note):
            layout.addWidget(part)
        self.look.clicked.connect(self.look_for)
        self.hide_text.clicked.connect(self.ask)
        self.identity.changed.connect(self._enable)
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        self.identity.refresh()
        super().showEvent(event)

    def show_file(self, file: Path | None) -> None:
        if file != self._file:
            self._file = file
            self.say.hide()
        self._enable()

    def look_for(self) -> None:
        if self._file is not None:
            self._start(api.ReadText(self._file, self._desk.folder("data")))

    def ask(self) -> None:
        dialog = AskDialog(
            self.tr("Hide a text in an edit"),
            self.tr(
                "The picture is edited by your instruction, and the text goes into the noise that "
                "the edit begins with. Only your key reads it."
            ),
            [(self.tr("Instruction, such as: make it night"), False), (self.tr("Text"), False)],
            self.tr("Edit and hide"),
            self,
        )
        dialog.given.connect(lambda given: self.hide_in_edit(given[0], given[1]))
        dialog.open()

    def hide_in_edit(self, instruction: str, text: str) -> None:
        if self._file is not None and self.identity.name is not None:
            home = self._desk.folder("data")
            self._start(
                api.HideText(self._file, home, self.identity.name, instruction.strip(), text)
            )

    def _start(self, job: api.Job) -> None:
        self._busy = True
        self._say(self.tr("Working…"))
        self._enable()
        self._desk.look(self, job, self._answered)

    def _answered(self, answer: Any) -> None:
        self._busy = False
        self._enable()
        if isinstance(answer, Problem):
            self._say(self._desk.sentence(answer.code, answer.details))
        elif isinstance(answer, api.HiddenText):
            self._say(self.tr("Saved as {file}.").format(file=answer.output.name))
        elif isinstance(answer, api.FoundText):
            none = self.tr("No text of yours found. This does not mean that there is none.")
            found = self.tr("Hidden by {identity}: {text}")
            self._say(
                none
                if answer.text is None
                else found.format(identity=answer.identity, text=answer.text)
            )

    def _say(self, words: str) -> None:
        self.say.setText(words)
        self.say.show()

    def _enable(self) -> None:
        ready = self._file is not None and self.identity.ready and not self._busy
        for part in (self.look, self.hide_text):
            part.setEnabled(ready)

    def retranslate(self) -> None:
        self.look.setText(self.tr("Look for hidden text"))
        self.hide_text.setText(self.tr("Hide a text in an edit…"))
        self.say.setAccessibleName(self.tr("Hidden text"))
        self._note.setText(translate("Marks", marks.RESEARCH))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
