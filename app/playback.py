"""Two recordings read in step and mixed into one stream: the part of the player that computes.

Imported by the player's thread, since it needs numpy.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from engine.problems import Problem
from ui.player import Source, Track

Frames = npt.NDArray[np.float32]

BLOCK = 4096  # frames read at a time
AHEAD = 0.4  # seconds kept ready
FADE = 0.008  # seconds in which one source gives way to another

# How much of the original and of the protected file is heard.
SHARES = {
    Source.ORIGINAL: (1.0, 0.0),
    Source.PROTECTED: (0.0, 1.0),
    Source.DIFFERENCE: (-1.0, 1.0),
}


class Reader:
    """The files of a track, block by block from any place, at the rate of the device."""

    def __init__(self, track: Track) -> None:
        """Raises ``Problem``."""
        self._files = [_opened(path) for path in (track.original, track.protected) if path]
        self.rate: int = self._files[0].samplerate
        self.channels = min(2, self._files[0].channels)
        first = round(track.start * self.rate) if track.protected is not None else 0
        self._offsets = [first, 0][: len(self._files)]
        self.frames: int = min(
            file.frames - offset for file, offset in zip(self._files, self._offsets, strict=True)
        )
        self.target = self.rate
        self._resampler: Any = None
        self.at = 0  # the next frame to read
        self.seek(0)

    def seek(self, frame: int) -> None:
        self.at = min(max(0, frame), self.frames)
        for file, offset in zip(self._files, self._offsets, strict=True):
            file.seek(self.at + offset)
        self._resampler = None

    def read(self, until: int | None = None) -> tuple[int, Frames]:
        """The place of the block and (frames, files, channels); no frames at the end."""
        place = self.at
        count = max(0, min(BLOCK, (self.frames if until is None else until) - place))
        parts = [file.read(count, dtype="float32", always_2d=True) for file in self._files]
        count = min(len(part) for part in parts)
        self.at += count
        blocks = np.stack([self._heard(part[:count]) for part in parts], 1)
        if self.target != self.rate:
            blocks = self._resampled(blocks)
        return place, blocks

    def close(self) -> None:
        for file in self._files:
            file.close()

    def _heard(self, part: Frames) -> Frames:
        """Two channels at most; what a surround recording has beyond them is mixed in."""
        if part.shape[1] <= 2:
            return part
        mixed: Frames = part[:, :2] * 0.7 + part[:, 2:].mean(1, keepdims=True) * 0.5
        return mixed

    def _resampled(self, blocks: Frames) -> Frames:
        flat = blocks.reshape(len(blocks), -1)
        if self._resampler is None:
            self._resampler = soxr.ResampleStream(
                self.rate, self.target, flat.shape[1], dtype="float32"
            )
        made: Frames = self._resampler.resample_chunk(flat)
        return made.reshape(len(made), *blocks.shape[1:])


@dataclass
class _Chunk:
    place: float  # seconds into the files
    blocks: Frames
    used: int = 0


class Mixer:
    """Between the thread that reads and the one that plays. Switching sources only changes two
    factors, so it happens within one buffer and at the very same sample."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._chunks: deque[_Chunk] = deque()
        self._ready = 0  # frames
        self._heard = np.zeros(2, np.float32)
        self._wanted = np.zeros(2, np.float32)
        self._place: float | None = None
        self._ended = False

    def set_shares(self, shares: tuple[float, float]) -> None:
        with self._lock:
            self._wanted = np.array(shares, np.float32)

    @property
    def place(self) -> float | None:
        """Seconds into the files of what was handed over last; None before that."""
        return self._place

    @property
    def finished(self) -> bool:
        return self._ended and not self._ready

    def wants_more(self) -> bool:
        return not self._ended and self._ready < AHEAD * self.rate

    def put(self, place: float, blocks: Frames) -> None:
        with self._lock:
            self._chunks.append(_Chunk(place, blocks))
            self._ready += len(blocks)

    def end(self) -> None:
        self._ended = True

    def clear(self) -> None:
        """Forget what is ready: something else is to be heard."""
        with self._lock:
            self._chunks.clear()
            self._ready, self._ended, self._place = 0, False, None

    def fill(self, out: Frames) -> None:
        """Called by the device. Silence where nothing is ready."""
        with self._lock:
            done = 0
            while done < len(out) and self._chunks:
                chunk = self._chunks[0]
                part = chunk.blocks[chunk.used : chunk.used + len(out) - done]
                self._mix(part, out[done : done + len(part)])
                chunk.used += len(part)
                done += len(part)
                self._place = chunk.place + chunk.used / self.rate
                if chunk.used >= len(chunk.blocks):
                    self._chunks.popleft()
            self._ready -= done
        out[done:] = 0
        np.clip(out, -1, 1, out=out)

    def _mix(self, part: Frames, out: Frames) -> None:
        """out = share of the original + share of the protected, each gliding to what is wanted."""
        count, files = part.shape[:2]
        step = 1 / (FADE * self.rate)
        glide = np.arange(1, count + 1, dtype=np.float32)[:, None] * step
        change = self._wanted - self._heard
        shares = self._heard + change * np.minimum(glide, 1.0)
        self._heard = shares[-1] if count else self._heard
        out[:] = 0
        for file in range(files):
            out += part[:, file] * shares[:, file, None]


def _opened(path: Any) -> Any:
    try:
        return soundfile.SoundFile(path)
    except (OSError, soundfile.SoundFileError, RuntimeError) as error:
        code = "recording.damaged" if path.is_file() else "file.missing"
        raise Problem(code, file=path.name) from error
