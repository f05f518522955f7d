"""What the benchmarks of the fake check share: files of each source, running a check, counting."""

from __future__ import annotations

import itertools
import json
import os
import random
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import numpy as np
import torch
from PIL import Image

from engine import api
from engine.check.calibration import auc, expected_error, interval, logistic, threshold
from engine.check.checking import check
from engine.check.detectors import Calibration, Detector
from engine.context import Context
from engine.models.cache import ModelCache
from engine.problems import Problem
from engine.training import image_detector_data, voice_detector_data
from tests.bench.keep import FOLDER

MOST = int(os.environ.get("CHECK_FILES", "60"))
# Real photos by source. Of those that a detector or its line learnt from, only photos kept out.
PHOTOS = {
    "kodak": "photos/kodak",
    "things": "photos/things",
    "subjects": "photos/subjects",
    "people": "faces/people",
    "unseen-site": "fakes/images/real",
}
LEARNT_FROM = ("things", "subjects", "people")
SPEECH = {
    "sessions": "speech/sessions",
    "speakers": "speech/speakers",
    "unseen-site": "fakes/speech/real",
}
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
SOUNDS = (".flac", ".wav", ".mp3")

T = TypeVar("T")
# The built-in detector's own figure for each file that was checked: results hold it rounded.
LOGITS: dict[Path, float] = {}


def fresh_context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))


def finished(steps: Generator[Any, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def checked(
    file: Path, context: Context, home: Path, stability: bool = True
) -> api.CheckResult | None:
    """None for a file that cannot be checked, which then counts nowhere."""
    reading = Detector.reading

    def noted(detector: Detector, logit: float, *more: Any, **named: Any) -> api.DetectorReading:
        if "kind" in named:  # the answer itself, not one of its parts or treatments
            LOGITS[file] = logit
        return reading(detector, logit, *more, **named)

    try:
        with mock.patch.object(Detector, "reading", noted):
            return finished(check(api.CheckFile(file, home, stability=stability), context))
    except Problem:
        return None


# ---- files ----------------------------------------------------------------------------------


def some(folder: Path, endings: Sequence[str], most: int = MOST) -> list[Path]:
    files = sorted(f for f in folder.rglob("*") if f.suffix.lower() in endings)
    random.Random(0).shuffle(files)
    return sorted(files[:most])


def photos(data: Path, source: str, most: int = MOST) -> list[Path]:
    """Of a source that was learnt from, those that were kept out of training."""
    files = some(data / PHOTOS[source], PICTURES, most=10**9)
    if source in LEARNT_FROM:
        files = [file for file in files if image_detector_data.kept_out(file)]
    random.Random(1).shuffle(files)
    return sorted(files[:most])


def speech(data: Path, source: str, most: int = MOST) -> list[Path]:
    files = some(data / SPEECH[source], SOUNDS, most=10**9)
    if source == "speakers":
        files = [file for file in files if voice_detector_data.kept_out(file.parent.name)]
    random.Random(1).shuffle(files)
    return sorted(files[:most])


def smaller(file: Path, folder: Path) -> Path:
    """As messengers send it: 768 pixels, quality 60."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((768, 768))
    target = folder / f"{file.parent.name}-{file.stem}.jpg"
    picture.save(target, quality=60)
    return target


def changed_anew(pixels: np.ndarray) -> Iterable[np.ndarray]:
    """Small changes other than those that the stability test tries."""
    height, width = pixels.shape[:2]
    picture = Image.fromarray(pixels)
    nine_tenths = (round(width * 0.9), round(height * 0.9))
    yield image_detector_data.encoded(pixels, 85)
    yield image_detector_data.encoded(
        np.asarray(picture.resize(nine_tenths, Image.Resampling.BILINEAR)), 90
    )
    yield np.ascontiguousarray(pixels[: height - height // 7, width // 9 :])


# ---- figures --------------------------------------------------------------------------------


def rate(count: int, of: int) -> dict[str, Any]:
    """A share with its exact 95 % interval."""
    low, high = interval(count, of) if of else (0.0, 1.0)
    return {"count": count, "of": of, "interval": [round(low, 4), round(high, 4)]}


def share(results: Iterable[api.CheckResult | None], *verdicts: str) -> dict[str, Any]:
    """How many have one of the verdicts; and how many lie above their detector's line, whether it
    may decide or not; and how many are inconclusive."""
    known = [result for result in results if result is not None]
    return {
        **rate(sum(result.verdict in verdicts for result in known), len(known)),
        "above_the_line": sum(any(r.above for r in result.detectors) for result in known),
        "inconclusive": sum(result.verdict == "inconclusive" for result in known),
    }


def logits(results: Iterable[api.CheckResult | None]) -> np.ndarray:
    """Of the built-in detector, where it spoke."""
    return np.array([LOGITS[r.file] for r in results if r is not None and r.detectors])


def left_out(real: Mapping[str, np.ndarray], fake: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Leaving each source of real files out in turn, and each generator: the line is set on the
    other sources, and the logistic fitted to them and to the other generators (to the one there is,
    if it is the only one), then both are tried on what was left out."""
    wrong, of, errors, worths = 0, 0, [], []
    lines = {}
    for source, scores in real.items():
        others = np.concatenate([v for name, v in real.items() if name != source])
        above = int((scores > threshold(others)).sum())
        wrong, of = wrong + above, of + len(scores)
        lines[source] = f"{above} of {len(scores)}"
    for source, generator in itertools.product(real, fake):
        others = np.concatenate([v for name, v in real.items() if name != source])
        rest = [v for name, v in fake.items() if name != generator] or list(fake.values())
        slope, offset = logistic(others, np.concatenate(rest))
        said = [slope * values + offset for values in (real[source], fake[generator])]
        errors.append(_error(*(1 / (1 + np.exp(-np.clip(x, -40, 40))) for x in said)))
        worths.append(auc(real[source], fake[generator]))
    return {
        **rate(wrong, of),
        "above_by_source": lines,
        "auc_lowest": round(min(worths), 3),
        "auc_highest": round(max(worths), 3),
        "auc_all": round(
            auc(np.concatenate(list(real.values())), np.concatenate(list(fake.values()))), 3
        ),
        "calibration_error_if_it_decided": round(float(np.mean(errors)), 3),
    }


def said_error(
    known: Calibration, real: Mapping[str, np.ndarray], fake: Mapping[str, np.ndarray]
) -> float:
    """Expected calibration error of the probabilities that are shown, both kinds weighing alike."""
    said = [
        np.array([0.5 if known.weak else known.probability(v) for v in np.concatenate([*some])])
        for some in (list(real.values()), list(fake.values()))
    ]
    return round(_error(*said), 3)


def keep_logits(kind: str, source: str, values: np.ndarray) -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"logits-{kind}-{source}.json").write_text(json.dumps(values.tolist()))


def kept_logits(kind: str) -> dict[str, np.ndarray]:
    files = sorted(FOLDER.glob(f"logits-{kind}-*.json"))
    values = {f.stem.removeprefix(f"logits-{kind}-"): json.loads(f.read_text()) for f in files}
    return {source: np.array(some) for source, some in values.items() if some}


def together(figures: str, sources: Iterable[str]) -> dict[str, Any]:
    """The counts of all sources that were measured, as one rate."""
    begin, _, end = figures.partition("-")
    count = of = 0
    for source in sources:
        file = FOLDER / ("-".join(part for part in ("check", begin, source, end) if part) + ".json")
        if file.is_file():
            known = json.loads(file.read_text())
            count, of = count + known["count"], of + known["of"]
    return rate(count, of)


def _error(real: np.ndarray, fake: np.ndarray) -> float:
    labels = np.concatenate([np.zeros(len(real)), np.ones(len(fake))])
    weights = np.concatenate([np.full(len(v), 1 / len(v)) for v in (real, fake)])
    return expected_error(np.concatenate([real, fake]), labels, weights)
