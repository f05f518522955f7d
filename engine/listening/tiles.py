"""Tiles of a recording's waveform or spectrogram at any zoom: the runner of ``DrawSound``."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine import api
from engine.api.listening import TILE_COLUMNS, TILE_ROWS
from engine.context import Context
from engine.listening.sketch import (
    CELL_LEVEL,
    STRIDE_LEVEL,
    Layer,
    Samples,
    extremes,
    opened,
    read,
    sketched,
)
from engine.listening.spectrum import Spectrum

Grey = npt.NDArray[np.uint8]


def draw_sound(
    job: api.DrawSound, context: Context
) -> Generator[api.Progress, None, api.SoundTile]:
    """From the sketch when a column covers as much as that knows, else from the file itself."""
    coarse = CELL_LEVEL if job.view == "waveform" else STRIDE_LEVEL
    layer = None
    if job.level >= coarse:
        sketch = yield from sketched(job.file, job.protected, context)
        layer = sketch.layers["original" if job.protected is None else "difference"]
    picture = _waveform(job, layer) if job.view == "waveform" else _spectrogram(job, layer)
    return api.SoundTile(np.ascontiguousarray(picture).tobytes())


def _waveform(job: api.DrawSound, layer: Layer | None) -> Grey:
    per = 2**job.level
    if layer is not None:
        cells = per >> CELL_LEVEL
        part = layer.cells[job.index * TILE_COLUMNS * cells :][: TILE_COLUMNS * cells]
        rest = -len(part) % cells
        whole = np.pad(part.astype(np.float32), ((0, rest), (0, 0)), "edge" if rest else "constant")
        ends = whole.reshape(-1, cells, 2)
        curve = np.stack([ends[:, :, 0].min(1), ends[:, :, 1].max(1)], 1)
    else:
        block = _samples(
            job.file, job.protected, job.index * TILE_COLUMNS * per, TILE_COLUMNS * per
        )
        curve = extremes(block, per)
    return covered(curve.astype(np.float32) * np.float32(job.gain))


def covered(curve: npt.NDArray[np.float32]) -> Grey:
    """(TILE_ROWS, TILE_COLUMNS): how much of each pixel lies between the curve's two ends.

    A column is joined to the next, so that a steep or a silent stretch still is one line of at
    least a pixel.
    """
    low, high = curve[:, 0].copy(), curve[:, 1].copy()
    low[1:], high[1:] = np.minimum(low[1:], high[:-1]), np.maximum(high[1:], low[:-1])
    top = (1 - np.clip(high, -1, 1)) / 2 * TILE_ROWS
    bottom = (1 - np.clip(low, -1, 1)) / 2 * TILE_ROWS
    thin = np.maximum(0, 1 - (bottom - top)) / 2
    top, bottom = top - thin, bottom + thin
    rows = np.arange(TILE_ROWS)[:, None]
    share = np.minimum(rows + 1, bottom) - np.maximum(rows, top)
    made = np.zeros((TILE_ROWS, TILE_COLUMNS), np.uint8)
    made[:, : len(curve)] = np.rint(np.clip(share, 0, 1) * 255)
    return made


def _spectrogram(job: api.DrawSound, layer: Layer | None) -> Grey:
    if layer is not None:
        wide = 1 << (job.level - STRIDE_LEVEL)
        part = layer.columns[job.index * TILE_COLUMNS * wide :][: TILE_COLUMNS * wide]
        part = np.pad(part, ((0, -len(part) % wide), (0, 0)))
        columns = part.reshape(-1, wide, TILE_ROWS).max(1)
        if job.gain != 1:
            columns = _louder(columns, job.gain)
    else:
        columns = _fine_columns(job)
    made = np.zeros((TILE_COLUMNS, TILE_ROWS), np.uint8)
    made[: len(columns)] = columns
    return made.T


def _fine_columns(job: api.DrawSound) -> Grey:
    """One window at the middle of each column."""
    with opened(job.file) as sound:
        rate, frames = sound.samplerate, sound.frames
    spectrum = Spectrum(rate)
    per, margin = 2**job.level, spectrum.size // 2
    start = job.index * TILE_COLUMNS * per
    count = min(TILE_COLUMNS, -(-(frames - start) // per))
    if count <= 0:
        return np.zeros((0, TILE_ROWS), np.uint8)
    block = _samples(job.file, job.protected, start - margin, count * per + 2 * margin)
    centres = [margin + per * column + per // 2 for column in range(count)]
    return spectrum.columns(block.mean(1), centres, job.gain)


def _louder(grey: Grey, gain: float) -> Grey:
    from engine.listening.spectrum import CEILING_DB, FLOOR_DB

    more = 20 * np.log10(gain) * 255 / (CEILING_DB - FLOOR_DB)
    return np.where(grey > 0, np.clip(grey + more, 0, 255), 0).astype(np.uint8)


def _samples(file: Path, protected: Path | None, start: int, count: int) -> Samples:
    """(count, channels) of the recording, or of what its protection added."""
    with opened(file) as sound:
        block = read(sound, start, count)
    if protected is None:
        return block
    with opened(protected) as other:
        return read(other, start, count) - block
