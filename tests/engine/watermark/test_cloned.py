"""The mark in the noise that the built-in cloner draws."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from scipy import stats

from engine import api
from engine.check import own, words
from engine.context import Context
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.watermark import cloned
from engine.watermark.cloned import CloneMark
from engine.watermark.identities import Identities
from engine.watermark.keys import Key, new_key
from engine.watermark.recordings import frames_of
from engine.watermark.scheme import check_payload, read_payload, spread
from engine.watermark.speech_dwt import FRAME
from tests.engine.watermark.conftest import voice
from tests.engine.watermark.test_jobs import run

SCHEME = CloneMark()
PAYLOAD = 0x0123456789ABCDEF


def noise(key: Key, count: int, seed: int = 0) -> np.ndarray:
    bits = spread(PAYLOAD, 256)
    return SCHEME.noise(SCHEME.setup(key), bits, count, np.random.default_rng(seed))


def test_without_the_key_it_is_white_noise(key):
    drawn = noise(key, 2 * FRAME + 100)
    assert drawn.shape == (2 * FRAME + 100,)
    assert stats.kstest(drawn, "norm").pvalue > 0.001
    spectrum = np.square(np.abs(np.fft.rfft(drawn))) / len(drawn)
    bands = [part.mean() for part in np.array_split(spectrum[1:], 32)]
    assert max(abs(np.array(bands) - 1)) < 0.1
    other = noise(new_key(), len(drawn))  # the same sizes, with the signs of another key
    # Outside 250 to 4000 Hz, 17 of 32 packets, it is not marked.
    assert abs(np.corrcoef(drawn, other)[0, 1] - 17 / 32) < 0.02


def test_the_key_reads_its_payload_and_another_nothing(key):
    drawn = noise(key, 64_000)
    soft = SCHEME.extract(frames_of(iter([drawn])), SCHEME.setup(key))
    payload, evidence = read_payload(soft, 4.0)
    assert payload == PAYLOAD and evidence.found
    matches = []
    for _ in range(40):
        soft = SCHEME.extract(frames_of(iter([drawn])), SCHEME.setup(new_key()))
        found = check_payload(soft, PAYLOAD, 1.0)
        assert not found.found
        matches.append(found.matches)
    assert abs(np.mean(matches) / 256 - 0.5) < 5 * 0.5 / np.sqrt(40 * 256)


@pytest.fixture(scope="module", params=builtin.CLONERS)
def clone(request) -> np.ndarray:
    """What a built-in cloner says, four seconds of it."""
    context = Context(torch.device("cpu"), ModelCache(torch.device("cpu")))
    cloner = builtin.cloner(request.param, context)
    phrase, reference = (torch.from_numpy(voice(s, seed=n))[None] for s, n in ((4, 1), (8, 2)))
    return cloner.say(phrase, reference, 3, cloned.rehearsed_noise)[0].numpy()


def heard(sound: np.ndarray, folder: Path, change: str) -> Path:
    file = folder / "clone.wav"
    if change == "mp3":
        data = io.BytesIO()
        soundfile.write(
            data, sound, 16_000, format="MP3", subtype="MPEG_LAYER_III", compression_level=0.5
        )
        sound = soundfile.read(io.BytesIO(data.getvalue()), dtype="float32")[0]
    elif change == "cut":
        sound = sound[9_000:]
    elif change == "noise":
        level = np.sqrt(np.square(sound).mean()) / 10  # 20 dB below
        sound = sound + level * np.random.default_rng(1).normal(size=len(sound))
    soundfile.write(file, sound, 16_000, subtype="PCM_16")
    return file


@pytest.mark.parametrize("change", ["none", "mp3", "cut", "noise"])
def test_a_clone_is_recognised(clone, tmp_path, change):
    assert cloned.look(heard(clone, tmp_path, change)).p_value < 1e-9


def test_other_recordings_are_not(tmp_path):
    for seed in range(4):
        assert not cloned.look(heard(voice(6, seed=seed), tmp_path, "none")).found
    assert not cloned.look(heard(np.zeros(40_000), tmp_path, "none")).found


def test_verifying_tells_it_from_a_mark_of_ones_own(clone, tmp_path, monkeypatch):
    monkeypatch.setenv("CLOAKROOM_PASSPHRASE", "open sesame")
    Identities(tmp_path / "home", "open sesame", "file").create("Ana")
    found = run(api.VerifyFile(heard(clone, tmp_path, "none"), tmp_path / "home"))
    assert found.rehearsed and not found.found
    plain = run(api.VerifyFile(heard(voice(5), tmp_path, "none"), tmp_path / "home"))
    assert not plain.rehearsed


def test_a_check_says_that_it_was_cloned_here(clone, tmp_path):
    job = api.CheckFile(heard(clone, tmp_path, "none"), tmp_path)
    (found,) = own.rehearsed_clone_evidence(job)
    assert (found.key, found.points_to, found.strength) == (
        "rehearsed-clone",
        "generated",
        "strong",
    )
    title, sentence = words.finding(found, lambda _, text: text)
    assert "Cloakroom cloned" in title and "{" not in sentence
    job = api.CheckFile(heard(voice(5), tmp_path, "none"), tmp_path)
    assert own.rehearsed_clone_evidence(job) == []
