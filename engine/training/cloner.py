"""Train the built-in voice cloner: the vocoder, and converters from different seeds.

    python -m engine.training.cloner --part vocoder --data SPEAKERS --out assets/models/NAME \\
        --seconds 300 --device cuda
    python -m engine.training.cloner --part converter --seed 1 ...

The converter learns to say a crop again from its disguised content (formants moved, another tone
curve) and from *another* crop of the same voice: only the reference tells it whose voice to use.
Speakers are those of ``engine.training.speaker``; the same ones are never trained on.
Stops ``--seconds`` after the start; the weights are saved every minute.
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

from engine.models.cloners import LEVEL
from engine.models.cloning import HOP, MELS, Converter, MelSpectrogram, Vocoder
from engine.models.voiceprints import WEIGHTS
from engine.training.averaging import Ema
from engine.training.speaker import HELD_OUT, LAST, SAVE_EVERY
from engine.training.speech import (
    MANY,
    NEVER,
    VARIANTS,
    VOICE_LEVEL,
    Sound,
    Voices,
    read_pitch,
    read_speakers,
    split,
)  # fmt: skip
from engine.voice.pitch import HOP as PITCH_HOP

CONTENT_FRAMES, REFERENCE_FRAMES, VOCODER_FRAMES = 128, 160, 64
WINDOWS = (512, 1024, 2048)  # of the spectra that the vocoder is compared in


class Spoken:
    """Voices with their pitch, cut in whole frames, on a device."""

    def __init__(
        self,
        speakers: dict[str, list[Sound]],
        pitches: dict[str, Sound],
        seed: int,
        variants: tuple[tuple[float, float], ...],
        device: torch.device,
    ) -> None:
        self.voices = Voices(speakers, seed, variants, device, rooms=False)
        tracks = [pitches[name] for name in speakers]
        self.pitch = torch.zeros(len(tracks), max(len(t) for t in tracks), device=device)
        for row, found in zip(self.pitch, tracks, strict=True):
            row[: len(found)] = torch.from_numpy(found)
        self.speeds = torch.tensor([speed for speed, _ in variants], device=device)

    def batch(self, voices: int, *frames: int) -> list[tuple[Tensor, Tensor, Tensor]]:
        """For each length, crops of the same voices: (voices, frames * HOP), pitch in Hz
        (voices, frames + 1), and which voices."""
        chosen = self.voices.choose(voices)
        people = len(self.pitch)
        speed = self.speeds[chosen // people][:, None]
        found = []
        for count in frames:
            waves, first = self.voices.crops(chosen, count * HOP)
            frame = torch.arange(count + 1, device=chosen.device) * HOP
            place = ((first[:, None] + frame) * speed / PITCH_HOP).round().long()
            place = place.clamp(max=self.pitch.shape[1] - 1)
            pitch = self.pitch[chosen % people].gather(1, place) * speed
            found.append((waves * (LEVEL / VOICE_LEVEL), pitch, chosen))
        return found


def disguised(mel: Tensor, random: torch.Generator) -> Tensor:
    """Formants moved by up to a fifth and a random tone curve: (n, 80, frames) -> the same."""
    n, device = len(mel), mel.device
    factor = torch.rand(n, 1, generator=random, device=device) * 0.4 + 0.8
    places = torch.linspace(0, MELS - 1, MELS, device=device)[None] / factor
    places = places.clamp(max=MELS - 1)
    low = places.floor().long().clamp(max=MELS - 2)
    share = (places - low)[:, :, None]
    low = low[:, :, None].expand_as(mel)
    moved = mel.gather(1, low) * (1 - share) + mel.gather(1, low + 1) * share
    curve = torch.randn(n, 1, 6, generator=random, device=device) * 0.6
    curve = functional.interpolate(curve, MELS, mode="linear", align_corners=True)
    return moved + curve.transpose(1, 2)


def loudness_of(mel: Tensor) -> Tensor:
    """(n, frames): natural log of each frame's loudness, less its mean."""
    level = mel.logsumexp(1)
    return level - level.mean(1, keepdim=True)


def spectra_distance(output: Tensor, waves: Tensor) -> Tensor:
    """Multi-resolution STFT distance (1910.11480): log magnitude and spectral convergence."""
    total: Tensor = output.new_zeros(())
    for size in WINDOWS:
        window = torch.hann_window(size, device=output.device)
        a, b = (
            torch.stft(x, size, size // 4, size, window, return_complex=True).abs()
            for x in (output, waves)
        )
        level = ((a + 1e-3).log() - (b + 1e-3).log()).abs().mean()
        total = total + level + (a - b).norm() / b.norm().clamp(min=1e-6)
    return total / len(WINDOWS)


def usual_pitch(pitch: Tensor) -> Tensor:
    """(n, frames) in Hz, 0 unvoiced -> (n, 1), the geometric mean; 120 where nothing is voiced."""
    voiced = (pitch > 0).float()
    octaves = (pitch.clamp(min=50) / 120).log2() * voiced
    return 120 * 2 ** (octaves.sum(1, keepdim=True) / voiced.sum(1, keepdim=True).clamp(min=1))


def loss_of(
    part: str, model: Any, mels: MelSpectrogram, spoken: Spoken, batch: int, random: torch.Generator
) -> Tensor:
    if part == "vocoder":
        ((waves, pitch, _),) = spoken.batch(batch, VOCODER_FRAMES)
        return spectra_distance(model(mels(waves), pitch), waves)
    (waves, pitch, _), (others, theirs, _) = spoken.batch(batch, CONTENT_FRAMES, REFERENCE_FRAMES)
    target, reference = mels(waves), mels(others)
    content, level = disguised(target, random), loudness_of(target)
    colour = model.colour(reference)
    said = model(content, pitch, level, colour)
    moved = (said.diff(dim=2) - target.diff(dim=2)).abs().mean()
    # The mean over time is what a voice is told by; single frames cannot be matched exactly.
    mean = (said.mean(2) - target.mean(2)).abs().mean()
    # In somebody else's voice and at their pitch there is nothing to compare frames with, but the
    # mean and the spread of each band should be that voice's.
    moved_to = pitch * (usual_pitch(theirs).roll(1, 0) / usual_pitch(pitch))
    other = model(target, moved_to, level, colour.roll(1, 0))
    wanted = reference.roll(1, 0)
    voice = (other.mean(2) - wanted.mean(2)).abs().mean()
    voice = voice + (other.std(2) - wanted.std(2)).abs().mean()
    distance: Tensor = (said - target).abs().mean() + 0.5 * moved + mean + 0.3 * voice
    return distance


def train(options: argparse.Namespace) -> None:
    started = time.monotonic()
    torch.manual_seed(options.seed)
    torch.set_num_threads(2)
    device = torch.device(options.device)
    random = torch.Generator(device).manual_seed(options.seed)
    speakers = read_speakers(options.data)
    trained, kept = split(list(speakers), HELD_OUT, NEVER)
    own = {name: speakers[name] for name in trained[: options.speakers]}
    variants = VARIANTS if options.few else MANY
    spoken = Spoken(own, read_pitch(options.data), options.seed, variants, device)
    sizes: dict[str, int] = json.loads(options.sizes)
    network: Any = Vocoder(**sizes) if options.part == "vocoder" else Converter(**sizes)
    model = network.to(device)
    mels = MelSpectrogram().to(device)
    stepper = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.8, 0.98))
    ema = Ema(model, 0.995)
    facts = {
        "part": options.part,
        "seed": options.seed,
        "crops_a_step": options.batch,
        "parameters": sum(p.numel() for p in model.parameters()),
        "speakers": len(own),
        "voices": len(spoken.voices),
        "variants": [list(variant) for variant in variants],
        "never_trained_on": [*kept, *NEVER],
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
    }
    print(f"{len(spoken.voices)} voices after {time.monotonic() - started:.1f} s", flush=True)
    step, running = 0, 0.0
    began = saved = told = time.monotonic()
    end = started + options.seconds - LAST
    while True:
        now = time.monotonic()
        done = (now - began) / max(end - began, 1e-9)
        if done >= 1 or now - saved > SAVE_EVERY:
            saved = now
            state = {"steps": step, "seconds": round(now - started), "loss": round(running, 4)}
            save(options.out, options.part, sizes, ema.average, facts | state)
            print(json.dumps(state), flush=True)
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
        if step % 10 == 0 or device.type == "cpu":
            running += max(0.1, 1 / step) * (loss.item() - running)
        if now - told > 10:
            told = now
            print(f"step {step} {now - started:.0f} s loss {running:.4f}", flush=True)


def save(
    folder: Path,
    part: str,
    sizes: dict[str, int],
    average: dict[str, Tensor],
    facts: dict[str, Any],
) -> None:
    """The weights in half precision, the sizes they need, and the facts of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.half().contiguous().cpu() for k, v in average.items()}
    save_file(weights, folder / WEIGHTS)
    config = {"part": part, "sizes": sizes}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=("vocoder", "converter"), required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of speakers, or a pack")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--few", action="store_true", help="five variants instead of fifteen")
    parser.add_argument("--sizes", default="{}", help="JSON: the network's sizes")
    parser.add_argument("--speakers", type=int, default=None, help="at most as many")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=300, help="in all, by the clock")
    parser.add_argument("--device", default="cpu")
    return parser.parse_args(given)


if __name__ == "__main__":
    train(arguments())
