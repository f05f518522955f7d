"""Speech for the recipes: voices in memory, made more by speed and formants, degraded in batches.

One clip of a speaker is one room and one microphone; without random rooms, tone and noise for each
crop an encoder would learn those instead of the voice.
"""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
import torch
from torch import Tensor
from torch.nn import functional

from engine.voice.disguise import changed

RATE = 16_000
Sound = npt.NDArray[np.float32]

# (speed, formants): each makes another person of the same recording.
VARIANTS = ((1.0, 1.0), (0.85, 1.0), (1.18, 1.0), (1.0, 0.88), (1.0, 1.14))


def read_speakers(folder: Path) -> dict[str, list[Sound]]:
    """Name of each subfolder -> its recordings as 16 kHz mono."""
    found: dict[str, list[Sound]] = {}
    for place in sorted(p for p in folder.iterdir() if p.is_dir()):
        for file in sorted(place.glob("*.flac")):
            sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
            mono = soxr.resample(sound.mean(1), rate, RATE) if rate != RATE else sound[:, 0]
            found.setdefault(place.name, []).append(np.ascontiguousarray(mono, np.float32))
    return found


def split(names: list[str], held_out: int, never: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Speakers to train on and speakers never trained on; the same for every recipe."""
    names = sorted(set(names) - set(never))
    order = np.random.default_rng(2505).permutation(len(names))
    kept = {names[i] for i in order[:held_out]}
    return [n for n in names if n not in kept], sorted(kept)


def through_codec(sound: Sound, random: np.random.Generator) -> Sound:
    """MP3 or Ogg at a random quality."""
    buffer = io.BytesIO()
    format, subtype = (("MP3", "MPEG_LAYER_III"), ("OGG", "VORBIS"))[int(random.integers(2))]
    level = float(random.uniform(0.5, 0.95))
    soundfile.write(buffer, sound, RATE, format=format, subtype=subtype, compression_level=level)
    buffer.seek(0)
    back, _ = soundfile.read(buffer, dtype="float32")
    return np.asarray(np.resize(back, len(sound)), np.float32)


class Voices:
    """Crops of many voices. A voice is one speaker in one variant."""

    def __init__(
        self,
        speakers: dict[str, list[Sound]],
        seed: int,
        variants: tuple[tuple[float, float], ...] = VARIANTS,
        codecs: bool = True,
        rooms: bool = True,
    ) -> None:
        self.rooms = rooms
        self.random = np.random.default_rng(seed)
        self.torch_random = torch.Generator().manual_seed(seed)
        self.voices: list[list[Sound]] = []
        for clips in speakers.values():
            for speed, formants in variants:
                voice = [changed(clip, speed, formants) for clip in clips]
                if codecs and (speed, formants) == (1.0, 1.0):
                    voice.append(through_codec(voice[0], self.random))
                self.voices.append(voice)

    def crop(self, voice: int, samples: int) -> Sound:
        clips = self.voices[voice]
        clip = clips[int(self.random.integers(len(clips)))]
        if len(clip) <= samples:
            clip = np.tile(clip, -(-(samples + 1) // len(clip)))
        start = int(self.random.integers(len(clip) - samples))
        return clip[start : start + samples]

    def batch(self, voices: int, each: int, samples: int) -> tuple[Tensor, Tensor]:
        """(voices * each, samples), degraded unless without ``rooms``, and the voice of each."""
        chosen = self.random.choice(len(self.voices), voices, replace=False).repeat(each)
        waves = torch.from_numpy(np.stack([self.crop(int(v), samples) for v in chosen]))
        if self.rooms:
            waves = degraded(waves, self.torch_random)
        return waves, torch.from_numpy(chosen)


def degraded(waves: Tensor, random: torch.Generator) -> Tensor:
    """Each wave in a room, through a microphone, with noise: (n, samples) -> the same."""
    n, samples = waves.shape

    def draw(low: float, high: float) -> Tensor:
        return torch.rand(n, 1, generator=random) * (high - low) + low

    size = samples + RATE // 2
    spectrum = torch.fft.rfft(waves, size)
    # The room: a direct sound and a tail of decaying noise, in two of three crops.
    time = torch.arange(RATE // 2) / RATE
    tail = torch.randn(n, RATE // 2, generator=random)
    tail = tail * (-6.9 * time / draw(0.08, 0.6)).exp()
    tail[:, : RATE // 500] = 0
    wet = draw(0.1, 0.7) * (draw(0, 1) < 0.66)
    tail = wet * tail / tail.norm(dim=1, keepdim=True).clamp(min=1e-6)
    tail[:, 0] += 1
    spectrum = spectrum * torch.fft.rfft(tail, size)
    # The microphone: a smooth random tone curve, sometimes a telephone's band.
    curve = torch.randn(n, 1, 9, generator=random) * 4
    curve = functional.interpolate(curve, spectrum.shape[1], mode="linear", align_corners=True)[
        :, 0
    ]
    hertz = torch.linspace(0, RATE / 2, spectrum.shape[1])[None]
    edge = torch.where(draw(0, 1) < 0.2, draw(3000, 7000), torch.full((n, 1), 9000.0))
    curve = curve - 30 * (hertz / edge - 1).clamp(0, 2) * 8
    out = torch.fft.irfft(spectrum * (curve * (math.log(10) / 20)).exp(), size)[:, :samples]
    # Noise of a random colour.
    noise = torch.fft.rfft(torch.randn(n, samples, generator=random))
    bins = torch.arange(1, noise.shape[1] + 1)[None]
    noise = torch.fft.irfft(noise * bins.float() ** -draw(0, 1), samples)
    level = out.norm(dim=1, keepdim=True) / noise.norm(dim=1, keepdim=True).clamp(min=1e-9)
    amount = 10 ** (-draw(8, 40) / 20) * (draw(0, 1) < 0.7)
    noisy: Tensor = out + noise * level * amount
    return noisy
