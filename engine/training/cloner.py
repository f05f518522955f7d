"""Train the built-in voice cloner: first the vocoder, then converters from different seeds.

    python -m engine.training.cloner --part vocoder --data SPEAKERS --sessions SESSIONS \\
        --out assets/models/NAME --minutes 10
    python -m engine.training.cloner --part converter --seed 1 ...

The converter learns to say a crop again from its disguised content (formants moved, another tone
curve) and from *another* crop of the same voice: only the reference tells it whose voice to use.
Speakers are those of ``engine.training.speaker``; the same ones are never trained on.
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

from engine.models.cloning import HOP, MELS, Converter, MelSpectrogram, Vocoder
from engine.models.voiceprints import WEIGHTS
from engine.training.autoencoder import Ema
from engine.training.speaker import HELD_OUT
from engine.training.speech import VARIANTS, Sound, read_speakers, split
from engine.voice.disguise import at_places, changed
from engine.voice.pitch import track

SAVE_EVERY = 200  # steps
CONTENT_FRAMES, REFERENCE_FRAMES, VOCODER_FRAMES = 128, 160, 64
WINDOWS = (512, 1024, 2048)  # of the spectra that the vocoder is compared in


class Spoken:
    """Voices with their pitch, cut in whole frames."""

    def __init__(self, speakers: dict[str, list[Sound]], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.voices = []
        for clips in speakers.values():
            for variant in VARIANTS:
                sound = changed(clips[0], *variant)
                sound = 0.06 * sound / np.sqrt(np.square(sound).mean() + 1e-9)
                frames = len(sound) // HOP
                if frames <= max(CONTENT_FRAMES, REFERENCE_FRAMES):
                    continue
                self.voices.append((sound, track(sound).every(HOP, frames).hertz))

    def batch(self, voices: int, *frames: int) -> list[tuple[Tensor, Tensor]]:
        """For each length, crops of the same voices: (voices, frames * HOP) and pitch."""
        chosen = self.random.integers(len(self.voices), size=voices)
        found = []
        for count in frames:
            waves, pitches = [], []
            for v in chosen:
                sound, pitch = self.voices[v]
                start = int(self.random.integers(len(pitch) - count))
                waves.append(sound[start * HOP : (start + count) * HOP])
                pitches.append(np.append(pitch[start : start + count], pitch[start + count - 1]))
            found.append((torch.from_numpy(np.stack(waves)), torch.from_numpy(np.stack(pitches))))
        return found


def disguised(mel: Tensor, random: torch.Generator) -> Tensor:
    """Formants moved by up to a fifth and a random tone curve: (n, 80, frames) -> the same."""
    out = []
    for row in mel:
        factor = float(torch.rand((), generator=random)) * 0.4 + 0.8
        out.append(at_places(row.T, torch.linspace(0, 1, MELS) / factor).T)
    curve = torch.randn(len(mel), 1, 6, generator=random) * 0.6
    curve = functional.interpolate(curve, MELS, mode="linear", align_corners=True)
    return torch.stack(out) + curve.transpose(1, 2)


def loudness_of(mel: Tensor) -> Tensor:
    """(n, frames): natural log of each frame's loudness, less its mean."""
    level = mel.logsumexp(1)
    return level - level.mean(1, keepdim=True)


def spectra_distance(output: Tensor, waves: Tensor) -> Tensor:
    """Multi-resolution STFT distance (1910.11480): log magnitude and spectral convergence."""
    total: Tensor = output.new_zeros(())
    for size in WINDOWS:
        window = torch.hann_window(size)
        a, b = (
            torch.stft(x, size, size // 4, size, window, return_complex=True).abs()
            for x in (output, waves)
        )
        level = ((a + 1e-3).log() - (b + 1e-3).log()).abs().mean()
        total = total + level + (a - b).norm() / b.norm().clamp(min=1e-6)
    return total / len(WINDOWS)


def loss_of(
    part: str, model: Any, mels: MelSpectrogram, spoken: Spoken, batch: int, random: torch.Generator
) -> Tensor:
    if part == "vocoder":
        ((waves, pitch),) = spoken.batch(batch, VOCODER_FRAMES)
        return spectra_distance(model(mels(waves), pitch), waves)
    (waves, pitch), (others, _) = spoken.batch(batch, CONTENT_FRAMES, REFERENCE_FRAMES)
    target, reference = mels(waves), mels(others)
    said = model(disguised(target, random), pitch, loudness_of(target), model.colour(reference))
    moved = (said.diff(dim=2) - target.diff(dim=2)).abs().mean()
    # The mean over time is what a voice is told by; single frames cannot be matched exactly.
    mean = (said.mean(2) - target.mean(2)).abs().mean()
    distance: Tensor = (said - target).abs().mean() + 0.5 * moved + mean
    return distance


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    random = torch.Generator().manual_seed(options.seed)
    speakers, sessions = read_speakers(options.data), read_speakers(options.sessions)
    trained, kept = split(list(speakers), HELD_OUT, tuple(sessions))
    spoken = Spoken({name: speakers[name] for name in trained}, options.seed)
    sizes: dict[str, int] = json.loads(options.sizes)
    model: Any = Vocoder(**sizes) if options.part == "vocoder" else Converter(**sizes)
    mels = MelSpectrogram()
    stepper = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.8, 0.98))
    ema = Ema(model, 0.995)
    name = f"{options.part}-{options.seed}"
    checkpoint = options.work / f"{name}.pt"
    options.work.mkdir(parents=True, exist_ok=True)
    step, spent, running = 0, 0.0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        stepper.load_state_dict(state["stepper"])
        ema.average, step, spent = state["ema"], state["step"], state["spent"]
        spoken.random = np.random.default_rng((options.seed, step))
    started = time.process_time() - spent
    while True:
        spent = time.process_time() - started
        done = max(spent / max(60 * options.minutes, 1e-9), step / options.steps)
        if done >= 1:
            break
        for group in stepper.param_groups:
            fall = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done))
            group["lr"] = options.rate * min(1.0, (step + 1) / 50) * fall
        loss = loss_of(options.part, model, mels, spoken, options.batch, random)
        stepper.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 3.0)
        stepper.step()
        step += 1
        ema.update(model, step)
        running += max(0.02, 1 / step) * (loss.item() - running)
        if step % 50 == 0:
            print(f"step {step} {spent / 60:.1f} min loss {running:.4f}", flush=True)
        if step % SAVE_EVERY == 0:
            state = {"model": model.state_dict(), "ema": ema.average, "step": step}
            state |= {"stepper": stepper.state_dict(), "spent": spent}
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
    facts = {
        "part": options.part,
        "seed": options.seed,
        "steps": step,
        "processor_minutes": round(spent / 60, 1),
        "crops_a_step": options.batch,
        "parameters": sum(p.numel() for p in model.parameters()),
        "loss": round(running, 4),
        "speakers": len(trained),
        "voices": len(spoken.voices),
        "never_trained_on": [*kept, *sessions],
    }
    model.load_state_dict(ema.average)
    save(options.out, options.part, sizes, model, facts)


def save(folder: Path, part: str, sizes: dict[str, int], model: Any, facts: dict[str, Any]) -> None:
    """The weights in half precision, the sizes they need, and the facts of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.half().contiguous() for k, v in model.state_dict().items()}
    save_file(weights, folder / WEIGHTS)
    config = {"part": part, "sizes": sizes}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts), flush=True)


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=("vocoder", "converter"), required=True)
    parser.add_argument("--data", type=Path, required=True, help="a folder for each speaker")
    parser.add_argument("--sessions", type=Path, required=True, help="speakers to test on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--sizes", default="{}", help="JSON: the network's sizes")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=15, help="of processor time")
    parser.add_argument("--steps", type=int, default=100_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
