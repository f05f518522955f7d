"""The pixel tier with its geometry search, on a picture of our own."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.media.colour import LUMA
from engine.watermark import channels, looks, pixel, structure, sync
from engine.watermark.canvas import (
    SIDE,
    WORKING_SIDE,
    canvas_of,
    coloured,
    colourless,
    energy_of,
    from_blocks,
    to_blocks,
    warp,
)
from engine.watermark.keys import Key, new_key
from engine.watermark.marking import apply_canvas, psnr_of
from engine.watermark.pixel import PixelScheme
from engine.watermark.scheme import check_payload, read_payload, spread
from engine.watermark.verdict import ALPHA
from tests.engine.watermark.conftest import photo_of, scene

PAYLOAD = 0x0123456789ABCDEF
SCHEME = PixelScheme()


@pytest.fixture(scope="module")
def marked(key: Key) -> np.ndarray:
    photo = photo_of(scene())
    delta = SCHEME.generate(
        canvas_of(photo.working(WORKING_SIDE)), SCHEME.setup(key), spread(PAYLOAD, 256), 38.0
    )
    return apply_canvas(photo, delta)


def seen(samples: np.ndarray) -> np.ndarray:
    return photo_of(samples).working(WORKING_SIDE)


def test_blocks_are_orthonormal():
    canvas = np.random.default_rng(0).normal(size=(SIDE, SIDE)).astype(np.float32)
    blocks = to_blocks(canvas)
    assert np.isclose(np.square(blocks).sum(), np.square(canvas).sum(), rtol=1e-4)
    assert np.abs(from_blocks(blocks) - canvas).max() < 1e-4


def test_marked_within_the_budget(marked):
    assert 37.8 < psnr_of(scene(), marked) < 39


def test_a_grey_picture_stays_grey_within_the_budget(key):
    grey = np.repeat(scene()[..., 1:2], 3, axis=2)
    canvas = canvas_of(seen(grey))
    assert colourless(seen(grey)) and not colourless(seen(scene()))
    delta = SCHEME.generate(canvas, SCHEME.setup(key), spread(PAYLOAD, 256), 38.0, grey=True)
    marked = apply_canvas(photo_of(grey), delta, grey=True)
    assert np.ptp(marked, axis=2).max() == 0
    assert 37.8 < psnr_of(grey, marked) < 39
    assert read_payload(SCHEME.extract(canvas_of(seen(marked)), SCHEME.setup(key)), 1.0)[1].found


def test_colours_change_luminance_by_what_was_asked():
    delta = np.random.default_rng(2).normal(size=(SIDE, SIDE)).astype(np.float32)
    for grey in (False, True):
        colours = coloured(delta, grey)
        assert np.abs(colours @ LUMA - delta).max() < 1e-5
        assert np.isclose(energy_of(delta, grey), np.square(colours).sum() / 3, rtol=1e-4)
    assert energy_of(delta) < 0.8 * energy_of(delta, grey=True)


def test_marks_of_earlier_versions_are_read(key):
    """They were grey, with a template of one strength everywhere, fewer turned angles and more
    energy in finer coefficients."""
    canvas, secrets = canvas_of(seen(scene())), SCHEME.setup(key)
    energy = SIDE * SIDE * 255**2 / 10**3.8
    signs = 2 * spread(PAYLOAD, 256).astype(np.float32) - 1
    mark = sync.synthesise(np.full(sync.PEAKS, 0.6), secrets.sync)
    turns = signs * secrets.carriers.mask
    mark += structure.turned(canvas + mark, secrets.carriers.angles, turns, 0.38 * energy)
    blocks = pixel._analyse(canvas + mark)
    shape = np.clip(blocks.texture, 2, 16)[:, None] ** 0.75 * pixel.FAVOUR
    steps = shape.reshape(-1) * pixel._signs(secrets.carriers, spread(PAYLOAD, 256))
    steps *= np.float32(np.sqrt(0.5 * energy / np.square(steps).sum()))
    mark += structure.spared(pixel._change(steps), secrets.carriers.angles)
    old = apply_canvas(photo_of(scene()), mark, grey=True)
    for name in ("jpeg-50", "resize-0.5"):
        picture = channels.CHANNELS[name](seen(old))
        payload, evidence = read_payload(SCHEME.extract(canvas_of(picture), secrets), 45.0)
        assert payload == PAYLOAD and evidence.found


@pytest.mark.parametrize(
    "name", ["jpeg-50", "jpeg-25", "resize-0.5", "blur-2", "noise-0.05", "brightness-1.5"]
)
def test_payload_survives_exactly(marked, key, name):
    soft = SCHEME.extract(canvas_of(channels.CHANNELS[name](seen(marked))), SCHEME.setup(key))
    payload, evidence = read_payload(soft, 45.0)
    assert payload == PAYLOAD and evidence.p_value <= ALPHA


def test_other_aspect_needs_no_search(marked, key):
    picture = seen(marked)[::2, ::1].copy()
    soft = SCHEME.extract(canvas_of(picture), SCHEME.setup(key))
    assert read_payload(soft, 1.0)[0] == PAYLOAD


@pytest.mark.parametrize("name", ["crop-0.1", "rotate-2", "mirror"])
def test_geometry_is_found_blind(marked, key, name):
    picture = channels.CHANNELS[name](seen(marked))
    secrets = SCHEME.setup(key)
    canvas = canvas_of(picture)
    aspect = picture.shape[1] / picture.shape[0]
    soft = [
        SCHEME.extract(warp(canvas, g)[0], secrets) for g in sync.find(canvas, secrets.sync, aspect)
    ]
    assert not check_payload(SCHEME.extract(canvas, secrets), PAYLOAD, 1.0).found
    assert PAYLOAD in [read_payload(s, 1.0)[0] for s in soft]


def test_registration_finds_a_known_geometry(marked):
    picture = channels.rotated(channels.cropped(seen(marked), 0.2), 15)
    geometry = sync.register(canvas_of(picture), canvas_of(seen(marked)))
    assert geometry is not None
    # The crop's middle (6 % are cut at the top, 12 % at the left) is the middle of what is seen.
    middle = geometry[:, :2] @ np.array([0.12 + 0.4 - 0.5, 0.06 + 0.4 - 0.5]) + geometry[:, 2]
    assert np.abs(middle).max() < 0.01


def test_a_canvas_without_any_structure_is_read_without_dividing_by_nothing(key):
    canvas = np.zeros((sync.SIDE, sync.SIDE), np.float32)
    with np.errstate(all="raise"):
        assert len(sync.find(canvas, SCHEME.setup(key).sync, 1.0)) == 4


def test_unrelated_pictures_do_not_register():
    assert sync.register(canvas_of(seen(scene(seed=5))), canvas_of(seen(scene(seed=6)))) is None


def test_wrong_keys_see_fair_bits(marked):
    """Over 60 random keys: no payload, and matches as of 60 x 256 fair coins."""
    canvas = canvas_of(seen(marked))
    matches = []
    for _ in range(60):
        soft = SCHEME.extract(canvas, SCHEME.setup(new_key()))
        evidence = check_payload(soft, PAYLOAD, 1.0)
        matches.append(evidence.matches)
        assert read_payload(soft, 1.0)[1].p_value > ALPHA
    mean = np.mean(matches) / 256
    assert abs(mean - 0.5) < 5 * 0.5 / np.sqrt(60 * 256)
    assert 4 < np.std(matches) < 13  # 8 for fair and independent bits


def test_flat_pictures_do_not_break_it(key):
    for level in (0, 128, 255):
        samples = np.full((64, 80, 3), level, np.uint8)
        soft = SCHEME.extract(canvas_of(seen(samples)), SCHEME.setup(key))
        assert np.isfinite(soft).all() and not read_payload(soft, 1.0)[1].found


def test_averaging_marked_works_forges_nothing(key):
    """The mean difference of 24 works of one identity, put onto another picture."""
    secrets = SCHEME.setup(key)
    mean = np.zeros((SIDE, SIDE), np.float32)
    for work in range(24):
        canvas = canvas_of(seen(scene(320, 240, seed=work)))
        mean += SCHEME.generate(canvas, secrets, spread(key.mark_id(work), 256), 38.0) / 24
    target = canvas_of(seen(scene(seed=99)))
    for gain in (1.0, 6.0):
        soft = SCHEME.extract(target + gain * mean, secrets)
        assert not read_payload(soft, 1.0)[1].found


@pytest.mark.parametrize("blur", [5.0, 9.0])
def test_a_strong_blur_is_undone(marked, key, blur):
    """Of 640 x 480, saved with 8 bits: read in the broad structure of the sharpened picture."""
    blurred = np.rint(channels.blurred(seen(marked), blur) * 255) / 255
    canvas, secrets = canvas_of(blurred.astype(np.float32)), SCHEME.setup(key)
    softs = [
        SCHEME.extract(looks.sharpened(canvas, 640 / 480, blur), secrets, broad=True)
        for blur in looks.BLURS
    ]
    assert PAYLOAD in [payload for payload, found in (read_payload(s, 1.0) for s in softs) if found]


def test_sharpening_undoes_what_a_blur_did():
    canvas = canvas_of(seen(scene()))
    gone = looks.blurred(canvas, 4 / 3, 4.5)
    back = looks.sharpened(gone, 4 / 3, 4.5)
    gone, back, wanted = (cv2.GaussianBlur(c, (0, 0), 5.0) for c in (gone, back, canvas))
    assert np.abs(back - wanted).mean() < 0.2 * np.abs(gone - wanted).mean()


def test_where_not_all_bits_can_be_lifted_the_worst_are_given_up():
    says = np.random.default_rng(3).normal(0, 5, 256)
    one = np.ones(256)
    for energy, given_up in ((40_000.0, 0.0), (1500.0, pixel.GIVEN_UP)):
        steps = pixel._fill(says, one, one, energy)
        after = says + steps
        assert np.square(steps).sum() <= energy
        assert bool(given_up) == ((after <= 0).mean() > 0) and (after <= 0).mean() <= given_up
        lifted = steps > 0
        assert np.ptp(after[lifted]) < 1e-6
