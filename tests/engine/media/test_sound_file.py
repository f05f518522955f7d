"""A sound file that does not fit on the disk."""

from __future__ import annotations

import errno
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.media import sound_file
from engine.media.atomic import atomic
from engine.problems import Problem

SETTINGS = {"samplerate": 16_000, "channels": 1, "subtype": "PCM_16"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/full")
@pytest.mark.parametrize("container", ["WAV", "FLAC", "OGG"])
def test_a_full_disk_is_said_to_be_full(monkeypatch: pytest.MonkeyPatch, container: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    settings = SETTINGS | ({"subtype": "VORBIS"} if container == "OGG" else {})
    with (
        pytest.raises(OSError) as refused,
        sound_file.written(Path("/dev/full"), format=container, **settings) as out,
    ):
        out.write(np.zeros(160_000, np.float32))
    assert refused.value.errno == errno.ENOSPC


def test_a_file_that_was_cut_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "voice.wav"
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    monkeypatch.setattr(sound_file.soundfile, "info", lambda path: SimpleNamespace(frames=900))
    with (
        pytest.raises(Problem) as told,
        atomic(target) as part,
        sound_file.written(part, format="WAV", **SETTINGS) as out,
    ):
        out.write(np.zeros(1000, np.float32))
    assert told.value.code == "disk.full" and not list(tmp_path.iterdir())
