"""Recordings: what they are, and their samples in blocks, never whole in memory.

soundfile reads WAV, FLAC, AIFF, MP3, Ogg and Opus; m4a, AAC and the sound of videos are decoded to
a temporary WAV file first (``sound_tracks``). All limits are checked here.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from engine.api.voice import VOICE_SUFFIXES
from engine.media.sound_tracks import NEEDS_FFMPEG, Track, decode, track_of
from engine.problems import Problem

BLOCK = 65_536  # frames read at a time
LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
MOST_CHANNELS = 8
SHORTEST, LONGEST = 0.3, 3 * 3600.0  # seconds
WORKING_RATE = 16_000
WHOLE_NUMBERS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32}
FLOATS = frozenset(("FLOAT", "DOUBLE"))

Samples = npt.NDArray[Any]
Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Recording:
    """``readable`` is what soundfile opens: the file itself, or what ffmpeg made of ``track``."""

    path: Path
    readable: Path
    container: str
    encoding: str
    rate: int
    channels: int
    samples: int
    track: Track | None = None

    @property
    def seconds(self) -> float:
        return self.samples / self.rate

    @property
    def lossless(self) -> bool:
        if self.track is not None:
            return self.track.lossless
        return self.encoding in WHOLE_NUMBERS or self.encoding in FLOATS

    def blocks(
        self, dtype: str = "float32", start: int = 0, stop: int | None = None
    ) -> Iterator[Samples]:
        """(frames, channels) pieces between two samples."""
        left = (self.samples if stop is None else min(stop, self.samples)) - start
        with opened(self.readable) as source:
            if start:
                source.seek(start)
            while left > 0:
                block = next_block(source, min(BLOCK, left), self.path.name, dtype)
                if not len(block):
                    return
                left -= len(block)
                yield block

    def mono(
        self,
        rate: int = WORKING_RATE,
        start: int = 0,
        stop: int | None = None,
        watch: Callable[[Samples], None] = lambda block: None,
    ) -> Iterator[Sound]:
        """The mean of the channels at ``rate``, in pieces; ``watch`` is shown what was read."""
        resampler = soxr.ResampleStream(self.rate, rate, 1, dtype="float32")
        for block in self.blocks("float32", start, stop):
            watch(block)
            yield resampler.resample_chunk(block.mean(1, dtype=np.float32))
        yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)


@contextlib.contextmanager
def reading(path: Path, check: Callable[[], None] = lambda: None) -> Iterator[Recording]:
    """Open a recording. Raises ``Problem``: ``file.missing``, ``file.empty``,
    ``recording.damaged``, ``recording.ffmpeg``, ``recording.no-sound`` or one of the limits."""
    if not path.is_file():
        raise Problem("file.missing", file=path.name)
    try:
        empty = path.stat().st_size == 0
    except OSError as error:
        raise Problem("file.unreadable", file=path.name) from error
    if empty:
        raise Problem("file.empty", file=path.name)
    with contextlib.ExitStack() as stack:
        readable, track = path, None
        if path.suffix.lower() in NEEDS_FFMPEG:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cloakroom-")))
            track, readable = track_of(path), folder / "decoded.wav"
            decode(path, readable, check)
        with opened(readable, path.name) as source:
            found = Recording(
                path=path,
                readable=readable,
                container=source.format if track is None else path.suffix[1:].upper(),
                encoding=source.subtype if track is None else track.codec.upper(),
                rate=source.samplerate,
                channels=source.channels,
                samples=source.frames,
                track=track,
            )
        _within_limits(found)
        yield found


def is_recording(path: Path) -> bool:
    return path.suffix.lower() in VOICE_SUFFIXES


def opened(path: Path, name: str | None = None) -> Any:
    try:
        return soundfile.SoundFile(path)
    except (soundfile.SoundFileError, RuntimeError, TypeError) as damaged:
        raise Problem("recording.damaged", file=name or path.name) from damaged


def next_block(source: Any, frames: int, name: str, dtype: str = "float32") -> Samples:
    """(n, channels) the next ``frames``, fewer at the end. Raises ``recording.damaged`` where they
    cannot be decoded; ``name`` is the file's."""
    try:
        return np.asarray(source.read(frames, dtype=dtype, always_2d=True))
    except (soundfile.SoundFileError, RuntimeError) as damaged:
        raise Problem("recording.damaged", file=name) from damaged


def _within_limits(found: Recording) -> None:
    name = found.path.name
    if not LOWEST_RATE <= found.rate <= HIGHEST_RATE:
        raise Problem("recording.rate", file=name, rate=found.rate)
    if found.channels > MOST_CHANNELS:
        raise Problem("recording.channels", file=name, channels=found.channels)
    if found.seconds < SHORTEST:
        raise Problem("recording.short", file=name)
    if found.seconds > LONGEST:
        raise Problem("recording.long", file=name)
