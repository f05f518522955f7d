"""A voice from the microphone or the loudspeaker beside it, to be checked."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from engine.problems import Problem
from ui import theme
from ui.desk import Desk
from ui.pages.enrol import own_recordings
from ui.widgets.small import Note, button, label, name_button

MOST = 120.0  # seconds


class RecordDialog(QDialog):
    """Opened anew each time, so it never retranslates. ``recorded``: the WAV file, which stays."""

    recorded = Signal(object)  # Path

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._recorder = desk, desk.recorder()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Check a voice from the microphone"))
        self.about = label(wrap=True)
        self.about.setText(
            self.tr(
                "Play the voice near the microphone, or let the person speak. A recording through "
                "the air has lost much of what a file would tell: check the file itself where you "
                "have it."
            )
        )
        self.record, self.close_button = button("primary", "record"), button()
        self.close_button.setText(self.tr("Close"))
        name_button(self.close_button, self.close_button.text())
        self.meter = QProgressBar()
        self.meter.setRange(0, 100)
        self.meter.setTextVisible(False)
        self.meter.setAccessibleName(self.tr("Level"))
        self.time = label("strong")
        self.problem = Note("warning", "danger")
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.Space.M)
        for part in (self.about, self.time, self.meter, self.problem):
            layout.addWidget(part)
        foot = QHBoxLayout()
        foot.addWidget(self.record)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout.addLayout(foot)
        self.setMinimumWidth(420)
        self.record.clicked.connect(self._toggle)
        self.close_button.clicked.connect(self.reject)
        self._recorder.level.connect(self._level)
        self._recorder.finished.connect(self._finished)
        self._recorder.failed.connect(self._failed)
        self._show()

    def _show(self) -> None:
        recording = self._recorder.recording
        text = self.tr("Stop and check") if recording else self.tr("Record")
        self.record.setText(text)
        name_button(self.record, text)
        self.meter.setVisible(recording)
        self.time.setVisible(recording)

    def _toggle(self) -> None:
        self.problem.hide()
        if self._recorder.recording:
            self._recorder.stop()
        else:
            self._recorder.start(own_recordings(self._desk) / f"{uuid4().hex}.wav")
            self._level(0.0, 0.0)
        self._show()

    def _level(self, level: float, seconds: float) -> None:
        self.meter.setValue(round(100 * level**0.5))
        self.time.setText(self.tr("{seconds} s").format(seconds=f"{seconds:.0f}"))
        if seconds >= MOST and self._recorder.recording:
            self._recorder.stop()

    def _finished(self, file: Path) -> None:
        self.recorded.emit(file)
        self.accept()

    def _failed(self, problem: Problem) -> None:
        self.problem.text.setText(self._desk.sentence(problem.code, problem.details))
        self.problem.show()
        self._show()

    def done(self, result: int) -> None:
        """A recording that is broken off is not kept."""
        if self._recorder.recording:
            self._recorder.finished.disconnect(self._finished)
            self._recorder.finished.connect(_delete, Qt.ConnectionType.SingleShotConnection)
            self._recorder.stop()
        super().done(result)


def _delete(file: Path) -> None:
    file.unlink(missing_ok=True)
