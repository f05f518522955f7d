"""The figures of a saved photo."""

from __future__ import annotations

from engine import api
from ui import words
from ui.widgets.measures import Row
from ui.widgets.outcome import SavedResult

HARDLY_SEEN = 36.0  # dB PSNR, what "balanced" keeps


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
        self.verdict.setText(self._sentence(figures))
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

    def _sentence(self, figures: api.PhotoMeasures) -> str:
        """What the eye and what the model makes of it, against both controls; no effect is said to
        be none."""
        plain, soft = figures.latent_shift_white, figures.latent_shift_lowpass
        times = {
            "plain": _times(figures.latent_shift, plain),
            "soft": _times(figures.latent_shift, soft),
        }
        if figures.latent_shift <= plain:
            return self.tr(
                "In our test this did no more than noise of the same strength: "
                "no measurable effect on this photo."
            )
        if figures.latent_shift <= soft:
            said = self.tr(
                "In our test the change that an AI model saw was {plain} times as large as from "
                "plain noise of the same strength, but no larger than from soft noise: no "
                "measurable effect of the cloak itself on this photo."
            )
        elif figures.psnr >= HARDLY_SEEN:
            said = self.tr(
                "The eye hardly sees a change. An AI model saw one, in our test: {plain} times as "
                "large as from plain noise of the same strength, {soft} times as large as from "
                "soft noise. It makes misuse harder; it is not a guarantee."
            )
        else:
            said = self.tr(
                "In our test the change that an AI model saw was {plain} times as large as from "
                "plain noise of the same strength, {soft} times as large as from soft noise. "
                "It makes misuse harder; it is not a guarantee."
            )
        return said.format(**times)


def _times(shift: float, control: float) -> str:
    """Two digits where one would call a little more "1.0"."""
    if not control:
        return "∞"
    ratio = shift / control
    return words.number(ratio, 1 if ratio >= 1.05 else 2)
