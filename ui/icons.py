"""The icon set: stroke drawings in ``assets/icons``, tinted with a role of the theme when drawn.

A ``QIcon`` made here follows a change of the theme by itself, since it is rendered at the
moment it is painted and at the resolution it is painted at.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui import theme


@cache
def _source(name: str) -> str:
    return (theme.ICONS / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


def draw(painter: QPainter, name: str, rect: QRectF, role: str = "text") -> None:
    """Draw the icon ``name`` into ``rect`` in the colour of ``role``."""
    _renderer(name, getattr(theme.current().colours, role)).render(painter, rect)


class _Tinted(QIconEngine):
    def __init__(self, name: str, role: str, chosen: str) -> None:
        super().__init__()
        self._name, self._role, self._chosen = name, role, chosen

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role = self._chosen if state == QIcon.State.On else self._role
        if mode == QIcon.Mode.Disabled:
            role = "outline"
        # In a wider place at the left: the rest keeps a text beside it apart.
        side = min(rect.width(), rect.height())
        draw(painter, self._name, QRectF(rect.x(), rect.y(), side, side), role)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():  # of a button that its layout has not given its place yet
            return QPixmap()
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _Tinted(self._name, self._role, self._chosen)


def icon(name: str, role: str = "muted", chosen: str = "accent") -> QIcon:
    """The icon ``name``: in ``role``, or in ``chosen`` on a checked button."""
    return QIcon(_Tinted(name, role, chosen))
