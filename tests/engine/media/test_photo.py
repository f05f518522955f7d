from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageOps

from engine.media.photo import Photo
from engine.media.resample import Rows, as_stored, upright
from tests.engine.media import pictures

EIGHT = 8 / 255


def photo(samples: np.ndarray, **fields: Any) -> Photo:
    return Photo(Path("a.png"), "PNG", samples, **fields)


def full_delta(height: int, width: int, value: float = EIGHT) -> np.ndarray:
    return np.full((height, width, 3), value, np.float32)


# ---- orientation ----------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_is_what_pillow_shows(orientation: int) -> None:
    stored = pictures.noise(np.random.default_rng(0), 5, 7, 3)
    picture = Image.fromarray(stored)
    exif = picture.getexif()
    exif[274] = orientation
    assert np.array_equal(
        upright(stored, orientation), np.asarray(ImageOps.exif_transpose(picture))
    )
    assert np.array_equal(as_stored(upright(stored, orientation), orientation), stored)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_change_lands_where_it_was_seen(orientation: int) -> None:
    source = photo(np.full((6, 9, 3), 100, np.uint8), orientation=orientation)
    width, height = source.upright_size
    delta = np.zeros((height, width, 3), np.float32)
    delta[0, 0] = EIGHT  # the corner at the top left as seen
    changed = photo(source.apply(delta, EIGHT), orientation=orientation)
    difference = changed.working(None) - source.working(None)
    assert difference[0, 0] == pytest.approx([EIGHT] * 3, abs=1e-6)
    assert np.count_nonzero(difference) == 3


# ---- working --------------------------------------------------------------------------------


@given(
    st.integers(1, 70), st.integers(1, 70), st.sampled_from([1, 3]), st.integers(1, 8),
    st.sampled_from([None, 1, 16, 64]), st.booleans(), st.sampled_from([np.uint8, np.uint16]),
)  # fmt: skip
def test_working_size_and_range(
    height: int,
    width: int,
    channels: int,
    orientation: int,
    side: int | None,
    alpha: bool,
    dtype: Any,
) -> None:
    rng = np.random.default_rng(0)
    source = photo(
        pictures.noise(rng, height, width, channels, dtype=dtype),
        alpha=pictures.noise(rng, height, width, dtype=dtype) if alpha else None,
        orientation=orientation,
    )
    seen = source.working(side)
    assert seen.dtype == np.float32
    assert seen.min() >= 0
    assert seen.max() <= 1
    longest = max(source.upright_size)
    scale = min(1.0, (side or longest) / longest)
    expected = tuple(max(1, round(size * scale)) for size in source.upright_size[::-1])
    assert seen.shape == (*expected, 3)
    assert seen.flags.c_contiguous


def test_working_averages_areas() -> None:
    samples = pictures.scene(400, 600)
    small = photo(samples).working(60)
    blocks = samples.reshape(40, 10, 60, 10, 3).mean(axis=(1, 3)) / 255
    assert np.abs(small - blocks).max() < 0.6 / 255


def test_opacity_is_alpha_at_the_working_size() -> None:
    alpha = np.zeros((40, 80), np.uint8)
    alpha[:, 40:] = 255
    cut_out = photo(np.zeros((40, 80, 3), np.uint8), alpha=alpha, orientation=6)
    opacity = cut_out.opacity(20)
    assert opacity is not None and opacity.shape == cut_out.working(20).shape[:2] == (20, 10)
    assert (opacity[:10] == 0).all() and (opacity[10:] == 1).all()
    assert photo(np.zeros((4, 4, 3), np.uint8)).opacity(None) is None


def test_working_lays_alpha_over_mid_grey() -> None:
    samples = np.full((3, 3, 3), 255, np.uint8)
    alpha = np.array([[0, 0, 0], [51, 51, 51], [255, 255, 255]], np.uint8)
    seen = photo(samples, alpha=alpha).working(None)
    assert seen[:, 0, 0] == pytest.approx([0.5, 0.6, 1.0], abs=1.5 / 255)
    wide = photo(samples, alpha=alpha, icc=pictures.PROFILES["Adobe RGB"]).working(None)
    assert wide[:, 0, 0] == pytest.approx([0.5, 0.6, 1.0], abs=2 / 255)


def test_working_is_srgb_whatever_the_profile() -> None:
    # One colour of sRGB, written in Adobe RGB values (converted by LittleCMS).
    samples = np.tile(np.array([[[186, 128, 92]]], np.uint8), (4, 4, 1))
    seen = photo(samples, icc=pictures.PROFILES["Adobe RGB"]).working(None)
    assert seen[0, 0] * 255 == pytest.approx([208, 128, 88], abs=3)
    assert photo(samples).working(None)[0, 0] * 255 == pytest.approx([186, 128, 92])


# ---- apply ----------------------------------------------------------------------------------


@given(
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=40),
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=60),
    st.sampled_from([1, 3]), st.integers(1, 8), st.booleans(),
    st.sampled_from([np.uint8, np.uint16]), st.sampled_from(sorted(pictures.PROFILES)),
    st.floats(0, 0.3), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_the_guarantees_of_apply(
    size: tuple[int, int],
    delta_size: tuple[int, int],
    channels: int,
    orientation: int,
    transparent: bool,
    dtype: Any,
    icc: str,
    epsilon: float,
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    samples = pictures.noise(rng, *size, channels, dtype=dtype)
    alpha = pictures.noise(rng, *size, dtype=dtype) * rng.integers(0, 2, size).astype(dtype)
    source = photo(
        samples,
        alpha=alpha if transparent else None,
        orientation=orientation,
        icc=pictures.PROFILES[icc],
    )
    delta = rng.uniform(-0.5, 0.5, (*delta_size, 3)).astype(np.float32)
    width, height = source.upright_size
    mask = (rng.random((height, width)) < 0.5).astype(np.float32)
    before = samples.copy()
    result = source.apply(delta, epsilon, mask)
    assert result.shape == samples.shape
    assert result.dtype == dtype
    assert np.array_equal(samples, before)
    change = np.abs(result.astype(np.int64) - samples)
    assert (change / np.iinfo(dtype).max <= epsilon).all()
    assert not change[as_stored(mask, orientation) == 0].any()
    if transparent:
        assert not change[alpha == 0].any()
    assert np.array_equal(result, source.apply(delta, epsilon, mask))


@given(st.integers(0, 255), st.sampled_from([255, 65535]))
def test_the_whole_budget_can_be_used(steps: int, full: int) -> None:
    dtype = np.uint8 if full == 255 else np.uint16
    source = photo(np.zeros((1, 1, 3), dtype))
    result = source.apply(full_delta(1, 1, 2.0), steps / full)
    assert (result == steps).all()


def test_a_tiny_budget_changes_nothing() -> None:
    source = photo(pictures.scene(8, 8))
    assert np.array_equal(source.apply(full_delta(8, 8), 0.9 / 255), source.samples)
    assert np.array_equal(source.apply(full_delta(8, 8), -1.0), source.samples)


def test_a_change_of_another_size_is_enlarged_as_opencv_does() -> None:
    source = photo(np.full((301, 450, 3), 30000, np.uint16))
    delta = pictures.low_frequency(67, 100, 0.05)
    expected = cv2.resize(delta, (450, 301), interpolation=cv2.INTER_CUBIC)
    change = source.apply(delta, 1.0).astype(np.int64) - source.samples
    assert np.abs(change / 65535 - expected).max() < 2e-5


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("size", [(50, 31), (300, 20), (20, 300), (7, 5), (300, 200)])
def test_strips_are_the_rows_of_the_whole(size: tuple[int, int], smooth: bool) -> None:
    grid = np.random.default_rng(0).random((40, 30, 2), np.float32)
    rows = Rows(grid, *size, smooth=smooth)
    whole = rows.strip(0, size[0])
    assert whole.shape == (*size, 2)
    parts = [rows.strip(top, min(top + 3, size[0])) for top in range(0, size[0], 3)]
    assert np.array_equal(np.concatenate(parts), whole)
    if size[0] >= 40 and size[1] >= 30:
        method = cv2.INTER_CUBIC if smooth else cv2.INTER_LINEAR
        assert np.abs(whole - cv2.resize(grid, size[::-1], interpolation=method)).max() < 1e-5


def test_grey_photos_get_the_luma_of_the_change() -> None:
    source = photo(np.full((2, 2, 1), 100, np.uint8))
    delta = np.zeros((2, 2, 3), np.float32)
    delta[..., 1] = 10 / 255
    assert (source.apply(delta, 1.0) == 106).all()


@pytest.mark.parametrize("name", ["Adobe RGB", "Display P3"])
def test_the_change_looks_the_same_in_every_colour_space(name: str) -> None:
    rng = np.random.default_rng(3)
    # Soft colours: looking clips those outside sRGB.
    samples = (rng.uniform(0.42, 0.58, (40, 40, 3)) * 65535).astype(np.uint16)
    source = photo(samples, icc=pictures.PROFILES[name])
    delta = rng.uniform(-EIGHT, EIGHT, (40, 40, 3)).astype(np.float32)
    changed = photo(source.apply(delta, 1.0), icc=source.icc)
    assert np.abs(changed.working(None) - source.working(None) - delta).max() < 1e-3


def test_saturated_samples_stay_in_range() -> None:
    samples = np.array([[[0, 255, 0]]], np.uint8)
    assert (photo(samples).apply(full_delta(1, 1), EIGHT) == [8, 255, 8]).all()
    assert (photo(samples).apply(-full_delta(1, 1), EIGHT) == [0, 247, 0]).all()


@pytest.mark.parametrize("size", [(10, 10), (25, 25), (100, 100), (400, 400), (37, 61)])
@pytest.mark.parametrize("kind", [np.uint8, np.float32, bool])
def test_a_mask_does_not_leak_over_its_edge(size: tuple[int, int], kind: Any) -> None:
    source = photo(np.full((100, 100, 3), 100, np.uint8))
    mask = np.zeros(size, kind)
    mask[:, size[1] // 2 :] = 255 if kind is np.uint8 else 1
    changed = (source.apply(full_delta(9, 9), EIGHT, mask) != 100).any(axis=2)
    edge = 100 * (size[1] // 2) / size[1]
    assert not changed[:, : int(edge)].any()
    assert changed[:, int(np.ceil(edge)) + 12 :].all()


def test_a_soft_mask_weighs_the_change() -> None:
    source = photo(np.full((4, 4, 3), 100, np.uint8))
    mask = np.full((4, 4), 0.5, np.float32)
    assert (source.apply(full_delta(4, 4), EIGHT, mask) == 104).all()


def test_a_change_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        photo(pictures.scene(4, 4)).apply(full_delta(4, 4, float("nan")), EIGHT)
