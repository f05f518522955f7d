"""Writing a protected recording: the original's own samples plus a delta, in one streamed pass.

Where the delta is zero the samples stay as they are, bit by bit, in every lossless format. Where it
is not, the sum is rounded to the format's own steps. A limiter takes back as much of the *delta* as
the ceiling asks for; it never touches the original.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from engine.media import recording_tags, sound_file
from engine.media.atomic import atomic, free_name, make_folder
from engine.media.recording import (
    BLOCK,
    WHOLE_NUMBERS,
    Recording,
    Sound,
    opened,
)
from engine.media.sound_tracks import encode

SUFFIX = "-protected"
MARGIN = 0.96  # of the ceiling: what the limiter's own changes may add between samples
OVERSAMPLING = 4
# LAME turns everything down to this at constant bit rates below 32 kHz (measured: 0.949 to 0.950).
LAME_GAIN, LAME_BELOW = 0.95, 32_000

Check = Callable[[], None]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WrittenSound:
    path: Path
    sidecar: Path | None
    notes: tuple[str, ...]


def target_of(source: Path, out: Path | None, suffix: str = SUFFIX) -> Path:
    """``out`` may be a folder or a file name; the container stays the original's."""
    if out is None:
        return source.with_stem(source.stem + suffix)
    if out.is_dir() or not out.suffix:
        return out / source.with_stem(source.stem + suffix).name
    return out.with_suffix(source.suffix)


def write(
    source: Recording,
    delta: Callable[[int], Iterator[Sound]],
    target: Path,
    ceiling: float,
    shares: Shares,
    check: Check,
) -> WrittenSound:
    """Write the original plus ``delta`` under a free name like ``target``.

    ``delta(rate)`` yields mono pieces at ``rate``, of any size, of which each channel gets its
    share; ``ceiling`` is the largest absolute true peak of the result, 1 is full scale.
    Raises ``Problem``: ``disk.full`` or ``folder.unwritable``.
    """
    make_folder(target.parent)
    free = free_name(target)
    with atomic(free) as part:
        if source.track is not None:
            with contextlib.ExitStack() as stack:
                plain = part.with_name(part.stem + ".decoded.wav")
                stack.callback(plain.unlink, missing_ok=True)
                settings: dict[str, Any] = {"format": "RF64", "subtype": "FLOAT"}
                _add(source, delta, plain, settings, ceiling, shares, check)
                lost = encode(source.path, source.track, plain, part, source.channels, check)
            told = {"lossy-again": lost, "one-track": source.track.count > 1}
            return WrittenSound(free, None, tuple(note for note, true in told.items() if true))
        settings = {"format": source.container, "subtype": source.encoding}
        with opened(source.path) as original:
            if original.endian != "FILE":
                settings["endian"] = original.endian
        if not source.lossless:
            settings["compression_level"] = 0.0  # the least loss that the format knows
            if source.encoding == "MPEG_LAYER_III":
                settings["bitrate_mode"] = "CONSTANT"
        _add(source, delta, part, settings, ceiling, shares, check)
        recording_tags.carry(source.path, part, source.container)
    notes = () if source.lossless else ("lossy-again",)
    missing = recording_tags.lost(source.path, source.container)
    sidecar = recording_tags.write_sidecar(free, missing) if missing else None
    return WrittenSound(free, sidecar, (*notes, *(("tags-sidecar",) if sidecar else ())))


def _add(
    source: Recording,
    delta: Callable[[int], Iterator[Sound]],
    path: Path,
    settings: dict[str, Any],
    ceiling: float,
    shares: Shares,
    check: Check,
) -> None:
    bits = WHOLE_NUMBERS.get(source.encoding)
    dtype = "int32" if bits else "float64" if source.encoding == "DOUBLE" else "float32"
    pieces = Buffered(delta(source.rate))
    turned_down = settings.get("bitrate_mode") == "CONSTANT" and source.rate < LAME_BELOW
    makeup = np.float32(1 / LAME_GAIN if turned_down else 1)
    with sound_file.written(
        path, samplerate=source.rate, channels=source.channels, **settings
    ) as result:
        if not bits and source.track is None and settings["format"] in ("OGG", "MP3"):
            with opened(source.path) as original:
                for name, value in original.copy_metadata().items():
                    with contextlib.suppress(RuntimeError, soundfile.SoundFileError):
                        setattr(result, name, value)
        for block, change in _limited(
            _pairs(source, dtype, pieces, shares, check), Limiter(source.rate, ceiling), bits
        ):
            sound = added(block, change, bits)
            result.write(sound * makeup if turned_down else sound)


def _pairs(
    source: Recording, dtype: str, pieces: Buffered, shares: Shares, check: Check
) -> Iterator[tuple[Any, Any]]:
    for block in source.blocks(dtype):
        check()
        yield block, pieces.take(len(block))[:, None] * shares


def _limited(
    pairs: Iterator[tuple[Any, Any]], limiter: Limiter, bits: int | None
) -> Iterator[tuple[Any, Any]]:
    """Each change with its gain, which looks into the block before and after."""
    none = np.ones(EDGE)
    before, waiting = none, None
    for block, change in pairs:
        cells = limiter.cells(floats(block, bits), change)
        if waiting is not None:
            yield waiting[0], waiting[1] * limiter.gain(waiting[2], before, cells, len(waiting[0]))
            before = waiting[2][-EDGE:]
        waiting = block, change, cells
    if waiting is not None:
        yield waiting[0], waiting[1] * limiter.gain(waiting[2], before, none, len(waiting[0]))


def floats(block: Any, bits: int | None) -> npt.NDArray[np.float64]:
    return np.asarray(block / (2.0**31 if bits else 1.0), np.float64)


def added(block: Any, change: Any, bits: int | None) -> Any:
    """``block`` plus ``change`` in the block's own type; exact where the change is zero."""
    if not change.any():
        return block
    if not bits:
        return (block.astype(np.float64) + change).astype(block.dtype)
    step = 1 << (32 - bits)
    steps = np.rint(change * 2.0**31 / step).astype(np.int64) * step
    total = np.clip(block.astype(np.int64) + steps, -(1 << 31), (1 << 31) - step)
    return np.where(steps == 0, block, total).astype(np.int32)


EDGE = 3  # cells of the neighbouring blocks that a block's gain depends on


class Limiter:
    """How much of a change each sample has room for, decided for cells of about 2.5 ms."""

    def __init__(self, rate: int, ceiling: float) -> None:
        self.rate = rate
        self.ceiling = ceiling * MARGIN
        self.cell = 64 << max(0, (rate - 1) // 32_000).bit_length()  # divides a block

    def cells(self, block: Any, change: Any) -> npt.NDArray[np.float64]:
        """(ceil(frames / cell),) in 0..1: what each cell allows by itself."""
        count = -(-len(block) // self.cell)
        if not change.any() or np.abs(block).max() + np.abs(change).max() < 0.5 * self.ceiling:
            return np.ones(count)  # even between samples it cannot get there
        sound, extra = (_finer(x, self.rate) for x in (block, change))
        room = np.maximum(self.ceiling - np.abs(sound), 0)
        over = np.abs(sound + extra) > self.ceiling
        shares = np.where(over, room / np.maximum(np.abs(extra), 1e-9), 1.0)
        allowed = np.minimum.reduce([shares[:, channel] for channel in range(shares.shape[1])])
        size = count * self.cell * OVERSAMPLING
        padded = np.pad(allowed, (0, max(0, size - len(allowed))), constant_values=1.0)[:size]
        return np.asarray(np.minimum(padded.reshape(count, -1).min(1), 1.0))

    def gain(self, cells: Any, before: Any, after: Any, frames: int) -> npt.NDArray[np.float64]:
        """(frames, 1): the least of the cells around, smoothly."""
        around = np.concatenate([before[-EDGE:], cells, after[:EDGE]])
        around = np.pad(around, (2 * EDGE + len(cells) - len(around), 0), constant_values=1.0)
        least = np.lib.stride_tricks.sliding_window_view(around, 5).min(1)
        centres = (np.arange(len(least)) - (len(least) - len(cells)) / 2 + 0.5) * self.cell
        return np.asarray(np.interp(np.arange(frames), centres, least)[:, None])


def _finer(x: Any, rate: int) -> Any:
    return soxr.resample(x.astype(np.float32), rate, rate * OVERSAMPLING)


class Buffered:
    """Pieces of any size, taken in the sizes that are wanted; silence after the last."""

    def __init__(self, pieces: Iterator[Sound]) -> None:
        self._pieces = pieces
        self._waiting: list[Sound] = []
        self._held = 0

    def take(self, count: int) -> Sound:
        while self._held < count:
            piece = next(self._pieces, None)
            if piece is None:
                piece = np.zeros(max(count - self._held, BLOCK), np.float32)
            self._waiting.append(piece)
            self._held += len(piece)
        together = np.concatenate(self._waiting)
        self._waiting, self._held = [together[count:]], self._held - count
        return together[:count]


def channel_shares(power: npt.NDArray[np.float64]) -> Shares:
    """(channels,) how much of a mono change each channel gets: as loud as the channel is,
    relative to the loudest; nothing for a silent one. ``power`` is that of each."""
    if len(power) == 1:
        return np.ones(1)
    level = np.sqrt(power / max(power.max(), 1e-30))
    return np.asarray(np.where(level < 0.003, 0.0, level))
