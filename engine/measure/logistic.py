"""Logistic regression, for the few figures by which a detector decides."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def logistic(x: Tensor, positive: Tensor, penalty: float, steps: int) -> tuple[Tensor, float]:
    """Weights (k,) and bias for standardised ``x`` (n, k), float64, and ``positive`` (n,), 1 or 0.

    Both classes weigh the same, however many each has; ``penalty`` is on the sum of the squared
    weights; ``steps`` of L-BFGS at most.
    """
    y = positive.to(x)
    share = torch.where(y > 0, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    weight = torch.zeros(x.shape[1], dtype=x.dtype, requires_grad=True)
    bias = torch.zeros((), dtype=x.dtype, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=steps, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        error = functional.binary_cross_entropy_with_logits(
            x @ weight + bias, y, weight=share, reduction="sum"
        )
        total: Tensor = error + penalty * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), float(bias.detach())
