"""The transport rows: real codecs, unchanged size, deterministic, and as harmful as named."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings, strategies as st

from engine.rehearse.channels import CHANNELS, channel_named


def picture(height: int, width: int, seed: int = 0) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    coarse = torch.rand((1, 3, 5, 5), generator=random)
    smooth = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bilinear")
    return (smooth + 0.05 * torch.randn(smooth.shape, generator=random)).clamp(0, 1)


def test_the_rows_of_the_table() -> None:
    names = [row.name for row in CHANNELS]
    assert len(names) == len(set(names))
    for quality in (95, 85, 75, 65, 50, 30):
        assert f"jpeg-{quality}" in names
    assert {"webp-80", "resize-0.5", "resize-0.75", "crop", "rotate", "gaussian", "median"} < set(
        names
    )
    with pytest.raises(KeyError):
        channel_named("carrier-pigeon")


@settings(max_examples=25)
@given(height=st.integers(1, 90), width=st.integers(1, 90), seed=st.integers(0, 9))
def test_every_row_keeps_the_size_and_repeats(height: int, width: int, seed: int) -> None:
    image = picture(height, width, seed)
    before = image.clone()
    for row in CHANNELS:
        out = row.apply(image)
        assert out.shape == image.shape and out.dtype == image.dtype, row.name
        assert out.min() >= 0 and out.max() <= 1, row.name
        assert torch.equal(out, row.apply(image)), row.name
    assert torch.equal(image, before)


def error(name: str, image: torch.Tensor) -> float:
    return float((channel_named(name).apply(image) - image).square().mean())


def test_lower_quality_hurts_more_and_every_row_does_something() -> None:
    image = picture(96, 120)
    errors = [error(f"jpeg-{q}", image) for q in (95, 85, 75, 65, 50, 30)]
    assert errors == sorted(errors)
    assert error("resize-0.5", image) > error("resize-0.75", image)
    for row in CHANNELS:
        assert error(row.name, image) > 1e-6, row.name


def test_crop_enlarges_the_middle_and_rotation_turns() -> None:
    image = torch.zeros(1, 3, 65, 65)
    image[..., 28:37, 28:37] = 1
    cropped = channel_named("crop").apply(image)
    assert cropped.sum() > 1.3 * image.sum()
    line = torch.zeros(1, 3, 101, 101)
    line[..., 50, :] = 1
    turned = channel_named("rotate").apply(line)[0, 0]
    left, right = turned[:, 5].argmax(), turned[:, 95].argmax()
    assert left - right in (1, 2), "one degree over 90 pixels is 1.6, the left end goes down"
