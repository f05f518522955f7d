"""The figures of a saved photo."""

from __future__ import annotations

from engine import api
from ui import words
from ui.widgets.measures import Row
from ui.widgets.outcome import SavedResult


class PhotoFigures(SavedResult):
    """The figures of the saved file, each beside its control, in plain words first."""

    def show_result(self, result: api.PhotoResult) -> None:
        figures = result.measures
        if figures.faces is not None and result.receipt.parameters.get("threats") == ["faceswap"]:
            self._show_faces(figures.faces)
        else:
            self._show_shift(figures)
        self.quality.setText(
            self.tr("PSNR {psnr} dB · SSIM {ssim}").format(
                psnr=words.number(figures.psnr, 1), ssim=words.number(figures.ssim, 3)
            )
        )
        notes = [note for key in result.notes if (note := words.note(key))]
        if result.noticed:
            notes.append(self._noticed(result.noticed))
        self.show_saved(result.output, notes)

    def _show_shift(self, figures: api.PhotoMeasures) -> None:
        control = max(figures.latent_shift_white, figures.latent_shift_lowpass)
        better = figures.latent_shift > control
        self.verdict.setText(self._sentence(figures.latent_shift, control))
        shifts = (
            figures.latent_shift,
            figures.latent_shift_white,
            figures.latent_shift_lowpass,
        )
        self.table.show_rows(
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
        self.verdict.setText(verdict)
        likeness = (faces.likeness, faces.likeness_white, faces.likeness_blocks)
        self.table.show_rows(
            self.tr("How alike a face recogniser finds them before and after, 1 is the same"),
            (self.tr("yours"), self.tr("plain noise"), self.tr("soft noise")),
            [Row(self.tr("saved file"), tuple(words.number(v, 2) for v in likeness), good=better)],
        )

    def _noticed(self, noticed: api.Noticed) -> str:
        sentence = self.tr(
            "How easily the cloak itself is noticed: our detector gives {probability}; of {clean} "
            "photos without a cloak, {count} got as much."
        )
        if noticed.clean_as_high == 0:
            sentence = self.tr(
                "How easily the cloak itself is noticed: our detector gives {probability}; of "
                "{clean} photos without a cloak, none got as much."
            )
        return sentence.format(
            probability=words.percent(noticed.probability, 0),
            clean=noticed.clean,
            count=noticed.clean_as_high,
        )

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
