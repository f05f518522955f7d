"""What every rehearsal of a photo on screen shares: which one it is, how far it is, what went
wrong."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from engine import api
from ui import theme, words
from ui.desk import Desk, Item, State
from ui.pages.photo_model import Photo
from ui.widgets.small import Note, button, label

_OPEN = (State.WAITING, State.RUNNING, State.PAUSED)


class PhotoAttack(QWidget):
    """Follows one photo and the latest rehearsal of it that ``takes`` accepts."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.photo: Photo | None = None
        self._items: dict[Path, Item] = {}  # the latest of each protected file
        self.line = label("small", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.cancel = button("plain")
        self.problem = Note("warning", "danger")
        self.cancel.clicked.connect(self._cancel)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, theme.Space.S, 0, 0)
        self.column.setSpacing(theme.Space.S)

    # ---- for the kinds of rehearsal ----------------------------------------------------------

    def takes(self, job: api.RehearsePhoto) -> bool:
        """Whether a job is of this kind."""
        raise NotImplementedError

    def show_state(self) -> None:
        """The photo, or how its rehearsal stands, has changed."""
        raise NotImplementedError

    def retranslate(self) -> None:
        raise NotImplementedError

    # ---- the job ----------------------------------------------------------------------------

    def put(self, item: Item) -> bool:
        """Record how a rehearsal stands; whether it is that of the shown photo."""
        if not isinstance(item.job, api.RehearsePhoto) or not self.takes(item.job):
            return False
        before = self._items.get(item.job.protected)
        if before is None or before.id <= item.id:
            self._items[item.job.protected] = item
        if self.item is not None and self.item.id == item.id:
            self.show_state()
            return True
        return False

    def forget(self, item: int) -> None:
        self._items = {file: kept for file, kept in self._items.items() if kept.id != item}
        self.show_state()

    def show_photo(self, photo: Photo | None) -> None:
        self.photo = photo
        self.show_state()

    @property
    def item(self) -> Item | None:
        result = self.photo.result if self.photo else None
        return self._items.get(result.output) if result else None

    @property
    def result(self) -> api.RehearsalResult | None:
        result = self.item.result if self.item and self.item.state == State.DONE else None
        return result if isinstance(result, api.RehearsalResult) else None

    @property
    def running(self) -> bool:
        return self.item is not None and self.item.state in _OPEN

    @property
    def was_quick(self) -> bool:
        """Whether what is shown left out what takes long."""
        job = self.item.job if self.item else None
        return self.result is not None and isinstance(job, api.RehearsePhoto) and job.quick

    def _cancel(self) -> None:
        if self.item is not None:
            self.desk.cancel(self.item.id)

    # ---- what is on screen ------------------------------------------------------------------

    def show_progress(self) -> None:
        """How far it is, and what went wrong."""
        item, running = self.item, self.running
        for part in (self.line, self.bar, self.cancel):
            part.setVisible(running)
        progress = item.progress if item is not None and running else None
        if item is not None and running:
            line = words.stage(progress.stage) if progress else words.state(item.state)
            if progress and progress.eta is not None:
                line += " · " + words.left(progress.eta)
            self.line.setText(line)
        self.bar.setRange(0, max(1, progress.of if progress else 1))
        self.bar.setValue(progress.step if progress else 0)
        problem = item.problem if item is not None else None
        self.problem.setVisible(problem is not None)
        if problem is not None:
            self.problem.text.setText(self.desk.sentence(*problem))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
