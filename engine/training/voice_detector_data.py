"""What the voice detector learns from: real speech, and many kinds of copies and synthetic speech.

    python -m engine.training.voice_detector_data --data FOLDER --out speech.npz

packs SECONDS of each speaker's recordings and their pitch, and sentences by the system synthesisers
that are installed (espeak-ng, flite: external programs). The copies are made while training, of the
very recordings that stand for real speech, so that neither the words nor the microphone can tell
them apart, and real and made go through the same rooms and codecs. Sounds are float32 at 16 kHz.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.check.voice_net import RATE
from engine.training.voice_channels import (
    coded,
    draw,
    in_room,
    noised,
    telephone,
    through_microphone,
)

Sound = NDArray[np.float32]

SYNTHESISERS = ("espeak-ng", "flite")
SECONDS = 4.0  # of each recording
SAMPLES = int(SECONDS * RATE)
PITCHES = SAMPLES // 160  # one every 10 ms
KEPT_OUT = 0.2  # share of the speakers for evaluation and calibration
UNTOUCHED = ("19", "26", "27")  # speakers that no recipe may use
_BITS = 13  # of the packed samples; their rounding noise lies at -80 dB
_ESPEAK = ("en-us", "en-gb", "en-gb-scotland", "de", "fr", "es", "it", "nl", "pl", "sv")
_VARIANTS = ("", "+m1", "+m3", "+m5", "+m7", "+f1", "+f2", "+f4", "+croak", "+whisper")
_FLITE = ("kal", "kal16", "awb", "rms", "slt")
_SENTENCES = (
    "The train to the coast leaves at a quarter past nine from platform four.",
    "Please call me back as soon as you have read the letter I sent on Monday.",
    "She put the kettle on, opened the window and listened to the rain.",
    "Nobody in the village could remember a winter as long as this one.",
    "Our bank account was blocked this morning and I need your help at once.",
    "He said that the old bridge would be closed until the end of the year.",
    "In the evening the whole family sat around the table and told stories.",
    "The results of the experiment were not what anyone had expected.",
    "Turn left at the church, walk past the bakery and ring the second bell.",
    "A thousand small lights were moving slowly across the dark water.",
    "If the weather holds, we shall reach the summit before noon tomorrow.",
    "I never said that I agreed with him; I only said that I understood him.",
)


def load(file: Path, longest: float = SECONDS) -> Sound:
    """The first ``longest`` seconds as mono at 16 kHz."""
    with soundfile.SoundFile(file) as source:
        samples = source.read(round(longest * source.samplerate), "float32", always_2d=True)
        rate = source.samplerate
    mono = samples.mean(1)
    made: Sound = mono if rate == RATE else soxr.resample(mono, rate, RATE).astype(np.float32)
    return made


def spoken(synthesiser: str, random: np.random.Generator) -> Sound | None:
    """Two sentences by a system synthesiser; None if it is not installed or cannot."""
    program = shutil.which(synthesiser)
    if program is None:
        return None
    text = " ".join(str(s) for s in random.choice(_SENTENCES, size=2, replace=False))
    if synthesiser == "espeak-ng":
        voice = str(random.choice(_ESPEAK)) + str(random.choice(_VARIANTS))
        pitch, speed = str(random.integers(20, 80)), str(random.integers(130, 200))
        command = [program, "-v", voice, "-p", pitch, "-s", speed, "--stdout", text]
        found = subprocess.run(command, capture_output=True, check=False).stdout
    else:
        command = [program, "-voice", str(random.choice(_FLITE)), "-t", text, "-o", "/dev/stdout"]
        found = subprocess.run(command, capture_output=True, check=False).stdout
    try:
        return load_bytes(found)
    except (soundfile.SoundFileError, RuntimeError):
        return None


def load_bytes(data: bytes) -> Sound:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    mono = samples.mean(1)
    made: Sound = mono if rate == RATE else soxr.resample(mono, rate, RATE).astype(np.float32)
    return made


def kept_out(speaker: str) -> bool:
    """Whether a speaker is for evaluation, by a hash of the name."""
    return hashlib.sha256(speaker.encode()).digest()[0] < 256 * KEPT_OUT


# ---- packing --------------------------------------------------------------------------------


def pack(folder: Path, out: Path, megabytes: float, synthetic: int, seed: int) -> dict[str, int]:
    """Write the pack with ``synthetic`` sentences of each synthesiser; how many of each kind."""
    from engine.voice.pitch import track

    random = np.random.default_rng(seed)
    files = [f for f in sorted(folder.rglob("*.flac")) if f.parent.name not in UNTOUCHED]
    sounds: list[NDArray[np.uint8]] = []
    rows: dict[str, Any] = {"kind": [], "kept": [], "pitch": []}
    total = 0

    def add(kind: str, speaker: str, sound: Sound) -> None:
        nonlocal total
        start = int(random.integers(max(len(sound) - SAMPLES, 0) + 1))
        part = sound[start : start + SAMPLES]
        if len(part) < SAMPLES:
            part = np.resize(part, SAMPLES)
        whole = np.rint(part * 2 ** (_BITS - 1)).clip(-(2 ** (_BITS - 1)), 2 ** (_BITS - 1) - 1)
        stream = io.BytesIO()
        soundfile.write(stream, whole.astype(np.int16) << (16 - _BITS), RATE, format="FLAC")
        sounds.append(np.frombuffer(stream.getvalue(), np.uint8))
        rows["kind"].append(kind)
        rows["kept"].append(kept_out(speaker))
        hertz = track(part).hertz
        rows["pitch"].append(np.resize(hertz, PITCHES).astype(np.float16))
        total += len(sounds[-1])

    for synthesiser in SYNTHESISERS:
        for number in range(synthetic):
            made = spoken(synthesiser, random)
            if made is not None:
                add(synthesiser, f"{synthesiser}-{number}", made)
    for index in random.permutation(len(files)):
        if total > megabytes * 1e6:
            break
        add("real", files[index].parent.name, load(files[index], 10.0))
    ends = np.cumsum([len(sound) for sound in sounds])
    np.savez(out, bytes=np.concatenate(sounds), ends=ends, **rows)
    return {kind: rows["kind"].count(kind) for kind in ("real", *SYNTHESISERS)}


@dataclass(frozen=True)
class Speech:
    """``sounds`` (n, SAMPLES) and ``pitch`` (n, PITCHES) in Hz, 0 where unvoiced."""

    sounds: Tensor
    pitch: Tensor

    def __len__(self) -> int:
        return len(self.sounds)

    def batch(self, n: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        rows = torch.from_numpy(random.integers(len(self), size=n)).to(self.sounds.device)
        return self.sounds[rows], self.pitch[rows]


def unpack(file: Path, device: torch.device) -> dict[tuple[str, bool], Speech]:
    """By kind and whether it is kept out of training; all at the same level."""
    with np.load(file) as stored:
        data, ends, kinds = stored["bytes"], stored["ends"], stored["kind"]
        kept, pitch = stored["kept"].astype(bool), stored["pitch"].astype(np.float32)
    sounds = np.empty((len(ends), SAMPLES), np.float32)
    for row, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        sounds[row] = load_bytes(data[start:end].tobytes())[:SAMPLES]
    level = np.sqrt(np.square(sounds).mean(1, keepdims=True)) + 1e-6
    sounds *= 0.06 / level
    found = {}
    for kind in np.unique(kinds):
        for held in (False, True):
            rows = (kinds == kind) & (kept == held)
            if rows.any():
                found[str(kind), held] = Speech(
                    torch.from_numpy(sounds[rows]).to(device),
                    torch.from_numpy(pitch[rows]).to(device),
                )
    return found


# ---- what happens to both -------------------------------------------------------------------


def levelled(sounds: Tensor) -> Tensor:
    return sounds * 0.06 / sounds.square().mean(1, keepdim=True).sqrt().clamp(min=1e-6)


def hybrid(real: Tensor, made: Tensor) -> Tensor:
    """Low frequencies of one and high ones of the other, cut between 1 and 4 kHz."""
    n, samples = real.shape
    hertz = torch.linspace(0, RATE / 2, samples // 2 + 1, device=real.device)[None]
    low = torch.sigmoid((draw(n, 1000, 4000, real.device) - hertz) / 60)
    low = torch.where(draw(n, 0, 1, real.device) < 0.5, low, 1 - low)
    mixed = torch.fft.rfft(real) * low + torch.fft.rfft(made) * (1 - low)
    both: Tensor = torch.fft.irfft(mixed, samples)
    return both


def aligned(real: Tensor, made: Tensor, random: np.random.Generator) -> Tensor:
    """(2n, SAMPLES): real and made at one level. Recordings have often been through a lossy codec
    before; part of the copies get that history as well."""
    made = torch.nan_to_num(made)
    if random.random() < 0.3:
        made = hybrid(real, levelled(made))
    if random.random() < 0.5:
        made = _coded(made, random)
    return levelled(torch.cat([real, made]))


def _coded(sounds: Tensor, random: np.random.Generator) -> Tensor:
    n, device = len(sounds), sounds.device
    top = draw(n, 3500, 12_000, device)
    return coded(sounds, draw(n, 4, 30, device), top)


def augmented(sounds: Tensor, random: np.random.Generator) -> Tensor:
    """Rooms, microphones, noise, telephones and codecs, drawn alike for real and made."""
    n, device = len(sounds), sounds.device
    if random.random() < 0.4:
        sounds = in_room(sounds, draw(n, 0.08, 0.6, device), draw(n, 0.05, 0.6, device))
    if random.random() < 0.7:
        edge = torch.where(
            draw(n, 0, 1, device) < 0.3, draw(n, 3000, 7500, device), draw(n, 9000, 9001, device)
        )
        sounds = through_microphone(sounds, draw(n, 0, 5, device), edge)
    if random.random() < 0.7:
        sounds = noised(sounds, draw(n, 12, 55, device))
    if random.random() < 0.7:
        sounds = _coded(sounds, random)
    if random.random() < 0.1:
        sounds = telephone(sounds)
    if random.random() < 0.2:
        sounds = _coded(sounds, random)
    return levelled(sounds)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of speakers' FLAC files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--megabytes", type=float, default=12)
    parser.add_argument("--synthetic", type=int, default=40, help="sentences of each synthesiser")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    print(pack(given.data, given.out, given.megabytes, given.synthetic, given.seed))
