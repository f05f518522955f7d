"""Below the canvas of a recording: play, where it is, loop, how loud, out of what."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QWidget

from engine.problems import Problem
from ui import icons, theme
from ui.desk import Desk
from ui.player import Player
from ui.widgets.small import ElidedLabel, ground, icon_button, label, name_button
from ui.widgets.timeline import clock

ROOMY = 460  # from this width on there is room for the volume


class Transport(QWidget):
    loop_wanted = Signal()

    def __init__(self, desk: Desk, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "bar")
        self.setFixedHeight(52)
        self._desk, self.player = desk, player
        self._seconds = 0.0
        self._problem: Problem | None = None
        self._shown = ""
        self.button = icon_button("play")
        self._time = label()
        self._length = label("muted")
        self.loop = icon_button("loop", checkable=True)
        self._says = ElidedLabel()
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setValue(round(player.volume * 100))
        self.volume.setFixedWidth(96)
        self.output = icon_button("speaker")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.Space.M, 1, theme.Space.S, 0)
        row.setSpacing(theme.Space.S)
        for part in (self.button, self._time, self._length, self.loop):
            row.addWidget(part)
        row.addWidget(self._says, 1)
        row.addWidget(self.output)
        row.addWidget(self.volume)
        self.button.clicked.connect(self.toggle)
        self.loop.clicked.connect(self.loop_wanted)
        self.volume.valueChanged.connect(lambda value: player.set_volume(value / 100))
        self.output.clicked.connect(player.refresh_devices)
        player.changed.connect(self._show)
        player.moved.connect(self._show_time)
        player.failed.connect(self._failed)
        player.devices_changed.connect(self._choose_output)
        self.retranslate()

    def toggle(self) -> None:
        if self.player.playing:
            self.player.pause()
        else:
            self._say(None)
            self.player.play()

    def set_length(self, seconds: float) -> None:
        """0 for nothing to play."""
        self._seconds = seconds
        self._show()

    def say(self, text: str) -> None:
        """What is special about what is heard."""
        self._shown = text
        self._say(self._problem)

    def _failed(self, problem: Problem) -> None:
        self._say(problem)
        self._desk.notice.emit(self._says.full)  # there is more room for it, and it is announced

    def _say(self, problem: Problem | None) -> None:
        self._problem = problem
        text = self._desk.sentence(problem.code, problem.details) if problem else self._shown
        self._says.set_full(text, self.tr("No sound") if problem else "")

    def _show(self) -> None:
        playing = self.player.playing
        self.button.setIcon(icons.icon("pause" if playing else "play", "text"))
        name_button(self.button, self.tr("Pause") if playing else self.tr("Play"), self.tr("Space"))
        there = self._seconds > 0
        for part in (self.button, self.loop):
            part.setEnabled(there)
        self.loop.setChecked(self.player.loop is not None)
        with QSignalBlocker(self.volume):
            self.volume.setValue(round(self.player.volume * 100))
        self._length.setText(f"/ {clock(self._seconds)}")
        self._show_time(self.player.position)

    def _show_time(self, position: float) -> None:
        self._time.setText(clock(position, 1))

    def _choose_output(self, names: tuple[str, ...]) -> None:
        """A menu of what sound can come out of."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for name, text in (("", self.tr("As the system")), *((name, name) for name in names)):
            action = QAction(text, menu, checkable=True, checked=name == self.player.device)
            action.triggered.connect(lambda _=False, name=name: self.player.set_device(name))
            group.addAction(action)
            menu.addAction(action)
        above = QPoint(0, -menu.sizeHint().height())
        menu.popup(self.output.mapToGlobal(above))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.volume.setVisible(event.size().width() >= ROOMY)
        super().resizeEvent(event)

    def retranslate(self) -> None:
        name_button(self.loop, self.tr("Loop"), "L")
        name_button(self.output, self.tr("Loudspeaker or headphones"))
        self.volume.setAccessibleName(self.tr("Volume"))
        self.volume.setToolTip(self.tr("Volume"))
        digits = self._time.fontMetrics().horizontalAdvance("0:00:00.0")
        self._time.setMinimumWidth(digits + 2)
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._say(self._problem)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
