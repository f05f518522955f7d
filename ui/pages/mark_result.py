"""The figures of a marked and of a cleaned file."""

from __future__ import annotations

from engine import api
from engine.wording import marks
from ui import words
from ui.widgets.measures import Row
from ui.widgets.outcome import SavedResult
from ui.words import translate


class MarkFigures(SavedResult):
    """How surely the mark is read from the saved file, untouched and after what often happens."""

    def show_result(self, result: api.MarkResult) -> None:
        notes = {key: note for key in result.notes if (note := words.note(key))}
        there = self.tr("Your mark is in it: it was read back from the saved file.")
        self.verdict.setText(notes.pop("mark-weak", there))
        self.table.show_rows(
            self.tr("Chance that an unmarked file looks like this, measured on the saved file"),
            (self.tr("chance"),),
            [
                Row(
                    translate("Marks", marks.TREATMENTS.get(name, name)),
                    (marks.chance(p, translate),),
                )
                for name, p in result.survival.items()
            ],
        )
        self.quality.setText(
            self.tr("Mark {payload}\n{psnr} dB").format(
                payload=result.payload, psnr=words.number(result.psnr, 1)
            )
        )
        self.show_saved(result.output, notes.values())


class CleanFigures(SavedResult):
    """How far the colours moved, and how much of a hidden message is left."""

    def show_result(self, result: api.SanitiseResult) -> None:
        self.verdict.setText(
            self.tr("No colour moved by more than {bound} %.").format(
                bound=words.number(100 * result.bound, 1)
            )
        )
        self.table.show_rows(
            self.tr("How much of a hidden message is still right"),
            (self.tr("cleaned"), self.tr("plain noise")),
            [Row(name, (after, noise)) for name, after, noise in marks.effect(result, translate)],
        )
        notes = [note for key in result.notes if (note := words.note(key))]
        self.show_saved(result.output, [translate("Marks", marks.EFFECT), *notes])
