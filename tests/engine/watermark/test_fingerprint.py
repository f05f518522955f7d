"""A recording's own marks are accepted, a mark that was copied onto another is not."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from engine import api
from engine.watermark import fingerprint
from engine.watermark.recordings import frames_of
from engine.watermark.speech_dwt import FRAME
from tests.engine.watermark.conftest import voice
from tests.engine.watermark.test_jobs import run


def prints(sound: np.ndarray, start: int = 0) -> np.ndarray:
    return fingerprint.fingerprint(frames_of(iter([sound.astype(np.float32)]), start))


def other() -> np.ndarray:
    """Another voice that speaks more slowly, in another rhythm."""
    sound = voice(14, seed=9)[::-1]
    return np.interp(np.arange(0, len(sound), 0.73), np.arange(len(sound)), sound)[: 14 * 16_000]


def test_the_same_sound_is_alike_and_another_is_not():
    sound = voice(14)
    noise = 0.02 * np.random.default_rng(0).normal(size=len(sound))
    stored = prints(sound)
    assert fingerprint.alike(stored, stored) == 1
    for version, start in (
        (sound + noise, 0),
        (sound / 3, 0),
        (sound[70_000:150_000], -70_000 % FRAME),
    ):
        share = fingerprint.alike(prints(version, start), stored)
        assert share is not None and share > fingerprint.SAME + 0.03
    share = fingerprint.alike(prints(other()), stored)
    assert share is not None and share < fingerprint.SAME - 0.03


def test_too_little_says_nothing():
    assert fingerprint.alike(prints(voice(1)), prints(voice(9))) is None
    assert fingerprint.alike(prints(np.zeros(0)), prints(voice(9))) is None


def test_it_is_stored_as_text():
    found = prints(voice(6))
    assert np.array_equal(fingerprint.unpacked(fingerprint.packed(found)), found)
    with pytest.raises(ValueError):
        fingerprint.unpacked("bm90aGluZw==")


def test_a_copied_mark_is_not_accepted(home, tmp_path):
    """The attacker even has the mark itself: the marked recording less the original."""
    file = tmp_path / "talk.wav"
    soundfile.write(file, voice(14), 16_000, subtype="FLOAT")
    marked = run(api.MarkFile(file, home, "Ana")).output
    sound = soundfile.read(marked)[0]
    mark = sound - soundfile.read(file)[0]
    forged = tmp_path / "forged.wav"
    soundfile.write(forged, other() + mark, 16_000, subtype="FLOAT")
    found = run(api.VerifyFile(forged, home))
    assert not found.found and found.content == "differs" and found.work == "talk.wav"
    cut = tmp_path / "cut.mp3"
    data = io.BytesIO()
    soundfile.write(data, sound[30_000:], 16_000, format="MP3", subtype="MPEG_LAYER_III")
    cut.write_bytes(data.getvalue())
    found = run(api.VerifyFile(cut, home))
    assert found.found and found.content == "matches" and found.work == "talk.wav"
    (home / "works.sqlite3").unlink()  # now only the mark itself can tell
    for file, own in ((forged, False), (marked, True), (cut, True)):
        found = run(api.VerifyFile(file, home))
        assert found.found == own and found.work is None
        assert found.content == ("matches" if own else "differs")
