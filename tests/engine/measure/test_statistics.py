"""Confidence intervals: right on average, by group, and reproducible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from engine.measure.statistics import bootstrap, bootstrap_difference, bootstrap_sums, paired_mean


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    covered = 0
    for trial in range(80):
        data = [[value] for value in random.normal(1.0, 2.0, 40)]
        interval = bootstrap(data, rounds=200, seed=trial)
        covered += not interval.excludes(1.0)
    assert 0.85 <= covered / 80 <= 1.0


def test_groups_widen_the_interval_of_measurements_that_hang_together() -> None:
    random = np.random.default_rng(1)
    photos = random.normal(0, 1, 20)
    grouped = [[value] * 8 for value in photos]
    apart = [[value] for value in photos for _ in range(8)]
    together, loose = bootstrap(grouped), bootstrap(apart)
    assert together.value == pytest.approx(loose.value)
    assert together.high - together.low > 2 * (loose.high - loose.low)
    assert together.groups == 20


def test_one_photo_proves_nothing() -> None:
    interval = bootstrap([[1.0, 1.0, 1.0]])
    assert interval.value == 1.0
    assert not interval.excludes(0.0)


def test_difference_is_paired() -> None:
    random = np.random.default_rng(2)
    level = random.normal(0, 10, 30)
    ours = [[value + 1 + random.normal(0, 0.1)] for value in level]
    theirs = [[value] for value in level]
    paired = bootstrap_difference(ours, theirs)
    assert paired.value == pytest.approx(1.0, abs=0.1)
    assert paired.excludes(0.0)
    assert not bootstrap_difference(theirs, theirs).excludes(0.0)


@settings(max_examples=20)
@given(
    st.lists(
        st.lists(st.floats(-5, 5, allow_nan=False), min_size=1, max_size=4), min_size=2, max_size=6
    )
)
def test_interval_lies_within_the_data_and_repeats(groups: list[list[float]]) -> None:
    interval = bootstrap(groups, rounds=50)
    flat = [value for group in groups for value in group]
    assert min(flat) - 1e-9 <= interval.low <= interval.high <= max(flat) + 1e-9
    assert bootstrap(groups, rounds=50) == interval


def test_nothing_measured_is_an_error() -> None:
    with pytest.raises(ValueError, match="no measurement"):
        bootstrap([[], []])
    with pytest.raises(ValueError, match="as many"):
        bootstrap_difference([[1.0]], [])
    with pytest.raises(ValueError, match="no measurement"):
        bootstrap_difference([[]], [[1.0]])


def test_columns_stay_together_when_resampled() -> None:
    random = np.random.default_rng(1)
    level = random.normal(10, 5, size=40)
    table = np.stack([level + 1 + random.normal(0, 0.1, 40), level])

    def difference(sums: np.ndarray) -> np.ndarray:
        return (sums[0] - sums[1]) / 40

    found = bootstrap_sums(table, difference)
    assert found.low < 1 < found.high and found.high - found.low < 0.2
    assert found == bootstrap_sums(table, difference)
    assert bootstrap_sums(table[:, :1], difference).low == -np.inf
    with pytest.raises(ValueError, match="no measurement"):
        bootstrap_sums(table[:, :0], difference)


def test_few_pairs_give_a_wide_interval() -> None:
    found = paired_mean([1.0, 1.2, 0.9, 1.1], [0.0, 0.1, 0.0, 0.1])
    # Student's 0.975 quantile with 3 degrees of freedom is 3.182.
    reach = 3.182 * np.std([1.0, 1.1, 0.9, 1.0], ddof=1) / 2
    assert found.value == pytest.approx(1.0)
    assert found.high - found.value == pytest.approx(reach, rel=1e-3)
    assert not paired_mean([1.0], [0.0]).excludes(0)
    with pytest.raises(ValueError, match="as many"):
        paired_mean([1.0], [])
