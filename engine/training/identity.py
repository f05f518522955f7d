"""Train a built-in identity encoder on aligned faces.

    python -m engine.training.identity --family residual --loss margin --data FACES \\
        --labels labels.json --out assets/models/NAME --work CHECKPOINTS --minutes 15

Losses: ``margin``, a softmax over people with an additive cosine margin (CosFace, 1801.09414),
where everybody with one photo is a class of their own; ``contrastive``, supervised contrastive
learning over two views (2004.11362), the second of another photo of the person where there is
one. With ``--teacher W`` the embedding is also drawn towards another recogniser's, which knows
many more people (``labels.json``); a judge is trained without.

Every fourth person with several photos is held out; accuracy and equal error rate on them go into
``training.json``. Stops after ``--minutes`` and resumes from ``--work``.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models.face_networks import SIDE, build
from engine.training import faces
from engine.training.autoencoder import Ema

CONFIGS: dict[str, dict[str, Any]] = {
    "residual": {"family": "residual", "widths": [32, 64, 128], "depths": [2, 2, 2]},
    "patch": {"family": "patch", "width": 192, "depth": 6},
    "inverted": {"family": "inverted", "widths": [32, 64, 128], "depths": [2, 3, 2]},
}
SCALE, MARGIN = 16.0, 0.2  # of the margin softmax
TEMPERATURE = 0.1  # of the contrastive loss
SAVE_EVERY = 200


class Data:
    """Faces, who they are, and where the other photos of the same person are."""

    def __init__(self, options: argparse.Namespace) -> None:
        train, held = faces.split(faces.read_labels(options.data, options.labels))
        self.crops = faces.crops(train, options.cache / "train.npy")
        self.held = faces.crops(held, options.cache / "held.npy")
        self.held_people = [p.person for p in held]
        names = sorted({p.person for p in train})
        self.labels = torch.tensor([names.index(p.person) for p in train])
        self.people = len(names)
        self.teacher = faces.teachers(train) if options.teacher else None
        self.others: dict[int, list[int]] = {}
        for i, label in enumerate(self.labels.tolist()):
            self.others.setdefault(label, []).append(i)
        several = torch.tensor([len(self.others[x]) > 1 for x in self.labels.tolist()])
        # People with several photos teach what stays the same: drawn twice as often.
        self.weight = 1.0 + several.float()

    def batch(self, n: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
        """Indices of ``n`` photos and, for each, of another of the same person if there is one."""
        first = torch.multinomial(self.weight, n, generator=random)
        second = first.clone()
        for k, i in enumerate(first.tolist()):
            known = self.others[int(self.labels[i])]
            second[k] = known[int(torch.randint(len(known), (), generator=random))]
        return first, second


class Trainee(nn.Module):
    def __init__(self, config: dict[str, Any], people: int) -> None:
        super().__init__()
        self.encoder = build(config)
        self.classes = nn.Parameter(torch.randn(people, config["out"]) * 0.1)


def margin_loss(embedded: Tensor, classes: Tensor, labels: Tensor, margin: float) -> Tensor:
    cosine = embedded @ functional.normalize(classes).T
    taken = functional.one_hot(labels, len(classes)) * margin
    return functional.cross_entropy(SCALE * (cosine - taken), labels)


def contrastive_loss(embedded: Tensor, labels: Tensor) -> Tensor:
    """Every other view of the same person is a positive."""
    n = len(embedded)
    logits = embedded @ embedded.T / TEMPERATURE
    logits = logits - 1e4 * torch.eye(n)
    same = (labels[:, None] == labels) & ~torch.eye(n, dtype=torch.bool)
    log = logits.log_softmax(1)
    return -(log * same).sum(1).div(same.sum(1).clamp(min=1)).mean()


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    data = Data(options)
    width = 128 if data.teacher is None else data.teacher.shape[1]
    config = CONFIGS[options.family] | {"out": width, "size": faces.SIZE}
    trainee: Any = Trainee(config, data.people)
    trainee = trainee.to(memory_format=torch.channels_last)
    decayed = [p for p in trainee.parameters() if p.ndim > 1]
    plain = [p for p in trainee.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}],
        lr=options.rate, betas=(0.9, 0.98),
    )  # fmt: skip
    ema = Ema(trainee, 0.998)
    step, spent = 0, 0.0
    checkpoint = options.work / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        trainee.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        ema.average, step, spent = state["ema"], state["step"], state["spent"]
    options.work.mkdir(parents=True, exist_ok=True)
    random = torch.Generator().manual_seed((options.seed << 32) + step)
    started, average, likeness = time.monotonic() - spent, 0.0, 0.0
    while True:
        spent = time.monotonic() - started
        done = max(spent / (60 * options.minutes), step / options.steps)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 100)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        first, second = data.batch(options.batch // 2, random)
        chosen = torch.cat([first, second])
        labels = data.labels[chosen]
        views = faces.vary(data.crops[chosen], random, SIDE)
        with torch.autocast("cpu", torch.bfloat16):
            embedded = trainee.encoder(views.contiguous(memory_format=torch.channels_last))
        embedded = functional.normalize(embedded.float())
        if options.loss == "margin":
            loss = margin_loss(embedded, trainee.classes, labels, MARGIN * min(1.0, 3 * done))
        else:
            loss = contrastive_loss(embedded, labels)
        if data.teacher is not None:
            wanted = data.teacher[chosen]
            alike = (embedded * wanted).sum(1).mean()
            loss = loss + options.teacher * (1 - alike)
            likeness += max(0.02, 1 / (step + 1)) * (alike.item() - likeness)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trainee.parameters(), 2.0)
        optimiser.step()
        step += 1
        ema.update(trainee, step)
        average += max(0.02, 1 / step) * (loss.item() - average)
        if step % 25 == 0:
            print(f"step {step} {spent / 60:.1f} min loss {average:.3f} teacher {likeness:.3f}",
                  flush=True)  # fmt: skip
        if step % SAVE_EVERY == 0:
            state = {"model": trainee.state_dict(), "optimiser": optimiser.state_dict()}
            state |= {"ema": ema.average, "step": step, "spent": spent}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
            kept = {k: v.clone() for k, v in trainee.state_dict().items()}
            trainee.load_state_dict(ema.average)
            print(f"  held out {json.dumps(evaluate(trainee.encoder, data))}", flush=True)
            trainee.load_state_dict(kept)
    trainee.load_state_dict(ema.average)
    finish(trainee.encoder, data, config, options, {"steps": step, "minutes": round(spent / 60, 1)})


@torch.no_grad()
def evaluate(encoder: nn.Module, data: Data) -> dict[str, Any]:
    """Verification on the people held out; averaged over the face and its mirror image."""
    encoder.eval()
    rows = []
    for part in torch.split(data.held, 64):
        views = faces.middle(part)
        with torch.autocast("cpu", torch.bfloat16):
            both = encoder(views).float() + encoder(views.flip(-1)).float()
        rows.append(functional.normalize(both))
    encoder.train()
    return faces.verification(torch.cat(rows), data.held_people)


def finish(
    encoder: nn.Module,
    data: Data,
    config: dict[str, Any],
    options: argparse.Namespace,
    facts: dict[str, Any],
) -> None:
    """Save in half precision with the facts of the run."""
    facts |= {
        "seed": options.seed,
        "loss": options.loss,
        "teacher": options.teacher,
        "batch": options.batch,
        "photos": len(data.crops),
        "people": data.people,
        "parameters": sum(p.numel() for p in encoder.parameters()),
        "held_out_people": len(set(data.held_people)),
        "held_out": evaluate(encoder, data),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    weights = {k: v.half() if v.is_floating_point() else v for k, v in encoder.state_dict().items()}
    save_file({k: v.contiguous() for k, v in weights.items()}, options.out / "model.safetensors")
    (options.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--family", choices=tuple(CONFIGS), required=True)
    parser.add_argument("--loss", choices=("margin", "contrastive"), default="margin")
    parser.add_argument("--teacher", type=float, default=0.0, help="weight of the teacher")
    parser.add_argument("--data", type=Path, required=True, help="folder with people and singles")
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder for aligned faces")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--steps", type=int, default=1_000_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
