"""Distances between pictures that count texture."""

from __future__ import annotations

import torch

from engine.training.sharpness import contrast_distance, texture_distance


def _grain(seed: int) -> torch.Tensor:
    return torch.randn((1, 3, 64, 64), generator=torch.Generator().manual_seed(seed)) * 0.1


def test_equal_pictures_are_at_no_distance() -> None:
    assert contrast_distance(_grain(0), _grain(0)) == 0
    assert texture_distance(_grain(0), _grain(0)) == 0


def test_other_grain_of_the_same_strength_is_nearer_in_texture_than_none() -> None:
    picture = _grain(0)
    flat = torch.zeros_like(picture)
    assert texture_distance(_grain(1), picture) < 0.3 * texture_distance(flat, picture)
    assert contrast_distance(_grain(1), picture) > contrast_distance(flat, picture)
