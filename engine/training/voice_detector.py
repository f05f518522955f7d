"""Train the built-in voice detector: real speech against copies and synthesisers.

    python -m engine.training.voice_detector_data --data FOLDER --out speech.npz
    python -m engine.training.voice_detector --data-pack speech.npz --out assets/models/NAME \\
        --device cuda --seconds 320

First small neural vocoders and codecs are trained (``voice_makers``), then the detector learns to
tell real speech from what those, methods without training, the cloner's own vocoder and system
synthesisers make; the makers go on learning meanwhile. Beside the detector that ships, one more for
each group of makers is trained without that group: its error rate on the group, for speakers kept
out of training, says how the detector does on a maker that it does not know.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from engine.check.calibration import auc
from engine.check.voice_net import RATE, WINDOW, VoiceNet
from engine.training.detector_school import (
    Batch,
    Clock,
    Pupil,
    add_arguments,
    evaluated,
    save_detector,
    train_makers,
    train_pupils,
)
from engine.training.voice_detector_data import (
    SYNTHESISERS,
    Speech,
    aligned,
    augmented,
    levelled,
    unpack,
)
from engine.training.voice_makers import FAMILIES, HOP, PLAIN, Workshop, plain

BUILTIN = "vocoder-builtin"
GROUPS = ("griffin-lim", "source-filter", "frames", "samples", "codec", "synthesiser")
MAKERS_SHARE = 0.35  # of the time, before the detector begins
FINISH = 30.0  # seconds kept for evaluation and saving
LENGTH = int(WINDOW * RATE)


def equal_error(real: NDArray[np.float64], fake: NDArray[np.float64]) -> float:
    """The error rate at the threshold where both kinds of error are as frequent."""
    lines = np.sort(np.concatenate([real, fake]))
    wrong = [(float((real > line).mean()), float((fake <= line).mean())) for line in lines]
    return min((max(pair) for pair in wrong), default=0.5)


class Makers:
    """Everything that makes speech, by name."""

    def __init__(
        self,
        options: argparse.Namespace,
        device: torch.device,
        speech: dict[tuple[str, bool], Speech],
    ) -> None:
        self.device, self.speech = device, speech
        families = tuple(f for f in FAMILIES if f.name in options.families)
        self.workshop = Workshop(families, device, options.maker_rate)
        self.random = torch.Generator().manual_seed(options.seed)
        self.groups = {family.name: family.group for family in families} | PLAIN
        self.groups |= {kind: "synthesiser" for kind in SYNTHESISERS if (kind, False) in speech}
        self.vocoder: Any = None
        try:
            self.vocoder = _vocoder(options.vocoder, device)
            self.groups[BUILTIN] = "source-filter"
        except (OSError, ImportError, KeyError, RuntimeError) as missing:
            print(f"without {BUILTIN}: {missing}", flush=True)
        self.names = sorted(self.groups)

    @torch.no_grad()
    def pairs(
        self, name: str, n: int, held: bool, random: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Real speech and what the maker makes: of the same, or its own sentences."""
        real, pitch = self.speech["real", held].batch(n, random)
        if name in SYNTHESISERS:
            held = held and (name, True) in self.speech
            return real, self.speech[name, held].batch(n, random)[0]
        if name in PLAIN:
            return real, plain(name, real, pitch, self.random)
        if name == BUILTIN:
            mels, vocoder = self.vocoder
            mel = mels(real)
            hertz = functional.interpolate(pitch[:, None], mel.shape[2], mode="nearest")[:, 0]
            made = vocoder(mel, hertz)
            return real, functional.pad(made, (0, real.shape[1] - made.shape[1]))
        return real, self.workshop.made(name, real, pitch)


def _vocoder(folder: Path, device: torch.device) -> tuple[Any, Any]:
    from engine.models.cloning import MelSpectrogram, Vocoder

    config = json.loads((folder / "config.json").read_text())
    network = Vocoder(**config["sizes"])
    state = load_file(folder / "model.safetensors")
    network.load_state_dict({key: value.float() for key, value in state.items()})
    return MelSpectrogram().to(device), network.eval().requires_grad_(False).to(device)


def window(sounds: Tensor, random: np.random.Generator) -> Tensor:
    start = int(random.integers(sounds.shape[1] - LENGTH + 1))
    return sounds[:, start : start + LENGTH]


def batch(makers: Makers, options: argparse.Namespace, random: np.random.Generator) -> Batch:
    """Pairs of several makers: waves (2n, LENGTH), 0 (real) or 1 (made) for each, and the maker of
    each pair. All real ones come first."""
    real, fake, names = [], [], []
    for name in random.choice(makers.names, options.groups, replace=False):
        some, made = makers.pairs(str(name), options.pairs, False, random)
        both = window(augmented(aligned(some, made, random), random), random)
        real.append(both[: options.pairs])
        fake.append(both[options.pairs :])
        names += [str(name)] * options.pairs
    waves = torch.cat([*real, *fake])
    labels = torch.zeros(len(waves), device=waves.device)
    labels[len(waves) // 2 :] = 1
    return waves, labels, names


def train(options: argparse.Namespace) -> None:
    clock = Clock()
    torch.manual_seed(options.seed)
    torch.set_num_threads(2)
    device = torch.device(options.device)
    random = np.random.default_rng(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    speech = unpack(options.data_pack, device)
    learn, makers = speech["real", False], Makers(options, device, speech)
    counts = {f"{kind}{' kept out' if held else ''}": len(s) for (kind, held), s in speech.items()}
    clock.tell(json.dumps(counts))
    apprentices = list(makers.workshop.makers)

    def teach(number: int, progress: float) -> None:
        sounds, pitch = learn.batch(options.maker_batch, random)
        start = int(random.integers(sounds.shape[1] - RATE) // (5 * HOP)) * 5 * HOP
        part = levelled(sounds[:, start : start + 16_640])  # 13 of 1280: 65 frames
        hertz = pitch[:, start // 160 : start // 160 + 104]
        makers.workshop.step(apprentices[number % len(apprentices)], part, hertz, progress)

    end = options.seconds - FINISH * min(1.0, options.seconds / 120)
    rounds = train_makers(teach, len(apprentices), options.seconds * MAKERS_SHARE, clock)
    sample = learn.batch(min(16, len(learn)), random)
    quality = makers.workshop.quality(*sample)
    clock.tell(f"spectral difference {json.dumps(quality)}")
    pupils = [pupil(options, group, device) for group in (None, *GROUPS)]
    if not options.folds:
        pupils = pupils[:1]

    def save(facts: dict[str, Any]) -> None:
        config = {"class": "VoiceNet", "width": options.width}
        save_detector(pupils[0].model, options.out, config, facts)

    steps = train_pupils(
        pupils, lambda: batch(makers, options, random), makers.groups,
        teach if apprentices else None, save, end, clock,
    )  # fmt: skip
    facts: dict[str, Any] = {"seed": options.seed, "steps": steps, "device": device.type}
    facts |= {"pairs_a_step": options.groups * options.pairs, "recordings": counts}
    facts |= {"parameters": sum(p.numel() for p in pupils[0].model.parameters())}
    facts |= {"maker_rounds": rounds, "maker_difference": quality}
    save(facts)
    fresh = np.random.default_rng(options.seed + 1)

    def unheard(name: str) -> Tensor:
        real, made = makers.pairs(name, options.pairs, True, fresh)
        return window(augmented(aligned(real, made, fresh), fresh), fresh)

    met, left_out = evaluated(pupils, makers.groups, unheard, options.checks, auc_and_equal_error)
    facts |= {"auc_eer": met, "auc_eer_group_left_out": left_out}
    facts |= {"seconds": round(clock.spent(), 1)}
    save(facts)
    print(json.dumps(facts), flush=True)


def pupil(options: argparse.Namespace, left_out: str | None, device: torch.device) -> Pupil:
    model = VoiceNet(options.width).to(device)
    return Pupil(model, left_out, options.rate, device, steepest=1.0)


def auc_and_equal_error(real: NDArray[np.float64], fake: NDArray[np.float64]) -> list[float]:
    return [round(auc(real, fake), 3), round(equal_error(real, fake), 3)]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_arguments(parser)
    parser.add_argument("--vocoder", type=Path, default=Path("assets/models/vocoder-builtin"))
    every = [family.name for family in FAMILIES]
    parser.add_argument("--families", nargs="*", default=every, choices=every)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--groups", type=int, default=8, help="makers in a step")
    parser.add_argument("--pairs", type=int, default=12, help="pairs of each maker in a step")
    parser.add_argument("--checks", type=int, default=10, help="batches of each maker at the end")
    parser.add_argument("--maker-batch", type=int, default=24)
    parser.add_argument("--maker-rate", type=float, default=1e-3)
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
