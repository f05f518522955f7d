"""What became of the chosen recording: progress, problem or measures, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine import api
from ui import theme, voice_words, words
from ui.desk import Desk, State
from ui.pages.voice_clones import VoiceClones
from ui.pages.voice_model import Recording
from ui.widgets.busy import Busy
from ui.widgets.measures import MeasureTable, Row
from ui.widgets.small import Note, button, label


class VoiceOutcome(QWidget):
    """Follows one recording. Empty while it has no job."""

    reveal = Signal()
    receipt = Signal()
    retry = Signal()
    cancel = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._recording: Recording | None = None
        self._busy = Busy()
        self._problem = Note("warning", "danger")
        self._quiet = label("muted", wrap=True)
        self._result = _Result()
        self.clones = VoiceClones(desk)
        self._retry = button("", "retry")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.M)
        for part in (self._busy, self._problem, self._quiet, self._result, self.clones):
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

    def show_recording(self, recording: Recording | None) -> None:
        self._recording = recording
        state = recording.state if recording else None
        item = recording.item if recording else None
        result = recording.result if recording else None
        self._busy.setVisible(bool(recording and recording.active))
        self._problem.setVisible(state == State.FAILED)
        self._quiet.setVisible(state in (State.CANCELLED, State.UNFINISHED))
        self._retry.setVisible(state in (State.FAILED, State.UNFINISHED))
        self._result.setVisible(result is not None)
        self.clones.setVisible(result is not None)
        if item is not None and self._busy.isVisibleTo(self):
            self._busy.show_item(item.state, item.progress)
        if item is not None and item.problem is not None:
            self._problem.text.setText(self._desk.sentence(*item.problem))
        if state == State.CANCELLED:
            self._quiet.setText(self.tr("Cancelled. Nothing was written."))
        elif state == State.UNFINISHED:
            self._quiet.setText(self.tr("Cloakroom was closed before this was finished."))
        self._retry.setText(self.tr("Retry") if state == State.FAILED else self.tr("Start again"))
        self._retry.setAccessibleName(self._retry.text())
        if result is not None:
            self._result.show_result(result)
            self.clones.show_item(recording.rehearsal if recording else None)
        self.setVisible(state is not None)

    def retranslate(self) -> None:
        self.show_recording(self._recording)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Result(QWidget):
    """The figures of the saved file, each beside its control, in plain words first."""

    def __init__(self) -> None:
        super().__init__()
        self._audible = Note("warning", "warning")
        self._verdict = label(wrap=True)
        self._table = MeasureTable()
        self._quality = label("small", wrap=True)
        self._notes = label("small", wrap=True)
        self._output = label("small", wrap=True)
        self.reveal = button("", "folder")
        self.receipt = button("plain")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addWidget(self._verdict)
        layout.addWidget(self._table)
        layout.addWidget(self._audible)
        row = QHBoxLayout()
        row.addWidget(self._quality, 1)
        row.addWidget(self.receipt)
        layout.addLayout(row)
        layout.addWidget(self._notes)
        layout.addSpacing(theme.Space.XS)
        layout.addWidget(self._output)
        layout.addWidget(self.reveal)
        self._name()

    def show_result(self, result: api.VoiceResult) -> None:
        figures = result.measures
        for part in (self._verdict, self._table, self._quality):
            part.setVisible(figures is not None)
        if figures is not None:
            self._show_measures(figures)
        scene = voice_words.scene(result.scene) if result.scene else ""
        self._audible.text.setText(
            self.tr("An ambience was added that everybody hears: {scene}.").format(scene=scene)
        )
        self._audible.setVisible(result.audible)
        notes = [note for key in result.notes if (note := words.note(key))]
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self._output.setText(self.tr("Saved as {file}").format(file=result.output.name))
        self._output.setToolTip(str(result.output))
        self.receipt.setVisible(result.receipt is not None)
        self._name()

    def _name(self) -> None:
        self.reveal.setText(self.tr("Show in folder"))
        self.reveal.setAccessibleName(self.reveal.text())
        self.receipt.setText(self.tr("Receipt…"))
        self.receipt.setAccessibleName(self.tr("Show the receipt"))

    def _show_measures(self, figures: api.VoiceMeasures) -> None:
        better = figures.drop_low > 0
        self._verdict.setText(self._sentence(figures))
        shown = (figures.similarity, figures.similarity_white, figures.similarity_speech)
        untouched = (words.number(figures.similarity_original, 2), "", "")
        self._table.show_rows(
            self.tr("How much it still sounds like you to an AI, in our test (lower is better)"),
            (self.tr("yours"), self.tr("noise"), self.tr("speech noise")),
            [
                Row(self.tr("saved file"), tuple(words.number(v, 2) for v in shown), good=better),
                Row(self.tr("untouched"), untouched),
            ],
        )
        parts = [
            self.tr("Intelligibility (STOI) {stoi}").format(stoi=words.number(figures.stoi, 3)),
            self.tr("loudness {change} LU").format(change=_signed(figures.loudness_change)),
        ]
        if figures.pesq is not None:
            parts.insert(1, self.tr("PESQ {pesq}").format(pesq=words.number(figures.pesq, 1)))
        self._quality.setText(" · ".join(parts))

    def _sentence(self, figures: api.VoiceMeasures) -> str:
        """Against the stronger control; no effect is said to be none."""
        if figures.drop_low <= 0:
            return self.tr(
                "In our test this did no more than noise of the same strength: "
                "no measurable effect on this recording."
            )
        return self.tr(
            "In our test a voice recogniser finds it less like you than noise of the same "
            "strength does, by {drop}. It raises the cost of cloning; it is not a guarantee."
        ).format(drop=words.number(figures.similarity_speech - figures.similarity, 2))


def _signed(value: float) -> str:
    text = words.number(abs(value), 2)
    return f"−{text}" if value < -0.005 else f"+{text}"
