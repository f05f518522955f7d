"""Recordings for the DWT watermark: streamed in, streamed out, never whole in memory.

The mark is made at 16 kHz mono and only it is resampled to the recording's own rate; samples,
rate, channels and sample type stay as they are.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soxr

from engine.media import sound_file
from engine.media.atomic import atomic, free_name, make_folder
from engine.media.recording import next_block, opened
from engine.problems import Problem
from engine.watermark.keys import Key
from engine.watermark.scheme import Soft, spread
from engine.watermark.speech_dwt import FRAME, RATE, Secrets, Sound, SpeechMark

SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif", ".w64", ".caf")
BLOCK = 65_536  # samples read at a time
LONGEST_READ = 60  # frames (4 minutes) that are read; a mark shows long before
LONGEST_SHOWN = 900  # frames (an hour) of which is shown where the mark is
_LOUDEST = np.float32(8)  # of full scale: louder samples are damage
CEILING = np.float32(1 - 2**-15)


def is_recording(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES


def mono_16k(file: Path, speed: float = 1.0) -> Iterator[Sound]:
    """The recording as 16 kHz mono pieces; ``speed`` times too fast, it is slowed down to what it
    was. Raises ``file.missing`` or ``recording.damaged``."""
    with _opened(file) as source:
        resampler = soxr.ResampleStream(source.samplerate, RATE * speed, 1, dtype="float32")
        for block in _blocks(source, file):
            # One sample that is no number would spoil a whole frame, and with it the test.
            sound = np.nan_to_num(block.mean(1, dtype=np.float32), posinf=0, neginf=0)
            yield resampler.resample_chunk(sound.clip(-_LOUDEST, _LOUDEST))
        yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)


def frames_of(sound: Iterator[Sound], start: int = 0) -> Iterator[Sound]:
    """Frames that begin at sample ``start`` modulo the frame; what lies before comes first,
    padded at its beginning."""
    size, head = start or FRAME, start > 0
    waiting = np.zeros(0, np.float32)
    for piece in sound:
        waiting = np.concatenate([waiting, piece])
        while len(waiting) >= size:
            part, waiting = waiting[:size], waiting[size:]
            yield np.pad(part, (FRAME - size, 0)) if head else part
            size, head = FRAME, False
    if len(waiting):
        yield np.pad(waiting, (FRAME - size, 0)) if head else waiting


def mark_recording(
    file: Path,
    out: Path | None,
    suffix: str,
    scheme: SpeechMark,
    secrets: Secrets,
    bits: npt.NDArray[np.uint8],
    ratio: float,
    check: Callable[[], None],
) -> tuple[Path, float]:
    """Write the marked recording; returns its path and the signal-to-mark ratio in dB.

    Raises ``Problem`` for what the user can act on; no file is overwritten or left half-written.
    """
    target = _target(file, out, suffix)
    make_folder(target.parent)
    free = free_name(target)
    with tempfile.TemporaryFile() as store:
        for mark in scheme.generate(frames_of(mono_16k(file)), secrets, bits, ratio):
            check()
            store.write(mark.tobytes())
        store.seek(0)
        with _opened(file) as source, atomic(free) as part:
            settings = {
                "samplerate": source.samplerate,
                "channels": source.channels,
                "format": source.format,
                "subtype": source.subtype,
            }
            with sound_file.written(part, **settings) as result:
                return free, _add(
                    _blocks(source, file), result, _resampled(store, source.samplerate), check
                )


def soft_of(
    file: Path, scheme: SpeechMark, secrets: Secrets, start: int, speed: float = 1.0
) -> Soft:
    """Soft values of at most the first four minutes, read from frame start ``start`` on."""
    frames = frames_of(mono_16k(file, speed), start)
    return scheme.extract(itertools.islice(frames, LONGEST_READ), secrets)


def speeds_of(file: Path) -> list[float]:
    """How many times too fast the recording may be, from at most its first four minutes."""
    pieces = frames_of(mono_16k(file))
    return SpeechMark.speeds(itertools.islice(pieces, LONGEST_READ))


def presence_of(
    file: Path, key: Key, payload: int, start: int, speed: float = 1.0
) -> npt.NDArray[np.float32]:
    """(frames,) 0..1 how much each frame (4 s) of at most the first hour says ``payload``."""
    scheme = SpeechMark()
    secrets = scheme.setup(key)
    sign = 2.0 * spread(payload, scheme.length) - 1
    found = []
    for frame in itertools.islice(frames_of(mono_16k(file, speed), start), LONGEST_SHOWN):
        soft = scheme.extract([frame], secrets)
        deviations = float(soft @ sign) / (float(np.linalg.norm(soft)) + 1e-9)
        found.append(np.clip((deviations - 2) / 2, 0, 1))
    return np.array(found or [0], np.float32)


def _add(
    blocks: Iterator[Sound], result: Any, marks: Iterator[Sound], check: Callable[[], None]
) -> float:
    """Original plus mark, block by block; gives up a little of the mark rather than clip."""
    waiting = np.zeros(0, np.float32)
    loud = quiet = 0.0
    for block in blocks:
        check()
        while len(waiting) < len(block):
            piece = next(marks, None)
            if piece is None:
                waiting = np.pad(waiting, (0, len(block) - len(waiting)))
                break
            waiting = np.concatenate([waiting, piece])
        mark, waiting = waiting[: len(block), None], waiting[len(block) :]
        room = np.maximum(CEILING - np.abs(block), 0)
        added = np.clip(mark, -room, room)
        loud += float(np.square(block).sum(dtype=np.float64))
        quiet += float(np.square(added).sum(dtype=np.float64))
        result.write(block + added)
    return float(10 * np.log10((loud + 1e-12) / (quiet + 1e-12)))


def _resampled(store: Any, rate: int) -> Iterator[Sound]:
    resampler = soxr.ResampleStream(RATE, rate, 1, dtype="float32")
    while data := store.read(4 * BLOCK):
        yield resampler.resample_chunk(np.frombuffer(data, np.float32))
    yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)


def _opened(file: Path) -> Any:
    if not file.is_file():
        raise Problem("file.missing", file=file.name)
    return opened(file)


def _blocks(source: Any, file: Path) -> Iterator[Sound]:
    while len(block := next_block(source, BLOCK, file.name)):
        yield block


def _target(file: Path, out: Path | None, suffix: str) -> Path:
    if out is None:
        return file.with_stem(file.stem + suffix)
    return out / file.name if out.is_dir() or not out.suffix else out.with_suffix(file.suffix)
