"""Records the microphone into a WAV file."""

from __future__ import annotations

import contextlib
import queue
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.sound_device import PortAudio, SoundDevices
from engine.problems import Problem
from ui.player import Recorder

if TYPE_CHECKING:
    from app.sound_device import Frames

TICK_MS = 50


class SoundRecorder(Recorder):
    _ended = Signal(object)  # Path or Problem, from the thread

    def __init__(self, devices: SoundDevices | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = devices or PortAudio()
        self._thread: threading.Thread | None = None
        self._taken: queue.SimpleQueue[Frames | None] = queue.SimpleQueue()
        self._loudest, self._seconds = 0.0, 0.0
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._look)
        self._ended.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    @property
    def recording(self) -> bool:
        return self._thread is not None

    def start(self, file: Path) -> None:
        if self._thread is not None:
            return
        self._taken = queue.SimpleQueue()
        self._loudest, self._seconds = 0.0, 0.0
        self._thread = threading.Thread(
            target=self._run, args=(file, self._taken), name="recorder", daemon=True
        )
        self._thread.start()
        self._tick.start()

    def stop(self) -> None:
        self._taken.put(None)

    def close(self) -> None:
        """Stop without telling anybody, and end the thread."""
        self._tick.stop()
        self.stop()
        if self._thread is not None:
            self._thread.join()

    @Slot()
    def _look(self) -> None:
        loudest, self._loudest = self._loudest, 0.0
        self.level.emit(loudest, self._seconds)

    @Slot(object)
    def _hear(self, end: Path | Problem) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self._tick.stop()
        if isinstance(end, Problem):
            self.failed.emit(end)
        else:
            self.finished.emit(end)

    def _run(self, file: Path, taken: queue.SimpleQueue[Any]) -> None:
        try:
            self._record(file, taken)
        except Problem as problem:
            self._ended.emit(problem)
        except Exception:
            # PortAudio's own class of errors is only there where PortAudio is.
            self._ended.emit(Problem("sound.no-input"))
        else:
            self._ended.emit(file)

    def _record(self, file: Path, taken: queue.SimpleQueue[Any]) -> None:
        import soundfile

        stream, rate = self._devices.microphone(lambda frames: taken.put(frames.copy()))
        try:
            stream.start()
            with soundfile.SoundFile(file, "w", rate, 1, "PCM_24", format="WAV") as sound:
                while (frames := taken.get()) is not None:
                    sound.write(frames)
                    self._loudest = max(self._loudest, float(abs(frames).max(initial=0)))
                    self._seconds += len(frames) / rate
        except soundfile.SoundFileError as error:
            raise Problem("folder.unwritable", folder=str(file.parent)) from error
        finally:
            with contextlib.suppress(Exception):
                stream.abort()
            stream.close()
