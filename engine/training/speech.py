"""Speech for the recipes: voices in memory, made more by speed and formants, degraded in batches.

    python -m engine.training.speech SPEAKERS PACK.npz

packs a folder of speakers into one file of Opus, small enough to be carried to another machine.

One clip of a speaker is one room and one microphone; without random rooms, tone and noise for each
crop an encoder would learn those instead of the voice. All of it is done where the networks are.
"""

from __future__ import annotations

import argparse
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

from engine.voice.disguise import at_places, smooth_envelope
from engine.voice.pitch import track

RATE = 16_000
Sound = npt.NDArray[np.float32]
NEVER = ("19", "26", "27")  # speakers of the benchmarks
SHORTEST = 4 * RATE
VOICE_LEVEL = 0.1  # root mean square of each voice
OPUS = 0.885  # soundfile's compression: about 46 kbit/s

# (speed, formants): each makes another person of the same recording.
VARIANTS = ((1.0, 1.0), (0.85, 1.0), (1.18, 1.0), (1.0, 0.88), (1.0, 1.14))
MANY = tuple((s, f) for s in (0.8, 0.9, 1.0, 1.12, 1.25) for f in (0.88, 1.0, 1.14))


def read_speakers(place: Path) -> dict[str, list[Sound]]:
    """Name of each speaker -> recordings as 16 kHz mono: of a folder for each, or of a pack."""
    found: dict[str, list[Sound]] = {}
    if place.suffix == ".npz":
        with np.load(place) as pack:
            bytes_, ends, names = pack["bytes"].tobytes(), pack["ends"], pack["names"]
        for name, start, end in zip(names, [0, *ends[:-1]], ends, strict=True):
            sound, _ = soundfile.read(io.BytesIO(bytes_[start:end]), dtype="float32")
            found.setdefault(str(name), []).append(sound)
        return found
    for folder in sorted(p for p in place.iterdir() if p.is_dir()):
        for file in sorted(folder.glob("*.flac")):
            sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
            mono = soxr.resample(sound.mean(1), rate, RATE) if rate != RATE else sound[:, 0]
            found.setdefault(folder.name, []).append(np.ascontiguousarray(mono, np.float32))
    return found


def pack(speakers: dict[str, list[Sound]], target: Path) -> None:
    """Write what ``read_speakers`` reads again, without the speakers of the benchmarks."""
    parts: list[bytes] = []
    names: list[str] = []
    for name, clips in speakers.items():
        for clip in clips if name not in NEVER else []:
            buffer = io.BytesIO()
            soundfile.write(buffer, clip, RATE, "OPUS", format="OGG", compression_level=OPUS)
            parts.append(buffer.getvalue())
            names.append(name)
    tracks = [
        track(voice_of(c)).hertz.astype(np.float16) for n, c in speakers.items() if n in names
    ]
    np.savez(
        target,
        bytes=np.frombuffer(b"".join(parts), np.uint8),
        ends=np.cumsum([len(p) for p in parts]),
        names=np.array(names),
        pitch=np.concatenate(tracks),
        pitch_ends=np.cumsum([len(t) for t in tracks]),
    )


def read_pitch(place: Path) -> dict[str, Sound]:
    """Name of each speaker -> pitch of ``voice_of`` all clips, every 10 ms: of a pack, which keeps
    them since finding them takes a while, or of a folder."""
    if place.suffix != ".npz":
        return {n: track(voice_of(clips)).hertz for n, clips in read_speakers(place).items()}
    with np.load(place) as kept:
        names = list(dict.fromkeys(str(name) for name in kept["names"]))
        tracks = np.split(kept["pitch"].astype(np.float32), kept["pitch_ends"][:-1])
    return dict(zip(names, tracks, strict=True))


def split(names: list[str], held_out: int, never: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Speakers to train on and speakers never trained on; the same for every recipe."""
    names = sorted(set(names) - set(never))
    order = np.random.default_rng(2505).permutation(len(names))
    kept = {names[i] for i in order[:held_out]}
    return [n for n in names if n not in kept], sorted(kept)


def varied(waves: Tensor, speed: float, formants: float) -> Tensor:
    """(n, samples) -> (n, samples / speed): ``engine.voice.disguise.changed`` for many at once."""
    if speed != 1.0:
        size = waves.shape[1]
        new = round(size / speed)
        spectrum = torch.fft.rfft(waves)
        bins = new // 2 + 1
        spectrum = functional.pad(spectrum, (0, max(0, bins - spectrum.shape[1])))[:, :bins]
        waves = torch.fft.irfft(spectrum, new) * (new / size)
    if formants == 1.0:
        return waves
    window = torch.hann_window(512, device=waves.device)
    spectrum = torch.stft(waves, 512, 128, 512, window, return_complex=True)
    envelope = smooth_envelope(spectrum.abs().transpose(1, 2), 30)
    places = torch.linspace(0, 1, 257, device=waves.device) / formants
    gain = (at_places(envelope, places) - envelope).clamp(-3, 3).exp().transpose(1, 2)
    return torch.istft(spectrum * gain, 512, 128, 512, window, length=waves.shape[1])


def voice_of(clips: list[Sound]) -> Sound:
    """All clips of a speaker one after another, at one level and 4 s or longer."""
    clip = np.concatenate(clips)
    clip = np.resize(clip, max(len(clip), SHORTEST))
    return np.asarray(VOICE_LEVEL * clip / (np.square(clip).mean() ** 0.5 + 1e-9), np.float32)


class Voices:
    """Crops of many voices, in memory on a device. A voice is one speaker in one variant."""

    def __init__(
        self,
        speakers: dict[str, list[Sound]],
        seed: int,
        variants: tuple[tuple[float, float], ...] = VARIANTS,
        device: torch.device | str = "cpu",
        rooms: bool = True,
    ) -> None:
        self.rooms = rooms
        self.random = torch.Generator(device).manual_seed(seed)
        clips = [voice_of(own) for own in speakers.values()]
        stored, starts, sizes, self.count = [], [], [], 0
        lengths = [len(c) for c in clips]
        whole = torch.zeros(len(clips), max(lengths))
        for row, clip in zip(whole, clips, strict=True):
            row[: len(clip)] = torch.from_numpy(clip)
        for speed, formants in variants:
            for few in torch.split(whole, 32):
                made = varied(few.to(device), speed, formants)
                stored.append(made.half().flatten())
                for _ in range(len(few)):
                    starts.append(self.count)
                    self.count += made.shape[1]
            sizes += [int(length / speed) for length in lengths]
        self.stored = torch.cat(stored)
        self.starts = torch.tensor(starts, device=device)
        self.sizes = torch.tensor(sizes, device=device)

    def __len__(self) -> int:
        return len(self.starts)

    def choose(self, count: int) -> Tensor:
        """Different voices, drawn at random: (count,)."""
        order = torch.randperm(len(self), generator=self.random, device=self.starts.device)
        return order[:count]

    def crops(self, chosen: Tensor, samples: int) -> tuple[Tensor, Tensor]:
        """A random crop of each chosen voice, and where in its recording it begins:
        (n,) -> (n, samples), (n,)."""
        free = torch.rand(len(chosen), generator=self.random, device=chosen.device)
        first = (free * (self.sizes[chosen] - samples)).long()
        places = (self.starts[chosen] + first)[:, None]
        places = places + torch.arange(samples, device=chosen.device)
        return self.stored[places].float(), first

    def batch(self, voices: int, each: int, samples: int) -> tuple[Tensor, Tensor]:
        """(voices * each, samples), degraded unless without ``rooms``, and the voice of each."""
        chosen = self.choose(voices).repeat_interleave(each)
        waves, _ = self.crops(chosen, samples)
        return (degraded(waves, self.random) if self.rooms else waves), chosen


def degraded(waves: Tensor, random: torch.Generator) -> Tensor:
    """Each wave in a room, through a microphone, with noise or others speaking, some through a
    codec: (n, samples) -> the same."""
    n, samples = waves.shape
    device = waves.device

    def draw(low: float, high: float) -> Tensor:
        return torch.rand(n, 1, generator=random, device=device) * (high - low) + low

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=random, device=device)

    size = samples + RATE // 2
    spectrum = torch.fft.rfft(waves, size)
    # The room: a direct sound and a tail of decaying noise, in two of three crops.
    time = torch.arange(RATE // 2, device=device) / RATE
    tail = normal(n, RATE // 2) * (-6.9 * time / draw(0.08, 0.6)).exp()
    tail[:, : RATE // 500] = 0
    wet = draw(0.1, 0.7) * (draw(0, 1) < 0.66)
    tail = wet * tail / tail.norm(dim=1, keepdim=True).clamp(min=1e-6)
    tail[:, 0] += 1
    spectrum = spectrum * torch.fft.rfft(tail, size)
    # The microphone: a smooth random tone curve, sometimes a telephone's band.
    curve = functional.interpolate(
        normal(n, 1, 9) * 4, spectrum.shape[1], mode="linear", align_corners=True
    )[:, 0]
    hertz = torch.linspace(0, RATE / 2, spectrum.shape[1], device=device)[None]
    edge = torch.where(draw(0, 1) < 0.2, draw(3000, 7000), torch.full_like(wet, 9000.0))
    curve = curve - 30 * (hertz / edge - 1).clamp(0, 2) * 8
    out = torch.fft.irfft(spectrum * (curve * (math.log(10) / 20)).exp(), size)[:, :samples]
    # Noise of a random colour, or three others of the batch at once.
    noise = torch.fft.rfft(normal(n, samples))
    bins = torch.arange(1, noise.shape[1] + 1, device=device)[None]
    noise = torch.fft.irfft(noise * bins.float() ** -draw(0, 1), samples)
    if n > 8:
        babble = waves.roll(n // 4, 0) + waves.roll(n // 2, 0) + waves.roll(-n // 4, 0)
        noise = torch.where(draw(0, 1) < 0.3, babble, noise)
    level = out.norm(dim=1, keepdim=True) / noise.norm(dim=1, keepdim=True).clamp(min=1e-9)
    amount = 10 ** (-draw(8, 40) / 20) * (draw(0, 1) < 0.7)
    noisy = out + noise * level * amount
    coded: Tensor = torch.where(draw(0, 1) < 0.25, _coded(noisy, draw(20, 45)), noisy)
    return coded


def _coded(waves: Tensor, depth: Tensor) -> Tensor:
    """What a codec leaves: nothing ``depth`` dB (n, 1) below the loudest of each frame."""
    window = torch.hann_window(512, device=waves.device)
    spectrum = torch.stft(waves, 512, 256, 512, window, return_complex=True)
    magnitude = spectrum.abs()
    floor = magnitude.amax(1, keepdim=True) * (10 ** (-depth / 20))[:, :, None]
    kept = spectrum * (magnitude > floor)
    return torch.istft(kept, 512, 256, 512, window, length=waves.shape[1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("speakers", type=Path, help="a folder for each speaker")
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    pack(read_speakers(options.speakers), options.target)
