"""The measures against independent formulas and library versions, and in bands as in one piece."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from engine.measure import photo as measures
from engine.models.whitening import Whitening


def _pair(height: int, width: int, noise: int = 9, dtype: type = np.uint8, channels: int = 3):  # type: ignore[no-untyped-def]
    random = np.random.default_rng(height * 1000 + width)
    full = np.iinfo(dtype).max
    smooth = np.cumsum(random.normal(size=(height, width, channels)), axis=1)
    original = (128 + 20 * smooth).clip(0, 255) / 255 * full
    changed = original + random.integers(-noise, noise + 1, original.shape) / 255 * full
    return original.astype(dtype), changed.clip(0, full).astype(dtype)


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([np.uint8, np.uint16]))
def test_psnr_agrees_with_scikit_image(height: int, width: int, dtype: type) -> None:
    original, changed = _pair(height, width, dtype=dtype)
    if np.array_equal(original, changed):
        assert measures.psnr(original, changed) == 99.0
        return
    expected = peak_signal_noise_ratio(original, changed, data_range=np.iinfo(dtype).max)
    assert measures.psnr(original, changed) == pytest.approx(min(99.0, expected), abs=1e-3)


@pytest.mark.parametrize("height", [40, 500, 511, 512, 513, 520, 530, 1100])
def test_ssim_in_bands_equals_ssim_in_one_piece(height: int) -> None:
    original, changed = _pair(height, 60)
    weights = np.array([0.299, 0.587, 0.114])
    expected = structural_similarity(
        (original / 255) @ weights,
        (changed / 255) @ weights,
        data_range=1.0,
        gaussian_weights=True,
        use_sample_covariance=False,
        full=True,
    )[1].mean()
    assert measures.ssim(original, changed) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (10, 10), (11, 11)])
def test_tiny_pictures_have_measures_too(shape: tuple[int, int]) -> None:
    original, changed = _pair(*shape)
    assert -1 <= measures.ssim(original, changed) <= 1
    assert measures.ssim(original, original) == pytest.approx(1.0)
    assert measures.gmsd(original, original) == 0


def test_gmsd_grows_with_the_change() -> None:
    original, little = _pair(200, 200, noise=4)
    _, much = _pair(200, 200, noise=30)
    assert 0 < measures.gmsd(original, little) < measures.gmsd(original, much)
    assert measures.gmsd(original, original) == 0


def test_largest_change_is_exact() -> None:
    original = np.full((600, 20, 3), 100, np.uint8)
    changed = original.copy()
    changed[599, 19, 2] = 107
    assert measures.largest_change(original, changed) == pytest.approx(7 / 255)


@pytest.mark.parametrize("control", [measures.white_control, measures.lowpass_control])
def test_controls_have_the_energy_of_the_delta(control) -> None:  # type: ignore[no-untyped-def]
    delta = torch.zeros(1, 3, 50, 70)
    delta[..., 10:40, 10:60] = 0.02
    noise = control(delta)
    assert float(noise.square().mean()) == pytest.approx(float(delta.square().mean()), rel=0.02)
    assert torch.equal(noise, control(delta))


def test_the_lowpass_control_is_smoother_than_the_white_one() -> None:
    delta = torch.full((1, 3, 64, 64), 0.02)
    jumps = [
        float((noise[..., 1:] - noise[..., :-1]).abs().mean())
        for noise in (measures.white_control(delta), measures.lowpass_control(delta))
    ]
    assert jumps[1] < 0.5 * jumps[0]


def test_latent_shift_is_relative() -> None:
    class Twice:
        def encode(self, images: torch.Tensor) -> torch.Tensor:
            return 2 * images

    image = torch.full((1, 3, 8, 8), 0.5)
    plain = Whitening(torch.zeros(1, 3, 1, 1), torch.eye(3))
    change = torch.full_like(image, 0.05)
    shift = measures.latent_shift(Twice(), plain, image, change)  # type: ignore[arg-type]
    assert shift == pytest.approx(0.1, rel=1e-5)
