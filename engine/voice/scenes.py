"""Ambiences: seven synthesised here, and recordings that the user added.

All are mono at 16 kHz, speech-free, and loop without a seam: the end fades into the beginning at
equal power. What is synthesised depends on the name and the seed alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from engine.api.voice import Scene
from engine.media.atomic import atomic, make_folder
from engine.media.recording import Recording
from engine.problems import Problem
from engine.voice.names import checked

RATE = 16_000
SECONDS = 12.0  # of a loop
FADE = 1.0  # seconds of its end that fade into its beginning
LONGEST_OWN = 60.0  # seconds kept of an own recording

Sound = npt.NDArray[np.float64]


def folder_of(home: Path) -> Path:
    return home / "scenes"


def listed(home: Path) -> tuple[Scene, ...]:
    own = sorted(path.stem for path in folder_of(home).glob("*.flac"))
    return (*(Scene(name) for name in BUILT_IN), *(Scene(name, own=True) for name in own))


def add(home: Path, recording: Recording, name: str) -> None:
    """Take a recording into the library. Raises ``Problem``: ``profile.name`` or
    ``scene.exists``."""
    name = checked(name)
    target = folder_of(home) / f"{name}.flac"
    if name in BUILT_IN or target.exists():
        raise Problem("scene.exists", name=name)
    stop = min(recording.samples, round(LONGEST_OWN * recording.rate))
    sound = np.concatenate(list(recording.mono(RATE, 0, stop))).astype(np.float64)
    make_folder(target.parent)
    with atomic(target) as part:
        soundfile.write(part, _level(sound) * 0.1, RATE, format="FLAC", subtype="PCM_16")


def remove(home: Path, name: str) -> None:
    target = folder_of(home) / f"{name}.flac"
    if name in BUILT_IN or not target.is_file():
        raise Problem("scene.unknown", name=name)
    target.unlink()


def sound_of(home: Path, name: str, seed: int) -> Sound:
    """One loop, root mean square 1. Raises ``Problem("scene.unknown")``."""
    if name in BUILT_IN:
        random = np.random.default_rng((seed, *name.encode()))
        length = round((SECONDS + FADE) * RATE)
        return _level(looped(BUILT_IN[name](random, length)))
    file = folder_of(home) / f"{name}.flac"
    if not file.is_file():
        raise Problem("scene.unknown", name=name)
    sound, _ = soundfile.read(file, dtype="float64")
    return _level(looped(sound) if len(sound) > 3 * FADE * RATE else sound)


def looped(sound: Sound) -> Sound:
    """``sound`` without its last second, which fades into the first at equal power."""
    fade = round(FADE * RATE)
    ramp = np.linspace(0, math.pi / 2, fade)
    body = sound[:-fade].copy()
    body[:fade] = body[:fade] * np.sin(ramp) + sound[-fade:] * np.cos(ramp)
    return body


def stretch(loop: Sound, start: int, samples: int) -> Sound:
    """``samples`` of the endless loop from sample ``start`` on."""
    return np.take(loop, np.arange(start, start + samples), mode="wrap")


def _level(sound: Sound) -> Sound:
    sound = sound - sound.mean()
    return np.asarray(sound / max(float(np.sqrt(np.square(sound).mean())), 1e-9))


# ---- synthesis ------------------------------------------------------------------------------

Random = np.random.Generator


def _shaped(random: Random, length: int, decibels: Callable[[Sound], Sound]) -> Sound:
    """Noise whose level at each frequency (Hz) is ``decibels``."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    hertz = np.fft.rfftfreq(length, 1 / RATE)
    return np.fft.irfft(spectrum * 10 ** (decibels(np.maximum(hertz, 1.0)) / 20), length)


def _slope(per_octave: float, low: float, high: float) -> Callable[[Sound], Sound]:
    """So many dB per octave, with 24 dB per octave below ``low`` and above ``high``."""

    def level(hertz: Sound) -> Sound:
        octaves = np.log2(hertz / 500)
        below = np.maximum(np.log2(low / hertz), 0) * 24
        above = np.maximum(np.log2(hertz / high), 0) * 24
        return np.asarray(per_octave * octaves - below - above)

    return level


def _slow(random: Random, length: int, hertz: float) -> Sound:
    """A random curve that changes at ``hertz``: mean 0, deviation about 1."""
    points = random.standard_normal(max(4, int(length / RATE * hertz) + 3))
    place = np.linspace(0, len(points) - 1, length)
    low = np.minimum(place.astype(int), len(points) - 2)
    share = 0.5 - 0.5 * np.cos(np.pi * (place - low))
    return np.asarray(points[low] * (1 - share) + points[low + 1] * share)


def _rain(random: Random, length: int) -> Sound:
    """A hiss of many drops and single near ones."""
    sound = _level(_shaped(random, length, _slope(-1.5, 400, 7500)))
    sound *= 10 ** (_slow(random, length, 0.4) * 1.0 / 20)
    for _ in range(int(length / RATE * 60)):
        at = int(random.integers(length - 800))
        size = int(random.integers(60, 500))
        drop = np.exp(-np.arange(size) / (size / 5)) * random.standard_normal(size)
        sound[at : at + size] += drop * random.exponential(0.9)
    return sound


def _wind(random: Random, length: int) -> Sound:
    """Low noise in gusts, with a whistle that follows them."""
    gust = 10 ** (_slow(random, length, 0.5) * 5 / 20)
    low = _level(_shaped(random, length, _slope(-6, 40, 900))) * gust
    high = _level(_shaped(random, length, _slope(-2, 300, 2200))) * gust**1.8 * 0.35
    return low + high


def _street(random: Random, length: int) -> Sound:
    """Distant traffic, and cars that pass."""
    sound = _level(_shaped(random, length, _slope(-4, 50, 3500)))
    time = np.arange(length) / RATE
    for _ in range(int(length / RATE / 3)):
        at, width = random.uniform(0, length / RATE), random.uniform(0.8, 1.8)
        tyres = _level(_shaped(random, length, _slope(-2.5, 120, 5000)))
        sound += tyres * random.uniform(0.6, 1.6) * np.exp(-(((time - at) / width) ** 2))
    return sound


def _cafe(random: Random, length: int) -> Sound:
    """A crowd's murmur without words: buzzes through random, slowly moving formants, each too
    irregular for a syllable to be heard; and dishes."""
    sound = 0.5 * _level(_shaped(random, length, _slope(-4, 150, 4000)))
    time = np.arange(length) / RATE
    for _ in range(10):
        pitch = random.uniform(90, 230) * 2 ** (0.12 * _slow(random, length, 1.2))
        phase = np.cumsum(pitch) / RATE
        buzz = np.zeros(length)
        formant = 600 * 2 ** (0.5 * _slow(random, length, 2.5))
        second = 1600 * 2 ** (0.35 * _slow(random, length, 2.5))
        for k in range(1, 16):
            at = k * pitch
            strength = np.exp(-(((at - formant) / 250) ** 2))
            strength += 0.5 * np.exp(-(((at - second) / 350) ** 2))
            buzz += strength * np.sin(2 * np.pi * k * phase + random.uniform(0, 6))
        level = np.clip(_slow(random, length, 3.0) + 0.3, 0, 2)
        sound += 0.55 * _level(buzz * level)
    for _ in range(int(length / RATE * 0.7)):
        begin = int(random.integers(length - 4000))
        wave = np.sin(2 * np.pi * random.uniform(1800, 5200) * time[:4000])
        ring = np.exp(-time[:4000] * random.uniform(25, 70)) * wave
        sound[begin : begin + 4000] += ring * random.uniform(0.5, 1.8)
    return sound


def _train(random: Random, length: int) -> Sound:
    """A rolling rumble, and the wheels over joints."""
    sound = _level(_shaped(random, length, _slope(-5, 40, 2500)))
    sound *= 10 ** (_slow(random, length, 1.0) * 1.5 / 20)
    place, period = 0.2, random.uniform(0.75, 0.95)
    while place < length / RATE - 0.4:
        for offset in (0.0, 0.11):
            at = int((place + offset) * RATE)
            size = min(1600, length - at)
            knock = random.standard_normal(size) * np.exp(-np.arange(size) / 220)
            sound[at : at + size] += np.convolve(knock, np.ones(12) / 4, "same") * 2.0
        place += period * random.uniform(0.97, 1.03)
    return sound


def _airport(random: Random, length: int) -> Sound:
    """A large hall: ventilation, a faint hum, far steps and trolleys."""
    sound = _level(_shaped(random, length, _slope(-3.5, 80, 4500)))
    time = np.arange(length) / RATE
    hum = sum(g * np.sin(2 * np.pi * f * time) for f, g in ((100, 0.3), (200, 0.2), (400, 0.08)))
    rolling = _level(_shaped(random, length, _slope(-1, 250, 3000)))
    sound += hum + 0.6 * rolling * np.clip(_slow(random, length, 0.7), 0, 2)
    return sound


def _room(random: Random, length: int) -> Sound:
    """A quiet room's own tone: soft noise and a trace of mains."""
    time = np.arange(length) / RATE
    sound = _level(_shaped(random, length, _slope(-3, 60, 6000)))
    return sound + 0.12 * np.sin(2 * np.pi * 100 * time)


BUILT_IN: dict[str, Callable[[Random, int], Sound]] = {
    "rain": _rain,
    "wind": _wind,
    "street": _street,
    "cafe": _cafe,
    "train": _train,
    "airport": _airport,
    "room": _room,
}
