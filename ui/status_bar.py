"""The line at the bottom: the device, how the list stands, and the promise at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine import api
from ui import icons, theme, words
from ui.desk import Desk
from ui.summary import summarise
from ui.widgets.small import ElidedLabel, Soon, announce, button, ground

NOTICE_MS = 9000


class _Dot(QWidget):
    """Filled when the engine is ready, a ring while it is not; the words beside it say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self.setFixedSize(QSize(12, 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = theme.current().colour
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent" if self.ready else "outline"), 1.5))
        painter.setBrush(colour("accent") if self.ready else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(2.5, 2.5, 7, 7))
        painter.end()


class StatusBar(QWidget):
    jobs_toggled = Signal(bool)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ground(self, "bar")
        self.setFixedHeight(42)
        self._desk = desk
        self._engine = "starting"
        self._dot = _Dot()
        self._device = ElidedLabel()
        self.jobs = button("plain", "chevron-up")
        self.jobs.setCheckable(True)
        self.jobs.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._says = ElidedLabel()
        self._lock = _Lock()
        self._promise = ElidedLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.Space.L, 1, theme.Space.L, 0)
        row.setSpacing(theme.Space.S)
        row.addWidget(self._dot)
        row.addWidget(self._device)
        row.addSpacing(theme.Space.S)
        row.addWidget(self.jobs)
        row.addWidget(self._says, 1)
        row.addWidget(self._lock)
        row.addWidget(self._promise)
        self._timer = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._timer.timeout.connect(lambda: self.say(""))
        self.jobs.toggled.connect(self._toggled)
        soon = Soon(self._show, self)
        desk.engine_state.connect(self._engine_state)
        for changed in (
            desk.devices_changed,
            desk.setting_changed,
            desk.items_added,
            desk.item_changed,
            desk.item_removed,
        ):
            changed.connect(soon.ask)
        desk.notice.connect(self.say)
        self.retranslate()

    def say(self, sentence: str) -> None:
        """Show a sentence for a while, in place of the promise, and have it read out."""
        self._says.set_full(sentence)
        self._promise.setVisible(not sentence)
        self._lock.setVisible(not sentence)
        if sentence:
            self._timer.start()
            announce(self, sentence)
        else:
            self._timer.stop()

    def _toggled(self, shown: bool) -> None:
        self.jobs.setIcon(icons.icon("chevron-down" if shown else "chevron-up"))
        self.jobs_toggled.emit(shown)

    def _engine_state(self, state: str) -> None:
        self._engine = state
        self._show()

    def _show(self) -> None:
        devices = self._desk.devices()
        chosen = self._desk.setting("device")
        info = next((d for d in devices if d.id == chosen), devices[0] if devices else None)
        self._dot.ready = self._engine == "ready"
        self._dot.update()
        self._device.set_full(self._device_words(info))
        summary = summarise(self._desk.items())
        self.jobs.setVisible(summary.total > 0 or bool(self._desk.items()))
        parts = [
            self.tr("{done} of {total} done").format(done=summary.done, total=summary.total)
            if summary.total
            else self.tr("Jobs")
        ]
        if summary.failed:
            parts.append(self.tr("{n} failed").format(n=summary.failed))
        if summary.seconds_left is not None:
            time = words.duration(summary.seconds_left)
            parts.append(self.tr("about {time} left").format(time=time))
        text = " · ".join(parts)
        self.jobs.setText(text)
        self.jobs.setAccessibleName(self.tr("Jobs: {state}").format(state=text))
        if not self.jobs.isVisibleTo(self) and self.jobs.isChecked():
            self.jobs.setChecked(False)

    def _device_words(self, info: api.DeviceInfo | None) -> str:
        if self._engine == "stopped":
            return self.tr("The engine is restarting…")
        if self._engine == "starting":
            return self.tr("Getting ready…")
        # The device is asked for after the jobs that wait already.
        return words.device(info) if info is not None else self.tr("Ready")

    def retranslate(self) -> None:
        self._promise.set_full(self.tr("Everything stays on this computer"))
        self.jobs.setToolTip(self.tr("Show all jobs ({key})").format(key=words.key_text("Ctrl+J")))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class _Lock(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(QSize(16, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.draw(painter, "lock", QRectF(self.rect()), "muted")
        painter.end()
