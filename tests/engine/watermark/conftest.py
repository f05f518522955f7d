"""A picture of our own making with smooth parts, edges and texture; and a voice-like sound."""

from __future__ import annotations

import os
import random
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.media.photo import Photo
from engine.watermark import keys
from engine.watermark.identities import Identities, Identity
from engine.watermark.keys import Key

MASTER = bytes(range(32))


def scene(width: int = 640, height: int = 480, seed: int = 1) -> np.ndarray:
    """(h, w, 3) uint8: sky, hills with texture, and some shapes."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / height
    picture = np.stack([90 + 100 * y, 120 + 60 * y, 200 - 80 * y], 2)
    for _ in range(25):
        cx, cy, r = (
            random.uniform(0, width / height),
            random.uniform(0, 1),
            random.uniform(0.03, 0.2),
        )
        inside = (
            ((x - cx) ** 2 + (y - cy) ** 2 < r * r)
            if random.random() < 0.5
            else ((abs(x - cx) < r) & (abs(y - cy) < r / 2))
        )
        picture[inside] = random.uniform(20, 235, 3)
    spectrum = np.fft.rfft2(random.normal(size=(height, width)))
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)) + 0.004
    texture = np.fft.irfft2(spectrum / radius, (height, width))
    picture += (14 * texture / texture.std())[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8)


def photo_of(samples: np.ndarray) -> Photo:
    return Photo(Path("scene.png"), "PNG", samples)


def voice(seconds: float = 12.0, rate: int = 16_000, seed: int = 1) -> np.ndarray:
    """(n,) float32: gliding harmonics in syllables with pauses, and a little breath."""
    random = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.4 * t) + 10 * np.sin(2 * np.pi * 1.3 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    formant = 600 + 400 * np.sin(2 * np.pi * 0.7 * t)
    sound = np.zeros(len(t))
    for k in range(1, 30):
        weight = np.exp(-(((k * pitch - formant) / 500) ** 2)) + 0.15 / k
        sound += weight * np.sin(k * phase)
    syllables = np.clip(np.sin(2 * np.pi * 3 * t) + 0.4, 0, 1)
    sound = sound * syllables + 0.02 * random.normal(size=len(t))
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.fixture(scope="session")
def key() -> Key:
    return Key(MASTER)


@pytest.fixture(autouse=True)
def _same_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server each test draws the same keys every time, as hypothesis does its examples; a
    developer's runs draw new ones."""
    if os.environ.get("CI"):
        draws = random.Random(request.node.nodeid)
        drawn = SimpleNamespace(token_bytes=draws.randbytes, randbits=draws.getrandbits)
        monkeypatch.setattr(keys, "secrets", drawn)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the identity Ana, kept in an encrypted file."""
    monkeypatch.setenv("CLOAKROOM_PASSPHRASE", "open sesame")
    folder = tmp_path / "home"
    Identities(folder, "open sesame", "file").create("Ana")
    return folder


@pytest.fixture
def ana(home: Path) -> Identity:
    return Identities(home, "open sesame").get("Ana")
