"""Lines, error rates and probabilities for detectors, from scores of files that are known.

Scores are logits: the larger, the more "generated".
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FALSE_POSITIVES = 0.01
Floats = NDArray[np.float64]


def threshold(scores: Floats, rate: float = FALSE_POSITIVES) -> float:
    """Split-conformal: the ceil((n + 1)(1 - rate))-th smallest score, the largest for small n."""
    ordered = np.sort(scores)
    rank = math.ceil((len(ordered) + 1) * (1 - rate))
    return float(ordered[min(rank, len(ordered)) - 1])


def interval(wrong: int, count: int) -> tuple[float, float]:
    """Clopper and Pearson's exact 95 % interval of a share."""
    from scipy.stats import beta

    low = 0.0 if wrong == 0 else float(beta.ppf(0.025, wrong, count - wrong + 1))
    high = 1.0 if wrong == count else float(beta.ppf(0.975, wrong + 1, count - wrong))
    return low, high


def logistic(real: Floats, fake: Floats) -> tuple[float, float]:
    """Slope and offset of Platt's scaling, both kinds weighing the same; Newton's method."""
    x = np.concatenate([real, fake])
    # Platt's targets, a little inside 0 and 1, keep the slope finite.
    y = np.concatenate(
        [np.full(len(real), 1 / (len(real) + 2)), np.full(len(fake), 1 - 1 / (len(fake) + 2))]
    )
    weight = np.concatenate([np.full(len(real), 1 / len(real)), np.full(len(fake), 1 / len(fake))])
    slope, offset = 1.0, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(slope * x + offset, -40, 40)))
        error, curve = weight * (p - y), weight * p * (1 - p) + 1e-9
        gradient = np.array([(error * x).sum(), error.sum()])
        hessian = np.array(
            [[(curve * x * x).sum(), (curve * x).sum()], [(curve * x).sum(), curve.sum()]]
        )
        step = np.linalg.solve(hessian + 1e-6 * np.eye(2), gradient)
        slope, offset = slope - float(step[0]), offset - float(step[1])
    return slope, offset


def expected_error(probabilities: Floats, labels: Floats, weights: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    total = 0.0
    for number in range(bins):
        inside = place == number
        mass = float(weights[inside].sum())
        if mass:
            said = float((weights[inside] * probabilities[inside]).sum()) / mass
            was = float((weights[inside] * labels[inside]).sum()) / mass
            total += mass * abs(said - was)
    return total / float(weights.sum())


def auc(real: Floats, fake: Floats) -> float:
    """Probability that a generated one scores higher than a real one."""
    return float((fake[:, None] > real[None]).mean() + 0.5 * (fake[:, None] == real[None]).mean())
