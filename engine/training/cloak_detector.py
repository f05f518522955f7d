"""Train the detector of protective cloaks: our own, and peers' methods done again at small scale.

    python -m engine.training.cloak_bank --data FOLDER... --faces FOLDER... --out BANK
    python -m engine.training.cloak_detector --collect 900 --bank BANK --data FOLDER... --out FOLDER
    python -m engine.training.cloak_detector --out FOLDER
    python -m engine.training.cloak_detector --calibrate FOLDER... --tests NAME=FOLDER...
        --cloaks NAME=BANK... --out FOLDER

Every cloaked tile stands against the same tile without the cloak, and whatever else happens to
one happens to the other, before (marks, grain, enlarging, drawing filters) and after (JPEG, WebP,
resizing): nothing but the cloak can tell the two apart. A cloak of the bank is shown weaker and
stronger, enlarged with its photo as the product does with large ones, and carried to other photos,
scaled there by what the product would allow.

``--calibrate`` looks at photos that nothing was trained on and sets the split-conformal line at 1 %
false alarms; ``--tests`` and ``--cloaks`` are measured at that line.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.check.calibration import interval
from engine.check.cloak_detector import FALSE_ALARMS, NAME, network, score_of
from engine.check.cloak_net import CloakNet
from engine.check.cloak_traces import traces
from engine.optimise.budget import budget_for, limits
from engine.training.cloak_bank import MARKS, Cloaked, load, unsearched
from engine.training.detector_school import Clock, save_detector
from engine.training.edits import edit_named
from engine.training.image_detector_data import encoded, kept_out
from engine.training.images import find_images
from engine.training.small_autoencoders import stepped

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rows = NDArray[np.float64]

SIDE = 160  # pixels of a tile
AROUND = 208  # pixels that are treated, of which a tile is cut out
UNSEARCHED = 0.6  # share of the cloaks that no search made, where searched ones are there
WEAKEST = 0.4 / 255  # root mean square of a cloak in its tile, below which it is none
DRAWN = ("posterise", "pencil-sketch", "oil-paint", "mosaic", "black-and-white")
TREATMENTS = (None, "jpeg-90", "jpeg-75", "webp-80", "resize-0.75", "resize-1.3")


# ---- pairs ----------------------------------------------------------------------------------


class Pairs:
    """Draws tiles with and without a cloak from a bank and from photos without any."""

    def __init__(self, bank: Sequence[Cloaked], photos: Sequence[Pixels], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.photos = photos
        self.rooms: dict[int, NDArray[np.float16]] = {}
        self.cloaks = [item for item in bank if item.kind not in MARKS]
        self.marks = [item for item in bank if item.kind in MARKS]
        self.places = {id(item): place for place, item in enumerate(self.cloaks)}
        self.kinds = (*api.THREATS, "encoder", "mist", "advdm", "noise")
        self.of = {kind: [c for c in self.cloaks if c.kind == kind] for kind in self.kinds}

    def rows(self, count: int, seconds: float) -> tuple[Rows, list[str]]:
        """Figures (2n, k), those of the clean tiles first, and the kinds of the others. n is
        ``count``, or what ``seconds`` allow."""
        clock = Clock()
        clean: list[Rows] = []
        cloaked: list[Rows] = []
        names: list[str] = []
        while len(names) < count and (not names or clock.spent() < seconds):
            kind = self.kinds[len(names) % len(self.kinds)]
            pair = self.pair(kind)
            if pair is not None:
                first, second = pair
                clean, cloaked = [*clean, traces(first)], [*cloaked, traces(second)]
                names.append(kind)
        return np.stack(clean + cloaked), names

    def pair(self, kind: str) -> tuple[Pixels, Pixels] | None:
        """None where the cloak hardly touches the place that was drawn."""
        random = self.random
        some = self.of[kind]
        if not some or random.random() < UNSEARCHED:
            picture, delta = self._unsearched(kind)
        else:
            item = some[int(random.integers(len(some)))]
            picture, delta = item.image, item.delta.astype(np.float32)
            if random.random() < 0.4:
                picture, delta = self._carried(kind, item)
        if random.random() < 0.35:
            picture, delta = self._enlarged(picture, delta)
        delta = delta * np.float32(math.exp(random.uniform(math.log(0.5), math.log(1.6))))
        picture, delta = self._cut(picture, delta)
        if float(np.sqrt(np.mean(np.square(delta)))) < WEAKEST:
            return None
        picture = self._other(picture)
        changed = np.clip(np.rint(picture + delta * np.float32(255)), 0, 255).astype(np.uint8)
        return self._sent(picture, changed)

    def _unsearched(self, kind: str) -> tuple[Pixels, Floats]:
        number = int(self.random.integers(len(self.photos)))
        photo = self.photos[number]
        height, width = (min(side, AROUND) for side in photo.shape[:2])
        y, x = (int(self.random.integers(a - b + 1))
                for a, b in zip(photo.shape[:2], (height, width), strict=True))  # fmt: skip
        part = (slice(y, y + height), slice(x, x + width))
        return photo[part], unsearched(kind, self._room(number, photo)[part], self.random)

    def _carried(self, kind: str, item: Cloaked) -> tuple[Pixels, Floats]:
        """The change on another photo; ours scaled by what that one hides."""
        number = int(self.random.integers(len(self.photos)))
        photo = self.photos[number]
        height, width = (
            min(a, b) for a, b in zip(photo.shape[:2], item.delta.shape[:2], strict=True)
        )
        y, x = (
            int(self.random.integers(a - b + 1))
            for a, b in zip(photo.shape[:2], (height, width), strict=True)
        )
        part = (slice(y, y + height), slice(x, x + width))
        there = photo[part]
        delta = item.delta[:height, :width].astype(np.float32)
        if kind in api.THREATS:
            before = self._room(-1 - self.places[id(item)], item.image)[:height, :width]
            ratio = self._room(number, photo)[part] / np.maximum(before, 1e-4)
            delta = delta * np.minimum(ratio, 3)
        return there, delta

    def _room(self, number: int, picture: Pixels) -> Floats:
        """How far the product lets each pixel move at balanced strength; kept by number."""
        if number not in self.rooms:
            found = limits(_tensor(picture), budget_for("balanced", None))
            self.rooms[number] = found[0, 0].numpy()[..., None].astype(np.float16)
        return self.rooms[number].astype(np.float32)

    def _enlarged(self, picture: Pixels, delta: Floats) -> tuple[Pixels, Floats]:
        """As of a photo too large to be searched at its own size."""
        factor = float(self.random.uniform(1.05, 2.5))
        height, width = (round(side * factor) for side in delta.shape[:2])
        delta = np.asarray(cv2.resize(delta, (width, height)), np.float32)
        for _ in range(4):  # a photo that has so many pixels, or else this one enlarged
            photo = self.photos[int(self.random.integers(len(self.photos)))]
            if min(photo.shape[0] - height, photo.shape[1] - width) >= 0:
                return photo[:height, :width], delta
        how = (cv2.INTER_LINEAR, cv2.INTER_CUBIC)[int(self.random.integers(2))]
        return np.asarray(cv2.resize(picture, (width, height), interpolation=how)), delta

    def _cut(self, picture: Pixels, delta: Floats) -> tuple[Pixels, Floats]:
        height, width = (min(AROUND, side) for side in delta.shape[:2])
        y = int(self.random.integers(delta.shape[0] - height + 1))
        x = int(self.random.integers(delta.shape[1] - width + 1))
        part = (slice(y, y + height), slice(x, x + width))
        if self.random.random() < 0.5:
            picture, delta = picture[:, ::-1], delta[:, ::-1]
        return np.ascontiguousarray(picture[part]), np.ascontiguousarray(delta[part])

    def _other(self, picture: Pixels) -> Pixels:
        """What is no cloak and may look like one: in both halves of a pair."""
        random, choice = self.random, self.random.random()
        height, width = picture.shape[:2]
        if choice < 0.12 and self.marks:
            item = self.marks[int(random.integers(len(self.marks)))]
            mark = item.delta.astype(np.float32)
            factor = float(random.uniform(1, 3))
            mark = np.asarray(cv2.resize(mark, None, fx=factor, fy=factor), np.float32)
            y, x = (int(random.integers(max(1, a - b + 1))) for a, b in
                    zip(mark.shape[:2], (height, width), strict=True))  # fmt: skip
            mark = mark[y : y + height, x : x + width] * np.float32(255)
            return _bytes(picture[: mark.shape[0], : mark.shape[1]] + mark, picture)
        if choice < 0.24:  # a sensor's noise, by brightness, or grain of some coarseness
            strength = float(random.uniform(0.5, 7))
            grain: Floats = random.normal(0, strength, picture.shape).astype(np.float32)
            if random.random() < 0.5:
                soft = cv2.GaussianBlur(grain, (0, 0), float(random.uniform(0.4, 1.5)))
                grain = 2 * np.asarray(soft, np.float32)
            if random.random() < 0.4:
                grain = np.repeat(grain[..., :1], 3, 2)
            if random.random() < 0.5:
                grain *= np.sqrt(picture / np.float32(128))
            return _bytes(picture + grain, picture)
        if choice < 0.36:  # enlarged, softened or sharpened
            factor = float(random.uniform(1.2, 3))
            small = cv2.resize(picture, None, fx=1 / factor, fy=1 / factor,
                               interpolation=cv2.INTER_AREA)  # fmt: skip
            how = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)
            return np.asarray(
                cv2.resize(small, (width, height), interpolation=how[int(random.integers(4))])
            )
        if choice < 0.44:
            soft = cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.6, 2)))
            amount = float(random.uniform(0.3, 2))
            return np.asarray(cv2.addWeighted(picture, 1 + amount, soft, -amount, 0))
        if choice < 0.52:
            return _pixels(edit_named(str(random.choice(DRAWN))).apply(_tensor(picture)))
        if choice < 0.68:  # a history of its own
            return encoded(picture, int(random.integers(40, 98)))
        return picture

    def _sent(self, clean: Pixels, cloaked: Pixels) -> tuple[Pixels, Pixels]:
        """Both on the same way to the viewer, then a tile of each at the same place."""
        random = self.random
        both = [clean[: cloaked.shape[0], : cloaked.shape[1]], cloaked]
        choice = random.random()
        if choice > 0.8:
            factor = float(random.uniform(max(0.55, SIDE / min(cloaked.shape[:2])), 1.35))
            how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
            both = [
                np.asarray(cv2.resize(one, None, fx=factor, fy=factor, interpolation=how))
                for one in both
            ]
        if 0.3 < choice < 0.9:
            kind = "WEBP" if random.random() < 0.2 else "JPEG"
            quality = int(random.integers(60, 98))
            both = [encoded(one, quality, kind) for one in both]
        y, x = (int(random.integers(side - SIDE + 1)) for side in both[0].shape[:2])
        first, second = (one[y : y + SIDE, x : x + SIDE] for one in both)
        return first, second


def _tensor(picture: Pixels) -> Tensor:
    return torch.from_numpy(picture / np.float32(255)).permute(2, 0, 1)[None]


def _pixels(images: Tensor) -> Pixels:
    found: Pixels = (images[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    return found


def _bytes(values: Floats, whole: Pixels) -> Pixels:
    """In place of the same part of ``whole``."""
    made = whole.copy()
    made[: values.shape[0], : values.shape[1]] = np.clip(np.rint(values), 0, 255)
    return made


def read(file: Path) -> Pixels:
    with Image.open(file) as opened:
        return np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))


def photos(folders: Sequence[Path], most: int, seed: int) -> list[Pixels]:
    """Large enough to be treated, none of those kept out."""
    files = [file for file in find_images(folders) if not kept_out(file)]
    order = np.random.default_rng(seed).permutation(len(files))
    found = (read(files[place]) for place in order[: 2 * most])
    return [picture for picture in found if min(picture.shape[:2]) >= AROUND][:most]


def collect(options: argparse.Namespace) -> None:
    """Draw examples and keep them: more may be added by another run with another seed."""
    clock = Clock()
    bank = load(options.bank) if options.bank else []
    pairs = Pairs(bank, photos(options.data, options.photos, options.seed), options.seed)
    rows, names = pairs.rows(options.collect, options.seconds)
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"rows-{options.seed}.npz"
    np.savez_compressed(file, rows=rows.astype(np.float32), names=np.array(names))
    clock.tell(f"{len(names)} pairs of {len(pairs.photos)} photos, {len(bank)} searched cloaks")


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    clean, cloaked, names = [], [], []
    for file in sorted(options.out.glob("rows-*.npz")):
        with np.load(file) as kept:
            count = len(kept["names"])
            clean.append(kept["rows"][:count])
            cloaked.append(kept["rows"][count:])
            names += kept["names"].tolist()
    x = torch.from_numpy(np.concatenate([*clean, *cloaked])).float()
    y = torch.cat([torch.zeros(len(names)), torch.ones(len(names))])
    held = torch.arange(len(names)) % 10 == 9
    held = torch.cat([held, held])
    model = CloakNet(options.width)
    model.mean.copy_(x[~held].mean(0))
    model.scale.copy_(x[~held].std(0) + 1e-4)
    stepper = torch.optim.AdamW(model.parameters(), options.rate, weight_decay=0.02)
    inside = torch.nonzero(~held)[:, 0]
    for step in range(options.steps):
        part = inside[torch.randint(len(inside), (512,))]
        for group in stepper.param_groups:
            group["lr"] = options.rate * (1 - step / options.steps)
        loss = functional.binary_cross_entropy_with_logits(model(x[part]), y[part])
        stepped(stepper, loss)
    model.eval()
    with torch.no_grad():
        logits = model(x[held])
    right = float(((logits > 0) == (y[held] > 0)).float().mean())
    facts = {
        "model": NAME,
        "parameters": sum(p.numel() for p in model.parameters()),
        "pairs": {kind: names.count(kind) for kind in sorted(set(names))},
        "steps": options.steps,
        "right_of_tiles_held_out": round(right, 3),
        "seed": options.seed,
    }
    save_detector(model, options.out, {"class": "CloakNet", "width": options.width}, facts)
    print(json.dumps(facts), flush=True)


# ---- line and test --------------------------------------------------------------------------


def seen_as(picture: Pixels, treatment: str | None) -> Pixels:
    """After one of ``TREATMENTS``."""
    if treatment is None:
        return picture
    how, _, amount = treatment.partition("-")
    if how == "resize":
        factor = float(amount)
        kind = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=kind))
    return encoded(picture, int(amount), how.upper())


def clean_scores(
    pictures: Iterable[Pixels], score: Callable[[Pixels], float], treated: bool = True
) -> list[float]:
    """As they are, or each after one of the treatments in turn."""
    return [
        score(seen_as(picture, TREATMENTS[number % len(TREATMENTS)] if treated else None))
        for number, picture in enumerate(pictures)
    ]


def shares(values: Sequence[float], line: float) -> dict[str, Any]:
    above = sum(value > line for value in values)
    low, high = interval(above, len(values))
    return {"count": above, "of": len(values), "interval": [round(low, 3), round(high, 3)]}


def calibrate(options: argparse.Namespace) -> None:
    model = network(options.out)

    def score(picture: Pixels) -> float:
        return score_of(model, picture)

    files = find_images(options.calibrate)
    files = [file for file in files if file.parent.name == "cc0" or kept_out(file)]
    order = np.random.default_rng(0).permutation(len(files))[: options.most]
    clean = sorted(clean_scores((read(files[place]) for place in order), score))
    place = min(math.ceil((len(clean) + 1) * (1 - FALSE_ALARMS)), len(clean)) - 1
    line = clean[place]
    report: dict[str, Any] = {"line": round(line, 4), "calibrated_on": len(clean)}
    for name, _, folder in (given.partition("=") for given in options.tests):
        values = clean_scores((read(f) for f in find_images([Path(folder)])), score, treated=False)
        report[f"false-alarms-{name}"] = shares(values, line)
        print(name, report[f"false-alarms-{name}"], flush=True)
    for name, _, folder in (given.partition("=") for given in options.cloaks):
        of: dict[str, list[float]] = {}
        for item in load(Path(folder)):
            delta = item.delta.astype(np.float32)
            made = np.clip(item.image + delta * np.float32(255), 0, 255)
            of.setdefault(item.kind, []).append(score(np.rint(made).astype(np.uint8)))
        report[f"found-{name}"] = {kind: shares(values, line) for kind, values in of.items()}
        print(name, json.dumps(report[f"found-{name}"]), flush=True)
    known = {"threshold": round(line, 4), "clean": [round(value, 3) for value in clean]}
    (options.out / "calibration.json").write_text(json.dumps(known) + "\n")
    (options.out / "measured.json").write_text(json.dumps(report, indent=2) + "\n")


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bank", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", default=[])
    parser.add_argument("--photos", type=int, default=900, help="to carry cloaks to")
    parser.add_argument("--collect", type=int, default=0, help="pairs to draw")
    parser.add_argument("--seconds", type=float, default=600, help="for drawing them, at most")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--calibrate", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=300, help="photos to calibrate on")
    parser.add_argument("--tests", nargs="*", default=[])
    parser.add_argument("--cloaks", nargs="*", default=[])
    options = parser.parse_args(given)
    chosen = calibrate if options.calibrate else collect if options.collect else train
    chosen(options)


if __name__ == "__main__":
    main()
