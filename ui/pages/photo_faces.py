"""The faces of the photo that is shown: asked for, told in a line, and handed to the box tool."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine import api
from ui import theme
from ui.desk import Desk
from ui.pages.photo_model import Photo
from ui.widgets.canvas_bar import CanvasBar
from ui.widgets.compare import CompareView
from ui.widgets.face_marks import FaceMarks
from ui.widgets.small import button, label


class FacesRow(QWidget):
    """How many faces are protected, and the button that lets the boxes be set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: FaceMarks | None = None
        self._wanted = self._alone = False
        self.said = label(wrap=True)
        self.hint = label("small", wrap=True)
        self.boxes = button("plain")
        self.boxes.setCheckable(True)
        row = QHBoxLayout()
        row.setSpacing(theme.Space.S)
        row.addWidget(self.said, 1)
        row.addWidget(self.boxes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.Space.XS)
        layout.addLayout(row)
        layout.addWidget(self.hint)
        self.retranslate()

    def set_wanted(self, wanted: bool, *, alone: bool) -> None:
        """Whether faces are protected, and whether nothing else is."""
        self._wanted, self._alone = wanted, alone
        self._show()

    def show_marks(self, marks: FaceMarks | None) -> None:
        self._marks = marks
        self._show()

    def _show(self) -> None:
        marks = self._marks
        self.setVisible(self._wanted and marks is not None)
        if marks is None:
            return
        on = sum(mark.on for mark in marks.marks)
        none = not marks.looking and not on
        if marks.looking:
            said = self.tr("Looking for faces…")
        elif not marks.marks:
            said = self.tr("No face found.")
        elif on == len(marks.marks):
            said = self.tr("1 face") if on == 1 else self.tr("{count} faces").format(count=on)
        else:
            said = self.tr("{on} of {count} faces").format(on=on, count=len(marks.marks))
        self.said.setText(said)
        self.hint.setVisible(none)
        self.hint.setText(
            self.tr(
                "Draw a box around a face, or protect the whole picture against AI editing instead."
            )
            if self._alone
            else self.tr("Draw a box around a face, or the rest of the protection does without.")
        )

    def retranslate(self) -> None:
        self.boxes.setText(self.tr("Boxes…"))
        self.boxes.setAccessibleName(self.tr("Set the boxes of the faces"))
        self.boxes.setToolTip(self.tr("Add, move or leave out faces"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class PhotoFaces(QObject):
    """Binds the line, the canvas and the engine, for one photo after the other."""

    def __init__(
        self, desk: Desk, row: FacesRow, bar: CanvasBar, view: CompareView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk, self._row, self._bar, self._view = desk, row, bar, view
        self._photo: Photo | None = None
        self._asked: Path | None = None
        row.boxes.clicked.connect(lambda: bar.set_boxing(not view.boxes.active))
        bar.boxing_changed.connect(row.boxes.setChecked)
        view.boxes.changed.connect(lambda: row.show_marks(view.boxes.marks))

    def show_photo(self, photo: Photo | None, *, wanted: bool) -> None:
        """``wanted``: faces are to be protected, so it matters where they are."""
        self._photo = photo
        if photo is None or not wanted:
            self._bar.set_boxing(False)
            self._view.boxes.show(None)
            self._row.show_marks(None)
            return
        if photo.faces is None:
            photo.faces = FaceMarks(looking=True)
            self._ask(photo)
        if self._view.boxes.marks is not photo.faces:
            self._bar.set_boxing(False)
        self._view.boxes.show(photo.faces)
        self._row.show_marks(photo.faces)
        self._row.boxes.setEnabled(not photo.active)

    def _ask(self, photo: Photo) -> None:
        job = api.FindFaces(photo.path, self._desk.setting("models_folder"))
        self._desk.look(self, job, lambda answer: self._answered(photo, answer))

    def _answered(self, photo: Photo, answer: Any) -> None:
        """A ``Problem`` finds nothing: the job itself will say what is wrong with the file."""
        assert photo.faces is not None
        photo.faces.found(answer.faces if isinstance(answer, api.FacesResult) else ())
        if photo is self._photo:
            self._view.boxes.show(photo.faces)
            self._row.show_marks(photo.faces)
