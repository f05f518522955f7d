"""Deterministic diffusion steps (DDIM, 2010.02502) on any ``roles.Denoiser``, forth and back."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from engine.models.roles import Condition, Denoiser


def schedule(denoiser: Denoiser, steps: int) -> list[int]:
    """``steps`` + 1 time steps, evenly spaced, rising from 0; the last is the noisiest.

    Index i of the result is "depth" i of a ``steps``-step schedule.
    """
    last = denoiser.time_steps - 1
    return [round(last * i / steps) for i in range(steps + 1)]


def noised(denoiser: Denoiser, z: Tensor, t: int, noise: Tensor) -> Tensor:
    """The latent as it looks after ``t`` steps of the forward process."""
    a = denoiser.alpha_bar(t)
    return math.sqrt(a) * z + math.sqrt(1 - a) * noise


def move(denoiser: Denoiser, z_t: Tensor, t: int, to: int, condition: Condition) -> Tensor:
    """One DDIM step from ``t`` to ``to``, down (denoising) or up (inversion)."""
    a, b = denoiser.alpha_bar(t), denoiser.alpha_bar(to)
    clean = denoiser.predict(z_t, t, condition)
    # At t = 0 the noise is all but gone: its direction would be a quotient of rounding errors.
    noise = (z_t - math.sqrt(a) * clean) / max(math.sqrt(1 - a), 1e-3)
    return math.sqrt(b) * clean + math.sqrt(1 - b) * noise


def follow(
    denoiser: Denoiser, z: Tensor, times: Sequence[int], condition: Condition, final: bool = False
) -> Tensor:
    """Move through ``times`` in order; with ``final`` end at the clean latent seen from the last.

    Keeps one latent per step for the gradient and recomputes the rest (checkpointing), so depth
    costs time but little memory.
    """
    for t, to in itertools.pairwise(times):
        if torch.is_grad_enabled() and z.requires_grad:
            z = checkpoint(move, denoiser, z, t, to, condition, use_reentrant=False)
        else:
            z = move(denoiser, z, t, to, condition)
    return denoiser.predict(z, times[-1], condition) if final else z


def randn_like(z: Tensor, seed: int) -> Tensor:
    """Standard normal noise of ``z``'s shape, drawn on the CPU: the same on every device."""
    return torch.randn(z.shape, generator=torch.Generator().manual_seed(seed)).to(z)
