"""What the shell asks of a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.desk import Desk
from ui.pages import Entry

Places = Mapping[Path, Path]
NOWHERE: Places = {}


class Page(QWidget):
    """One page of the window; ``entry`` is what the window knows of it before it is made."""

    open_files = Signal()  # the shell shows the dialog and gives the files to ``add``
    open_folder = Signal()
    open_sample = Signal(str)  # the name of a file in ``assets/samples``

    entry: Entry

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def add(self, files: tuple[Path, ...], places: Places = NOWHERE) -> None:
        """Take files that were dropped, pasted or opened. ``places`` is that of ``Found``."""

    def take_new(self, files: tuple[Path, ...]) -> None:
        """Take files that have just appeared in the watched folder, and start on them."""
        self.add(files)
