"""What each protection does, against whom, how that was measured, and what it does not do.

The words are written; every figure comes from ``assets/measured.json``, which
``tests.bench.report`` writes from the benchmarks. What was not measured is said to be so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine import api
from ui import theme, words
from ui.widgets.sheet import scrolling_sheet
from ui.widgets.small import button, hairline, label

PUBLISHED = "published GE2E, as-saved"  # a row of a voice's figures
FILE = Path(__file__).resolve().parents[2] / "assets" / "measured.json"
WIDTH = 640

Figures = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """``found`` are the sentences with figures; none when nothing was measured."""

    title: str
    does: str
    against: str
    found: tuple[str, ...]
    limits: str


def measured(file: Path = FILE) -> Figures:
    """The figures by benchmark; empty when there is no file, or it cannot be read."""
    try:
        figures = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return figures if isinstance(figures, dict) else {}


class ThreatsDialog(QDialog):
    """Opened anew each time, so it never retranslates."""

    def __init__(self, parent: QWidget | None = None, figures: Figures | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What it protects against"))
        self._figures = measured() if figures is None else figures
        space = theme.Space
        column = QVBoxLayout()
        column.setSpacing(space.S)
        self._add(column, "title", self.tr("What it protects against"))
        self._add(
            column,
            "muted",
            self.tr(
                "Everything here raises the cost of misuse; nothing makes it impossible. The "
                "figures were measured on models and people that no protection was computed on, "
                "beside noise of the same strength as a control."
            ),
        )
        self.sections = self._sections()
        for section in self.sections:
            self._show(column, section)
        column.addStretch(1)
        close = button("primary")
        close.setText(self.tr("Close"))
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setContentsMargins(space.L, space.S, space.L, space.L)
        row.addStretch(1)
        row.addWidget(close)
        area = scrolling_sheet(column, WIDTH)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that the keyboard can scroll it
        area.setAccessibleName(self.windowTitle())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area, 1)
        layout.addLayout(row)
        self.resize(760, 640)

    def _show(self, column: QVBoxLayout, section: Section) -> None:
        column.addSpacing(theme.Space.M)
        self._add(column, "heading", section.title)
        column.addWidget(hairline())
        self._add(column, "", section.does)
        found = section.found or (self.tr("Not measured for this version yet."),)
        for heading, text in (
            (self.tr("Against whom"), section.against),
            (self.tr("Measured"), "\n".join(found)),
            (self.tr("What it does not do"), section.limits),
        ):
            self._add(column, "section", heading)
            self._add(column, "", text)

    def _add(self, column: QVBoxLayout, look: str, text: str) -> None:
        made = label(look, wrap=True)
        made.setText(text)
        column.addWidget(made)

    # ---- the words --------------------------------------------------------------------------

    def _sections(self) -> tuple[Section, ...]:
        edit = Section(
            self.tr("Photos: AI editing"),
            self.tr(
                "The picture is changed a little, so that what an AI model sees of it moves away "
                "from what people see."
            ),
            self.tr(
                "Somebody who feeds your picture to an AI tool as it is. Less against somebody who "
                "shrinks or compresses it first, hardly against somebody who cleans it with AI."
            ),
            (*self._moved(), *self._edits()),
            self.tr(
                "It prevents no edit for certain, it does not help against a photo of the screen, "
                "and pictures that are out already stay as they are."
            ),
        )
        training = Section(
            self.tr("Photos: training on your style"),
            self.tr(
                "The same change, computed so that a personal model that is trained on the "
                "pictures learns something else."
            ),
            self.tr("Somebody who trains a small model on a handful of your pictures."),
            self._training(),
            self.tr("It does not help where most of the pictures are unprotected."),
        )
        voice = Section(
            self.tr("Voices: cloning"),
            self.tr(
                "A faint sound follows your speech, so that some of the models that compare voices "
                "find it less like yours."
            ),
            self.tr(
                "Meant against somebody who clones a voice from the file as you published it. Not "
                "against somebody who has other recordings of you."
            ),
            self._voices(),
            self.tr(
                "Models differ: our own recognisers are misled, a published one hardly notices, "
                "and the two cloners that we tried copied a protected voice as well as one with "
                "white noise of the same strength in it, though such noise is heard more."
            ),
        )
        marks = Section(
            self.tr("Marks: proving that it is yours"),
            self.tr(
                "An invisible pattern that only your key can read goes into the file; the "
                "registry keeps what you marked."
            ),
            self.tr("Somebody who passes your work on as theirs, cropped, scaled or saved anew."),
            self._marks(),
            self.tr(
                "It stops nobody from copying, and a large crop or a heavy change can remove it."
            ),
        )
        check = Section(
            self.tr("Check: is it fake?"),
            self.tr(
                "It reads what a file says of its own making, looks for marks and traces, and says "
                "inconclusive where the evidence is thin."
            ),
            self.tr("Somebody who passes a generated picture, voice or clip off as real."),
            self._checks(),
            self.tr("That no sign was found does not prove that something is real."),
        )
        faces = (self._faces(),) if "faceswap" in api.THREATS else ()
        return (edit, training, *faces, voice, marks, check)

    def _faces(self) -> Section:
        return Section(
            self.tr("Photos: face swaps"),
            self.tr("Faces are changed a little, so that a face recogniser takes them for others."),
            self.tr("Somebody who pastes this face into another picture with an AI tool."),
            self._recognisers(),
            self.tr("It does not help where other pictures of the face are to be had."),
        )

    def _moved(self) -> tuple[str, ...]:
        found = self._figures.get("transfer")
        if not found:
            return ()
        text = self.tr(
            "On {n} photos an encoder was moved by {ours}; plain noise of the same strength moved "
            "it by {white}, coarse noise by {blocks}."
        )
        return (
            text.format(
                n=found["pictures"],
                ours=words.number(found["cloak"], 2),
                white=words.number(found["white"], 2),
                blocks=words.number(found["blocks_4px"], 2),
            ),
        )

    def _edits(self) -> tuple[str, ...]:
        found = self._figures.get("immunisation", {})
        lines = [v for k, v in found.items() if k.startswith("none / known /") and _counted(v)]
        if not lines:
            return ()
        text = self.tr(
            "Of {n} edits that a small editor got right on the original, the cloak spoiled this "
            "share: {rate}."
        )
        return (text.format(n=lines[0]["counted"], rate=lines[0]["isr"]),)

    def _training(self) -> tuple[str, ...]:
        found = self._figures.get("personalisation")
        if not found or "trajectory" not in found:
            return ()
        text = self.tr(
            "With {n} people: what the personal model drew was this similar to the person, trained "
            "on the originals {clean}, on protected pictures {ours}, on noise {white}."
        )
        return (
            text.format(
                n=found["subjects"],
                clean=found["unprotected"],
                ours=found["trajectory"],
                white=found["white"],
            ),
        )

    def _recognisers(self) -> tuple[str, ...]:
        text = self.tr(
            "{n} people, recogniser {name}: another photo of the same person was {ours} alike, "
            "before {clean}, with noise of the same strength {white}."
        )
        return tuple(
            text.format(
                n=found["people"],
                name=name.removeprefix("faces-").removesuffix("-as-saved"),
                ours=words.number(found["cloaked"], 2),
                clean=words.number(found["clean"], 2),
                white=words.number(min(found["white"], found["blocks"]), 2),
            )
            for name, found in self._figures.items()
            if name.startswith("faces-") and name.endswith("-as-saved")
        )

    def _voices(self) -> tuple[str, ...]:
        text = self.tr(
            "{method}: similarity to the real voice fell by {drop} (95 % interval {low} to "
            "{high}); noise like speech of the same strength took {noise}. Intelligibility {stoi}."
        )
        published = self.tr(
            "{method}, a published recogniser that was never used: {ours} alike, before {clean}, "
            "with noise like speech of the same strength {noise}."
        )
        known = {name: f for name, f in self._figures.items() if "judge_drop" in f}
        lines = [
            text.format(
                method=name.removeprefix("voice-"),
                drop=words.number(found["judge_drop"], 2),
                low=words.number(found["judge_drop_low"], 2),
                high=words.number(found["judge_drop_high"], 2),
                noise=words.number(found["speech_noise_drop"], 2),
                stoi=words.number(found["stoi"], 3),
            )
            for name, found in known.items()
        ]
        for name, found in known.items():
            row = found.get(PUBLISHED)
            if row is not None:
                lines.append(
                    published.format(
                        method=name.removeprefix("voice-"),
                        ours=words.number(row["ours"], 2),
                        clean=words.number(row["clean"], 2),
                        noise=words.number(row["speech"], 2),
                    )
                )
        return tuple(lines)

    def _marks(self) -> tuple[str, ...]:
        found = self._figures.get("marks-pixel", {}).get("found_blind")
        if not found:
            return ()
        worst: dict[str, tuple[str, float]] = {}  # the hardest treatment of each kind
        for name, share in found.items():
            kind = name.partition("-")[0]
            if kind not in worst or share <= worst[kind][1]:
                worst[kind] = name, share
        shares = ", ".join(
            f"{self._treatment(name)} {words.percent(share, 0)}" for name, share in worst.values()
        )
        n = self._figures["marks-pixel"]["pictures"]
        text = self.tr(
            "Found again, with one false alarm in a million, on {n} pictures after: {shares}."
        )
        return (text.format(n=n, shares=shares),)

    def _treatment(self, name: str) -> str:
        """What was done to the marked picture; one without words is named as it is."""
        kind, _, value = name.partition("-")
        texts = {
            "none": self.tr("as saved"),
            "jpeg": self.tr("JPEG {value}"),
            "resize": self.tr("scaled by {value}"),
            "crop": self.tr("cropped by {value}"),
            "rotate": self.tr("rotated by {value}°"),
            "blur": self.tr("blur {value}"),
            "noise": self.tr("noise {value}"),
            "brightness": self.tr("{value} times as bright"),
            "contrast": self.tr("{value} times the contrast"),
            "round": self.tr("through an AI encoder and back"),
            "mirror": self.tr("mirrored"),
        }
        return texts[kind].format(value=value) if kind in texts else name

    def _checks(self) -> tuple[str, ...]:
        kinds = (
            (
                "check-photos",
                self.tr("Real photos called fake: {count} of {of} (at most {high} %)."),
            ),
            (
                "check-photos-768-q60",
                self.tr("The same as messengers send them: {count} of {of} (at most {high} %)."),
            ),
            (
                "check-speech",
                self.tr("Real recordings called fake: {count} of {of} (at most {high} %)."),
            ),
        )
        lines = []
        for name, text in kinds:
            found = self._figures.get(name, {})
            if found.get("of"):
                high = words.number(100 * found["interval"][1], 1)
                lines.append(text.format(high=high, **_counts(found)))
        made = [f for name, f in self._figures.items() if name.startswith("check-generated-")]
        if of := sum(found["of"] for found in made):
            text = self.tr("Generated files called generated: {count} of {of}.")
            lines.append(text.format(count=sum(found["count"] for found in made), of=of))
        return tuple(lines)


def _counted(line: Any) -> bool:
    return isinstance(line, dict) and bool(line.get("counted"))


def _counts(found: dict[str, Any]) -> dict[str, int]:
    return {"count": found["count"], "of": found["of"]}
