"""What the pages of files share: an invitation while there are none, else the files at the left,
the chosen one in the middle, what to do and what became of it at the right."""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Generic

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine import api
from ui import theme
from ui.desk import Desk, Item, State
from ui.pages.page import NOWHERE, Page, Places
from ui.pages.receipt import ReceiptDialog
from ui.reveal import reveal
from ui.widgets.drop_zone import DropZone
from ui.widgets.file_list import FileList
from ui.widgets.file_model import E, FileModel
from ui.widgets.outcome import Outcome
from ui.widgets.side_panel import SidePanel
from ui.widgets.small import Soon, announce, ground

# Files queued without a pause: some milliseconds of work. Then the window gets its turn.
AT_ONCE = 100
PAUSE_MS = 5

WIDTHS = [224, 600, 304]  # of the files, the middle and the panel, at first
RECENT_FILES = 8  # in the menu of an empty page
RECENT = 20  # receipts that say how long a file takes
FRESH = (None, State.CANCELLED)


class FilesPage(Page, Generic[E]):
    """A page makes its parts, calls ``lay_out`` and ``begin``, and fills in the methods of the
    first group below. ``suffixes`` are those of the files it takes; ``sample`` names the file in
    ``assets/samples`` to try the page on."""

    suffixes: frozenset[str]
    sample: str
    kind: type[Any] | None = None  # of the jobs whose results need not be made again

    def __init__(
        self, desk: Desk, model: FileModel[E], empty: DropZone, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent)
        self.model = model
        self.model.setParent(self)
        self.empty = empty
        self.list: FileList[E] = FileList(model)
        self._to_start: deque[tuple[E, Callable[[E], api.Job]]] = deque()

    # ---- what a page fills in ---------------------------------------------------------------

    def jobs(self) -> Callable[[E], api.Job] | None:
        """What makes the job of a file, as the panel and the settings say now; None while
        something is missing."""
        raise NotImplementedError

    def show_current(self) -> None:
        """Show the chosen file in the middle and in the panel; ends with ``show_targets``."""
        self.show_targets()

    def show_targets(self) -> None:
        """Show what the primary button would do."""
        targets = self.targets()
        again = len(targets) == 1 and self.is_done(targets[0])
        shown = targets == (self.current,)
        self.side.show_targets(len(targets), again=again, this=shown)
        self.list.show_count()
        if self.kind is not None:
            self.side.forecast.show_files(
                tuple(entry.path for entry in targets) if not again else (),
                self.desk.setting("output"),
                lambda: self.desk.history(self.kind.kind, RECENT),
            )

    def ended(self, entry: E) -> str:
        """The sentence that announces the end of a job, done or failed."""
        sentence = (
            self.tr("{file} is done.")
            if entry.state == State.DONE
            else self.tr("{file} could not be done.")
        )
        return sentence.format(file=entry.path.name)

    def heed(self, item: Item) -> None:
        """Any job that is new or has changed and belongs to no file of the list."""

    # ---- layout -----------------------------------------------------------------------------

    def lay_out(self, middle: QWidget, panel: SidePanel, *below: QWidget) -> None:
        """``below`` are cards under the invitation."""
        self.side = panel
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for part in (self.list, middle, panel):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes(WIDTHS)
        saved = self.desk.setting("splitter")
        if saved:
            self.splitter.restoreState(QByteArray(base64.b64decode(saved)))
        self._invitation = QWidget()
        ground(self._invitation, "canvas")
        rows = QVBoxLayout(self._invitation)
        rows.setContentsMargins(theme.Space.XL, 0, theme.Space.XL, theme.Space.XL)
        rows.addWidget(self.empty, 1)
        for part in below:
            card = QHBoxLayout()
            card.addStretch(1)
            card.addWidget(part, 100)
            card.addStretch(1)
            rows.addLayout(card)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._invitation)
        self.stack.addWidget(self.splitter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def begin(self) -> None:
        """Follow the desk, take up the jobs it has, and show the page."""
        desk = self.desk
        self.soon = Soon(self.show_targets, self)
        rows = Soon(self.show_rows, self)
        desk.items_added.connect(self._items_added)
        desk.item_changed.connect(self._item_changed)
        desk.item_removed.connect(self._item_removed)
        self.model.rowsInserted.connect(rows.ask)
        self.model.rowsRemoved.connect(self.show_rows)
        self.list.current_changed.connect(self.show_current)
        self.list.selection_changed.connect(self.show_targets)
        self.list.reveal.connect(self.reveal)
        for source in (self.empty, self.list):
            source.open_files.connect(self.open_files)
            source.open_folder.connect(self.open_folder)
        self.empty.open_sample.connect(lambda: self.open_sample.emit(self.sample))
        self.empty.open_recent.connect(lambda file: self.add((file,)))
        self.splitter.splitterMoved.connect(self._remember_widths)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.go)
        for item in desk.items():
            if item.state != State.UNFINISHED:  # those are offered by the shell first
                self.model.put(item)
                self.heed(item)
        self.retranslate()
        self.show_rows()

    def follow(self, outcome: Outcome) -> None:
        """Bind the buttons of a panel's outcome."""
        outcome.cancel.connect(self.cancel)
        outcome.retry.connect(self.retry)
        outcome.reveal.connect(self.reveal)
        outcome.receipt.connect(self.show_receipt)

    def _remember_widths(self) -> None:
        state = self.splitter.saveState().toBase64()
        self.desk.set_setting("splitter", bytes(state.data()).decode())

    # ---- files and jobs ---------------------------------------------------------------------

    def add(self, files: tuple[Path, ...], places: Places = NOWHERE) -> None:
        """What was done before is listed, and left alone unless the user chooses it."""
        empty = not len(self.model)
        before = self.desk.done_before(self.kind, files) if self.kind else ()
        row = self.model.add(files, places, before)
        if row is None:
            return
        self.show_rows()
        self.list.choose(row)
        if empty:
            self.list.view.setFocus()

    def take_new(self, files: tuple[Path, ...]) -> None:
        if not files:
            return
        self.add(files)
        wanted = set(files)
        self.start(e for e in self.model if e.path in wanted and e.state is None and not e.before)

    def out(self, entry: E) -> Path | None:
        """The folder for the result: None is beside the original, else laid out as the folder
        that was added."""
        output: Path | None = self.desk.setting("output")
        return output / entry.place if output and entry.place else output

    @property
    def current(self) -> E | None:
        return self.list.current()

    def is_current(self, item: int) -> bool:
        """Whether the job with this number is that of the chosen file."""
        current = self.current
        return current is not None and current.item is not None and current.item.id == item

    def targets(self) -> tuple[E, ...]:
        """What the primary button would work on: the selected files when several are selected,
        else all that were not done yet, else the one that is shown, again."""
        chosen = self.list.selected()
        if len(chosen) > 1:
            return tuple(entry for entry in chosen if not entry.active)
        fresh = tuple(e for e in self.model if e.state in FRESH and not e.asked and not e.before)
        if fresh:
            return fresh
        current = self.current
        return (current,) if current is not None and self.is_done(current) else ()

    def is_done(self, entry: E) -> bool:
        """Now or before, so that doing it would be doing it again."""
        before = entry.before and entry.state in FRESH
        return (entry.state == State.DONE or before) and not entry.asked

    def go(self) -> None:
        """What the primary button does."""
        self.start(self.targets())

    def start(self, entries: Iterable[E]) -> None:
        """Queue a job for each, some at a time, so that the window stays quick."""
        make = self.jobs()
        if make is None:
            return
        for entry in entries:
            entry.asked = True
            self._to_start.append((entry, make))
        pressed = QApplication.focusWidget()
        self._start_some()
        self.show_current()
        # A button that has gone leaves the keys with the files, not with whatever comes next.
        gone = pressed is not None and not (pressed.isVisible() and pressed.isEnabled())
        if gone and self.side.isAncestorOf(pressed):
            self.list.view.setFocus()

    def _start_some(self) -> None:
        some = [self._to_start.popleft() for _ in range(min(AT_ONCE, len(self._to_start)))]
        if some:
            self.desk.submit(tuple(make(entry) for entry, make in some))
        if self._to_start:
            QTimer.singleShot(PAUSE_MS, self, self._start_some)

    def retry(self) -> None:
        """Start the shown file again: a failed one with what the panel and the settings say now,
        since that may be the remedy; an interrupted one as it was."""
        current = self.current
        if current is None or current.item is None:
            return
        if current.state == State.FAILED and self.jobs() is not None:
            self.desk.remove(current.item.id)
            self.start((current,))
        else:
            self.desk.retry(current.item.id)

    def cancel(self) -> None:
        current = self.current
        if current is not None and current.item is not None:
            self.desk.cancel(current.item.id)

    def reveal(self) -> None:
        current = self.current
        if current is not None:
            reveal(getattr(current.result, "output", None) or current.path)

    def show_receipt(self) -> None:
        current = self.current
        receipt = getattr(current.result, "receipt", None) if current else None
        if receipt is not None:
            ReceiptDialog(self.desk, receipt, self).open()

    def _items_added(self, items: tuple[Item, ...]) -> None:
        self.model.put_new(items)
        for item in items:
            self.heed(item)
        if any(self.is_current(item.id) for item in items):
            self.show_current()
        self.soon.ask()

    def _item_changed(self, item: Item) -> None:
        old = self.model.state_before(item)
        entry = self.model.put(item)
        if entry is None:
            self.heed(item)
            return
        if entry is self.current:
            self.show_current()
        elif entry.state != old:
            self.soon.ask()
        if entry.state != old and entry.state in (State.DONE, State.FAILED):
            announce(self, self.ended(entry))

    def _item_removed(self, item: int) -> None:
        self.model.forget(item)
        self.show_current()

    # ---- what is on screen ------------------------------------------------------------------

    def show_rows(self) -> None:
        empty = not len(self.model)
        if empty:
            self.empty.offer_recent(
                tuple(
                    file
                    for file in self.desk.setting("recent_files")
                    if file.suffix.lower() in self.suffixes and file.is_file()
                )[:RECENT_FILES]
            )
        self.stack.setCurrentWidget(self._invitation if empty else self.splitter)
        if not empty and self.current is None:
            self.list.choose(0)
        self.show_current()

    def retranslate(self) -> None:
        """Give the invitation and the list their words."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.show_current()
        super().changeEvent(event)
