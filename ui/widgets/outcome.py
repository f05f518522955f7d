"""What became of the chosen file: problem or result, and the next step; and its progress."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.desk import Desk, State
from ui.widgets.busy import Busy
from ui.widgets.file_model import Entry
from ui.widgets.measures import MeasureTable
from ui.widgets.small import Note, button, label


class SavedResult(QWidget):
    """A saved file: the verdict in words, the figures beside their controls, where the file is.

    ``show_result`` of a page fills in its own part and ends with ``show_saved``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.verdict = label(wrap=True)
        self.table = MeasureTable()
        self.warning = Note("warning", "warning")
        self.quality = label("small", wrap=True)
        self._notes = label("small", wrap=True)
        self._output = label("small", wrap=True)
        self.reveal = button("", "folder")
        self.receipt = button("plain")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        for part in (self.verdict, self.table, self.warning):
            layout.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.quality, 1)
        row.addWidget(self.receipt)
        layout.addLayout(row)
        layout.addWidget(self._notes)
        layout.addSpacing(theme.Space.XS)
        layout.addWidget(self._output)
        layout.addWidget(self.reveal)
        self.warning.hide()
        self._name()

    def show_result(self, result: Any) -> None:
        self.show_saved(result.output, ())

    def show_saved(self, output: Path, notes: Iterable[str], *, receipt: bool = True) -> None:
        said = "\n".join(notes)
        self._notes.setText(said)
        self._notes.setVisible(bool(said))
        self._output.setText(self.tr("Saved as {file}").format(file=output.name))
        self._output.setToolTip(str(output))
        self.receipt.setVisible(receipt)
        self._name()

    def _name(self) -> None:
        self.reveal.setText(self.tr("Show in folder"))
        self.receipt.setText(self.tr("Receipt…"))
        self.receipt.setAccessibleName(self.tr("Show the receipt"))


class Outcome(QWidget):
    """Follows one file. Empty while it has no job. ``busy`` shows how far the job is; it has its
    place elsewhere, in the panel's footer."""

    turned = Signal()  # another file is shown, or its job has ended
    reveal = Signal()
    receipt = Signal()
    retry = Signal()
    cancel = Signal()

    def __init__(
        self, desk: Desk, result: SavedResult | None = None, parent: QWidget | None = None
    ) -> None:
        """Without ``result`` a file that is done shows nothing here."""
        super().__init__(parent)
        self._desk = desk
        self._entry: Entry | None = None
        self._shown: tuple[Entry | None, State | None] = (None, None)
        self.busy = Busy()
        self._problem = Note("warning", "danger")
        self._quiet = label("muted", wrap=True)
        self._retry = button("", "retry")
        self._result = result
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.Space.M)
        for part in (self._problem, self._quiet):
            self.column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self._retry)
        row.addStretch(1)
        self.column.addLayout(row)
        self.busy.cancel.clicked.connect(self.cancel)
        self._retry.clicked.connect(self.retry)
        if result is not None:
            self.column.addWidget(result)
            result.reveal.clicked.connect(self.reveal)
            result.receipt.clicked.connect(self.receipt)
        self.show_entry(None)

    def show_entry(self, entry: Entry | None) -> None:
        state = entry.state if entry else None
        shown = (entry, None if entry is None or entry.active else state)
        turned, self._shown = shown != self._shown, shown
        self._entry = entry
        item = entry.item if entry else None
        self.busy.setVisible(bool(entry and entry.active))
        self._problem.setVisible(state == State.FAILED)
        self._quiet.setVisible(state in (State.CANCELLED, State.UNFINISHED))
        self._retry.setVisible(state in (State.FAILED, State.UNFINISHED))
        if item is not None and self.busy.isVisibleTo(self):
            self.busy.show_item(item.state, item.progress)
        if item is not None and item.problem is not None:
            self._problem.text.setText(self._desk.sentence(*item.problem))
        if state == State.CANCELLED:
            self._quiet.setText(self.tr("Cancelled. Nothing was written."))
        elif state == State.UNFINISHED:
            self._quiet.setText(self.tr("Cloakroom was closed before this was finished."))
        self._retry.setText(self.tr("Retry") if state == State.FAILED else self.tr("Start again"))
        result = entry.result if entry else None
        if self._result is not None:
            self._result.setVisible(result is not None)
            if result is not None:
                self._result.show_result(result)
        active = bool(entry and entry.active)
        nothing = state is None or active or (self._result is None and state == State.DONE)
        self.setVisible(not nothing)
        if turned:
            self.turned.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.show_entry(self._entry)
        super().changeEvent(event)
