"""A head for a downloaded speech network, fitted on the user's own recordings.

Self-supervised speech networks (wav2vec 2.0, WavLM, HuBERT) hear traces of how a voice was made in
their lower layers, but say nothing by themselves. Here each of the user's real recordings stands
against copies of itself: by the built-in vocoder, and by Griffin-Lim from magnitudes and from mel
bands. Real and copy go through the same treatment. A logistic regression on the mean features of
one layer tells them apart; what is kept as its scores comes from heads that met neither the
recording nor that way of copying, so that the error stated is one on unseen voices and makers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.context import Context
from engine.measure.logistic import logistic
from engine.models import builtin
from engine.models.load import cached
from engine.models.roles import SpeechFeatures
from engine.models.store import Store
from engine.problems import Problem
from engine.training.voice_makers import plain

Sound = NDArray[np.float32]
Rows = NDArray[np.float64]

LOADER = "speech"
SECONDS = 4.0  # of a recording, that the network is shown
FOLDS = 5
PENALTY = 1e-2  # of the squared weights
_LAYER = 3  # the layer a third of the way up
_FRAME = 1280  # samples that the makers of copies work in
# Ways of copying by the kind of traces they leave; those of one kind are left out together.
WAYS = {"vocoder": "vocoder", "griffin-lim": "phases", "griffin-lim-mel": "phases"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Head:
    """Of features (width,): logit = (x - mean) / scale . weight + bias."""

    layer: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float

    def logits(self, rows: Rows) -> Rows:
        found: Rows = (rows - self.mean) / self.scale @ np.array(self.weight) + self.bias
        return found


class HeadedSpeech:
    """``roles.Detector``: the network with a head of one's own."""

    sample_rate: int | None = 16_000

    def __init__(self, network: SpeechFeatures, head: Head) -> None:
        self.id, self.sha256 = network.id, network.sha256
        self.network, self.head = network, head

    @torch.no_grad()
    def score(self, x: Tensor) -> Tensor:
        rows = self.network.features(x)[:, self.head.layer].double().cpu().numpy()
        return torch.from_numpy(1 / (1 + np.exp(-self.head.logits(rows).clip(-60, 60))))


def networks(use: str, context: Context, folder: Path | None) -> Iterator[SpeechFeatures]:
    """The installed speech networks of that use; one that cannot be loaded is left out."""
    store = Store(folder)
    for id in store.installed():
        entry = store.entry(id)
        if entry.loader != LOADER or use not in entry.used_by:
            continue
        try:
            network: SpeechFeatures = cached(context, id, folder)
        except Problem as problem:
            _log.warning("%s is not used: %s", id, problem)
            continue
        yield network


def head_of(record: dict[str, Any], network: SpeechFeatures) -> Head | None:
    """None for a record of other weights, or one that is not what it should be."""
    try:
        if record["sha256"] != network.sha256:
            return None
        kept = record["head"]
        mean, scale, weight = (
            tuple(float(v) for v in kept[name]) for name in ("mean", "scale", "weight")
        )
        head = Head(int(kept["layer"]), mean, scale, weight, float(kept["bias"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    fits = {len(mean), len(scale), len(weight)} == {network.width}
    finite = bool(np.isfinite([*mean, *scale, *weight, head.bias]).all()) and min(scale) > 0
    return head if fits and finite and 0 <= head.layer < network.layers else None


# ---- features -------------------------------------------------------------------------------


class Examples:
    """What one network hears of each recording and of the copies made of it."""

    def __init__(self, network: SpeechFeatures) -> None:
        self.network = network
        self.layer = network.layers // _LAYER
        self.real: list[Rows] = []
        self.copies: list[dict[str, Rows]] = []

    def add(self, real: Sound, copies: dict[str, Sound], context: Context) -> None:
        self.real.append(self._heard(real, context))
        self.copies.append({way: self._heard(copy, context) for way, copy in copies.items()})

    @torch.no_grad()
    def _heard(self, sound: Sound, context: Context) -> Rows:
        context.check()
        wave = torch.from_numpy(sound.copy())[None].to(context.device)
        features = self.network.features(wave)[0, self.layer]
        row: Rows = features.double().cpu().numpy()
        return row


def piece(wave: Sound) -> Sound:
    """The loudest ``SECONDS`` of a recording at 16 kHz, in whole frames."""
    size = min(int(SECONDS * 16_000), len(wave)) // _FRAME * _FRAME
    energy = np.concatenate([[0.0], np.cumsum(np.square(wave, dtype=np.float64))])
    starts = np.arange(0, len(wave) - size + 1, _FRAME)
    start = int(starts[(energy[starts + size] - energy[starts]).argmax()])
    return wave[start : start + size]


@torch.no_grad()
def copies(wave: Sound, number: int, context: Context) -> dict[str, Sound]:
    """Each way's copy of a piece, as long as the piece."""
    sound = torch.from_numpy(wave.copy())[None]
    random = torch.Generator().manual_seed(number)
    unvoiced = torch.zeros(1, len(wave) // 160)
    found = {}
    for way in WAYS:
        if way == "vocoder":
            model = builtin.cloner(builtin.CLONERS[0], context)
            made = model.resynthesise(sound.to(context.device))[0].cpu()
        else:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(number)
                made = plain(way, sound, unvoiced, random)[0]
        part = np.zeros(len(wave), np.float32)
        part[: min(len(part), len(made))] = made[: len(part)].float().numpy()
        found[way] = part
        context.check()
    return found


# ---- fitting --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fitted:
    """``real`` and ``pairs`` are logits by heads that met neither file nor way of copying."""

    head: Head
    real: list[float]
    pairs: list[tuple[float, float]]


def fit(examples: Examples) -> Fitted:
    """The head on everything, and what to expect of it by cross-validation."""
    files = range(len(examples.real))
    kinds = sorted(set(WAYS.values()))
    real, pairs = [], []
    for fold in range(FOLDS):
        inside = [n for n in files if n % FOLDS == fold]
        rest = [n for n in files if n % FOLDS != fold]
        heads = {kind: _fitted(examples, rest, without=kind) for kind in kinds}
        for n in inside:
            own = {kind: float(head.logits(examples.real[n])) for kind, head in heads.items()}
            real.append(float(np.mean(list(own.values()))))
            for way, copy in examples.copies[n].items():
                kind = WAYS[way]
                pairs.append((own[kind], float(heads[kind].logits(copy))))
    return Fitted(_fitted(examples, list(files)), real, pairs)


def _fitted(examples: Examples, files: Sequence[int], without: str = "") -> Head:
    real = np.stack([examples.real[n] for n in files])
    made = [copy for n in files for way, copy in examples.copies[n].items() if WAYS[way] != without]
    if not made:
        raise ValueError("no copies to learn from")
    rows = np.concatenate([real, np.stack(made)])
    mean, scale = rows.mean(0), rows.std(0) + 1e-6
    x = torch.from_numpy((rows - mean) / scale)
    y = torch.cat([torch.zeros(len(real)), torch.ones(len(made))])
    weight, bias = logistic(x, y, PENALTY, steps=100)
    values = [tuple(round(float(v), 6) for v in part)
              for part in (mean, scale, weight)]  # fmt: skip
    return Head(examples.layer, values[0], values[1], values[2], round(bias, 6))
