"""What the Mark and the Verify tab share: a page of files with evidence in the middle."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine import api
from ui import theme
from ui.desk import Desk
from ui.pages import MARKS
from ui.pages.files_page import FilesPage
from ui.widgets.drop_zone import DropZone
from ui.widgets.file_model import Entry, FileModel
from ui.widgets.outcome import Outcome, SavedResult
from ui.widgets.side_panel import SidePanel, offer_start
from ui.widgets.small import button, ground


class FilesPane(FilesPage[Entry]):
    """``kind`` is the kind of job of this tab; ``make`` says what to do with one file."""

    suffixes = MARKS.suffixes
    sample = "leaves.jpg"
    kind: type[Any]

    def __init__(
        self, desk: Desk, result: SavedResult | None = None, parent: QWidget | None = None
    ) -> None:
        """``result`` shows the figures of a saved file."""
        model: FileModel[Entry] = FileModel((self.kind,), Entry, icon="mark")
        super().__init__(desk, model, DropZone("mark"), parent)
        self.start_button = button("primary")
        self.outcome = Outcome(desk, result)
        self.middle = QWidget()
        ground(self.middle, "canvas")
        self.panel = SidePanel()
        self.lay_out(self.middle, self.panel)

    # ---- what a tab fills in ----------------------------------------------------------------

    @abstractmethod
    def make(self, entry: Entry) -> api.Job | None:
        """The job for a file; None while something is missing."""

    def show_result(self, entry: Entry | None) -> None:
        """Show what became of ``entry`` in the middle and in the panel."""

    @abstractmethod
    def button_text(self, count: int, *, again: bool) -> str:
        """What starts the work on ``count`` files, or ``again`` on one that is done."""

    # ---- layout -----------------------------------------------------------------------------

    def fill_panel(self, choices: tuple[QWidget, ...], *results: QWidget) -> None:
        """``choices`` of the tab, below more ``results`` of the shown file."""
        self.panel.lead_with(self.outcome, *results)
        for part in choices:
            if part.property("look") == "section":
                self.panel.column.addSpacing(theme.Space.S)
            self.panel.column.addWidget(part)
        self.panel.column.addStretch(1)
        self.panel.keep_in_sight(self.start_button, self.panel.forecast)
        self.start_button.clicked.connect(self.go)
        self.follow(self.outcome)

    # ---- files and jobs ---------------------------------------------------------------------

    def jobs(self) -> Callable[[Entry], api.Job] | None:
        current = self.current
        if current is None or self.make(current) is None:
            return None
        return self.make

    # ---- what is on screen ------------------------------------------------------------------

    def show_current(self) -> None:
        entry = self.current
        self.outcome.show_entry(entry)
        self.show_result(entry)
        self.show_targets()

    def show_targets(self) -> None:
        super().show_targets()
        targets = self.targets()
        again = len(targets) == 1 and self.is_done(targets[0])
        text = self.button_text(len(targets), again=again)
        offer_start(self.start_button, text, max(1, len(targets)), again=again)
        self.start_button.setEnabled(bool(targets) and self.make(targets[0]) is not None)


def beside(*parts: QWidget) -> QWidget:
    """Some widgets in a row, left-aligned."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.Space.S)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return made
