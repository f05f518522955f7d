"""What the voice detector learns from: real speech, and many kinds of copies and synthetic speech.

Copies are made here, of the very recordings that stand for real speech, so that neither the words
nor the microphone can tell them apart. System synthesisers (espeak-ng, flite) are external programs
and are used where they are installed. Sounds are float32 at 16 kHz.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import librosa
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from engine.check.voice_net import RATE

Sound = NDArray[np.float32]

COPIES = ("griffin-lim-mel", "griffin-lim", "source-filter-lpc", "source-filter-cepstral")
SYNTHESISERS = ("espeak-ng", "flite")
# Kinds that share a principle are left out of training together.
SYSTEMS = {
    "griffin-lim": ("griffin-lim-mel", "griffin-lim"),
    "source-filter": ("source-filter-lpc", "source-filter-cepstral"),
    "synthesiser": SYNTHESISERS,
}
LONGEST = 6.0  # seconds that are used of a recording
_FFT, _HOP = 1024, 256
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


def load(file: Path, longest: float = LONGEST) -> Sound:
    """The first ``longest`` seconds as mono at 16 kHz."""
    with soundfile.SoundFile(file) as source:
        samples = source.read(round(longest * source.samplerate), "float32", always_2d=True)
        rate = source.samplerate
    mono = samples.mean(1)
    made: Sound = mono if rate == RATE else soxr.resample(mono, rate, RATE).astype(np.float32)
    return made


def copy(kind: str, sound: Sound, random: np.random.Generator) -> Sound:
    """The recording said again by a vocoder that needs no training."""
    if kind == "griffin-lim-mel":
        bands = int(random.choice([64, 80, 100]))
        mel = librosa.feature.melspectrogram(
            y=sound, sr=RATE, n_fft=_FFT, hop_length=_HOP, n_mels=bands
        )
        bank = librosa.filters.mel(sr=RATE, n_fft=_FFT, n_mels=bands)
        power = np.clip(np.linalg.pinv(bank) @ mel, 0, None)
        made = _griffin_lim(np.sqrt(power), random)
    elif kind == "griffin-lim":
        made = _griffin_lim(np.abs(librosa.stft(sound, n_fft=_FFT, hop_length=_HOP)), random)
    elif kind in ("source-filter-lpc", "source-filter-cepstral"):
        made = _source_filter(sound, kind.endswith("lpc"), random)
    else:
        raise ValueError(f"unknown copy {kind!r}")
    peak = float(np.abs(made).max()) or 1.0
    return (made * min(1.0, 0.99 / peak)).astype(np.float32)


def _griffin_lim(magnitude: NDArray[np.float32], random: np.random.Generator) -> Sound:
    made: Sound = librosa.griffinlim(
        magnitude,
        n_iter=int(random.integers(12, 40)),
        hop_length=_HOP,
        n_fft=_FFT,
        random_state=int(random.integers(2**31)),
    )
    return made


def _source_filter(sound: Sound, lpc: bool, random: np.random.Generator) -> Sound:
    """Pulses at the pitch and noise, shaped by a smooth spectral envelope, as WORLD does.

    Envelope: linear prediction, or the spectrum's low cepstrum. Noise is mixed in by frequency."""
    pitch = librosa.yin(sound, fmin=60, fmax=420, sr=RATE, frame_length=_FFT, hop_length=_HOP)
    original = librosa.stft(sound, n_fft=_FFT, hop_length=_HOP)
    magnitude = np.abs(original) + 1e-6
    if lpc:
        order = int(random.integers(18, 30))
        framed = librosa.util.frame(np.pad(sound, _FFT // 2), frame_length=_FFT, hop_length=_HOP)
        framed = framed * np.hanning(_FFT)[:, None] + 1e-6 * random.normal(size=framed.shape)
        poles = librosa.lpc(framed.T.astype(np.float64), order=order)
        envelope = 1 / (np.abs(np.fft.rfft(poles, _FFT).T) + 1e-6)
    else:
        cepstrum = np.fft.irfft(np.log(magnitude), axis=0)
        kept = int(random.integers(30, 60))
        cepstrum[kept:-kept] = 0
        envelope = np.exp(np.fft.rfft(cepstrum, axis=0).real)
    frames = min(envelope.shape[1], magnitude.shape[1], len(pitch))
    flat = magnitude[:, :frames] / (envelope[:, :frames] + 1e-9)
    # Where little of the frame's energy lies low, it is unvoiced.
    power = magnitude[:, :frames] ** 2
    voiced = power[: _FFT // 8].sum(0) / power.sum(0) > 0.6
    track = np.interp(np.arange(len(sound)) / _HOP, np.arange(frames), pitch[:frames])
    phase = np.cumsum(track / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0) * np.sqrt(RATE / np.maximum(track, 60))
    noise = random.normal(size=len(sound))
    excitations = [
        librosa.stft(e, n_fft=_FFT, hop_length=_HOP)[:, :frames] for e in (pulses, noise)
    ]
    edge = random.uniform(0.35, 0.7)
    aperiodic = np.clip(np.linspace(0, 1, _FFT // 2 + 1)[:, None] / edge, 0, 1) ** 2
    share = np.where(voiced[None], aperiodic, 1.0)
    mixed = np.sqrt(1 - share) * excitations[0] + np.sqrt(share) * excitations[1]
    gain = np.sqrt((flat**2).mean(0) / ((np.abs(mixed) ** 2).mean(0) + 1e-9))
    made: Sound = librosa.istft(
        mixed * envelope[:, :frames] * gain, hop_length=_HOP, length=len(sound)
    )
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
    made: Sound = soxr.resample(samples.mean(1), rate, RATE).astype(np.float32)
    return made[: int(LONGEST * RATE)]


def augmented(sound: Sound, random: np.random.Generator) -> Sound:
    """Rooms, noise, telephone and codecs, alike for real and made."""
    made = sound / (float(np.abs(sound).max()) + 1e-6) * random.uniform(0.2, 0.95)
    if random.random() < 0.3:
        length = int(random.uniform(0.05, 0.4) * RATE)
        tail = random.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
        tail[0] = random.uniform(3, 12)
        made = fftconvolve(made, tail / np.abs(tail).sum() * 3)[: len(sound)]
    if random.random() < 0.6:
        noise = random.normal(size=len(made))
        if random.random() < 0.5:
            noise = fftconvolve(noise, 0.95 ** np.arange(60))[: len(made)]
        level = np.sqrt(np.mean(made**2) + 1e-9) * 10 ** (-random.uniform(12, 45) / 20)
        made = made + noise / noise.std() * level
    if random.random() < 0.3:
        rate = float(random.choice([8000, 11_025, 12_000]))
        made = soxr.resample(soxr.resample(made, RATE, rate), rate, RATE)
    elif random.random() < 0.4:
        rate = float(random.choice([22_050, 24_000, 44_100, 48_000]))
        made = soxr.resample(soxr.resample(made, RATE, rate), rate, RATE)
    made = np.clip(made, -1, 1).astype(np.float32)
    if random.random() < 0.6:
        made = coded(made, random)
    return made


def coded(sound: Sound, random: np.random.Generator) -> Sound:
    """Through a lossy codec and back."""
    kind = str(random.choice(["MP3", "MP3", "OGG", "OPUS"]))
    stream = io.BytesIO()
    level = float(random.uniform(0.2, 0.95))
    form = "MP3" if kind == "MP3" else "OGG"
    subtype = {"MP3": "MPEG_LAYER_III", "OGG": "VORBIS", "OPUS": "OPUS"}[kind]
    with soundfile.SoundFile(
        stream, "w", RATE, 1, subtype, format=form, compression_level=level
    ) as target:
        target.write(sound)
    stream.seek(0)
    samples, rate = soundfile.read(stream, dtype="float32", always_2d=True)
    back = samples.mean(1)
    if rate != RATE:
        back = soxr.resample(back, rate, RATE)
    return np.asarray(back[: len(sound)], np.float32)
