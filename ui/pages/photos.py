"""The Photos page: files at the left, the picture in the middle, what to do at the right."""

from __future__ import annotations

import base64
import dataclasses
from collections import deque
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine import api
from ui import collect, theme, words
from ui.desk import Desk, Item, State
from ui.pages.first_offer import FirstOffer
from ui.pages.page import Page
from ui.pages.photo_canvas import PhotoCanvas
from ui.pages.photo_model import Photo, PhotoModel
from ui.pages.photo_panel import PhotoPanel
from ui.pages.receipt import ReceiptDialog
from ui.reveal import reveal
from ui.widgets.canvas_bar import CanvasBar
from ui.widgets.compare import CompareView
from ui.widgets.drop_zone import DropZone
from ui.widgets.file_list import FileList
from ui.widgets.small import Soon, announce, ground

# Photos queued without a pause: some milliseconds of work. Then the window gets its turn.
AT_ONCE = 100
PAUSE_MS = 5


class PhotosPage(Page):
    icon = "photos"
    suffixes = collect.PHOTOS

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.model = PhotoModel(self)
        self._asked: deque[tuple[Photo, api.ProtectPhoto]] = deque()
        self.empty = DropZone()
        self.first = FirstOffer(desk)
        self.list = FileList(self.model)
        self.compare = CompareView()
        self.bar = CanvasBar(self.compare)
        self.panel = PhotoPanel(desk)
        self.canvas = PhotoCanvas(self.bar, self.compare, self.panel.rehearsal)
        self._lay_out()
        self._bind()
        self._sweep_masks()
        for item in desk.items():
            if item.state != State.UNFINISHED:  # those are offered by the shell first
                self.model.put(item)
                self.panel.rehearsal.put(item)
        self.retranslate()
        self._show_rows()

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for part in (self.list, self.canvas, self.panel):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([224, 600, 304])
        saved = self.desk.setting("splitter")
        if saved:
            self.splitter.restoreState(QByteArray(base64.b64decode(saved)))
        self.stack = QStackedWidget()
        self.start = QWidget()
        ground(self.start, "canvas")
        rows = QVBoxLayout(self.start)
        rows.setContentsMargins(theme.Space.XL, 0, theme.Space.XL, theme.Space.XL)
        rows.addWidget(self.empty, 1)
        card = QHBoxLayout()
        card.addStretch(1)
        card.addWidget(self.first, 100)
        card.addStretch(1)
        rows.addLayout(card)
        self.stack.addWidget(self.start)
        self.stack.addWidget(self.splitter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _bind(self) -> None:
        desk, panel = self.desk, self.panel
        desk.items_added.connect(self._items_added)
        desk.item_changed.connect(self._item)
        desk.item_removed.connect(self._item_removed)
        desk.pictures.connect(self._pictures)
        self._soon = Soon(self._show_targets, self)
        rows = Soon(self._show_rows, self)
        self.model.rowsInserted.connect(rows.ask)
        self.model.rowsRemoved.connect(self._show_rows)
        self.list.current_changed.connect(self._show_photo)
        self.list.selection_changed.connect(self._show_targets)
        self.list.reveal.connect(self._reveal)
        for source in (self.empty, self.list):
            source.open_files.connect(self.open_files)
            source.open_folder.connect(self.open_folder)
        self.splitter.splitterMoved.connect(self._remember_splitter)
        self.compare.mask_changed.connect(self._mask_changed)
        self.compare.picture_changed.connect(self._show_paintable)
        self.bar.painting_changed.connect(self._painting)
        panel.paint.clicked.connect(lambda: self.bar.set_painting(not self.compare.painting))
        panel.protect.clicked.connect(self.protect)
        panel.outcome.cancel.connect(lambda: self._act(desk.cancel))
        panel.outcome.retry.connect(self._retry)
        panel.outcome.reveal.connect(self._reveal)
        panel.outcome.receipt.connect(self._receipt)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self)
        shortcut.activated.connect(self.protect)

    # ---- files and jobs ---------------------------------------------------------------------

    def add(self, files: tuple[Path, ...]) -> None:
        empty = not len(self.model)
        row = self.model.add(files)
        if row is None:
            return
        self._show_rows()
        self.list.choose(row)
        if empty:
            self.list.view.setFocus()

    @property
    def current(self) -> Photo | None:
        return self.list.current()

    def targets(self) -> tuple[Photo, ...]:
        """What the primary button would protect: the selected photos when several are selected,
        else all that were not done yet, else the one that is shown, again."""
        chosen = self.list.selected()
        if len(chosen) > 1:
            return tuple(photo for photo in chosen if not photo.active)
        new = (None, State.CANCELLED)
        fresh = tuple(photo for photo in self.model if photo.state in new and not photo.asked)
        if fresh:
            return fresh
        current = self.current
        done = current is not None and current.state == State.DONE and not current.asked
        return (current,) if done else ()

    def protect(self) -> None:
        """Queue a job for each of the targets, some at a time, so that the window stays quick."""
        targets = self.targets()
        if not targets or not self.panel.threats():
            return
        self.bar.set_painting(False)
        wishes = self._job(targets[0])
        for photo in targets:
            photo.asked = True
            self._asked.append((photo, wishes))
        self._submit_some()
        self._show_photo()

    def _submit_some(self) -> None:
        some = [self._asked.popleft() for _ in range(min(AT_ONCE, len(self._asked)))]
        self.desk.submit(
            tuple(
                dataclasses.replace(wishes, file=photo.path, mask=self._save_mask(photo))
                for photo, wishes in some
            )
        )
        if self._asked:
            QTimer.singleShot(PAUSE_MS, self, self._submit_some)

    def _retry(self) -> None:
        """Start the shown photo again: a failed one with what the panel and the settings say
        now, since that may be the remedy; an interrupted one as it was."""
        current = self.current
        if current is None or current.item is None:
            return
        if current.state == State.FAILED and self.panel.threats():
            self.desk.remove(current.item.id)
            job = self._job(current)
            self.desk.submit((dataclasses.replace(job, mask=self._save_mask(current)),))
        else:
            self.desk.retry(current.item.id)

    def _job(self, photo: Photo) -> api.ProtectPhoto:
        """What the panel and the settings ask for, but for the mask."""
        details = self.panel.details
        return api.ProtectPhoto(
            file=photo.path,
            threats=self.panel.threats(),
            strength=self.panel.strength.strength,
            epsilon=details.epsilon,
            seed=details.seed,
            out=self.desk.setting("output"),
            strip_location=self.desk.setting("strip_location"),
            native=details.native,
            preview=True,
        )

    def _save_mask(self, photo: Photo) -> Path | None:
        """Each job gets a mask file of its own, so that painting on does not change the queue."""
        if photo.mask is None or not photo.mask.painted:
            return None
        file = self.desk.folder("masks") / f"{uuid4().hex}.png"
        if photo.mask.save(file):
            return file
        self.desk.notice.emit(
            self.tr("The painted area could not be saved; the whole photo is protected.")
        )
        return None

    def _sweep_masks(self) -> None:
        """Delete the masks that no job refers to any more."""
        wanted = {getattr(item.job, "mask", None) for item in self.desk.items()}
        for file in self.desk.folder("masks").glob("*.png"):
            if file not in wanted:
                file.unlink(missing_ok=True)

    def _items_added(self, items: tuple[Item, ...]) -> None:
        self.model.put_new(items)
        for item in items:
            self.panel.rehearsal.put(item)
        self._soon.ask()

    def _item(self, item: Item) -> None:
        before = self.model.row(item.job.file) if isinstance(item.job, api.ProtectPhoto) else None
        old = self.model[before].state if before is not None else None
        photo = self.model.put(item)
        if photo is None:
            if self.panel.rehearsal.put(item):
                self.canvas.show_rehearsal()
            return
        if photo is self.current:
            self._show_photo()
        elif photo.state != old:
            self._soon.ask()
        if photo.state != old and photo.state in (State.DONE, State.FAILED):
            self._announce(photo)

    def _announce(self, photo: Photo) -> None:
        sentence = (
            self.tr("{file} is protected.")
            if photo.state == State.DONE
            else self.tr("{file} could not be protected.")
        )
        announce(self, sentence.format(file=photo.path.name))

    def _item_removed(self, item: int) -> None:
        self.model.forget(item)
        self.panel.rehearsal.forget(item)
        self._show_photo()

    def _pictures(self, item: int, pictures: tuple[api.Picture, ...]) -> None:
        current = self.current
        if current is not None and current.item is not None and current.item.id == item:
            self.compare.layers.show_live(pictures)
        tried = self.panel.rehearsal.item
        if tried is not None and tried.id == item:
            self.canvas.show_live(pictures)

    def _act(self, action: object) -> None:
        current = self.current
        if current is not None and current.item is not None and callable(action):
            action(current.item.id)

    def _reveal(self) -> None:
        current = self.current
        if current is not None:
            reveal(current.result.output if current.result else current.path)

    def _receipt(self) -> None:
        current = self.current
        if current is not None and current.result is not None:
            ReceiptDialog(self.desk, current.result.receipt, self).open()

    # ---- what is on screen ------------------------------------------------------------------

    def _show_rows(self) -> None:
        empty = not len(self.model)
        self.stack.setCurrentWidget(self.start if empty else self.splitter)
        if not empty and self.current is None:
            self.list.choose(0)
        self.list.show_count()
        self._show_photo()

    def _show_photo(self) -> None:
        photo = self.current
        if photo is None:
            self.compare.show_photo(None)
        else:
            if self.compare.layers.photo != photo.path:
                self.bar.set_painting(False)
                self.compare.painted_mask = photo.mask
            result = photo.result
            self.compare.show_photo(
                photo.path,
                result.output if result else None,
                result.pictures if result else (),
            )
        self.panel.outcome.show_photo(photo)
        self.panel.rehearsal.show_photo(photo)
        self.canvas.show_rehearsal()
        self.panel.show_area(bool(photo and photo.mask and photo.mask.painted))
        self.bar.set_file(photo.path.name if photo else "")
        self._show_targets()

    def _show_targets(self) -> None:
        targets, current = self.targets(), self.current
        again = len(targets) == 1 and targets[0].state == State.DONE
        self.panel.show_targets(len(targets), again=again, this=targets == (current,))
        self._show_paintable()
        self.list.show_count()

    def _show_paintable(self) -> None:
        current = self.current
        free = current is not None and not current.active
        self.panel.allow_painting(free and self.compare.layers.photo_size() is not None)

    def _painting(self, painting: bool) -> None:
        self.panel.set_painting(painting)
        # Painting also ends because another photo is chosen; that one must not get this mask.
        if painting and self.current is not None:
            self.current.mask = self.compare.painted_mask

    def _mask_changed(self) -> None:
        mask = self.compare.painted_mask
        self.panel.show_area(bool(mask and mask.painted))

    def _remember_splitter(self) -> None:
        state = self.splitter.saveState().toBase64()
        self.desk.set_setting("splitter", bytes(state.data()).decode())

    def title(self) -> str:
        return self.tr("Photos")

    def retranslate(self) -> None:
        self.empty.set_words(
            self.tr("Drop photos here"),
            self.tr(
                "Cloakroom adds a faint, nearly invisible change to your photos that raises the "
                "cost of misusing them with AI. Your originals stay as they are, and everything "
                "happens on this computer."
            ),
            self.tr("Open photos…"),
            self.tr("Add a folder…"),
            self.tr("Dropping and pasting work anywhere in this window."),
        )
        self.list.set_words(
            self.tr("Photos"),
            self.tr("Open photos"),
            self.tr("Drop photos or folders anywhere"),
            words.photos,
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._show_photo()
        super().changeEvent(event)
