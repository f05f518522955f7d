"""Min-norm weights against their closed form for two gradients, and their defining property."""

from __future__ import annotations

import torch
from hypothesis import given, strategies as st

from engine.optimise.minnorm import min_norm_weights


def test_two_orthogonal_gradients_get_equal_shares_of_their_directions() -> None:
    a, b = torch.tensor([100.0, 0.0]), torch.tensor([0.0, 0.01])
    weights = min_norm_weights([a, b])
    combined = weights[0] * a + weights[1] * b
    assert torch.allclose(combined, torch.tensor([0.5, 0.5]), atol=1e-4)


def test_opposite_gradients_cancel() -> None:
    weights = min_norm_weights([torch.tensor([1.0, 0.0]), torch.tensor([-2.0, 0.0])])
    assert abs(float(weights[0] - 2 * weights[1])) < 1e-4


def test_a_zero_gradient_has_no_say() -> None:
    weights = min_norm_weights([torch.zeros(3), torch.tensor([3.0, 0.0, 0.0])])
    assert float(weights[0]) == 0
    assert abs(float(weights[1]) - 1 / 3) < 1e-6


@given(st.integers(0, 10_000), st.integers(2, 5))
def test_the_combined_direction_descends_for_every_loss(seed: int, count: int) -> None:
    random = torch.Generator().manual_seed(seed)
    gradients = [torch.randn(40, generator=random) for _ in range(count)]
    weights = min_norm_weights(gradients)
    combined = sum(float(w) * g for w, g in zip(weights, gradients, strict=True))
    assert all(float(combined @ g) > -1e-2 * float(g.norm()) for g in gradients)
