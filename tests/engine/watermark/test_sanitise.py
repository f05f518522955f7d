"""Sanitising: the bound, the payloads that go, and the noise that decoders find."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from engine import api
from engine.models import builtin
from engine.watermark import ads, pai
from tests.engine.watermark.conftest import scene
from tests.engine.watermark.test_jobs import run
from tests.engine.watermark.test_pai import DENOISER, EMPTY, SALT, SHAPE

LIMIT = 0.03


@pytest.fixture(scope="module")
def carrier(key):
    """A generated picture with a mark in its noise."""
    noise = pai.keyed_noise(key, DENOISER.sha256, SALT, SHAPE)
    latent = pai.sample(DENOISER, noise, EMPTY)
    return noise, DENOISER.autoencoder.decode(latent).float().clamp(0, 1)


def matches(image: torch.Tensor, noise: pai.Noise) -> int:
    latent = DENOISER.autoencoder.encode(image)
    return pai.verify(pai.invert(DENOISER, latent, noise), noise, 1.0).matches


def test_a_mark_in_the_noise_goes_and_plain_noise_leaves_it(carrier):
    """With as large a limit as the payload's own carrier in this linear stand-in."""
    noise, image = carrier
    limit = 0.25
    (*_, change) = ads.disturbed(DENOISER, image, limit, seed=1)
    assert float(change.abs().max()) <= limit + 1e-6
    assert float((image + change).min()) >= 0 and float((image + change).max()) <= 1
    before, after = matches(image, noise), matches(image + change, noise)
    drowned = (image + change.std() * torch.randn(image.shape)).clamp(0, 1)
    plain = matches(drowned, noise)
    assert before > 240 and after < before - 40 and after < plain - 20


def test_a_step_moves_a_colour_as_a_whole():
    slope = torch.tensor([3.0, 0.0, 4.0, 0.0, 0.0, 0.0]).reshape(2, 3).T.reshape(1, 3, 1, 2)
    step = ads.unit(slope)
    assert torch.allclose(step[0, :, 0, 0], torch.tensor([0.6, 0.0, 0.8]))
    assert not step[0, :, 0, 1].any()


def test_likeness_is_one_with_itself_and_none_with_another():
    a, b = torch.randn(2, 1, 4, 32, 32, generator=torch.Generator().manual_seed(1))
    assert float(ads.likeness(a, a).mean()) == pytest.approx(1, abs=1e-4)
    assert abs(float(ads.likeness(a, b).mean())) < 0.05


@pytest.mark.parametrize("decoders", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_job_keeps_its_bound_and_says_what_it_did(monkeypatch, tmp_path, decoders, mode):
    for id in (builtin.EDITOR, builtin.EDITOR_JUDGE):
        (tmp_path / "models" / id).mkdir(parents=True)
    monkeypatch.setattr(builtin, "FOLDER", tmp_path / "models")
    monkeypatch.setattr(builtin, "editor", lambda id, context: SimpleNamespace(denoiser=DENOISER))
    file = tmp_path / "work.png"
    Image.fromarray(scene(320, 240)).convert(mode).save(file)
    result = run(api.SanitiseFile(file, LIMIT, decoders=decoders))
    before, after = (np.asarray(Image.open(path), int) for path in (file, result.output))
    largest = np.abs(after - before).max()
    assert 0 < largest <= LIMIT * 255 and result.bound == pytest.approx(largest / 255, abs=1e-4)
    assert result.psnr > 29 and result.receipt.kind == "sanitise-file"
    first, last, plain = result.effect["least-significant-bits"]
    assert first == 1.0 and abs(last - 0.5) < 0.02 and 0.4 < plain < 1
    first, last, plain = result.effect["pixel-mark"]
    assert first > 0.9 and 0.4 < last <= 1
    if not decoders:
        assert set(result.effect) == {"least-significant-bits", "pixel-mark"}
        return
    for name in ("known-decoder", "other-decoder"):
        first, last, plain = result.effect[name]
        assert first == 1.0 and last < plain < 1
    assert result.receipt.method == "sanitise ads"


def test_what_is_told_is_true_of_a_saved_jpeg(tmp_path):
    """Compressing moves samples once more, beyond the limit that was kept before."""
    file = tmp_path / "work.jpg"
    Image.fromarray(scene(160, 120)).save(file, quality=80)
    result = run(api.SanitiseFile(file, LIMIT, decoders=False))
    before, after = (np.asarray(Image.open(path), int) for path in (file, result.output))
    assert result.bound == pytest.approx(np.abs(after - before).max() / 255, abs=0.01)
    assert result.bound > LIMIT
