"""PAI on a denoiser whose distribution is known exactly: latents are standard normal noise."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats
from torch import Tensor

from engine import api
from engine.models import builtin
from engine.models.roles import Condition
from engine.problems import Problem
from engine.watermark import pai
from engine.watermark.keys import new_key
from engine.watermark.registry import Registry
from tests.engine.watermark.conftest import scene
from tests.engine.watermark.test_jobs import run
from tests.engine.watermark.test_phasemark import BlockTransform

SALT = bytes(range(32))
SHAPE = (4, 32, 32)


class Blocks(BlockTransform):
    """Latents of about unit variance make pictures of moderate contrast."""

    def encode(self, images: Tensor) -> Tensor:
        return (super().encode(images) - torch.tensor([4.0, 0, 0, 0])[:, None, None]) / 0.8

    def decode(self, latents: Tensor) -> Tensor:
        return super().decode(latents * 0.8 + torch.tensor([4.0, 0, 0, 0])[:, None, None])


class Normal:
    """The ideal denoiser of standard normal latents: E[z | z_t] = sqrt(a) z_t."""

    id, sha256, time_steps = "normal", "cd" * 32, 1000

    def __init__(self) -> None:
        self.autoencoder = Blocks()

    def embed(self, prompts):
        return torch.zeros(len(prompts), 1, 1)

    def condition(self, text, latents=None):
        return Condition(text)

    def alpha_bar(self, t: int) -> float:
        return float(np.cos(t / 999 * np.pi / 2) ** 2)

    def predict(self, z_t: Tensor, t: int, condition: Condition) -> Tensor:
        return self.alpha_bar(t) ** 0.5 * z_t


DENOISER = Normal()
EMPTY = DENOISER.condition(DENOISER.embed([""]))


@pytest.fixture(scope="module")
def noise(key):
    return pai.keyed_noise(key, DENOISER.sha256, SALT, SHAPE)


@pytest.fixture(scope="module")
def latent(noise):
    return pai.sample(DENOISER, noise, EMPTY)


def test_the_start_is_standard_normal_and_repeatable(noise, key):
    assert stats.kstest(noise.start.reshape(-1), "norm").pvalue > 0.01
    again = pai.keyed_noise(key, DENOISER.sha256, SALT, SHAPE)
    assert np.array_equal(again.start, noise.start)
    for other in (
        pai.keyed_noise(new_key(), DENOISER.sha256, SALT, SHAPE),
        pai.keyed_noise(key, DENOISER.sha256, bytes(32), SHAPE),
    ):
        assert abs(np.corrcoef(other.start.reshape(-1), noise.start.reshape(-1))[0, 1]) < 0.1


def test_inversion_finds_the_start_and_its_key(noise, latent):
    found = pai.invert(DENOISER, latent, noise)
    assert np.corrcoef(found.reshape(-1), noise.start.reshape(-1))[0, 1] > 0.97
    assert pai.verify(found, noise, 1e3).found


def test_the_inverse_deflection_counts(noise, latent):
    bent = pai.invert(DENOISER, latent, noise)
    straight = pai.Noise(noise.start, 0 * noise.deflection, noise.owner, noise.mask)
    plain = pai.invert(DENOISER, latent, straight)
    error = [np.square(found - noise.start).mean() for found in (bent, plain)]
    assert error[0] < error[1]


def test_other_keys_see_fair_sums(noise, latent):
    matches = []
    for _ in range(60):
        other = pai.keyed_noise(new_key(), DENOISER.sha256, SALT, SHAPE)
        evidence = pai.verify(pai.invert(DENOISER, latent, other), other, 1.0)
        assert not evidence.found
        matches.append(evidence.matches)
    assert abs(np.mean(matches) / 256 - 0.5) < 5 * 0.5 / np.sqrt(60 * 256)


def rough(latent: Tensor, seed: int) -> np.ndarray:
    """The start found in a slightly noisy copy."""
    noise = torch.randn(latent.shape, generator=torch.Generator().manual_seed(seed))
    return latent + 0.03 * noise


@pytest.fixture(scope="module")
def reference(noise, latent) -> pai.Usual:
    return pai.usual(
        [pai.invert(DENOISER, rough(latent, seed), noise) for seed in range(pai.REFERENCES)], noise
    )


def test_a_changed_place_shows_and_is_an_attack(noise, latent, reference):
    untouched = pai.invert(DENOISER, latent, noise)
    assert pai.attack_p_value(untouched, noise, reference) > 1e-3
    changed = latent.clone()
    changed[..., 8:16, 10:20] = torch.randn(1, 4, 8, 10, generator=torch.Generator().manual_seed(3))
    found = pai.invert(DENOISER, changed, noise)
    places = pai.tamper_map(found, noise, reference)
    assert places[10:14, 12:18].min() > 1 > np.abs(places[22:, 22:]).max()
    assert pai.attack_p_value(found, noise, reference) < 1e-6
    assert pai.verify(found, noise, 1.0).found


def test_the_attack_test_and_the_map_err_as_often_as_they_say(key):
    """Over works and fresh copies: no more often than the stated chance, give or take chance."""
    chances, places = [], []
    for work in range(20):
        keyed = pai.keyed_noise(key, DENOISER.sha256, bytes([work]) * 32, SHAPE)
        made = pai.sample(DENOISER, keyed, EMPTY)
        starts = [pai.invert(DENOISER, rough(made, seed), keyed) for seed in range(22)]
        usual = pai.usual(starts[: pai.REFERENCES], keyed)
        for start in starts[pai.REFERENCES :]:
            chances.append(pai.attack_p_value(start, keyed, usual))
            places.append((pai.tamper_map(start, keyed, usual) > 1).mean())
    for level, most in ((0.05, 0.09), (0.01, 0.03)):
        assert np.mean(np.array(chances) < level) <= most
    assert np.mean(places) < 2 * pai.RARE


@pytest.fixture
def editor(monkeypatch, tmp_path):
    (tmp_path / "models" / builtin.EDITOR).mkdir(parents=True)
    monkeypatch.setattr(builtin, "FOLDER", tmp_path / "models")
    monkeypatch.setattr(builtin, "editor", lambda id, context: SimpleNamespace(denoiser=DENOISER))


def test_an_edit_is_recognised_with_its_work(editor, home, tmp_path):
    file = tmp_path / "photo.jpg"
    Image.fromarray(scene(320, 240)).save(file)
    made = run(api.EditMarked(file, home, "Ana", "make it night"))
    assert made.scheme == "pai" and made.output.name == "photo-edited.png"
    assert max(made.survival.values()) < 1e-6 and made.receipt.kind == "edit-marked"
    found = run(api.VerifyFile(made.output, home))
    assert found.found and found.scheme == "pai" and found.work == "photo.jpg"
    assert found.payload == made.payload and found.issued and found.content == "matches"
    assert found.untouched is not None and found.untouched > 1e-3
    image = np.asarray(Image.open(made.output)).copy()
    image[60:140, 80:200] = 90
    Image.fromarray(image).save(tmp_path / "tampered.png")
    tampered = run(api.VerifyFile(tmp_path / "tampered.png", home))
    assert tampered.found and tampered.untouched is not None and tampered.untouched < 1e-3
    assert [p.name for p in tampered.pictures] == ["received", "work", "heat"]
    assert tampered.changed is not None and found.changed is not None
    assert tampered.changed > 0.1 > 0.01 > found.changed
    picture = Image.open(made.output)
    picture.crop((8, 10, 300, 228)).save(tmp_path / "cropped.jpg", quality=92)
    cropped = run(api.VerifyFile(tmp_path / "cropped.jpg", home))
    assert cropped.found and cropped.how == "registered" and cropped.work == "photo.jpg"
    assert cropped.geometry["scale_x"] == pytest.approx(320 / 292, abs=0.01)
    assert not run(api.VerifyFile(file, home)).found


def test_without_an_editor_it_says_so(home, tmp_path, monkeypatch):
    monkeypatch.setattr(builtin, "FOLDER", tmp_path)
    file = tmp_path / "photo.png"
    Image.fromarray(scene(64, 48)).save(file)
    with pytest.raises(Problem, match="not on this computer"):
        run(api.EditMarked(file, home, "Ana", "make it night"))
    assert Registry(home).works() == ()
