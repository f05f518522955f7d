"""The photos of the page, with what became of each."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from engine import api
from ui.widgets.face_marks import FaceMarks
from ui.widgets.file_model import Entry, FileModel
from ui.widgets.mask import Mask


@dataclass
class Photo(Entry):
    """A photo with the area that the user painted for its cloak, and the faces in it once they
    were looked for."""

    mask: Mask | None = None
    faces: FaceMarks | None = None


class PhotoModel(FileModel[Photo]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__((api.ProtectPhoto,), Photo, parent=parent)
