"""Train the built-in voice detector: real speech against copies and synthesisers.

    python -m engine.training.voice_detector --data FOLDER --out assets/models/NAME --work FOLDER

``--leave-out NAME`` trains without one of ``SYSTEMS`` and reports how well that one is told; the
shipped model is trained on all of them. A fifth of the speakers, chosen by name, is kept for
calibration. Features are made once and kept in ``--work``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from engine.check.voice_net import COEFFICIENTS, HOP, RATE, WINDOW, VoiceNet, lfcc
from engine.training.image_detector import auc
from engine.training.voice_detector_data import (
    COPIES,
    SYNTHESISERS,
    SYSTEMS,
    augmented,
    copy,
    load,
    spoken,
)

KEPT_OUT = 0.2  # share of the speakers for calibration
FRAMES = int(WINDOW * RATE / HOP)
REAL_VARIANTS, MADE_VARIANTS = 4, 1  # differently augmented versions of each sound
UNTOUCHED = ("19", "26", "27")  # speakers that no recipe may use


def kept_out(speaker: str) -> bool:
    return hashlib.sha256(speaker.encode()).digest()[0] < 256 * KEPT_OUT


def sounds(files: Sequence[Path], seed: int) -> Iterator[tuple[str, str, NDArray[np.float32]]]:
    """(kind, speaker, sound) of every recording, its copies, and as much synthetic speech."""
    random = np.random.default_rng(seed)
    for number, file in enumerate(files):
        sound, speaker = load(file), file.parent.name
        for _ in range(REAL_VARIANTS):
            yield "real", speaker, augmented(sound, random)
        for kind in COPIES:
            made = copy(kind, sound, random)
            for _ in range(MADE_VARIANTS):
                yield kind, speaker, augmented(made, random)
        for kind in SYNTHESISERS:
            made_up = spoken(kind, random)
            if made_up is not None:
                for _ in range(MADE_VARIANTS):
                    yield kind, f"{kind}-{number}", augmented(made_up, random)
        if number % 10 == 0:
            print(f"{number} of {len(files)} recordings", flush=True)


def features(options: argparse.Namespace) -> tuple[NDArray[Any], NDArray[Any], list[NDArray[Any]]]:
    """Kinds, speakers and LFCC (COEFFICIENTS, frames) of all sounds."""
    stored = options.work / "features.npz"
    if not stored.exists():
        files = [f for f in sorted(options.data.rglob("*.flac")) if f.parent.name not in UNTOUCHED]
        files = files[: options.recordings]
        kinds, speakers, found = [], [], []
        for kind, speaker, sound in sounds(files, options.seed):
            if len(sound) < WINDOW * RATE:
                continue
            cepstra = lfcc(torch.from_numpy(sound)[None])[0].half().numpy()
            kinds.append(kind)
            speakers.append(speaker)
            found.append(cepstra)
        lengths = np.array([c.shape[1] for c in found])
        np.savez(
            stored, kinds=kinds, speakers=speakers, lengths=lengths, data=np.concatenate(found, 1)
        )
    loaded = np.load(stored)
    pieces = np.split(loaded["data"], np.cumsum(loaded["lengths"])[:-1], axis=1)
    return loaded["kinds"], loaded["speakers"], pieces


def window(cepstra: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
    start = int(random.integers(cepstra.shape[1] - FRAMES + 1))
    return cepstra[:, start : start + FRAMES]


@torch.no_grad()
def scores(model: VoiceNet, pieces: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """The mean logit of each sound's windows."""
    found = []
    for piece in pieces:
        starts = range(0, piece.shape[1] - FRAMES + 1, FRAMES // 2)
        stack = np.stack([piece[:, s : s + FRAMES] for s in starts])
        found.append(float(model(torch.from_numpy(stack).float()).mean()))
    return np.array(found)


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    kinds, speakers, pieces = features(options)
    kept = np.array([kept_out(s) for s in speakers])
    left = np.isin(kinds, SYSTEMS.get(options.leave_out, ()))
    real = np.flatnonzero((kinds == "real") & ~kept)
    made = {kind: np.flatnonzero((kinds == kind) & ~kept & ~left) for kind in set(kinds) - {"real"}}
    made = {kind: rows for kind, rows in made.items() if len(rows)}
    model = VoiceNet(options.width)
    stepper = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=1e-2)
    random = np.random.default_rng(options.seed)
    began, step, average = time.monotonic(), 0, 0.7
    while step < options.steps and time.monotonic() - began < 60 * options.minutes:
        done = max(step / options.steps, (time.monotonic() - began) / (60 * options.minutes))
        for group in stepper.param_groups:
            group["lr"] = options.rate * min(1.0, (step + 1) / 100) * max(1 - done, 0.02)
        half = options.batch // 2
        rows = list(random.choice(real, half))
        rows += [random.choice(made[str(k)]) for k in random.choice(sorted(made), half)]
        batch: Tensor = torch.from_numpy(
            np.stack([window(pieces[row], random) for row in rows])
        ).float()
        model.train()
        logits = model(_masked(batch, random))
        labels = torch.cat([torch.zeros(half), torch.ones(half)])
        loss = functional.binary_cross_entropy_with_logits(logits, labels)
        stepper.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        stepper.step()
        step += 1
        average += 0.02 * (loss.item() - average)
        if step % 50 == 0:
            print(f"step {step} loss {average:.4f}", flush=True)
    model.eval()
    facts: dict[str, Any] = {"seed": options.seed, "steps": step, "batch": options.batch}
    facts |= {"minutes": round((time.monotonic() - began) / 60, 1), "left_out": options.leave_out}
    facts |= {"parameters": sum(p.numel() for p in model.parameters())}
    chosen = [pieces[i] for i in np.flatnonzero((kinds == "real") & kept)]
    reference = scores(model, chosen)
    facts["auc"] = {
        f"{kind}{' (unseen)' if kind in SYSTEMS.get(options.leave_out, ()) else ''}": round(
            auc(reference, scores(model, [pieces[i] for i in found])), 3
        )
        for kind in sorted(set(kinds) - {"real"})
        if len(found := np.flatnonzero((kinds == kind) & kept))
    }
    save(model, options, facts)


def _masked(batch: Tensor, random: np.random.Generator) -> Tensor:
    """A band of coefficients and a stretch of time of the batch are hidden (SpecAugment)."""
    if random.random() < 0.5:
        start, size = int(random.integers(COEFFICIENTS - 8)), int(random.integers(1, 8))
        batch[:, start : start + size] = 0
    if random.random() < 0.5:
        start, size = int(random.integers(FRAMES - 60)), int(random.integers(10, 60))
        batch[:, :, start : start + size] = batch[:, :, start : start + 1]
    return batch


def save(model: VoiceNet, options: argparse.Namespace, facts: dict[str, Any]) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    weights = {
        name: value.half() if value.is_floating_point() else value
        for name, value in model.state_dict().items()
    }
    save_file(weights, options.out / "model.safetensors")
    (options.out / "config.json").write_text(
        json.dumps({"class": "VoiceNet", "width": options.width}, indent=2) + "\n"
    )
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of speakers' FLAC files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for features")
    parser.add_argument("--leave-out", choices=tuple(SYSTEMS), default=None)
    parser.add_argument("--recordings", type=int, default=200, help="how many are used at most")
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=15)
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
