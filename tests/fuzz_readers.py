"""What ``tests.fuzz`` feeds damaged files to: every reader of a file from outside, with seeds.

A reader may answer, or raise one of the errors it promises. Seeds are small and made here.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import ValidationError

from engine.media import png_file
from engine.problems import Problem
from tests import fuzz_mutations as mutations

MOST_PIXELS = 4_000_000  # of a picture: a header may ask for more, and is refused


@dataclass(frozen=True)
class Reader:
    """``read`` gets a damaged seed as a file; only ``allowed`` errors may come out of it."""

    suffix: str
    seeds: Callable[[], list[bytes]]
    read: Callable[[Path], object]
    damage: mutations.Damage = mutations.of_bytes
    allowed: tuple[type[Exception], ...] = field(default=(Problem,))


# ---- pictures -------------------------------------------------------------------------------


def _pixels(height: int = 40, width: int = 56, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    ramp = np.stack([4 * x, 5 * y, 2 * (x + y)], 2) + random.normal(0, 12, (height, width, 3))
    return np.clip(ramp, 0, 255).astype(np.uint8)


TEXT = "a hill\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 4, Size: 8x8"
GRAPH = {"3": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 20, "text": "a hill"}}}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description Iptc4xmpExt:'
    b'DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia">'
    b"<dc:description><rdf:Alt><rdf:li>a hill</rdf:li></rdf:Alt></dc:description>"
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Maker", "Model 1", 6
    exif[0x0132] = "2024:01:01 10:00:00"
    shot = exif.get_ifd(0x8769)
    shot[0x9286] = b"UNICODE\0" + TEXT.encode("utf-16-be")
    shot[0x829A], shot[0x8827], shot[0xA002], shot[0xA003] = 0.01, 200, 56, 40
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def _saved(mode: str, form: str, **more: object) -> bytes:
    stream = io.BytesIO()
    picture = Image.fromarray(_pixels()).convert(mode)
    picture.save(stream, form, **more)
    return stream.getvalue()


def _png(mode: str = "RGB") -> bytes:
    info = PngInfo()
    info.add_text("parameters", TEXT, zip=True)
    info.add_itxt("prompt", json.dumps(GRAPH))
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    info.add_text("Comment", json.dumps({"seed": 1, "steps": 2}))
    return _saved(mode, "PNG", pnginfo=info, exif=_exif(), dpi=(72, 72))


def _jpeg(mode: str = "RGB", **more: object) -> bytes:
    return _saved(mode, "JPEG", exif=_exif(), comment=TEXT.encode(), xmp=XMP, **more)


def _tiff16() -> bytes:
    import tifffile

    stream = io.BytesIO()
    tifffile.imwrite(stream, _pixels().astype(np.uint16) * 257, photometric="rgb")
    return stream.getvalue()


def _photo(file: Path) -> None:
    """Everything a check reads of a picture's file, without its models."""
    from engine.check import camera, provenance
    from engine.check.generators import generator_evidence
    from engine.check.image import (
        Looked as Found,
        eight_bit,
        file_evidence,
        obstacles,
        stored_pixels,
    )
    from engine.check.texts import texts_of
    from engine.media.reading import read_photo

    photo = read_photo(file, MOST_PIXELS)
    pixels = eight_bit(photo)
    texts = texts_of(photo)
    provenance.label_evidence(texts)
    generator_evidence(texts, stored_pixels(photo, pixels))
    file_evidence(photo, texts, Found())
    obstacles(photo, pixels, file.stat().st_size)
    camera.exif_evidence(photo, texts)
    photo.working(64)


def _credentials(file: Path) -> None:
    from engine.check.provenance import credentials_evidence

    credentials_evidence(file, file.parent)


def _signed() -> list[bytes]:
    """A picture with credentials of a fresh key."""
    import tempfile

    from engine.watermark.credentials import signed_copy
    from engine.watermark.identities import Identities

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        identity = Identities(home, "fuzz", "file").create("Fuzz")
        source, target = home / "a.jpg", home / "b.jpg"
        source.write_bytes(_jpeg())
        signed_copy(source, target, identity, home)
        return [target.read_bytes()]


# ---- recordings and clips -------------------------------------------------------------------


def _sound(form: str, subtype: str, channels: int = 1) -> bytes:
    import soundfile

    stream = io.BytesIO()
    wave = np.random.default_rng(2).normal(0, 0.1, (3000, channels)).astype(np.float32)
    soundfile.write(stream, wave, 8_000, subtype, format=form)
    return stream.getvalue()


def _tagged_wav() -> bytes:
    data = _sound("WAV", "PCM_16")
    info = b"INFOISFT\x0c\0\0\0Lavf60.3.100ICMT\x06\0\0\0a hill"
    return data + b"LIST" + len(info).to_bytes(4, "little") + info


def _recording(file: Path) -> None:
    """What a check and a protection read of a recording before they start to work."""
    from engine.check import provenance, voice
    from engine.check.image import Looked
    from engine.check.sound_tags import tags_of
    from engine.media.recording import reading
    from engine.media.recording_tags import chapters_in, read_tags

    provenance.label_evidence(tags_of(file))
    read_tags(file)
    chapters_in(file)
    with reading(file) as found:
        assert found.rate > 0
    sound, rate = voice.read(file, Looked())
    voice.signal_evidence(sound, rate)


def _clip() -> bytes:
    import tempfile

    import cv2

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clip.mp4"
        code = cv2.VideoWriter.fourcc(*"mp4v")
        writer = cv2.VideoWriter(str(file), code, 8.0, (64, 48))
        for seed in range(6):
            writer.write(np.ascontiguousarray(_pixels(48, 64, seed)))
        writer.release()
        return file.read_bytes()


def _tagged_clips() -> list[bytes]:
    from tests.engine.check.test_clip_tags import CLIPS, tagged_ogg

    song = tagged_ogg([f"prompt={json.dumps(GRAPH)}", "AIGC={}"])
    return [*(content for content, _ in CLIPS.values()), song]


def _read_tags(file: Path) -> None:
    from engine.check import provenance
    from engine.check.clip_tags import only_sound
    from engine.check.generators import generator_evidence
    from engine.check.sound_tags import tags_of
    from engine.check.video import texts_of

    only_sound(file)
    for texts in (tags_of(file), texts_of(file)):
        generator_evidence(texts, None)
        provenance.label_evidence(texts)


def _frames(file: Path) -> None:
    import torch

    from engine.check.clip_tags import only_sound
    from engine.check.image import Looked
    from engine.check.video import frames_of, texts_of
    from engine.context import Context
    from engine.models.cache import ModelCache

    device = torch.device("cpu")
    only_sound(file)
    texts_of(file)
    list(frames_of(file, Looked(), Context(device, ModelCache(device))))


# ---- what the program keeps -----------------------------------------------------------------


def _receipt() -> bytes:
    from app.receipts import receipt_to_json
    from engine import api
    from tests.app.fake_work import receipt

    made = receipt(api.ProtectPhoto(Path("/a.png")), Path("/b.png"))
    return json.dumps(receipt_to_json(made)).encode()


def _job() -> list[bytes]:
    from app.receipts import job_to_json
    from engine import api

    jobs = (
        api.ProtectPhoto(Path("/a.png"), mask=Path("/m.png"), seed=3),
        api.CheckFile(Path("/a.png"), Path("/home"), original=Path("/b.png")),
    )
    return [json.dumps(job_to_json(job)).encode() for job in jobs]


def _read_job(file: Path) -> None:
    from app.receipts import job_from_json

    job_from_json(json.loads(file.read_bytes()))


def _read_receipt(file: Path) -> None:
    from app.receipts import read_receipt

    read_receipt(file)


def _settings() -> bytes:
    import dataclasses

    from app.settings import SCHEMA, Settings
    from app.typed_json import dump

    return json.dumps({"schema": SCHEMA, **dump(dataclasses.replace(Settings()))}).encode()


def _read_settings(file: Path) -> None:
    from app.settings import SettingsFile

    SettingsFile(file)


def _catalogue() -> list[bytes]:
    from engine.models.catalogue import PATH

    whole = json.loads(PATH.read_bytes())
    alone = [entry for entry in whole["entries"] if not entry.get("requires")][:2]
    return [json.dumps({**whole, "entries": alone}).encode()]


def _read_catalogue(file: Path) -> None:
    from engine.models.catalogue import read_catalogue

    read_catalogue(file)


def _database(fill: Callable[[Path], Path]) -> Callable[[], list[bytes]]:
    import tempfile

    def make() -> list[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            file = fill(Path(folder))
            whole = sqlite3.connect(file)  # what still lies in the write-ahead log goes in
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            whole.execute("PRAGMA journal_mode = DELETE")
            whole.close()
            return [file.read_bytes()]

    return make


def _fill_history(folder: Path) -> Path:
    from app.history import History
    from engine import api
    from tests.app.fake_work import receipt

    with History(folder / "history.sqlite3") as history:
        history.record(receipt(api.ProtectPhoto(Path("/a.png")), Path("/b.png")))
    return folder / "history.sqlite3"


def _read_history(file: Path) -> None:
    from app.history import History

    with History(file) as history:
        history.receipts("a")
        history.last_id()


def _fill_registry(folder: Path) -> Path:
    from engine.watermark.registry import Registry

    plane = np.random.default_rng(3).random((64, 96)).astype(np.float32)
    registry = Registry(folder)
    work = registry.enter("Ana", "aa", 77, "pixel", "a hill", plane)
    registry.finish(work, Path("/b.png"), "0" * 64)
    return folder / "works.sqlite3"


def _read_registry(file: Path) -> None:
    from engine.watermark.registry import Registry

    Registry(_placed(file, "works.sqlite3")).works("a")


def _placed(file: Path, *parts: str) -> Path:
    """``file`` under the name its reader wants, alone in a fresh folder, which is returned."""
    import shutil

    folder = file.parent / "placed"
    shutil.rmtree(folder, ignore_errors=True)
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True)
    shutil.copy(file, target)
    return folder


def _camera() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(
        stream, name="Mine", size=(64, 48), fingerprint=np.zeros((48, 64), np.float16), shots=10,
        agreement=7.5,
    )  # fmt: skip
    return stream.getvalue()


def _read_camera(file: Path) -> None:
    from engine.api import ListCameras
    from engine.check.sensor import camera_evidence, known

    home = _placed(file, "cameras", "mine.npz")
    camera_evidence(_pixels(48, 64), home)
    known(ListCameras(home))


def _identities() -> bytes:
    entry = {"created": "2024-01-01T00:00:00+00:00", "place": "file", "public_ids": ["aa"]}
    return json.dumps({"Ana": entry}).encode()


def _read_identities(file: Path) -> None:
    from engine.watermark.identities import Identities

    Identities(_placed(file, "identities.json"), "fuzz").facts()


def _calibration() -> bytes:
    kept = {"sha256": "a", "data": "own-photos", "real": [float(n % 7) for n in range(120)]}
    return json.dumps({**kept, "pairs": [[0.1, 0.7]] * 20}).encode()


def _read_calibration(file: Path) -> None:
    from engine.check.downloaded import FOLDER, calibration_of, stored

    home = _placed(file, FOLDER, "one.json")
    calibration_of(stored(home, "one"), "a")


def _profile() -> bytes:
    import dataclasses

    from engine.api.voice import VoiceProfile
    from tests.fuzz_mutations import filled

    return json.dumps(dataclasses.asdict(filled(VoiceProfile)), default=str).encode()


def _read_profiles(file: Path) -> None:
    from engine.voice.profiles import listed

    listed(_placed(file, "voices", "one", "profile.json"))


# ---- all of them ----------------------------------------------------------------------------


def _readers() -> dict[str, Reader]:
    from app.history import HistoryError
    from app.typed_json import Mismatch

    texts = mutations.of_json
    jpegs = lambda: [_jpeg(), _jpeg("L", progressive=True), _jpeg("CMYK")]  # noqa: E731
    pngs = lambda: [_png(), _png("RGBA"), _png("P"), _png("1"), _png("I;16")]  # noqa: E731
    readers = {
        "png": Reader(".png", pngs, _photo),
        "png-chunks": Reader(".png", pngs, _photo, mutations.of_chunks),
        "jpeg": Reader(".jpg", jpegs, _photo),
        "jpeg-segments": Reader(".jpg", jpegs, _photo, mutations.of_segments),
        "webp": Reader(
            ".webp",
            lambda: [_saved("RGB", "WEBP", exif=_exif(), xmp=XMP),
                     _saved("RGBA", "WEBP", lossless=True)],
            _photo,
        ),
        "tiff": Reader(
            ".tif",
            lambda: [_saved("RGB", "TIFF"), _saved("L", "TIFF", compression="tiff_lzw"), _tiff16()],
            _photo,
        ),
        "avif": Reader(".avif", lambda: [_saved("RGB", "AVIF", exif=_exif())], _photo),
        "gif": Reader(".gif", lambda: [_saved("P", "GIF")], _photo),
        "bmp": Reader(".bmp", lambda: [_saved("RGB", "BMP"), _saved("P", "BMP")], _photo),
        "credentials": Reader(".jpg", _signed, _credentials),
        "wav": Reader(
            ".wav",
            lambda: [_tagged_wav(), _sound("WAV", "FLOAT", 8), _sound("WAV", "PCM_24", 2)],
            _recording,
        ),
        "flac": Reader(".flac", lambda: [_sound("FLAC", "PCM_16", 2)], _recording),
        "mp3": Reader(".mp3", lambda: [_sound("MP3", "MPEG_LAYER_III")], _recording),
        "ogg": Reader(
            ".ogg", lambda: [_sound("OGG", "VORBIS"), _sound("OGG", "OPUS", 2)], _recording
        ),
        "clip": Reader(".mp4", lambda: [_clip()], _frames),
        "clip-tags": Reader(".mp4", _tagged_clips, _read_tags),
        "receipt": Reader(".json", lambda: [_receipt()], _read_receipt, texts),
        "job": Reader(".json", _job, _read_job, texts, (Mismatch, ValueError, RecursionError)),
        "settings": Reader(".json", lambda: [_settings()], _read_settings, texts),
        "catalogue": Reader(
            ".json", _catalogue, _read_catalogue, texts, (ValidationError, ValueError)
        ),
        "history": Reader(
            ".sqlite3", _database(_fill_history), _read_history,
            allowed=(HistoryError, sqlite3.DatabaseError),
        ),
        "registry": Reader(".sqlite3", _database(_fill_registry), _read_registry),
        "camera": Reader(".npz", lambda: [_camera()], _read_camera),
        "identities": Reader(".json", lambda: [_identities()], _read_identities, texts),
        "calibration": Reader(".json", lambda: [_calibration()], _read_calibration, texts),
        "profile": Reader(".json", lambda: [_profile()], _read_profiles, texts),
    }  # fmt: skip
    assert all(seed[:8] == png_file.SIGNATURE for seed in readers["png"].seeds())
    return readers


READERS = _readers()
