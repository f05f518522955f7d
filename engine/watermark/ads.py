"""ADS, arXiv 2512.24499: disturb what a diffusion-based decoder would read, within a strict limit.

[P] Training-free: an off-the-shelf denoiser is a differentiable proxy of every decoder that runs a
picture back to the noise it was made from. The picture is moved, by at most a limit, to where the
proxy finds another noise; the three colours of a pixel move as one quaternion.

[R] The proxy is a short DDIM inversion, n(x) = follow(E(x), 0 .. T), and what is lessened is the
mean correlation of n(x') with n(x) over small places: where it is zero, keyed sums of the one say
nothing about the other; below zero they would be read upside down, so that is not sought. The
gradient at a pixel is a pure quaternion r i + g j + b k; the step is that quaternion of unit
length, so that a colour moves as a whole and no channel is driven by its sign alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from engine.models.ddim import follow, schedule
from engine.models.roles import Denoiser
from engine.optimise.loop import reduced_precision

STEPS = 24  # [R]
INVERSION = 4  # [R] steps of the proxy's inversion
PLACE = 8  # [R] latent pixels, the side of a place
MOMENTUM = 0.8  # [R]
REACH = 20.0  # [R] how far all steps together could go, in limits


def disturbed(
    denoiser: Denoiser,
    image: Tensor,
    limit: float,
    seed: int,
    steps: int = STEPS,
) -> Iterator[Tensor]:
    """(1, 3, h, w) in [0, 1] -> the change after each step, no sample beyond ``limit``; the changed
    picture stays in [0, 1]."""
    times = schedule(denoiser, INVERSION)
    empty = denoiser.condition(denoiser.embed([""]))
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        found = follow(denoiser, denoiser.autoencoder.encode(image), times, empty)
    # At the picture itself the correlation is at its highest and has no slope.
    start = torch.rand(image.shape, generator=random).to(image) - 0.5
    change = (image + limit * start).clamp(0, 1) - image
    speed = torch.zeros_like(image)
    for step in range(steps):
        change.requires_grad_()
        with reduced_precision(image.device):
            seen = follow(denoiser, denoiser.autoencoder.encode(image + change), times, empty)
        loss = likeness(seen, found).clamp(min=0).mean()
        (slope,) = torch.autograd.grad(loss, change)
        speed = MOMENTUM * speed + unit(slope)
        rate = REACH * limit / steps * (1 - step / steps)
        change = (change.detach() - rate * unit(speed)).clamp(-limit, limit)
        change = ((image + change).clamp(0, 1) - image).detach()
        yield change


def unit(colours: Tensor) -> Tensor:
    """(1, 3, h, w) pure quaternions, each brought to length one; zero stays zero."""
    length = colours.square().sum(1, keepdim=True).sqrt()
    return colours / length.clamp(min=1e-12)


def likeness(a: Tensor, b: Tensor) -> Tensor:
    """(1, c, places) correlation of two noises in each place of each channel."""
    side = (min(PLACE, a.shape[2]), min(PLACE, a.shape[3]))
    first, second = (
        functional.unfold(x.float().transpose(0, 1), side, stride=PLACE // 2) for x in (a, b)
    )
    first, second = (x - x.mean(1, keepdim=True) for x in (first, second))
    length = first.square().sum(1) * second.square().sum(1)
    return ((first * second).sum(1) / (length + 1e-12).sqrt())[None]
