"""Verify: exact chances of a false alarm, corrected for everything that was tried.

For a fixed file without a mark, the bits read under a random key are fair and independent: each
is the sign of a sum with random signs, exclusive-or a random mask bit. So the number of agreeing
bits is Binomial(L, 1/2), whatever the file looks like.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

ALPHA = 1e-6  # a mark is "found" below this corrected chance of a false alarm
SMALLEST = 1e-300  # what is reported when the exact value underflows a float


@cache
def tail(length: int, matches: int) -> float:
    """P(at least ``matches`` of ``length`` fair bits agree), exact up to one rounding."""
    if matches <= 0:
        return 1.0
    ways = sum(math.comb(length, k) for k in range(matches, length + 1))
    # Python divides integers of any size with correct rounding; below SMALLEST nobody asks.
    chance: float = ways / 2**length
    return max(chance, SMALLEST)


@cache
def threshold(length: int, alpha: float) -> int:
    """The fewest matches whose ``tail`` is at most ``alpha``; ``length + 1`` if none is."""
    return next((m for m in range(length + 1) if tail(length, m) <= alpha), length + 1)


@dataclass(frozen=True)
class Evidence:
    """What one comparison found.

    ``trials`` counts every comparison that could have given this one's result (keys x
    geometries x schemes x payloads); ``p_value`` is Bonferroni-corrected for them.
    """

    matches: int
    length: int
    trials: float

    @property
    def p_value(self) -> float:
        return min(1.0, tail(self.length, self.matches) * self.trials)

    @property
    def found(self) -> bool:
        return self.p_value <= ALPHA

    @property
    def one_in(self) -> float:
        """The chance of a false alarm as "1 in ..."."""
        return 1 / self.p_value


def payload_evidence(matches: int, length: int, trials: float, payload_bits: int = 64) -> Evidence:
    """For a decoded payload: any of the 2^64 code words could have been the nearest one."""
    return Evidence(matches, length, trials * 2.0**payload_bits)
