"""The recordings of the page, with what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from engine import api
from ui.desk import Item
from ui.widgets.file_model import Entry, FileModel
from ui.widgets.regions import Regions
from ui.widgets.timeline import clock


@dataclass
class Recording(Entry):
    """``heard`` is the file to draw and play: the recording itself, or a decoded copy of one that
    needs ffmpeg. ``edited``: the user changed the regions."""

    heard: Path | None = None
    seconds: float = 0.0
    regions: Regions | None = None
    edited: bool = False
    position: float = 0.0
    rehearsal: Item | None = None


class VoiceModel(FileModel[Recording]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((api.ProtectVoice,), Recording, "voices", parent)

    def measure(self, entry: Recording) -> str:
        return clock(entry.seconds) if entry.seconds else ""

    def touch(self, entry: Recording) -> None:
        """Something about it is known now."""
        row = self.row(entry.path)
        if row is not None:
            self._touch(row)

    def of_output(self, protected: Path) -> Recording | None:
        """The recording whose protected file this is."""
        return next((e for e in self if e.result and e.result.output == protected), None)

    def _thumbnail(self, entry: Recording) -> QImage | None:
        return None
