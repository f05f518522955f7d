"""The built-in detectors: loaded like any model, calibrated, and honest about what they are worth.

``calibration.json`` beside the weights holds the split-conformal threshold at 1 % false positives,
the logistic calibration, the measured error rate with its interval, and the AUC on generators the
detector was not trained with (``engine.training.detector_calibration`` makes it).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine import api
from engine.check.image_net import SIDE, ImageNet, folded
from engine.check.voice_net import RATE, WINDOW, VoiceNet, folded as folded_voice
from engine.context import Context
from engine.models.builtin import FOLDER

IMAGE, VOICE = "image-detector", "voice-detector"
WEAK_AUC = 0.75  # below it a detector is a weak hint and makes no verdict
ENOUGH = 99  # real files for a line at 1 % false positives
_FLAT = 1.5  # standard deviation (of 255) below which a crop says nothing
_CROPS = 36

Pixels = NDArray[np.uint8]
Check = Callable[[], None]


@dataclass(frozen=True)
class Errors:
    """How often real files of one kind lie above the line, with the 95 % interval."""

    error_rate: float
    error_interval: tuple[float, float]
    data: str  # a key of ``detector_words.DATA``


@dataclass(frozen=True)
class Calibration:
    """``threshold`` and the logistic's ``slope`` and ``offset`` are in logits. ``kinds``: the
    errors on files that reached the user in a special way, by its name."""

    threshold: float
    slope: float
    offset: float
    error_rate: float
    error_interval: tuple[float, float]
    data: str
    auc: float
    measured: api.Measured = "generators"  # what the AUC was measured on
    files: int = 0  # of the user's own, where they were used
    kinds: dict[str, Errors] = field(default_factory=dict)

    def errors(self, kind: str) -> Errors:
        """On data like a file of this kind, as far as that was measured."""
        return self.kinds.get(kind) or Errors(self.error_rate, self.error_interval, self.data)

    @property
    def weak(self) -> bool:
        return self.auc < WEAK_AUC or (self.measured != "generators" and self.files < ENOUGH)

    def probability(self, logit: float) -> float:
        return _sigmoid(self.slope * logit + self.offset)


@dataclass(frozen=True)
class Detector:
    name: str
    network: Any = field(repr=False)  # a module, or a downloaded one's wrapper
    calibration: Calibration
    sha256: str
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def weak(self) -> bool:
        return self.calibration.weak

    @property
    def builtin(self) -> bool:
        return self.name in (IMAGE, VOICE)

    def reading(
        self,
        logit: float,
        windows: tuple[api.Window, ...] = (),
        spread: float | None = None,
        name: str | None = None,
        kind: str = "",
    ) -> api.DetectorReading:
        known = self.calibration
        errors = known.errors(kind)
        return api.DetectorReading(
            name=name or self.name,
            score=round(_sigmoid(logit), 4),
            # At chance on unseen generators, a detector knows no more than was known before.
            calibrated_probability=0.5 if self.weak else round(known.probability(logit), 4),
            threshold=round(_sigmoid(known.threshold), 4),
            error_rate=errors.error_rate,
            error_interval=errors.error_interval,
            data=errors.data,
            auc=round(known.auc, 3),
            weak=self.weak,
            measured=known.measured,
            files=known.files,
            windows=windows,
            spread=spread,
            sha256=self.sha256,
        )


def load(name: str, context: Context) -> Detector | None:
    """The built-in detector of that name; None where its files are not there."""
    folder = FOLDER / name
    weights = folder / "model.safetensors"
    if not weights.is_file() or not (folder / "calibration.json").is_file():
        return None

    def make() -> Detector:
        known = json.loads((folder / "calibration.json").read_text())
        facts = {key: known[key] for key in Calibration.__dataclass_fields__ if key in known}
        facts["error_interval"] = tuple(facts["error_interval"])
        facts["kinds"] = {
            kind: Errors(errors["error_rate"], tuple(errors["error_interval"]), errors["data"])
            for kind, errors in facts.get("kinds", {}).items()
        }
        return Detector(
            name,
            network(name, context.device),
            Calibration(**facts),
            hashlib.sha256(weights.read_bytes()).hexdigest(),
            context.device,
        )

    found: Detector = context.models.get(name, make, 2 * weights.stat().st_size)
    return found


def network(name: str, device: torch.device, folder: Any = None) -> nn.Module:
    """The bare network in evaluation mode, in float32."""
    from safetensors.torch import load_file

    folder = folder or FOLDER / name
    config = json.loads((folder / "config.json").read_text())
    width = int(config["width"])
    model: ImageNet | VoiceNet = VoiceNet(width)
    if config["class"] == "ImageNet":
        model = ImageNet(width, bool(config.get("periodic")))
    model.load_state_dict(
        {
            key: value.float() if value.is_floating_point() else value
            for key, value in load_file(folder / "model.safetensors").items()
        }
    )
    model = folded(model) if isinstance(model, ImageNet) else folded_voice(model)
    return model.eval().requires_grad_(False).to(device)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(min(x, 60.0), -60.0)))


# ---- pictures -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """Logits of crops and where they lie: y, x, height, width in shares of 10,000."""

    logits: NDArray[np.float64]
    boxes: NDArray[np.int64]

    @property
    def logit(self) -> float:
        return float(self.logits.mean())

    @property
    def scores(self) -> NDArray[np.float64]:
        made: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(self.logits, -60, 60)))
        return made


@torch.no_grad()
def scan(model: nn.Module, pixels: Pixels, check: Check, crops: int = _CROPS) -> Grid | None:
    """Score native crops spread over ``pixels`` (H, W, 3); None where all of them are flat."""
    height, width = pixels.shape[:2]
    if min(height, width) < SIDE:
        return None
    share = math.sqrt(crops * height / width)
    rows = max(1, min(round(share), height // (SIDE // 2)))
    columns = max(1, min(round(crops / max(share, 1)), width // (SIDE // 2)))
    parts, boxes = [], []
    for y in np.linspace(0, height - SIDE, rows).astype(int):
        for x in np.linspace(0, width - SIDE, columns).astype(int):
            part = pixels[y : y + SIDE, x : x + SIDE]
            if float(part.std()) >= _FLAT:
                parts.append(part)
                boxes.append((y / height, x / width, SIDE / height, SIDE / width))
    if not parts:
        return None
    device = next(model.parameters()).device
    logits = []
    for start in range(0, len(parts), 12):
        check()
        stack = torch.from_numpy(np.stack(parts[start : start + 12])).to(device)
        logits.append(model(stack.permute(0, 3, 1, 2).float() / 255).cpu().numpy())
    return Grid(np.concatenate(logits).astype(np.float64), (np.array(boxes) * 1e4).astype(np.int64))


# ---- recordings -----------------------------------------------------------------------------


@torch.no_grad()
def listen(
    model: nn.Module, sound: NDArray[np.float32], check: Check, overlap: bool = True
) -> tuple[tuple[float, float, float], ...]:
    """(start, end, logit) of windows of a mono recording at 16 kHz, each half over the next one
    with ``overlap``.

    Windows without speech-like level are left out; at least two seconds are needed."""
    size = int(WINDOW * RATE)
    if len(sound) < 2 * RATE:
        return ()
    if len(sound) < size:
        sound = np.pad(sound, (0, size - len(sound)), mode="wrap")
    device = next(model.parameters()).device
    loud = float(np.sqrt(np.mean(sound**2))) + 1e-9
    starts = list(range(0, len(sound) - size + 1, size // 2 if overlap else size))
    kept = [s for s in starts if float(np.sqrt(np.mean(sound[s : s + size] ** 2))) > 0.15 * loud]
    found: list[tuple[float, float, float]] = []
    for group in range(0, len(kept), 16):
        check()
        some = kept[group : group + 16]
        waves = torch.from_numpy(np.stack([sound[s : s + size] for s in some])).to(device)
        logits = model(waves).cpu().numpy()
        found += [
            (s / RATE, (s + size) / RATE, float(v)) for s, v in zip(some, logits, strict=True)
        ]
    return tuple(found)
