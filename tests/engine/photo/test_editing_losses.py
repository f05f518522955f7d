"""SIFM, TDAE's dynamic prompts and the trajectory shift on tiny random models."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.optimise.channels import unchanged
from engine.optimise.loop import Options, optimise
from engine.photo.sifm import Sifm
from engine.photo.tdae import DynamicPrompt
from engine.photo.trajectory import PersonalisationLoss, Trajectory
from tests.engine.editing_models import TinyDenoiser


@pytest.fixture(scope="module")
def denoiser() -> TinyDenoiser:
    return TinyDenoiser()


@pytest.fixture(scope="module")
def image() -> Tensor:
    return torch.rand((1, 3, 32, 40), generator=torch.Generator().manual_seed(0)) * 0.8 + 0.1


def halved(images: Tensor) -> Tensor:
    return torch.nn.functional.avg_pool2d(images, 2)


def test_sifm_is_one_at_the_clean_photo_and_its_terms_are_the_ablations(
    denoiser: TinyDenoiser, image: Tensor
) -> None:
    moved = (image + 0.05 * torch.randn(image.shape, generator=_random(1))).clamp(0, 1)
    both = Sifm(denoiser, image, weight=0.7)
    norm = Sifm(denoiser, image, distance=False)
    distance = Sifm(denoiser, image, weight=0.7, norm=False)
    for step in (0, 3):
        for transform in (unchanged, halved):
            assert both(image, step, transform).item() == pytest.approx(1.0, abs=1e-5)
            assert distance(image, step, transform).item() == pytest.approx(0.0, abs=1e-6)
            total = norm(moved, step, transform) + distance(moved, step, transform)
            assert both(moved, step, transform).item() == pytest.approx(total.item(), abs=1e-5)
            assert distance(moved, step, transform) < 0
    with pytest.raises(ValueError, match="at least one"):
        Sifm(denoiser, image, norm=False, distance=False)


def test_sifm_visits_every_time_and_prompt(denoiser: TinyDenoiser, image: Tensor) -> None:
    loss = Sifm(denoiser, image, prompts=("", "make it night"), norm=False)
    moved = (image + 0.05).clamp(0, 1)
    values = [loss(moved, step, unchanged).item() for step in range(9)]
    assert len({round(value, 9) for value in values[:8]}) == 8
    assert values[0] == values[8]


def test_sifm_is_reached_by_the_loop_and_lowered(denoiser: TinyDenoiser, image: Tensor) -> None:
    loss = Sifm(denoiser, image, times=(400,))
    limit = torch.full((1, 1, *image.shape[-2:]), 8 / 255)
    options = Options(steps=5, start=0.0)

    def run() -> tuple[Tensor, list[float]]:
        search = optimise(image, [loss], limit, options, seed=0)
        values: list[float] = []
        while True:
            try:
                values.append(next(search).losses[0])
            except StopIteration as done:
                delta: Tensor = done.value
                return delta, values

    delta, values = run()
    assert values[-1] < values[0] - 0.01
    assert delta.abs().max() <= 8 / 255 + 1e-6
    assert torch.equal(delta, run()[0])


def test_dynamic_prompt_stays_in_its_ball_and_lowers_the_loss(
    denoiser: TinyDenoiser, image: Tensor
) -> None:
    moved = (image + 0.05).clamp(0, 1)
    plain = Sifm(denoiser, image, norm=False)
    wrapped = DynamicPrompt(plain, every=4, steps=3)
    opposite = DynamicPrompt(plain, every=4, steps=3, towards=1)
    value = wrapped(moved, 0, unchanged)
    assert 0 < wrapped.shift.abs().max() <= wrapped.radius + 1e-7
    assert value < plain(moved, 0, unchanged) < opposite(moved, 0, unchanged)


def test_dynamic_prompt_searches_once_every_so_many_steps(
    denoiser: TinyDenoiser, image: Tensor
) -> None:
    wrapped = DynamicPrompt(Sifm(denoiser, image, norm=False), every=3, steps=1)
    found = []
    for step in range(5):
        wrapped((image + 0.01 * (step + 1)).clamp(0, 1), step, unchanged)
        found.append(wrapped.shift)
        # A second evaluation of the same step (the flat-minima pass) sees the same prompt.
        wrapped((image + 0.2).clamp(0, 1), step, unchanged)
        assert torch.equal(wrapped.shift, found[-1])
    assert torch.equal(found[0], found[2]) and not torch.equal(found[2], found[3])
    assert torch.equal(found[3], found[4])


def test_no_offset_is_no_delta_and_an_offset_reaches_the_pixels(
    denoiser: TinyDenoiser, image: Tensor
) -> None:
    trajectory = Trajectory(denoiser, image)
    assert trajectory(torch.zeros(trajectory.shape)).abs().max() == 0
    offset = torch.zeros(trajectory.shape).requires_grad_()
    delta = trajectory(offset)
    assert delta.shape == image.shape
    loss = PersonalisationLoss(denoiser)
    (gradient,) = torch.autograd.grad(loss(image + delta, 0, unchanged), offset)
    assert torch.isfinite(gradient).all() and gradient.abs().max() > 0


def test_the_gradient_reaches_the_terminal_latent_through_every_step(
    denoiser: TinyDenoiser, image: Tensor
) -> None:
    """Against central differences along the gradient itself: nothing on the way is detached."""
    trajectory, loss = Trajectory(denoiser, image), PersonalisationLoss(denoiser)

    def value(offset: Tensor) -> Tensor:
        return loss(image + trajectory(offset), 3, unchanged)

    leaf = torch.zeros(trajectory.shape).requires_grad_()
    (gradient,) = torch.autograd.grad(value(leaf), leaf)
    direction = gradient / gradient.norm()
    with torch.no_grad():
        slope = (value(0.003 * direction) - value(-0.003 * direction)) / 0.006
    assert value(leaf) < 0, "minus a squared error"
    assert slope.item() == pytest.approx(gradient.norm().item(), rel=0.05)


def test_personalisation_loss_is_the_noise_prediction_error(
    denoiser: TinyDenoiser, image: Tensor
) -> None:
    """Recomputed from the U-Net's own noise prediction."""
    loss = PersonalisationLoss(denoiser, prompts=("a photo of sks",), times=(0.5, 0.5), seed=4)
    random = torch.Generator().manual_seed((4 << 20) + 7)
    torch.rand((), generator=random)
    torch.randint(1, (), generator=random)
    z = denoiser.autoencoder.encode(image)
    noise = torch.randn(z.shape, generator=random)
    t = round(0.5 * 999)
    a = denoiser.alpha_bar(t)
    z_t = a**0.5 * z + (1 - a) ** 0.5 * noise
    condition = denoiser.condition(denoiser.embed(["a photo of sks"]))
    predicted = (z_t - a**0.5 * denoiser.predict(z_t, t, condition)) / (1 - a) ** 0.5
    expected = -(predicted - noise).square().mean()
    assert loss(image, 7, unchanged).item() == pytest.approx(expected.item(), rel=1e-4)


def _random(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
