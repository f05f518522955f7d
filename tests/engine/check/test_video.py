"""A clip from end to end: frames, faces, the sound track apart; scores that decide nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.engine.check.conftest import Checked, noisy
from tests.engine.watermark.conftest import voice


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds of a moving scene, as OpenCV's own encoder writes them."""
    import cv2

    file = tmp_path / "clip.mp4"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), 10.0, (320, 240))
    scene = noisy(300, 400)
    for shift in range(20):
        writer.write(np.ascontiguousarray(scene[shift : shift + 240, shift : shift + 320]))
    writer.release()
    return file


def test_a_clip_without_ffmpeg(
    clip: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.media.sound_tracks.ffmpeg", lambda: None)
    result = checked(clip, original=clip)
    assert (result.media, result.verdict) == ("video", "inconclusive")
    assert result.reasons[0] == "domain-video"
    assert {"no-ffmpeg", "original-pictures"} <= set(result.notes)
    frames = result.detectors[0]
    assert frames.name == "video-frames" and frames.weak and len(frames.windows) == 16
    assert frames.data == "photos-no-clips"
    assert result.facts["size"] == "320 x 240" and result.facts["duration"] == "2.0 s"
    assert [picture.name for picture in result.pictures] == ["seen"]
    assert "clip-tags" in [evidence.key for evidence in result.evidence]


def test_the_sound_track_of_a_clip(
    clip: Path, tmp_path: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = tmp_path / "wave.wav"
    soundfile.write(wave, voice(seconds=4, seed=4), 16_000)
    monkeypatch.setattr("engine.media.sound_tracks.ffmpeg", lambda: "ffmpeg")
    monkeypatch.setattr(
        "engine.check.video.subprocess.run",
        lambda command, **more: shutil.copy(wave, command[-1]),
    )
    result = checked(clip)
    assert "no-ffmpeg" not in result.notes and result.verdict == "inconclusive"
    assert result.detectors[-1].name == "voice-detector"
    assert result.detectors[-1].weak and result.detectors[-1].data.endswith("-no-clips")
