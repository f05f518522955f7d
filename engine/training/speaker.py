"""Train one of the built-in speaker encoders.

    python -m engine.training.speaker --family ecapa --data SPEAKERS --out assets/models/NAME \\
        --seconds 300 --device cuda
    python -m engine.training.speaker --measure assets/models/NAME --data SPEAKERS \\
        --sessions SESSIONS

``lstm``, ``dvector`` and ``ge2e`` learn by GE2E's softmax loss (1710.10467), the others by additive
angular margin (1801.07698) over all voices; ``statistics``, ``quantiles`` and ``power`` have
nothing to train (``--seconds 0``): their last layer is fitted in closed form. Every speaker counts
fifteen times: three lengths of the vocal tract at five speeds (``--few``: five times in all). 30
speakers and those of the benchmarks are never trained on; the equal error rate is measured on them.

Stops ``--seconds`` after the start, whatever it has reached; the weights are saved every minute.
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

from engine.models.voiceprints import WEIGHTS, BuiltinVoicePrint, build
from engine.training.averaging import Ema
from engine.training.speech import (
    MANY,
    NEVER,
    VARIANTS,
    Sound,
    Voices,
    degraded,
    read_speakers,
    split,
)

FAMILIES = (
    "lstm", "dvector", "ge2e", "ecapa", "resnet", "raw", "xvector",
    "statistics", "quantiles", "power",
)  # fmt: skip
RECURRENT = ("lstm", "dvector", "ge2e")
FITTED = ("statistics", "quantiles", "power")
HELD_OUT = 30
MARGIN, SCALE = 0.2, 30.0  # of the angular margin
SAVE_EVERY = 60.0  # seconds
LAST = 20.0  # seconds kept for measuring and saving
SHRINKAGE = 0.05  # of the covariance within a voice towards a sphere


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
        own = torch.eye(voices, dtype=torch.bool, device=embedded.device)[:, None]
        cosine = torch.where(own, (grouped * others).sum(2, keepdim=True), cosine)
        logits = self.scale.clamp(min=1e-3) * cosine + self.shift
        truth = torch.arange(voices, device=embedded.device).repeat_interleave(each)
        return functional.cross_entropy(logits.flatten(0, 1), truth)


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
        waves, classes = voices.batch(min(240, len(voices)), 2, 2 * 16_000)
        rows.append(network.pooled(waves).double())
        labels.append(classes)
    x, label = torch.cat(rows).cpu(), torch.cat(labels).cpu()
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
    """EER on speakers never trained on: two 4 s pieces of one clip, each heard twice in another
    room, through another microphone; and, with ``sessions``, clips of different chapters."""
    network.eval()
    device = next(network.parameters()).device

    def rate(pieces: Tensor, names: list[str]) -> tuple[float, float, float]:
        found = [network(part.to(device)).float() for part in torch.split(pieces, 30)]
        vectors = functional.normalize(torch.cat(found)).cpu()
        cosine = (vectors @ vectors.T).numpy()
        label = np.array(names)
        equal = label[:, None] == label[None]
        upper = np.triu(np.ones_like(equal), 1)
        same, other = cosine[equal & upper], cosine[~equal & upper]
        return equal_error(same, other), float(same.mean()), float(other.mean())

    random = torch.Generator(device).manual_seed(7)
    pieces, names = [], []
    for name, clips in unseen.items():
        whole = torch.from_numpy(np.resize(clips[0], max(len(clips[0]), 64_000)))
        pieces += [whole[:64_000], whole[-64_000:]]
        names += [name, name]
    halves = torch.stack(pieces).to(device)
    heard = torch.cat([degraded(halves, random), degraded(halves, random)])
    rooms, alike, apart = rate(heard, names + names)
    figures = {"eer_rooms": rooms, "cosine_same": alike, "cosine_different": apart}
    if sessions:
        pieces, names = [], []
        for name, clips in [*sessions.items(), *unseen.items()]:
            for clip in clips[::2]:
                pieces.append(torch.from_numpy(np.resize(clip, max(len(clip), 96_000))[:96_000]))
                names.append(name)
        figures["eer_sessions"] = rate(torch.stack(pieces), names)[0]
    return {name: round(float(value), 4) for name, value in figures.items()}


def train(options: argparse.Namespace) -> None:
    started = time.monotonic()
    torch.manual_seed(options.seed)
    torch.set_num_threads(2)
    device = torch.device(options.device)
    speakers = read_speakers(options.data)
    trained, kept = split(list(speakers), HELD_OUT, NEVER)
    unseen = {name: speakers[name] for name in kept}
    variants = VARIANTS if options.few else MANY
    own = {name: speakers[name] for name in trained[: options.speakers]}
    voices = Voices(own, options.seed, variants, device, not options.clean)
    sizes: dict[str, Any] = json.loads(options.sizes)
    network = build(options.family, **sizes).to(device)
    facts: dict[str, Any] = {
        "family": options.family,
        "seed": options.seed,
        "crops_a_step": options.voices * options.each,
        "samples_a_crop": options.samples,
        "parameters": sum(p.numel() for p in network.parameters()),
        "speakers": len(own),
        "voices": len(voices),
        "degraded": voices.rooms,
        "variants": [list(variant) for variant in variants],
        "never_trained_on": [*kept, *NEVER],
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
    }

    def finish(step: int) -> None:
        state = {
            "steps": step,
            "seconds": round(time.monotonic() - started),
            **error_rates(network, unseen, {}),
        }
        save(options.out, options.family, sizes, network, facts | state)
        print(json.dumps(state), flush=True)

    if options.family in FITTED:
        fit_projection(network, voices, options.batches)
        finish(0)
        return
    recurrent = options.family in RECURRENT
    loss: Any = (Ge2e() if recurrent else AngularMargin(network.width, len(voices))).to(device)
    parameters = [*network.parameters(), *loss.parameters()]
    stepper = torch.optim.AdamW(
        parameters, options.rate, (0.9, 0.98), weight_decay=0.02, fused=device.type == "cuda"
    )
    ema = Ema(network, 0.99)
    print(f"{len(voices)} voices after {time.monotonic() - started:.1f} s", flush=True)
    step, running = 0, 0.0
    began = saved = told = time.monotonic()
    end = started + options.seconds - LAST
    while True:
        now = time.monotonic()
        done = (now - began) / max(end - began, 1e-9)
        if done >= 1:
            break
        for group in stepper.param_groups:
            fall = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done))
            group["lr"] = options.rate * min(1.0, (step + 1) / 60) * fall
        network.train()
        waves, classes = voices.batch(options.voices, options.each, options.samples)
        with torch.autocast(device.type, torch.bfloat16, enabled=not recurrent):
            embedded = network(waves)
        embedded = embedded.float()
        value = (
            loss(embedded, options.each)
            if recurrent
            else loss(embedded, classes, min(1.0, 3 * done))
        )
        stepper.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(parameters, 3.0)
        stepper.step()
        step += 1
        ema.update(network, step)
        if step % 10 == 0 or device.type == "cpu":
            running += max(0.1, 1 / step) * (value.item() - running)
        if now - told > 10:
            told = now
            print(f"step {step} {now - started:.0f} s loss {running:.3f}", flush=True)
        if now - saved > SAVE_EVERY:
            saved = now
            current = {k: v.clone() for k, v in network.state_dict().items()}
            network.load_state_dict(ema.average)
            finish(step)
            network.load_state_dict(current)
    network.load_state_dict(ema.average)
    finish(step)


def save(
    folder: Path, family: str, sizes: dict[str, Any], network: Any, facts: dict[str, Any]
) -> None:
    """The weights in half precision, the sizes they need, and the facts of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        k: v.half().contiguous().cpu()
        for k, v in network.state_dict().items()
        if "num_batches" not in k
    }
    save_file(weights, folder / WEIGHTS)
    config = {"family": family, "sizes": sizes}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def measure(options: argparse.Namespace) -> None:
    """Error rates of saved weights, with clips of other chapters, written into their facts."""
    network = BuiltinVoicePrint(options.measure, options.measure.name, torch.device("cpu")).network
    speakers = read_speakers(options.data)
    _, kept = split(list(speakers), HELD_OUT, NEVER)
    unseen = {name: speakers[name] for name in kept}
    place = options.measure / "training.json"
    facts = json.loads(place.read_text()) | error_rates(
        network, unseen, read_speakers(options.sessions)
    )
    place.write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps({k: v for k, v in facts.items() if k[:3] in ("eer", "cos")}), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--family", choices=FAMILIES)
    parser.add_argument("--measure", type=Path, help="a trained encoder to measure, not to train")
    parser.add_argument("--data", type=Path, required=True, help="folder of speakers, or a pack")
    parser.add_argument("--sessions", type=Path, help="speakers with several chapters")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--few", action="store_true", help="five variants instead of fifteen")
    parser.add_argument("--clean", action="store_true", help="crops as recorded: no room, no noise")
    parser.add_argument("--sizes", default="{}", help="JSON: the network's sizes")
    parser.add_argument("--speakers", type=int, default=None, help="at most as many")
    parser.add_argument("--voices", type=int, default=64, help="voices in a batch")
    parser.add_argument("--each", type=int, default=8, help="crops of each")
    parser.add_argument("--samples", type=int, default=25_600, help="of a crop")
    parser.add_argument("--batches", type=int, default=15, help="for a last layer that is fitted")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=300, help="in all, by the clock")
    parser.add_argument("--device", default="cpu")
    return parser.parse_args(given)


if __name__ == "__main__":
    options = arguments()
    measure(options) if options.measure else train(options)
