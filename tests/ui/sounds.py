"""Recordings for tests and screenshots of the window: drawn by the engine's own code, in place."""

from __future__ import annotations

import math
import random
import struct
import wave
from collections.abc import Generator
from pathlib import Path
from typing import Any

from engine import api
from engine.context import Context
from engine.problems import Problem
from engine.work import RUNNERS
from tests.ui.fake_desk import FakeDesk

NOTHING: Any = None
RATE = 8_000


def speech(seconds: float, seed: int = 1, noise: float = 0.0) -> list[float]:
    """Something that looks like somebody talking: syllables of harmonics, and pauses."""
    draw = random.Random(seed)
    samples = [0.0] * round(seconds * RATE)
    at = 0.2
    while at < seconds - 0.4:
        length, pitch = draw.uniform(0.12, 0.3), draw.uniform(110, 150)
        formants = (draw.uniform(350, 800), draw.uniform(1000, 2200))
        harmonics = [
            (n * pitch, sum(math.exp(-(((n * pitch - f) / 160) ** 2)) for f in formants) + 0.04 / n)
            for n in range(1, 24)
            if n * pitch < RATE / 2
        ]
        count, loud = round(length * RATE), draw.uniform(0.12, 0.3)
        for i in range(count):
            t = i / RATE
            shape = loud * math.sin(math.pi * i / count) ** 0.7
            glide = 2 * math.pi * t * (1 + 0.1 * t)
            total = sum(level * math.sin(glide * hertz) for hertz, level in harmonics)
            samples[round(at * RATE) + i] += shape * total * 0.4
        at += length + (draw.uniform(0.5, 1.2) if draw.random() < 0.14 else draw.uniform(0, 0.08))
    if noise:
        near = 0.0
        for i, sample in enumerate(samples):
            near = 0.9 * near + draw.gauss(0, noise)
            samples[i] = sample + near * (abs(sample) > 0.002)
    return samples


def save(file: Path, samples: list[float]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        clipped = (round(32767 * max(-1.0, min(1.0, sample))) for sample in samples)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in clipped))
    return file


def draw_sounds(desk: FakeDesk) -> None:
    """Have the desk answer questions about recordings as the engine would, at once."""
    for kind in (api.SketchSound, api.DrawSound):
        desk.answers[kind] = _answer


def _answer(job: Any) -> Any:
    try:
        return _end(RUNNERS[type(job)](job, Context(NOTHING, NOTHING)))
    except Problem as problem:
        return problem


def _end(steps: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
