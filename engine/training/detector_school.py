"""What the recipes of the picture and the voice detector share: makers that are trained first and
go on learning, the detector that ships, and a fold without each group of makers beside it."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from engine.training.small_autoencoders import halved, stepped

SAVE_EVERY = 60.0  # seconds
TELL_EVERY = 10.0

# Inputs (2n, ...), labels 0 (real) or 1 (made), and the maker of each of the n pairs; all real ones
# come first.
Batch = tuple[Tensor, Tensor, list[str]]


class Clock:
    """Seconds since the training began, and when something is due again."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._last: dict[str, float] = {}

    def spent(self) -> float:
        return time.monotonic() - self._began

    def due(self, what: str, every: float) -> bool:
        now = self.spent()
        if now - self._last.setdefault(what, now) < every:
            return False
        self._last[what] = now
        return True

    def tell(self, words: str) -> None:
        print(f"{self.spent():.0f} s: {words}", flush=True)


class Pupil:
    """A detector in training and the makers it never meets."""

    def __init__(
        self, model: nn.Module, left_out: str | None, rate: float, device: torch.device,
        steepest: float,
    ) -> None:  # fmt: skip
        self.model, self.left_out, self.rate, self.device = model, left_out, rate, device
        self.steepest = steepest  # norm of the gradient at most
        self.stepper = torch.optim.AdamW(model.parameters(), rate, weight_decay=1e-2)
        self.average = torch.tensor(0.7, device=device)

    def learn(self, inputs: Tensor, labels: Tensor, left: float) -> None:
        for group in self.stepper.param_groups:
            group["lr"] = self.rate * min(1.0, left)
        self.model.train()
        with halved(self.device):
            logits = self.model(inputs)
        loss = functional.binary_cross_entropy_with_logits(logits.float(), labels)
        stepped(self.stepper, loss, self.steepest)
        self.average = 0.98 * self.average + 0.02 * loss.detach()


def train_makers(
    teach: Callable[[int, float], None], count: int, until: float, clock: Clock
) -> int:
    """Teach each maker in turn (its number, and the share of the time) until ``until`` seconds;
    returns the rounds through all of them."""
    lessons = 0
    while count and clock.spent() < until:
        teach(lessons, clock.spent() / until)
        lessons += 1
        if clock.due("told", TELL_EVERY):
            clock.tell(f"makers {lessons // count} rounds")
    return lessons // max(count, 1)


def train_pupils(
    pupils: Sequence[Pupil],
    draw: Callable[[], Batch],
    groups: Mapping[str, str],
    teach: Callable[[int, float], None] | None,
    save: Callable[[dict[str, Any]], None],
    end: float,
    clock: Clock,
) -> int:
    """Until ``end`` seconds; returns the steps. The first pupil learns from every pair, a fold from
    every second pair of every second step, without those of its group (``groups``, by maker)."""
    steps, start = 0, clock.spent()
    while clock.spent() < end:
        left = max(0.01, 1 - (clock.spent() - start) / (end - start)) * min(1.0, (steps + 1) / 100)
        inputs, labels, names = draw()
        for number, pupil in enumerate(pupils):
            met = np.array([groups[name] != pupil.left_out for name in names])
            if number:
                if (steps + number) % 2:
                    continue
                met &= np.arange(len(names)) % 2 == steps // 2 % 2
            rows = torch.from_numpy(np.flatnonzero(np.tile(met, 2))).to(inputs.device)
            pupil.learn(inputs[rows], labels[rows], left)
        if teach is not None:
            teach(steps, 1.0)
        steps += 1
        if clock.due("told", TELL_EVERY):
            shown = ", ".join(f"{p.left_out or 'all'} {float(p.average):.3f}" for p in pupils)
            clock.tell(f"step {steps} loss {shown}")
        if clock.due("saved", SAVE_EVERY):
            save({"steps": steps})
    return steps


def evaluated(
    pupils: Sequence[Pupil],
    groups: Mapping[str, str],
    draw: Callable[[str], Tensor],
    batches: int,
    measure: Callable[[np.ndarray, np.ndarray], Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """``measure`` of the logits of real and made ones, by maker: by the detector that ships, and by
    the fold that never met the maker's group. ``draw`` gives (2n, ...), real ones first."""
    seen: dict[str, Any] = {}
    unseen: dict[str, Any] = {}
    for name in sorted(groups):
        scores: dict[str, tuple[list[float], list[float]]] = {}
        for _ in range(batches):
            both = draw(name)
            for pupil in pupils:
                if pupil.left_out not in (None, groups[name]):
                    continue
                with torch.no_grad():
                    logits = pupil.model.eval()(both).float().cpu().tolist()
                kept = scores.setdefault(pupil.left_out or "", ([], []))
                kept[0].extend(logits[: len(logits) // 2])
                kept[1].extend(logits[len(logits) // 2 :])
        for fold, (real, made) in scores.items():
            (unseen if fold else seen)[name] = measure(np.array(real), np.array(made))
    return seen, unseen


def save_detector(
    model: nn.Module, folder: Path, config: dict[str, Any], facts: dict[str, Any]
) -> None:
    """In half precision, with the facts of the run."""
    weights = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in model.state_dict().items()
    }
    save_file(weights, folder / "model.safetensors")
    for name, content in (("config", config), ("training", facts)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")


def add_arguments(parser: argparse.ArgumentParser, *, seconds: float = 320) -> None:
    """Those that both recipes have with the same meaning."""
    parser.add_argument("--data-pack", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folds", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seconds", type=float, default=seconds)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
