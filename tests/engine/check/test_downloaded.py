"""Downloaded detectors in a check, calibrated on files of one's own: tiny models, real formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from engine import api, work
from engine.check import downloaded, own_files, words
from engine.check.checking import check
from engine.check.detectors import Calibration, Detector
from engine.context import Context
from engine.digests import file_sha256
from engine.models.catalogue import Catalogue, read_catalogue
from engine.models.store import Kept, Record, Store, now
from engine.problems import Problem
from tests.engine.check.conftest import noisy
from tests.engine.models import tiny

VIT, VOICE = "detector-vit-cifake", "detector-wav2vec2-deepfake"


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a tiny picture detector and a tiny voice detector, both complete."""
    catalogue = read_catalogue()
    entries = tuple(
        entry.model_copy(
            update={
                "files": tuple(f.model_copy(update={"sha256": None}) for f in entry.files),
                "signature": {},
            }
        )
        for entry in catalogue.entries
    )
    monkeypatch.setattr(
        "engine.models.store.read_catalogue", lambda: Catalogue(version=1, entries=entries)
    )
    store = Store(tmp_path / "models")
    for id in (VIT, VOICE):
        place = store.place(id)
        place.mkdir(parents=True)
        tiny.write(store.entry(id), place)
        kept = {
            file.path: Kept((place / file.path).stat().st_size, file_sha256(place / file.path))
            for file in store.entry(id).files
        }
        store.write_record(place, Record(id, "x/y", "", "import", "import", now(), kept))
    return store.folder


def done(job: api.Job, context: Context) -> object:
    steps = work.run(job, context)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def photos(folder: Path, count: int) -> tuple[Path, ...]:
    folder.mkdir(exist_ok=True)
    found = []
    for number in range(count):
        file = folder / f"{number}.jpg"
        Image.fromarray(noisy(264, 272, number)).save(file, quality=90)
        found.append(file)
    return tuple(found)


def few(monkeypatch: pytest.MonkeyPatch, copies: int) -> None:
    """Calibrated with four files, of which few are made again."""
    monkeypatch.setattr(downloaded, "FEWEST", 4)
    monkeypatch.setattr(own_files, "FEWEST", 4)
    monkeypatch.setattr(own_files, "COPIES", copies)


def checked(
    file: Path, home: Path, models: Path, context: Context, stability: bool = False
) -> api.CheckResult:
    steps = check(api.CheckFile(file, home, stability=stability, folder=models), context)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: api.CheckResult = end.value
            return result


def test_uncalibrated_detectors_are_shown_and_decide_nothing(
    models: Path, tmp_path: Path, context: Context
) -> None:
    (file,) = photos(tmp_path / "photos", 1)
    result = checked(file, tmp_path / "home", models, context)
    reading = next(r for r in result.detectors if r.name == VIT)
    assert reading.measured == "none" and reading.weak and not reading.above
    assert 0 < reading.score < 1 and reading.calibrated_probability == 0.5
    said = words.worth(reading, lambda context, text: text)
    assert len(said) == 1 and "decides nothing" in said[0]
    listed = done(api.ListDetectors(tmp_path / "home", models), context)
    assert isinstance(listed, api.DetectorsResult)
    assert {d.id: (d.pictures, d.files, d.weak) for d in listed.detectors} == {
        VIT: (True, 0, True), VOICE: (False, 0, True),
    }  # fmt: skip


def test_own_photos_calibrate(
    models: Path, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, 3)
    monkeypatch.setattr(own_files, "_SIDE", 64)
    home = tmp_path / "home"
    files = photos(tmp_path / "photos", 5)
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"\xff\xd8nothing")
    job = api.CalibrateDetectors((*files, tmp_path / "photos" / "broken.jpg"), home, models)
    listed = done(job, context)
    assert isinstance(listed, api.DetectorsResult)
    known = next(d for d in listed.detectors if d.id == VIT)
    assert known.files == 5 and known.weak  # 99 are needed for a line at 1 %
    assert 0 <= known.error_interval[0] <= known.error_rate <= known.error_interval[1] <= 1
    stored = json.loads((home / "detectors" / f"{VIT}.json").read_text())
    assert len(stored["pairs"]) == 3 and not any("photos" in str(v) for v in stored["real"])
    reading = next(r for r in checked(files[0], home, models, context).detectors if r.name == VIT)
    assert reading.measured == "copies" and reading.files == 5 and reading.data == "own-photos"
    said = " ".join(words.worth(reading, lambda context, text: text))
    assert "of your own photos" in said and "5 of your files" in said
    # Other weights under the same name are not calibrated.
    stored["sha256"] = "0" * 64
    (home / "detectors" / f"{VIT}.json").write_text(json.dumps(stored))
    (file,) = photos(tmp_path / "photos", 1)
    again = next(r for r in checked(file, home, models, context).detectors if r.name == VIT)
    assert again.measured == "none"


def test_own_voices_calibrate(
    models: Path, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, 2)
    monkeypatch.setattr("engine.check.voice.speech_share", lambda voice: 1.0)
    files = []
    for number in range(4):
        random = np.random.default_rng(number)
        tone = np.sin(np.arange(40_000) / 16_000 * 2 * np.pi * (110 + 5 * number))
        file = tmp_path / f"{number}.wav"
        soundfile.write(file, 0.2 * tone + 0.01 * random.normal(size=40_000), 16_000)
        files.append(file)
    listed = done(api.CalibrateDetectors(tuple(files), tmp_path / "home", models), context)
    assert isinstance(listed, api.DetectorsResult)
    assert {d.id: d.files for d in listed.detectors} == {VIT: 0, VOICE: 4}
    result = checked(files[0], tmp_path / "home", models, context)
    reading = next(r for r in result.detectors if r.name == VOICE)
    assert reading.measured == "copies" and reading.windows


def test_too_few_files_and_no_detector_are_sentences(
    models: Path, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_files, "COPIES", 0)
    for job, code in (
        (api.CalibrateDetectors(photos(tmp_path / "few", 3), tmp_path, models), "detectors.few"),
        (api.CalibrateDetectors((tmp_path / "a.txt",), tmp_path, models), "detectors.none"),
        (
            api.CalibrateDetectors(photos(tmp_path / "few", 3), tmp_path, tmp_path / "nothing"),
            "detectors.none",
        ),
    ):
        with pytest.raises(Problem) as raised:
            done(job, context)
        assert raised.value.code == code


class Bright:
    """A detector that takes bright pictures for generated."""

    id, sha256, sample_rate = "bright", "1" * 64, None

    def score(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean((1, 2, 3)).clamp(0.001, 0.999)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_calibrated_detector_decides_unless_it_is_weak(
    trusted: bool,
    tmp_path: Path,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    noise: Callable[[float], Path],
) -> None:
    known = Calibration(1.0, 1.0, 0.0, 0.01, (0.0, 0.05), "own-photos", 0.9, "copies", 120)
    if not trusted:
        known = Calibration(1.0, 1.0, 0.0, 0.01, (0.0, 0.05), "own-photos", 0.9, "copies", 50)
    detector = Detector("bright", Bright(), known, "1" * 64)
    monkeypatch.setattr(
        "engine.check.downloaded.detectors",
        lambda use, *rest: [detector] if use == downloaded.PICTURE else [],
    )
    monkeypatch.setattr("engine.check.own.cloak_detector.available", lambda: False)
    result = checked(noise(225), tmp_path / "home", tmp_path / "none", context, True)
    if trusted:
        assert (result.verdict, result.level) == ("generated", "hint")
        assert {row.treatment for row in result.stability if row.detector == "bright"} == {
            "as-received", "jpeg-75", "resize-0.75", "crop",
        }  # fmt: skip
    else:
        assert result.verdict == "inconclusive"


@pytest.fixture
def noise(tmp_path: Path) -> Callable[[float], Path]:
    def make(level: float) -> Path:
        random = np.random.default_rng(1)
        file = tmp_path / "bright.png"
        pixels = np.clip(random.normal(level, 12, (300, 300, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(file)
        return file

    return make
