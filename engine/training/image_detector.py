"""Train the built-in image detector: photos against their own reconstructions.

    python -m engine.training.image_detector --data FOLDER... --out assets/models/NAME --work FOLDER

``--unseen`` names the autoencoders that training never sees; their pairs measure how the detector
does on a generator it does not know. A fifth of the photos, chosen by name, is kept apart.
Training stops after ``--minutes`` and resumes from ``--work``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from engine.check.image_net import SIDE, ImageNet
from engine.models.autoencoders import load_autoencoder
from engine.models.builtin import FOLDER
from engine.training.image_detector_data import (
    CROP,
    augmented,
    crops_of,
    encoded,
    reconstructed,
    spectrum_matched,
)
from engine.training.images import find_images

KEPT_OUT = 0.2  # share of the photos for calibration
CHECKPOINT_EVERY = 200  # steps
MATCHED = 0.5  # share of the reconstructions whose spectrum is brought back


def kept_out(file: Path) -> bool:
    """Whether a photo is for calibration, by a hash of its folder's and its own name."""
    name = f"{file.parent.name}/{file.name}".encode()
    return hashlib.sha256(name).digest()[0] < 256 * KEPT_OUT


def pairs(options: argparse.Namespace, files: Sequence[Path], name: str) -> NDArray[np.uint8]:
    """(photos, 1 + autoencoders, CROP, CROP, 3), made once and kept in ``--work``."""
    stored = options.work / f"{name}.npy"
    if stored.exists():
        found: NDArray[np.uint8] = np.load(stored, mmap_mode="r")
        return found
    random = np.random.default_rng(options.seed)
    chosen = [crop for file in files if (crop := crops_of(file, random)) is not None]
    rows = []
    models = [load_autoencoder(FOLDER / id, id, torch.device("cpu")) for id in options.autoencoders]
    for start in range(0, len(chosen), 8):
        part = chosen[start : start + 8]
        photos = [pixels for pixels, _ in part]
        made = [reconstructed(photos, model) for model in models]
        for index, (photo, quality) in enumerate(part):
            halves = [photo]
            for family in made:
                match = random.random() < MATCHED
                halves.append(spectrum_matched(family[index], photo) if match else family[index])
            rows.append(np.stack([encoded(half, quality) for half in halves]))
        print(f"{name}: {start + len(part)} of {len(chosen)}", flush=True)
    np.save(stored, np.stack(rows))
    return np.stack(rows)


def batch(
    data: NDArray[np.uint8], columns: Sequence[int], size: int, random: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """``size`` aligned pairs: (2 size, 3, SIDE, SIDE) in [0, 1], and 0 (photo) or 1 for each."""
    images, labels = [], []
    for row in random.integers(len(data), size=size):
        column = int(random.choice(columns))
        images += augmented([data[row, 0], data[row, column]], SIDE, random)
        labels += [0.0, 1.0]
    stacked = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
    return stacked, torch.tensor(labels)


@torch.no_grad()
def scores(model: ImageNet, data: NDArray[np.uint8], column: int, seed: int) -> NDArray[np.float64]:
    """The logit of each crop of a column, as recompressed in the wild."""
    random = np.random.default_rng(seed)
    found = []
    for row in range(len(data)):
        (part,) = augmented([data[row, column]], SIDE, random)
        image = torch.from_numpy(part.copy()).permute(2, 0, 1)[None].float() / 255
        found.append(float(model(image)))
    return np.array(found)


def auc(real: NDArray[np.float64], fake: NDArray[np.float64]) -> float:
    """Probability that a generated one scores higher than a real one."""
    return float((fake[:, None] > real[None]).mean() + 0.5 * (fake[:, None] == real[None]).mean())


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    files = find_images(options.data)
    learn = pairs(options, [file for file in files if not kept_out(file)], "learn")
    check = pairs(options, [file for file in files if kept_out(file)], "check")
    seen = [i for i, id in enumerate(options.autoencoders, 1) if id not in options.unseen]
    model = ImageNet(options.width)
    stepper = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=1e-3)
    checkpoint = options.work / "checkpoint.pt"
    step, spent = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        stepper.load_state_dict(state["stepper"])
        step, spent = state["step"], state["spent"]
    random = np.random.default_rng((options.seed, step))
    began = time.monotonic() - spent
    average = 0.7
    while (spent := time.monotonic() - began) < 60 * options.minutes:
        left = 1 - spent / (60 * options.minutes)
        for group in stepper.param_groups:
            group["lr"] = options.rate * min(1.0, (step + 1) / 100) * max(left, 0.02)
        images, labels = batch(learn, seen, options.batch, random)
        model.train()
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(images)
        loss = functional.binary_cross_entropy_with_logits(logits.float(), labels)
        stepper.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        stepper.step()
        step += 1
        average += 0.02 * (loss.item() - average)
        if step % 50 == 0:
            print(f"step {step} {spent / 60:.1f} min loss {average:.4f}", flush=True)
        if step % CHECKPOINT_EVERY == 0:
            state = {"model": model.state_dict(), "stepper": stepper.state_dict()}
            state |= {"step": step, "spent": spent}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    finish(model, check, options, step, spent, len(learn))


def finish(
    model: ImageNet,
    check: NDArray[np.uint8],
    options: argparse.Namespace,
    step: int,
    spent: float,
    learned: int,
) -> None:
    """Save in half precision with the facts of the run."""
    model.eval()
    real = scores(model, check, 0, options.seed)
    facts: dict[str, Any] = {"seed": options.seed, "steps": step, "minutes": round(spent / 60, 1)}
    facts |= {"batch": 2 * options.batch, "crop": SIDE, "photos": learned, "kept": CROP}
    facts |= {"parameters": sum(p.numel() for p in model.parameters())}
    facts["auc_one_crop"] = {
        f"{id}{' (unseen)' if id in options.unseen else ''}": round(
            auc(real, scores(model, check, column, options.seed + 1)), 3
        )
        for column, id in enumerate(options.autoencoders, 1)
    }
    options.out.mkdir(parents=True, exist_ok=True)
    weights = {
        name: value.half() if value.is_floating_point() else value
        for name, value in model.state_dict().items()
    }
    save_file(weights, options.out / "model.safetensors")
    (options.out / "config.json").write_text(
        json.dumps({"class": "ImageNet", "width": options.width}, indent=2) + "\n"
    )
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of photos")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for pairs, checkpoints")
    parser.add_argument(
        "--autoencoders",
        nargs="+",
        default=["autoencoder-kl-builtin", "autoencoder-tiny-builtin", "autoencoder-dc-judge"],
    )
    parser.add_argument("--unseen", nargs="*", default=["autoencoder-dc-judge"])
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--batch", type=int, default=16, help="pairs in a step")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
