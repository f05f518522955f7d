"""What is left of a protection after something was done to the file: one row per treatment.

Photos and voices share it, and the window shows it in one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# What the 95 % interval of effect minus control says: "worse" for the attacker lies wholly beyond
# zero on the owner's side, "none" holds zero or was not sampled, "better" helps the attacker.
AttackVerdict = Literal["worse", "none", "better"]


@dataclass(frozen=True)
class SurvivalRow:
    """One treatment of the protected file and, as control, of the original.

    ``treatment`` is a key such as "as-saved", "jpeg-75" or "mp3-128", which the interface
    translates. ``effect`` and ``control`` are the figure that ``SurvivalTable.measure`` names:
    of the treated protected file, and of the treated original (what the treatment does by
    itself). ``low`` and ``high`` are the 95 % interval of the effect where it was sampled.
    """

    treatment: str
    effect: float
    control: float
    low: float | None = None
    high: float | None = None
    picture: str | None = None  # name of the ``Picture`` or clip that shows it
    note: str | None = None  # key of why it is missing or special


@dataclass(frozen=True)
class SurvivalTable:
    """``measure`` is the key of the figure in the rows; ``higher_is_better`` for the owner.

    ``judge`` is the id of the model that judged, which no protection was optimised on. ``control``
    is the key of what the second figure is about.
    """

    attack: str
    measure: str
    judge: str
    rows: tuple[SurvivalRow, ...]
    higher_is_better: bool = True
    control: Literal["original", "noise"] = "original"  # noise: the original with equal soft noise

    @property
    def worst(self) -> SurvivalRow | None:
        """The row in which least is left beyond the control; None for an empty table."""
        sign = 1 if self.higher_is_better else -1
        return min(self.rows, key=lambda row: sign * (row.effect - row.control), default=None)

    def verdict(self, row: SurvivalRow) -> AttackVerdict:
        """What the row's interval says about the attacker."""
        if row.low is None or row.high is None or row.low <= row.control <= row.high:
            return "none"
        return "worse" if (row.low > row.control) == self.higher_is_better else "better"
