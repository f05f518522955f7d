"""What many files will take: time, as the last ones took, and room on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QWidget

from engine import api
from ui import words
from ui.background import background
from ui.widgets.small import label, restyle

FEW = 2  # below so many files nobody asks
SPARE = 1.1  # results may be a little larger than their originals


@dataclass(frozen=True)
class Room:
    """Bytes that the results will take, and that are free where they go (None: not known)."""

    wanted: int
    free: int | None


class Forecast(QLabel):
    """Empty and hidden for a single file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain = label("small", wrap=True)
        self.setTextFormat(plain.textFormat())
        self.setWordWrap(True)
        self.setSizePolicy(plain.sizePolicy())
        self.setProperty("look", "small")
        self._asked: tuple[object, ...] = ()
        self._each: float | None = None
        self._count = 0
        self._room: Room | None = None
        self.hide()

    def show_files(
        self,
        files: Sequence[Path],
        out: Path | None,
        receipts: Callable[[], tuple[api.Receipt, ...]],
    ) -> None:
        """``receipts`` of the last files of this kind are asked for when the files change."""
        self._count = len(files)
        if len(files) < FEW:
            self._asked = ()
            self.hide()
            return
        asked = (len(files), files[0], files[-1], out)
        if asked == self._asked:
            return
        self._asked, self._room = asked, None
        took = [receipt.seconds for receipt in receipts()]
        self._each = sum(took) / len(took) if took else None
        self._tell()
        background().run(self, lambda: room(files, out), lambda found: self._measured(asked, found))

    def _measured(self, asked: tuple[object, ...], found: Room) -> None:
        if asked == self._asked:
            self._room = found
            self._tell()

    def _tell(self) -> None:
        parts, short = [], False
        if self._each is not None:
            time = words.duration(self._each * self._count)
            parts.append(self.tr("About {time}, as the last ones took.").format(time=time))
        if self._room is not None:
            wanted, free = self._room.wanted * SPARE, self._room.free
            short = free is not None and free < wanted
            text = (
                self.tr("The results may need {size}, but only {free} are free.")
                if short
                else self.tr("The results will take about {size}.")
            )
            parts.append(text.format(size=words.size(wanted), free=words.size(free or 0)))
        restyle(self, "warning" if short else "small")
        self.setText(" ".join(parts))
        self.setVisible(bool(parts))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self._asked:
            self._tell()
        super().changeEvent(event)


def room(files: Sequence[Path], out: Path | None) -> Room:
    """Reads the disk, so it belongs in a background thread."""
    wanted = 0
    for file in files:
        try:
            wanted += file.stat().st_size
        except OSError:
            continue
    place = out or files[0].parent
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return Room(wanted, shutil.disk_usage(place).free)
    except OSError:
        return Room(wanted, None)
