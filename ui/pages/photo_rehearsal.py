"""What an attacker gets from the photo that was just protected: asked for, watched, and shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import theme, words
from ui.desk import Desk, Item, State
from ui.pages.photo_model import Photo
from ui.widgets.small import Note, button, label
from ui.widgets.survival_table import SurvivalTable

_DELETE = Qt.WidgetAttribute.WA_DeleteOnClose
_OPEN = (State.WAITING, State.RUNNING, State.PAUSED)


class Rehearsal(QWidget):
    """Follows one photo. ``chosen`` tells which attack and treatment is to be looked at."""

    chosen = Signal(str, str)
    started = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._photo: Photo | None = None
        self._items: dict[Path, Item] = {}  # the latest rehearsal of each protected file
        self._section = label("section")
        self.instruction = QComboBox()
        self.instruction.setEditable(True)
        self.instruction.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.instruction.setMinimumContentsLength(8)
        self.start = button()
        self._hint = label("small", wrap=True)
        self._line = label("small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel = button("plain")
        self._problem = Note("warning", "danger")
        self._outcomes = QVBoxLayout()
        self._outcomes.setSpacing(theme.Space.M)
        self.tables: dict[str, SurvivalTable] = {}
        self.export = button("", "receipt")
        self.full = button("plain")
        self._lay_out()
        self.start.clicked.connect(lambda: self._start(quick=True))
        self.full.clicked.connect(lambda: self._start(quick=False))
        self.cancel.clicked.connect(self._cancel)
        self.export.clicked.connect(self._export)
        self.retranslate()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.Space.S, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addWidget(self._section)
        layout.addWidget(self.instruction)
        layout.addWidget(self.start)
        layout.addWidget(self._hint)
        layout.addWidget(self._line)
        layout.addWidget(self._bar)
        layout.addWidget(self.cancel)
        layout.addWidget(self._problem)
        layout.addLayout(self._outcomes)
        row = QHBoxLayout()
        row.addWidget(self.export)
        row.addWidget(self.full)
        row.addStretch(1)
        layout.addLayout(row)

    # ---- the job ----------------------------------------------------------------------------

    def wording(self) -> str:
        """The instruction as the editor takes it: the picked one's, or what was typed."""
        typed = self.instruction.currentText().strip()
        at = self.instruction.findText(typed)
        return str(self.instruction.itemData(at)) if at >= 0 else typed

    def _start(self, *, quick: bool) -> None:
        photo = self._photo
        if photo is None or photo.result is None or not self.wording():
            return
        self._desk.submit(
            (
                api.RehearsePhoto(
                    file=photo.path,
                    protected=photo.result.output,
                    instruction=self.wording(),
                    quick=quick,
                    preview=True,
                ),
            )
        )
        self.started.emit()

    def put(self, item: Item) -> bool:
        """Record how a rehearsal stands; whether it is that of the shown photo."""
        if not isinstance(item.job, api.RehearsePhoto) or "faceswap" in item.job.attacks:
            return False
        before = self._items.get(item.job.protected)
        if before is None or before.id <= item.id:
            self._items[item.job.protected] = item
        if self.item is not None and self.item.id == item.id:
            self._show()
            return True
        return False

    def forget(self, item: int) -> None:
        self._items = {file: kept for file, kept in self._items.items() if kept.id != item}
        self._show()

    @property
    def item(self) -> Item | None:
        result = self._photo.result if self._photo else None
        return self._items.get(result.output) if result else None

    @property
    def result(self) -> api.RehearsalResult | None:
        result = self.item.result if self.item and self.item.state == State.DONE else None
        return result if isinstance(result, api.RehearsalResult) else None

    @property
    def running(self) -> bool:
        return self.item is not None and self.item.state in _OPEN

    def _cancel(self) -> None:
        if self.item is not None:
            self._desk.cancel(self.item.id)

    def _export(self) -> None:
        result = self.result
        if result is None:
            return
        dialog = QFileDialog(self, self.tr("Save what an attacker gets"), str(result.file.parent))
        dialog.setAttribute(_DELETE)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(
            lambda folder: self._desk.export_rehearsal(result, Path(folder))
        )
        dialog.open()

    # ---- what is on screen ------------------------------------------------------------------

    def show_photo(self, photo: Photo | None) -> None:
        self._photo = photo
        self._show()

    def _show(self) -> None:
        photo, item, result = self._photo, self.item, self.result
        self.setVisible(photo is not None and photo.result is not None)
        running = self.running
        self.start.setVisible(not running)
        self.instruction.setEnabled(not running)
        self._hint.setVisible(not running and result is None)
        for part in (self._line, self._bar, self.cancel):
            part.setVisible(running)
        failed = item is not None and item.problem is not None
        self._problem.setVisible(failed)
        if item is not None and item.problem is not None:
            self._problem.text.setText(self._desk.sentence(*item.problem))
        if item is not None and running:
            self._show_progress(item)
        self._show_outcomes(result)
        self.export.setVisible(result is not None)
        quick = isinstance(item.job, api.RehearsePhoto) and item.job.quick if item else False
        self.full.setVisible(result is not None and quick)

    def _show_progress(self, item: Item) -> None:
        progress = item.progress
        line = words.stage(progress.stage) if progress else words.state(item.state)
        if progress and progress.eta is not None:
            line += " · " + words.left(progress.eta)
        self._line.setText(line)
        self._bar.setRange(0, max(1, progress.of if progress else 1))
        self._bar.setValue(progress.step if progress else 0)

    def _show_outcomes(self, result: api.RehearsalResult | None) -> None:
        while (entry := self._outcomes.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.tables = {}
        for outcome in result.outcomes if result else ():
            shown = _Outcome(outcome)
            attack = outcome.attack
            shown.table.chosen.connect(
                lambda treatment, attack=attack: self._choose(attack, treatment)
            )
            self.tables[attack] = shown.table
            self._outcomes.addWidget(shown)

    def _choose(self, attack: str, treatment: str) -> None:
        for other, table in self.tables.items():
            if other != attack:
                table.clear_choice()
        self.chosen.emit(attack, treatment)

    def retranslate(self) -> None:
        self._section.setText(self.tr("See what an AI editor gets"))
        picked = self.instruction.currentIndex()
        typed = self.instruction.currentText()
        known = self.instruction.findText(typed) >= 0
        with QSignalBlocker(self.instruction):
            self.instruction.clear()
            for name, wording in api.INSTRUCTIONS.items():
                self.instruction.addItem(words.instruction(name), wording)
            self.instruction.setCurrentIndex(max(0, picked))
            if typed and not known:
                self.instruction.setEditText(typed)
        for part in (self.instruction, self.instruction.view()):
            part.setAccessibleName(self.tr("What the AI is told to do"))
        self.instruction.setToolTip(self.tr("Choose one, or type your own in English"))
        self.start.setText(self.tr("Try it"))
        self.start.setAccessibleName(self.tr("Try what an AI editor gets from this photo"))
        self._hint.setText(
            self.tr(
                "An AI edits the original and your protected photo, and you see both. Then "
                "everything that could wash the cloak out is tried."
            )
        )
        self._bar.setAccessibleName(self.tr("Progress"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Stop trying"))
        self.export.setText(self.tr("Save…"))
        self.export.setAccessibleName(self.tr("Save what an attacker gets as a picture and a page"))
        self.full.setText(self.tr("Try everything"))
        self.full.setToolTip(self.tr("Also what takes long: several minutes"))
        self.full.setAccessibleName(self.tr("Try everything, which takes several minutes"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Outcome(QWidget):
    """One attack: the verdict in a sentence, the table, and what was left out. Made anew each
    time, so it never retranslates."""

    def __init__(self, outcome: api.AttackOutcome) -> None:
        super().__init__()
        self.table = SurvivalTable()
        self.table.show_table(outcome.table)
        said = label("strong", wrap=True)
        said.setText(self._sentence(outcome))
        more = label("small", wrap=True)
        more.setText("\n".join(self._lines(outcome)))
        more.setVisible(bool(more.text()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.XS)
        for part in (said, self.table, more):
            layout.addWidget(part)

    def _sentence(self, outcome: api.AttackOutcome) -> str:
        verdict = words.verdict(outcome.table.control, outcome.verdict)
        worst = outcome.table.worst
        if outcome.attack == "purify" and worst is not None:
            return self.tr("After {treatment}: {verdict}.").format(
                treatment=words.treatment(worst.treatment), verdict=verdict
            )
        return self.tr("{attack}: {verdict}.").format(
            attack=words.attack(outcome.attack), verdict=verdict
        )

    def _lines(self, outcome: api.AttackOutcome) -> list[str]:
        lines = []
        if outcome.spoiled is not None and outcome.spoiled[1]:
            spoiled, counted = outcome.spoiled
            lines.append(
                self.tr("{spoiled} of {counted} edits spoiled.").format(
                    spoiled=spoiled, counted=counted
                )
            )
        lines += [note for key in outcome.notes if (note := words.note(key))]
        if outcome.left_out:
            names = self.tr(", ").join(words.treatment(name) for name in outcome.left_out)
            lines.append(self.tr("Left out: {names}").format(names=names))
        return lines
