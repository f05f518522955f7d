"""Text in the noise of a picture, on a denoiser whose distribution is known exactly."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from engine import api
from engine.models import builtin
from engine.problems import Problem
from engine.watermark import agm, pai
from engine.watermark.keys import new_key
from tests.engine.watermark.conftest import scene
from tests.engine.watermark.test_jobs import run
from tests.engine.watermark.test_pai import DENOISER, EMPTY

SHAPE = (4, 32, 32)
TEXT = "回家 at 7"


def made(key, text=TEXT, mean=0.6):
    room = agm.room_for(text)
    keyed = agm.carriers(key, DENOISER.sha256, room, SHAPE)
    bits = agm.frame(key, text, room)
    begin = agm.start(bits, keyed, agm.nearest(mean), SHAPE, bytes(range(32)))
    return pai.Noise(begin, 0 * begin, np.zeros(0, np.int64), np.zeros(0, np.float32))


def test_a_text_goes_through_sampling_and_inversion(key):
    noise = made(key)
    found = pai.invert(DENOISER, pai.sample(DENOISER, noise, EMPTY), noise)
    assert agm.read(found, key, DENOISER.sha256) == TEXT


def test_a_stranger_and_an_ordinary_picture_give_nothing(key):
    begin = made(key).start
    assert agm.read(begin, key, DENOISER.sha256) == TEXT
    for _ in range(5):
        assert agm.read(begin, new_key(), DENOISER.sha256) is None
    ordinary = np.random.default_rng(1).normal(size=SHAPE)
    assert agm.read(ordinary, key, DENOISER.sha256) is None
    assert agm.read(begin, key, "another model") is None


def test_rooms_hold_what_they_say(key):
    assert agm.room_for("") == 4 and agm.room_for("é" * 6) == 12
    assert agm.room_for("x" * 124) == 124 and agm.room_for("x" * 125) is None
    for room in agm.ROOMS:
        bits = agm.frame(key, "x" * room, room)
        assert agm.unframe(key, bits) == "x" * room and agm.unframe(new_key(), bits) is None
        bits[0] ^= 1
        assert agm.unframe(key, bits) is None


def test_the_same_text_is_never_hidden_twice_alike(key):
    first, second = (agm.frame(key, TEXT, 12) for _ in range(2))
    assert 0.25 < (first != second).mean() < 0.75


def test_the_second_stage_finds_the_least_divergence():
    for mean in (0.2, 0.5, 0.8):
        best = agm.nearest(mean)
        for spread in (0.9 * best.spread, 1.1 * best.spread, 1.0):
            assert agm.divergence(mean, spread) >= best.divergence
        # Near the spread at which the variance agrees; a strong text is better spread wider.
        assert -0.01 < best.spread - np.sqrt(1 - mean**2) < 0.15
    # Weak texts cost hardly anything, and the cost grows fast.
    assert agm.nearest(0.3).divergence < 1e-4 < agm.nearest(0.9).divergence
    assert agm.divergence(0.0, 1.0) < 1e-12


def test_without_the_key_the_start_looks_as_far_from_normal_as_stated(key):
    """The second and fourth moment of what is seen are those of the mixture."""
    mapped = agm.nearest(0.7)
    keyed = agm.carriers(key, DENOISER.sha256, 12, (16, 64, 64))
    begin = agm.start(agm.frame(key, TEXT, 12), keyed, mapped, (16, 64, 64), bytes(32))
    assert abs(begin.mean()) < 0.02
    assert begin.var() == pytest.approx(mapped.mean**2 + mapped.spread**2, rel=0.02)
    expected = mapped.mean**4 + 6 * mapped.mean**2 * mapped.spread**2 + 3 * mapped.spread**4
    assert np.mean(begin**4) == pytest.approx(expected, rel=0.03)


@pytest.fixture
def editor(monkeypatch, tmp_path):
    (tmp_path / "models" / builtin.EDITOR).mkdir(parents=True)
    monkeypatch.setattr(builtin, "FOLDER", tmp_path / "models")
    monkeypatch.setattr(builtin, "editor", lambda id, context: SimpleNamespace(denoiser=DENOISER))


def test_a_text_is_hidden_in_an_edit_and_read_by_its_owner_only(editor, home, tmp_path):
    file = tmp_path / "photo.jpg"
    Image.fromarray(scene(320, 240)).save(file)
    done = run(api.HideText(file, home, "Ana", "make it night", TEXT))
    assert done.output.name == "photo-edited.png" and done.room == 12
    assert done.reads["as-saved"] and done.accuracy["as-saved"] > 0.8
    assert 0 < done.mean < 0.95 and done.divergence < 0.1 and TEXT not in repr(done)
    found = run(api.ReadText(done.output, home))
    assert (found.text, found.identity) == (TEXT, "Ana") and found.chance < 1e-6
    assert run(api.ReadText(file, home)).text is None
    run(api.ListIdentities(home, create="Ben"))
    assert run(api.ReadText(done.output, home, ("Ben",))).text is None


def test_what_cannot_be_hidden_is_said(editor, home, tmp_path):
    file = tmp_path / "photo.png"
    Image.fromarray(scene(64, 48)).save(file)
    with pytest.raises(Problem, match="too long: 130 bytes, and at most 124"):
        run(api.HideText(file, home, "Ana", "make it night", "x" * 130))
    with pytest.raises(Problem, match="no text"):
        run(api.HideText(file, home, "Ana", "make it night", ""))
    with pytest.raises(Problem, match="no room for 100 bytes"):
        run(api.HideText(file, home, "Ana", "make it night", "x" * 100))
    assert not list(tmp_path.glob("*-edited*"))
