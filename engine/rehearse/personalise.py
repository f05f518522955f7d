"""An attacker trains a model on somebody's photos, and generates from it.

Fine-tuning with low-rank adapters (LoRA, 2106.09685; on convolutions as well, since a small U-Net
has little attention) under a subject prompt, as DreamBooth does. Run on the unprotected and on
the protected photos with the same seed, then ask a feature that nothing was optimised on how much
what each model generates resembles the subject's *unprotected* photos. The model before any
training is the baseline: what it resembles by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.measure.statistics import Interval, bootstrap, bootstrap_difference
from engine.models.ddim import follow, noised, randn_like, schedule
from engine.models.roles import Autoencoder, Denoiser
from engine.models.whitening import Whitening
from engine.optimise.loop import reduced_precision

Check = Callable[[], None]  # raises when the user cancelled; called between steps

PROMPT = "a photo of sks"
RANK = 8  # [R]
RATE = 2e-3  # [R] of Adam
STEPS = 200  # [R] at built-in scale; published recipes take 400 to 1200
BATCH = 4
GENERATED = 4  # pictures of each model
SAMPLING_STEPS = 12


@dataclass(frozen=True)
class Personalised:
    """What each model generated, (n, 3, h, w) in [0, 1], and how like the subject it is.

    Similarities are one number for each generated picture, 1 for the same look, about 0 for an
    unrelated one.
    """

    control: Tensor
    attacked: Tensor
    similar_control: tuple[float, ...]  # trained on the unprotected photos
    similar_attacked: tuple[float, ...]  # trained on the protected photos
    similar_untrained: tuple[float, ...]


def _go_on() -> None:
    """The default ``check``: never cancelled."""


def personalise_both(
    denoiser: Denoiser,
    original: Tensor,
    protected: Tensor,
    likeness: Likeness,
    steps: int = STEPS,
    seed: int = 0,
    check: Check = _go_on,
) -> Personalised:
    """Train on (n, 3, h, w) ``original``, then on ``protected``, and compare what comes out.

    ``denoiser`` must have a ``network`` of torch modules; it is as it was afterwards.
    """
    shape = denoiser.autoencoder.encode(original[:1]).shape
    wanted = likeness.of(original)
    untrained = generate(denoiser, shape, seed, check)
    found = []
    for photos in (original, protected):
        with trained_on(denoiser, photos, steps, seed, check):
            found.append(generate(denoiser, shape, seed, check))
    similar = [likeness.to(wanted, pictures) for pictures in (*found, untrained)]
    return Personalised(found[0], found[1], similar[0], similar[1], similar[2])


def effect(results: Sequence[Personalised]) -> tuple[Interval, Interval, Interval]:
    """Over subjects: similarity of the control, of the attacked, and attacked minus control."""
    control = [result.similar_control for result in results]
    attacked = [result.similar_attacked for result in results]
    return bootstrap(control), bootstrap(attacked), bootstrap_difference(attacked, control)


# ---- training and generating -----------------------------------------------------------------


@contextmanager
def trained_on(
    denoiser: Any, photos: Tensor, steps: int, seed: int, check: Check = _go_on
) -> Iterator[None]:
    """While inside, the denoiser knows the subject of (n, 3, h, w) ``photos``."""
    torch.manual_seed(seed)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        latents = denoiser.autoencoder.encode(torch.cat((photos, photos.flip(-1)))).float()
        condition = denoiser.condition(denoiser.embed([PROMPT] * BATCH))
    with adapters(denoiser.network) as parameters:
        optimiser = torch.optim.Adam(parameters, lr=RATE)
        for _ in range(steps):
            check()
            z = latents[torch.randint(len(latents), (BATCH,), generator=random)]
            t = int(torch.randint(1, denoiser.time_steps, (), generator=random))
            noise = torch.randn(z.shape, generator=random).to(z)
            with torch.enable_grad(), reduced_precision(z.device):
                clean = denoiser.predict(noised(denoiser, z, t, noise), t, condition)
            # The error of v (2202.00512), from that of the clean latent.
            weight = 1 / max(1 - denoiser.alpha_bar(t), 0.02)
            loss = weight * (clean.float() - z).square().mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        yield


@torch.no_grad()
def generate(denoiser: Denoiser, shape: Sequence[int], seed: int, check: Check = _go_on) -> Tensor:
    """(GENERATED, 3, h, w) in [0, 1] from noise, under the subject prompt."""
    check()
    like = torch.zeros(GENERATED, *shape[1:], device=_device(denoiser))
    times = schedule(denoiser, SAMPLING_STEPS)[::-1][:-1]
    condition = denoiser.condition(denoiser.embed([PROMPT] * GENERATED))
    z = follow(denoiser, randn_like(like, seed), times, condition, final=True)
    return denoiser.autoencoder.decode(z).float().clamp(0, 1)


def _device(denoiser: Denoiser) -> torch.device:
    found: torch.device = denoiser.embed([""]).device
    return found


class _LowRank(nn.Module):
    """What is added to a layer's output: a map through ``RANK`` channels, zero at first."""

    def __init__(self, layer: nn.Linear | nn.Conv2d) -> None:
        super().__init__()
        self.down: nn.Linear | nn.Conv2d
        self.up: nn.Linear | nn.Conv2d
        if isinstance(layer, nn.Linear):
            self.down = nn.Linear(layer.in_features, RANK, bias=False)
            self.up = nn.Linear(RANK, layer.out_features, bias=False)
        else:
            self.down = nn.Conv2d(
                layer.in_channels, RANK, layer.kernel_size, layer.stride, layer.padding, bias=False  # type: ignore[arg-type]
            )  # fmt: skip
            self.up = nn.Conv2d(RANK, layer.out_channels, 1, bias=False)
        nn.init.zeros_(self.up.weight)
        self.to(layer.weight.device)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.up(self.down(x.float()))
        return found


@contextmanager
def adapters(network: nn.Module) -> Iterator[list[nn.Parameter]]:
    """Low-rank adapters on every linear layer and convolution of ``network`` while inside."""
    parameters: list[nn.Parameter] = []
    handles = []
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            added = _LowRank(layer)
            parameters += added.parameters()

            def add(_: Any, inputs: Any, output: Tensor, added: _LowRank = added) -> Tensor:
                sum_: Tensor = output + added(inputs[0]).to(output)
                return sum_

            handles.append(layer.register_forward_hook(add))
    try:
        yield parameters
    finally:
        for handle in handles:
            handle.remove()


# ---- likeness --------------------------------------------------------------------------------


class Likeness:
    """The look of a subject: what an autoencoder's whitened latent is on average, and how it
    varies, wherever in the picture.

    Whitening makes both zero for the average picture, so that the cosine of two looks is about 0
    for unrelated pictures.
    """

    def __init__(self, autoencoder: Autoencoder, whitening: Whitening) -> None:
        self.autoencoder = autoencoder
        self.whitening = whitening

    @torch.no_grad()
    def of(self, pictures: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> (2 c,), their common look."""
        return self._looks(pictures).mean(0)

    @torch.no_grad()
    def to(self, wanted: Tensor, pictures: Tensor) -> tuple[float, ...]:
        """Cosine of each picture's look with ``wanted``."""
        looks = self._looks(pictures)
        return tuple(functional.cosine_similarity(looks, wanted[None]).tolist())

    def _looks(self, pictures: Tensor) -> Tensor:
        latent = self.whitening(self.autoencoder.encode(pictures)).flatten(2)
        spread = latent.std(2) if latent.shape[2] > 1 else torch.ones_like(latent[..., 0])
        return torch.cat((latent.mean(2), spread.clamp(min=0.05).log()), 1)
