"""A player without a sound device: it remembers what it was told, and plays when told to."""

from __future__ import annotations

from pathlib import Path

from engine.problems import Problem
from ui.player import Player, Recorder, Source, Track


class FakePlayer(Player):
    def __init__(self) -> None:
        super().__init__()
        self.problem: Problem | None = None  # set: nothing can be heard
        self.names: tuple[str, ...] = ("Loudspeakers", "Headphones")
        self._track: Track | None = None
        self._playing = False
        self._position = 0.0
        self._source = Source.ORIGINAL
        self._loop: tuple[float, float] | None = None
        self._volume = 0.8
        self._device = ""

    def advance(self, seconds: float) -> None:
        """Let time pass while it plays."""
        if self._playing:
            self._position += seconds
            if self._loop is not None and self._position >= self._loop[1]:
                self._position = self._loop[0]
            self.moved.emit(self._position)

    def end(self) -> None:
        self._playing = False
        self.changed.emit()

    @property
    def track(self) -> Track | None:
        return self._track

    @property
    def playing(self) -> bool:
        return self._playing

    @property
    def position(self) -> float:
        return self._position

    @property
    def source(self) -> Source:
        return self._source

    @property
    def loop(self) -> tuple[float, float] | None:
        return self._loop

    @property
    def volume(self) -> float:
        return self._volume

    @property
    def device(self) -> str:
        return self._device

    def load(self, track: Track | None, at: float | None = None) -> None:
        if track == self._track and at is None:
            return
        self._playing = self._playing and at is None and track is not None
        self._track = track
        self._position = self._position if at is None else at
        self.changed.emit()

    def play(self) -> None:
        if self.problem is not None:
            self.failed.emit(self.problem)
        elif self._track is not None:
            self._playing = True
            self.changed.emit()

    def pause(self) -> None:
        self._playing = False
        self.changed.emit()

    def seek(self, position: float) -> None:
        self._position = max(0.0, position)
        self.moved.emit(self._position)

    def choose(self, source: Source) -> None:
        self._source = source
        self.changed.emit()

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        self._loop = loop
        if loop is not None and not loop[0] <= self._position < loop[1]:
            self.seek(loop[0])
        self.changed.emit()

    def set_volume(self, volume: float) -> None:
        self._volume = volume
        self.changed.emit()

    def set_device(self, device: str) -> None:
        self._device = device
        self.changed.emit()

    def refresh_devices(self) -> None:
        self.devices_changed.emit(self.names)


class FakeRecorder(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.problem: Problem | None = None
        self._file: Path | None = None

    @property
    def recording(self) -> bool:
        return self._file is not None

    def start(self, file: Path) -> None:
        if self.problem is not None:
            self.failed.emit(self.problem)
        else:
            self._file = file

    def stop(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            file.write_bytes(b"a recording")
            self.finished.emit(file)
