"""Fine-tuning a tiny model on a subject: it learns, forgets afterwards, and is compared fairly."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.models.whitening import Whitening
from engine.rehearse import personalise
from engine.rehearse.personalise import Likeness, Personalised, effect, personalise_both
from tests.engine.editing_models import LATENT_CHANNELS, TinyDenoiser, tiny_autoencoder


@pytest.fixture
def denoiser() -> TinyDenoiser:
    made = TinyDenoiser()
    made.network = made.unet  # type: ignore[attr-defined]
    return made


@pytest.fixture
def photos() -> Tensor:
    return torch.rand((2, 3, 32, 32), generator=torch.Generator().manual_seed(3))


def _error(denoiser: TinyDenoiser, photos: Tensor) -> float:
    z = denoiser.autoencoder.encode(photos)
    noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(1))
    a = denoiser.alpha_bar(600)
    condition = denoiser.condition(denoiser.embed([personalise.PROMPT]).expand(len(z), -1, -1))
    with torch.no_grad():
        clean = denoiser.predict(a**0.5 * z + (1 - a) ** 0.5 * noise, 600, condition)
    return float((clean - z).square().mean())


def test_it_learns_the_subject_and_leaves_the_model_as_it_was(
    denoiser: TinyDenoiser, photos: Tensor
) -> None:
    before = _error(denoiser, photos)
    with personalise.trained_on(denoiser, photos, 12, 0):
        assert _error(denoiser, photos) < 0.9 * before
    assert _error(denoiser, photos) == before


def test_equal_photos_give_equal_pictures(denoiser: TinyDenoiser, photos: Tensor) -> None:
    eye = torch.eye(LATENT_CHANNELS)
    likeness = Likeness(tiny_autoencoder(5), Whitening(torch.zeros(1, LATENT_CHANNELS, 1, 1), eye))
    found = personalise_both(denoiser, photos, photos, likeness, steps=2)
    assert torch.equal(found.control, found.attacked)
    assert found.control.shape == (personalise.GENERATED, 3, 32, 32)
    assert found.similar_control == found.similar_attacked
    assert all(-1 <= value <= 1.0001 for value in found.similar_control)
    assert likeness.to(likeness.of(photos[:1]), photos)[0] == pytest.approx(1, abs=1e-5)


def test_the_effect_is_paired_by_subject() -> None:
    nothing = torch.zeros(1, 3, 8, 8)
    results = [
        Personalised(nothing, nothing, (base + 0.3, base + 0.32), (base, base), (0.0,))
        for base in (0.1, 0.2, 0.5, 0.6)
    ]
    control, attacked, difference = effect(results)
    assert control.value > attacked.value
    assert difference.value == pytest.approx(-0.31)
    assert difference.high < 0 and difference.groups == 4


def test_cancelling_stops_between_steps(denoiser: TinyDenoiser, photos: Tensor) -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt

    before = _error(denoiser, photos)
    with (
        pytest.raises(KeyboardInterrupt),
        personalise.trained_on(denoiser, photos, 50, 0, check),
    ):
        pass
    assert calls == 3
    assert _error(denoiser, photos) == before
