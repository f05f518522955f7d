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
from engine.check import downloaded, own_files, speech_head, words
from engine.check.checking import check
from engine.check.detectors import Calibration, Detector
from engine.context import Context
from engine.digests import file_sha256
from engine.models.catalogue import Catalogue, read_catalogue
from engine.models.store import Kept, Record, Store, now
from engine.problems import Problem
from tests.engine.check.conftest import noisy
from tests.engine.check.test_compare_sound import voice
from tests.engine.models import tiny

VIT, VOICE = "detector-vit-cifake", "detector-wav2vec2-deepfake"
SIEVE, TOWER, HEAD = "detector-sieve-vits", "vision-clip-commonpool", "detector-clip-grip"
SPEECH = "speech-xlsr-300m"


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a tiny picture detector and a tiny voice detector, both complete."""
    catalogue = read_catalogue()
    entries = tuple(
        entry.model_copy(
            update={
                "files": tuple(f.model_copy(update={"sha256": None}) for f in entry.files),
                "signature": {},
                **({"expects": {}} if entry.id == SPEECH else {}),
            }
        )
        for entry in catalogue.entries
    )
    monkeypatch.setattr(
        "engine.models.store.read_catalogue", lambda: Catalogue(version=1, entries=entries)
    )
    store = Store(tmp_path / "models")
    _install(store, VIT, VOICE)
    return store.folder


def _install(store: Store, *ids: str) -> None:
    """Their tiny forms, complete."""
    for id in ids:
        place = store.place(id)
        place.mkdir(parents=True)
        tiny.write(store.entry(id), place)
        kept = {
            file.path: Kept((place / file.path).stat().st_size, file_sha256(place / file.path))
            for file in store.entry(id).files
        }
        store.write_record(place, Record(id, "x/y", "", "import", "import", now(), kept))


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


def test_an_onnx_file_and_a_head_on_clip_are_detectors_like_any_other(
    models: Path, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the store to the check, before and after they were measured on own photos."""
    few(monkeypatch, 2)
    monkeypatch.setattr(own_files, "_SIDE", 64)
    _install(Store(models), SIEVE, TOWER, HEAD)
    home, files = tmp_path / "home", photos(tmp_path / "photos", 4)
    for measured in ("none", "copies"):
        readings = {r.name: r for r in checked(files[0], home, models, context).detectors}
        for id in (SIEVE, HEAD):
            reading = readings[id]
            assert 0 < reading.score < 1 and reading.measured == measured and reading.weak
            assert id in words.DETECTORS
        assert TOWER not in readings  # it has no opinion of its own
        if measured == "none":
            done(api.CalibrateDetectors(files, home, models), context)


def talk(folder: Path, count: int) -> tuple[Path, ...]:
    files = []
    for number in range(count):
        file = folder / f"talk-{number}.wav"
        soundfile.write(file, voice(3, 40 + number), 16_000)
        files.append(file)
    return tuple(files)


def test_a_head_for_a_speech_network_is_fitted_on_own_recordings(
    models: Path, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, 2)
    monkeypatch.setattr("engine.check.voice.speech_share", lambda voice: 1.0)
    monkeypatch.setattr(speech_head, "SECONDS", 0.96)
    _install(Store(models), SPEECH)
    home, files = tmp_path / "home", talk(tmp_path, 5)
    before = checked(files[0], home, models, context)
    assert SPEECH not in [r.name for r in before.detectors]  # without a head it says nothing
    listed = done(api.ListDetectors(home, models), context)
    assert isinstance(listed, api.DetectorsResult)
    assert {d.id: d.files for d in listed.detectors}[SPEECH] == 0
    listed = done(api.CalibrateDetectors(files, home, models), context)
    assert isinstance(listed, api.DetectorsResult)
    known = next(d for d in listed.detectors if d.id == SPEECH)
    assert known.files == 5 and known.weak and 0 <= known.auc <= 1
    record = json.loads((home / "detectors" / f"{SPEECH}.json").read_text())
    # One logit for each recording, one pair for each copy, and the head itself.
    assert len(record["real"]) == 5 and len(record["pairs"]) == 5 * len(speech_head.WAYS)
    reading = next(r for r in checked(files[0], home, models, context).detectors
                   if r.name == SPEECH)  # fmt: skip
    assert reading.measured == "copies" and reading.files == 5 and reading.windows
    assert words.worth(reading, lambda _, text: text)[-1].startswith("A weak hint")
    (network,) = speech_head.networks(downloaded.VOICE, context, models)
    assert speech_head.head_of(record, network) is not None
    for name, value in (("weight", record["head"]["weight"][:-1]), ("scale", [0.0] * 16),
                        ("layer", 99), ("bias", float("nan"))):  # fmt: skip
        spoiled = {**record, "head": {**record["head"], name: value}}
        assert speech_head.head_of(spoiled, network) is None


class Mean:
    """A network whose features are the recording's sign changes and its level."""

    id, sha256, sample_rate, layers, width = "mean", "2" * 64, 16_000, 1, 2

    def features(self, waves: torch.Tensor) -> torch.Tensor:
        signs = (waves[:, 1:] * waves[:, :-1] < 0).double().mean(1)
        return torch.stack([signs, waves.square().mean(1).sqrt()], 1)[:, None]


def test_scores_come_from_heads_that_met_neither_file_nor_way(context: Context) -> None:
    """What only one way of copying shows is of no use against the others."""
    random = np.random.default_rng(2)
    examples = speech_head.Examples(Mean())
    for _ in range(20):
        examples.real.append(random.normal(0, 1, 2))
        vocoder = random.normal((6, 0), 1)
        phases = {way: random.normal((0, 6), 1) for way, kind in speech_head.WAYS.items()
                  if kind == "phases"}  # fmt: skip
        examples.copies.append({"vocoder": vocoder, **phases})
    fitted = speech_head.fit(examples)
    own, made = np.array(fitted.pairs).T
    assert float((made > own).mean()) < 0.75  # nobody knew the other kind
    known = [fitted.head.logits(row) for copies in examples.copies for row in copies.values()]
    assert np.mean(np.array(known) > 0) > 0.9  # the head that is used knows both


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
