"""A face swap of the photo that was just protected: agreed to, asked for, watched, and shown.

What it shows is small and labelled by the engine; nothing of it is saved here.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QWidget

from engine import api
from engine.wording import TARGETS, swap_lines
from ui import words
from ui.desk import Desk
from ui.pages.photo_attack import PhotoAttack
from ui.pages.photo_model import Photo
from ui.widgets.ask import ask_file
from ui.widgets.pair_view import PairView
from ui.widgets.small import button, label
from ui.widgets.steady import Choice
from ui.widgets.survival_table import SurvivalTable

ATTACK = ("faceswap",)
SHOWN = "as-saved"
PAIR_HEIGHT = 196  # pixels


def say(text: str) -> str:
    return QCoreApplication.translate("Words", text)


class FaceRehearsal(PhotoAttack):
    """Follows one photo. The consent is asked for again with every photo."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._own: Path | None = None  # the user's own picture to swap into
        self._section = label("section")
        self.target = Choice()
        self.target.setMinimumContentsLength(8)
        self.consent = QCheckBox()
        self.start = button()
        self._hint = label("small", wrap=True)
        self.said = label("strong", wrap=True)
        self.figures = label("small", wrap=True)
        self.pair = PairView(margin=0)
        self.pair.setFixedHeight(PAIR_HEIGHT)
        self.table = SurvivalTable()
        self.full = button("plain")
        for part in (self._section, self.target, self.consent, self.start, self._hint, self.line,
                     self.bar, self.cancel, self.problem, self.said, self.pair, self.figures,
                     self.table, self.full):  # fmt: skip
            self.column.addWidget(part)
        self.target.activated.connect(self._choose_target)
        self.consent.toggled.connect(self.show_state)
        self.start.clicked.connect(lambda: self._start(quick=True))
        self.full.clicked.connect(lambda: self._start(quick=False))
        self.table.chosen.connect(self._show_pair)
        self.retranslate()

    # ---- the job ----------------------------------------------------------------------------

    def takes(self, job: api.RehearsePhoto) -> bool:
        return job.attacks == ATTACK

    def _start(self, *, quick: bool) -> None:
        photo = self.photo
        if photo is None or photo.result is None or not self.consent.isChecked():
            return
        chosen = self.target.currentData()
        self.desk.submit(
            (
                api.RehearsePhoto(
                    file=photo.path,
                    protected=photo.result.output,
                    attacks=ATTACK,
                    target=self._own if chosen is None else None,
                    sample=chosen or api.TARGETS[0],
                    consent=True,
                    quick=quick,
                ),
            )
        )

    def _choose_target(self, row: int) -> None:
        if self.target.itemData(row) is not None:
            return
        title = self.tr("Choose the picture that the face is put into")
        ask_file(self, title, self.set_target).rejected.connect(self.show_state)

    def set_target(self, file: Path) -> None:
        """A picture of the user's own to swap into."""
        self._own = file
        self.retranslate()
        self.target.setCurrentIndex(self.target.count() - 1)
        self.show_state()

    # ---- what is on screen ------------------------------------------------------------------

    def show_photo(self, photo: Photo | None) -> None:
        if photo is not self.photo:
            with QSignalBlocker(self.consent):
                self.consent.setChecked(False)
        super().show_photo(photo)

    def show_state(self) -> None:
        result = self.photo.result if self.photo else None
        threats = result.receipt.parameters.get("threats", ()) if result else ()
        self.setVisible("faceswap" in threats)
        for part in (self.target, self.consent):
            part.setEnabled(not self.running)
        chosen = self.target.currentData() is not None or self._own is not None
        ready = not self.running and chosen and self.consent.isChecked()
        for part in (self.start, self.full):
            part.setEnabled(ready)
        self.show_progress()
        self._show_outcome(self._outcome())
        self.full.setVisible(self.was_quick)

    def _outcome(self) -> api.AttackOutcome | None:
        return self.result.outcomes[0] if self.result else None

    def _show_outcome(self, outcome: api.AttackOutcome | None) -> None:
        self._hint.setVisible(outcome is None)
        for part in (self.said, self.figures, self.pair):
            part.setVisible(outcome is not None)
        self.table.setVisible(outcome is not None and len(outcome.table.rows) > 1)
        if outcome is None:
            return
        verdict = words.verdict(outcome.table.control, outcome.verdict)
        self.said.setText(
            self.tr("{attack}: {verdict}.").format(
                attack=words.attack(outcome.attack), verdict=verdict
            )
        )
        self.figures.setText("\n".join(swap_lines(outcome.swap, say)))
        self.table.show_table(outcome.table)
        self._show_pair(SHOWN)

    def _show_pair(self, treatment: str) -> None:
        """The swaps from the file as it is, or after what was chosen in the table."""
        outcome = self._outcome()
        if outcome is None:
            return
        names = (self.tr("From the original"), self.tr("From yours"))
        self.pair.set_heading("" if treatment == SHOWN else words.treatment(treatment))
        control, attacked = (outcome.picture(side, treatment) for side in ("control", "attacked"))
        self.pair.show_pair(control, attacked, names)

    def retranslate(self) -> None:
        self._section.setText(self.tr("See what a face swapper gets"))
        at = self.target.currentIndex()
        with QSignalBlocker(self.target):
            self.target.clear()
            for name in api.TARGETS:
                self.target.addItem(say(TARGETS[name]), name)
            own = self._own.name if self._own else self.tr("Choose a picture…")
            self.target.addItem(own, None)
            self.target.setCurrentIndex(max(0, at))
        for part in (self.target, self.target.view()):
            part.setAccessibleName(self.tr("The picture that the face is put into"))
        self.consent.setText(self.tr("It is my face, or I have consent"))
        self.consent.setToolTip(
            self.tr("This is my face, or the person whose face it is has agreed to this test")
        )
        self.consent.setAccessibleName(self.consent.toolTip())
        self.start.setText(self.tr("Try a face swap"))
        self.start.setAccessibleName(self.tr("Try what a face swapper gets from this photo"))
        self._hint.setText(
            self.tr(
                "The face is put into another picture, from the original and from yours, by a "
                "model that the protection was not made with. What you see is small, labelled, "
                "carries a hidden mark and is not saved."
            )
        )
        self.bar.setAccessibleName(self.tr("Progress"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Stop the face swap"))
        self.full.setText(self.tr("Try everything"))
        self.full.setToolTip(self.tr("Also what takes long: several minutes"))
        self.full.setAccessibleName(
            self.tr("Try the face swap after everything that could wash the protection out")
        )
        self.show_state()
