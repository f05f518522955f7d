"""The files of a page, with what became of each. Holds thousands without effort."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QImage

from ui import words
from ui.background import background
from ui.desk import Item, State
from ui.widgets import pyramid

THUMBNAIL = 160  # pixels: sharp on a display of three times the usual resolution
KEEP_THUMBNAILS = 1500

Index = QModelIndex | QPersistentModelIndex
ACTIVE = (State.WAITING, State.RUNNING, State.PAUSED)


@dataclass
class Entry:
    """A file and its latest job. ``size`` of a picture is known once its thumbnail was read;
    ``asked`` is set from the user's wish to have it worked on until the desk has the job.
    ``place`` is the folder it lies in, seen from where the folder that was added lies; ``before``
    says that its result is there already, or that it is a result itself."""

    path: Path
    item: Item | None = None
    size: QSize | None = None
    asked: bool = False
    place: Path | None = None
    before: bool = False

    @property
    def state(self) -> State | None:
        return self.item.state if self.item else None

    @property
    def active(self) -> bool:
        return self.asked or self.state in ACTIVE

    @property
    def result(self) -> Any:
        """Of its latest job, once that is done."""
        return self.item.result if self.item and self.item.state == State.DONE else None


E = TypeVar("E", bound=Entry)


class FileModel(QAbstractListModel, Generic[E]):
    """Rows of ``entry``, each path once, in the order in which they came.

    ``jobs`` are the kinds of job that belong to this list; each has a ``file``. ``icon`` stands
    where a file has no thumbnail.
    """

    EntryRole = Qt.ItemDataRole.UserRole
    ThumbnailRole = Qt.ItemDataRole.UserRole + 1

    def __init__(
        self,
        jobs: tuple[type[Any], ...],
        entry: type[E],
        icon: str = "photos",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.icon = icon
        self._jobs = jobs
        self._entry = entry
        self._entries: list[E] = []
        self._rows: dict[Path, int] = {}
        self._by_item: dict[int, Path] = {}
        self._thumbnails: OrderedDict[Path, QImage | None] = OrderedDict()
        self._asked: set[Path] = set()
        self._turn = 0

    # ---- what is in it ----------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries)

    def __getitem__(self, row: int) -> E:
        return self._entries[row]

    def row(self, path: Path) -> int | None:
        return self._rows.get(path)

    def add(
        self,
        paths: Iterable[Path],
        places: Mapping[Path, Path] | None = None,
        before: Collection[Path] = (),
    ) -> int | None:
        """Append what is not there yet; returns the row of the first of ``paths``."""
        wanted = list(dict.fromkeys(paths))
        new = [path for path in wanted if path not in self._rows]
        if new:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            for path in new:
                self._rows[path] = len(self._entries)
                entry = self._entry(path)
                entry.place = places.get(path) if places else None
                entry.before = path in before
                self._entries.append(entry)
            self.endInsertRows()
        return self._rows[wanted[0]] if wanted else None

    def remove(self, rows: Iterable[int]) -> None:
        """Take files off the list. Their files stay where they are."""
        for row in sorted(rows, reverse=True):
            self.beginRemoveRows(QModelIndex(), row, row)
            gone = self._entries.pop(row)
            if gone.item is not None:
                self._by_item.pop(gone.item.id, None)
            self._rows = {entry.path: at for at, entry in enumerate(self._entries)}
            self.endRemoveRows()

    def state_before(self, item: Item) -> State | None:
        """How the file of the job stands here, before ``put`` records what is new."""
        row = self._rows.get(item.job.file) if isinstance(item.job, self._jobs) else None
        return None if row is None else self._entries[row].state

    def put(self, item: Item) -> E | None:
        """Record how a job stands; its file appears if it is not listed. None for other jobs."""
        if not isinstance(item.job, self._jobs):
            return None
        file: Path = item.job.file
        row = self._rows.get(file)
        if row is None:
            row = self.add((file,))
            assert row is not None
        entry = self._entries[row]
        if entry.item is not None and entry.item.id > item.id:
            return None  # an older job of the same file
        entry.item = item
        self._by_item[item.id] = entry.path
        self._touch(row)
        return entry

    def put_new(self, items: Iterable[Item]) -> None:
        """``put`` for many new jobs at once, told to the view in one go."""
        new = [(item, item.job.file) for item in items if isinstance(item.job, self._jobs)]
        if not new:
            return
        self.add(file for _, file in new)
        for item, file in new:
            entry = self._entries[self._rows[file]]
            entry.item, entry.asked = item, False
            self._by_item[item.id] = file
        rows = [self._rows[file] for _, file in new]
        self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def forget(self, item: int) -> None:
        """The job is gone; the file stays, as if it had not been started."""
        path = self._by_item.pop(item, None)
        row = self._rows.get(path) if path else None
        if row is not None:
            self._entries[row].item = None
            self._touch(row)

    def _touch(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)

    # ---- Qt's view of it --------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.path.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole):
            return str(entry.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.path.name}, {self.line(entry)}"
        if role == self.EntryRole:
            return entry
        if role == self.ThumbnailRole:
            return self._thumbnail(entry)
        return None

    def line(self, entry: E) -> str:
        """The second line of a row: its state, or what is known of the file."""
        if entry.item is not None:
            return words.status(entry.item)
        if entry.before:
            return self.tr("Done before")
        return self.measure(entry) or entry.path.suffix[1:].upper()

    def measure(self, entry: E) -> str:
        """How large the file is, in the units of its kind; empty while that is not known."""
        return f"{entry.size.width()} × {entry.size.height()}" if entry.size else ""

    def _thumbnail(self, entry: E) -> QImage | None:
        """The thumbnail if it is there; otherwise it is asked for and arrives as a change."""
        path = entry.path
        if path in self._thumbnails:
            self._thumbnails.move_to_end(path)
        elif path not in self._asked:
            self._asked.add(path)
            # What was asked for last is on screen now, so it comes first.
            self._turn += 1
            background().run(
                self,
                lambda: (pyramid.photo_size(path), pyramid.read(path, THUMBNAIL)),
                lambda got: self._got_thumbnail(path, *got),
                self._turn,
            )
        return self._thumbnails.get(path)

    def _got_thumbnail(self, path: Path, size: QSize | None, image: QImage | None) -> None:
        self._asked.discard(path)
        self._thumbnails[path] = image
        while len(self._thumbnails) > KEEP_THUMBNAILS:
            self._thumbnails.popitem(last=False)
        row = self._rows.get(path)
        if row is not None:
            self._entries[row].size = size or (image.size() if image else None)
            self._touch(row)
