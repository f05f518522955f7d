"""The sampled transformations: they resemble the real thing and let gradients through."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engine.optimise.channels import EVERYDAY, draw, gaussian_blur, jpeg, unchanged


def _photo_like(size: int = 64) -> Tensor:
    random = torch.Generator().manual_seed(3)
    return gaussian_blur(torch.rand((1, 3, size, size), generator=random), 2.0).clamp(0, 1)


@pytest.mark.parametrize("quality", [30, 50, 75, 95])
def test_straight_through_jpeg_is_close_to_pillows(quality: int) -> None:
    image = _photo_like()
    pixels = (image[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(
        stream, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2
    )
    real = np.asarray(Image.open(stream), dtype=np.float32) / 255
    ours = jpeg(torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None], quality)
    error = float(np.abs(ours[0].permute(1, 2, 0).numpy() - real).mean())
    change = float(np.abs(pixels / 255 - real).mean())
    assert error < 0.35 * change + 1.5 / 255


@pytest.mark.parametrize("channel", EVERYDAY)
def test_every_channel_passes_gradients_to_the_pixels(channel: object) -> None:
    image = _photo_like().requires_grad_()
    transform = channel(torch.Generator().manual_seed(1))  # type: ignore[operator]
    transform(image).square().sum().backward()
    assert image.grad is not None
    assert float(image.grad.abs().sum()) > 0


@pytest.mark.parametrize("channel", EVERYDAY)
def test_a_drawn_transformation_is_the_same_each_time_it_is_used(channel: object) -> None:
    transform = channel(torch.Generator().manual_seed(1))  # type: ignore[operator]
    image = _photo_like()
    assert torch.equal(transform(image), transform(image))


def test_identity_share() -> None:
    random = torch.Generator().manual_seed(0)
    drawn = [draw(EVERYDAY, random, 0.5) is unchanged for _ in range(400)]
    assert 0.4 < sum(drawn) / len(drawn) < 0.6
    assert draw((), random, 0.0) is unchanged


def test_blur_keeps_the_mean_of_a_constant() -> None:
    flat = torch.full((1, 3, 9, 9), 0.25)
    assert torch.allclose(gaussian_blur(flat, 1.5), flat, atol=1e-6)
