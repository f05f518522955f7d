"""The estimate of PESQ-WB: what it hears, what it forgives, how near it comes to the package."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.measure.disturbance import Quality, quality
from engine.measure.voice import as_good, speech_noise, stoi, white_noise, within
from engine.voice import masking, vocalcrypt
from tests.engine.voice.sounds import voice


def of(clean: Tensor, heard: Tensor) -> float:
    return float(quality(clean[None], heard[None])[0])


@pytest.fixture(scope="module")
def wave() -> Tensor:
    return torch.from_numpy(0.3 * voice(4.0, seed=1).astype(np.float32))


@pytest.fixture(scope="module")
def noises(wave: Tensor) -> dict[str, Tensor]:
    """A tenth of the speech's amplitude, by their names."""
    random = torch.Generator().manual_seed(0)
    level = 0.1 * wave[None]
    return {
        "white": white_noise(level, random)[0],
        "speech": speech_noise(level, wave[None], random)[0],
    }


def test_an_unchanged_sound_isas_good_as_can_be(wave: Tensor) -> None:
    assert of(wave, wave) > 4.5


@pytest.mark.parametrize("kind", ["white", "speech"])
def test_more_noise_is_worse(wave: Tensor, noises: dict[str, Tensor], kind: str) -> None:
    found = [of(wave, wave + gain * noises[kind]) for gain in (0.03, 0.1, 0.3, 1.0, 3.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] - found[-1] > 1


def test_a_level_and_a_slow_tone_are_forgiven(wave: Tensor) -> None:
    assert of(wave, 0.4 * wave) > 4.4
    spectrum = masking.stft(wave[None])
    tilt = 10 ** (-6 * torch.linspace(0, 1, masking.BINS)[:, None] / 20)
    assert of(wave, masking.istft(spectrum * tilt, len(wave))[0]) > 4.0


def test_what_the_speech_masks_is_heard_less(wave: Tensor, noises: dict[str, Tensor]) -> None:
    hidden = vocalcrypt.pseudo_timbre(wave, -6.0, 0)
    hidden = hidden * (noises["white"].norm() / hidden.norm())
    assert of(wave, wave + hidden) > of(wave, wave + noises["white"]) + 0.3


def test_it_has_a_gradient(wave: Tensor, noises: dict[str, Tensor]) -> None:
    gain = torch.ones((), requires_grad=True)
    quality(wave[None], (wave + gain * noises["speech"])[None]).sum().backward()
    assert gain.grad is not None
    assert torch.isfinite(gain.grad)
    assert gain.grad < 0


def test_the_same_change_louder_and_softer_is_judged_alike(
    wave: Tensor, noises: dict[str, Tensor]
) -> None:
    heard = Quality(wave, noises["white"])
    for gain in (0.01, 0.3, 2.0):
        assert heard.at(gain) == pytest.approx(of(wave, wave + gain * noises["white"]), abs=1e-4)


def test_it_comes_near_to_pesq(wave: Tensor, noises: dict[str, Tensor]) -> None:
    pesq = pytest.importorskip("pesq").pesq
    for noise in noises.values():
        for gain in (0.1, 0.3, 1.0):
            heard = wave + gain * noise
            truth = pesq(16_000, wave.numpy(), heard.numpy(), "wb")
            assert of(wave, heard) == pytest.approx(truth, abs=0.5)


@pytest.mark.parametrize("kind", ["white", "speech"])
@pytest.mark.parametrize("limits", [(0.98, 1.0), (0.9, 3.5), (0.97, 3.0)])
def test_both_limits_are_kept_and_one_is_reached(
    wave: Tensor, noises: dict[str, Tensor], kind: str, limits: tuple[float, float]
) -> None:
    for loud in (1.0, 5.0):
        change = within(wave, loud * noises[kind], *limits)
        words = stoi(wave.numpy(), (wave + change).numpy())
        good = of(wave, wave + change)
        assert words >= limits[0] - 1e-6
        assert good >= limits[1] - 1e-3
        assert words < limits[0] + 0.006 or good < limits[1] + 0.05


def test_a_piece_too_short_for_stoi_gets_no_louder(wave: Tensor) -> None:
    piece = wave[16_000:24_000]
    change = 1e-3 * torch.randn(len(piece), generator=torch.Generator().manual_seed(1))
    assert torch.equal(within(piece, change, 0.9, 1.0), change)
    kept = within(piece, 10 * change, 0.9, 3.0)
    assert 3.0 <= of(piece, piece + kept) < 3.1
    assert kept.norm() < 10 * change.norm()


def test_nothing_stays_nothing(wave: Tensor) -> None:
    assert not within(wave, torch.zeros_like(wave), 0.98, 3.5).any()
    silence = torch.zeros(16_000)
    assert torch.isfinite(within(silence, 1e-4 * torch.randn(16_000), 0.98, 3.5)).all()
    assert as_good(wave, 1e-9 * wave, 4.0) == pytest.approx(4, rel=0.05)
