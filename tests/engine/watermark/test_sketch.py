"""What a payload says of its picture."""

from __future__ import annotations

import numpy as np
import pytest

from engine.watermark import channels, sketch
from engine.watermark.canvas import SIDE, WORKING_SIDE, Plane, canvas_of
from engine.watermark.keys import new_key
from tests.engine.watermark.conftest import photo_of, scene

EVERYWHERE = np.ones((SIDE, SIDE), np.float32)


def canvas(seed: int) -> Plane:
    return canvas_of(photo_of(scene(320, 240, seed=seed)).working(WORKING_SIDE))


@pytest.mark.parametrize("name", ["jpeg-10", "noise-0.05", "blur-2", "contrast-1.5"])
def test_a_picture_matches_itself_after_what_happens_to_pictures(key, name):
    for seed in range(8):
        seen = photo_of(scene(320, 240, seed=seed)).working(WORKING_SIDE)
        number = sketch.number_of(canvas_of(seen), key)
        changed = canvas_of(channels.CHANNELS[name](seen))
        assert sketch.compare(changed, EVERYWHERE, number, key) == "matches"


def test_other_pictures_differ(key):
    number = sketch.number_of(canvas(0), key)
    said = [sketch.compare(canvas(seed), EVERYWHERE, number, key) for seed in range(1, 30)]
    assert said.count("matches") <= 2 and said.count("differs") >= 26


def test_who_lacks_the_key_does_not_know_what_is_asked(key):
    number = sketch.number_of(canvas(0), key)
    said = [sketch.compare(canvas(0), EVERYWHERE, number, new_key()) for _ in range(30)]
    assert said.count("matches") <= 3


def test_too_little_to_compare_is_unknown(key):
    number = sketch.number_of(canvas(0), key)
    corner = np.zeros_like(EVERYWHERE)
    corner[:200, :200] = 1
    assert sketch.compare(canvas(0), corner, number, key) == "unknown"
    assert sketch.compare(np.full_like(EVERYWHERE, 128), EVERYWHERE, number, key) == "unknown"
