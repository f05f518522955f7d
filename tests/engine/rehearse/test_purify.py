"""Purification on tiny random models: shapes, seeds, and what each attack is meant to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, strategies as st

from engine.models import ddim
from engine.rehearse import purify
from tests.engine.editing_models import TinyDenoiser, tiny_autoencoder


@pytest.fixture(scope="module")
def denoiser() -> TinyDenoiser:
    return TinyDenoiser()


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.rand((1, 3, 40, 52), generator=torch.Generator().manual_seed(0))


Attack = Callable[[TinyDenoiser, torch.Tensor, int], torch.Tensor]

ATTACKS: dict[str, Attack] = {
    "diffpure": lambda d, x, seed: purify.diffpure(d, x, steps=2, seed=seed),
    "gridpure": lambda d, x, seed: purify.gridpure(d, x, rounds=2, tile=4, seed=seed),
    "upscaling": lambda d, x, seed: purify.noisy_upscaling(d, x, seed=seed),
    "udap": lambda d, x, seed: purify.udap(d, x, epochs=2, deepest=3, seed=seed),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_results_are_pictures_that_depend_on_the_seed_alone(
    name: str, denoiser: TinyDenoiser, image: torch.Tensor
) -> None:
    first, again, other = (ATTACKS[name](denoiser, image, seed) for seed in (1, 1, 2))
    assert first.shape == image.shape
    assert first.min() >= 0 and first.max() <= 1
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_cancelling_stops_between_steps(denoiser: TinyDenoiser, image: torch.Tensor) -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    for attack in (purify.diffpure, purify.gridpure, purify.noisy_upscaling, purify.udap):
        with pytest.raises(Stop):
            attack(denoiser, image, check=stop)
    with pytest.raises(Stop):
        purify.impress(denoiser.autoencoder, image, check=stop)


def test_impress_makes_the_picture_more_consistent_and_keeps_it_near() -> None:
    autoencoder = tiny_autoencoder()
    image = torch.rand((1, 3, 32, 32), generator=torch.Generator().manual_seed(0))

    def inconsistency(x: torch.Tensor) -> float:
        return float((purify.round_trip(autoencoder, x) - x).square().mean())

    found = purify.impress(autoencoder, image, steps=20)
    assert inconsistency(found) < 0.9 * inconsistency(image)
    assert (found - image).abs().max() <= 1.5 * 20 * 0.01  # Adam moves about one rate a step


def test_udap_comes_closer_to_the_picture_than_its_blurred_start(denoiser: TinyDenoiser) -> None:
    image = torch.rand((1, 3, 32, 32), generator=torch.Generator().manual_seed(3))
    start = purify.udap(denoiser, image, epochs=0)
    found = purify.udap(denoiser, image, epochs=8, deepest=2)
    assert (found - image).square().mean() < (start - image).square().mean()


@given(length=st.integers(1, 300), tile=st.integers(1, 64))
def test_tiles_cover_everything_and_stay_inside(length: int, tile: int) -> None:
    starts = purify._starts(length, tile)
    covered = {x for start in starts for x in range(start, min(start + tile, length))}
    assert covered == set(range(length))
    assert starts[-1] + tile == length or (length <= tile and starts == [0])


def test_weaker_regeneration_changes_less(denoiser: TinyDenoiser, image: torch.Tensor) -> None:
    back = purify.round_trip(denoiser.autoencoder, image)
    weak = purify.diffpure(denoiser, image, strength=0.01, steps=1)
    strong = purify.diffpure(denoiser, image, strength=0.9, steps=1)
    assert (weak - back).norm() < (strong - back).norm()


def test_inversion_and_denoising_lead_back(denoiser: TinyDenoiser) -> None:
    z = torch.randn((1, 4, 6, 6), generator=torch.Generator().manual_seed(0))
    condition = denoiser.condition(denoiser.embed([""]))
    times = ddim.schedule(denoiser, 40)[:9]
    with torch.no_grad():
        there = ddim.follow(denoiser, z, times, condition)
        back = ddim.follow(denoiser, there, times[::-1], condition)
    assert (there - z).norm() > 0.05 * z.norm()
    assert (back - z).norm() < 0.3 * (there - z).norm()


def test_the_gradient_through_checkpointed_steps_is_the_plain_one(denoiser: TinyDenoiser) -> None:
    condition = denoiser.condition(denoiser.embed([""]))
    z = torch.randn((1, 4, 4, 4), generator=torch.Generator().manual_seed(0)).requires_grad_()
    times = [300, 200, 100]
    (kept,) = torch.autograd.grad(ddim.follow(denoiser, z, times, condition).sum(), z)
    plain = ddim.move(denoiser, ddim.move(denoiser, z, 300, 200, condition), 200, 100, condition)
    (expected,) = torch.autograd.grad(plain.sum(), z)
    torch.testing.assert_close(kept, expected)
