"""Calibrate the built-in detectors: threshold, error rate, and what they are worth.

    python -m engine.training.detector_calibration image --model assets/models/image-detector \\
        --real FOLDER... --fake FOLDER... --pack photos.npz
    python -m engine.training.detector_calibration voice --model assets/models/voice-detector \\
        --real FOLDER... --fake FOLDER...

Real files that training never saw are split by name: one half sets the split-conformal threshold at
1 % false positives, the other half measures the error rate with its interval. ``--fake`` are files
of generators that no training saw: only for the AUC against ``--real-alike``, never for the
threshold. Size and encoding are made equal first, or the container would be measured. The logistic
is fitted to the first half and to copies: of the pack's photos that were kept out, by the built-in
autoencoders, or of recordings by the built-in vocoder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.check import detectors
from engine.check.calibration import auc, interval, logistic, threshold
from engine.check.image import SENT, flat_share
from engine.check.voice import NARROW
from engine.models.autoencoders import load_autoencoder
from engine.models.builtin import FOLDER
from engine.training.image_detector import BUILTIN
from engine.training.image_detector_data import encoded, kept_out, unpack
from engine.training.images import find_images

SIDE = 512  # pixels: equal for real and generated pictures
QUALITY = 80  # of the JPEG both are saved as
SECONDS = 6.0  # of a recording: equal for real and generated ones


def _place(file: Path) -> bytes:
    """Pseudo-random and always the same, by the names of the file and its folder: in collections of
    people every folder has the same file names."""
    return hashlib.sha256(f"half of {file.parent.name}/{file.name}".encode()).digest()


def first_half(file: Path) -> bool:
    return _place(file)[0] < 128


# ---- scores ---------------------------------------------------------------------------------


def equalised(file: Path, shrunk: bool = False) -> NDArray[np.uint8]:
    """The middle SIDE x SIDE pixels at native size, saved once as JPEG. ``shrunk``: of the picture
    made so small that its shorter side is SIDE, as collections of generated pictures are."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    if shrunk:
        scale = SIDE / min(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    left, top = (max(0, (side - SIDE) // 2) for side in picture.size)
    part = picture.crop(
        (left, top, min(left + SIDE, picture.width), min(top + SIDE, picture.height))
    )
    return encoded(np.asarray(part), QUALITY)


def picture_scores(
    model: Any, files: Sequence[Path], same: bool, shrunk: bool = False
) -> dict[Path, float]:
    """Logits; ``same``: after ``equalised``, else of the files as they are."""
    found = {}
    for file in files:
        if same:
            pixels = equalised(file, shrunk)
        else:
            with Image.open(file) as opened:
                pixels = np.asarray(opened.convert("RGB"))
        if min(pixels.shape[:2]) < 224 or flat_share(pixels) > 0.45:
            continue
        grid = detectors.scan(model, pixels, lambda: None, 16)
        if grid is not None:
            found[file] = grid.logit
    return found


def sent(file: Path) -> NDArray[np.uint8]:
    """A photo as messengers send it: at most 768 pixels, JPEG quality 60."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((768, 768))
    return encoded(np.asarray(picture), 60)


def picture_kinds(model: Any, files: Sequence[Path], line: float) -> dict[str, dict[str, Any]]:
    """Errors on photos as they reach people through messengers."""
    found = {}
    for file in files:
        grid = detectors.scan(model, sent(file), lambda: None, 16)
        if grid is not None:
            found[file] = grid.logit
    return {SENT: kind_errors(line, found, "photos-sent")}


def kind_errors(line: float, scores: dict[Path, float], data: str) -> dict[str, Any]:
    wrong = sum(value > line for value in scores.values())
    low, high = interval(wrong, len(scores))
    return {
        "error_rate": round(wrong / len(scores), 4),
        "error_interval": [round(low, 4), round(high, 4)],
        "data": data,
        "files": len(scores),
    }


def voice_scores(model: Any, files: Sequence[Path], treatment: str = "mp3-64") -> dict[Path, float]:
    """Mean logit of the first seconds of each recording, after the same treatment for all."""
    from engine.check.voice import treated
    from engine.training.voice_detector_data import load

    found = {}
    for file in files:
        windows = detectors.listen(model, treated(load(file, SECONDS), treatment), lambda: None)
        if windows:
            found[file] = float(np.mean([value for _, _, value in windows]))
    return found


@torch.no_grad()
def copies(model: Any, pack: Path, most: int) -> NDArray[np.float64]:
    """Logits of what the built-in autoencoders make of the photos kept out, in turn."""
    _, kept = unpack(pack, torch.device("cpu"))
    names = list(BUILTIN)
    makers = [load_autoencoder(FOLDER / name, name, torch.device("cpu")) for name in names]
    found = []
    for row in range(min(most, len(kept))):
        photo = kept.pixels[row : row + 1, :, :256, :256].float() / 255
        maker = makers[row % len(makers)]
        made = (maker.decode(maker.encode(photo)).clamp(0, 1)[0] * 255).round().byte()
        grid = detectors.scan(
            model, encoded(made.permute(1, 2, 0).numpy(), QUALITY), lambda: None, 16
        )
        if grid is not None:
            found.append(grid.logit)
    return np.array(found)


@torch.no_grad()
def voice_copies(model: Any, files: Sequence[Path]) -> NDArray[np.float64]:
    """Mean logits of recordings as the built-in vocoder says them again."""
    from engine.check.voice import treated
    from engine.context import Context
    from engine.models import builtin
    from engine.models.cache import ModelCache
    from engine.training.voice_detector_data import load

    device = torch.device("cpu")
    cloner = builtin.cloner(builtin.CLONERS[0], Context(device, ModelCache(device)))
    found = []
    for file in files:
        made = cloner.resynthesise(torch.from_numpy(load(file, SECONDS))[None])[0].numpy()
        windows = detectors.listen(model, treated(made, "mp3-64"), lambda: None)
        if windows:
            found.append(float(np.mean([value for _, _, value in windows])))
    return np.array(found)


# ---- the recipe -----------------------------------------------------------------------------


def calibrate(options: argparse.Namespace) -> dict[str, Any]:
    model = detectors.network("", torch.device("cpu"), options.model)
    extra: dict[str, Any] = {}
    if options.kind == "image":
        unseen = [file for file in find_images(options.real) if kept_out(file)]
        real = picture_scores(model, _some(unseen, options.most), same=False)
        alike = picture_scores(model, find_images(options.real_alike), same=True)
        fake = picture_scores(model, find_images(options.fake), same=True)
        known = copies(model, options.pack, options.copies)
        small = picture_scores(model, find_images(options.real_alike), same=True, shrunk=True)
        again = picture_scores(model, find_images(options.fake), same=True, shrunk=True)
        extra["auc_native_size"] = round(
            auc(np.array(list(alike.values())), np.array(list(fake.values()))), 3
        )
        alike, fake = small, again
    else:
        from engine.training.voice_detector_data import UNTOUCHED, kept_out as speaker_kept_out

        unheard = [
            file for file in _sounds(options.real)
            if speaker_kept_out(file.parent.name) and file.parent.name not in UNTOUCHED
        ]  # fmt: skip
        real = voice_scores(model, _some(unheard, options.most))
        alike = voice_scores(model, _sounds(options.real_alike))
        fake = voice_scores(model, _some(_sounds(options.fake), options.most))
        known = voice_copies(
            model, [file for file in _some(unheard, options.copies) if first_half(file)]
        )
    first = np.array([v for file, v in real.items() if first_half(file)])
    second = np.array([v for file, v in real.items() if not first_half(file)])
    line = threshold(first)
    wrong = int((second > line).sum())
    slope, offset = logistic(first, known)
    low, high = interval(wrong, len(second))
    rest = [file for file in real if not first_half(file)]
    kinds = picture_kinds(model, rest, line) if options.kind == "image" else {
        NARROW: kind_errors(line, voice_scores(model, rest, "telephone"), "speech-narrow")
    }  # fmt: skip
    generated, genuine = np.array(list(fake.values())), np.array(list(alike.values()))
    facts = {
        "threshold": round(line, 4),
        "slope": round(slope, 4),
        "offset": round(offset, 4),
        "error_rate": round(wrong / len(second), 4),
        "error_interval": [round(low, 4), round(high, 4)],
        "data": "photos" if options.kind == "image" else "speech",
        "kinds": kinds,
        "auc": round(auc(genuine, generated), 3),
        "real_first": len(first),
        "real_second": len(second),
        "unseen_real": len(genuine),
        "unseen_generated": len(generated),
        "unseen_above": round(float((generated > line).mean()), 3),
        "sources": _by_source(real, line),
        **extra,
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
    ordered = sorted(files, key=lambda file: _place(file)[1:])
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
    parser.add_argument("--pack", type=Path, help="photos that the picture detector learnt from")
    parser.add_argument("--most", type=int, default=300, help="files of a kind")
    parser.add_argument("--copies", type=int, default=60, help="files that are made again")
    return parser.parse_args()


if __name__ == "__main__":
    print(json.dumps(calibrate(arguments()), indent=2))
