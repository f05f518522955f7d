"""How far a cloak searched on some autoencoders moves others, beside noise of equal energy.

    python -m tests.bench.transfer --photos FOLDER --count 8 --surrogates A B ... --judges C D ...

A judge is a folder in diffusers' format. For each one and for each thing that may happen to the
file, the relative shift of its whitened latent (and of its raw one: ``raw``) under the cloak, under
white noise and under noise in 4 px blocks, with the ratio to the stronger noise and a bootstrap
interval over pictures. ``--json`` keeps every picture's figures.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.measure import photo as measures
from engine.measure.statistics import bootstrap
from engine.models import whitening
from engine.models.autoencoders import load_autoencoder
from engine.models.builtin import FOLDER
from engine.optimise.budget import Budget, limits
from engine.optimise.channels import resize_channel, shift_channel, thumbnail_channel
from engine.optimise.loop import optimise
from engine.optimise.turns import Turns
from engine.photo.encoder import ENCODER_OPTIONS, in_turn
from engine.training.images import find_images

CPU = torch.device("cpu")
MODELS: dict[str, Any] = {}


CHANNELS = {
    "shift": shift_channel(),
    "resize": resize_channel(0.45, 0.9),
    "half": resize_channel(0.5, 0.5),
    "thumbnail": thumbnail_channel(0.4, 0.8),
}


def _load(name: str) -> tuple[Any, Any]:
    """A built-in model by its name, any other by its folder."""
    if name not in MODELS:
        folder = FOLDER / name if (FOLDER / name).is_dir() else Path(name)
        model = load_autoencoder(folder, name, CPU)
        spread = whitening.load(folder, CPU) or whitening.estimated(model, CPU)
        MODELS[name] = (model, spread)
    found: tuple[Any, Any] = MODELS[name]
    return found


def _eight_bit(image: Tensor, change: Callable[[Image.Image], Image.Image]) -> Tensor:
    pixels = (image[0].clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    array = np.asarray(change(Image.fromarray(np.ascontiguousarray(pixels))))
    return torch.from_numpy(array.copy()).permute(2, 0, 1)[None].float() / 255


def _jpeg(picture: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=75)
    return Image.open(stream).convert("RGB")


def _resized(share: float) -> Callable[[Image.Image], Image.Image]:
    return lambda picture: picture.resize(
        (round(picture.width * share), round(picture.height * share)), Image.Resampling.BICUBIC
    )


def _half_and_back(picture: Image.Image) -> Image.Image:
    return _resized(0.5)(picture).resize(picture.size, Image.Resampling.BICUBIC)


ATTACKS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved": lambda picture: picture,
    "jpeg75": _jpeg,
    "half+back": _half_and_back,
    "half": _resized(0.5),
    "0.75": _resized(0.75),
    "crop3,5": lambda picture: picture.crop((5, 3, picture.width, picture.height)),
}


@torch.no_grad()
def _shifts(judge: str, clean: Tensor, moved: Tensor) -> tuple[float, float]:
    model, spread = _load(judge)
    a, b = model.encode(clean), model.encode(moved)
    raw = float((b - a).norm() / a.norm())
    a, b = spread(a), spread(b)
    return float((b - a).norm() / a.norm()), raw


def cloaked(image: Tensor, options: argparse.Namespace) -> Tensor:
    """The delta, as an 8-bit file keeps it."""
    losses = in_turn([_load(name) for name in options.surrogates], image)
    changed: dict[str, Any] = {}
    if options.steps:
        changed["steps"] = options.steps
    if options.flatness is not None:
        changed["flatness"] = options.flatness
    if options.blocks:
        changed["blocks"] = tuple(options.blocks)
    if options.channels:
        changed["channels"] = tuple(CHANNELS[name] for name in options.channels)
        changed["identity"] = options.identity
    search = optimise(
        image,
        [Turns(losses)],
        limits(image, Budget(options.epsilon / 255)),
        replace(ENCODER_OPTIONS, **changed),
        0,
    )
    delta = torch.zeros_like(image)
    for step in search:
        delta = step.delta
    return _eight_bit(image + delta, lambda picture: picture) - image


def measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    """One row for each picture, judge and attack."""
    rows: list[dict[str, Any]] = []
    files = find_images([options.photos])
    for file in files[:: max(1, len(files) // options.count)][: options.count]:
        with Image.open(file) as opened:
            picture = opened.convert("RGB")
        if options.side:
            share = options.side / min(picture.size)
            picture = _resized(share)(picture)
        x, y = ((n - options.crop) // 2 for n in picture.size)
        picture = picture.crop((x, y, x + options.crop, y + options.crop))
        image = torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)[None].float() / 255
        began = time.process_time()
        delta = cloaked(image, options)
        seconds = time.process_time() - began
        print(f"{file.name}: {seconds:.1f} CPU-s", flush=True)
        changes = {
            "cloak": delta,
            "white": measures.white_control(delta),
            "blocks": measures.lowpass_control(delta),
        }
        for attack in options.attacks:
            clean = _eight_bit(image, ATTACKS[attack])
            for name, change in changes.items():
                moved = _eight_bit(image + change, ATTACKS[attack])
                for judge in options.judges:
                    shift, raw = _shifts(judge, clean, moved)
                    row = {"file": file.name, "attack": attack, "judge": judge, "change": name}
                    rows.append(row | {"shift": shift, "raw": raw, "seconds": seconds})
    return rows


def _table(rows: list[dict[str, Any]], figure: str) -> None:
    def values(judge: str, attack: str, change: str) -> list[float]:
        wanted = (judge, attack, change)
        return [r[figure] for r in rows if (r["judge"], r["attack"], r["change"]) == wanted]

    print(f"\n{figure}: cloak [95 %]; times white; times blocks [95 %]; pictures over blocks")
    for judge in dict.fromkeys(row["judge"] for row in rows):
        for attack in dict.fromkeys(row["attack"] for row in rows):
            cloak, white, blocks = (
                values(judge, attack, change) for change in ("cloak", "white", "blocks")
            )
            mean = bootstrap([[value] for value in cloak])
            ratio = bootstrap([[a / b] for a, b in zip(cloak, blocks, strict=True)])
            over = sum(a > b for a, b in zip(cloak, blocks, strict=True))
            print(
                f"{judge:28} {attack:10} {mean.value:.3f} [{mean.low:.3f}, {mean.high:.3f}]  "
                f"{sum(cloak) / sum(white):.2f}  {ratio.value:.2f} [{ratio.low:.2f}, "
                f"{ratio.high:.2f}]  {over}/{len(cloak)}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--crop", type=int, default=256)
    parser.add_argument("--side", type=int, help="reduce to this shorter side before cropping")
    parser.add_argument("--surrogates", nargs="+", required=True)
    parser.add_argument("--judges", nargs="+", required=True)
    parser.add_argument("--attacks", nargs="+", default=list(ATTACKS), choices=list(ATTACKS))
    parser.add_argument("--epsilon", type=float, default=8.0, help="of 255")
    parser.add_argument("--steps", type=int, help="instead of the method's own")
    parser.add_argument("--flatness", type=float, help="instead of the method's own")
    parser.add_argument("--blocks", type=int, nargs="+", help="instead of the method's own")
    parser.add_argument("--channels", nargs="+", choices=list(CHANNELS), default=[])
    parser.add_argument("--identity", type=float, default=0.5, help="share of steps without one")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = measure(options)
    if options.json:
        options.json.write_text(json.dumps(rows) + "\n")
    for figure in ("shift", "raw"):
        _table(rows, figure)


if __name__ == "__main__":
    main()
