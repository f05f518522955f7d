"""The watched folder: files that appear in it are told once they have stopped growing."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SETTLED_MS = 2000  # a file that stays the same for this long has arrived

Look = tuple[int, int]  # size in bytes, time of the last change in ns


class FolderWatch(QObject):
    """Watches one folder, without those inside it. What is there at first is not told."""

    appeared = Signal(object)  # tuple[Path, ...]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self._told: set[Path] = set()
        self._growing: dict[Path, Look] = {}
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._changed)
        self._again = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._again.timeout.connect(self._look)

    def watch(self, folder: Path | None) -> bool:
        """Watch ``folder`` from now on instead of what was watched; False if it is not there."""
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._again.stop()
        self._growing = {}
        self.folder = folder
        if folder is None:
            return True
        self._told = set(_files(folder))
        return self._watcher.addPath(str(folder))

    def _changed(self) -> None:
        if not self._again.isActive():
            self._look()

    def _look(self) -> None:
        """Tell what has not changed since the last look; look again while something may."""
        if self.folder is None:
            return
        there = _files(self.folder)
        self._told &= set(there)
        new = {file: look for file, look in there.items() if file not in self._told}
        settled = tuple(file for file, look in new.items() if self._growing.get(file) == look)
        self._growing = {file: look for file, look in new.items() if file not in settled}
        self._told.update(settled)
        if self._growing:
            self._again.start()
        if settled:
            self.appeared.emit(settled)


def _files(folder: Path) -> dict[Path, Look]:
    """The files of the folder that are not hidden; none when it cannot be read."""
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.is_file():
                    facts = entry.stat()
                    found[Path(entry.path)] = (facts.st_size, facts.st_mtime_ns)
    except OSError:
        return {}
    return found
