"""The Check page: files at the left, the answer and its evidence in the middle, what next at the
right. Files are checked as soon as they come: looking changes nothing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine import api
from engine.wording import checks
from ui import collect, theme
from ui.desk import Desk, Item, State
from ui.pages.check_model import CheckModel, Suspect
from ui.pages.check_panel import CheckPanel
from ui.pages.check_parts import translate
from ui.pages.check_result import CheckResultView
from ui.pages.page import Page
from ui.reveal import reveal
from ui.widgets.drop_zone import DropZone
from ui.widgets.file_list import FileList
from ui.widgets.small import Soon, announce, ground


class CheckPage(Page):
    icon = "search"
    suffixes = collect.CHECKED

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.model = CheckModel(self)
        self.empty = DropZone()
        self.list = FileList(self.model)
        self.view = CheckResultView(desk)
        self.panel = CheckPanel()
        self._lay_out()
        self._bind()
        self.retranslate()
        self._show_rows()

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for part in (self.list, self.view, self.panel):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([224, 640, 292])
        self.start = QWidget()
        ground(self.start, "canvas")
        rows = QVBoxLayout(self.start)
        rows.setContentsMargins(theme.Space.XL, 0, theme.Space.XL, theme.Space.XL)
        rows.addWidget(self.empty, 1)
        self.stack = QStackedWidget()
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
        rows = Soon(self._show_rows, self)
        self.model.rowsInserted.connect(rows.ask)
        self.model.rowsRemoved.connect(self._show_rows)
        self.list.current_changed.connect(self._show)
        self.list.reveal.connect(lambda: self.current and reveal(self.current.path))
        for source in (self.empty, self.list):
            source.open_files.connect(self.open_files)
            source.open_folder.connect(self.open_folder)
        panel.again.connect(self._again)
        panel.compare.connect(self._ask_original)
        panel.report.connect(lambda: self._ask_target(statement=False))
        panel.statement.connect(lambda: self._ask_target(statement=True))
        panel.cancel.connect(self._cancel)

    # ---- files and jobs ---------------------------------------------------------------------

    @property
    def current(self) -> Suspect | None:
        return self.list.current()

    def add(self, files: tuple[Path, ...]) -> None:
        empty = not len(self.model)
        row = self.model.add(files)
        if row is None:
            return
        self._show_rows()
        self.list.choose(row)
        if empty:
            self.list.view.setFocus()
        wanted = set(files)
        self._submit([s for s in self.model if s.path in wanted and s.item is None])

    def _submit(self, suspects: list[Suspect]) -> None:
        for suspect in suspects:
            suspect.asked = True
        home = self.desk.folder("data")
        self.desk.submit(tuple(api.CheckFile(s.path, home, original=s.original) for s in suspects))

    def _again(self) -> None:
        chosen = self.list.selected() or ([self.current] if self.current else [])
        self._submit([suspect for suspect in chosen if suspect and not suspect.active])

    def _cancel(self) -> None:
        if self.current is not None and self.current.item is not None:
            self.desk.cancel(self.current.item.id)

    def _items_added(self, items: tuple[Item, ...]) -> None:
        self.model.put_new(items)
        self._show()

    def _item(self, item: Item) -> None:
        suspect = self.model.put(item)
        if suspect is None:
            return
        if suspect is self.current:
            self._show()
        if item.state == State.DONE and suspect.result is not None:
            said = checks.headline(suspect.result, translate)
            announce(self, f"{suspect.path.name}: {said}")

    def _item_removed(self, item: int) -> None:
        self.model.forget(item)
        self._show()

    def _pictures(self, item: int, pictures: tuple[api.Picture, ...]) -> None:
        current = self.current
        if current is not None and current.item is not None and current.item.id == item:
            self.view.show_live(pictures)

    # ---- asking -----------------------------------------------------------------------------

    def _ask_original(self) -> None:
        dialog = QFileDialog(self, self.tr("The known original"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        patterns = " ".join(f"*{suffix}" for suffix in sorted(collect.PHOTOS))
        dialog.setNameFilter(self.tr("Pictures ({patterns})").format(patterns=patterns))
        dialog.fileSelected.connect(lambda name: self.compare_with(Path(name)))
        dialog.open()

    def compare_with(self, original: Path) -> None:
        """Check the shown picture again, beside its known original."""
        if self.current is not None and not self.current.active:
            self.current.original = original
            self._submit([self.current])

    def _ask_target(self, *, statement: bool) -> None:
        results = self.results()
        if not results:
            return
        title = self.tr("Save the statement") if statement else self.tr("Save the report")
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        dialog.selectFile(f"{results[0].file.stem}-check.html")
        dialog.fileSelected.connect(
            lambda name: self.desk.export_check(results, Path(name), statement)
        )
        dialog.open()

    def results(self) -> tuple[api.CheckResult, ...]:
        """Of the selected files, those that were checked: a report may hold several."""
        chosen = self.list.selected() or ([self.current] if self.current else [])
        return tuple(s.result for s in chosen if s and s.state == State.DONE and s.result)

    # ---- what is on screen ------------------------------------------------------------------

    def _show_rows(self) -> None:
        empty = not len(self.model)
        self.stack.setCurrentWidget(self.start if empty else self.splitter)
        if not empty and self.current is None:
            self.list.choose(0)
        self.list.show_count()
        self._show()

    def _show(self) -> None:
        self.view.show_suspect(self.current)
        self.panel.show_suspect(self.current)

    def title(self) -> str:
        return self.tr("Check")

    def _count(self, number: int) -> str:
        return self.tr("1 file") if number == 1 else self.tr("{n} files").format(n=number)

    def retranslate(self) -> None:
        self.empty.set_words(
            self.tr("Is it fake? Drop it here"),
            self.tr(
                "A picture, a voice message or a clip. Cloakroom looks for what the file says of "
                "its own making, for hidden marks and for traces, and says how sure that is. "
                "Nothing is sent anywhere."
            ),
            self.tr("Open files…"),
            self.tr("Add a folder…"),
            self.tr("Use the file itself, as it came: a screenshot has lost most of the evidence."),
        )
        self.list.set_words(
            self.tr("Files to check"),
            self.tr("Open files"),
            self.tr("Drop files or folders anywhere"),
            self._count,
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._show()
        super().changeEvent(event)
