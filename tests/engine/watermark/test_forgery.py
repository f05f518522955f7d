"""Attacks on the mark itself: averaging, guessing keys, wrong keys, and a kill in a batch."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.watermark import speech_dwt
from engine.watermark.canvas import SIDE, WORKING_SIDE, canvas_of
from engine.watermark.identities import Identities
from engine.watermark.keys import Key, new_key
from engine.watermark.phasemark import PhaseMark, Variant
from engine.watermark.pixel import PixelScheme
from engine.watermark.recordings import frames_of
from engine.watermark.registry import MIGRATIONS, Registry
from engine.watermark.scheme import Soft, check_payload, read_payload, spread
from engine.watermark.speech_dwt import OFFSETS, SpeechMark
from tests.engine.watermark.conftest import photo_of, scene, voice
from tests.engine.watermark.test_phasemark import BlockTransform

SCHEME = PixelScheme()


def canvas(seed: int) -> np.ndarray:
    return canvas_of(photo_of(scene(320, 240, seed=seed)).working(WORKING_SIDE))


# Works get random numbers, as ``keys.new_work`` draws them.
WORKS = [int(work) for work in np.random.default_rng(5).integers(0, 2**32, 50)]


@pytest.fixture(scope="module")
def average(key: Key) -> np.ndarray:
    """More than an attacker can learn from 50 works of one identity: the mean of their marks,
    without a trace of the pictures."""
    secrets = SCHEME.setup(key)
    mean = np.zeros((SIDE, SIDE), np.float32)
    for number, work in enumerate(WORKS):
        bits = spread(key.mark_id(work), 256)
        mean += SCHEME.generate(canvas(number), secrets, bits, 38.0) / 50
    return mean


@pytest.mark.parametrize("gain", [1.0, 3.0, 10.0])
def test_the_average_of_fifty_works_forges_nothing(average, key, gain):
    """No payload is read from it, and none of the fifty is confirmed."""
    secrets = SCHEME.setup(key)
    soft = SCHEME.extract(canvas(999) + gain * average, secrets)
    assert not read_payload(soft, 1.0)[1].found
    assert not any(check_payload(soft, key.mark_id(work), 50.0).found for work in WORKS)


def test_subtracting_the_average_does_not_remove_the_mark(average, key):
    secrets = SCHEME.setup(key)
    picture = canvas(7)
    payload = key.mark_id(WORKS[7])
    mark = SCHEME.generate(picture, secrets, spread(payload, 256), 38.0)
    assert read_payload(SCHEME.extract(picture + mark - average, secrets), 1.0)[0] == payload


@pytest.mark.parametrize("variant", ["apm", "pcq"])
def test_averaging_phasemarks_neither_forges_nor_removes(key, variant: Variant):
    """As above with 50 works of one identity under PhaseMark, on a stand-in autoencoder."""
    scheme = PhaseMark(BlockTransform(), torch.device("cpu"), variant)
    secrets = scheme.setup(key)
    average = np.zeros((SIDE, SIDE), np.float32)
    for number, work in enumerate(WORKS):
        bits = spread(key.mark_id(work), scheme.length)
        average += scheme.generate(canvas(number % 10), secrets, bits, 38.0) / 50
    for gain in (1.0, 3.0, 10.0):
        soft = scheme.extract(canvas(999) + gain * average, secrets)
        assert not read_payload(soft, 1.0)[1].found
        assert not any(check_payload(soft, key.mark_id(work), 50.0).found for work in WORKS)
    picture, payload = canvas(7), key.mark_id(WORKS[7])
    mark = scheme.generate(picture, secrets, spread(payload, scheme.length), 38.0)
    assert check_payload(scheme.extract(picture + mark - average, secrets), payload, 1.0).found


def test_averaging_marked_recordings_neither_forges_nor_removes(key):
    """More than an attacker can learn from 50 recordings: the mean of their marks, each in units
    of how loud its own sound is where it lies."""
    scheme = SpeechMark()
    secrets = scheme.setup(key)

    def framed(seed: int, count: int = 1) -> np.ndarray:
        sound = voice(count * speech_dwt.FRAME / speech_dwt.RATE, seed=seed)
        return np.stack(list(frames_of(iter([sound]))))

    def loudness(frames: np.ndarray) -> np.ndarray:
        return np.stack([speech_dwt._loudness(speech_dwt.analyse(frame)) for frame in frames])

    def marks(frames: np.ndarray, work: int) -> np.ndarray:
        bits = spread(key.mark_id(work), scheme.length)
        return np.stack(list(scheme.generate(frames, secrets, bits, 17.0)))

    average = np.zeros((len(speech_dwt.PACKETS), speech_dwt.FRAME >> speech_dwt.LEVELS))
    for number, work in enumerate(WORKS):
        frames = framed(number % 10)
        packets = [speech_dwt.analyse(mark) for mark in marks(frames, work)]
        average += (np.stack(packets) / loudness(frames)).mean(0) / 50

    def learned(frames: np.ndarray) -> np.ndarray:
        return np.stack([speech_dwt.synthesise(average * loud) for loud in loudness(frames)])

    def heard(frames: np.ndarray, start: int) -> Soft:
        return scheme.extract(frames_of(iter([frames.reshape(-1)]), start), secrets)

    other = framed(99, 2)
    for gain in (1.0, 3.0):
        forged = (other + gain * learned(other)).astype(np.float32)
        for start in scheme.candidates([forged.reshape(-1)], secrets):
            soft = heard(forged, start)
            assert not read_payload(soft, 1.0)[1].found
            assert not any(check_payload(soft, key.mark_id(work), 50.0).found for work in WORKS)
    mine = framed(7, 2)
    marked = mine + marks(mine, WORKS[7])
    robbed = (marked - learned(marked)).astype(np.float32)
    starts = scheme.candidates([robbed.reshape(-1)], secrets)
    read = [read_payload(heard(robbed, start), OFFSETS, key) for start in starts]
    assert key.mark_id(WORKS[7]) in [payload for payload, evidence in read if evidence.found]


def test_guessing_keys_finds_nothing(key):
    """60 guessed keys, a key that differs in one bit, and another work of the same key."""
    secrets = SCHEME.setup(key)
    picture = canvas(1)
    payload, other = (key.mark_id(work) for work in WORKS[:2])
    marked = picture + SCHEME.generate(picture, secrets, spread(payload, 256), 38.0)
    near = Key(bytes([key.master[0] ^ 1]) + key.master[1:])
    for guess in [near, *(new_key() for _ in range(60))]:
        soft = SCHEME.extract(marked, SCHEME.setup(guess))
        assert not check_payload(soft, payload, 61.0).found
    assert not check_payload(SCHEME.extract(marked, secrets), other, 1.0).found


def test_a_killed_batch_leaves_nothing_half_written(tmp_path: Path):
    """kill -9 in the middle: every file is whole and carries a registered mark."""
    home = tmp_path / "home" / "data"
    Identities(home, "open sesame", "file").create("Ana")
    files = []
    for number in range(12):
        files.append(tmp_path / f"work{number}.png")
        Image.fromarray(scene(320, 240, seed=number)).save(files[-1])
    environment = os.environ | {
        "CLOAKROOM_HOME": str(tmp_path / "home"),
        "CLOAKROOM_PASSPHRASE": "open sesame",
    }
    command = [sys.executable, "-m", "app", "mark", "--identity", "Ana", "--sign", *map(str, files)]
    batch = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not (tmp_path / "work2-marked.png").exists() and batch.poll() is None:
            time.sleep(0.005)
        batch.send_signal(signal.SIGKILL)
    finally:
        batch.kill()
        batch.wait()
    made = sorted(tmp_path.glob("work*-marked*.png"))
    assert 3 <= len(made) < 12
    registry = Registry(home)
    (key,) = Identities(home, "open sesame").get("Ana").keys
    secrets = SCHEME.setup(key)
    for file in made:
        samples = np.asarray(Image.open(file))  # a half-written PNG does not open
        soft = SCHEME.extract(canvas_of(photo_of(samples).working(WORKING_SIDE)), secrets)
        payload, evidence = read_payload(soft, 1.0)
        assert evidence.found and registry.of_payload(key.public_id, payload)
    for work in registry.works():
        assert Path(work.output).exists()
    with sqlite3.connect(home / "works.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_registry_of_the_first_schema_is_brought_forward(tmp_path: Path):
    with sqlite3.connect(tmp_path / "works.sqlite3") as database:
        database.executescript(MIGRATIONS[0])
        database.execute(
            "INSERT INTO works VALUES (1, 'Ana', 'k', '05', 'pixel', 't', 'c', 1, 'o', 's', 0, '')"
        )
    (work,) = Registry(tmp_path).works()
    assert work.title == "t" and work.reading == {}
