"""The window: navigation, pages, status, and the ways in for files: drop, paste, open."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QStandardPaths, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from ui import collect
from ui.background import background
from ui.banner import UnfinishedBanner
from ui.desk import Desk, Item, State
from ui.notifier import Notifier
from ui.pages import MODELS, PAGES, PHOTOS, VOICES, Entry
from ui.pages.page import Page
from ui.rail import Rail
from ui.status_bar import StatusBar
from ui.summary import summarise
from ui.widgets import ask
from ui.widgets.drop_zone import DropVeil
from ui.widgets.job_list import JobList
from ui.widgets.late_stack import LateStack
from ui.widgets.small import Soon

P = TypeVar("P", bound=Page)

SAMPLES = Path(__file__).resolve().parents[1] / "assets" / "samples"


class MainWindow(QMainWindow):
    """Expects ``ui.theme.prepare`` or ``install`` to have been called, and the desk to be there.

    A page is made when it is first shown, given files or has a job to follow: ``built`` are those
    that were.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.built: dict[Entry, Page] = {}
        self.stack = LateStack()
        self.rail = Rail(PAGES)
        self.banner = UnfinishedBanner(desk)
        self.jobs = JobList(desk)
        self.jobs.hide()
        self.status = StatusBar(desk)
        self._lay_out()
        self.veil = DropVeil(self)
        self._open = summarise(desk.items()).open
        self._notifier = Notifier(self)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 500)  # full HD at 200 % is 960 x 540
        self.resize(1280, 800)
        geometry = desk.setting("window_geometry")
        if geometry:
            self.restoreGeometry(QByteArray(base64.b64decode(geometry)))
        self._bind()
        self.retranslate()
        photos = self._build(PHOTOS)
        photos.first.wanted.connect(lambda ids: self._build(MODELS).download(*ids))
        photos.elsewhere.chosen.connect(self._show_page)
        photos.empty.open.setFocus()

    def _lay_out(self) -> None:
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addWidget(self.stack, 1)
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addLayout(upper, 1)
        layout.addWidget(self.jobs)
        layout.addWidget(self.status)
        self.setCentralWidget(central)

    def _bind(self) -> None:
        self.rail.chosen.connect(self._show)
        self.status.jobs_toggled.connect(self.jobs.setVisible)
        self.desk.files_opened.connect(self.take)
        self.desk.files_appeared.connect(self._take_new)
        self._soon = Soon(self._maybe_all_done, self)
        for changed in (self.desk.items_added, self.desk.item_changed):
            changed.connect(self._soon.ask)
        self.desk.items_added.connect(self._build_for)
        self.desk.item_changed.connect(self._build_for_one)
        for keys, action in (
            (QKeySequence(QKeySequence.StandardKey.Open), self.ask_files),
            (QKeySequence("Ctrl+Shift+O"), self.ask_folder),
            (QKeySequence(QKeySequence.StandardKey.Paste), self.paste),
            (QKeySequence("Ctrl+J"), self.status.jobs.click),
        ):
            QShortcut(keys, self).activated.connect(action)
        for number, button in enumerate(self.rail.buttons, start=1):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self).activated.connect(button.click)

    # ---- pages ------------------------------------------------------------------------------

    def _build(self, entry: Entry) -> Any:
        """The page, made if it was not there; without a type, which would have to import it."""
        if entry not in self.built:
            page = self.built[entry] = entry.make(self.desk)
            page.open_files.connect(self.ask_files)
            page.open_folder.connect(self.ask_folder)
            page.open_sample.connect(self.take_sample)
            self.stack.take_in(page)
        return self.built[entry]

    def _build_for(self, items: tuple[Item, ...]) -> None:
        """Jobs of an earlier time are followed by their page from when they are taken up."""
        for entry in PAGES:
            if entry not in self.built and any(
                isinstance(item.job, entry.jobs) and item.state != State.UNFINISHED
                for item in items
            ):
                self._build(entry)

    def _build_for_one(self, item: Item) -> None:
        self._build_for((item,))

    def page(self, kind: type[P]) -> P:
        """The page of this kind."""
        page = self._build(kind.entry)
        assert isinstance(page, kind)
        return page

    def open_page(self, kind: type[P]) -> P:
        """Show the page of this kind, as its button does."""
        self._show_page(kind.entry.icon)
        return self.page(kind)

    def _show_page(self, icon: str) -> None:
        number = next(n for n, entry in enumerate(PAGES) if entry.icon == icon)
        self.rail.buttons[number].click()

    def _show(self, number: int) -> None:
        self.stack.setCurrentWidget(self._build(PAGES[number]))

    # ---- files in ---------------------------------------------------------------------------

    def take(self, paths: Iterable[Path]) -> None:
        """Give files, and what is inside folders, to the pages they suit."""
        named = tuple(paths)
        wanted = frozenset().union(*(entry.suffixes for entry in PAGES))
        background().run(self, lambda: collect.collect(named, wanted), self._taken)

    def _taken(self, found: collect.Found) -> None:
        for entry, files in self._suited(found.files):
            self._build(entry).add(files, found.places)
            self.rail.buttons[PAGES.index(entry)].setChecked(True)
        if not found.files:
            self.status.say(self.tr("There is nothing Cloakroom can open in what you added."))
        elif found.left_out:
            self.status.say(
                self.tr("Left out, since Cloakroom cannot open them: {n}").format(n=found.left_out)
            )

    def _take_new(self, files: tuple[Path, ...]) -> None:
        """Start on what has appeared in the watched folder, without changing what is shown."""
        for entry in (PHOTOS, VOICES):
            suited = tuple(file for file in files if file.suffix.lower() in entry.suffixes)
            if suited:
                self._build(entry).take_new(suited)

    def _suited(self, files: tuple[Path, ...]) -> list[tuple[Entry, tuple[Path, ...]]]:
        """The page on screen takes what it can; the rest goes to the first page that takes it.

        The page on screen comes last, so that it stays there when it got something.
        """
        first = self._page_on_screen().entry
        order = [first, *(entry for entry in PAGES if entry is not first)]
        suited: dict[Entry, list[Path]] = {}
        for file in files:
            taker = next(entry for entry in order if file.suffix.lower() in entry.suffixes)
            suited.setdefault(taker, []).append(file)
        takers = sorted(suited, key=lambda entry: entry is first)
        return [(taker, tuple(suited[taker])) for taker in takers]

    def _page_on_screen(self) -> Page:
        page = self.stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def take_sample(self, name: str) -> None:
        """Give the page on screen a copy of one of our samples; its results go beside the copy."""
        copy = self.desk.folder("samples") / name
        try:
            shutil.copyfile(SAMPLES / name, copy)
        except OSError:
            self.status.say(
                self.tr("The sample could not be saved in {folder}.").format(folder=copy.parent)
            )
        else:
            self._page_on_screen().add((copy,))

    def ask_files(self) -> None:
        entry = self._page_on_screen().entry
        if not entry.suffixes:  # models and settings take no files
            entry = PHOTOS
        own = self.tr("{page} ({patterns})").format(
            page=entry.title(), patterns=ask.patterns(entry.suffixes)
        )
        ask.ask_files(self, self.tr("Open files"), self.take, own, self.tr("All files (*)"))

    def ask_folder(self) -> None:
        ask.ask_folder(self, self.tr("Add a folder"), lambda folder: self.take((folder,)))

    def paste(self) -> None:
        """Files that were copied, or a picture, which becomes a PNG file first."""
        mime = QGuiApplication.clipboard().mimeData()
        files = _local_files(mime)
        if files:
            self.take(files)
        elif mime.hasImage():
            self._paste_picture(QImage(mime.imageData()))
        else:
            self.status.say(self.tr("There is no file or picture to paste."))

    def _paste_picture(self, image: QImage) -> None:
        pictures = QStandardPaths.StandardLocation.PicturesLocation
        place = self.desk.setting("output")
        folder = place or Path(QStandardPaths.writableLocation(pictures)) / "Cloakroom"
        stem = self.tr("Pasted {time}").format(time=f"{datetime.now():%Y-%m-%d %H%M%S}")

        def pasted(file: Path | None) -> None:
            if file is None:
                self.status.say(
                    self.tr("The picture could not be saved in {folder}.").format(folder=folder)
                )
            else:
                self.take((file,))

        background().run(self, lambda: _save_picture(image, folder, stem), pasted)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local_files(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()
            self.veil.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.veil.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        files = _local_files(event.mimeData())
        if files:
            self.take(files)
        elif event.mimeData().hasImage():
            self._paste_picture(QImage(event.mimeData().imageData()))

    # ---- the rest ---------------------------------------------------------------------------

    def _maybe_all_done(self) -> None:
        """Say once when the last of several jobs has ended."""
        summary = summarise(self.desk.items())
        if self._open and not summary.open and summary.total > 1:
            said = self.tr("All jobs have ended: {done} of {total} done.").format(
                done=summary.done, total=summary.total
            )
            if summary.failed:
                said += " " + self.tr("{n} failed; the list of jobs says why.").format(
                    n=summary.failed
                )
            self.status.say(said)
            if self.desk.setting("notify"):
                self._notifier.tell(said)
        self._open = summary.open

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.veil.isVisible():
            self.veil.cover()
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        geometry = self.saveGeometry().toBase64()
        self.desk.set_setting("window_geometry", bytes(geometry.data()).decode())
        super().closeEvent(event)

    def retranslate(self) -> None:
        self.setWindowTitle("Cloakroom")
        self.rail.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _local_files(mime: QMimeData) -> tuple[Path, ...]:
    return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())


def _save_picture(image: QImage, folder: Path, stem: str) -> Path | None:
    """Write a PNG under a free name; None when the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    file, number = folder / f"{stem}.png", 2
    while file.exists():
        file, number = folder / f"{stem} ({number}).png", number + 1
    unfinished = file.with_suffix(".part")
    if image.isNull() or not QImageWriter(str(unfinished), b"PNG").write(image):
        return None
    unfinished.replace(file)
    return file
