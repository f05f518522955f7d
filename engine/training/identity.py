"""Train a built-in identity encoder on aligned faces, after a published recogniser.

    python -m engine.training.identity --family residual --pack faces.npz \\
        --teacher dlib --teachers FOLDER --out assets/models/NAME --seconds 300 --device cuda

The pack is made by ``engine.training.face_labels``. A few thousand photos are far too few to learn
to tell people apart, so a recogniser that has seen millions says who is in each varied picture,
also in blends of two people, and the encoder follows ("a consistent teacher", 2106.05237): the
loss is one minus the cosine to the teacher's embedding of the very same picture, centred, and
brought to 128 numbers by principal components where it has more. Nothing else is learnt from the
labels. The surrogates and the judge have teachers of different makers.

Every fourth person with several photos is held out; accuracy and equal error rate on them go into
``training.json``. Stops ``--seconds`` after the start; usable weights are saved every minute.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models.face_networks import build
from engine.training import faces
from engine.training.averaging import Ema
from engine.training.face_teachers import Teacher

CONFIGS: dict[str, dict[str, Any]] = {
    "residual": {"family": "residual", "widths": [32, 64, 128], "depths": [2, 2, 2], "stem": 2},
    "deep": {"family": "residual", "widths": [32, 64, 128, 160], "depths": [1, 2, 2, 1],
             "stem": 1},
    "patch": {"family": "patch", "width": 160, "depth": 6},
    "inverted": {"family": "inverted", "widths": [40, 80, 160], "depths": [2, 3, 3]},
}  # fmt: skip
OUT = 128  # numbers of an embedding
BLENDED = 0.4  # share of pictures that are blends of two people
SAVE_EVERY = 60.0  # seconds
FINISH = 20.0  # seconds kept for the evaluation and for saving


class Guide:
    """The teacher's embedding, centred and brought to ``OUT`` numbers."""

    @torch.no_grad()
    def __init__(self, teacher: Teacher, pixels: Tensor, batch: int) -> None:
        self.teacher = teacher
        rows = torch.cat([teacher.embed(p.float() / 255) for p in torch.split(pixels, batch)])
        self.mean = rows.mean(0)
        centred = functional.normalize(rows - self.mean)
        self.axes: Tensor | None = None
        if centred.shape[1] > OUT:
            spread = (centred.T @ centred).cpu().double()
            self.axes = torch.linalg.eigh(spread)[1][:, -OUT:].to(centred)

    @torch.no_grad()
    def embed(self, views: Tensor) -> Tensor:
        """(n, 3, h, h) -> (n, OUT) of length 1."""
        centred = self.teacher.embed(views) - self.mean
        return functional.normalize(centred if self.axes is None else centred @ self.axes)


def train(options: argparse.Namespace) -> None:
    began = time.monotonic()
    torch.manual_seed(options.seed)
    torch.set_num_threads(2)
    torch.backends.cudnn.benchmark = True
    device = torch.device(options.device)
    crops = faces.unpack(options.pack, device)
    known, held = crops.part(False), crops.part(True)
    guide = Guide(Teacher(options.teacher, options.teachers, device), known.pixels, options.batch)
    config = CONFIGS[options.family] | {"out": OUT, "side": faces.SIZE, "size": faces.SIZE}
    encoder: Any = build(config)
    encoder = encoder.to(device, memory_format=torch.channels_last)
    decayed = [p for p in encoder.parameters() if p.ndim > 1]
    plain = [p for p in encoder.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}],
        lr=options.rate, betas=(0.9, 0.98), foreach=True,
    )  # fmt: skip
    ema = Ema(encoder, 0.998)
    random = torch.Generator(device).manual_seed(options.seed)
    facts: dict[str, Any] = {
        "seed": options.seed, "teacher": options.teacher,
        "batch": options.batch, "photos": len(known.people), "people": len(set(known.people)),
        "parameters": sum(p.numel() for p in encoder.parameters()),
        "held_out_people": len(set(held.people)),
    }  # fmt: skip
    step, started = 0, time.monotonic()
    saved, said = started, started
    print(f"ready after {started - began:.0f} s", flush=True)
    while True:
        now = time.monotonic()
        done = (now - started) / max(1e-3, began + options.seconds - FINISH - started)
        if done >= 1 or step >= options.steps:
            break
        warm = min(1.0, (step + 1) / 100)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        chosen = torch.randint(len(known.people), (options.batch,), generator=random, device=device)
        views = faces.vary(faces.blended(known.pixels[chosen], random, BLENDED), random)
        wanted = guide.embed(views)
        shown = faces.inner(views).contiguous(memory_format=torch.channels_last)
        with torch.autocast(device.type, torch.bfloat16):
            embedded = encoder(shown)
        embedded = functional.normalize(embedded.float())
        alike = (embedded * wanted).sum(1).mean()
        loss = 1 - alike
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(encoder.parameters(), 2.0)
        optimiser.step()
        step += 1
        ema.update(encoder, step)
        if now - said > 10 or step == 1:
            said = now
            print(f"step {step} {now - began:.0f} s loss {loss.item():.3f} cosine "
                  f"{alike.item():.3f}", flush=True)  # fmt: skip
        if now - saved > SAVE_EVERY:
            saved = now
            save(ema, config, options.out, facts | {"steps": step})
    facts |= {"steps": step, "seconds": round(time.monotonic() - began), "device": device.type}
    save(ema, config, options.out, facts)
    encoder.load_state_dict(load_file(options.out / "model.safetensors"))
    facts["held_out"] = evaluate(encoder.eval(), guide, held, options.batch)
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


@torch.no_grad()
def evaluate(encoder: nn.Module, guide: Guide, held: faces.Crops, batch: int) -> dict[str, Any]:
    """Verification on the people held out, averaged over the face and its mirror image."""
    rows, cosine = [], []
    for part in torch.split(held.pixels, batch):
        views = faces.middle(part)
        one, other = encoder(views).float(), encoder(views.flip(-1)).float()
        rows.append(functional.normalize(one + other).cpu())
        taught = guide.embed(part.float() / 255)
        cosine.append((functional.normalize(one) * taught).sum(1).cpu())
    return faces.verification(torch.cat(rows), held.people) | {
        "cosine_to_teacher": round(float(torch.cat(cosine).mean()), 4)
    }


def save(ema: Ema, config: dict[str, Any], out: Path, facts: dict[str, Any]) -> None:
    """The averaged encoder in half precision, with the facts of the run."""
    out.mkdir(parents=True, exist_ok=True)
    halves = {k: v.half() if v.is_floating_point() else v for k, v in ema.average.items()}
    save_file({k: v.contiguous().cpu() for k, v in halves.items()}, out / "model.part")
    (out / "model.part").replace(out / "model.safetensors")
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--family", choices=tuple(CONFIGS), required=True)
    parser.add_argument("--pack", type=Path, required=True, help="aligned faces (.npz)")
    parser.add_argument("--teacher", choices=("dlib", "faceres"), required=True)
    parser.add_argument("--teachers", type=Path, required=True, help="folder of their files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch", type=int, default=384)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--steps", type=int, default=1_000_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
