"""A face swap of the photo that was just protected: agreed to, asked for, watched, and shown.

What it shows is small and labelled by the engine; nothing of it is saved here.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from engine import api
from engine.wording import TARGETS, swap_lines
from ui import theme, words
from ui.desk import Desk, Item, State
from ui.pages.photo_model import Photo
from ui.widgets.pair_view import PairView
from ui.widgets.small import Note, button, label

ATTACK = ("faceswap",)
SHOWN = "as-saved"
_OPEN = (State.WAITING, State.RUNNING, State.PAUSED)


def say(text: str) -> str:
    return QCoreApplication.translate("Words", text)


class FaceRehearsal(QWidget):
    """Follows one photo. The consent is asked for again with every photo."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._photo: Photo | None = None
        self._items: dict[Path, Item] = {}  # the latest of each protected file
        self._own: Path | None = None  # the user's own picture to swap into
        self._section = label("section")
        self.target = QComboBox()
        self.target.setMinimumContentsLength(8)
        self.consent = QCheckBox()
        self.start = button()
        self._hint = label("small", wrap=True)
        self._line = label("small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel = button("plain")
        self._problem = Note("warning", "danger")
        self.said = label("strong", wrap=True)
        self.figures = label("small", wrap=True)
        self.pair = PairView()
        self.pair.setFixedHeight(220)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.Space.S, 0, 0)
        layout.setSpacing(theme.Space.S)
        for part in (self._section, self.target, self.consent, self.start, self._hint, self._line,
                     self._bar, self.cancel, self._problem, self.said, self.pair,
                     self.figures):  # fmt: skip
            layout.addWidget(part)
        self.target.activated.connect(self._choose_target)
        self.consent.toggled.connect(self._show)
        self.start.clicked.connect(self._start)
        self.cancel.clicked.connect(self._cancel)
        self.retranslate()

    # ---- the job ----------------------------------------------------------------------------

    def _start(self) -> None:
        photo = self._photo
        if photo is None or photo.result is None or not self.consent.isChecked():
            return
        chosen = self.target.currentData()
        self._desk.submit(
            (
                api.RehearsePhoto(
                    file=photo.path,
                    protected=photo.result.output,
                    attacks=ATTACK,
                    target=self._own if chosen is None else None,
                    sample=chosen or api.TARGETS[0],
                    consent=True,
                ),
            )
        )

    def _choose_target(self, row: int) -> None:
        if self.target.itemData(row) is not None:
            return
        dialog = QFileDialog(self, self.tr("Choose the picture that the face is put into"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self.set_target(Path(file)))
        dialog.rejected.connect(self._show)
        dialog.open()

    def set_target(self, file: Path) -> None:
        """A picture of the user's own to swap into."""
        self._own = file
        self.retranslate()
        self.target.setCurrentIndex(self.target.count() - 1)
        self._show()

    def put(self, item: Item) -> bool:
        """Record how a face swap stands; whether it is that of the shown photo."""
        if not isinstance(item.job, api.RehearsePhoto) or item.job.attacks != ATTACK:
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

    def _cancel(self) -> None:
        if self.item is not None:
            self._desk.cancel(self.item.id)

    # ---- what is on screen ------------------------------------------------------------------

    def show_photo(self, photo: Photo | None) -> None:
        if photo is not self._photo:
            with QSignalBlocker(self.consent):
                self.consent.setChecked(False)
        self._photo = photo
        self._show()

    def _show(self) -> None:
        photo, item = self._photo, self.item
        result = photo.result if photo else None
        threats = result.receipt.parameters.get("threats", ()) if result else ()
        self.setVisible("faceswap" in threats)
        running = item is not None and item.state in _OPEN
        for part in (self.target, self.consent, self.start):
            part.setEnabled(not running)
        chosen = self.target.currentData() is not None or self._own is not None
        self.start.setEnabled(not running and chosen and self.consent.isChecked())
        for part in (self._line, self._bar, self.cancel):
            part.setVisible(running)
        if item is not None and running:
            progress = item.progress
            self._line.setText(words.stage(progress.stage) if progress else words.state(item.state))
            self._bar.setRange(0, max(1, progress.of if progress else 1))
            self._bar.setValue(progress.step if progress else 0)
        self._problem.setVisible(item is not None and item.problem is not None)
        if item is not None and item.problem is not None:
            self._problem.text.setText(self._desk.sentence(*item.problem))
        done = item.result if item is not None and item.state == State.DONE else None
        outcome = done.outcomes[0] if isinstance(done, api.RehearsalResult) else None
        self._show_outcome(outcome)

    def _show_outcome(self, outcome: api.AttackOutcome | None) -> None:
        self._hint.setVisible(outcome is None)
        for part in (self.said, self.figures, self.pair):
            part.setVisible(outcome is not None)
        if outcome is None:
            return
        verdict = words.verdict(outcome.table.control, outcome.verdict)
        self.said.setText(
            self.tr("{attack}: {verdict}.").format(
                attack=words.attack(outcome.attack), verdict=verdict
            )
        )
        self.figures.setText("\n".join(swap_lines(outcome.swap, say)))
        names = (self.tr("Original"), self.tr("Yours"))
        control, attacked = (outcome.picture(side, SHOWN) for side in ("control", "attacked"))
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
                "model that the protection was not made with. What you see is small, labelled "
                "and not saved."
            )
        )
        self._bar.setAccessibleName(self.tr("Progress"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Stop the face swap"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
