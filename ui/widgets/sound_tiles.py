"""The pictures of a recording, tile by tile as the engine draws them; the latest wish wins."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from engine import api
from engine.problems import Problem
from ui import theme
from ui.desk import Desk

AT_ONCE = 2  # questions to the engine, so that a new wish comes next
KEEP = 400  # tiles, 98 kB each
COARSER = 8  # levels up, where something stands in for a tile that is not there yet


@dataclass(frozen=True)
class Kind:
    """What is drawn: one file, or with ``protected`` the difference, ``gain`` times."""

    file: Path
    view: api.SoundView
    protected: Path | None = None
    gain: float = 1.0


@dataclass(frozen=True)
class Tile:
    kind: Kind
    level: int
    index: int

    def job(self) -> api.DrawSound:
        kind = self.kind
        return api.DrawSound(
            kind.file, kind.view, self.level, self.index, kind.protected, kind.gain
        )


class SoundTiles(QObject):
    changed = Signal()  # a tile has come
    failed = Signal(object)  # Problem

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._images: OrderedDict[Tile, QImage] = OrderedDict()
        self._wanted: list[Tile] = []
        self._asked: set[Tile] = set()
        theme.current().changed.connect(self._recolour)

    def want(self, tiles: Iterable[Tile]) -> None:
        """Only these are still worth drawing, in this order."""
        self._wanted = [
            tile for tile in tiles if tile not in self._images and tile not in self._asked
        ]
        self._ask()

    def forget(self) -> None:
        """Drop all wishes and pictures: the files are others, or have changed."""
        self._desk.forget_looks(self)
        self._images.clear()
        self._wanted, self._asked = [], set()

    @property
    def complete(self) -> bool:
        return not self._wanted and not self._asked

    def draw(
        self, painter: QPainter, kind: Kind, level: int, first: float, last: float, box: QRectF
    ) -> list[Tile]:
        """Fill ``box`` with frames ``first`` to ``last``; returns the tiles that belong there."""
        wide = api.TILE_COLUMNS << level
        scale = box.width() / max(1e-9, last - first)
        tiles = []
        painter.save()
        painter.setClipRect(box)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for index in range(max(0, int(first // wide)), int(last // wide) + 1):
            tiles.append(Tile(kind, level, index))
            left = box.left() + (index * wide - first) * scale
            target = QRectF(left, box.top(), wide * scale, box.height())
            found = self._stand_in(tiles[-1])
            if found is not None:
                painter.drawImage(target, *found)
        painter.restore()
        return tiles

    def _stand_in(self, tile: Tile) -> tuple[QImage, QRectF] | None:
        """The tile, or the part of a coarser one that covers it, or nothing yet."""
        for up in range(COARSER):
            coarse = Tile(tile.kind, tile.level + up, tile.index >> up)
            image = self._images.get(coarse)
            if image is not None:
                self._images.move_to_end(coarse)
                part = api.TILE_COLUMNS / (1 << up)
                at = (tile.index - (coarse.index << up)) * part
                return image, QRectF(at, 0, part, api.TILE_ROWS)
        return None

    def _ask(self) -> None:
        while self._wanted and len(self._asked) < AT_ONCE:
            tile = self._wanted.pop(0)
            self._asked.add(tile)
            self._desk.look(self, tile.job(), lambda got, tile=tile: self._got(tile, got))

    def _got(self, tile: Tile, got: api.SoundTile | Problem) -> None:
        self._asked.discard(tile)
        if isinstance(got, Problem):
            self._wanted = []
            self.failed.emit(got)
            return
        image = QImage(
            got.grey,
            api.TILE_COLUMNS,
            api.TILE_ROWS,
            api.TILE_COLUMNS,
            QImage.Format.Format_Indexed8,
        ).copy()
        image.setColorTable(colours(tile.kind.view))
        self._images[tile] = image
        while len(self._images) > KEEP:
            self._images.popitem(last=False)
        self._ask()
        self.changed.emit()

    def _recolour(self) -> None:
        for tile, image in self._images.items():
            image.setColorTable(colours(tile.kind.view))
        self.changed.emit()


def colours(view: api.SoundView) -> list[int]:
    """What each grey is on screen. A spectrogram goes from the canvas over the accent to the
    colour of text, so that louder is always further from the ground, light or dark."""
    colour = theme.current().colour
    if view == "waveform":
        accent = colour("accent")
        made = []
        for alpha in range(256):
            accent.setAlpha(alpha)
            made.append(accent.rgba())
        return made
    stops = ((0.0, colour("panel")), (0.62, colour("accent")), (1.0, colour("text")))
    return [_between(stops, grey / 255).rgba() for grey in range(256)]


def _between(stops: tuple[tuple[float, QColor], ...], at: float) -> QColor:
    for (low, first), (high, second) in pairwise(stops):
        if at <= high:
            share = (at - low) / (high - low)
            parts = zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
            return QColor(*(round(a + (b - a) * share) for a, b in parts))
    return stops[-1][1]
