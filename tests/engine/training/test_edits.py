"""The procedural edits: pure, in range, at any size, and distinct enough to be told apart."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st

from engine.rehearse.judges import JUDGES, Judge
from engine.training.edits import EDITS, ORIGINAL, edit_named, truths

SIZES = st.integers(1, 70)


def textured(height: int, width: int, seed: int = 0) -> torch.Tensor:
    """A colourful picture with shapes and some texture, (1, 3, h, w) in [0, 1]."""
    random = torch.Generator().manual_seed(seed)
    coarse = torch.rand((1, 3, 6, 8), generator=random)
    picture = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bilinear")
    return (picture + 0.08 * torch.randn((1, 3, height, width), generator=random)).clamp(0, 1)


def test_there_are_enough_edits_and_wordings() -> None:
    assert len(EDITS) >= 14
    for edit in EDITS:
        assert len(edit.wordings) >= 5 and len(edit.unseen) >= 2
    everything = [w for edit in EDITS for w in (*edit.wordings, *edit.unseen)]
    assert len(everything) == len(set(everything)), "one wording may not mean two things"


@settings(max_examples=30)
@given(height=SIZES, width=SIZES, n=st.integers(1, 2), seed=st.integers(0, 99))
def test_every_edit_keeps_shape_and_range_and_leaves_its_input(
    height: int, width: int, n: int, seed: int
) -> None:
    images = torch.rand((n, 3, height, width), generator=torch.Generator().manual_seed(seed))
    before = images.clone()
    for name, result in truths(images).items():
        assert result.shape == images.shape, name
        assert torch.isfinite(result).all(), name
        assert result.min() >= 0 and result.max() <= 1, name
        if name != ORIGINAL:
            assert torch.equal(result, edit_named(name).apply(images)), name
    assert torch.equal(images, before)


@settings(max_examples=5)
@given(seed=st.integers(0, 99))
def test_edits_of_a_batch_are_those_of_its_pictures(seed: int) -> None:
    images = torch.rand((3, 3, 24, 31), generator=torch.Generator().manual_seed(seed))
    for edit in EDITS:
        torch.testing.assert_close(edit.apply(images)[1:2], edit.apply(images[1:2]))


def test_what_single_edits_mean() -> None:
    image = textured(64, 96)
    grey = edit_named("black-and-white").apply(image)
    assert torch.equal(grey[:, 0], grey[:, 1]) and torch.equal(grey[:, 1], grey[:, 2])
    invert = edit_named("invert").apply
    torch.testing.assert_close(invert(invert(image)), image)
    hue = edit_named("rotate-hue").apply
    assert torch.equal(hue(hue(hue(image))), image)
    framed = edit_named("add-frame").apply(image)
    assert torch.equal(framed[..., 8:-8, 8:-8], image[..., 8:-8, 8:-8])
    assert framed[0, 0, :8].min() > 0.7 and framed[0, 1, :8].max() < 0.2
    mosaic = edit_named("mosaic").apply(image)
    assert mosaic[..., :16, 16:32].flatten(2).std(2).max() < 1e-6
    torch.testing.assert_close(mosaic.mean(), image.mean())
    blurred = edit_named("blur-background").apply(image)
    centre = (..., slice(30, 34), slice(46, 50))
    assert (blurred[centre] - image[centre]).abs().max() < 0.02
    grain = image[..., :6, :6] - image[..., 1:7, 1:7]
    assert (blurred[..., :6, :6] - blurred[..., 1:7, 1:7]).std() < 0.3 * grain.std()
    assert edit_named("night").apply(image).mean() < 0.3 * image.mean()
    assert edit_named("snow").apply(image).mean() > image.mean() + 0.2
    warm, cold = edit_named("warm").apply(image), edit_named("cold").apply(image)
    assert (warm[:, 0] - warm[:, 2]).mean() > (image[:, 0] - image[:, 2]).mean() + 0.1
    assert (cold[:, 2] - cold[:, 0]).mean() > (image[:, 2] - image[:, 0]).mean() + 0.1
    assert ((edit_named("posterise").apply(image) - 0.5).abs() > 0.4).float().mean() > 0.7


def test_oil_paint_calms_texture_and_keeps_a_hard_edge() -> None:
    image = torch.full((1, 3, 40, 40), 0.2)
    image[..., 20:] = 0.8
    noisy = image + 0.05 * torch.randn(image.shape, generator=torch.Generator().manual_seed(0))
    painted = edit_named("oil-paint").apply(noisy.clamp(0, 1))
    assert painted[..., 8:16].std() < 0.4 * noisy[..., 8:16].std()
    step = painted[..., 21].mean() - painted[..., 18].mean()
    assert step > 0.5


def test_an_unknown_edit_is_refused() -> None:
    with pytest.raises(KeyError):
        edit_named("make me rich")


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.name)
def test_judges_recognise_every_true_edit_even_with_noise_on_it(judge: Judge) -> None:
    image = textured(64, 96, seed=3)
    candidates = truths(image)
    noise = 0.03 * torch.randn(image.shape, generator=torch.Generator().manual_seed(1))
    for name, truth in candidates.items():
        assert judge.nearest((truth + noise).clamp(0, 1), candidates) == name
