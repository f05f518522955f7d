"""What the window needs to play recordings and to record one; ``app`` does it, tests use a fake.

Everything here lives in the main thread. Calls return at once; what came of them is a signal.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal


class Source(StrEnum):
    """What is heard of a recording and its protected version."""

    ORIGINAL = "original"
    PROTECTED = "protected"
    DIFFERENCE = "difference"


@dataclass(frozen=True)
class Track:
    """Two files of the same length, played in step, of which one is heard; or one file alone.

    ``gains`` are factors by source that make them equally loud. ``start`` is where in the
    recording the protected file begins, in seconds: a preview is only a piece of it, and the
    rest is not played. A single file begins there itself.
    """

    original: Path
    protected: Path | None = None
    gains: dict[Source, float] = field(default_factory=dict)
    start: float = 0.0


class Player(QObject):
    """Plays one track. Times are seconds of the recording."""

    changed = Signal()  # playing, source, loop, volume, track
    moved = Signal(float)  # the position, about 30 times a second while playing
    failed = Signal(object)  # engine.problems.Problem: why nothing is heard
    devices_changed = Signal(object)  # tuple[str, ...]: names of what sound can come out of

    @property
    @abstractmethod
    def track(self) -> Track | None: ...

    @property
    @abstractmethod
    def playing(self) -> bool: ...

    @property
    @abstractmethod
    def position(self) -> float: ...

    @property
    @abstractmethod
    def source(self) -> Source: ...

    @property
    @abstractmethod
    def loop(self) -> tuple[float, float] | None: ...

    @property
    @abstractmethod
    def volume(self) -> float:
        """0 to 1, as the ear has it."""

    @property
    @abstractmethod
    def device(self) -> str:
        """The chosen device's name; empty is the system's own choice."""

    @abstractmethod
    def load(self, track: Track | None, at: float | None = None) -> None:
        """Turn to ``track``: at ``at``, or where it is now if it is the same recording's. Goes on
        playing if it plays and ``at`` is left out."""

    @abstractmethod
    def play(self) -> None: ...

    @abstractmethod
    def pause(self) -> None: ...

    @abstractmethod
    def seek(self, position: float) -> None: ...

    @abstractmethod
    def choose(self, source: Source) -> None:
        """Hear this from now on, at the same place, without a gap."""

    @abstractmethod
    def set_loop(self, loop: tuple[float, float] | None) -> None: ...

    @abstractmethod
    def set_volume(self, volume: float) -> None: ...

    @abstractmethod
    def set_device(self, device: str) -> None: ...

    @abstractmethod
    def refresh_devices(self) -> None:
        """Look again for devices; ``devices_changed`` tells."""


class Recorder(QObject):
    """Records the microphone into a file, mono."""

    level = Signal(float, float)  # loudest sample since the last one, 0..1; seconds so far
    finished = Signal(object)  # Path of the recording
    failed = Signal(object)  # engine.problems.Problem

    @property
    @abstractmethod
    def recording(self) -> bool: ...

    @abstractmethod
    def start(self, file: Path) -> None:
        """Record into ``file`` until ``stop``."""

    @abstractmethod
    def stop(self) -> None:
        """End the recording; ``finished`` follows."""
