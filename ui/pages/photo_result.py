"""What became of the chosen photo: progress, problem or measures, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine import api
from ui import theme, words
from ui.desk import Desk, State
from ui.pages.photo_model import Photo
from ui.widgets.busy import Busy
from ui.widgets.measures import MeasureTable, Row
from ui.widgets.small import Note, button, label


class PhotoOutcome(QWidget):
    """Follows one photo. Empty while it has no job."""

    reveal = Signal()
    receipt = Signal()
    retry = Signal()
    cancel = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._photo: Photo | None = None
        self._busy = Busy()
        self._problem = Note("warning", "danger")
        self._quiet = label("muted", wrap=True)
        self._result = _Result()
        self._retry = button("", "retry")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.M)
        for part in (self._busy, self._problem, self._quiet, self._result):
            layout.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self._retry)
        row.addStretch(1)
        layout.addLayout(row)
        self._busy.cancel.clicked.connect(self.cancel)
        self._retry.clicked.connect(self.retry)
        self._result.reveal.clicked.connect(self.reveal)
        self._result.receipt.clicked.connect(self.receipt)
        self.retranslate()

    def show_photo(self, photo: Photo | None) -> None:
        self._photo = photo
        state = photo.state if photo else None
        item = photo.item if photo else None
        self._busy.setVisible(bool(photo and photo.active))
        self._problem.setVisible(state == State.FAILED)
        self._quiet.setVisible(state in (State.CANCELLED, State.UNFINISHED))
        self._retry.setVisible(state in (State.FAILED, State.UNFINISHED))
        result = photo.result if photo else None
        self._result.setVisible(result is not None)
        if item is not None and self._busy.isVisibleTo(self):
            self._busy.show_item(item.state, item.progress)
        if item is not None and item.problem is not None:
            self._problem.text.setText(self._desk.sentence(*item.problem))
        if state == State.CANCELLED:
            self._quiet.setText(self.tr("Cancelled. Nothing was written."))
        elif state == State.UNFINISHED:
            self._quiet.setText(self.tr("Cloakroom was closed before this photo was finished."))
        self._retry.setText(self.tr("Retry") if state == State.FAILED else self.tr("Start again"))
        self._retry.setAccessibleName(self._retry.text())
        if result is not None:
            self._result.show_result(result)
        self.setVisible(state is not None)

    def retranslate(self) -> None:
        self.show_photo(self._photo)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Result(QWidget):
    """The figures of the saved file, each beside its control, in plain words first."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict = label(wrap=True)
        self._table = MeasureTable()
        self._quality = label("small", wrap=True)
        self._notes = label("small", wrap=True)
        self._output = QLabel()
        self._output.setProperty("look", "small")
        self._output.setWordWrap(True)
        self.reveal = button("", "folder")
        self.receipt = button("plain")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addWidget(self._verdict)
        layout.addWidget(self._table)
        row = QHBoxLayout()
        row.addWidget(self._quality, 1)
        row.addWidget(self.receipt)
        layout.addLayout(row)
        layout.addWidget(self._notes)
        layout.addSpacing(theme.Space.XS)
        layout.addWidget(self._output)
        layout.addWidget(self.reveal)

    def show_result(self, result: api.PhotoResult) -> None:
        figures = result.measures
        if figures.faces is not None and result.receipt.parameters.get("threats") == ["faceswap"]:
            self._show_faces(figures.faces)
        else:
            self._show_shift(figures)
        self._quality.setText(
            self.tr("PSNR {psnr} dB · SSIM {ssim}").format(
                psnr=words.number(figures.psnr, 1), ssim=words.number(figures.ssim, 3)
            )
        )
        notes = [note for key in result.notes if (note := words.note(key))]
        if result.noticed:
            notes.append(self._noticed(*result.noticed))
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self._output.setText(self.tr("Saved as {file}").format(file=result.output.name))
        self._output.setToolTip(str(result.output))
        self.reveal.setText(self.tr("Show in folder"))
        self.reveal.setAccessibleName(self.reveal.text())
        self.receipt.setText(self.tr("Receipt…"))
        self.receipt.setAccessibleName(self.tr("Show the receipt"))

    def _show_shift(self, figures: api.PhotoMeasures) -> None:
        control = max(figures.latent_shift_white, figures.latent_shift_lowpass)
        better = figures.latent_shift > control
        self._verdict.setText(self._sentence(figures.latent_shift, control))
        shifts = (
            figures.latent_shift,
            figures.latent_shift_white,
            figures.latent_shift_lowpass,
        )
        self._table.show_rows(
            self.tr("How far it moves what an AI sees, in our test"),
            (self.tr("yours"), self.tr("plain noise"), self.tr("soft noise")),
            [Row(self.tr("saved file"), tuple(words.number(v, 2) for v in shifts), good=better)],
        )

    def _show_faces(self, faces: api.FaceMeasures) -> None:
        """Of a cloak that changes faces alone: what a face recogniser makes of it."""
        control = min(faces.likeness_white, faces.likeness_blocks)
        better = faces.likeness < control
        if better:
            verdict = self.tr(
                "In our test a face recogniser finds the faces less alike than after noise of the "
                "same strength. It raises the cost of misuse; it is not a guarantee."
            )
        else:
            verdict = self.tr(
                "In our test this did no more than noise of the same strength: "
                "no measurable effect on this photo."
            )
        self._verdict.setText(verdict)
        likeness = (faces.likeness, faces.likeness_white, faces.likeness_blocks)
        self._table.show_rows(
            self.tr("How alike a face recogniser finds them before and after, 1 is the same"),
            (self.tr("yours"), self.tr("plain noise"), self.tr("soft noise")),
            [Row(self.tr("saved file"), tuple(words.number(v, 2) for v in likeness), good=better)],
        )

    def _noticed(self, probability: float, rate: float) -> str:
        return self.tr(
            "How easily the cloak itself is noticed: our detector gives {probability}; it gives "
            "as much to {rate} of clean photos."
        ).format(probability=words.percent(probability, 0), rate=words.percent(rate, 0))

    def _sentence(self, shift: float, control: float) -> str:
        """The outcome against the stronger control; no effect is said to be none."""
        if shift <= control:
            return self.tr(
                "In our test this did no more than noise of the same strength: "
                "no measurable effect on this photo."
            )
        return self.tr(
            "In our test this moved what an AI sees {times} times as far as noise of the same "
            "strength. It raises the cost of misuse; it is not a guarantee."
        ).format(times=words.number(shift / control, 1) if control else "∞")
