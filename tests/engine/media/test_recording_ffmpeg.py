"""m4a and the sound of a video through a real ffmpeg, where this computer has one; and the sentence
where it has none."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api import Span
from engine.media import recording_tags, recording_write
from engine.media.recording import reading
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
        assert (recording.rate, recording.channels, recording.decoded) == (RATE, 2, True)
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
