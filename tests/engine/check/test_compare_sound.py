"""A recording compared with its known original, after real edits."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import Change
from engine.check.compare_sound import Laid, comparison
from engine.check.voice import treated
from engine.check.words import changes
from engine.problems import Problem
from tests.engine.check.conftest import Checked

RATE = 16_000


def voice(seconds: float, seed: int) -> np.ndarray:
    """Syllables of random pitch, vowel, loudness and length, with breath and pauses: like speech,
    no piece is like another."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE)
    points = np.linspace(0, seconds, int(8 * seconds))
    t = np.arange(count) / RATE
    pitch, first, second, level = (
        np.interp(t, points, random.uniform(low, high, len(points)))
        for low, high in ((90, 210), (300, 800), (900, 2400), (-0.35, 1.0))
    )
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = np.zeros(count)
    for k in range(1, 30):
        hertz = k * pitch
        weight = np.exp(-(((hertz - first) / 150) ** 2)) + np.exp(-(((hertz - second) / 250) ** 2))
        sound += (weight + 0.05 / k) * np.sin(k * phase)
    sound = sound * np.clip(level, 0, 1) + 0.004 * random.normal(size=count)
    return np.asarray(0.3 * sound / np.abs(sound).max(), np.float32)


@pytest.fixture(scope="module")
def original() -> np.ndarray:
    return voice(seconds=9, seed=11)


@pytest.fixture(scope="module")
def stranger() -> np.ndarray:
    return voice(seconds=6, seed=12)


def laid(original: np.ndarray, received: np.ndarray, rate: int = RATE) -> Laid:
    found = comparison(original, RATE, received.astype(np.float32), rate)
    assert found is not None
    return found


def opus(sound: np.ndarray) -> np.ndarray:
    stream = io.BytesIO()
    soundfile.write(stream, sound, RATE, format="OGG", subtype="OPUS")
    stream.seek(0)
    return np.asarray(soundfile.read(stream, dtype="float32")[0])


def near(change: Change, what: str, *times: float) -> None:
    assert change.what == what
    got = (change.start, change.end, change.original_start, change.original_end)
    assert got == pytest.approx(times, abs=0.2)


@pytest.mark.parametrize("treatment", ["mp3-64", "telephone", "softer"])
def test_only_re_encoded_or_softer(original: np.ndarray, treatment: str) -> None:
    found = laid(original, treated(original, treatment))
    assert found.changes == () and found.agreement > 0.9 and found.overlap > 0.95
    assert found.gain == pytest.approx(-6 if treatment == "softer" else 0, abs=1)


def test_opus_noise_and_silence_around_are_no_changes(original: np.ndarray) -> None:
    quiet = np.zeros(RATE, np.float32)
    noise = np.random.default_rng(3).normal(0, 0.05 * original.std(), len(original))
    for received in (opus(original), original + noise, np.concatenate([quiet, original, quiet])):
        assert laid(original, received).changes == ()


def test_a_piece_cut_out(original: np.ndarray) -> None:
    cut = np.concatenate([original[: 3 * RATE], original[4 * RATE :]])
    (change,) = laid(original, treated(cut, "mp3-64")).changes
    near(change, "cut", 3, 3, 3, 4)


def test_a_piece_exchanged(original: np.ndarray, stranger: np.ndarray) -> None:
    forged = original.copy()
    forged[4 * RATE : 5 * RATE] = stranger[2 * RATE : 3 * RATE]
    (change,) = laid(original, treated(forged, "mp3-64")).changes
    near(change, "replaced", 4, 5, 4, 5)


def test_a_piece_put_in(original: np.ndarray, stranger: np.ndarray) -> None:
    longer = np.concatenate([original[: 5 * RATE], stranger[: 2 * RATE], original[5 * RATE :]])
    (change,) = laid(original, longer).changes
    near(change, "added", 5, 7, 5, 5)
    ended = np.concatenate([original, stranger[: 2 * RATE]])
    (change,) = laid(original, ended).changes
    near(change, "added", 9, 11, 9, 9)


def test_an_excerpt_is_no_change(original: np.ndarray) -> None:
    found = laid(original, original[2 * RATE : 6 * RATE])
    assert found.changes == () and found.overlap == pytest.approx(4 / 9, abs=0.05)


def test_an_earlier_piece_said_again(original: np.ndarray) -> None:
    again = np.concatenate([original[: 6 * RATE], original[3 * RATE :]])
    (change,) = laid(original, again).changes
    near(change, "moved", 6, 6, 6, 3)


def test_another_recording_and_next_to_nothing(original: np.ndarray, stranger: np.ndarray) -> None:
    assert comparison(original, RATE, stranger, RATE) is None
    assert comparison(original, RATE, original[:100], RATE) is None
    assert comparison(original, RATE, np.zeros(3 * RATE, np.float32), RATE) is None


def test_the_whole_check(
    tmp_path: Path, checked: Checked, original: np.ndarray, stranger: np.ndarray
) -> None:
    files = {name: tmp_path / name for name in ("original.flac", "same.mp3", "forged.wav", "x.wav")}
    forged = original.copy()
    forged[4 * RATE : 5 * RATE] = stranger[2 * RATE : 3 * RATE]
    for file, sound in zip(files.values(), (original, original, forged, stranger), strict=True):
        soundfile.write(file, sound, RATE)
    known = files["original.flac"]
    same = checked(files["same.mp3"], original=known)
    assert "compare-sound-same" in [e.key for e in same.evidence] and same.changes == ()
    changed = checked(files["forged.wav"], original=known)
    assert (changed.verdict, changed.reasons[0]) == ("manipulated", "compare-sound-changed")
    assert "difference" in [picture.name for picture in changed.pictures]
    (said,) = changes(changed, lambda _, text: text)
    assert said.startswith("0:0") and "something else stands for" in said
    assert "compare-sound-other" in [
        e.key for e in checked(files["x.wav"], original=known).evidence
    ]
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF" + bytes(40))
    with pytest.raises(Problem) as caught:
        checked(files["same.mp3"], original=broken)
    assert caught.value.code == "recording.damaged" and caught.value.details["file"] == broken.name
