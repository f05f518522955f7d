"""Learning a voice: from the microphone, reading a text aloud, or from recordings there are."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from engine import api
from engine.problems import Problem
from ui import theme, voice_words, words
from ui.desk import Desk
from ui.widgets.ask import ask_files, patterns
from ui.widgets.small import Note, button, ground, label, name_button
from ui.widgets.timeline import clock

ENOUGH, MOST = 60, 120  # seconds
LOUD, QUIET = 0.98, 0.03  # of full scale: above it clips, below it is too faint


class EnrolDialog(QDialog):
    """Opened anew each time, so it never retranslates."""

    learn = Signal(object)  # api.EnrolVoice

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._recorder = desk, desk.recorder()
        self._files: tuple[Path, ...] = ()
        self._loudest = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Learn my voice"))
        self.name = QLineEdit(self.tr("My voice"))
        self.record = button("", "record", "danger")
        self.choose = button("", "folder")
        self.meter = QProgressBar()
        self.meter.setRange(0, 100)
        self.meter.setTextVisible(False)
        self.time = label("strong")
        self.state = label("small", wrap=True)
        self.problem = Note("warning", "danger")
        self.problem.hide()
        self.go_on, self.close_button = button("primary"), button()
        self._lay_out()
        self._words()
        self.name.textChanged.connect(self._show)
        self.record.clicked.connect(self._toggle)
        self.choose.clicked.connect(self._ask_files)
        self.go_on.clicked.connect(self._learn)
        self.close_button.clicked.connect(self.reject)
        self._recorder.level.connect(self._level)
        self._recorder.finished.connect(self._recorded)
        self._recorder.failed.connect(self._failed)
        self.resize(620, 560)
        self._show()

    def _lay_out(self) -> None:
        space = theme.Space
        self._title, self._intro, self._name_label = label("heading"), label("", wrap=True), label()
        text = QWidget()
        ground(text, "card")
        self._text = label("", wrap=True)
        inner = QVBoxLayout(text)
        inner.setContentsMargins(space.L, space.M, space.L, space.M)
        inner.addWidget(self._text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(space.XL, space.XL, space.XL, space.L)
        layout.setSpacing(space.M)
        layout.addWidget(self._title)
        layout.addWidget(self._intro)
        naming = QHBoxLayout()
        naming.addWidget(self._name_label)
        naming.addWidget(self.name, 1)
        layout.addLayout(naming)
        layout.addWidget(text, 1)
        recording = QHBoxLayout()
        recording.setSpacing(space.M)
        recording.addWidget(self.record)
        recording.addWidget(self.meter, 1)
        recording.addWidget(self.time)
        layout.addLayout(recording)
        layout.addWidget(self.state)
        layout.addWidget(self.problem)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.go_on)
        layout.addLayout(row)

    def _words(self) -> None:
        self._title.setText(self.tr("Learn my voice"))
        self._intro.setText(
            self.tr(
                "One or two minutes of your own speech are enough. What is learnt stays on this "
                "computer and makes each later recording of you quicker to protect."
            )
        )
        self._name_label.setText(self.tr("Name"))
        self._name_label.setBuddy(self.name)
        self.name.setAccessibleName(self.tr("Name"))
        self._text.setText(voice_words.read_aloud())
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._text.setAccessibleName(self.tr("Text to read aloud"))
        self.meter.setAccessibleName(self.tr("Level of the microphone"))
        self.choose.setText(self.tr("Use recordings I have…"))
        self.close_button.setText(self.tr("Close"))
        self.go_on.setText(self.tr("Learn this voice"))

    def _show(self) -> None:
        recording = self._recorder.recording
        text = self.tr("Stop") if recording else self.tr("Record")
        self.record.setText(text)
        name_button(self.record, text)
        self.choose.setEnabled(not recording)
        self.go_on.setEnabled(bool(self._files and self.name.text().strip()) and not recording)
        self.meter.setVisible(recording)
        self.time.setVisible(recording)
        if recording:
            return
        if len(self._files) > 1:
            names = ", ".join(file.name for file in self._files)
            self.state.setText(self.tr("Ready to learn from: {files}").format(files=names))
        elif self._files:
            name = self._files[0].name
            self.state.setText(self.tr("Ready to learn from: {files}").format(files=name))
        else:
            self.state.setText(
                self.tr("Press Record and read the text above in your usual way of speaking.")
            )

    def _toggle(self) -> None:
        self.problem.hide()
        if self._recorder.recording:
            self._recorder.stop()
        else:
            self._files, self._loudest = (), 0.0
            self._recorder.start(own_recordings(self._desk) / f"{uuid4().hex}.wav")
            self._level(0.0, 0.0)
        self._show()

    def _level(self, level: float, seconds: float) -> None:
        # Half of the bar for the upper 20 dB would move too little: the root is about right.
        self.meter.setValue(round(100 * level**0.5))
        self._loudest = max(self._loudest * 0.97, level)
        self.time.setText(f"{clock(seconds)} / {clock(MOST)}")
        if level >= LOUD:
            advice = self.tr("Too loud: move back a little.")
        elif seconds > 3 and self._loudest < QUIET:
            advice = self.tr("Very quiet: come closer to the microphone.")
        elif seconds < ENOUGH:
            left = words.duration(ENOUGH - seconds)
            advice = self.tr("Read on; {time} more are needed.").format(time=left)
        else:
            advice = self.tr("That is enough. Stop whenever you like.")
        self.state.setText(advice)
        if seconds >= MOST and self._recorder.recording:
            self._recorder.stop()

    def _recorded(self, file: Path) -> None:
        self._files = (file,)
        self._show()
        self.go_on.setFocus()

    def _failed(self, problem: Problem) -> None:
        self.problem.text.setText(self._desk.sentence(problem.code, problem.details))
        self.problem.show()
        self._show()

    def _ask_files(self) -> None:
        own = self.tr("Recordings ({patterns})").format(patterns=patterns(api.VOICE_SUFFIXES))
        title = self.tr("Recordings of one voice")
        ask_files(self, title, self._chosen, own, self.tr("All files (*)"))

    def _chosen(self, files: tuple[Path, ...]) -> None:
        self._files = files
        self._show()

    def _learn(self) -> None:
        home = self._desk.folder("data")
        self.learn.emit(api.EnrolVoice(self._files, home, self.name.text().strip()))
        self.accept()

    def done(self, result: int) -> None:
        """A recording that is not used is not kept."""
        if self._recorder.recording:
            once = Qt.ConnectionType.SingleShotConnection
            self._recorder.finished.connect(_delete, once)
            self._recorder.stop()
        elif result != QDialog.DialogCode.Accepted:
            for file in self._files:
                if file.parent == own_recordings(self._desk):
                    _delete(file)
        super().done(result)


def own_recordings(desk: Desk) -> Path:
    """Where recordings lie until they were learnt from."""
    folder = desk.folder("data") / "recordings"
    folder.mkdir(exist_ok=True)
    return folder


def _delete(file: Path) -> None:
    file.unlink(missing_ok=True)
