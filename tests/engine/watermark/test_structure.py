"""Bits as angles in the broad structure."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.watermark import structure
from engine.watermark.canvas import SIDE, WORKING_SIDE, canvas_of
from engine.watermark.keys import Key, new_key
from tests.engine.watermark.conftest import photo_of, scene

LENGTH = 256
ENERGY = SIDE * SIDE * 3.0


def angles(key: Key) -> structure.Angles:
    return structure.angles(key.stream("test", "", "angles"), LENGTH)


@pytest.fixture(scope="module")
def canvas() -> np.ndarray:
    return canvas_of(photo_of(scene()).working(WORKING_SIDE))


@pytest.fixture(scope="module")
def signs() -> np.ndarray:
    return np.random.default_rng(4).choice([-1.0, 1.0], LENGTH)


def right(canvas: np.ndarray, key: Key, signs: np.ndarray) -> float:
    return float(((structure.read(canvas, angles(key)) > 0) == (signs > 0)).mean())


def test_no_coefficient_serves_two_sums(key):
    places = angles(key).place.reshape(-1)
    assert len(set(places.tolist())) == len(places) == LENGTH * 2 * structure.EACH


def test_angles_are_turned_within_the_energy(canvas, key, signs):
    change = structure.turned(canvas, angles(key), signs, ENERGY)
    assert np.square(change).sum() <= 1.001 * ENERGY
    assert right(canvas + change, key, signs) > 0.95
    assert structure.certainty(structure.read(canvas + change, angles(key))) == structure.MOST


def test_less_than_enough_gives_up_a_quarter_at_most(canvas, key, signs):
    change = structure.turned(canvas, angles(key), signs, ENERGY / 8)
    assert np.square(change).sum() <= 1.001 * ENERGY / 8
    assert right(canvas + change, key, signs) > 0.7


@pytest.mark.parametrize("gain", [0.7, 1.3])
def test_contrast_does_not_move_them(canvas, key, signs, gain):
    marked = canvas + structure.turned(canvas, angles(key), signs, ENERGY)
    assert right(gain * marked + 20, key, signs) > 0.95


def test_what_is_spared_leaves_them_alone(canvas, key, signs):
    marked = canvas + structure.turned(canvas, angles(key), signs, ENERGY)
    other = 20 * cv2.GaussianBlur(np.random.default_rng(1).normal(size=canvas.shape), (0, 0), 9.0)
    read = structure.read(marked, angles(key))
    changed = structure.read(marked + structure.spared(other, angles(key)), angles(key))
    assert np.abs(changed - read).max() < 0.01
    assert np.abs(structure.read(marked + other, angles(key)) - read).max() > 0.1


def test_without_a_mark_nothing_is_certain(canvas):
    for _ in range(20):
        assert structure.certainty(structure.read(canvas, angles(new_key()))) < 1
