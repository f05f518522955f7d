"""The one loop on small analytic losses: budget, determinism, and what each option does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings, strategies as st
from torch import Tensor

from engine.optimise.budget import (
    FACE_GAIN,
    Budget,
    budget_for,
    face_budget,
    limits,
    masking_map,
)
from engine.optimise.channels import EVERYDAY, Transform
from engine.optimise.hinge import Hinge, visible_distance
from engine.optimise.loop import Options, Step, optimise


def _target(images: Tensor, step: int, transform: Transform) -> Tensor:
    """Wants every pixel brighter: the best delta is +limit everywhere."""
    return -images.mean()


def _run(
    image: Tensor, limit: Tensor, options: Options, seed: int = 0, loss: object = _target
) -> tuple[Tensor, list[Step]]:
    steps: list[Step] = []
    search = optimise(image, [loss], limit, options, seed)  # type: ignore[list-item]
    while True:
        try:
            steps.append(next(search))
        except StopIteration as end:
            return end.value, steps


def _picture(height: int, width: int, seed: int = 0) -> Tensor:
    return torch.rand((1, 3, height, width), generator=torch.Generator().manual_seed(seed))


@settings(max_examples=25)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    epsilon=st.floats(0.001, 0.3),
    blocks=st.sampled_from([(1,), (2,), (1, 4), (2, 3, 8)]),
    seed=st.integers(0, 2**31),
)
def test_delta_stays_in_the_ball_and_the_picture_in_range(
    height: int, width: int, epsilon: float, blocks: tuple[int, ...], seed: int
) -> None:
    image = _picture(height, width, seed)
    limit = limits(image, Budget(epsilon))
    delta, _ = _run(image, limit, Options(steps=3, blocks=blocks), seed)
    assert delta.shape == image.shape
    assert float(delta.abs().max()) <= epsilon + 1e-6
    assert float((image + delta).min()) >= 0
    assert float((image + delta).max()) <= 1


def test_reaches_the_optimum_of_a_linear_loss() -> None:
    image = torch.full((1, 3, 8, 8), 0.5)
    delta, _ = _run(image, limits(image, Budget(0.1)), Options(steps=20))
    assert torch.allclose(delta, torch.full_like(delta, 0.1), atol=1e-6)


def test_same_seed_gives_the_same_delta_and_another_seed_another() -> None:
    image = _picture(24, 24)
    limit = limits(image, Budget(0.05))
    options = Options(steps=4, channels=EVERYDAY, samples=2, flatness=0.3)

    def wavy(images: Tensor, step: int, transform: Transform) -> Tensor:
        return (transform(images) * 9).sin().mean()

    one, _ = _run(image, limit, options, 5, wavy)
    two, _ = _run(image, limit, options, 5, wavy)
    other, _ = _run(image, limit, options, 6, wavy)
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_nothing_changes_where_the_mask_is_zero() -> None:
    image = _picture(16, 16)
    mask = torch.zeros((1, 1, 16, 16))
    mask[..., :8] = 1
    delta, _ = _run(image, limits(image, Budget(0.1), mask), Options(steps=3))
    assert float(delta[..., 8:].abs().max()) == 0
    assert float(delta[..., :8].abs().max()) > 0


def test_a_delta_in_blocks_is_smooth() -> None:
    image = torch.full((1, 3, 64, 64), 0.5)

    def checkers(images: Tensor, step: int, transform: Transform) -> Tensor:
        pattern = torch.ones(64, 64)
        pattern[::2, 1::2] = -1
        pattern[1::2, ::2] = -1
        return -(images * pattern).mean()

    fine, _ = _run(image, limits(image, Budget(0.1)), Options(steps=8), loss=checkers)
    coarse, _ = _run(
        image, limits(image, Budget(0.1)), Options(steps=8, blocks=(4,)), loss=checkers
    )
    jump = (coarse[..., 1:] - coarse[..., :-1]).abs().mean()
    assert float(jump) < 0.5 * float((fine[..., 1:] - fine[..., :-1]).abs().mean())


def test_parts_in_blocks_find_what_single_pixels_drown() -> None:
    image = torch.full((1, 3, 32, 32), 0.5)
    limit = limits(image, Budget(0.1))
    fine = _picture(32, 32, 2).round() * 2 - 1
    coarse = (_picture(4, 4, 1).round() * 2 - 1).repeat_interleave(8, 2).repeat_interleave(8, 3)

    def both(images: Tensor, step: int, transform: Transform) -> Tensor:
        return -((images - image) * (fine + 0.5 * coarse)).mean()

    pixels, _ = _run(image, limit, Options(steps=20), loss=both)
    parts, _ = _run(image, limit, Options(steps=20, blocks=(1, 8)), loss=both)
    assert abs(float((pixels * coarse).mean())) < 0.02
    assert float((parts * coarse).mean()) == pytest.approx(0.05, abs=0.01)
    assert float((parts * fine).mean()) == pytest.approx(0.05, abs=0.01)


def test_a_grey_search_changes_all_channels_alike() -> None:
    image = _picture(12, 12)[:, :1].expand(-1, 3, -1, -1).contiguous() * 0.6 + 0.2
    delta, _ = _run(image, limits(image, Budget(0.05)), Options(steps=3, grey=True))
    assert torch.equal(delta[:, 0], delta[:, 1])
    assert torch.equal(delta[:, 0], delta[:, 2])


def test_flat_minima_step_follows_the_papers_formula() -> None:
    """One step of TDAE's FDM, worked out by hand from the same random start."""
    image = torch.full((1, 3, 6, 6), 0.5)
    limit = torch.full((1, 1, 6, 6), 0.2)
    weights = torch.randn((1, 3, 6, 6), generator=torch.Generator().manual_seed(4))

    def wavy(images: Tensor, step: int, transform: Transform) -> Tensor:
        return (8 * weights * images).sin().sum()

    def value_and_gradient(parameter: Tensor) -> tuple[Tensor, Tensor]:
        leaf = parameter.detach().requires_grad_()
        value = wavy(image + leaf * limit, 0, lambda images: images)
        (gradient,) = torch.autograd.grad(value, leaf)
        return value.detach(), gradient

    start = torch.rand((1, 3, 6, 6), generator=torch.Generator().manual_seed(9)) * 2 - 1
    start = start.sign() * 0.5
    strength = 40.0  # far above TDAE's 0.3, so that the second term decides some signs
    h = 0.01 * start.numel() ** 0.5
    before, g1 = value_and_gradient(start)
    after, g2 = value_and_gradient(start + h * g1 / g1.norm())
    direction = -g1 + strength * (after - before).sign() * (g2 - g1)
    expected = (start + 0.2 * direction.sign()) * limit

    options = Options(steps=1, momentum=0.0, flatness=strength, step_size=0.2)
    delta, _ = _run(image, limit, options, 9, wavy)
    assert torch.allclose(delta, expected, atol=1e-6)
    plain, _ = _run(image, limit, replace(options, flatness=0.0), 9, wavy)
    assert not torch.allclose(plain, expected, atol=1e-6)


def test_two_losses_share_one_budget() -> None:
    """Brighter left half and brighter right half both come true: neither loss is dropped."""
    image = torch.full((1, 3, 8, 8), 0.5)

    def left(images: Tensor, step: int, transform: Transform) -> Tensor:
        return -1000 * images[..., :4].mean()

    def right(images: Tensor, step: int, transform: Transform) -> Tensor:
        return -0.001 * images[..., 4:].mean()

    search = optimise(image, [left, right], limits(image, Budget(0.1)), Options(steps=20), 0)
    for _ in range(20):
        step = next(search)
    assert float(step.delta.min()) > 0.09


@pytest.mark.parametrize(
    ("strength", "goal"), [("invisible", 40), ("balanced", 36), ("strong", 32)]
)
def test_a_strength_bounds_the_psnr_of_any_delta(strength: str, goal: float) -> None:
    for image in (_picture(64, 48), torch.full((1, 3, 64, 48), 0.5), _ramp(64, 48)):
        limit = limits(image, budget_for(strength, None))  # type: ignore[arg-type]
        psnr = -10 * torch.log10(limit.square().mean())
        assert float(psnr) >= goal
        assert float(limit.min()) > 0


def test_texture_gets_more_than_a_flat_sky() -> None:
    image = torch.full((1, 3, 64, 64), 0.6)
    image[..., 32:, :] = 0.6 + 0.2 * (_picture(32, 64) - 0.5)
    shape = masking_map(image)
    assert float(shape[..., 40:60, :].mean()) > 1.5 * float(shape[..., 4:24, :].mean())


def test_a_flat_illustration_gets_less_than_its_strength_allows() -> None:
    """There is no texture to hide the change: what shows counts, not the promised PSNR."""
    picture = torch.full((1, 3, 96, 96), 0.9)
    picture[..., 20:70, 30:60] = torch.tensor([0.8, 0.2, 0.2]).view(3, 1, 1)
    picture[..., 60:90, 10:80] = torch.tensor([0.1, 0.3, 0.6]).view(3, 1, 1)
    for strength in ("invisible", "balanced", "strong"):
        budget = budget_for(strength, None)  # type: ignore[arg-type]
        assert budget.rms is not None
        limit = limits(picture, budget)
        assert float(limit.median()) <= 0.65 * budget.rms
        assert float(limit.square().mean().sqrt()) <= 0.8 * budget.rms
        assert float(limit.min()) >= 0.3 * budget.rms
    photo = torch.full((1, 3, 64, 64), 0.6)
    photo[..., 16:, :] = 0.6 + 0.3 * (_picture(48, 64) - 0.5)
    budget = budget_for("balanced", None)
    assert float(limits(photo, budget).square().mean().sqrt()) == pytest.approx(
        budget.rms, rel=0.02
    )


@pytest.mark.parametrize("strength", ["invisible", "balanced", "strong"])
def test_a_face_gets_more_for_each_pixel_while_the_picture_keeps_its_promise(strength: str) -> None:
    image = _picture(96, 96) * 0.3 + 0.4
    whole, alone = budget_for(strength, None), face_budget(strength, None)  # type: ignore[arg-type]
    assert whole.rms is not None
    small = torch.zeros((1, 1, 96, 96))
    small[..., 30:50, 30:50] = 1
    gain = float(limits(image, alone, small).max() / limits(image, whole, small).max())
    assert gain == pytest.approx(FACE_GAIN[strength], rel=0.02)  # type: ignore[index]
    for mask in (small, torch.ones_like(small)):
        limit = limits(image, alone, mask)
        assert float(limit.max()) <= alone.epsilon
        assert float(limit.square().mean().sqrt()) <= 1.001 * whole.rms
    assert face_budget("balanced", 0.02) == budget_for("balanced", 0.02)


def test_an_edge_beside_a_flat_region_is_not_texture() -> None:
    image = torch.full((1, 3, 64, 64), 0.3)
    image[..., 32:] = 0.7
    shape = masking_map(image)
    assert float(shape[..., 24:40].max()) < 1.6 * float(shape[..., 4:16].mean())


def test_epsilon_overrides_the_strength_with_the_plain_ball() -> None:
    image = _ramp(32, 32)
    limit = limits(image, replace(budget_for("balanced", 0.03)))
    assert torch.equal(limit, torch.full_like(limit, 0.03))


def _ramp(height: int, width: int) -> Tensor:
    return torch.linspace(0, 1, width).expand(1, 3, height, width).contiguous()


class _Waves:
    """A decoder: an offset of 2x2 coefficients of smooth waves."""

    shape = (1, 3, 2, 2)

    def __call__(self, offset: Tensor) -> Tensor:
        return torch.nn.functional.interpolate(offset, size=(24, 24), mode="bilinear")


@pytest.mark.parametrize("rule", ["sign", "adam"])
def test_a_decoder_searches_elsewhere_within_the_same_limit(rule: str) -> None:
    image = torch.full((1, 3, 24, 24), 0.5)
    mask = torch.ones((1, 1, 24, 24))
    mask[..., :4] = 0
    limit = limits(image, Budget(0.1), mask)
    options = Options(steps=30, rule=rule, start=0.0)  # type: ignore[arg-type]
    search = optimise(image, [_target], limit, options, 0, _Waves())
    delta = [step.delta for step in search][-1]
    assert float(delta.abs().max()) <= 0.1 + 1e-6
    assert float(delta[..., :4].abs().max()) == 0
    assert float(delta[..., 4:].min()) > 0.09
    again = [step.delta for step in optimise(image, [_target], limit, options, 0, _Waves())][-1]
    assert torch.equal(delta, again)


def test_a_hinge_keeps_what_shows_near_its_tolerance() -> None:
    image = _picture(48, 48) * 0.5 + 0.25
    pattern = _picture(48, 48, 7) - 0.5

    def along(images: Tensor, step: int, transform: Transform) -> Tensor:
        return -(images * pattern).mean()

    limit = limits(image, Budget(0.1))
    free, _ = _run(image, limit, Options(steps=40), loss=along)
    tolerance = 0.3 * float(visible_distance(image, image + free))
    held, _ = _run(
        image, limit, Options(steps=40, step_size=0.05, hinge=Hinge(tolerance, 20)), loss=along
    )
    assert float(visible_distance(image, image + held)) < 1.3 * tolerance
    assert float((held * pattern).mean()) > 0


def test_the_energy_rule_spends_where_it_helps_and_no_more_than_it_may() -> None:
    image = torch.full((1, 3, 8, 8), 0.5)
    limit = torch.full((1, 1, 8, 8), 0.2)

    def left_half(images: Tensor, step: int, transform: Transform) -> Tensor:
        return -images[..., :4].mean()

    options = Options(steps=30, step_size=0.5, momentum=0.5, rule="energy", start=0.4)
    delta, _ = _run(image, limit, options, loss=left_half)
    used = delta / limit
    assert float(used.square().mean().sqrt()) == pytest.approx(0.4, abs=0.02)
    assert float(used[..., :4].mean()) > 0.5
    assert float(used[..., 4:].abs().mean()) < 0.05
