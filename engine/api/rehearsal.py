"""Jobs and results of rehearsals: what somebody gets who attacks a protected photo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from engine.api.events import Picture
from engine.api.photo import Noticed
from engine.api.survival import AttackVerdict, SurvivalTable

Attack = Literal["edit", "personalise", "purify", "faceswap"]
# What works today; an attack is added here by the issue that makes it work.
ATTACKS: tuple[Attack, ...] = ("edit", "purify", "personalise", "faceswap")

# Pictures drawn by us that a face can be swapped into: of nobody.
TARGETS: tuple[str, ...] = ("studio", "evening", "garden")

# Instructions to pick from: the built-in edits by name, in words that every editor knows. The
# built-in editors understand these edits only, in English.
INSTRUCTIONS: dict[str, str] = {
    "black-and-white": "make it black and white",
    "sepia": "make it sepia",
    "warm": "make it warmer",
    "cold": "make it colder",
    "night": "make it night",
    "snow": "make it snow",
    "pencil-sketch": "turn it into a pencil sketch",
    "posterise": "posterise it",
    "oil-paint": "make it an oil painting",
    "mosaic": "make it a mosaic",
    "blur-background": "blur the background",
    "invert": "invert the colours",
    "rotate-hue": "rotate the hue",
    "add-frame": "add a red frame",
    "night-vision": "make it look like night vision",
    "neon": "turn it into neon lights",
}


@dataclass(frozen=True)
class RehearsePhoto:
    """Attack an original (the control) and its protected file alike, and compare.

    ``quick`` leaves out what takes long; the result says which rows those are.
    """

    kind: ClassVar[str] = "rehearse-photo"

    file: Path  # the original
    protected: Path
    attacks: tuple[Attack, ...] = ("edit", "purify")
    instruction: str = INSTRUCTIONS["black-and-white"]  # of the edit
    target: Path | None = None  # the picture that a face is swapped into; None: ``sample``
    sample: str = TARGETS[0]
    # The user says that the face is theirs, or that whose face it is has agreed. Needed to swap it.
    consent: bool = False
    seed: int = 0
    quick: bool = True
    preview: bool = False  # yield Picture previews while running
    folder: Path | None = None  # where downloaded models are kept; the usual place by default


@dataclass(frozen=True)
class SwapFigures:
    """Cosines of the judge encoder, means over several swaps: 1 is the same face.

    ``owner``: how alike the swapped face is to the owner, from the protected photo and, as
    control, from the original; ``target``: to the person in the picture it was put into, likewise;
    ``before``: how alike that person is to the owner without any swap. ``recognised``: how alike
    the protected face is to the original one; a search with the judge finds it from ``threshold``
    on, where it errs equally often both ways. ``located``: whether a face is still found.
    """

    owner: float
    owner_control: float
    target: float
    target_control: float
    before: float
    recognised: float
    threshold: float
    located: bool


@dataclass(frozen=True)
class AttackOutcome:
    """What one attack got. ``verdict`` is about the attacker and the row that decides: the file as
    saved for an edit, the worst treatment for purifying.

    ``pictures`` are named "control:TREATMENT" and "attacked:TREATMENT" for each row of the table
    that has some: what the attacker gets from the original and from the protected file.
    ``left_out`` are the treatments that quick mode, or a model that is not there, leaves out.
    ``spoiled``: how many edits both judges call spoiled, of how many whose control succeeded;
    None where nobody knows the right result.
    """

    attack: Attack
    table: SurvivalTable
    verdict: AttackVerdict
    pictures: tuple[Picture, ...] = ()
    left_out: tuple[str, ...] = ()
    spoiled: tuple[int, ...] | None = None
    notes: tuple[str, ...] = ()
    swap: SwapFigures | None = None  # of a face swap

    def picture(self, side: str, treatment: str) -> Picture | None:
        """``side`` is "control" or "attacked"."""
        name = f"{side}:{treatment}"
        return next((each for each in self.pictures if each.name == name), None)


@dataclass(frozen=True)
class RehearsalResult:
    """``noticed`` is how easily the cloak itself is noticed; None without the detector."""

    file: Path
    protected: Path
    instruction: str
    outcomes: tuple[AttackOutcome, ...]
    seconds: float
    noticed: Noticed | None = None
