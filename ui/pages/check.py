"""The Check page: files at the left, the answer and its evidence in the middle, what next at the
right. Files are checked as soon as they come: looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from engine import api
from engine.wording import checks
from ui import collect, words
from ui.desk import Desk, State
from ui.pages import CHECK
from ui.pages.check_model import CheckModel, Suspect
from ui.pages.check_panel import CheckPanel
from ui.pages.check_record import RecordDialog
from ui.pages.check_references import ReferencesDialog
from ui.pages.check_result import CheckResultView
from ui.pages.check_table import AnswersTable
from ui.pages.files_page import FilesPage
from ui.pages.page import NOWHERE, Places
from ui.widgets.ask import ask_file, ask_target, patterns
from ui.widgets.drop_zone import DropZone
from ui.widgets.small import button
from ui.words import translate


class CheckPage(FilesPage[Suspect]):
    entry = CHECK
    suffixes = CHECK.suffixes
    sample = "says-it-is-ai.png"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, CheckModel(), DropZone("search"), parent)
        self.view = CheckResultView(desk)
        self.table = AnswersTable(self.model.line)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.view)
        self.middle.addWidget(self.table)
        self.panel = CheckPanel()
        self.record_first, self.references_first = (
            button("plain", "record"),
            button("plain", "photos"),
        )
        self.lay_out(self.middle, self.panel, self._without_a_file())
        desk.pictures.connect(self._pictures)
        panel = self.panel
        panel.check.clicked.connect(self.go)
        panel.original.clicked.connect(self._ask_original)
        panel.save.clicked.connect(lambda: self._ask_target(statement=False))
        panel.own.clicked.connect(lambda: self._ask_target(statement=True))
        panel.busy.cancel.clicked.connect(self.cancel)
        panel.all.clicked.connect(self.list.view.selectAll)
        self.table.chosen.connect(self._open)
        for made in (panel.record, self.record_first):
            made.clicked.connect(self.record)
        for made in (panel.references, self.references_first):
            made.clicked.connect(lambda: ReferencesDialog(self.desk, self).open())
        self.begin()

    def _without_a_file(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.addStretch(1)
        line.addWidget(self.record_first)
        line.addWidget(self.references_first)
        line.addStretch(1)
        return row

    # ---- files and jobs ---------------------------------------------------------------------

    def add(self, files: tuple[Path, ...], places: Places = NOWHERE) -> None:
        super().add(files, places)
        wanted = set(files)
        self.start([s for s in self.model if s.path in wanted and s.item is None])

    def targets(self) -> tuple[Suspect, ...]:
        """What can be checked again: the selected files, else the one that is shown."""
        chosen = self.list.selected() or ([self.current] if self.current else [])
        return tuple(suspect for suspect in chosen if not suspect.active)

    def jobs(self) -> Callable[[Suspect], api.Job]:
        home = self.desk.folder("data")
        return lambda suspect: api.CheckFile(suspect.path, home, original=suspect.original)

    def ended(self, entry: Suspect) -> str:
        if entry.result is None:
            return super().ended(entry)
        return f"{entry.path.name}: {checks.headline(entry.result, translate)}"

    def _pictures(self, item: int, pictures: tuple[api.Picture, ...]) -> None:
        if self.is_current(item):
            self.view.show_live(pictures)

    # ---- asking -----------------------------------------------------------------------------

    def _ask_original(self) -> None:
        result = self.current.result if self.current else None
        if result is not None and result.media == "recording":
            kind = self.tr("Recordings ({patterns})").format(patterns=patterns(api.VOICE_SUFFIXES))
        else:
            kind = self.tr("Pictures ({patterns})").format(patterns=patterns(collect.PHOTOS))
        ask_file(self, self.tr("The known original"), self.compare_with, kind)

    def compare_with(self, original: Path) -> None:
        """Check the shown file again, beside its known original."""
        if self.current is not None and not self.current.active:
            self.current.original = original
            self.start([self.current])

    def _ask_target(self, *, statement: bool) -> None:
        results = self.results()
        if not results:
            return
        title = self.tr("Save the statement") if statement else self.tr("Save the report")
        ask_target(
            self,
            title,
            lambda target: self.desk.export_check(results, target, statement),
            {"html": self.tr("Web page (*.html)"), "pdf": self.tr("PDF (*.pdf)")},
            f"{results[0].file.stem}-check",
        )

    def record(self) -> None:
        """Check what the microphone hears."""
        dialog = RecordDialog(self.desk, self)
        dialog.recorded.connect(lambda file: self.add((file,)))
        dialog.open()

    def results(self) -> tuple[api.CheckResult, ...]:
        """Of the selected files, those that were checked: a report may hold several."""
        chosen = self.list.selected() or ([self.current] if self.current else [])
        return tuple(s.result for s in chosen if s and s.state == State.DONE and s.result)

    # ---- what is on screen ------------------------------------------------------------------

    def show_current(self) -> None:
        self.view.show_suspect(self.current)
        self.panel.show_suspect(self.current)
        self.show_targets()

    def show_targets(self) -> None:
        """With several files selected, their answers stand in the middle as a table."""
        chosen = self.list.selected()
        several = len(chosen) > 1
        if several:
            self.table.show_suspects(chosen)
        self.middle.setCurrentWidget(self.table if several else self.view)
        self.panel.all.setVisible(len(self.model) > 1 and not several)
        self.panel.show_several(several)
        super().show_targets()

    def _open(self, suspect: Suspect) -> None:
        self.list.choose(list(self.model).index(suspect))

    def retranslate(self) -> None:
        self.empty.set_words(
            self.tr("Is it fake? Drop it here"),
            self.tr(
                "A picture, a voice message or a clip. Cloakroom looks for what the file says of "
                "its own making, for hidden marks and for traces, and says how sure that is. "
                "Nothing is sent anywhere."
            ),
            self.tr("Open files…"),
            self.tr("Add a folder…"),
            self.tr("Use the file itself, as it came: a screenshot has lost most of the evidence."),
        )
        self.record_first.setText(self.tr("Record a voice…"))
        self.references_first.setText(self.tr("My camera and my real files…"))
        self.list.set_words(
            self.tr("Files to check"),
            self.tr("Open files"),
            self.tr("Drop files or folders anywhere"),
            words.files,
        )
