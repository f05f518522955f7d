"""The photos of the page, with what became of each. Holds thousands without effort."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QImage

from engine import api
from ui import words
from ui.background import background
from ui.desk import Item, State
from ui.widgets import pyramid
from ui.widgets.mask import Mask

THUMBNAIL = 160  # pixels: sharp on a display of three times the usual resolution
KEEP_THUMBNAILS = 1500

Index = QModelIndex | QPersistentModelIndex
ACTIVE = (State.WAITING, State.RUNNING, State.PAUSED)


@dataclass
class Photo:
    """A file and its latest job. ``size`` is known once the thumbnail was read; ``asked`` is set
    from the user's wish to protect it until the desk has the job."""

    path: Path
    item: Item | None = None
    size: QSize | None = None
    mask: Mask | None = None
    asked: bool = False

    @property
    def state(self) -> State | None:
        return self.item.state if self.item else None

    @property
    def active(self) -> bool:
        return self.asked or self.state in ACTIVE

    @property
    def result(self) -> api.PhotoResult | None:
        result = self.item.result if self.item and self.item.state == State.DONE else None
        return result if isinstance(result, api.PhotoResult) else None


class PhotoModel(QAbstractListModel):
    """Rows of ``Photo``, each path once, in the order in which they came."""

    PhotoRole = Qt.ItemDataRole.UserRole
    ThumbnailRole = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos: list[Photo] = []
        self._rows: dict[Path, int] = {}
        self._by_item: dict[int, Path] = {}
        self._thumbnails: OrderedDict[Path, QImage | None] = OrderedDict()
        self._asked: set[Path] = set()
        self._turn = 0

    # ---- what is in it ----------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._photos)

    def __iter__(self) -> Iterator[Photo]:
        return iter(self._photos)

    def __getitem__(self, row: int) -> Photo:
        return self._photos[row]

    def row(self, path: Path) -> int | None:
        return self._rows.get(path)

    def add(self, paths: Iterable[Path]) -> int | None:
        """Append what is not there yet; returns the row of the first of ``paths``."""
        wanted = list(dict.fromkeys(paths))
        new = [path for path in wanted if path not in self._rows]
        if new:
            first = len(self._photos)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            for path in new:
                self._rows[path] = len(self._photos)
                self._photos.append(Photo(path))
            self.endInsertRows()
        return self._rows[wanted[0]] if wanted else None

    def remove(self, rows: Iterable[int]) -> None:
        """Take photos off the list. Their files stay where they are."""
        for row in sorted(rows, reverse=True):
            self.beginRemoveRows(QModelIndex(), row, row)
            gone = self._photos.pop(row)
            if gone.item is not None:
                self._by_item.pop(gone.item.id, None)
            self._rows = {photo.path: at for at, photo in enumerate(self._photos)}
            self.endRemoveRows()

    def put(self, item: Item) -> Photo | None:
        """Record how a job stands; its photo appears if it is not listed. None for other jobs."""
        if not isinstance(item.job, api.ProtectPhoto):
            return None
        row = self._rows.get(item.job.file)
        if row is None:
            row = self.add((item.job.file,))
            assert row is not None
        photo = self._photos[row]
        if photo.item is not None and photo.item.id > item.id:
            return None  # an older job of the same file
        photo.item = item
        self._by_item[item.id] = photo.path
        self._touch(row)
        return photo

    def put_new(self, items: Iterable[Item]) -> None:
        """``put`` for many new jobs at once, told to the view in one go."""
        new = [(item, item.job.file) for item in items if isinstance(item.job, api.ProtectPhoto)]
        if not new:
            return
        self.add(file for _, file in new)
        for item, file in new:
            photo = self._photos[self._rows[file]]
            photo.item, photo.asked = item, False
            self._by_item[item.id] = file
        rows = [self._rows[file] for _, file in new]
        self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def forget(self, item: int) -> None:
        """The job is gone; the photo stays, as if it had not been started."""
        path = self._by_item.pop(item, None)
        row = self._rows.get(path) if path else None
        if row is not None:
            self._photos[row].item = None
            self._touch(row)

    def _touch(self, row: int) -> None:
        index = self.index(row)
        self.dataChanged.emit(index, index)

    # ---- Qt's view of it --------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._photos)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        photo = self._photos[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return photo.path.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.StatusTipRole):
            return str(photo.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{photo.path.name}, {self.line(photo)}"
        if role == self.PhotoRole:
            return photo
        if role == self.ThumbnailRole:
            return self._thumbnail(photo)
        return None

    def line(self, photo: Photo) -> str:
        """The second line of a row: its state, or what is known of the file."""
        if photo.item is not None:
            return words.status(photo.item)
        if photo.size is None:
            return ""
        return f"{photo.size.width()} × {photo.size.height()}"

    def _thumbnail(self, photo: Photo) -> QImage | None:
        """The thumbnail if it is there; otherwise it is asked for and arrives as a change."""
        path = photo.path
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
            self._photos[row].size = size or (image.size() if image else None)
            self._touch(row)
