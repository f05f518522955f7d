"""The Verify tab: drop anything, every identity is tried, and the evidence is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine import api
from engine.wording import marks
from ui import theme, words
from ui.desk import Desk
from ui.pages.mark_pane import FilesPane, beside
from ui.widgets.ask import ask_target
from ui.widgets.file_model import Entry
from ui.widgets.picture import PictureView
from ui.widgets.small import button, label
from ui.words import translate


class VerifyTab(FilesPane):
    kind = api.VerifyFile

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pictures = {name: PictureView() for name in ("received", "work", "heat")}
        self._heading, self._sentence = label("heading", wrap=True), label("", wrap=True)
        self._facts = label("", wrap=True)
        self._titles = label("section")
        self._signed = label("", wrap=True)
        self.report = button("", "receipt")
        self._buttons = beside(self.report)
        found = (self._heading, self._sentence, self._facts, self._titles, self._signed)
        self.fill_panel((), *found, self._buttons)
        middle = QVBoxLayout(self.middle)
        space = theme.Space
        middle.setContentsMargins(space.XL, space.XL, space.XL, space.L)
        middle.setSpacing(space.L)
        above = QHBoxLayout()
        above.setSpacing(space.L)
        above.addWidget(self.pictures["received"], 1)
        above.addWidget(self.pictures["work"], 1)
        middle.addLayout(above, 1)
        middle.addWidget(self.pictures["heat"], 1)
        self.report.clicked.connect(self.ask_report)
        self.begin()

    def make(self, entry: Entry) -> api.Job | None:
        return api.VerifyFile(entry.path, self.desk.folder("data"))

    def button_text(self, count: int, *, again: bool) -> str:
        if again:
            return self.tr("Look again")
        if count > 1:
            return self.tr("Look for marks in {count} files").format(count=count)
        return self.tr("Look for my marks")

    def show_result(self, entry: Entry | None) -> None:
        result = entry.result if entry else None
        done = isinstance(result, api.VerifyResult)
        parts = (self._heading, self._sentence, self._facts, self._titles, self._signed)
        for part in (*parts, self._buttons):
            part.setVisible(done)
        shown = {picture.name: picture for picture in result.pictures} if done else {}
        for name, view in self.pictures.items():
            view.show_picture(shown.get(name), translate("Marks", marks.PICTURES[name]))
        if not done:
            return
        heading, sentence = marks.heading(result, translate)
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self._facts.setText("\n".join(self._lines(result)))
        self._facts.setVisible(bool(self._facts.text()))
        self._titles.setText(self.tr("Content Credentials"))
        self._signed.setText(marks.credentials(result.credentials, translate))

    def _lines(self, result: api.VerifyResult) -> list[str]:
        if not result.found:
            searched = ", ".join(result.searched)
            lines = [self.tr("Looked for: {identities}").format(identities=searched)]
            if result.rehearsed:
                lines.append(words.note("rehearsed") or "")
            return lines
        work = result.work or self.tr("not in this registry")
        lines = [self.tr("Work: {work}").format(work=work)]
        if result.marked:
            lines.append(self.tr("Marked: {date}").format(date=result.marked[:10]))
        if belonging := marks.belonging(result, translate):
            lines.append(belonging)
        if journey := marks.journey(result, translate):
            lines.append(self.tr("On its way: {changes}").format(changes=journey))
        if result.changed is not None and result.changed >= 0.005:
            share = f"{100 * result.changed:.0f}"
            lines.append(self.tr("No mark in {share} % of it").format(share=share))
        if result.untouched is not None:
            lines.append(marks.untouched(result.untouched, translate))
        lines.append(self.tr("Mark {payload}").format(payload=result.payload))
        return lines

    def ask_report(self) -> None:
        """Where to; then the report on the selected files is written and signed."""
        kinds = {"html": self.tr("Web page (*.html)"), "pdf": self.tr("PDF (*.pdf)")}
        ask_target(self, self.tr("Save a report"), self.save_report, kinds)

    def save_report(self, target: Path) -> None:
        chosen = self.list.selected() or ([self.current] if self.current else [])
        results = tuple(e.result for e in chosen if e and isinstance(e.result, api.VerifyResult))
        if results:
            names = [result.identity for result in results if result.identity]
            signer = (names or list(results[0].searched))[0]
            self.desk.export_report(results, signer, target)

    def retranslate(self) -> None:
        self.report.setText(self.tr("Save a report…"))
        self.report.setAccessibleName(self.tr("Save a signed report"))
        self.empty.set_words(
            self.tr("Is this mine?"),
            self.tr(
                "Drop a picture or a recording that you found. All your identities are tried, "
                "also on cropped, rotated and mirrored copies."
            ),
            self.tr("Open files…"),
            self.tr("Add a folder…"),
            self.tr("Nothing leaves this computer."),
        )
        self.list.set_words(
            self.tr("Files"),
            self.tr("Add files"),
            self.tr("Drop files anywhere in this window."),
            words.files,
        )
