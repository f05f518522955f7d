"""What the detectors learn from: codecs like the real ones, makers that make, packs that open."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image
from torch import Tensor

from engine.check.image_net import SIDE, ImageNet, residual, spectrum
from engine.check.voice_net import BINS, VoiceNet, spectrograms
from engine.training import channels, image_detector_data, voice_channels, voice_detector_data
from engine.training.small_autoencoders import FAMILIES, Maker, upsampled
from engine.training.voice_detector import equal_error
from engine.training.voice_makers import (
    FAMILIES as VOICES,
    PLAIN,
    Maker as VoiceMaker,
    difference,
    plain,
)


def scene(side: int = 96, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 255, (side // 8, side // 8, 3)).astype(np.uint8)
    picture = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
    noise = random.normal(0, 6, (side, side, 3))
    return np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8)


def tensor(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255


def voice(samples: int = 16_640, seed: int = 0) -> Tensor:
    """A buzz at 120 Hz with moving level, and some noise."""
    time = torch.arange(samples) / 16_000
    tone = sum(torch.sin(2 * torch.pi * 120 * k * time) / k for k in range(1, 30))
    random = torch.Generator().manual_seed(seed)
    sound = tone * (1 + torch.sin(2 * torch.pi * 3 * time)) + 0.1 * torch.randn(
        samples, generator=random
    )
    return (sound / sound.std() * 0.06)[None]


@pytest.mark.parametrize("quality", [40, 75, 95])
@pytest.mark.parametrize("halved", [True, False])
def test_jpeg_is_nearly_pillows(quality: int, halved: bool) -> None:
    pixels = scene()
    stream = io.BytesIO()
    subsampling = 2 if halved else 0
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality, subsampling=subsampling)
    real = tensor(np.asarray(Image.open(stream).convert("RGB")))
    ours = channels.jpeg(tensor(pixels), torch.tensor([float(quality)]), halved)
    lost = float((real - tensor(pixels)).abs().mean())
    # At fine steps one rounding of the colour conversion moves many coefficients.
    share = 0.35 if quality < 90 else 0.7
    assert float((ours - real).abs().mean()) < share * lost
    assert float((ours * 255 - (ours * 255).round()).abs().max()) < 1e-3


def test_blur_spares_what_it_should_and_spectra_are_brought_back() -> None:
    images = tensor(scene()).repeat(2, 1, 1, 1)
    soft = channels.blurred(images, torch.tensor([0.0, 0.6]))
    assert torch.equal(soft[0], images[0])
    back = channels.spectrum_matched(soft, images)

    def fine(picture: Tensor) -> float:
        return float(residual(picture[None])[..., 8:-8, 8:-8].square().mean())

    assert fine(soft[1]) < 0.4 * fine(images[1])
    assert 0.4 < fine(back[1]) / fine(images[1]) < 1.6


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_every_maker_makes_pictures_and_learns(family: object) -> None:
    maker = Maker(family)  # type: ignore[arg-type]
    photos = torch.rand(1, 3, 32, 32)
    made = maker(photos)
    assert made.shape == photos.shape
    made.square().mean().backward()
    assert maker.end.weight.grad is not None
    assert 0 <= float(maker.made(photos, 0.1).min()) <= float(maker.made(photos).max()) <= 1


def test_random_upsampling_keeps_the_scene() -> None:
    photos = channels.blurred(tensor(scene()), torch.tensor([1.5]))
    kept = (upsampled(photos) - photos)[..., 4:-4, 4:-4]
    assert 0.001 < float(kept.abs().mean()) < 0.05


def test_a_picture_pack_opens_as_pairs(tmp_path: Path) -> None:
    for number in range(12):
        target = tmp_path / "photos" / f"{number}.jpg"
        target.parent.mkdir(exist_ok=True)
        side = 560 if number % 2 else 288
        Image.fromarray(scene(side, number)).save(target, quality=88)
    pack = tmp_path / "photos.npz"
    assert image_detector_data.pack([tmp_path / "photos"], pack, 5, 0) == 12
    learn, check = image_detector_data.unpack(pack, torch.device("cpu"))
    assert len(learn) + len(check) == 12
    random = np.random.default_rng(3)
    for _ in range(4):
        photos, quality = learn.batch(3, random)
        assert photos.shape == (3, 3, image_detector_data.WHOLE, image_detector_data.WHOLE)
        both = image_detector_data.aligned(photos, photos.clone(), quality)
        made = image_detector_data.augmented(both, SIDE, random)
        assert made.shape == (6, 3, SIDE, SIDE)
        assert float((made * 255 - (made * 255).round()).abs().max()) < 1e-3


def test_the_picture_network_sees_no_scene() -> None:
    flat = torch.full((1, 3, SIDE, SIDE), 0.3)
    ramp = flat + torch.linspace(0, 0.2, SIDE)
    assert float(residual(flat).abs().max()) < 1e-5
    assert float(residual(ramp).abs().max()) < 1e-3
    assert spectrum(residual(ramp)).shape == (1, 3, 64, 33)
    network = ImageNet(8).eval()
    assert network(torch.rand(2, 3, SIDE, SIDE)).shape == (2,)


@pytest.mark.parametrize("kind", sorted(PLAIN))
def test_copies_without_training_say_the_same(kind: str) -> None:
    sound = voice(64_000)
    pitch = torch.full((1, 400), 120.0)
    made = plain(kind, sound, pitch, torch.Generator().manual_seed(1))
    assert made.shape == sound.shape
    silence = difference(torch.zeros_like(sound), sound)
    assert float(difference(made, sound)) < 0.5 * float(silence)


@pytest.mark.parametrize("family", VOICES, ids=lambda f: f.name)
def test_every_voice_maker_makes_sound_and_learns(family: object) -> None:
    maker = VoiceMaker(family)  # type: ignore[arg-type]
    sound = voice()
    made = maker(sound, torch.full((1, 104), 120.0))
    assert made.shape == sound.shape
    difference(made, sound).backward()  # type: ignore[no-untyped-call]
    assert maker.end.weight.grad is not None


def test_a_codec_loses_what_it_is_told_to() -> None:
    sound = voice()
    for decibels in (10.0, 30.0):
        back = voice_channels.coded(sound, torch.tensor([[decibels]]), torch.tensor([[9000.0]]))
        noise = float((back - sound).square().sum() / sound.square().sum())
        assert abs(-10 * np.log10(noise) - decibels) < 4
    narrow = voice_channels.coded(sound, torch.tensor([[40.0]]), torch.tensor([[2000.0]]))
    power = torch.fft.rfft(narrow)[0].abs().square()
    assert float(power[len(power) // 2 :].sum() / power.sum()) < 1e-3
    assert voice_channels.telephone(sound).shape == sound.shape


def test_a_speech_pack_opens_as_pairs(tmp_path: Path) -> None:
    for speaker in ("11", "12", "19"):
        folder = tmp_path / "speech" / speaker
        folder.mkdir(parents=True)
        soundfile.write(folder / "a.flac", voice(70_000)[0].numpy(), 16_000)
    pack = tmp_path / "speech.npz"
    found = voice_detector_data.pack(tmp_path / "speech", pack, 5, 0, 0)
    assert found["real"] == 2  # speaker 19 is for measurements alone
    speech = voice_detector_data.unpack(pack, torch.device("cpu"))
    random = np.random.default_rng(0)
    for one in speech.values():
        real, pitch = one.batch(2, random)
        assert real.shape == (2, voice_detector_data.SAMPLES)
        assert pitch.shape == (2, voice_detector_data.PITCHES)
        both = voice_detector_data.aligned(real, real, random)
        made = voice_detector_data.augmented(both, random)
        assert made.shape == (4, voice_detector_data.SAMPLES)
        assert bool(made.isfinite().all())


def test_the_voice_network_ignores_level_and_tone() -> None:
    sound = voice(48_000)
    first = spectrograms(sound)
    assert first.shape[:3] == (1, 2, BINS)
    assert torch.allclose(first, spectrograms(sound * 3), atol=1e-3)
    assert VoiceNet(4).eval()(sound).shape == (1,)


def test_equal_error_of_known_scores() -> None:
    assert equal_error(np.array([0.0, 1.0, 2.0, 3.0]), np.array([4.0, 5.0])) == 0
    assert equal_error(np.array([0.0, 1.0, 2.0, 5.0]), np.array([1.5, 6.0, 7.0, 8.0])) == 0.25
