"""The small parts every page is made of: labels, buttons, a disclosure, a segmented choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import icons, theme


def label(look: str = "", *, wrap: bool = False) -> QLabel:
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


class Button(QPushButton):
    """What is written on it is also its name; where that says too little, name it afterwards."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)


def button(look: str = "", icon: str = "", role: str = "") -> Button:
    """``look`` is "", "primary" or "plain"; ``role``: of the icon's colour."""
    made = Button()
    made.setProperty("look", look)
    if icon:
        role = role or ("on_accent" if look == "primary" else "muted")
        made.setIcon(icons.icon(icon, role))
        made.setIconSize(QSize(20, 16))  # of 16 pixels, and some room before the text
    return made


def icon_button(icon: str, *, checkable: bool = False) -> QToolButton:
    """A button that is only a picture; its name goes into tool tip and accessible name."""
    made = QToolButton()
    made.setProperty("look", "plain")
    made.setIcon(icons.icon(icon))
    made.setIconSize(QSize(18, 18))
    made.setCheckable(checkable)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def name_button(made: QAbstractButton, name: str, shortcut: str = "") -> None:
    made.setAccessibleName(name)
    made.setToolTip(f"{name} ({shortcut})" if shortcut else name)


def hairline() -> QFrame:
    made = QFrame()
    made.setProperty("look", "hairline")
    made.setFixedHeight(1)
    return made


def restyle(widget: QWidget, look: str) -> None:
    """Change the look of a widget that is already on screen."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def ground(widget: QWidget, look: str) -> None:
    """Give a plain widget the background of the stylesheet's ``look``."""
    widget.setProperty("look", look)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say ``sentence`` without moving the focus."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))


class ElidedLabel(QLabel):
    """One line that gives way when there is no room; the whole of it is in the tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.full = ""
        self._brief = ""
        self.setProperty("look", "muted")
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_full(self, text: str, brief: str = "") -> None:
        """``brief`` stands for a sentence that has no room; without it the middle is left out."""
        self.full, self._brief = text, brief
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self._elide()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.full) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._elide()
        super().resizeEvent(event)

    def _elide(self) -> None:
        middle = Qt.TextElideMode.ElideMiddle
        elided = self.fontMetrics().elidedText(self.full, middle, self.width())
        if elided == self.full or (len(elided) > 8 and not self._brief):
            self.setText(elided)
        else:  # a few letters say nothing
            self.setText(self._brief)


class Soon(QTimer):
    """Calls ``action`` once, shortly after any number of requests: a thousand jobs that are
    queued at once must not redraw a thousand times."""

    def __init__(self, action: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent, singleShot=True, interval=20)
        self.timeout.connect(action)

    def ask(self, *_: object) -> None:
        if not self.isActive():
            self.start()


class Disclosure(QWidget):
    """A heading that shows or hides what is below it."""

    toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QToolButton()
        self.head.setProperty("look", "disclosure")
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head.setIconSize(QSize(14, 14))
        self.body = QWidget()
        self.body.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addWidget(self.head)
        layout.addWidget(self.body)
        self.head.toggled.connect(self._show)
        self._show(False)

    def set_title(self, title: str) -> None:
        self.head.setText(title)
        self.head.setAccessibleName(title)

    def _show(self, shown: bool) -> None:
        self.head.setIcon(icons.icon("chevron-down" if shown else "chevron-right", chosen="muted"))
        self.body.setVisible(shown)
        self.toggled.emit(shown)


class Segments(QWidget):
    """One of a few choices, side by side; arrow keys move between them."""

    chosen = Signal(str)

    def __init__(self, keys: Iterable[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "segments")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for key in keys:
            part = button("segment")
            part.setCheckable(True)
            part.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            part.toggled.connect(lambda on, key=key: self._toggled(key, on))
            group.addButton(part)
            layout.addWidget(part)
            self.buttons[key] = part

    def _toggled(self, key: str, on: bool) -> None:
        # Arrow keys check a button without a click.
        if on and self.buttons[key].hasFocus():
            self.chosen.emit(key)

    def set_texts(self, texts: dict[str, str]) -> None:
        for key, text in texts.items():
            self.buttons[key].setText(text)
            # Room for the bold text of the chosen one, so that nothing moves.
            bold = QFontMetrics(theme.font(strong=True)).horizontalAdvance(text)
            self.buttons[key].setMinimumWidth(bold + 26)

    def choose(self, key: str) -> None:
        self.buttons[key].setChecked(True)

    def offer(self, keys: Iterable[str]) -> None:
        """Show only these; nothing at all when there is no choice."""
        offered = set(keys)
        for key, part in self.buttons.items():
            part.setVisible(key in offered)
        self.setVisible(len(offered) > 1)


class Sign(QWidget):
    """An icon that stands beside a text."""

    def __init__(self, icon: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._role = icon, role
        self.setFixedSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.draw(painter, self._icon, QRectF(self.rect()), self._role)
        painter.end()


class Note(QFrame):
    """A sentence with a mark at its edge, and perhaps something to do about it."""

    def __init__(self, icon: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = Sign(icon, role)
        self.text = label(wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)
