"""The Photos page: files at the left, the picture in the middle, what to do at the right."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from PySide6.QtWidgets import QWidget

from engine import api
from ui import words
from ui.desk import Desk, Item, State
from ui.pages import PHOTOS
from ui.pages.files_page import FilesPage
from ui.pages.first_offer import FirstOffer
from ui.pages.photo_canvas import PhotoCanvas
from ui.pages.photo_faces import PhotoFaces
from ui.pages.photo_model import Photo, PhotoModel
from ui.pages.photo_panel import PhotoPanel
from ui.widgets.canvas_bar import CanvasBar
from ui.widgets.compare import CompareView
from ui.widgets.drop_zone import DropZone
from ui.widgets.elsewhere import Elsewhere


class PhotosPage(FilesPage[Photo]):
    entry = PHOTOS
    suffixes = PHOTOS.suffixes
    sample = "leaves.jpg"
    kind = api.ProtectPhoto

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, PhotoModel(), DropZone(), parent)
        self.first = FirstOffer(desk)
        self.elsewhere = Elsewhere()
        self.compare = CompareView()
        self.bar = CanvasBar(self.compare)
        self.panel = PhotoPanel(desk)
        self.canvas = PhotoCanvas(self.bar, self.compare, self.panel.rehearsal)
        self.faces = PhotoFaces(desk, self.panel.faces, self.bar, self.compare, self)
        self.lay_out(self.canvas, self.panel, self.elsewhere, self.first)
        self._bind()
        self.begin()

    def _bind(self) -> None:
        panel = self.panel
        self.desk.pictures.connect(self._pictures)
        self.compare.mask_changed.connect(self._mask_changed)
        self.compare.picture_changed.connect(self._show_paintable)
        self.bar.painting_changed.connect(self._painting)
        panel.paint.clicked.connect(lambda: self.bar.set_painting(not self.compare.painting))
        panel.protect.clicked.connect(self.go)
        panel.threats_changed.connect(self._show_faces)
        self.follow(panel.outcome)

    # ---- files and jobs ---------------------------------------------------------------------

    def go(self) -> None:
        if self.panel.threats():
            self.bar.set_painting(False)
            self.bar.set_boxing(False)
        super().go()

    def jobs(self) -> Callable[[Photo], api.Job] | None:
        """Of many photos the panel is asked once; each has a mask of its own."""
        details, threats = self.panel.details, self.panel.threats()
        if not threats:
            return None
        wishes = api.ProtectPhoto(
            file=Path(),
            threats=threats,
            strength=self.panel.strength.strength,
            epsilon=details.epsilon,
            seed=details.seed,
            strip_location=self.desk.setting("strip_location"),
            native=details.native,
            preview=True,
        )
        return lambda photo: dataclasses.replace(
            wishes,
            file=photo.path,
            out=self.out(photo),
            mask=self._save_mask(photo),
            faces=photo.faces.wanted if photo.faces and "faceswap" in threats else None,
        )

    def _save_mask(self, photo: Photo) -> Path | None:
        """Each job gets a mask file of its own, so that painting on does not change the queue."""
        if photo.mask is None or not photo.mask.painted:
            return None
        file = self.desk.folder("masks") / f"{uuid4().hex}.png"
        if photo.mask.save(file):
            return file
        self.desk.notice.emit(
            self.tr("The painted area could not be saved; the whole photo is protected.")
        )
        return None

    def heed(self, item: Item) -> None:
        self.panel.face_rehearsal.put(item)
        if self.panel.rehearsal.put(item):
            self.canvas.show_rehearsal()

    def ended(self, entry: Photo) -> str:
        if entry.state == State.DONE:
            return self.tr("{file} is protected.").format(file=entry.path.name)
        return self.tr("{file} could not be protected.").format(file=entry.path.name)

    def _item_removed(self, item: int) -> None:
        self.panel.rehearsal.forget(item)
        self.panel.face_rehearsal.forget(item)
        super()._item_removed(item)

    def _pictures(self, item: int, pictures: tuple[api.Picture, ...]) -> None:
        if self.is_current(item):
            self.compare.layers.show_live(pictures)
        tried = self.panel.rehearsal.item
        if tried is not None and tried.id == item:
            self.canvas.show_live(pictures)

    # ---- what is on screen ------------------------------------------------------------------

    def show_current(self) -> None:
        photo = self.current
        if photo is None:
            self.compare.show_photo(None)
        else:
            if self.compare.layers.photo != photo.path:
                self.bar.set_painting(False)
                self.compare.painted_mask = photo.mask
            result = photo.result
            self.compare.show_photo(
                photo.path,
                result.output if result else None,
                result.pictures if result else (),
            )
        self._show_faces()
        self.panel.outcome.show_entry(photo)
        self.panel.rehearsal.show_photo(photo)
        self.panel.face_rehearsal.show_photo(photo)
        self.canvas.show_rehearsal()
        self.panel.show_area(bool(photo and photo.mask and photo.mask.painted))
        self.bar.set_file(photo.path.name if photo else "")
        self.show_targets()

    def _show_faces(self) -> None:
        self.faces.show_photo(self.current, wanted="faceswap" in self.panel.threats())

    def show_targets(self) -> None:
        super().show_targets()
        self._show_paintable()

    def _show_paintable(self) -> None:
        current = self.current
        free = current is not None and not current.active
        self.panel.allow_painting(free and self.compare.layers.photo_size() is not None)

    def _painting(self, painting: bool) -> None:
        self.panel.set_painting(painting)
        # Painting also ends because another photo is chosen; that one must not get this mask.
        if painting and self.current is not None:
            self.current.mask = self.compare.painted_mask

    def _mask_changed(self) -> None:
        mask = self.compare.painted_mask
        self.panel.show_area(bool(mask and mask.painted))

    def retranslate(self) -> None:
        self.empty.set_words(
            self.tr("Drop photos here"),
            self.tr(
                "Cloakroom adds a faint, nearly invisible change to your photos that raises the "
                "cost of misusing them with AI. Your originals stay as they are, and everything "
                "happens on this computer."
            ),
            self.tr("Open photos…"),
            self.tr("Add a folder…"),
            self.tr("Dropping and pasting work anywhere in this window."),
        )
        self.list.set_words(
            self.tr("Photos"),
            self.tr("Open photos"),
            self.tr("Drop photos or folders anywhere"),
            words.photos,
        )
