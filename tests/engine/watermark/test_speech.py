from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile
import soxr
from scipy.signal import butter, sosfilt

from engine import api
from engine.problems import Problem
from engine.watermark import speech_dwt
from engine.watermark.identities import Identity
from engine.watermark.keys import new_key
from engine.watermark.recordings import (
    frames_of,
    mark_recording,
    mono_16k,
    presence_of,
    soft_of,
)
from engine.watermark.registry import Registry
from engine.watermark.scheme import read_payload, spread
from engine.watermark.search import search_recording
from engine.watermark.speech_dwt import FRAME, SpeechMark
from engine.watermark.verifying import geometry_words
from tests.engine.watermark.conftest import voice
from tests.engine.watermark.test_jobs import run

PAYLOAD = 0xFEDCBA9876543210
SCHEME = SpeechMark()


@pytest.fixture(scope="module")
def marked(key) -> np.ndarray:
    sound = voice()
    mark = np.concatenate(
        list(SCHEME.generate(frames_of(iter([sound])), SCHEME.setup(key), spread(PAYLOAD, 256), 17))
    )
    assert mark.shape == sound.shape
    return sound + mark


def payloads(sound: np.ndarray, key) -> Iterator[int]:
    secrets = SCHEME.setup(key)
    for start in SCHEME.candidates([sound], secrets):
        soft = SCHEME.extract(frames_of(iter([sound]), start), secrets)
        payload, evidence = read_payload(soft, 3.0)
        if evidence.found:
            yield payload


def test_packets_reconstruct():
    packets = np.random.default_rng(0).normal(size=(15, 2048))
    back = speech_dwt.analyse(speech_dwt.synthesise(packets))
    assert np.abs(back - packets).max() < 1e-9


def test_a_sound_shorter_than_the_rest_of_its_frame_ends_where_it_should():
    (frame,) = frames_of(iter([np.ones(100, np.float32)]), start=1000)
    assert np.flatnonzero(frame).tolist() == list(range(FRAME - 1000, FRAME - 900))


def test_mark_is_faint_and_silence_stays(key):
    sound = voice(8)
    sound[20_000:60_000] = 0
    (first, _) = SCHEME.generate(
        frames_of(iter([sound])), SCHEME.setup(key), spread(PAYLOAD, 256), 17
    )
    assert np.abs(first[24_000:56_000]).max() < 1e-4
    ratio = 10 * np.log10(np.square(sound[:FRAME]).sum() / np.square(first).sum())
    assert 24 < ratio < 36


@pytest.mark.parametrize("start", [0, 12_345, 100_001])
def test_any_cut_is_read(marked, key, start):
    assert PAYLOAD in payloads(marked[start:], key)


def test_mp3_and_offset(marked, key):
    coded = io.BytesIO()
    soundfile.write(coded, marked[777:], 16_000, format="MP3")
    coded.seek(0)
    assert PAYLOAD in payloads(soundfile.read(coded, dtype="float32")[0], key)


def other_voice(seconds: float) -> np.ndarray:
    """Nothing in it repeats: noise in bands that rise and fall at random."""
    random = np.random.default_rng(4)
    sound = np.zeros(int(seconds * 16_000))
    for low in (200, 600, 1400, 2600):
        band = butter(2, (low, 1.6 * low), "bandpass", fs=16_000, output="sos")
        loud = np.interp(
            np.arange(len(sound)), np.arange(0, len(sound) + 1600, 1600),
            random.exponential(size=len(sound) // 1600 + 1),
        )  # fmt: skip
        sound += sosfilt(band, random.normal(size=len(sound))) * loud
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def test_marks_of_earlier_versions_are_read(tmp_path, key, monkeypatch):
    """They changed every coefficient in proportion to the sound, and said nothing of it."""
    monkeypatch.setattr(speech_dwt, "HIDING", 1.0)
    monkeypatch.setattr(speech_dwt, "TIE_SHARE", 0.0)
    monkeypatch.setattr(speech_dwt, "SYNC_SHARE", 0.35)
    payload, sound = key.mark_id(3), voice()
    frames = SCHEME.generate(frames_of(iter([sound])), SCHEME.setup(key), spread(payload, 256), 20)
    marked = sound + np.concatenate(list(frames))
    monkeypatch.undo()
    for start in (0, 12_345):
        file = tmp_path / f"{start}.wav"
        soundfile.write(file, marked[start:], 16_000)
        found = search_recording(file, [Identity("Ana", "", (key,))], Registry(tmp_path))
        assert found is not None and found.accepted and found.payload == payload
        assert found.content == "unknown"


@pytest.mark.parametrize("speed", [1.01, 0.985])
def test_another_speed_is_found_blind(tmp_path, key, speed):
    sound = other_voice(30)
    frames = SCHEME.generate(frames_of(iter([sound])), SCHEME.setup(key), spread(PAYLOAD, 256), 17)
    marked = sound + np.concatenate(list(frames))
    file = tmp_path / "fast.wav"
    soundfile.write(file, soxr.resample(marked, 16_000 * speed, 16_000), 16_000)
    found = search_recording(file, [Identity("Ana", "", (key,))], Registry(tmp_path))
    assert found is not None and found.accepted and found.payload == PAYLOAD
    assert found.speed == pytest.approx(speed, abs=2e-5)
    assert geometry_words(found)["speed"] == pytest.approx(speed, abs=2e-5)
    assert presence_of(file, key, PAYLOAD, found.start, found.speed)[1:-1].min() > 0.5


def test_no_speed_is_guessed_from_a_short_sound():
    assert SpeechMark.speeds([voice(8)]) == []
    assert len(SpeechMark.speeds([voice(12.5)])) == speech_dwt.SPEEDS


def test_unmarked_and_wrong_key_show_nothing(marked, key):
    assert list(payloads(voice(seed=2), key)) == []
    assert list(payloads(marked, new_key())) == []


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"), [(48_000, 2, "PCM_24"), (22_050, 1, "PCM_16")]
)
def test_files_keep_their_form(tmp_path, key, rate, channels, subtype):
    sound = np.repeat(voice(9, rate)[:, None], channels, 1)
    file = tmp_path / "a.wav"
    soundfile.write(file, sound, rate, subtype=subtype)
    secrets = SCHEME.setup(key)
    path, ratio = mark_recording(
        file, None, "-marked", SCHEME, secrets, spread(PAYLOAD, 256), 17, lambda: None
    )
    before, after = soundfile.info(file), soundfile.info(path)
    assert path.name == "a-marked.wav" and ratio > 15
    for name in ("samplerate", "channels", "frames", "subtype", "format"):
        assert getattr(before, name) == getattr(after, name)
    assert read_payload(soft_of(path, SCHEME, secrets, 0), 1.0)[0] == PAYLOAD
    assert sum(len(p) for p in mono_16k(path)) == pytest.approx(len(sound) * 16_000 / rate, abs=2)


def test_cancelled_marking_leaves_no_file(tmp_path, key):
    file = tmp_path / "a.wav"
    soundfile.write(file, voice(5), 16_000)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mark_recording(file, None, "-m", SCHEME, SCHEME.setup(key), spread(PAYLOAD, 256), 17, stop)
    assert [f.name for f in tmp_path.iterdir()] == ["a.wav"]


def test_not_a_recording(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(Problem) as damaged:
        list(mono_16k(tmp_path / "a.wav"))
    assert damaged.value.code == "recording.damaged"


def test_a_recording_that_breaks_off_in_the_middle_is_damaged(tmp_path, home):
    whole = tmp_path / "whole.flac"
    soundfile.write(whole, voice(12), 16_000)
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    for job in (api.MarkFile(cut, home, "Ana"), api.VerifyFile(cut, home)):
        with pytest.raises(Problem) as damaged:
            run(job)
        assert damaged.value.code == "recording.damaged"
    assert sorted(f.name for f in tmp_path.glob("*.flac")) == ["cut.flac", "whole.flac"]
