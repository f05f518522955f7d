"""What a photo is protected against, and how strongly: the cards and the slider."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QGridLayout, QSizePolicy, QWidget

from engine import api
from ui import icons, theme, words
from ui.widgets.small import label
from ui.widgets.steady import Slider


class ThreatCard(QCheckBox):
    """A check box as a card: a title and one sentence."""

    _PAD, _BOX, _GAP = 12, 16, 12

    def __init__(self, threat: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.threat = threat
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.retranslate()

    def retranslate(self) -> None:
        title, sentence = words.threat(self.threat)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self._title, self._sentence = title, sentence
        self.updateGeometry()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _text_rects(self, width: int) -> tuple[QRect, QRect]:
        left = self._PAD + self._BOX + self._GAP
        room = max(40, width - left - self._PAD)
        title = _height(self._title, room, strong=True)
        sentence = _height(self._sentence, room, theme.Type.SMALL)
        top = QRect(left, self._PAD - 1, room, title)
        return top, QRect(left, top.bottom() + 3, room, sentence)

    def heightForWidth(self, width: int) -> int:
        return self._text_rects(width)[1].bottom() + self._PAD

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(260, self.heightForWidth(260))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self.heightForWidth(260))

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme.current().colour
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, focused = self.isChecked(), self.hasFocus()
        edge = colour("accent" if chosen else "outline" if self.underMouse() else "line")
        painter.setBrush(colour("soft" if chosen else "panel"))
        painter.setPen(QPen(colour("focus") if focused else edge, 2 if focused else 1))
        inset = 1.0 if focused else 0.5
        card = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(card, theme.Radius.CARD, theme.Radius.CARD)
        self._paint_box(painter, chosen, colour("accent"), colour("outline"))
        title, sentence = self._text_rects(self.width())
        wrap = int(Qt.TextFlag.TextWordWrap)
        painter.setFont(theme.font(strong=True))
        painter.setPen(colour("text"))
        painter.drawText(title, wrap, self._title)
        painter.setFont(theme.font(theme.Type.SMALL))
        painter.setPen(colour("muted"))
        painter.drawText(sentence, wrap, self._sentence)
        painter.end()

    def _paint_box(self, painter: QPainter, chosen: bool, accent: QColor, outline: QColor) -> None:
        box = QRectF(self._PAD + 0.5, self._PAD + 1.5, self._BOX - 1, self._BOX - 1)
        painter.setPen(QPen(accent if chosen else outline, 1.2))
        painter.setBrush(accent if chosen else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        if chosen:
            icons.draw(painter, "check", box.adjusted(1, 1, -1, -1), "on_accent")


@lru_cache(maxsize=256)
def _height(text: str, room: int, size: int = theme.Type.BODY, *, strong: bool = False) -> int:
    """Of the wrapped text, which a layout asks for many times."""
    wrap = int(Qt.TextFlag.TextWordWrap)
    metrics = QFontMetrics(theme.font(size, strong=strong))
    return metrics.boundingRect(QRect(0, 0, room, 1000), wrap, text).height()


class StrengthSlider(QWidget):
    """Three strengths on a slider, with what each asks of the picture or the voice."""

    changed = Signal(str)

    def __init__(
        self, promise: Callable[[str], str] = words.promise, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._promises = promise
        self.slider = Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(api.STRENGTHS) - 1)
        self.slider.setPageStep(1)
        self.slider.setValue(1)
        self._names = [label("small") for _ in api.STRENGTHS]
        self._promise = label("small", wrap=True)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(theme.Space.XS)
        layout.addWidget(self.slider, 0, 0, 1, 3)
        places = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter)
        for column, name in enumerate(self._names):
            place = (*places, Qt.AlignmentFlag.AlignRight)[column]
            layout.addWidget(name, 1, column, place)
            layout.setColumnStretch(column, 1)
        layout.addWidget(self._promise, 2, 0, 1, 3)
        self.slider.valueChanged.connect(self._moved)
        self.retranslate()

    @property
    def strength(self) -> api.Strength:
        return api.STRENGTHS[self.slider.value()]

    def set_strength(self, strength: api.Strength) -> None:
        self.slider.setValue(api.STRENGTHS.index(strength))

    def _moved(self) -> None:
        self._show()
        self.changed.emit(self.strength)

    def _show(self) -> None:
        self._promise.setText(self._promises(self.strength))
        said = f"{words.strength(self.strength)}. {self._promises(self.strength)}"
        self.slider.setAccessibleDescription(said)

    def retranslate(self) -> None:
        self.slider.setAccessibleName(self.tr("Strength"))
        for name, key in zip(self._names, api.STRENGTHS, strict=True):
            name.setText(words.strength(key))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
