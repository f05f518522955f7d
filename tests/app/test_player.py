"""The player with a device made of arrays: what is heard is compared sample by sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.player import SoundPlayer
from engine.problems import Problem
from tests.app.fake_sound import FakeDevices, Frames
from ui.player import Source, Track

RATE = 8_000
FADED = 200  # samples after which a change of source is over


@pytest.fixture
def devices() -> FakeDevices:
    return FakeDevices()


@pytest.fixture
def player(qtbot: QtBot, devices: FakeDevices) -> Iterator[SoundPlayer]:
    made = SoundPlayer(devices)
    made.set_volume(1.0)
    yield made
    made.close()


@pytest.fixture
def sounds(tmp_path: Path) -> tuple[Frames, Frames, Track]:
    """A ramp that tells its place, the same with something added, and the track of the two."""
    place = np.linspace(0, 0.5, 4 * RATE, dtype=np.float32)[:, None]
    original = np.concatenate([place, -place], 1)
    protected = original + np.float32(0.125)
    files = tmp_path / "a.wav", tmp_path / "b.wav"
    for file, samples in zip(files, (original, protected), strict=True):
        soundfile.write(file, samples, RATE, subtype="FLOAT")
    return original, protected, Track(*files)


def ready(qtbot: QtBot, player: SoundPlayer, devices: FakeDevices) -> None:
    """Wait until the thread has read as far ahead as it does."""

    def check() -> bool:
        mixer, settled = player._worker._mixer, player._worker._seek is None
        return devices.running and settled and mixer is not None and not mixer.wants_more()

    qtbot.waitUntil(check, timeout=10_000)


def test_it_plays_what_is_in_the_file(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, sounds: tuple[Frames, Frames, Track]
) -> None:
    original, _, track = sounds
    player.load(track, at=0)
    player.play()
    ready(qtbot, player, devices)
    heard = devices.hear(1000)
    assert np.allclose(heard[FADED:], original[FADED:1000], atol=1e-6)
    with qtbot.waitSignal(player.moved):
        pass
    assert player.position == pytest.approx(1000 / RATE, abs=1e-3)


def test_switching_is_at_the_same_sample(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, sounds: tuple[Frames, Frames, Track]
) -> None:
    original, protected, track = sounds
    player.load(track, at=0)
    player.play()
    ready(qtbot, player, devices)
    devices.hear(500)
    player.choose(Source.PROTECTED)
    heard = devices.hear(500)
    assert np.allclose(heard[FADED:], protected[500 + FADED : 1000], atol=1e-6)
    # The change glides from one to the other without a jump.
    assert np.abs(np.diff(heard[:, 0])).max() < 0.01
    player.choose(Source.DIFFERENCE)
    devices.hear(FADED)
    assert np.allclose(devices.hear(300), 0.125, atol=1e-6)
    player.choose(Source.ORIGINAL)
    devices.hear(FADED)
    assert np.allclose(devices.hear(100), original[1500 + 2 * FADED - 200 :][:100], atol=1e-6)


def test_gains_and_volume_apply_and_nothing_clips_round(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, sounds: tuple[Frames, Frames, Track]
) -> None:
    _, _, track = sounds
    player.load(Track(track.original, track.protected, {Source.DIFFERENCE: 4.0}), at=0)
    player.choose(Source.DIFFERENCE)
    player.play()
    ready(qtbot, player, devices)
    devices.hear(FADED)
    assert np.allclose(devices.hear(50), 0.5, atol=1e-6)
    player.set_volume(0.5)
    devices.hear(FADED)
    assert np.allclose(devices.hear(50), 0.125, atol=1e-6)
    player.load(Track(track.original, track.protected, {Source.DIFFERENCE: 99.0}), at=0)
    player.play()
    ready(qtbot, player, devices)
    devices.hear(FADED)
    assert devices.hear(50).max() == 1.0


def test_a_region_is_heard_again_and_again(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, sounds: tuple[Frames, Frames, Track]
) -> None:
    original, _, track = sounds
    player.load(track, at=0)
    player.set_loop((1.0, 1.25))
    assert player.position == 1.0
    player.play()
    ready(qtbot, player, devices)
    piece = original[RATE : RATE + RATE // 4]
    heard = devices.hear(len(piece) + 500)
    assert np.allclose(heard[FADED : len(piece)], piece[FADED:], atol=1e-6)
    assert np.allclose(heard[len(piece) :], piece[:500], atol=1e-6)
    player.set_loop(None)
    assert player.loop is None


def test_seeking_and_the_end(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, sounds: tuple[Frames, Frames, Track]
) -> None:
    original, _, track = sounds
    player.load(track, at=0)
    player.play()
    ready(qtbot, player, devices)
    player.seek(3.9)
    qtbot.waitUntil(lambda: player._worker._seek is None, timeout=10_000)
    qtbot.waitUntil(lambda: player._worker._mixer._ended, timeout=10_000)  # type: ignore[union-attr]
    heard = devices.hear(2000)
    assert np.allclose(heard[FADED:800], original[31_200 + FADED :], atol=1e-5)
    assert np.all(heard[800:] == 0)
    qtbot.waitUntil(lambda: not player.playing, timeout=10_000)
    player.play()  # from the beginning again
    assert player.position == 0
    ready(qtbot, player, devices)
    assert devices.hear(500)[-1, 0] == pytest.approx(original[499, 0], abs=1e-6)


def test_pausing_goes_on_where_it_was(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, sounds: tuple[Frames, Frames, Track]
) -> None:
    _, _, track = sounds
    player.load(track, at=2)
    player.play()
    ready(qtbot, player, devices)
    devices.hear(800)
    player._look()
    player.pause()
    qtbot.waitUntil(lambda: not devices.running, timeout=10_000)
    assert player.position == pytest.approx(2.1, abs=1e-3)
    player.play()
    ready(qtbot, player, devices)
    assert devices.hear(300)[-1, 0] == pytest.approx(2.1375 / 4 * 0.5, abs=1e-3)


def test_a_device_of_another_rate_gets_both_in_step(
    qtbot: QtBot, sounds: tuple[Frames, Frames, Track]
) -> None:
    devices = FakeDevices(rate=11_025)
    player = SoundPlayer(devices)
    try:
        player.set_volume(1.0)
        player.load(sounds[2], at=1)
        player.choose(Source.DIFFERENCE)
        player.play()
        ready(qtbot, player, devices)
        devices.hear(600)
        assert np.allclose(devices.hear(600), 0.125, atol=1e-3)
        player._look()
        assert player.position == pytest.approx(1 + 1200 / 11_025, abs=2e-3)
    finally:
        player.close()


def test_a_preview_knows_where_it_lies_in_the_recording(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, sounds: tuple[Frames, Frames, Track]
) -> None:
    original, _, track = sounds
    player.load(Track(track.original, None, start=60.0), at=61.0)
    player.choose(Source.PROTECTED)  # there is none: the file itself is heard
    player.play()
    ready(qtbot, player, devices)
    heard = devices.hear(400)
    assert np.allclose(heard[FADED:], original[RATE + FADED : RATE + 400], atol=1e-6)
    player._look()
    assert player.position == pytest.approx(61.05, abs=1e-3)


@pytest.mark.parametrize("code", ["sound.no-output", "sound.no-library"])
def test_no_device_is_a_sentence_and_another_try_is_possible(
    qtbot: QtBot, sounds: tuple[Frames, Frames, Track], code: str
) -> None:
    devices = FakeDevices(problem=Problem(code))
    player = SoundPlayer(devices)
    try:
        player.load(sounds[2], at=0)
        with qtbot.waitSignal(player.failed, timeout=10_000) as failed:
            player.play()
        assert failed.args is not None and failed.args[0].code == code
        assert not player.playing
        devices.problem = None
        player.play()
        ready(qtbot, player, devices)
    finally:
        player.close()


def test_a_missing_file_is_a_sentence(qtbot: QtBot, player: SoundPlayer, tmp_path: Path) -> None:
    with qtbot.waitSignal(player.failed, timeout=10_000) as failed:
        player.load(Track(tmp_path / "gone.wav"), at=0)
    assert failed.args is not None and failed.args[0].code == "file.missing"


def test_devices_are_listed_outside_the_main_thread(qtbot: QtBot, player: SoundPlayer) -> None:
    with qtbot.waitSignal(player.devices_changed, timeout=10_000) as told:
        player.refresh_devices()
    assert told.args == [("Loudspeakers", "Headphones")]


def test_memory_does_not_grow_with_the_recording(
    qtbot: QtBot, player: SoundPlayer, devices: FakeDevices, tmp_path: Path
) -> None:
    file = tmp_path / "long.wav"
    soundfile.write(file, np.zeros(600 * RATE, np.float32), RATE)
    player.load(Track(file), at=0)
    player.play()
    ready(qtbot, player, devices)
    mixer = player._worker._mixer
    assert mixer is not None
    assert mixer._ready < 2 * RATE


def test_a_piece_is_compared_with_its_place_in_the_recording(
    qtbot: QtBot,
    player: SoundPlayer,
    devices: FakeDevices,
    sounds: tuple[Frames, Frames, Track],
    tmp_path: Path,
) -> None:
    original, protected, track = sounds
    piece = tmp_path / "piece.wav"
    soundfile.write(piece, protected[RATE : 2 * RATE], RATE, subtype="FLOAT")
    player.load(Track(track.original, piece, start=1.0), at=1.0)
    player.choose(Source.DIFFERENCE)
    player.play()
    ready(qtbot, player, devices)
    devices.hear(FADED)
    assert np.allclose(devices.hear(200), 0.125, atol=1e-6)
    player.choose(Source.ORIGINAL)
    devices.hear(FADED)
    assert np.allclose(devices.hear(100), original[RATE + 600 :][:100], atol=1e-6)
