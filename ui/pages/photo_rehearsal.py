"""What an attacker gets from the photo that was just protected: asked for, watched, and shown."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import theme, words
from ui.desk import Desk
from ui.pages.photo_attack import PhotoAttack
from ui.widgets.ask import ask_folder
from ui.widgets.small import button, label
from ui.widgets.steady import Choice
from ui.widgets.survival_table import SurvivalTable


class Rehearsal(PhotoAttack):
    """Follows one photo. ``chosen`` tells which attack and treatment is to be looked at."""

    chosen = Signal(str, str)
    started = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._section = label("section")
        self.instruction = Choice()
        self.instruction.setEditable(True)
        self.instruction.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.instruction.setMinimumContentsLength(8)
        self.start = button()
        self._hint = label("small", wrap=True)
        self._outcomes = QVBoxLayout()
        self._outcomes.setSpacing(theme.Space.M)
        self.tables: dict[str, SurvivalTable] = {}
        self.export = button("", "receipt")
        self.full = button("plain")
        self._lay_out()
        self.start.clicked.connect(lambda: self._start(quick=True))
        self.full.clicked.connect(lambda: self._start(quick=False))
        self.export.clicked.connect(self._export)
        self.retranslate()

    def _lay_out(self) -> None:
        layout = self.column
        for part in (self._section, self.instruction, self.start, self._hint, self.line, self.bar,
                     self.cancel, self.problem):  # fmt: skip
            layout.addWidget(part)
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
        photo = self.photo
        if photo is None or photo.result is None or not self.wording():
            return
        self.desk.submit(
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

    def takes(self, job: api.RehearsePhoto) -> bool:
        return "faceswap" not in job.attacks

    def _export(self) -> None:
        result = self.result
        if result is None:
            return
        ask_folder(
            self,
            self.tr("Save what an attacker gets"),
            lambda folder: self.desk.export_rehearsal(result, folder),
            result.file.parent,
        )

    # ---- what is on screen ------------------------------------------------------------------

    def show_state(self) -> None:
        photo, result = self.photo, self.result
        self.setVisible(photo is not None and photo.result is not None)
        self.start.setVisible(not self.running)
        self.instruction.setEnabled(not self.running)
        self._hint.setVisible(not self.running and result is None)
        self.show_progress()
        self._show_outcomes(result)
        self.export.setVisible(result is not None)
        self.full.setVisible(self.was_quick)

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
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Stop trying"))
        self.export.setText(self.tr("Save…"))
        self.export.setAccessibleName(self.tr("Save what an attacker gets as a picture and a page"))
        self.full.setText(self.tr("Try everything"))
        self.full.setToolTip(self.tr("Also what takes long: several minutes"))
        self.full.setAccessibleName(self.tr("Try everything, which takes several minutes"))
        self.show_state()


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
