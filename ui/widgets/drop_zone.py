"""The invitation an empty page shows. Dropping itself works in the whole window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ui import icons, theme
from ui.widgets.small import button, ground, label

WIDTH = 460  # of the running text


class DropZone(QWidget):
    open_files = Signal()
    open_folder = Signal()
    open_sample = Signal()
    open_recent = Signal(object)  # Path

    def __init__(self, icon: str = "photos", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "canvas")
        self._title = label("title")
        self._body = label("muted", wrap=True)
        self._foot = label("small")
        self.open = button("primary")
        self.folder = button()
        self.sample = button("plain")
        self.recent = button("plain")
        self._recent: tuple[Path, ...] = ()
        self.recent.hide()
        for centred in (self._title, self._body, self._foot):
            centred.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.Space.L)
        centre = Qt.AlignmentFlag.AlignHCenter
        layout.addStretch(1)
        layout.addWidget(_Mark(icon), 0, centre)
        layout.addWidget(self._title, 0, centre)
        layout.addWidget(self._body, 0, centre)
        row = QHBoxLayout()
        row.setSpacing(theme.Space.M)
        row.addStretch(1)
        row.addWidget(self.open)
        row.addWidget(self.folder)
        row.addWidget(self.recent)
        row.addWidget(self.sample)
        row.addStretch(1)
        layout.addSpacing(theme.Space.XS)
        layout.addLayout(row)
        layout.addSpacing(theme.Space.XS)
        layout.addWidget(self._foot, 0, centre)
        layout.addStretch(1)
        self.open.clicked.connect(self.open_files)
        self.folder.clicked.connect(self.open_folder)
        self.sample.clicked.connect(self.open_sample)
        self.recent.clicked.connect(self._show_recent)

    def offer_recent(self, files: tuple[Path, ...]) -> None:
        """Files that were worked on lately, the latest first."""
        self._recent = files
        self.recent.setVisible(bool(files))

    def recent_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for file in self._recent:
            menu.addAction(file.name, lambda file=file: self.open_recent.emit(file))
        return menu

    def _show_recent(self) -> None:
        self.recent_menu().popup(self.recent.mapToGlobal(self.recent.rect().bottomLeft()))

    def set_words(self, title: str, body: str, files: str, folder: str, foot: str) -> None:
        self._title.setText(title)
        self._body.setText(body)
        self._even_lines()
        self._foot.setText(foot)
        names = (files, folder, self.tr("Recent…"), self.tr("Try it on a sample"))
        buttons = (self.open, self.folder, self.recent, self.sample)
        for made, text in zip(buttons, names, strict=True):
            made.setText(text)

    def _even_lines(self) -> None:
        """As narrow as the text stays at the same height: no last line of one word, which in
        Chinese may be half a word."""
        height = self._body.heightForWidth(WIDTH)
        width = next(
            w for w in range(WIDTH // 2, WIDTH + 1, 4) if self._body.heightForWidth(w) <= height
        )
        self._body.setFixedWidth(width)
        # A wrapped label that a layout centres is given one line unless it says how many.
        self._body.setFixedHeight(height)


class _Mark(QWidget):
    """The page's icon, large."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(QSize(64, 64))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.draw(painter, self._icon, QRectF(self.rect()), "accent")
        painter.end()


class DropVeil(QWidget):
    """Lies over the window while something is dragged across it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground_colour = theme.current().colour("canvas")
        ground_colour.setAlpha(238)
        painter.fillRect(self.rect(), ground_colour)
        painter.setPen(QPen(theme.current().colour("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(20, 20, -20, -20), 16, 16)
        painter.setPen(theme.current().colour("text"))
        painter.setFont(theme.font(theme.Type.TITLE, strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drop to add"))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.update()
        super().changeEvent(event)
