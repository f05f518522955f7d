"""One loss a step in turn, and a loss that looks at a smaller picture."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.optimise.channels import Transform, unchanged
from engine.optimise.turns import Reduced, Turns, reduced


class _Noting:
    def __init__(self) -> None:
        self.steps: list[int] = []
        self.sizes: list[tuple[int, int]] = []

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        self.steps.append(step)
        self.sizes.append((images.shape[-2], images.shape[-1]))
        return images.mean()


def test_each_loss_counts_its_own_steps() -> None:
    first, second = _Noting(), _Noting()
    turns = Turns([first, second])
    for step in range(5):
        turns(torch.zeros(1, 3, 4, 4), step, unchanged)
    assert first.steps == [0, 1, 2]
    assert second.steps == [0, 1]
    with pytest.raises(ValueError):
        Turns([])


def test_a_large_photo_is_shown_smaller_and_the_gradient_comes_back() -> None:
    inner = _Noting()
    image = torch.rand(1, 3, 40, 100).requires_grad_()
    Reduced(inner, 50)(image, 0, unchanged).backward()  # type: ignore[no-untyped-call]
    assert inner.sizes == [(20, 50)]
    assert image.grad is not None and bool((image.grad != 0).all())
    small = torch.rand(1, 3, 7, 9)
    assert reduced(small, 50) is small
