"""m4a and the sound of a video through a real ffmpeg, where this computer has one; and the sentence
where it has none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api import Span
from engine.media import recording_tags, recording_write
from engine.media.recording import reading
from engine.media.sound_tracks import decode, encode, track_of
from engine.problems import Problem
from engine.voice.working import gate
from tests.engine.voice.sounds import shares, voice, write

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg here")
RATE = 44_100


def nothing() -> None:
    pass


def made(tmp_path: Path, name: str, *options: str) -> tuple[Path, np.ndarray[Any, Any]]:
    sound = np.stack([voice(2.0, RATE), 0.5 * voice(2.0, RATE, 180)], 1)
    source = write(tmp_path / "source.wav", sound, RATE, subtype="PCM_24")
    file = tmp_path / name
    run = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(source), *options, str(file)]
    subprocess.run(run, check=True, timeout=60)
    return file, sound


@needs_ffmpeg
def test_an_m4a_is_read_without_its_priming(tmp_path: Path) -> None:
    file, sound = made(tmp_path, "a.m4a", "-c:a", "aac", "-b:a", "160k")
    with reading(file) as recording:
        assert (recording.rate, recording.channels, recording.encoding) == (RATE, 2, "AAC")
        assert abs(recording.samples - len(sound)) < 1024
        heard = np.concatenate(list(recording.blocks()))[: len(sound)]
    # Where the encoder's own delay was left in, the two would be 1,024 samples apart.
    assert np.corrcoef(heard[:, 0], sound[: len(heard), 0])[0, 1] > 0.98


@needs_ffmpeg
@pytest.mark.parametrize("name", ["a.m4a", "a.mp4"])
def test_what_is_written_keeps_the_shape_and_the_tags(tmp_path: Path, name: str) -> None:
    options = ["-c:a", "aac", "-b:a", "160k", "-metadata", "title=Tuesday"]
    if name.endswith("mp4"):
        options = ["-f", "lavfi", "-i", "color=red:s=64x64:d=2", "-shortest", *options]
    file, _ = made(tmp_path, name, *options)
    with reading(file) as recording:
        random = np.random.default_rng(0)
        change = 0.02 * random.standard_normal(recording.samples)
        change = (change * gate([Span(0.5, 1.5)], RATE, 0, recording.samples)).astype(np.float32)

        def pieces(rate: int) -> Iterator[np.ndarray[Any, Any]]:
            yield change

        target = recording_write.target_of(file, None)
        written = recording_write.write(recording, pieces, target, 1.0, shares(recording), nothing)
        before = np.concatenate(list(recording.blocks()))
    assert written.path != file
    assert written.path.suffix == file.suffix
    with reading(written.path) as result:
        assert (result.rate, result.channels, result.samples) == (RATE, 2, len(before))
        after = np.concatenate(list(result.blocks()))
        assert recording_tags.read_tags(result.readable).get("title") == "Tuesday"
    moved = (after - before)[RATE // 2 : 3 * RATE // 2, 0]
    inside = change[RATE // 2 : 3 * RATE // 2]
    assert np.corrcoef(moved, inside)[0, 1] > 0.3  # AAC keeps of noise what it hears
    quiet = np.abs(after - before)[: RATE // 3].max()
    assert quiet < 0.05


def rewritten(file: Path) -> tuple[Any, Any, recording_write.WrittenSound]:
    """The sound before, the sound after a change between half a second and one and a half, and
    what was written."""
    with reading(file) as recording:
        rate, size = recording.rate, recording.samples
        change = 0.02 * np.random.default_rng(0).standard_normal(size)
        change = (change * gate([Span(0.5, 1.5)], rate, 0, size)).astype(np.float32)
        target = recording_write.target_of(file, None)
        written = recording_write.write(
            recording, lambda rate: iter([change]), target, 1.0, shares(recording), nothing
        )
        before = np.concatenate(list(recording.blocks()))
    with reading(written.path) as result:
        assert (result.rate, result.channels) == (rate, before.shape[1])
        return before, np.concatenate(list(result.blocks())), written


PICTURE = ("-f", "lavfi", "-i", "color=red:s=64x64:d=2", "-shortest")
KINDS = [
    ("a.m4a", "aac"), ("a.m4b", "aac"), ("a.aac", "aac"), ("a.mp4", "aac"), ("a.mov", "aac"),
    ("a.mkv", "aac"), ("a.mkv", "libvorbis"), ("a.mkv", "libopus"), ("a.webm", "libopus"),
    ("a.webm", "libvorbis"), ("a.m4a", "alac"), ("a.mov", "pcm_s16le"), ("a.mov", "pcm_s24le"),
    ("a.mkv", "flac"), ("a.mkv", "pcm_s16le"), ("a.mkv", "ac3"), ("a.mp4", "libmp3lame"),
]  # fmt: skip


@needs_ffmpeg
@pytest.mark.parametrize(("name", "codec"), KINDS)
def test_every_container_keeps_its_length_and_its_codec(
    tmp_path: Path, name: str, codec: str
) -> None:
    picture = PICTURE if Path(name).suffix in (".mp4", ".mov") else ()
    file, _ = made(tmp_path, name, *picture, "-c:a", codec)
    before, after, written = rewritten(file)
    assert after.shape == before.shape
    inside = slice(round(0.5 * RATE), round(1.5 * RATE))
    error = np.square(after - before)
    if written.notes == ():
        error[inside] = 0
        grid = 2.0**-23 if codec == "ac3" else 0  # AC-3 decodes to more than FLAC's 24 bits
        assert np.sqrt(error.max()) <= grid  # without loss, bit by bit
    else:  # in step with what was there
        assert error[: RATE // 3].mean() < 0.02 * np.square(before[: RATE // 3]).mean() + 1e-5
    assert (written.notes == ()) == (codec in ("alac", "flac", "ac3") or codec.startswith("pcm"))
    kept = track_of(file).codec if codec != "ac3" else "flac"
    assert track_of(written.path).codec == kept


@needs_ffmpeg
def test_subtitles_picture_and_chapters_stay_and_a_second_sound_track_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "said.srt").write_text("1\n00:00:00,500 --> 00:00:01,000\nHello\n")
    (tmp_path / "about.txt").write_text(
        ";FFMETADATA1\ntitle=Tuesday\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=900\nEND=2000\ntitle=Two\n"
    )
    file, _ = made(
        tmp_path, "a.mkv", *PICTURE[:-1], "-i", str(tmp_path / "said.srt"),
        "-i", str(tmp_path / "about.txt"), "-map", "1:v", "-map", "0:a", "-map", "0:a",
        "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3",
        "-metadata:s:a:0", "language=swe", "-c:a", "aac", "-c:s", "srt",
    )  # fmt: skip
    _, _, written = rewritten(file)
    assert "one-track" in written.notes
    run = ["ffmpeg", "-nostdin", "-hide_banner", "-i", str(written.path)]
    told = subprocess.run(run, capture_output=True, timeout=60, check=False).stderr.decode()
    for words in ("Video: ", "Audio: aac", "Subtitle: ", "(swe)", ": Tuesday", ": Two"):
        assert words in told, told
    assert told.count("Audio: ") == 1


@needs_ffmpeg
def test_sound_that_begins_after_the_picture_stays_in_step_with_it(tmp_path: Path) -> None:
    file, sound = made(tmp_path, "plain.m4a", "-c:a", "aac")
    video = tmp_path / "late.mp4"
    run = ["ffmpeg", "-nostdin", "-v", "error", "-y", *PICTURE[:-1], "-itsoffset", "0.5"]
    run += ["-i", str(file), "-map", "0:v", "-map", "1:a", "-c:a", "copy", str(video)]
    subprocess.run(run, check=True, timeout=60)
    before, after, _ = rewritten(video)
    assert before.shape == after.shape
    for heard in (before, after):
        together = np.correlate(heard[:, 0], sound[:4000, 0], "valid")
        assert abs(int(np.abs(together).argmax()) - RATE // 2) < 100 or not sound[:4000].any()
        assert np.abs(heard[: RATE // 2 - 2048]).max() < 0.01


@needs_ffmpeg
def test_a_video_without_sound_has_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "silent.mp4"
    run = ["ffmpeg", "-nostdin", "-v", "error", "-y", *PICTURE[:-1], str(file)]
    subprocess.run(run, check=True, timeout=60)
    with pytest.raises(Problem) as refused, reading(file):
        pass
    assert refused.value.code == "recording.no-sound"


@needs_ffmpeg
def test_a_name_is_never_an_option(tmp_path: Path) -> None:
    file, _ = made(tmp_path, "plain.m4a", "-c:a", "aac")
    odd = file.rename(tmp_path / "-y 50%d:pipe.m4a")
    before, after, _ = rewritten(odd)
    assert after.shape == before.shape


def test_without_ffmpeg_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.m4a"
    file.write_bytes(b"\0" * 100)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem) as refused, reading(file):
        pass
    assert refused.value.code == "recording.ffmpeg"
    assert refused.value.details == {"file": "a.m4a"}


@needs_ffmpeg
def test_what_is_no_m4a_has_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a.m4a"
    file.write_bytes(b"\0" * 100)
    with pytest.raises(Problem) as refused, reading(file):
        pass
    assert refused.value.code == "recording.damaged"


@pytest.mark.skipif(sys.platform == "win32", reason="the program below is a shell script")
def test_no_input_may_lead_ffmpeg_to_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording may be a playlist in disguise: ffmpeg itself refuses most, and is told to."""
    program, seen = tmp_path / "ffmpeg", tmp_path / "seen"
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{seen}"\n'
        'echo "Stream #0:0: Audio: aac (LC), 48000 Hz, stereo, fltp" >&2\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("engine.media.sound_tracks.ffmpeg", lambda: str(program))
    file, other = tmp_path / "message.m4a", tmp_path / "plain.wav"
    track = track_of(file)
    decode(file, other, lambda: None)
    encode(file, track, other, tmp_path / "out.m4a", 2, lambda: None)
    told = seen.read_text().splitlines()
    inputs = [place for place, word in enumerate(told) if word == "-i"]
    assert len(inputs) == 4
    for place in inputs:
        assert told[place - 2 : place] == ["-protocol_whitelist", "file,pipe"]
        assert told[place + 1].startswith("file:")
