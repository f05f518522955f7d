"""What the Mark and the Verify tab share: files at the left, evidence in the middle, a panel."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import theme, words
from ui.desk import Desk, Item, State
from ui.reveal import reveal
from ui.widgets.drop_zone import DropZone
from ui.widgets.file_list import FileList
from ui.widgets.file_model import Entry, FileModel
from ui.widgets.small import Note, Soon, announce, button, ground, label


@dataclass
class Marked(Entry):
    """A file with its latest marking, or its latest verification."""

    @property
    def result(self) -> Any:
        return self.item.result if self.item and self.item.state == State.DONE else None


class FilesPane(QWidget):
    """``job`` is the kind of job of this tab; ``make`` says what to do with one file."""

    open_files = Signal()
    open_folder = Signal()

    job: type[Any]

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.model: FileModel[Marked] = FileModel((self.job,), Marked, icon="mark", parent=self)
        self.empty = DropZone("mark")
        self.list: FileList[Marked] = FileList(self.model)
        self.start = button("primary")
        self._state = label("muted", wrap=True)
        self._problem = Note("warning", "danger")
        self._middle = QWidget()
        ground(self._middle, "canvas")
        self._sheet = QWidget()
        ground(self._sheet, "panel")
        self._lay_out()
        self._bind()
        for item in desk.items():
            if item.state != State.UNFINISHED:  # those are offered by the shell first
                self.model.put(item)

    # ---- what a tab fills in ----------------------------------------------------------------

    @abstractmethod
    def make(self, file: Path) -> api.Job | None:
        """The job for one file; None while something is missing."""

    def show_result(self, entry: Marked | None) -> None:
        """Show what became of ``entry`` in the middle and in the panel."""

    @abstractmethod
    def button_text(self, count: int) -> str: ...

    # ---- layout -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setWidget(self._sheet)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(290)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground(area, "side")
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for part in (self.list, self._middle, area):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([224, 600, 312])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _panel(self, *parts: QWidget) -> None:
        """The panel: ``parts``, then the button, and how the shown file stands."""
        space = theme.Space
        layout = QVBoxLayout(self._sheet)
        layout.setContentsMargins(space.L, space.M, space.L, space.L)
        layout.setSpacing(space.S)
        for part in (*parts, self.start, self._state, self._problem):
            layout.addWidget(part)

    def _rest(self, *parts: QWidget) -> None:
        """What follows in the panel below the button."""
        layout = self._sheet.layout()
        assert isinstance(layout, QVBoxLayout)
        for part in parts:
            layout.addWidget(part)
        layout.addStretch(1)

    def _bind(self) -> None:
        for source in (self.empty, self.list):
            source.open_files.connect(self.open_files)
            source.open_folder.connect(self.open_folder)
        self._soon = Soon(self.show_current, self)
        self.desk.items_added.connect(lambda items: (self.model.put_new(items), self._soon.ask()))
        self.desk.item_changed.connect(self._changed)
        self.desk.item_removed.connect(lambda item: (self.model.forget(item), self._soon.ask()))
        self.model.rowsInserted.connect(self._soon.ask)
        self.model.rowsRemoved.connect(self._soon.ask)
        self.list.current_changed.connect(self.show_current)
        self.list.selection_changed.connect(self.show_current)
        self.list.reveal.connect(self.reveal)
        self.start.clicked.connect(self.go)
        QShortcut(
            QKeySequence("Ctrl+Return"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        ).activated.connect(self.go)

    # ---- files and jobs ---------------------------------------------------------------------

    def add(self, files: tuple[Path, ...]) -> None:
        row = self.model.add(files)
        if row is not None:
            self.list.choose(row)
            self.show_current()

    @property
    def current(self) -> Marked | None:
        return self.list.current()

    def targets(self) -> tuple[Marked, ...]:
        """The selected files when several are selected, else all that are new, else the shown."""
        chosen = self.list.selected()
        if len(chosen) > 1:
            return tuple(entry for entry in chosen if not entry.active)
        fresh = tuple(e for e in self.model if e.state in (None, State.CANCELLED) and not e.asked)
        current = self.current
        if fresh or current is None or current.active:
            return fresh
        return (current,)

    def go(self) -> None:
        jobs = [(entry, self.make(entry.path)) for entry in self.targets()]
        ready = [(entry, job) for entry, job in jobs if job is not None]
        for entry, _ in ready:
            entry.asked = True
        if ready:
            self.desk.submit(tuple(job for _, job in ready))

    def reveal(self) -> None:
        current = self.current
        if current is not None:
            reveal(getattr(current.result, "output", None) or current.path)

    def _changed(self, item: Item) -> None:
        entry = self.model.put(item)
        if entry is None:
            return
        self._soon.ask()
        if item.state in (State.DONE, State.FAILED):
            said = (
                self.tr("{file} is done.")
                if item.state == State.DONE
                else self.tr("{file} failed.")
            )
            announce(self, said.format(file=entry.path.name))

    # ---- what is on screen ------------------------------------------------------------------

    def show_current(self) -> None:
        self.stack.setCurrentWidget(self.splitter if len(self.model) else self.empty)
        if len(self.model) and self.current is None:
            self.list.choose(0)
        self.list.show_count()
        entry = self.current
        item = entry.item if entry else None
        targets = self.targets()
        self.start.setText(self.button_text(len(targets)))
        self.start.setAccessibleName(self.start.text())
        self.start.setToolTip(words.key_text("Ctrl+Return"))
        self.start.setEnabled(bool(targets) and self.make(targets[0].path) is not None)
        busy = item is not None and item.state in (State.WAITING, State.RUNNING, State.PAUSED)
        self._state.setVisible(busy)
        if busy and item is not None:
            self._state.setText(words.status(item))
        failed = item is not None and item.problem is not None
        self._problem.setVisible(failed)
        if item is not None and item.problem is not None:
            self._problem.text.setText(self.desk.sentence(*item.problem))
        self.show_result(entry)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        self.show_current()


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
