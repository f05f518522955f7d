"""What recordings are, and clips of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine import api
from engine.problems import Problem
from engine.work import run
from tests.engine.voice.sounds import voice, write


def done(job: Any, context: Any) -> Any:
    steps = run(job, context)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    sound = np.stack([voice(2.0, 22_050), 0.5 * voice(2.0, 22_050)], 1)
    return write(tmp_path / "a.wav", sound, 22_050, subtype="PCM_24")


def test_a_recording_tells_what_it_is(file: Path, context: Any) -> None:
    info = done(api.ReadSound(file, voice=False), context)
    assert (info.samples, info.rate, info.channels) == (44_100, 22_050, 2)
    assert (info.container, info.encoding) == ("WAV", "PCM_24")
    assert info.loudness is not None
    assert -30 < info.loudness < -5
    assert abs(info.true_peak - -6.0) < 0.5


def test_the_loudness_is_that_of_the_standard(tmp_path: Path, context: Any) -> None:
    # A full-scale sine of 997 Hz in one channel has -3.01 LUFS (BS.1770-4).
    time = np.arange(48_000 * 3) / 48_000
    file = write(tmp_path / "s.wav", np.sin(2 * np.pi * 997 * time), 48_000, subtype="FLOAT")
    info = done(api.ReadSound(file, voice=False), context)
    assert info.loudness == pytest.approx(-3.01, abs=0.03)


def test_a_clip_of_the_difference_is_loud_enough_to_hear(file: Path, context: Any) -> None:
    sound, rate = soundfile.read(file)
    sound[10_000:20_000] += 0.003
    other = write(file.with_name("b.wav"), sound, rate, subtype="PCM_24")
    out = file.with_name("clip.wav")
    clip = done(api.CutSound(file, out, None, other, "delta"), context)
    heard, _ = soundfile.read(out)
    assert len(heard) == len(sound)
    assert np.abs(heard).max() == pytest.approx(0.3, abs=0.01)
    assert clip.gain == pytest.approx(100.0)
    assert not heard[:10_000].any()


def test_files_that_do_not_belong_together_are_refused(file: Path, context: Any) -> None:
    other = write(file.with_name("b.wav"), voice(1.0), 16_000)
    with pytest.raises(Problem) as refused:
        done(api.CutSound(file, file.with_name("c.wav"), None, other, "delta"), context)
    assert refused.value.code == "recording.other"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.wav", b"", "file.empty"), ("b.wav", b"RIFFnothing", "recording.damaged")],
)
def test_what_is_no_recording_has_a_sentence(
    tmp_path: Path, context: Any, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Problem) as refused:
        done(api.ReadSound(tmp_path / name), context)
    assert refused.value.code == code


def test_a_film_without_ffmpeg_says_what_to_do(
    tmp_path: Path, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.m4a").write_bytes(b"something")
    with pytest.raises(Problem) as refused:
        done(api.ReadSound(tmp_path / "a.m4a"), context)
    assert refused.value.code == "recording.ffmpeg"
