"""Writing a change into recordings of every kind: what must stay does, bit by bit."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings, strategies as st

from engine.api import Span
from engine.measure.loudness import Meter
from engine.media import recording_tags, recording_write
from engine.media.recording import reading
from engine.problems import Problem
from engine.voice.working import gate
from tests.engine.voice.sounds import shares, voice, write

FORMATS = [
    ("wav", "WAV", "PCM_16"),
    ("wav", "WAV", "PCM_24"),
    ("wav", "WAV", "FLOAT"),
    ("wav", "WAV", "PCM_32"),
    ("flac", "FLAC", "PCM_16"),
    ("flac", "FLAC", "PCM_24"),
    ("aiff", "AIFF", "PCM_24"),
]


def nothing() -> None:
    pass


def changed(
    file: Path, span: Span, size: float, ceiling: float = 1.0, seed: int = 0
) -> tuple[recording_write.WrittenSound, np.ndarray[Any, Any]]:
    """The file with noise of root mean square ``size`` inside ``span``; and that noise."""
    with reading(file) as recording:
        noise = np.random.default_rng(seed).standard_normal(recording.samples) * size
        noise = (noise * gate([span], recording.rate, 0, recording.samples)).astype(np.float32)

        def pieces(rate: int) -> Iterator[np.ndarray[Any, Any]]:
            assert rate == recording.rate
            yield from np.array_split(noise, 3)

        target = recording_write.target_of(file, None)
        return recording_write.write(
            recording, pieces, target, ceiling, shares(recording), nothing
        ), noise


@settings(max_examples=25)
@given(
    kind=st.sampled_from(FORMATS),
    rate=st.sampled_from([8000, 11_025, 22_050, 44_100, 48_000, 96_000]),
    channels=st.integers(1, 6),
    seconds=st.floats(0.3, 1.5),
    place=st.floats(0, 1),
)
def test_the_shape_stays_and_only_the_region_changes(
    tmp_path_factory: pytest.TempPathFactory,
    kind: tuple[str, str, str],
    rate: int,
    channels: int,
    seconds: float,
    place: float,
) -> None:
    suffix, container, encoding = kind
    samples = round(seconds * rate) + 1
    sound = np.stack([voice(seconds + 0.1, rate)[:samples] * 0.9**c for c in range(channels)], 1)
    folder = tmp_path_factory.mktemp("sound")
    file = write(folder / f"a.{suffix}", sound, rate, format=container, subtype=encoding)
    span = Span(place * seconds * 0.6, place * seconds * 0.6 + 0.25)
    written, _ = changed(file, span, 0.01)
    a, b = soundfile.info(file), soundfile.info(written.path)
    assert (b.frames, b.samplerate, b.channels) == (a.frames, a.samplerate, a.channels)
    assert (b.format, b.subtype) == (a.format, a.subtype)
    dtype = "float32" if encoding == "FLOAT" else "int32"
    before, _ = soundfile.read(file, dtype=dtype, always_2d=True)
    after, _ = soundfile.read(written.path, dtype=dtype, always_2d=True)
    inside = gate([span], rate, 0, samples) > 0
    assert np.array_equal(before[~inside], after[~inside])
    assert (before[inside] != after[inside]).any()
    assert written.notes == ()


@pytest.mark.parametrize(
    ("suffix", "container", "encoding"),
    [("mp3", "MP3", "MPEG_LAYER_III"), ("ogg", "OGG", "VORBIS"), ("opus", "OGG", "OPUS")],
)
def test_compressed_recordings_keep_their_shape(
    tmp_path: Path, suffix: str, container: str, encoding: str
) -> None:
    sound = np.stack([voice(1.5, 48_000)] * 2, 1)
    file = write(tmp_path / f"a.{suffix}", sound, 48_000, format=container, subtype=encoding)
    written, _ = changed(file, Span(0.4, 1.0), 0.01)
    a, b = soundfile.info(file), soundfile.info(written.path)
    assert (b.frames, b.samplerate, b.channels) == (a.frames, a.samplerate, a.channels)
    assert (b.format, b.subtype) == (a.format, a.subtype)
    assert written.notes == ("lossy-again",)


def test_the_limiter_keeps_the_peak_and_the_original(tmp_path: Path) -> None:
    rate = 48_000
    sound = voice(3.0, rate)
    sound = sound / np.abs(sound).max() * 0.93
    file = write(tmp_path / "a.wav", sound, rate, subtype="FLOAT")
    ceiling = 10 ** (-0.5 / 20)
    written, _ = changed(file, Span(0, 3), 0.2, ceiling)
    after, _ = soundfile.read(written.path, always_2d=True)
    meter = Meter(rate, 1)
    meter.feed(after)
    meter.feed(np.zeros((0, 1)), last=True)
    assert meter.true_peak <= -0.5
    # It gives way at the peaks only: most of the noise is there.
    assert np.std(after[:, 0] - sound) > 0.05


def test_seams_between_blocks_are_not_heard(tmp_path: Path) -> None:
    # A slow change, limited here and there: it must not jump where one block ends.
    rate = 48_000
    time = np.arange(4 * rate) / rate
    sound = 0.85 * np.sin(2 * np.pi * 50 * time)
    file = write(tmp_path / "a.wav", sound, rate, subtype="DOUBLE")
    change = (0.25 * np.sin(2 * np.pi * 2 * time)).astype(np.float32)
    with reading(file) as recording:
        written = recording_write.write(
            recording, lambda r: iter([change]), tmp_path / "b.wav", 0.95, np.ones(1), nothing
        )
    after, _ = soundfile.read(written.path)
    steps = np.abs(np.diff(after - sound))
    at_seams = steps[[65_535, 131_071]]
    assert at_seams.max() <= steps.max()
    assert at_seams.max() < 3e-3


def test_a_silent_channel_stays_silent(tmp_path: Path) -> None:
    sound = np.stack([voice(1.0, 16_000), np.zeros(16_000)], 1)
    file = write(tmp_path / "a.flac", sound, 16_000)
    written, _ = changed(file, Span(0.2, 0.8), 0.01)
    after, _ = soundfile.read(written.path)
    assert not after[:, 1].any()


# ---- what a recording says about itself -----------------------------------------------------


def with_chunks(file: Path, *chunks: tuple[bytes, bytes]) -> None:
    data = bytearray(file.read_bytes())
    for name, body in chunks:
        data += name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    data[4:8] = struct.pack("<I", len(data) - 8)
    file.write_bytes(bytes(data))


def test_a_wave_file_keeps_its_chunks(tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", voice(0.5), 16_000, subtype="PCM_24")
    cue = struct.pack("<I", 1) + struct.pack("<II4sIII", 1, 100, b"data", 0, 0, 100)
    with_chunks(file, (b"bext", b"broadcast" * 70), (b"cue ", cue), (b"odd ", b"abc"))
    assert recording_tags.chapters_in(file) == 1
    written, _ = changed(file, Span(0.1, 0.4), 0.01)
    data = written.path.read_bytes()
    assert b"broadcast" * 70 in data
    assert b"odd \3\0\0\0abc" in data
    assert recording_tags.chapters_in(written.path) == 1
    assert len(soundfile.read(written.path)[0]) == 8000


def test_a_flac_file_keeps_its_blocks(tmp_path: Path) -> None:
    file = tmp_path / "a.flac"
    with soundfile.SoundFile(file, "w", 16_000, 1, "PCM_16") as out:
        out.title, out.artist = "Tëst", "Somebody"
        out.write(voice(0.5))
    data = file.read_bytes()
    own = bytes([2]) + (8).to_bytes(3, "big") + b"Clrmdata"  # a block of some application
    file.write_bytes(data[:42] + own + data[42:])
    written, _ = changed(file, Span(0.1, 0.4), 0.01)
    with soundfile.SoundFile(written.path) as back:
        assert (back.title, back.artist) == ("Tëst", "Somebody")
        assert back.frames == 8000
    assert b"Clrmdata" in written.path.read_bytes()


def test_an_mp3_file_keeps_its_id3(tmp_path: Path) -> None:
    file = write(tmp_path / "a.mp3", voice(0.5, 44_100), 44_100)
    body = b"CHAP" + b"\0" * 60
    tag = b"ID3\4\0\0" + bytes([0, 0, 0, len(body)]) + body
    file.write_bytes(tag + file.read_bytes() + b"TAG" + b"x" * 125)
    written, _ = changed(file, Span(0.1, 0.4), 0.01)
    data = written.path.read_bytes()
    assert data.startswith(tag)
    assert data.endswith(b"TAG" + b"x" * 125)
    assert recording_tags.chapters_in(written.path) == 1


# ---- what is refused ------------------------------------------------------------------------


def test_the_limits_have_sentences(tmp_path: Path) -> None:
    short = write(tmp_path / "a.wav", np.zeros(1000), 16_000)
    wide = write(tmp_path / "b.wav", np.zeros((8000, 9)), 16_000)
    slow = write(tmp_path / "c.wav", np.zeros(8000), 4000)
    for file, code in ((short, "short"), (wide, "channels"), (slow, "rate")):
        with pytest.raises(Problem) as refused, reading(file):
            pass
        assert refused.value.code == f"recording.{code}"


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", voice(1.0), 16_000)

    def broken(rate: int) -> Iterator[np.ndarray[Any, Any]]:
        yield np.ones(100, np.float32)
        raise RuntimeError("on purpose")

    with reading(file) as recording, pytest.raises(RuntimeError):
        recording_write.write(recording, broken, tmp_path / "b.wav", 1.0, np.ones(1), nothing)
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_a_recording_that_breaks_off_in_the_middle_is_damaged(tmp_path: Path) -> None:
    whole = tmp_path / "whole.flac"
    soundfile.write(whole, np.random.default_rng(0).normal(size=48_000) * 0.1, 16_000)
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(Problem) as damaged, reading(cut) as recording:
        list(recording.blocks())
    assert damaged.value.code == "recording.damaged"
