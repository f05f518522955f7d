"""The navigation at the left edge: one icon and one word per page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from ui import icons, theme, words
from ui.pages import Entry
from ui.widgets.small import ground

WIDTH = 76


class RailButton(QAbstractButton):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(QSize(WIDTH - 14, 58))

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme.current().colour
        chosen = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if chosen or self.underMouse() or self.hasFocus():
            painter.setBrush(colour("soft") if chosen else Qt.BrushStyle.NoBrush)
            edge = "focus" if self.hasFocus() else "soft" if chosen else "line"
            painter.setPen(QPen(colour(edge), 2 if self.hasFocus() else 1))
            painter.drawRoundedRect(card, theme.Radius.CONTROL, theme.Radius.CONTROL)
        role = "accent" if chosen else "muted"
        icons.draw(painter, self._icon, QRectF(self.width() / 2 - 11, 9, 22, 22), role)
        font = theme.font(theme.Type.SMALL, strong=chosen)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(colour(role))
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(QRect(0, 33, self.width(), 20), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()


class Rail(QWidget):
    chosen = Signal(int)

    def __init__(self, pages: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "rail")
        self.setFixedWidth(WIDTH)
        self._pages = pages
        self.buttons: list[RailButton] = []
        group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, theme.Space.M, 7, theme.Space.M)
        layout.setSpacing(theme.Space.XS)
        for number, page in enumerate(pages):
            if page.at_bottom and not any(p.at_bottom for p in pages[:number]):
                layout.addStretch(1)
            made = RailButton(page.icon)
            made.toggled.connect(lambda on, number=number: self._toggled(number, on))
            group.addButton(made)
            layout.addWidget(made)
            self.buttons.append(made)
        self.buttons[0].setChecked(True)
        self.retranslate()

    def _toggled(self, number: int, on: bool) -> None:
        if on:
            self.chosen.emit(number)

    def retranslate(self) -> None:
        for number, (made, page) in enumerate(zip(self.buttons, self._pages, strict=True), 1):
            made.setText(page.title())
            made.setAccessibleName(page.title())
            made.setToolTip(f"{page.title()} ({words.key_text(f'Ctrl+{number}')})")
            made.update()
