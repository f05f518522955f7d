"""What ties a recording's mark to its recording."""

from __future__ import annotations

import numpy as np
import pytest

from engine.watermark import binding
from engine.watermark.keys import Key, new_key
from engine.watermark.recordings import frames_of
from engine.watermark.scheme import spread
from engine.watermark.speech_dwt import FRAME, SpeechMark
from tests.engine.watermark.conftest import voice
from tests.engine.watermark.test_fingerprint import other

SCHEME = SpeechMark()
BITS = spread(0xFEDCBA9876543210, 256)


def belongs(sound: np.ndarray, key: Key, start: int = 0) -> str:
    frames = frames_of(iter([sound.astype(np.float32)]), start)
    return SCHEME.belongs(frames, SCHEME.setup(key), BITS)


@pytest.fixture(scope="module")
def mark(key) -> np.ndarray:
    return np.concatenate(
        list(SCHEME.generate(frames_of(iter([voice(14)])), SCHEME.setup(key), BITS, 17))
    )


def test_its_own_recording_matches_loud_quiet_cut_and_noisy(mark, key):
    marked = voice(14) + mark
    noise = 0.002 * np.random.default_rng(0).normal(size=len(marked))
    for version in (marked, marked / 3, marked + noise):
        assert belongs(version, key) == "matches"
    assert belongs(marked + 2.5 * noise, key) != "differs"
    assert belongs(marked[50_000:], key, -50_000 % FRAME) == "matches"


def test_another_recording_differs(mark, key):
    for strength in (1, 2):
        assert belongs(other() + strength * mark, key) == "differs"
    # Its own sound, but the frames in another order.
    swapped = np.concatenate([voice(14)[FRAME : 2 * FRAME], voice(14)[:FRAME]])
    assert belongs(swapped + mark[: 2 * FRAME], key) == "differs"


def test_too_little_says_nothing(mark, key):
    assert belongs((voice(14) + mark)[: FRAME - 1], key) == "unknown"
    assert belongs(np.zeros(3 * FRAME), key) == "unknown"
    assert belongs(voice(14), key) == "unknown"


def test_the_signs_depend_on_the_key_and_the_sound_but_not_on_its_level(key):
    def signs(sound: np.ndarray, key: Key) -> np.ndarray:
        return binding.pattern(sound[:FRAME], binding.tie(key.stream("dwt", "", "tie"), 30_720))

    mine = signs(voice(5), key)
    assert np.array_equal(mine, signs(voice(5) / 4, key))
    for others in (signs(voice(5), new_key()), signs(other(), key)):
        assert abs(np.corrcoef(mine, others)[0, 1]) < 0.5
