"""The bar above the canvas of a recording: which version is seen and heard, and the zoom."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import icons, theme
from ui.player import Source
from ui.widgets.small import ElidedLabel, Segments, button, ground, icon_button, name_button
from ui.widgets.sound_view import SoundView
from ui.widgets.timeline import STEP

KEYS = {Source.ORIGINAL: "A", Source.PROTECTED: "B", Source.DIFFERENCE: "D"}


class SoundBar(QWidget):
    def __init__(self, view: SoundView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "toolbar")
        self.setFixedHeight(48)
        self.view = view
        self.sources = Segments(tuple(Source))
        self.file = ElidedLabel()
        self.file.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.add = button("plain")
        self.remove = icon_button("clear")
        self.fit = button("plain")
        self.closer, self.farther = button("plain"), button("plain")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.Space.M, 0, theme.Space.S, 1)
        row.setSpacing(theme.Space.XS)
        row.addWidget(self.sources, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(theme.Space.S)
        row.addWidget(self.file, 1)
        for part in (self.add, self.remove, self.farther, self.closer, self.fit):
            row.addWidget(part)
        self.sources.chosen.connect(lambda key: view.player.choose(Source(key)))
        self.add.clicked.connect(view.add_region)
        self.remove.clicked.connect(view.remove_region)
        self.closer.clicked.connect(lambda: view.zoom_by(STEP**2))
        self.farther.clicked.connect(lambda: view.zoom_by(STEP**-2))
        self.fit.clicked.connect(view.fit)
        view.player.changed.connect(self.show_state)
        view.sketched.connect(self.show_state)
        view.region_chosen.connect(self.show_state)
        self.retranslate()
        self.show_state()

    def set_file(self, name: str) -> None:
        self.file.set_full(name)

    def show_state(self, *_: object) -> None:
        track = self.view.player.track
        both = self.view.protected or (track.protected if track else None)
        self.sources.offer(tuple(Source) if both is not None else ())
        self.sources.choose(self.view.player.source)
        there = self.view.sketch is not None
        for part in (self.add, self.fit):
            part.setVisible(there)
        self.remove.setVisible(there and self.view.chosen >= 0)
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()
        super().resizeEvent(event)

    def _fold(self) -> None:
        """Where there is no room for words, the region's button is a picture; where there is
        none for that, zooming is left to the keys and the wheel."""
        there = self.view.sketch is not None
        self.add.setText(self.tr("Add region"))
        self.add.setIcon(QIcon())
        for part in (self.closer, self.farther):
            part.setVisible(there)
        if self._wanted() > self.width():
            self.add.setText("")
            self.add.setIcon(icons.icon("add"))
        if self._wanted() > self.width():
            for part in (self.closer, self.farther):
                part.hide()

    def _wanted(self) -> int:
        """Pixels that the parts need, but for the name of the file."""
        parts = (self.sources, self.add, self.remove, self.farther, self.closer, self.fit)
        shown = [part.sizeHint().width() for part in parts if part.isVisibleTo(self)]
        return sum(shown) + theme.Space.XS * (len(shown) + 1) + 2 * theme.Space.M + theme.Space.S

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 48)

    def retranslate(self) -> None:
        texts = {
            Source.ORIGINAL: self.tr("Original"),
            Source.PROTECTED: self.tr("Protected"),
            Source.DIFFERENCE: self.tr("Difference"),
        }
        self.sources.set_texts({str(source): text for source, text in texts.items()})
        for source, text in texts.items():
            name_button(self.sources.buttons[source], text, KEYS[source])
        self._fold()
        name_button(self.add, self.tr("Add a voice region here"), "R")
        name_button(self.remove, self.tr("Remove this voice region"), self.tr("Delete"))
        self.closer.setText("+")
        self.farther.setText("−")
        name_button(self.closer, self.tr("Zoom in"), "+")
        name_button(self.farther, self.tr("Zoom out"), "−")
        self.fit.setText(self.tr("Fit"))
        name_button(self.fit, self.tr("Show the whole recording"), "0")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
