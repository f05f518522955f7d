"""A recording at the rate at which voices are worked on, and the change being made to it.

Both lie in temporary files, seen through memory maps: an hour takes 230 MB of disk and no memory to
speak of. Pieces overlap and fade into one another, so that no seam is heard.
"""

from __future__ import annotations

import contextlib
import mmap
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from engine.api.voice import Span
from engine.media.recording import BLOCK, WORKING_RATE, Recording, Samples, Sound

PIECE = 6.0  # seconds worked on at a time
OVERLAP = 0.25  # seconds in which one piece fades into the next
FADE = 0.02  # seconds at the ends of a region
PASS = 65_536  # samples looked at together in a pass over the whole recording
SHORTEST = 0.15  # seconds that are worth changing


@dataclass
class Working:
    """``mono`` and ``delta`` are (samples,) at 16 kHz."""

    mono: Sound
    delta: Sound

    def add(self, start: int, change: npt.NDArray[np.floating], span: tuple[int, int]) -> None:
        """Add a piece's change, faded at the ends where it meets another piece of its region."""
        size = len(change)
        ramp = min(round(OVERLAP * WORKING_RATE), size // 2)
        gain = np.ones(size, np.float32)
        if ramp and start > span[0]:
            gain[:ramp] = np.linspace(0, 1, ramp, endpoint=False)
        if ramp and start + size < span[1]:
            gain[-ramp:] = np.linspace(1, 0, ramp, endpoint=False)
        self.delta[start : start + size] += (change * gain).astype(np.float32)

    def blocks(self, first: int, last: int) -> Iterator[slice]:
        """Samples ``first`` to ``last`` in parts of 4 s, for one pass over them."""
        for start in range(first, last, PASS):
            yield slice(start, min(start + PASS, last))
            self.release()

    def release(self) -> None:
        """Give back the memory of what was looked at: it stays in the files."""
        for each in (self.mono, self.delta):
            pages = getattr(each, "_mmap", None)
            if pages is not None and hasattr(pages, "madvise"):  # not on Windows
                pages.madvise(mmap.MADV_DONTNEED)

    def resampled(self, rate: int, spans: Sequence[Span], samples: int) -> Iterator[Sound]:
        """The change at another rate, exactly zero outside the regions."""
        resampler = soxr.ResampleStream(WORKING_RATE, rate, 1, dtype="float32")
        place = 0
        for begin in range(0, len(self.delta) + BLOCK, BLOCK):
            part = np.ascontiguousarray(self.delta[begin : begin + BLOCK])
            piece = resampler.resample_chunk(part, last=begin + BLOCK >= len(self.delta) + BLOCK)
            piece = piece[: max(0, samples - place)]
            yield piece * gate(spans, rate, place, len(piece))
            place += len(piece)
            self.release()


@contextlib.contextmanager
def working(
    recording: Recording,
    check: Callable[[], None],
    start: int = 0,
    stop: int | None = None,
    watch: Callable[[Samples], None] = lambda block: None,
) -> Iterator[Working]:
    """Decode a recording once, or a stretch of it, and show ``watch`` its samples; the files are
    gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cloakroom-") as folder:
        place = Path(folder)
        length = 0
        with (place / "mono").open("wb") as out:
            for piece in recording.mono(WORKING_RATE, start, stop, watch):
                check()
                out.write(piece.tobytes())
                length += len(piece)
        with (place / "delta").open("wb") as out:
            out.truncate(4 * max(length, 1))
        mono = np.memmap(place / "mono", np.float32, "r", shape=(length,))
        delta = np.memmap(place / "delta", np.float32, "r+", shape=(length,))
        try:
            yield Working(mono, delta)
        finally:
            # An open map keeps its file busy on some systems; one that is still used stays open.
            for each in (mono, delta):
                with contextlib.suppress(BufferError):
                    each._mmap.close()  # type: ignore[attr-defined]


def pieces(spans: Sequence[Span], length: int) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """(start, stop, region) in working samples, each at most ``PIECE`` long, of even size within a
    region and overlapping."""
    overlap = round(OVERLAP * WORKING_RATE)
    for span in spans:
        region = (
            max(0, round(span.start * WORKING_RATE)),
            min(length, round(span.end * WORKING_RATE)),
        )
        size = region[1] - region[0]
        if size < SHORTEST * WORKING_RATE:
            continue
        count = max(1, -(-(size - overlap) // round((PIECE - OVERLAP) * WORKING_RATE)))
        each = -(-(size + (count - 1) * overlap) // count)
        for number in range(count):
            start = region[0] + number * (each - overlap)
            yield start, min(start + each, region[1]), region


def gate(spans: Sequence[Span], rate: int, start: int, size: int) -> npt.NDArray[np.float32]:
    """(size,) 1 inside the regions, 0 outside, rising and falling inside them."""
    out = np.zeros(size, np.float32)
    ramp = max(2, round(FADE * rate))
    for span in spans:
        first, last = round(span.start * rate), round(span.end * rate)
        low, high = max(first, start), min(last, start + size)
        if high <= low:
            continue
        place = np.arange(low, high)
        nearest = np.minimum(place - first, last - 1 - place) / min(
            ramp, max(1, (last - first) // 2)
        )
        value = 0.5 - 0.5 * np.cos(np.pi * np.clip(nearest, 0, 1))
        out[low - start : high - start] = np.maximum(out[low - start : high - start], value)
    return out
