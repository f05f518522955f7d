"""What a check may compare with: fingerprints of own cameras, and downloaded detectors measured on
own real files. Files are only read and stay where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine import api
from engine.problems import Problem
from engine.wording import checks
from ui import theme
from ui.desk import Desk
from ui.widgets.ask import ask_files, patterns
from ui.widgets.small import Note, announce, button, label, name_button
from ui.words import translate


class ReferencesDialog(QDialog):
    """Opened anew each time, so it never retranslates."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._home = desk, desk.folder("data")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("My camera and my real files"))
        self.name = QLineEdit(self.tr("My camera"))
        self.name.setAccessibleName(self.tr("Name of the camera"))
        self.shots, self.files, self.close_button = button(), button(), button()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.told = Note("warning", "danger")
        self.cameras, self.detectors = QVBoxLayout(), QVBoxLayout()
        for made, text in (
            (self.shots, self.tr("Add ten photos of a camera…")),
            (self.files, self.tr("Add my own real files…")),
            (self.close_button, self.tr("Close")),
        ):
            made.setText(text)
            name_button(made, text)
        self._lay_out()
        self.shots.clicked.connect(lambda: self._ask(self.learn, api.PHOTO_SUFFIXES))
        every = api.PHOTO_SUFFIXES + api.VOICE_SUFFIXES
        self.files.clicked.connect(lambda: self._ask(self.measure, every))
        self.close_button.clicked.connect(self.reject)
        self._busy(False)
        self._list()

    def _lay_out(self) -> None:
        sheet = QWidget()
        rows = QVBoxLayout(sheet)
        space = theme.Space
        rows.setSpacing(space.S)
        for head, text, parts in (
            (
                self.tr("My camera"),
                self.tr(
                    "Every sensor leaves its own faint pattern. From ten untouched photos of one "
                    "camera, all of the same size, a check can say that a photo was taken with it."
                ),
                (self.cameras, self.name, self.shots),
            ),
            (
                self.tr("Downloaded detectors"),
                self.tr(
                    "Measure them on real photos and recordings of your own: at least 20 of a "
                    "kind, 99 for a detector that may decide something. Only scores are kept."
                ),
                (self.detectors, self.files),
            ),
        ):
            title, about = label("section"), label("small", wrap=True)
            title.setText(head)
            about.setText(text)
            rows.addWidget(title)
            rows.addWidget(about)
            for part in parts:
                if isinstance(part, QWidget):
                    rows.addWidget(part)
                else:
                    rows.addLayout(part)
            rows.addSpacing(space.M)
        rows.addWidget(self.told)
        rows.addWidget(self.bar)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addLayout(foot)
        self.resize(520, 480)

    # ---- asking the engine ------------------------------------------------------------------

    def _list(self) -> None:
        self._desk.look(self, api.ListCameras(self._home), self._show_cameras)
        self._desk.look(self, api.ListDetectors(self._home), self._show_detectors)

    def learn(self, files: tuple[Path, ...]) -> None:
        name = self.name.text().strip() or self.tr("My camera")
        self._start(api.EnrolCamera(name, files, self._home))

    def measure(self, files: tuple[Path, ...]) -> None:
        self._start(api.CalibrateDetectors(files, self._home))

    def _start(self, job: api.EnrolCamera | api.CalibrateDetectors) -> None:
        self._busy(True)
        self._desk.look(self, job, self._ended, self._progress)

    def _progress(self, progress: api.Progress) -> None:
        self.bar.setRange(0, progress.of)
        self.bar.setValue(progress.step)

    def _ended(self, result: Any) -> None:
        self._busy(False)
        if isinstance(result, Problem):
            self.told.text.setText(self._desk.sentence(result.code, result.details))
            self.told.show()
            announce(self, self.told.text.text())
            return
        announce(self, self.tr("Done."))
        self._list()

    def _busy(self, busy: bool) -> None:
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)
        for made in (self.shots, self.files, self.name):
            made.setEnabled(not busy)
        self.told.hide()

    # ---- what there is ----------------------------------------------------------------------

    def _show_cameras(self, result: Any) -> None:
        _cleared(self.cameras)
        if not isinstance(result, api.CamerasResult):
            return
        for camera in result.cameras:
            words = self.tr("{name}: learnt from {shots} photos of {width} x {height}")
            text = words.format(
                name=camera.name, shots=camera.shots, width=camera.width, height=camera.height
            )
            forget = button("plain")
            forget.setText(self.tr("Forget"))
            forget.setAccessibleName(self.tr("Forget {name}").format(name=camera.name))
            forget.clicked.connect(
                lambda _, name=camera.name: self._desk.look(
                    self, api.ListCameras(self._home, (name,)), self._show_cameras
                )
            )
            self.cameras.addWidget(_row(text, forget))

    def _show_detectors(self, result: Any) -> None:
        _cleared(self.detectors)
        known = result.detectors if isinstance(result, api.DetectorsResult) else ()
        self.files.setEnabled(bool(known))
        if not known:
            self.detectors.addWidget(
                _row(self.tr("There are none yet. Get one on the Models page."))
            )
        for detector in known:
            name = translate("Check", checks.DETECTORS.get(detector.id, detector.id))
            self.detectors.addWidget(_row(f"{name}: {checks.standing(detector, translate)}"))

    def _ask(self, then: Any, suffixes: tuple[str, ...]) -> None:
        own = self.tr("Files ({patterns})").format(patterns=patterns(suffixes))
        ask_files(self, self.tr("My own real files"), then, own)

    def done(self, result: int) -> None:
        self._desk.forget_looks(self)
        super().done(result)


def _row(text: str, *parts: QWidget) -> QWidget:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    words = label(wrap=True)
    words.setText(text)
    line.addWidget(words, 1)
    for part in parts:
        line.addWidget(part)
    return made


def _cleared(layout: QVBoxLayout) -> None:
    while (entry := layout.takeAt(0)) is not None:
        widget = entry.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
