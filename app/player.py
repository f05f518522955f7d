"""Plays recordings: one thread reads ahead, the sound device takes what is ready."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.sound_device import PortAudio, SoundDevices, Stream
from engine.problems import Problem
from ui.player import Player, Source, Track

if TYPE_CHECKING:
    from app.playback import Mixer, Reader

TICK_MS = 33  # between two looks at where it is


class SoundPlayer(Player):
    """Nothing here waits for a file or a device: the thread does, and tells through a signal."""

    _heard = Signal(object)  # Problem, tuple[str, ...] of devices, from the thread

    def __init__(self, devices: SoundDevices | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._track: Track | None = None
        self._playing = False
        self._position = 0.0
        self._source = Source.ORIGINAL
        self._loop: tuple[float, float] | None = None
        self._volume = 0.8
        self._device = ""
        self._at_end = False
        self._worker = _Worker(devices or PortAudio(), self._heard.emit)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._look)
        self._heard.connect(self._hear, Qt.ConnectionType.QueuedConnection)

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
        playing = self._playing and at is None and track is not None
        self._track, self._at_end = track, False
        self._position = self._position if at is None else at
        if track is not None:
            self._position = max(track.start, self._position)
        self._worker.load(track, self._position)
        self._tell_shares()
        self._set_playing(playing)

    def play(self) -> None:
        """From the beginning, or that of the loop, when it had come to the end."""
        if self._track is None:
            return
        if self._at_end:
            self.seek(self._loop[0] if self._loop else self._track.start)
        self._set_playing(True)

    def pause(self) -> None:
        self._set_playing(False)
        self._worker.seek(self._position)  # what was handed over but not heard yet comes again

    def seek(self, position: float) -> None:
        self._position, self._at_end = max(0.0, position), False
        self._worker.seek(self._position)
        self.moved.emit(self._position)

    def choose(self, source: Source) -> None:
        if source != self._source:
            self._source = source
            self._tell_shares()
            self.changed.emit()

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        if loop != self._loop:
            self._loop = loop
            self._worker.set_loop(loop)
            if loop is not None:
                # What is ready may reach beyond the loop's end.
                inside = loop[0] <= self._position < loop[1]
                self.seek(self._position if inside else loop[0])
            self.changed.emit()

    def set_volume(self, volume: float) -> None:
        self._volume = min(1.0, max(0.0, volume))
        self._tell_shares()
        self.changed.emit()

    def set_device(self, device: str) -> None:
        if device != self._device:
            self._device = device
            self._worker.set_device(device)
            self.changed.emit()

    def refresh_devices(self) -> None:
        self._worker.list_devices()

    def close(self) -> None:
        """Fall silent and end the thread."""
        self._tick.stop()
        self._worker.close()

    # ---- inside -----------------------------------------------------------------------------

    def _set_playing(self, playing: bool) -> None:
        self._playing = playing
        self._worker.set_playing(playing)
        if playing:
            self._tick.start()
        else:
            self._tick.stop()
        self.changed.emit()

    def _tell_shares(self) -> None:
        track = self._track
        if track is None:
            return
        source = self._source if track.protected is not None else Source.ORIGINAL
        # The ear hears loudness about as the square of what a slider says.
        self._worker.set_source(source, track.gains.get(source, 1.0) * self._volume**2)

    @Slot()
    def _look(self) -> None:
        place, finished = self._worker.place()
        if place is not None:
            self._position = place
            self.moved.emit(place)
        if finished:
            self._at_end = True
            self._set_playing(False)

    @Slot(object)
    def _hear(self, message: Problem | tuple[str, ...]) -> None:
        if isinstance(message, Problem):
            self._set_playing(False)
            self.failed.emit(message)
        else:
            self.devices_changed.emit(message)


class _Worker:
    """The thread. What is wanted lies in fields under one condition; the thread brings about."""

    def __init__(self, devices: SoundDevices, tell: Callable[[object], None]) -> None:
        self._devices, self._tell = devices, tell
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        # Wanted.
        self._track: Track | None = None
        self._new_track = False
        self._playing = False
        self._seek: float | None = None
        self._loop: tuple[float, float] | None = None
        self._source, self._gain = Source.ORIGINAL, 1.0
        self._device = ""
        self._listing = False
        # The thread's own.
        self._reader: Reader | None = None
        self._mixer: Mixer | None = None
        self._stream: Stream | None = None
        self._running = False
        self._stream_of: tuple[Any, ...] = ()

    # ---- the main thread --------------------------------------------------------------------

    def _want(self, **wanted: Any) -> None:
        with self._changed:
            for name, value in wanted.items():
                setattr(self, f"_{name}", value)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="player", daemon=True)
                self._thread.start()
            self._changed.notify()

    def load(self, track: Track | None, at: float) -> None:
        self._want(track=track, new_track=True, seek=at)

    def set_playing(self, playing: bool) -> None:
        if playing or self._thread is not None:
            self._want(playing=playing)

    def seek(self, position: float) -> None:
        self._want(seek=position)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        self._want(loop=loop)

    def set_source(self, source: Source, gain: float) -> None:
        with self._changed:
            self._source, self._gain = source, gain
            self._mix_as_wanted()

    def set_device(self, device: str) -> None:
        self._want(device=device)

    def list_devices(self) -> None:
        self._want(listing=True)

    def place(self) -> tuple[float | None, bool]:
        """Where in the recording it is heard now, and whether it came to its end."""
        with self._changed:
            if self._seek is not None or self._new_track or self._mixer is None:
                return None, False
            place, stream, track = self._mixer.place, self._stream, self._track
            if place is None or track is None:
                return None, self._mixer.finished
            late = float(stream.latency) if stream is not None else 0.0
            return max(0.0, place - late) + track.start, self._mixer.finished

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    # ---- the thread -------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not self._due():
                    # While it plays, look again before what is ready runs out.
                    self._changed.wait(0.05 if self._running else None)
                if self._closed:
                    break
            try:
                self._advance()
            except Problem as problem:
                with self._changed:
                    self._playing = False
                self._stop()
                self._tell(problem)
        self._close_stream()
        if self._reader is not None:
            self._reader.close()

    def _due(self) -> bool:
        if self._new_track or self._listing or self._playing != self._running:
            return True
        if self._seek is not None and self._reader is not None:
            return True
        return self._running and self._mixer is not None and self._mixer.wants_more()

    def _advance(self) -> None:
        with self._changed:
            listing, self._listing = self._listing, False
            new_track, self._new_track = self._new_track, False
            track, playing, loop = self._track, self._playing, self._loop
        if listing:
            self._tell(self._devices.outputs())
        if new_track or (playing and self._reader is None):
            self._open(track)
        with self._changed:
            seek = self._seek if self._reader is not None else None
        if seek is not None and track is not None and self._reader is not None:
            self._reader.seek(round((seek - track.start) * self._reader.rate))
            if self._mixer is not None:
                self._mixer.clear()
            with self._changed:
                if self._seek == seek:
                    self._seek = None
        if not playing or self._reader is None or track is None:
            self._stop()
            with self._changed:
                self._playing = self._playing and self._reader is not None
            return
        self._prepare_stream(self._reader)
        self._read_some(self._reader, track, loop)
        self._start()

    def _open(self, track: Track | None) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._mixer is not None:
            self._mixer.clear()
        if track is not None:
            from app.playback import Reader

            self._reader = Reader(track)

    def _prepare_stream(self, reader: Reader) -> None:
        """A stream for what is to be read; the one there is if it fits."""
        from app.playback import Mixer

        with self._changed:
            device = self._device
        wanted = (device, reader.rate, reader.channels)
        if self._stream is None or self._stream_of != wanted:
            self._close_stream()
            mixer = Mixer(reader.rate)
            stream, rate = self._devices.output(device, reader.rate, reader.channels, mixer.fill)
            mixer.rate = rate
            with self._changed:
                self._mixer, self._stream, self._stream_of = mixer, stream, wanted
                self._mix_as_wanted()
        reader.target = self._mixer.rate if self._mixer is not None else reader.rate

    def _mix_as_wanted(self) -> None:
        if self._mixer is not None:
            from app.playback import SHARES

            first, second = SHARES[self._source]
            self._mixer.set_shares((first * self._gain, second * self._gain))

    def _read_some(self, reader: Reader, track: Track, loop: tuple[float, float] | None) -> None:
        mixer = self._mixer
        assert mixer is not None
        until = None
        if loop is not None:
            first, last = (round((t - track.start) * reader.rate) for t in loop)
            until = min(last, reader.frames) if reader.at <= last else None
        while mixer.wants_more() and self._seek is None and not self._new_track:
            place, blocks = reader.read(until)
            if reader.at == place:  # the end, or that of the loop
                if until is None or loop is None or until <= first:
                    mixer.end()
                    return
                reader.seek(first)
                continue
            mixer.put(place / reader.rate, blocks)

    def _start(self) -> None:
        if not self._running and self._stream is not None:
            try:
                self._stream.start()
            except Exception as error:
                # PortAudio's own class of errors is only there where PortAudio is.
                raise Problem("sound.no-output") from error
            self._running = True

    def _stop(self) -> None:
        """At once; what was handed over is heard again when it goes on."""
        if self._running and self._stream is not None:
            with contextlib.suppress(Exception):
                self._stream.abort()
        self._running = False

    def _close_stream(self) -> None:
        self._stop()
        if self._stream is not None:
            with contextlib.suppress(Exception):
                self._stream.close()
        with self._changed:
            self._stream = None
