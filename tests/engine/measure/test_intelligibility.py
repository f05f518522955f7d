"""STOI, against another implementation of it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.measure.intelligibility import Intelligibility
from tests.engine.voice.sounds import voice

RATE = 16_000


@pytest.mark.parametrize("rate", [10_000, 16_000])
def test_it_agrees_with_pystoi(rate: int) -> None:
    pystoi = pytest.importorskip("pystoi")
    clean = voice(6.0, rate)
    noise = np.random.default_rng(0).standard_normal(len(clean)) * clean.std()
    judge = Intelligibility(clean, rate)
    for decibels in (0, 10, 20, 30):
        heard = clean + noise * 10 ** (-decibels / 20)
        assert judge.of(heard) == pytest.approx(pystoi.stoi(clean, heard, rate), abs=2e-3)


def test_the_clean_sound_itself_is_understood_whole() -> None:
    clean = voice(3.0, RATE)
    judge = Intelligibility(clean, RATE)
    assert judge.enough
    assert judge.of(clean) == pytest.approx(1.0, abs=1e-9)
    assert judge.of(0.1 * clean) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("clean", [np.zeros(16_000), np.zeros(0), voice(0.4, RATE)])
def test_with_too_little_speech_it_does_not_tell(clean: np.ndarray) -> None:
    judge = Intelligibility(clean, RATE)
    if clean.any():
        assert not judge.enough
    assert judge.of(clean) == 0.0
