"""Train one of the built-in speaker encoders.

    python -m engine.training.speaker --family ecapa --data SPEAKERS --sessions SESSIONS \\
        --out assets/models/NAME --work CHECKPOINTS --minutes 25

``lstm`` and ``dvector`` learn by GE2E's softmax loss (1710.10467), the others by additive angular
margin (1801.07698) over all voices; ``statistics``, ``quantiles`` and ``power`` have nothing to
train (``--minutes 0``). Then the last layer of each is fitted in closed form. Every speaker counts
five times: as recorded, faster, slower, with a shorter and with a longer vocal tract
(``--speeds-only``: three times, without codecs). 30 speakers and those of ``--sessions`` are never
trained on; the equal error rate is measured on them.

Stops after ``--minutes`` of processor time; started again with the same options it goes on from
``--work``.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models.voiceprints import WEIGHTS, build
from engine.training.autoencoder import Ema
from engine.training.speech import VARIANTS, Sound, Voices, degraded, read_speakers, split

FAMILIES = ("lstm", "dvector", "ecapa", "resnet", "statistics", "quantiles", "power")
HELD_OUT = 30
MARGIN, SCALE = 0.2, 30.0  # of the angular margin
SAVE_EVERY = 100  # steps
SHRINKAGE = 0.05  # of the covariance within a voice towards a sphere
SAMPLES = 25_600  # of a crop: 1.6 s


class AngularMargin(nn.Module):
    """AAM-softmax; ``strength`` in 0..1 grows the margin while training warms up."""

    def __init__(self, width: int, classes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, width) * width**-0.5)

    def forward(self, embedded: Tensor, classes: Tensor, strength: float) -> Tensor:
        cosine = functional.normalize(embedded) @ functional.normalize(self.weight).T
        angle = cosine.clamp(-0.9999, 0.9999).acos()
        shift = functional.one_hot(classes, cosine.shape[1]) * (MARGIN * strength)
        return functional.cross_entropy(SCALE * (angle + shift).cos(), classes)


class Ge2e(nn.Module):
    """Each crop against the centroid of every voice, its own computed without it."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.shift = nn.Parameter(torch.tensor(-5.0))

    def forward(self, embedded: Tensor, each: int) -> Tensor:
        grouped = functional.normalize(embedded).view(-1, each, embedded.shape[1])
        voices = grouped.shape[0]
        total = grouped.sum(1, keepdim=True)
        others = functional.normalize((total - grouped) / (each - 1), dim=2)
        cosine = torch.einsum("vmd,wd->vmw", grouped, functional.normalize(total[:, 0]))
        own = torch.eye(voices, dtype=torch.bool)[:, None]
        cosine = torch.where(own, (grouped * others).sum(2, keepdim=True), cosine)
        logits = self.scale.clamp(min=1e-3) * cosine + self.shift
        return functional.cross_entropy(
            logits.flatten(0, 1), torch.arange(voices).repeat_interleave(each)
        )


def equal_error(same: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float:
    """The rate at which misses and false alarms are equal."""
    scores = np.concatenate([same, other])
    order = np.argsort(scores)
    is_same = np.concatenate([np.ones(len(same)), np.zeros(len(other))])[order]
    missed = np.cumsum(is_same) / len(same)
    alarms = 1 - np.cumsum(1 - is_same) / len(other)
    best = int(np.argmin(np.abs(missed - alarms)))
    return float((missed[best] + alarms[best]) / 2)


@torch.no_grad()
def fit_projection(network: Any, voices: Voices, batches: int) -> None:
    """The last layer as linear discriminant analysis over crops of the training voices: the
    directions in which voices differ most, as measured by how one voice differs from itself."""
    network.eval()
    rows, labels = [], []
    for _ in range(batches):
        waves, classes = voices.batch(60, 2, 2 * 16_000)
        rows.append(network.pooled(waves).double())
        labels.append(classes)
    x, label = torch.cat(rows), torch.cat(labels)
    mean, scale = x.mean(0), x.std(0).clamp(min=1e-4)
    x = (x - mean) / scale
    within, between = torch.zeros(2, x.shape[1], x.shape[1], dtype=torch.float64)
    for voice in sorted(set(label.tolist())):
        own = x[label == voice]
        centre = own.mean(0)
        within += (own - centre).T @ (own - centre)
        between += len(own) * torch.outer(centre, centre)
    within, between = within / len(x), between / len(x)
    within += SHRINKAGE * within.diagonal().mean() * torch.eye(len(within), dtype=torch.float64)
    lower = torch.linalg.cholesky(within)
    inner = torch.linalg.solve_triangular(lower, between, upper=False)
    inner = torch.linalg.solve_triangular(lower, inner.T, upper=False)
    _, directions = torch.linalg.eigh((inner + inner.T) / 2)
    matrix = torch.linalg.solve_triangular(lower.T, directions, upper=True)
    matrix = (matrix[:, -network.width :].flip(1) / scale[:, None]).float()
    layer = network.fc.conv if hasattr(network, "fc") else network.project
    layer.weight.copy_(matrix.T.reshape(layer.weight.shape))
    layer.bias.copy_(-(mean.float() @ matrix))


@torch.no_grad()
def error_rates(
    network: Any, unseen: dict[str, list[Sound]], sessions: dict[str, list[Sound]]
) -> dict[str, float]:
    """EER on speakers never trained on: 4 s pieces of one clip, each in another room and through
    another microphone; and clips of different chapters, as they are."""
    network.eval()

    def embed(waves: Tensor) -> Tensor:
        return functional.normalize(network(waves).float())

    def rate(pieces: list[Tensor], names: list[str]) -> tuple[float, float, float]:
        vectors = torch.cat([embed(p[None]) for p in pieces]).numpy()
        cosine = vectors @ vectors.T
        label = np.array(names)
        equal = label[:, None] == label[None]
        upper = np.triu(np.ones_like(equal), 1)
        same, other = cosine[equal & upper], cosine[~equal & upper]
        return equal_error(same, other), float(same.mean()), float(other.mean())

    random = torch.Generator().manual_seed(7)
    pieces, names = [], []
    for name, clips in unseen.items():
        for half in (clips[0][:64_000], clips[0][-64_000:]):
            pieces.append(degraded(torch.from_numpy(half.copy())[None], random)[0])
            names.append(name)
    augmented, _, _ = rate(pieces, names)
    pieces, names = [], []
    for name, clips in [*sessions.items(), *unseen.items()]:
        for clip in clips[::2]:
            pieces.append(torch.from_numpy(clip[:96_000].copy()))
            names.append(name)
    chapters, same, other = rate(pieces, names)
    return {
        "eer_rooms": round(augmented, 4),
        "eer_sessions": round(chapters, 4),
        "cosine_same": round(same, 3),
        "cosine_different": round(other, 3),
    }


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    speakers = read_speakers(options.data)
    sessions = read_speakers(options.sessions)
    trained, kept = split(list(speakers), HELD_OUT, tuple(sessions))
    variants = VARIANTS[:3] if options.speeds_only else VARIANTS
    own = {name: speakers[name] for name in trained}
    voices = Voices(own, options.seed, variants, not options.speeds_only, not options.clean)
    unseen = {name: speakers[name] for name in kept}
    sizes: dict[str, int] = json.loads(options.sizes)
    network = build(options.family, **sizes)
    with_margin = options.family not in ("lstm", "dvector")
    loss: Any = AngularMargin(network.width, len(voices.voices)) if with_margin else Ge2e()
    parameters = [*network.parameters(), *loss.parameters()]
    stepper = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=0.02, betas=(0.9, 0.98))
    ema = Ema(network, 0.995)
    checkpoint = options.work / f"{options.family}.pt"
    options.work.mkdir(parents=True, exist_ok=True)
    step, spent = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        loss.load_state_dict(state["loss"])
        stepper.load_state_dict(state["stepper"])
        ema.average, step, spent = state["ema"], state["step"], state["spent"]
        voices.random = np.random.default_rng((options.seed, step))
    started, running = time.process_time() - spent, 0.0
    while True:
        spent = time.process_time() - started
        done = max(spent / max(60 * options.minutes, 1e-9), step / options.steps)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 60)
        for group in stepper.param_groups:
            group["lr"] = options.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))
        network.train()
        waves, classes = voices.batch(options.voices, options.each, SAMPLES)
        with torch.autocast("cpu", torch.bfloat16, enabled=with_margin):
            embedded = network(waves)
        embedded = embedded.float()
        value = (
            loss(embedded, classes, min(1.0, 3 * done))
            if with_margin
            else loss(embedded, options.each)
        )
        stepper.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(parameters, 3.0)
        stepper.step()
        step += 1
        ema.update(network, step)
        running += max(0.02, 1 / step) * (value.item() - running)
        if step % 50 == 0:
            print(f"step {step} {spent / 60:.1f} min loss {running:.3f}", flush=True)
        if step % SAVE_EVERY == 0:
            state = {"network": network.state_dict(), "loss": loss.state_dict(), "ema": ema.average}
            state |= {"stepper": stepper.state_dict(), "step": step, "spent": spent}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
            print(f"  {error_rates(network, unseen, sessions)}", flush=True)
    network.load_state_dict(ema.average)
    before = error_rates(network, unseen, sessions)
    fit_projection(network, voices, options.batches)
    facts: dict[str, Any] = {
        "family": options.family,
        "seed": options.seed,
        "steps": step,
        "processor_minutes": round(spent / 60, 1),
        "crops_a_step": options.voices * options.each,
        "parameters": sum(p.numel() for p in network.parameters()),
        "speakers": len(trained),
        "voices": len(voices.voices),
        "degraded": voices.rooms,
        "variants": [list(variant) for variant in variants],
        "never_trained_on": [*kept, *sessions],
        "before_fitting": before,
        **error_rates(network, unseen, sessions),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    weights = {
        k: v.half().contiguous() for k, v in network.state_dict().items() if "num_batches" not in k
    }
    save_file(weights, options.out / WEIGHTS)
    config = {"family": options.family, "sizes": sizes}
    (options.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--family", choices=FAMILIES, required=True)
    parser.add_argument("--data", type=Path, required=True, help="a folder for each speaker")
    parser.add_argument("--sessions", type=Path, required=True, help="speakers to test on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--speeds-only", action="store_true", help="the variants of speed alone")
    parser.add_argument("--clean", action="store_true", help="crops as recorded: no room, no noise")
    parser.add_argument("--sizes", default="{}", help="JSON: the network's sizes")
    parser.add_argument("--voices", type=int, default=20, help="voices in a batch")
    parser.add_argument("--each", type=int, default=3, help="crops of each")
    parser.add_argument("--batches", type=int, default=60, help="of 120 crops for the last layer")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=20, help="of processor time")
    parser.add_argument("--steps", type=int, default=100_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
