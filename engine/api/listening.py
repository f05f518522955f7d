"""Quick looks at a recording for the window: what it is, and tiles of its picture.

They run beside the job list, in a child of their own that loads no models.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

SoundView = Literal["waveform", "spectrogram"]

TILE_COLUMNS, TILE_ROWS = 512, 192  # size of a tile in pixels
TOP_HZ = 16_000.0  # the highest frequency of a spectrogram, or half the rate if that is less


@dataclass(frozen=True)
class SketchSound:
    """Read a recording once, and its protected version beside it, so that it can be drawn.

    Progress comes in thousandths of the recording.
    """

    kind: ClassVar[str] = "sketch-sound"

    file: Path
    protected: Path | None = None


@dataclass(frozen=True)
class SoundSketch:
    """``loudness`` in LUFS (ITU-R BS.1770-4, integrated) by layer: "original", and with a
    protected version "protected" and "difference"; None where there is nothing to hear.
    ``peak`` by layer, 1 is full scale."""

    file: Path
    frames: int
    rate: int
    channels: int
    loudness: dict[str, float | None]
    peak: dict[str, float]

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


@dataclass(frozen=True)
class DrawSound:
    """One tile: ``TILE_COLUMNS`` columns of ``2 ** level`` frames each, from column
    ``index * TILE_COLUMNS`` on.

    With ``protected`` the difference (protected minus original, ``gain`` times) is drawn.
    """

    kind: ClassVar[str] = "draw-sound"

    file: Path
    view: SoundView
    level: int
    index: int
    protected: Path | None = None
    gain: float = 1.0


@dataclass(frozen=True)
class SoundTile:
    """Packed grey values, ``len(grey) == TILE_COLUMNS * TILE_ROWS``, top row first.

    Waveform: how much of the pixel the curve covers, full scale at the edges. Spectrogram: level,
    0 at -100 dB and 255 at -10 dB of full scale; rows are even in mel from ``TOP_HZ`` to 0.
    """

    grey: bytes = field(repr=False)
