"""What became of a recording, and the figures of the saved one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine import api
from ui import voice_words, words
from ui.desk import Desk
from ui.pages.voice_clones import VoiceClones
from ui.pages.voice_model import Recording
from ui.widgets.measures import Row
from ui.widgets.outcome import Outcome, SavedResult


class VoiceOutcome(Outcome):
    """With what a cloner gets of the voice below the figures."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.clones = VoiceClones(desk)
        super().__init__(desk, VoiceFigures(), parent)
        self.column.addWidget(self.clones)

    def show_entry(self, entry: Recording | None) -> None:
        self.clones.setVisible(entry is not None and entry.result is not None)
        if entry is not None:
            self.clones.show_item(entry.rehearsal)
        super().show_entry(entry)


class VoiceFigures(SavedResult):
    """The figures of the saved file, each beside its control, in plain words first."""

    def show_result(self, result: api.VoiceResult) -> None:
        figures = result.measures
        for part in (self.verdict, self.table, self.quality):
            part.setVisible(figures is not None)
        if figures is not None:
            self._show_measures(figures)
        scene = voice_words.scene(result.scene) if result.scene else ""
        self.warning.text.setText(
            self.tr("An ambience was added that everybody hears: {scene}.").format(scene=scene)
        )
        self.warning.setVisible(result.audible)
        notes = [note for key in result.notes if (note := words.note(key))]
        self.show_saved(result.output, notes, receipt=result.receipt is not None)

    def _show_measures(self, figures: api.VoiceMeasures) -> None:
        better = figures.drop_low > 0
        self.verdict.setText(self._sentence(figures))
        shown = (figures.similarity, figures.similarity_white, figures.similarity_speech)
        untouched = (words.number(figures.similarity_original, 2), "", "")
        self.table.show_rows(
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
        self.quality.setText(" · ".join(parts))

    def _sentence(self, figures: api.VoiceMeasures) -> str:
        """Against the stronger control; no effect is said to be none."""
        noise = min(figures.similarity_white, figures.similarity_speech)
        if figures.drop_low <= 0:
            return self.tr(
                "In our test this did no more than noise of the same strength: "
                "no measurable effect on this recording."
            )
        return self.tr(
            "In our test a voice recogniser finds it less like you than noise of the same "
            "strength does, by {drop}. It is not a guarantee: other recognisers may hear no "
            "difference, and a cloner may still copy the voice. Try that below."
        ).format(drop=words.number(noise - figures.similarity, 2))


def _signed(value: float) -> str:
    text = words.number(abs(value), 2)
    return f"−{text}" if value < -0.005 else f"+{text}"
