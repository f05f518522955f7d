"""A job on its way: what it does, how far it is, how long it will take, and a way to stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from engine import api
from ui import theme, words
from ui.desk import State
from ui.widgets.small import button, label


class Busy(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._line = label("strong", wrap=True)
        self._left = label("small", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel = button()
        row = QHBoxLayout()
        row.addWidget(self._left, 1)
        row.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.S)
        layout.addWidget(self._line)
        layout.addWidget(self._bar)
        layout.addLayout(row)
        self.show_item(State.WAITING, None)

    def show_item(self, state: State, progress: api.Progress | None) -> None:
        running = state == State.RUNNING
        self._bar.setVisible(running)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel this job"))
        if not running:
            self._line.setText(words.state(state))
            self._left.setText(
                self.tr("It starts when Cloakroom is ready and the jobs before it are done.")
                if state == State.WAITING
                else self.tr("It starts when you continue the list below.")
            )
            return
        stage = words.stage(progress.stage) if progress else words.state(state)
        self._line.setText(stage)
        # A range of 0..0 would move for ever; a still, empty bar is calmer.
        self._bar.setRange(0, max(1, progress.of if progress else 1))
        self._bar.setValue(progress.step if progress else 0)
        parts = []
        if progress and progress.of > 1:
            parts.append(self.tr("Step {step} of {of}").format(step=progress.step, of=progress.of))
        if progress and progress.eta is not None:
            parts.append(self.tr("about {time} left").format(time=words.duration(progress.eta)))
        note = words.note(progress.note) if progress and progress.note else None
        self._left.setText("\n".join([" · ".join(parts), *([note] if note else [])]))
