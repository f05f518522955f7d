"""Sensor fingerprints, comparing with an original, thumbnails, JPEG traces, sound."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from engine import api
from engine.check import camera
from engine.check.image import flat_share, treated
from engine.check.sensor import camera_evidence, enrol, known
from engine.check.traces import spectrum_of
from engine.check.voice import bandwidth, room_jumps, silences
from engine.context import Context
from engine.media.reading import read_photo
from engine.problems import Problem
from tests.engine.check.conftest import Checked, noisy
from tests.engine.watermark.conftest import voice


def shots(folder: Path, sensor: np.ndarray, count: int, first: int = 0) -> tuple[Path, ...]:
    """Photos of one sensor: bright scenes, its pattern, photon noise, good JPEG."""
    found = []
    for number in range(first, first + count):
        random = np.random.default_rng(900 + number)
        scene = 60 + 0.5 * noisy(*sensor.shape, number).astype(np.float64)
        noise = random.normal(0, 2, (*sensor.shape, 3))
        pixels = np.clip(scene * (1 + sensor[..., None]) + noise, 0, 255)
        file = folder / f"shot-{number}.jpg"
        Image.fromarray(np.rint(pixels).astype(np.uint8)).save(file, quality=97)
        found.append(file)
    return tuple(found)


def test_a_camera_knows_its_own_photos(tmp_path: Path, context: Context) -> None:
    size = (256, 320)
    mine, other = (np.random.default_rng(s).normal(0, 0.02, size) for s in (1, 2))
    files = shots(tmp_path, mine, 10)
    steps = enrol(api.EnrolCamera("Mine", files, tmp_path), context)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            learnt = end.value
            break
    assert learnt.shots == 10 and learnt.agreement > 6
    (own,) = camera_evidence(read_photo(shots(tmp_path, mine, 1, 20)[0]).samples, tmp_path)
    assert own.key == "own-camera" and float(own.details["p"]) < 1e-6
    (not_own,) = camera_evidence(read_photo(shots(tmp_path, other, 1, 21)[0]).samples, tmp_path)
    assert not_own.key == "own-camera-not" and float(not_own.details["p"]) > 1e-4


def test_cameras_need_ten_shots_of_one_size(tmp_path: Path, context: Context) -> None:
    files = shots(tmp_path, np.zeros((64, 64)), 9)
    for job, code in (
        (api.EnrolCamera("Mine", files, tmp_path), "camera.few"),
        (api.EnrolCamera("Mine", (*files, *shots(tmp_path, np.zeros((64, 80)), 1, 30)), tmp_path),
         "camera.sizes"),
    ):  # fmt: skip
        with pytest.raises(Problem) as caught:
            list(enrol(job, context))
        assert caught.value.code == code


def test_what_was_changed(tmp_path: Path, checked: Checked) -> None:
    pixels = noisy(480, 640)
    original, copy, forged, other = (tmp_path / f"{n}.png" for n in ("a", "b", "c", "d"))
    Image.fromarray(pixels).save(original)
    Image.fromarray(pixels[20:460, 30:610]).resize((500, 380)).save(copy.with_suffix(".jpg"))
    pasted = pixels.copy()
    pasted[200:300, 260:360] = pixels[20:120, 20:120][:, ::-1]
    Image.fromarray(pasted).resize((560, 420)).save(forged)
    Image.fromarray(noisy(480, 640, 77)).save(other)
    same = checked(copy.with_suffix(".jpg"), original)
    assert "compare-same" in [e.key for e in same.evidence]
    changed = checked(forged, original)
    assert (changed.verdict, changed.reasons[0]) == ("manipulated", "compare-changed")
    assert any(picture.name == "difference" for picture in changed.pictures)
    assert "compare-other" in [e.key for e in checked(other, original).evidence]


def with_thumbnail(file: Path, pixels: np.ndarray, small: np.ndarray) -> None:
    """A JPEG whose EXIF holds ``small`` as its thumbnail, laid out as cameras do."""
    stream = io.BytesIO()
    Image.fromarray(small).save(stream, "JPEG")
    thumb = stream.getvalue()
    head = b"II*\0\x08\0\0\0" + b"\0\0" + (14).to_bytes(4, "little")
    entries = b"\x02\0"
    for tag, value in ((513, 44), (514, len(thumb))):
        entries += tag.to_bytes(2, "little") + b"\x04\0\x01\0\0\0" + value.to_bytes(4, "little")
    block = head + entries + bytes(4)
    Image.fromarray(pixels).save(file, exif=b"Exif\0\0" + block + thumb)


def test_thumbnails_that_show_something_else(tmp_path: Path, checked: Checked) -> None:
    pixels, other = noisy(300, 400, 3), noisy(300, 400, 8)
    for small, key in ((pixels, "thumbnail-same"), (other, "thumbnail-differs")):
        file = tmp_path / f"{key}.jpg"
        with_thumbnail(file, pixels, np.asarray(Image.fromarray(small).resize((160, 120))))
        assert key in [e.key for e in checked(file).evidence]


def test_jpeg_ghosts_and_tables() -> None:
    pixels = noisy(256, 256)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=60)
    pasted = pixels.copy()
    with Image.open(stream) as opened:
        pasted[:, :128] = np.asarray(opened)[:, :128]
    found = camera.ghosts(pasted)[camera.GHOST_QUALITIES.index(60)]
    assert found[:, 2:14].mean() < 0.6 * found[:, 18:].mean()
    with Image.open(stream) as opened:
        tables = {k: list(v) for k, v in opened.quantization.items()}  # type: ignore[attr-defined]
    assert camera.standard_quality(tables) == 60
    assert camera.standard_quality({0: [7] * 64}) is None


def test_upsampling_shows_in_the_spectrum() -> None:
    grey = noisy(256, 256).mean(2).astype(np.float32) / 255
    doubled = np.repeat(np.repeat(grey[::2, ::2], 2, 0), 2, 1)
    (plain, _), (grid, _) = spectrum_of(grey), spectrum_of(doubled)
    assert np.abs(plain - grid).mean() > 0.05


def test_a_weak_detector_is_shown_and_decides_nothing(photo: Path, checked: Checked) -> None:
    result = checked(photo, stability=True)
    (reading,) = result.detectors
    assert reading.weak and reading.auc < 0.75 and 0 <= reading.score <= 1
    assert reading.error_interval[0] <= reading.error_rate <= reading.error_interval[1]
    assert [row.treatment for row in result.stability] == [
        "as-received", "jpeg-75", "resize-0.75", "crop",
    ]  # fmt: skip
    assert (result.verdict, result.level) == ("inconclusive", "inconclusive")
    assert result.reasons[0] in ("weak-below", "weak-hint", "unstable")
    assert any(picture.name == "heat" for picture in result.pictures)


def test_drawings_are_out_of_the_detectors_domain() -> None:
    drawing = np.zeros((400, 400, 3), np.uint8)
    drawing[100:200, 50:350] = 255
    assert flat_share(drawing) > 0.9 and flat_share(noisy(400, 400)) < 0.1
    assert treated(drawing, "crop").shape[0] < 400


def test_bandwidth_and_silence(tmp_path: Path, checked: Checked) -> None:
    import soxr

    random = np.random.default_rng(4)
    narrow = soxr.resample(random.normal(0, 0.1, 16_000), 8000, 24_000).astype(np.float32)
    edge = bandwidth(narrow, 24_000)
    assert edge is not None and 3500 < edge < 4600
    wide = random.normal(0, 0.1, 48_000).astype(np.float32)
    assert bandwidth(wide, 24_000) is None
    narrow[20_000:22_000] = 0
    (span,) = silences(narrow, 24_000)
    assert span == pytest.approx((20_000 / 24_000, 22_000 / 24_000), abs=0.01)
    file = tmp_path / "cut.wav"
    soundfile.write(file, narrow[:40_000], 24_000)
    keys = [e.key for e in checked(file).evidence]
    assert "bandwidth-cliff" in keys and "digital-silence" in keys


def test_the_network_for_looking_says_the_same() -> None:
    """Folding the normalisations away changes nothing but the time."""
    import torch

    from engine.check import voice_net
    from engine.check.image_net import SIDE, ImageNet, folded

    torch.manual_seed(3)
    model = ImageNet(8)
    images = torch.rand(2, 3, SIDE, SIDE)
    for _ in range(3):  # gives the normalisations something to fold
        model(images)
    with torch.no_grad():
        before = model.eval()(images)
        assert torch.allclose(folded(model)(images), before, atol=1e-4)
    ear, waves = voice_net.VoiceNet(8), torch.randn(2, 24_000)
    for _ in range(3):
        ear(waves)
    with torch.no_grad():
        before = ear.eval()(waves)
        assert torch.allclose(voice_net.folded(ear)(waves), before, atol=1e-4)


def test_damaged_cameras_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "cameras"
    folder.mkdir()
    (folder / "broken.npz").write_bytes(b"PK\x03\x04 no archive")
    (folder / "empty.npz").write_bytes(b"")
    assert camera_evidence(noisy(64, 64), tmp_path) == []
    assert known(api.ListCameras(tmp_path)).cameras == ()


def test_error_rates_are_those_of_files_like_this_one(photo: Path, checked: Checked) -> None:
    (asked,) = checked(photo).detectors
    assert asked.data == "photos-sent"
    large = photo.with_name("large.png")
    Image.fromarray(noisy(1000, 1400)).save(large)
    (reading,) = checked(large).detectors
    assert reading.data == "photos" and 0 < reading.error_interval[1] < 0.1


def test_phone_recordings_need_an_ffmpeg(
    tmp_path: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``.m4a`` is what phones record: decoded where that is possible, else a sentence."""
    import shutil

    file = tmp_path / "message.m4a"
    file.write_bytes(bytes(4) + b"ftypM4A " + bytes(400))
    monkeypatch.setattr("engine.media.sound_tracks.ffmpeg", lambda: None)
    with pytest.raises(Problem) as caught:
        checked(file)
    assert caught.value.code == "recording.ffmpeg"
    wave = tmp_path / "wave.wav"
    soundfile.write(wave, np.random.default_rng(2).normal(0, 0.1, 16_000), 16_000)
    monkeypatch.setattr(
        "engine.check.voice.decode", lambda path, out, check: shutil.copy(wave, out)
    )
    assert checked(file).facts["format"] == "M4A"


def test_recordings_of_few_bits_decide_nothing(tmp_path: Path, checked: Checked) -> None:
    from tests.engine.watermark.conftest import voice

    speech, reasons = voice(seconds=6, seed=4), []
    for name, level in (("few.mp3", 0.99), ("more.mp3", 0.6)):
        file = tmp_path / name
        with soundfile.SoundFile(
            file, "w", 16_000, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="CONSTANT",
            compression_level=level,
        ) as target:  # fmt: skip
            target.write(speech)
        result = checked(file)
        reasons.append("recompressed" in result.reasons)
    assert reasons == [True, False]


def take(level: float, seed: int) -> np.ndarray:
    """Eight seconds of speech with three pauses, in a room with this much noise."""
    speech, random = voice(seconds=8, seed=4), np.random.default_rng(seed)
    seconds = np.arange(len(speech)) / 16_000
    speaking = (seconds % 2) < 1.5
    noise = random.normal(0, level, len(speech))
    return np.asarray(speech * speaking + noise, np.float32)


def test_splices_in_the_room_tone() -> None:
    """Two takes in rooms of different noise; two takes of one room have no jump."""
    quiet, also_quiet, loud = take(0.0003, 6), take(0.0003, 7), take(0.001, 8)
    ((second, by),) = room_jumps(np.concatenate([quiet, loud]), 16_000)
    assert abs(second - 8) < 1.6 and by == pytest.approx(10, abs=3)
    assert room_jumps(np.concatenate([quiet, also_quiet]), 16_000) == []
    assert room_jumps(loud, 16_000) == room_jumps(loud[:1000], 16_000) == []
