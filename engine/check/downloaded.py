"""Detectors that the user downloaded: their scores, and what is known of their errors here.

Published classifiers say nothing of how often they are wrong on photos of this camera or voices of
this microphone, so until they are calibrated (``engine.check.own_files``) their score is shown and
decides nothing. ``HOME/detectors/ID.json`` keeps the scores of a calibration, not the files.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine import api
from engine.check import speech_head
from engine.check.calibration import auc, interval, logistic, threshold
from engine.check.detectors import Calibration, Detector
from engine.context import Context
from engine.models.load import cached
from engine.models.roles import Detector as Opinion
from engine.models.store import Store
from engine.problems import Problem

Pixels = NDArray[np.uint8]
Sound = NDArray[np.float32]

PICTURE, VOICE = "check-image", "check-voice"
FEWEST = 20  # real files for any calibration
_LARGEST = 4096  # pixels of a side that a detector is given
_WINDOW = 4.0  # seconds that a voice detector hears at once
_WINDOWS = 12
FOLDER = "detectors"

_log = logging.getLogger(__name__)


def detectors(use: str, home: Path, context: Context, folder: Path | None = None) -> list[Detector]:
    """The installed ones for pictures (``PICTURE``) or recordings (``VOICE``). One that cannot be
    loaded is left out: a check works without."""
    found = []
    store = Store(folder)
    for id in store.installed():
        entry = store.entry(id)
        if entry.loader != "detector" or use not in entry.used_by:
            continue
        try:
            model: Opinion = cached(context, id, folder)
        except Problem as problem:
            _log.warning("%s is not used: %s", id, problem)
            continue
        record = stored(home, id)
        known = calibration_of(record, model.sha256)
        found.append(Detector(id, model, known or UNKNOWN, model.sha256, context.device))
    if use == VOICE:
        found += _headed(home, context, folder)
    return found


def _headed(home: Path, context: Context, folder: Path | None) -> list[Detector]:
    """The speech networks for which a head was fitted here."""
    found = []
    for network in speech_head.networks(VOICE, context, folder):
        record = stored(home, network.id)
        head, known = speech_head.head_of(record, network), calibration_of(record, network.sha256)
        if head is not None and known is not None:
            model = speech_head.HeadedSpeech(network, head)
            found.append(Detector(network.id, model, known, network.sha256, context.device))
    return found


# Of a detector that nobody calibrated here: no line, and no error rate below certainty.
UNKNOWN = Calibration(60.0, 1.0, 0.0, 1.0, (0.0, 1.0), "none", 0.5, "none")


def stored(home: Path, id: str) -> dict[str, Any]:
    try:
        content = json.loads((home / FOLDER / f"{id}.json").read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else {}
    except (OSError, ValueError, RecursionError):
        return {}


def calibration_of(record: dict[str, Any], sha256: str) -> Calibration | None:
    """None for other weights, or for a record that is not what it should be."""
    try:
        if record["sha256"] != sha256:
            return None
        real = np.array(record["real"], np.float64)
        pairs = np.array(record["pairs"], np.float64).reshape(-1, 2)
        data = str(record["data"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if real.ndim != 1 or len(real) < FEWEST:
        return None
    if not np.isfinite(real).all() or not np.isfinite(pairs).all():
        return None
    halves = (real[::2], real[1::2])
    wrong = sum(int((one > threshold(other)).sum()) for one, other in (halves, halves[::-1]))
    worth = auc(pairs[:, 0], pairs[:, 1]) if len(pairs) >= FEWEST // 2 else 0.5
    slope, offset = logistic(real, pairs[:, 1]) if len(pairs) else (1.0, 0.0)
    low, high = interval(wrong, len(real))
    line, rate = threshold(real), wrong / len(real)
    return Calibration(line, slope, offset, rate, (low, high), data, worth, "copies", len(real))


# ---- scores ---------------------------------------------------------------------------------


@torch.no_grad()
def see(detector: Detector, pixels: Pixels) -> float:
    """The logit of (H, W, 3) pixels."""
    model: Any = detector.network
    image = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
    step = -(-max(image.shape[-2:]) // _LARGEST)
    if step > 1:
        image = torch.nn.functional.avg_pool2d(image, step)
    return _logit(float(model.score(image.to(detector.device))[0]))


@torch.no_grad()
def hear(
    detector: Detector, sound: Sound, check: Callable[[], None]
) -> tuple[tuple[float, float, float], ...]:
    """(start, end, logit) of up to 12 stretches spread over mono sound at 16 kHz."""
    import soxr

    model: Any = detector.network
    rate = int(model.sample_rate)
    wave = sound if rate == 16_000 else soxr.resample(sound, 16_000, rate).astype(np.float32)
    size = int(_WINDOW * rate)
    if len(wave) < size // 2:
        return ()
    last = max(len(wave) - size, 0)
    count = min(_WINDOWS, last // size + 1 + (last % size > 0))
    found = []
    for start in np.unique(np.linspace(0, last, count).astype(int)):
        check()
        part = torch.from_numpy(wave[start : start + size].copy())[None].to(detector.device)
        value = _logit(float(model.score(part)[0]))
        found.append((start / rate, min(start + size, len(wave)) / rate, value))
    return tuple(found)


def _logit(score: float) -> float:
    inside = min(max(score, 1e-7), 1 - 1e-7)
    return math.log(inside / (1 - inside))


# ---- what is known --------------------------------------------------------------------------


def standing(job: api.ListDetectors, context: Context) -> api.DetectorsResult:
    """Every installed detector and how it was calibrated here; loads none of them."""
    store = Store(job.folder)
    found = []
    for id in store.installed():
        entry = store.entry(id)
        if entry.loader not in ("detector", speech_head.LOADER) or not {PICTURE, VOICE} & set(
            entry.used_by
        ):
            continue
        kept = store.record(id)
        weights = max(kept.files.values(), key=lambda file: file.size) if kept else None
        record = stored(job.home, id)
        known = calibration_of(record, weights.sha256 if weights else "")
        found.append(
            api.DetectorStanding(
                id=id,
                pictures=PICTURE in entry.used_by,
                files=len(record["real"]) if known else 0,
                error_rate=known.error_rate if known else 1.0,
                error_interval=known.error_interval if known else (0.0, 1.0),
                auc=round(known.auc, 3) if known else 0.5,
                weak=known is None or known.weak,
            )
        )
    return api.DetectorsResult(tuple(found))
