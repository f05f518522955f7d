from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile

from engine.problems import Problem
from engine.watermark import speech_dwt
from engine.watermark.keys import new_key
from engine.watermark.recordings import frames_of, mark_recording, mono_16k, soft_of
from engine.watermark.scheme import read_payload, spread
from engine.watermark.speech_dwt import FRAME, SpeechMark
from tests.engine.watermark.conftest import voice

PAYLOAD = 0xFEDCBA9876543210
SCHEME = SpeechMark()


@pytest.fixture(scope="module")
def marked(key) -> np.ndarray:
    sound = voice()
    mark = np.concatenate(
        list(SCHEME.generate(frames_of(iter([sound])), SCHEME.setup(key), spread(PAYLOAD, 256), 20))
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
    back = speech_dwt._analyse(speech_dwt._synthesise(packets))
    assert np.abs(back - packets).max() < 1e-9


def test_mark_is_faint_and_silence_stays(key):
    sound = voice(8)
    sound[20_000:60_000] = 0
    (first, _) = SCHEME.generate(
        frames_of(iter([sound])), SCHEME.setup(key), spread(PAYLOAD, 256), 20
    )
    assert np.abs(first[24_000:56_000]).max() < 1e-4
    ratio = 10 * np.log10(np.square(sound[:FRAME]).sum() / np.square(first).sum())
    assert 18 < ratio < 30


@pytest.mark.parametrize("start", [0, 12_345, 100_001])
def test_any_cut_is_read(marked, key, start):
    assert PAYLOAD in payloads(marked[start:], key)


def test_mp3_and_offset(marked, key):
    coded = io.BytesIO()
    soundfile.write(coded, marked[777:], 16_000, format="MP3")
    coded.seek(0)
    assert PAYLOAD in payloads(soundfile.read(coded, dtype="float32")[0], key)


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
        file, None, "-marked", SCHEME, secrets, spread(PAYLOAD, 256), 20, lambda: None
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
        mark_recording(file, None, "-m", SCHEME, SCHEME.setup(key), spread(PAYLOAD, 256), 20, stop)
    assert [f.name for f in tmp_path.iterdir()] == ["a.wav"]


def test_not_a_recording(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(Problem) as damaged:
        list(mono_16k(tmp_path / "a.wav"))
    assert damaged.value.code == "recording.damaged"
