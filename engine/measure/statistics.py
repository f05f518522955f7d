"""How sure a figure is: bootstrap confidence intervals (Efron 1979), by photo where it matters.

Several edits of one photo are not independent, so resampling draws whole groups (photos), never
single measurements. Everything is seeded: the same data gives the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
ROUNDS = 4000

Statistic = Callable[[NDArray[np.float64]], float]


@dataclass(frozen=True)
class Interval:
    """A figure with its confidence interval; ``groups`` independent units stand behind it."""

    value: float
    low: float
    high: float
    groups: int
    level: float = LEVEL

    def excludes(self, value: float) -> bool:
        """Whether ``value`` lies outside: the difference is significant at 1 - level."""
        return not self.low <= value <= self.high


def mean(values: NDArray[np.float64]) -> float:
    return float(values.mean())


def bootstrap(
    groups: Sequence[Sequence[float]],
    statistic: Statistic = mean,
    level: float = LEVEL,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Interval:
    """Percentile interval of ``statistic`` over all measurements, groups resampled whole.

    ``groups`` holds the measurements of each independent unit; empty ones are left out. With a
    single group the interval is as wide as a float goes: one photo says nothing about others.
    Raises ``ValueError`` without any measurement.
    """
    filled = [np.asarray(group, dtype=np.float64) for group in groups if len(group)]
    if not filled:
        raise ValueError("no measurement to estimate from")
    value = statistic(np.concatenate(filled))
    if len(filled) == 1:
        return Interval(value, -np.inf, np.inf, 1, level)
    random = np.random.default_rng(seed)
    drawn = random.integers(len(filled), size=(rounds, len(filled)))
    estimates = [statistic(np.concatenate([filled[i] for i in row])) for row in drawn]
    low, high = np.quantile(estimates, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), len(filled), level)


def bootstrap_sums(
    table: NDArray[np.float64],
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    level: float = LEVEL,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Interval:
    """Percentile interval of a function of the row sums of a table (k, n), columns resampled.

    Column i holds the k figures of unit i, which belong together. ``statistic`` maps sums
    (k, rounds) to (rounds,). With a single column the interval is as wide as a float goes. Raises
    ``ValueError`` without any.
    """
    count = table.shape[1]
    if not count:
        raise ValueError("no measurement to estimate from")
    value = float(statistic(table.sum(1, keepdims=True))[0])
    if count == 1:
        return Interval(value, -np.inf, np.inf, 1, level)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(count, np.full(count, 1 / count), size=rounds)
    low, high = np.quantile(statistic(table @ drawn.T), [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high), count, level)


def paired_mean(ours: Sequence[float], theirs: Sequence[float], level: float = LEVEL) -> Interval:
    """Student's interval of the mean of ours - theirs, paired, for the few measurements with which
    a bootstrap would be too sure. With one pair it is as wide as a float goes.

    Raises ``ValueError`` when they do not pair up or hold nothing.
    """
    from scipy.stats import t

    if len(ours) != len(theirs) or not len(ours):
        raise ValueError("as many measurements as there are on the other side, and at least one")
    differences = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    count, value = len(differences), float(differences.mean())
    if count == 1:
        return Interval(value, -np.inf, np.inf, 1, level)
    reach = float(t.ppf((1 + level) / 2, count - 1) * differences.std(ddof=1) / np.sqrt(count))
    return Interval(value, value - reach, value + reach, count, level)


def bootstrap_difference(
    ours: Sequence[Sequence[float]],
    theirs: Sequence[Sequence[float]],
    level: float = LEVEL,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Interval:
    """Interval of mean(ours) - mean(theirs), paired by group (the same photos in both).

    Raises ``ValueError`` when the groups do not pair up or hold nothing.
    """
    if len(ours) != len(theirs):
        raise ValueError("paired groups must be as many on both sides")
    pairs = [
        (np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
        for a, b in zip(ours, theirs, strict=True)
        if len(a) and len(b)
    ]
    if not pairs:
        raise ValueError("no measurement to estimate from")

    table = np.array([[a.sum(), len(a), b.sum(), len(b)] for a, b in pairs]).T
    return bootstrap_sums(table, lambda s: s[0] / s[1] - s[2] / s[3], level, rounds, seed)
