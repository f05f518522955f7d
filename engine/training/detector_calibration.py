"""Calibrate the built-in detectors: threshold, error rate, and what they are worth.

    python -m engine.training.detector_calibration image --model assets/models/image-detector \\
        --real FOLDER... --fake FOLDER... --pack photos.npz
    python -m engine.training.detector_calibration voice --model assets/models/voice-detector \\
        --real FOLDER... --fake FOLDER...

Real files are split by name: one half sets the split-conformal threshold at 1 % false positives,
the other half measures the error rate with its interval. ``--fake`` are files of generators that no
training saw: only for the AUC, never for the threshold. Size and encoding are made equal first, or
the container would be measured. The logistic is fitted to both halves' scores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.check import detectors
from engine.check.image import flat_share
from engine.training.image_detector import auc
from engine.training.image_detector_data import encoded
from engine.training.images import find_images

FALSE_POSITIVES = 0.01
SIDE = 512  # pixels: equal for real and generated pictures
QUALITY = 80  # of the JPEG both are saved as
SECONDS = 6.0  # of a recording: equal for real and generated ones
Floats = NDArray[np.float64]


def threshold(scores: Floats, rate: float = FALSE_POSITIVES) -> float:
    """Split-conformal: the ceil((n + 1)(1 - rate))-th smallest score, the largest for small n."""
    ordered = np.sort(scores)
    rank = math.ceil((len(ordered) + 1) * (1 - rate))
    return float(ordered[min(rank, len(ordered)) - 1])


def interval(wrong: int, count: int) -> tuple[float, float]:
    """Clopper and Pearson's exact 95 % interval of a share."""
    from scipy.stats import beta

    low = 0.0 if wrong == 0 else float(beta.ppf(0.025, wrong, count - wrong + 1))
    high = 1.0 if wrong == count else float(beta.ppf(0.975, wrong + 1, count - wrong))
    return low, high


def logistic(real: Floats, fake: Floats) -> tuple[float, float]:
    """Slope and offset of Platt's scaling, both kinds weighing the same; Newton's method."""
    x = np.concatenate([real, fake])
    # Platt's targets, a little inside 0 and 1, keep the slope finite.
    y = np.concatenate(
        [np.full(len(real), 1 / (len(real) + 2)), np.full(len(fake), 1 - 1 / (len(fake) + 2))]
    )
    weight = np.concatenate([np.full(len(real), 1 / len(real)), np.full(len(fake), 1 / len(fake))])
    slope, offset = 1.0, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(slope * x + offset, -40, 40)))
        error, curve = weight * (p - y), weight * p * (1 - p) + 1e-9
        gradient = np.array([(error * x).sum(), error.sum()])
        hessian = np.array(
            [[(curve * x * x).sum(), (curve * x).sum()], [(curve * x).sum(), curve.sum()]]
        )
        step = np.linalg.solve(hessian + 1e-6 * np.eye(2), gradient)
        slope, offset = slope - float(step[0]), offset - float(step[1])
    return slope, offset


def expected_error(probabilities: Floats, labels: Floats, weights: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    total = 0.0
    for number in range(bins):
        inside = place == number
        mass = float(weights[inside].sum())
        if mass:
            said = float((weights[inside] * probabilities[inside]).sum()) / mass
            was = float((weights[inside] * labels[inside]).sum()) / mass
            total += mass * abs(said - was)
    return total / float(weights.sum())


def first_half(file: Path) -> bool:
    return hashlib.sha256(file.name.encode()).digest()[0] < 128


# ---- scores ---------------------------------------------------------------------------------


def equalised(file: Path) -> NDArray[np.uint8]:
    """The middle SIDE x SIDE pixels at native size, saved once as JPEG; a larger picture is not
    made smaller, since that would make its texture finer than the other kind's."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    left, top = (max(0, (side - SIDE) // 2) for side in picture.size)
    part = picture.crop(
        (left, top, min(left + SIDE, picture.width), min(top + SIDE, picture.height))
    )
    return encoded(np.asarray(part), QUALITY)


def picture_scores(model: Any, files: Sequence[Path], same: bool) -> dict[Path, float]:
    """Logits; ``same``: after ``equalised``, else of the files as they are."""
    found = {}
    for file in files:
        if same:
            pixels = equalised(file)
        else:
            with Image.open(file) as opened:
                pixels = np.asarray(opened.convert("RGB"))
        if min(pixels.shape[:2]) < 224 or flat_share(pixels) > 0.45:
            continue
        grid = detectors.scan(model, pixels, lambda: None, 16)
        if grid is not None:
            found[file] = grid.logit
    return found


def voice_scores(model: Any, files: Sequence[Path]) -> dict[Path, float]:
    """Mean logit of the first seconds of each recording, after the same codec for all."""
    from engine.check.voice import treated
    from engine.training.voice_detector_data import load

    found = {}
    for file in files:
        windows = detectors.listen(model, treated(load(file, SECONDS), "mp3-64"), lambda: None)
        if windows:
            found[file] = float(np.mean([value for _, _, value in windows]))
    return found


# ---- the recipe -----------------------------------------------------------------------------


def calibrate(options: argparse.Namespace) -> dict[str, Any]:
    model = detectors.network("", torch.device("cpu"), options.model)
    if options.kind == "image":
        real_files = _some(find_images(options.real), options.most)
        real = picture_scores(model, real_files, same=False)
        alike = picture_scores(model, find_images(options.real_alike), same=True)
        fake = picture_scores(model, find_images(options.fake), same=True)
        known = np.array(
            [
                grid.logit
                for row in np.load(options.pairs, mmap_mode="r")[: options.most]
                if (grid := detectors.scan(model, encoded(row[-1], QUALITY), lambda: None, 16))
            ]
        )
    else:
        real = voice_scores(model, _some(_sounds(options.real), options.most))
        alike = voice_scores(model, _sounds(options.real_alike))
        fake = voice_scores(model, _some(_sounds(options.fake), options.most))
        known = np.array(list(fake.values()))
    first = np.array([v for file, v in real.items() if first_half(file)])
    second = np.array([v for file, v in real.items() if not first_half(file)])
    line = threshold(first)
    wrong = int((second > line).sum())
    slope, offset = logistic(first, known)
    low, high = interval(wrong, len(second))
    generated, genuine = np.array(list(fake.values())), np.array(list(alike.values()))
    facts = {
        "threshold": round(line, 4),
        "slope": round(slope, 4),
        "offset": round(offset, 4),
        "error_rate": round(wrong / len(second), 4),
        "error_interval": [round(low, 4), round(high, 4)],
        "data": "photos" if options.kind == "image" else "speech",
        "auc": round(auc(genuine, generated), 3),
        "real_first": len(first),
        "real_second": len(second),
        "unseen_real": len(genuine),
        "unseen_generated": len(generated),
        "unseen_above": round(float((generated > line).mean()), 3),
        "sources": _by_source(real, line),
    }
    (options.model / "calibration.json").write_text(json.dumps(facts, indent=2) + "\n")
    return facts


def _by_source(scores: dict[Path, float], line: float) -> dict[str, str]:
    """For each folder of real files: how many of how many lie above the line."""
    found: dict[str, list[bool]] = {}
    for file, value in scores.items():
        if not first_half(file):
            parent = file.parent if len(file.parent.name) > 3 else file.parent.parent
            found.setdefault(parent.name, []).append(value > line)
    large = {name: flags for name, flags in found.items() if len(flags) >= 5}
    return {name: f"{sum(flags)} of {len(flags)}" for name, flags in sorted(large.items())}


def _some(files: Sequence[Path], most: int) -> list[Path]:
    """At most ``most`` files, chosen by the hash of their names."""
    ordered = sorted(files, key=lambda file: hashlib.sha256(file.name.encode()).digest()[1:])
    return ordered[:most]


def _sounds(folders: Sequence[Path]) -> list[Path]:
    endings = {".wav", ".flac", ".mp3", ".ogg"}
    return sorted(f for folder in folders for f in folder.rglob("*") if f.suffix in endings)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=("image", "voice"))
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--real", type=Path, nargs="+", required=True)
    parser.add_argument("--real-alike", type=Path, nargs="+", required=True)
    parser.add_argument("--fake", type=Path, nargs="+", required=True)
    parser.add_argument("--pairs", type=Path, help="check.npy of the picture detector's training")
    parser.add_argument("--most", type=int, default=300, help="files of a kind")
    return parser.parse_args()


if __name__ == "__main__":
    print(json.dumps(calibrate(arguments()), indent=2))
