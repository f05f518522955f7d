"""The one adversarial loop: sign-PGD on an additive delta (algorithms 1.1), as a generator.

    d <- clip(d + a * sign(g), -limit, limit),   x + d in [0, 1]

Options every method may use: momentum, EOT channels, a delta in blocks of several sizes, a limit
map, a decoder that searches the delta somewhere else than in pixels (a latent), Adam instead of
the sign, a hinge on what shows, min-norm weights for several losses, and TDAE's flat-minima step
(2512.14341): with
``g1 = grad L(d)``, ``s = g1 / ||g1||_2``, ``g2 = grad L(d + h s)``, ``z = L(d + h s) - L(d)``

    g = -g1 + (lambda / h) sign(z) (g2 - g1),   lambda / h = 0.3

Everything random is drawn from one seeded generator on the CPU: the same seed on the same device
gives the same delta.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from engine.optimise.blocks import Blocks
from engine.optimise.channels import Channel, Transform, draw
from engine.optimise.hinge import Bound
from engine.optimise.minnorm import min_norm_weights

FLATNESS_TDAE = 0.3  # [P] lambda / h of TDAE
FLAT_RADIUS = 0.01  # [R] h as a share of the ball's L2 radius
ADAM_DECAY = 0.99  # of the mean square: searches are far shorter than trainings


class Loss(Protocol):
    """Maps the protected image to a scalar to be minimised.

    ``transform`` is this step's channel: the loss sends the clean picture through it as well
    where it compares the two. Must be deterministic given ``step``.
    """

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor: ...


class Decoder(Protocol):
    """Where the delta is searched when not in pixels: an offset in [-1, 1] of ``shape``.

    The zero offset must give the zero delta. What it returns, (1, 3, h, w) in pixels' units, is
    bent into the limit smoothly (``limit * tanh(delta / limit)``), so that a pixel that reached
    it still passes its gradient on.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __call__(self, offset: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Options:
    """``step_size`` is a share of the limit (of a decoder's range: of 1); ``blocks`` are the
    sides in pixels of the delta's parts (``engine.optimise.blocks``; 1 is single pixels). A decoder
    makes ``blocks`` and ``grey`` its own business."""

    steps: int = 20
    step_size: float = 0.2
    momentum: float = 0.9
    blocks: tuple[int, ...] = (1,)
    channels: tuple[Channel, ...] = ()
    samples: int = 1
    identity: float = 0.5  # probability that a sample has no channel in front
    flatness: float = 0.0  # lambda / h; 0 switches the flat-minima step off
    start: float = 0.5  # amplitude of the random start, a share of the limit
    grey: bool = False  # the same change in all three channels
    # Adam (1412.6980) suits a decoder's smooth range; "energy" steps along the gradient itself and
    # keeps the root mean square of the parameter at ``start``: what does nothing gets nothing.
    rule: Literal["sign", "adam", "energy"] = "sign"
    hinge: Bound | None = None  # what may show before it costs


@dataclass(frozen=True)
class Step:
    """After step ``number`` of ``of``: the current delta (1, 3, h, w) and the losses' values."""

    number: int
    of: int
    delta: Tensor
    losses: tuple[float, ...]


def optimise(
    image: Tensor,
    losses: Sequence[Loss],
    limit: Tensor,
    options: Options,
    seed: int,
    decode: Decoder | None = None,
) -> Generator[Step, None, Tensor]:
    """Search the delta that minimises the losses within the limit.

    ``image`` is (1, 3, h, w) in [0, 1]; ``limit`` is (1, 1, h, w), the largest |delta| of each
    pixel. Yields after every step; returns delta (1, 3, h, w) with |delta| <= limit and
    image + delta in [0, 1].
    """
    random = torch.Generator().manual_seed(seed)
    height, width = image.shape[-2:]
    blocks = Blocks(1 if options.grey else 3, height, width, options.blocks)
    shape = decode.shape if decode else blocks.shape
    parameter = torch.rand(shape, generator=random).to(image) * 2 - 1
    parameter = parameter.sign() * options.start
    if options.rule == "energy":  # it grows; what it begins with would stay in it as noise
        parameter = 0.1 * parameter
    advance = _Advance(parameter, options)

    def delta_of(value: Tensor) -> Tensor:
        if decode:
            room = limit.clamp(min=1e-8)
            bent = limit * (decode(value).to(image) / room).tanh()
            return (image + bent).clamp(0, 1) - image
        # In shares of the limit; the last clamp keeps image + delta a picture.
        return (image + blocks(value.clamp(-1, 1)) * limit).clamp(0, 1) - image

    for number in range(options.steps):
        transforms = [
            draw(options.channels, random, options.identity) for _ in range(options.samples)
        ]

        def gradients(
            at: Tensor,
            number: int = number,
            transforms: list[Transform] = transforms,
        ) -> tuple[list[Tensor], list[float]]:
            grads, values = [], []
            for loss in losses:
                leaf = at.detach().requires_grad_()
                total = 0.0
                for transform in transforms:
                    with reduced_precision(image.device):
                        value = loss(image + delta_of(leaf), number, transform)
                    (value.float() / len(transforms)).backward()  # type: ignore[no-untyped-call]
                    total += value.item() / len(transforms)
                assert leaf.grad is not None
                grads.append(leaf.grad)
                values.append(total)
            return grads, values

        first, values = gradients(parameter)
        weights = min_norm_weights(first) if len(first) > 1 else torch.ones(1)
        direction = -_combine(first, weights)
        if options.flatness > 0:
            radius = FLAT_RADIUS * parameter.numel() ** 0.5
            ascent = -direction / direction.norm().clamp(min=1e-20)
            second, later = gradients(parameter + radius * ascent)
            rise = sum(float(w) * (b - a) for w, a, b in zip(weights, values, later, strict=True))
            sign = 1.0 if rise > 0 else -1.0 if rise < 0 else 0.0
            direction = direction + options.flatness * sign * (
                _combine(second, weights) + direction
            )
        if options.hinge is not None:
            direction = direction / direction.norm().clamp(min=1e-20)
            direction = direction - _hinge_gradient(options.hinge, image, parameter, delta_of)
        parameter = parameter + advance(direction)
        if options.rule == "energy":
            parameter = parameter * (options.start / _size(parameter)).clamp(max=1)
        parameter = parameter.clamp(-1, 1)
        with torch.no_grad():
            delta = delta_of(parameter)
        yield Step(number + 1, options.steps, delta, tuple(values))
    with torch.no_grad():
        return delta_of(parameter)


class _Advance:
    """From the direction of descent to the next change of the parameter."""

    def __init__(self, parameter: Tensor, options: Options) -> None:
        self.options = options
        self.first = torch.zeros_like(parameter)  # momentum
        self.second = torch.zeros_like(parameter)  # Adam's mean square
        self.number = 0

    def __call__(self, direction: Tensor) -> Tensor:
        keep, size = self.options.momentum, self.options.step_size
        self.number += 1
        if self.options.rule == "sign":
            self.first = keep * self.first + direction / direction.abs().mean().clamp(min=1e-20)
            return size * self.first.sign()
        if self.options.rule == "energy":
            self.first = keep * self.first + direction / _size(direction)
            return size * self.options.start * self.first / _size(self.first)
        self.first = keep * self.first + (1 - keep) * direction
        self.second = ADAM_DECAY * self.second + (1 - ADAM_DECAY) * direction.square()
        mean = self.first / (1 - keep**self.number)
        spread = (self.second / (1 - ADAM_DECAY**self.number)).sqrt()
        return size * mean / spread.clamp(min=1e-20)


def _hinge_gradient(
    hinge: Bound, image: Tensor, parameter: Tensor, delta_of: Callable[[Tensor], Tensor]
) -> Tensor:
    """What the hinge adds to a direction of unit length: nothing while it is kept."""
    leaf = parameter.detach().requires_grad_()
    excess = hinge.excess(image, image + delta_of(leaf))
    if excess.item() <= 0:
        return torch.zeros_like(parameter)
    (gradient,) = torch.autograd.grad(excess, leaf)
    unit: Tensor = gradient / gradient.norm().clamp(min=1e-20)
    return hinge.weight * excess.item() * unit


def reduced_precision(device: torch.device) -> AbstractContextManager[None]:
    """Autocast to bfloat16 where the processor multiplies it natively; float32 elsewhere.

    A gradient's sign needs no more. Measured: 2 to 3 times faster on a CPU with AMX.
    """
    if device.type == "cuda" or (device.type == "cpu" and _has_amx()):
        context: AbstractContextManager[None] = torch.autocast(device.type, torch.bfloat16)
        return context
    return nullcontext()


def _has_amx() -> bool:
    supported = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(supported()) if supported is not None else False


def _size(value: Tensor) -> Tensor:
    return value.square().mean().sqrt().clamp(min=1e-20)


def _combine(gradients: Sequence[Tensor], weights: Tensor) -> Tensor:
    total = torch.zeros_like(gradients[0])
    for gradient, weight in zip(gradients, weights, strict=True):
        total += float(weight) * gradient
    return total
