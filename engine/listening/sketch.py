"""A recording read once, block by block, into what can be drawn at any zoom.

Kept per pair of files: the extremes of every ``CELL`` frames (float16, 4 MB for 3 hours at
48 kHz), a column of the spectrogram for every ``STRIDE`` frames (6 MB), loudness and peak.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import api
from engine.context import Context
from engine.listening.spectrum import Spectrum
from engine.measure.loudness import Meter
from engine.problems import Problem

CELL_LEVEL, STRIDE_LEVEL = 9, 14
CELL, STRIDE = 2**CELL_LEVEL, 2**STRIDE_LEVEL
BLOCK = 8 * STRIDE  # frames read at a time
KEEP = 4  # sketches

Samples = npt.NDArray[np.float32]
# Of each file what tells whether it is still the same one.
Key = tuple[tuple[Path, int, int], ...]


@dataclass
class Layer:
    """``cells`` (n, 2): least and greatest sample of any channel; ``columns`` (m, rows): grey."""

    cells: npt.NDArray[np.float16]
    columns: npt.NDArray[np.uint8]
    loudness: float | None
    peak: float


@dataclass
class Sketch:
    frames: int
    rate: int
    channels: int
    layers: dict[str, Layer]


_sketches: OrderedDict[Key, Sketch] = OrderedDict()


def sketch_sound(
    job: api.SketchSound, context: Context
) -> Generator[api.Progress, None, api.SoundSketch]:
    """The runner of ``SketchSound``."""
    sketch = yield from sketched(job.file, job.protected, context)
    return api.SoundSketch(
        job.file,
        sketch.frames,
        sketch.rate,
        sketch.channels,
        {name: layer.loudness for name, layer in sketch.layers.items()},
        {name: layer.peak for name, layer in sketch.layers.items()},
    )


def sketched(
    file: Path, protected: Path | None, context: Context
) -> Generator[api.Progress, None, Sketch]:
    """The sketch of a recording and its protected version, made when it is not there yet."""
    key = tuple(_identity(path) for path in (file, protected) if path is not None)
    if key not in _sketches:
        made = yield from _sketch(file, protected, context)
        _sketches[key] = made
        while len(_sketches) > KEEP:
            _sketches.popitem(last=False)
    _sketches.move_to_end(key)
    return _sketches[key]


def opened(file: Path) -> Any:
    """``file`` as an open ``soundfile.SoundFile``. Raises ``Problem``."""
    import soundfile

    if not file.is_file():
        raise Problem("file.missing", file=file.name)
    try:
        return soundfile.SoundFile(file)
    except (soundfile.SoundFileError, RuntimeError) as damaged:
        raise Problem("recording.damaged", file=file.name) from damaged


def read(sound: Any, start: int, count: int) -> Samples:
    """(count, channels) from frame ``start`` on; silence outside the recording."""
    first, last = max(0, start), min(sound.frames, start + count)
    block = np.zeros((count, sound.channels), np.float32)
    if first < last:
        sound.seek(first)
        part = sound.read(last - first, dtype="float32", always_2d=True)
        block[first - start : first - start + len(part)] = part
    return block


def extremes(block: Samples, cell: int) -> npt.NDArray[np.float32]:
    """(n, 2): least and greatest sample of any channel in every ``cell`` frames."""
    rest = -len(block) % cell
    if rest:
        block = np.pad(block, ((0, rest), (0, 0)), "edge")
    # Along contiguous memory this is ten times as fast.
    cells = np.ascontiguousarray(block.T).reshape(block.shape[1], -1, cell)
    return np.stack([cells.min(2).min(0), cells.max(2).max(0)], 1)


def _identity(file: Path) -> tuple[Path, int, int]:
    try:
        state = file.stat()
    except OSError as missing:
        raise Problem("file.missing", file=file.name) from missing
    return file, state.st_mtime_ns, state.st_size


class _Drawn:
    """One layer while it is read."""

    def __init__(self, rate: int, channels: int) -> None:
        self._cells: list[npt.NDArray[np.float16]] = []
        self._columns: list[npt.NDArray[np.uint8]] = []
        self._meter = Meter(rate, channels, peaks=False)
        self._spectrum = Spectrum(rate)
        self._peak = 0.0

    def add(self, block: Samples) -> None:
        cells = extremes(block, CELL)
        self._cells.append(cells.astype(np.float16))
        self._peak = max(self._peak, float(np.abs(cells).max()))
        self._meter.feed(block)
        mono = np.ascontiguousarray(block.T).mean(0)
        starts = range(STRIDE // 2, len(mono) + STRIDE // 2, STRIDE)
        self._columns.append(self._spectrum.columns(mono, starts))

    def layer(self) -> Layer:
        return Layer(
            np.concatenate(self._cells),
            np.concatenate(self._columns),
            self._meter.loudness,
            self._peak,
        )


def _sketch(
    file: Path, protected: Path | None, context: Context
) -> Generator[api.Progress, None, Sketch]:
    with opened(file) as sound:
        rate, channels = sound.samplerate, sound.channels
        drawn = {"original": _Drawn(rate, channels)}
        frames = 0
        if protected is None:
            for block in _blocks(sound):
                context.check()
                drawn["original"].add(block)
                frames += len(block)
                yield _progress(frames, sound.frames)
        else:
            drawn |= {name: _Drawn(rate, channels) for name in ("protected", "difference")}
            with opened(protected) as other:
                if (other.samplerate, other.channels) != (rate, channels):
                    raise Problem("recording.other-shape", file=protected.name)
                for block, beside in zip(_blocks(sound), _blocks(other), strict=False):
                    context.check()
                    count = min(len(block), len(beside))
                    drawn["original"].add(block[:count])
                    drawn["protected"].add(beside[:count])
                    drawn["difference"].add(beside[:count] - block[:count])
                    frames += count
                    yield _progress(frames, sound.frames)
    if not frames:
        raise Problem("recording.damaged", file=file.name)
    layers = {name: layer.layer() for name, layer in drawn.items()}
    return Sketch(frames, rate, channels, layers)


def _blocks(sound: Any) -> Iterator[Samples]:
    """Read in order; whole blocks but for the last. A tail that cannot be decoded ends it."""
    while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
        yield block


def _progress(frames: int, of: int) -> api.Progress:
    return api.Progress(min(1000, 1000 * frames // max(1, of)), 1000, "read-sound")
