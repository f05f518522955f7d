"""What a check is worth: recognised metadata, false positives with 95 % intervals, speed.

    python installers/bootstrap.py test tests/bench/test_check.py -s

Figures are printed and written into ``.bench``; they are results and no rules. Each source of
real files is reported apart. ``CHECK_FILES`` (default 60) limits the files of a source.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine import api
from engine.check import detectors
from engine.check.calibration import expected_error, interval
from engine.check.checking import check
from engine.context import Context
from engine.media.reading import read_photo
from engine.models.cache import ModelCache
from engine.problems import Problem
from engine.watermark.identities import Identities
from engine.watermark.marking import mark
from tests.bench.conftest import Record

MOST = int(os.environ.get("CHECK_FILES", "60"))
PHOTOS = {"kodak": "photos/kodak", "things": "photos/things", "subjects": "photos/subjects",
          "people": "faces/people", "unseen-site": "fakes/images/real"}  # fmt: skip


@pytest.fixture(scope="module")
def context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))


def checked(
    file: Path, context: Context, home: Path, stability: bool = True
) -> api.CheckResult | None:
    steps = check(api.CheckFile(file, home, stability=stability), context)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        result: api.CheckResult = end.value
        return result
    except Problem:
        return None


def some(folder: Path, endings: Sequence[str]) -> list[Path]:
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in endings)
    step = max(1, len(files) // MOST)
    return files[::step][:MOST]


def pictures(folder: Path) -> list[Path]:
    return some(folder, (".jpg", ".jpeg", ".png", ".webp"))


def share(results: Iterable[api.CheckResult | None], *verdicts: str) -> dict[str, Any]:
    """How many have one of the verdicts, of how many, with the 95 % interval."""
    known = [result for result in results if result is not None]
    wrong = sum(result.verdict in verdicts for result in known)
    low, high = interval(wrong, len(known)) if known else (0.0, 1.0)
    open_ = sum(result.verdict == "inconclusive" for result in known)
    return {"count": wrong, "of": len(known), "inconclusive": open_,
            "interval": [round(low, 4), round(high, 4)]}  # fmt: skip


def smaller(file: Path, folder: Path) -> Path:
    """As messengers send it: 768 pixels, quality 60."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((768, 768))
    target = folder / f"{file.parent.name}-{file.stem}.jpg"
    picture.save(target, quality=60)
    return target


def test_real_photos_are_not_called_generated(
    shared_data: Path, context: Context, tmp_path: Path, record: Record
) -> None:
    """Goal: at most 1 %, and at most 3 % after 768 px and quality 60. Flips at most 2 %."""
    for name, folder in PHOTOS.items():
        files = pictures(shared_data / folder)
        results = [checked(file, context, tmp_path) for file in files]
        record(f"check-photos-{name}", **share(results, "generated", "manipulated"))
        sent = [checked(smaller(file, tmp_path), context, tmp_path, False) for file in files[:20]]
        record(f"check-photos-{name}-768-q60", **share(sent, "generated", "manipulated"))
        flips = [
            row.same for result in results if result and result.verdict != "inconclusive"
            for row in result.stability
        ]  # fmt: skip
        record(f"check-flips-{name}", count=flips.count(False), of=len(flips))


def test_human_art(shared_data: Path, context: Context, tmp_path: Path, record: Record) -> None:
    """Goal: at most 2 % of paintings and drawings by people are called generated."""
    folder = shared_data / "photos" / "cc0"
    art = sorted(folder.glob("web-*"))[:MOST]
    results = [checked(file, context, tmp_path) for file in art]
    record("check-human-art", **share(results, "generated", "manipulated"))


def test_cloaked_photos(
    shared_data: Path, context: Context, tmp_path: Path, record: Record
) -> None:
    """Goal: at most 2 % of our own cloaks are called generated. ``CHECK_CLOAKS`` (default 2)
    photos are protected here, which takes half a minute each."""
    from engine import work

    results = []
    most = int(os.environ.get("CHECK_CLOAKS", "2"))
    for file in pictures(shared_data / "photos" / "kodak")[:most]:
        steps = work.run(api.ProtectPhoto(file, out=tmp_path / f"cloaked-{file.name}"), context)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            results.append(checked(end.value.output, context, tmp_path / "elsewhere"))
    record("check-cloaked", **share(results, "generated", "manipulated"))
    told = [r for r in results if r and any(e.key == "cloak" for e in r.evidence)]
    record("check-cloaks-recognised", count=len(told), of=len(results))


def test_generated_pictures(
    shared_data: Path, context: Context, tmp_path: Path, record: Record
) -> None:
    """Metadata: all files that carry it; detector: whatever it finds."""
    for name in ("ai", "sd15_grids"):
        files = pictures(shared_data / "fakes" / "images" / name)
        results = [checked(file, context, tmp_path) for file in files]
        record(f"check-generated-{name}", **share(results, "generated"))
        strong = [r for r in results if r is not None and r.level == "strong"]
        record(f"check-metadata-{name}", count=len(strong), of=len(results))


def test_marked_and_changed_photos(
    shared_data: Path, context: Context, tmp_path: Path, record: Record,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Goal: at most 2 % called generated, also on a computer that does not know the mark's key.

    The block pattern is as strong as a cloak and stands in for one."""
    monkeypatch.setenv("CLOAKROOM_PASSPHRASE", "open sesame")
    home = tmp_path / "home"
    Identities(home, "open sesame").create("Ana")
    random = np.random.default_rng(5)
    marked, changed = [], []
    for file in pictures(shared_data / "photos" / "kodak")[:12]:
        steps = mark(api.MarkFile(file, home, "Ana", out=tmp_path / file.name), context)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            marked.append(checked(end.value.output, context, tmp_path / "elsewhere"))
        samples = read_photo(file).samples.astype(np.int16)
        rows, columns = -(-samples.shape[0] // 4), -(-samples.shape[1] // 4)
        change = random.integers(-1, 2, (rows, columns, 3)) * 6
        grown = np.repeat(np.repeat(change, 4, 0), 4, 1)[: samples.shape[0], : samples.shape[1]]
        target = tmp_path / f"changed-{file.stem}.png"
        Image.fromarray(np.clip(samples + grown, 0, 255).astype(np.uint8)).save(target)
        changed.append(checked(target, context, tmp_path / "elsewhere"))
    record("check-marked", **share(marked, "generated", "manipulated"))
    record("check-block-pattern-6", **share(changed, "generated", "manipulated"))


def test_speech(shared_data: Path, context: Context, tmp_path: Path, record: Record) -> None:
    """Goal: real speech at most 2 %."""
    for name, folder in (
        ("sessions", "speech/sessions"),
        ("speakers", "speech/speakers"),
        ("unseen-site", "fakes/speech/real"),
    ):
        files = some(shared_data / folder, (".flac", ".wav", ".mp3"))
        results = [checked(file, context, tmp_path, False) for file in files]
        record(f"check-speech-{name}", **share(results, "generated", "manipulated"))
    files = some(shared_data / "fakes" / "speech" / "tortoise", (".mp3",))
    results = [checked(file, context, tmp_path, False) for file in files]
    record("check-generated-tortoise", **share(results, "generated"))


def test_calibration(shared_data: Path, context: Context, tmp_path: Path, record: Record) -> None:
    """Goal: expected calibration error at most .05, both kinds weighing the same."""
    detector = detectors.load(detectors.IMAGE, context)
    if detector is None:
        pytest.skip("the picture detector is not there")
    told: list[tuple[float, float, float]] = []
    for label, folder in ((0.0, "fakes/images/real"), (1.0, "fakes/images/ai")):
        files = pictures(shared_data / folder)
        results = [checked(file, context, tmp_path, False) for file in files]
        values = [r.detectors[0].calibrated_probability for r in results if r and r.detectors]
        told += [(value, label, 1 / len(values)) for value in values]
    error = expected_error(*(np.array(column) for column in zip(*told, strict=True)))
    record("check-calibration-error", unseen_generators=round(error, 3))
    known = detector.calibration
    record("check-picture-detector", auc=known.auc, error_rate=known.error_rate,
           interval=known.error_interval)  # fmt: skip


def test_speed(shared_data: Path, context: Context, tmp_path: Path, record: Record) -> None:
    """Goals on two idle cores: a picture 2 s, 30 s of sound 10 s. CPU seconds are recorded too."""
    import soundfile

    picture = shared_data / "fakes" / "images" / "real" / "nature_8.jpg"
    parts = [soundfile.read(f)[0] for f in some(shared_data / "speech" / "sessions", (".flac",))]
    sound = tmp_path / "long.wav"
    soundfile.write(sound, np.concatenate(parts)[: 30 * 16_000], 16_000)
    checked(picture, context, tmp_path)  # loads the models
    for name, file in (("12-mp-picture", picture), ("30-s-sound", sound)):
        began, cpu = time.monotonic(), time.process_time()
        checked(file, context, tmp_path)
        took = {"s": round(time.monotonic() - began, 2), "cpu": round(time.process_time() - cpu, 2)}
        record(f"check-time-{name}", **took)


def test_report_is_self_contained(context: Context, tmp_path: Path) -> None:
    from app.check_report import html

    stream = io.BytesIO()
    Image.fromarray(np.zeros((300, 300, 3), np.uint8)).save(stream, "PNG")
    file = tmp_path / "black.png"
    file.write_bytes(stream.getvalue())
    result = checked(file, context, tmp_path)
    assert result is not None and 'src="http' not in html([result])
