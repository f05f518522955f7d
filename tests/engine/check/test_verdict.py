"""The rules of the verdict."""

from __future__ import annotations

import pytest

from engine.api import DetectorReading, Evidence, StabilityRow
from engine.check.verdict import decide
from engine.check.words import EVIDENCE, REASONS, VERDICTS


def reading(score: float, weak: bool = False) -> DetectorReading:
    return DetectorReading(
        "image-detector", score, score, 0.8, 0.01, (0.0, 0.03), "photos", 0.9, weak
    )


def row(same: bool) -> StabilityRow:
    return StabilityRow("jpeg-75", "image-detector", 0.5, same)


GENERATED = Evidence("generator-metadata", "generated", "strong")
CHANGED = Evidence("credentials-changed", "manipulated", "strong")
CAMERA = Evidence("own-camera", "camera", "strong")
OWN = Evidence("own-mark", "own", "strong")
CLOAK = Evidence("cloak", "own", "hint")
HINT = Evidence("thumbnail-differs", "manipulated", "hint")
NOTE = Evidence("traces", "nothing", "explanation")


@pytest.mark.parametrize(
    ("evidence", "readings", "rows", "obstacles", "verdict", "level", "reason"),
    [
        ((GENERATED,), (), (), (), "generated", "strong", "generator-metadata"),
        ((GENERATED,), (), (), ("small",), "generated", "strong", "generator-metadata"),
        ((GENERATED, CAMERA), (), (), (), "inconclusive", "inconclusive", "contradiction"),
        ((CHANGED,), (), (), (), "manipulated", "strong", "credentials-changed"),
        ((CAMERA,), (reading(0.9),), (), (), "no_sign", "strong", "own-camera"),
        ((OWN,), (reading(0.99),), (), (), "no_sign", "strong", "own-mark"),
        ((CLOAK,), (reading(0.99),), (), (), "inconclusive", "inconclusive", "cloak"),
        ((HINT,), (reading(0.1),), (), (), "inconclusive", "inconclusive", "hints"),
        ((NOTE,), (reading(0.9),), (), ("small",), "inconclusive", "inconclusive", "small"),
        ((NOTE,), (), (), (), "inconclusive", "inconclusive", "no-detector"),
        ((), (reading(0.9),), (row(True),), (), "generated", "hint", "detector-above"),
        ((), (reading(0.9),), (row(False),), (), "inconclusive", "inconclusive", "unstable"),
        ((), (reading(0.1),), (row(False),), (), "inconclusive", "inconclusive", "unstable"),
        ((), (reading(0.9, True),), (row(True),), (), "inconclusive", "inconclusive", "weak-hint"),
        ((), (reading(0.1, True),), (row(True),), (), "inconclusive", "inconclusive", "weak-below"),
        ((), (reading(0.1, True), reading(0.1)), (row(True),), (), "no_sign", "hint",
         "detector-below"),
        ((), (reading(0.1),), (row(True),), (), "no_sign", "hint", "detector-below"),
    ],
)  # fmt: skip
def test_rules(
    evidence: tuple[Evidence, ...],
    readings: tuple[DetectorReading, ...],
    rows: tuple[StabilityRow, ...],
    obstacles: tuple[str, ...],
    verdict: str,
    level: str,
    reason: str,
) -> None:
    answer = decide(evidence, readings, rows, obstacles)
    assert answer[:2] == (verdict, level) and answer[2][0] == reason
    assert answer[:2] in VERDICTS and (reason in REASONS or reason in EVIDENCE)


def test_no_sentence_says_real() -> None:
    for text in VERDICTS.values():
        assert "is real" not in text or "not" in text
