"""The training that both detectors share, on one number instead of pictures and voices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.check.calibration import auc
from engine.training.detector_school import (
    Clock,
    Pupil,
    evaluated,
    save_detector,
    train_makers,
    train_pupils,
)

GROUPS = {"plus": "a", "minus": "b"}  # makers that add to a number, and that subtract from it


class Toy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(1, 1)

    def forward(self, numbers: Tensor) -> Tensor:
        logits: Tensor = self.layer(numbers)[:, 0]
        return logits


def pair(name: str) -> Tensor:
    real = torch.randn(8, 1)
    return torch.cat([real, real + (3 if name == "plus" else -3)])


def draw() -> tuple[Tensor, Tensor, list[str]]:
    parts = {name: pair(name) for name in GROUPS}
    inputs = torch.cat([*(p[:8] for p in parts.values()), *(p[8:] for p in parts.values())])
    return inputs, torch.arange(32) // 16 * 1.0, [name for name in GROUPS for _ in range(8)]


def test_folds_never_meet_their_group(tmp_path: Path, monkeypatch: Any) -> None:
    torch.manual_seed(0)
    ticks = iter(range(100_000))
    monkeypatch.setattr("engine.training.detector_school.time.monotonic", lambda: next(ticks) / 10)
    clock, device = Clock(), torch.device("cpu")
    lessons: list[int] = []

    def teach(number: int, progress: float) -> None:
        lessons.append(number)
        assert 0 <= progress <= 1

    assert train_makers(teach, 2, 3.0, clock) == len(lessons) // 2 > 3
    pupils = [Pupil(Toy(), left_out, 0.05, device, 1.0) for left_out in (None, "a", "b")]
    saved: list[dict[str, Any]] = []
    steps = train_pupils(pupils, draw, GROUPS, teach, saved.append, 120.0, clock)
    assert steps > 100 and saved and "steps" in saved[0]
    seen, unseen = evaluated(pupils, GROUPS, pair, 4, auc)
    # The two makers pull in opposite directions: who knows only the other one is wrong.
    assert seen.keys() == unseen.keys() == GROUPS.keys()
    assert max(unseen.values()) < 0.2
    save_detector(pupils[0].model, tmp_path, {"class": "Toy"}, {"steps": steps})
    assert load_file(tmp_path / "model.safetensors")["layer.weight"].dtype == torch.float16
    assert json.loads((tmp_path / "training.json").read_text()) == {"steps": steps}


def test_without_makers_to_teach_nothing_is_waited_for() -> None:
    assert train_makers(lambda number, progress: None, 0, 1e9, Clock()) == 0


def test_what_is_due_is_due_again_only_later() -> None:
    clock = Clock()
    assert not clock.due("saved", 0.5)
    assert clock.due("saved", 0.0) and not clock.due("saved", 0.5)
    assert np.isfinite(clock.spent())
