"""The list of files at the left of a page, with its heading and a hint below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QListView, QMenu, QVBoxLayout, QWidget

from ui import theme, words
from ui.widgets.file_model import Entry, FileModel
from ui.widgets.file_row import FileRow
from ui.widgets.small import ground, icon_button, label, name_button

E = TypeVar("E", bound=Entry)


class FileView(QListView):
    """Thousands of rows of one height; Delete takes the selected ones off the list."""

    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setItemDelegate(FileRow(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class FileList(QWidget, Generic[E]):
    """The page gives it its words with ``set_words``, again after each change of language."""

    current_changed = Signal()
    selection_changed = Signal()
    open_files = Signal()
    open_folder = Signal()
    reveal = Signal()

    def __init__(self, model: FileModel[E], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "files")
        self.model = model
        self.view = FileView()
        self.view.setModel(model)
        self._count = label("section")
        self._open = icon_button("add")
        self._folder = icon_button("folder")
        self._hint = label("small", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setContentsMargins(theme.Space.M, theme.Space.S, theme.Space.S, 0)
        head.setSpacing(0)
        head.addWidget(self._count, 1)
        head.addWidget(self._open)
        head.addWidget(self._folder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)  # the hairline at the right
        layout.setSpacing(theme.Space.XS)
        layout.addLayout(head)
        rows = QVBoxLayout()
        rows.setContentsMargins(theme.Space.XS, 0, theme.Space.XS, 0)
        rows.addWidget(self.view)
        layout.addLayout(rows, 1)
        hint = QVBoxLayout()
        hint.setContentsMargins(theme.Space.M, theme.Space.S, theme.Space.M, theme.Space.M)
        hint.addWidget(self._hint)
        layout.addLayout(hint)
        self.setMinimumWidth(190)
        self.view.viewport().setAutoFillBackground(False)
        self.view.selectionModel().currentChanged.connect(lambda *_: self.current_changed.emit())
        self.view.selectionModel().selectionChanged.connect(
            lambda *_: self.selection_changed.emit()
        )
        self.view.removed.connect(self.remove_selected)
        self.view.customContextMenuRequested.connect(self._menu)
        self._number: Callable[[int], str] = str
        self._open.clicked.connect(self.open_files)
        self._folder.clicked.connect(self.open_folder)

    def current(self) -> E | None:
        row = self.view.currentIndex().row()
        return self.model[row] if 0 <= row < len(self.model) else None

    def selected(self) -> list[E]:
        return [self.model[index.row()] for index in self._selected()]

    def _selected(self) -> list:  # type: ignore[type-arg]
        indexes = self.view.selectionModel().selectedIndexes()
        return sorted(indexes, key=lambda index: index.row())

    def choose(self, row: int) -> None:
        index = self.model.index(row)
        self.view.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self.view.scrollTo(index)

    def remove_selected(self) -> None:
        """Take the selected files off the list, but for those that wait or run."""
        rows = [index.row() for index in self._selected()]
        self.model.remove(row for row in rows if not self.model[row].active)
        if rows and len(self.model):
            self.choose(min(rows[0], len(self.model) - 1))

    def show_count(self) -> None:
        self._count.setText(self._number(len(self.model)))

    def _menu(self, at: QPoint) -> None:
        if self.current() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Show in folder"), self.reveal.emit)
        remove = menu.addAction(self.tr("Take off this list"), self.remove_selected)
        remove.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        menu.popup(self.view.viewport().mapToGlobal(at))

    def set_words(self, title: str, files: str, hint: str, number: Callable[[int], str]) -> None:
        """``files`` names the button that opens some; ``number`` puts a count into words."""
        self.view.setAccessibleName(title)
        name_button(self._open, files, words.key_text("Ctrl+O"))
        name_button(self._folder, self.tr("Add a folder"), words.key_text("Ctrl+Shift+O"))
        self._hint.setText(hint)
        self._number = number
        self.show_count()
