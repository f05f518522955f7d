"""Logistic regression."""

from __future__ import annotations

import pytest
import torch

from engine.measure.logistic import logistic


def test_the_line_lies_between_the_classes_however_unequal_they_are() -> None:
    random = torch.Generator().manual_seed(0)
    noise = torch.randn(440, 2, generator=random, dtype=torch.float64)
    positive = torch.arange(440) < 40
    x = noise + torch.where(positive, 2.0, -2.0)[:, None] * torch.tensor([1.0, 0.0])
    weight, bias = logistic(x, positive, 1e-2, steps=100)
    right = (x @ weight + bias > 0) == positive
    assert right[positive].double().mean() > 0.9 and right[~positive].double().mean() > 0.9
    assert abs(float(weight[1])) < 0.3 * float(weight[0])
    assert abs(bias) < 0.6 * float(weight[0])


def test_more_penalty_makes_smaller_weights_and_nothing_to_learn_makes_none() -> None:
    x = torch.linspace(-2, 2, 20, dtype=torch.float64)[:, None]
    free, held = (float(logistic(x, x[:, 0] > 0, p, steps=100)[0]) for p in (1e-3, 1.0))
    assert free > 3 * held > 0
    weight, bias = logistic(torch.zeros(6, 3, dtype=torch.float64), torch.arange(6) < 2, 0.1, 50)
    assert weight.abs().max() == 0 and bias == pytest.approx(0, abs=1e-6)
