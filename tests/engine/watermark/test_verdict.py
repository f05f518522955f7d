from __future__ import annotations

import math

import pytest
from scipy import stats

from engine.watermark.verdict import Evidence, payload_evidence, tail, threshold


@pytest.mark.parametrize(
    ("length", "expected"),
    [(128, (78, 82, 92)), (100, (63, 66, 74)), (64, (42, 45, 51)), (32, (24, 26, 30))],
)
def test_published_thresholds(length, expected):
    assert tuple(threshold(length, a) for a in (1e-2, 1e-3, 1e-6)) == expected


@pytest.mark.parametrize("length", [32, 256, 384])
def test_tail_agrees_with_scipy(length):
    for matches in range(0, length + 1, 7):
        assert math.isclose(
            tail(length, matches), stats.binom.sf(matches - 1, length, 0.5), rel_tol=1e-9
        )


def test_no_length_can_reach_an_impossible_level():
    assert threshold(8, 1e-6) == 9


def test_correction_multiplies_and_never_exceeds_one():
    assert Evidence(200, 256, 48).p_value == pytest.approx(48 * tail(256, 200))
    assert Evidence(128, 256, 48).p_value == 1.0
    assert not Evidence(170, 256, 1e6).found and Evidence(172, 256, 1).found


def test_a_decoded_payload_must_beat_all_code_words():
    assert not payload_evidence(205, 256, 1).found
    assert payload_evidence(220, 256, 1).found
    assert payload_evidence(256, 256, 16).one_in > 1e50
