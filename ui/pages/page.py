"""What the shell asks of a page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from ui.desk import Desk


class Page(QWidget):
    """One entry of the navigation rail. ``icon`` names a drawing in ``assets/icons``."""

    icon: str
    at_bottom = False  # of the rail
    suffixes: frozenset[str] = frozenset()  # of the files that belong here, lower case

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def title(self) -> str:
        """The word below the icon, in the current language."""
        return ""

    def add(self, files: tuple[Path, ...]) -> None:
        """Take files that were dropped, pasted or opened."""
