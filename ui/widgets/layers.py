"""The pictures that the canvas can show of one photo: files as they are loaded, and previews."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from engine import api
from ui.background import background
from ui.widgets import pyramid
from ui.widgets.pyramid import Pyramid

# The two pictures of a mode, left and right of the divider; one where there is no divider.
MODES = {
    "compare": ("original", "protected"),
    "difference": ("difference",),
    "seen": ("seen-original", "seen-protected"),
}


class Layers(QObject):
    """Loads in the background. What was asked for a photo that was left since is dropped."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.photo: Path | None = None
        self.protected: Path | None = None
        self.failed = False  # the photo cannot be shown
        self._files: dict[str, Pyramid] = {}
        self._live: dict[str, Pyramid] = {}
        self._loading: set[str] = set()
        self._token = 0

    def show(
        self, photo: Path | None, protected: Path | None, pictures: Iterable[api.Picture]
    ) -> None:
        """Turn to ``photo``, and to ``protected`` once there is such a file."""
        if photo != self.photo:
            self._token += 1
            self._files, self._live, self._loading = {}, {}, set()
            self.photo, self.protected, self.failed = photo, None, False
            self._load("original", whole=False)
        if protected != self.protected:
            self.protected = protected
            for name in ("protected", "difference"):
                self._files.pop(name, None)
            if protected is None:
                self._live = {}
            else:
                # Both in full: readers scale down in different ways, and that would look like
                # a difference between the pictures.
                self._load("protected", whole=True)
                self._load("original", whole=True)
        self.show_live(pictures)

    def show_live(self, pictures: Iterable[api.Picture]) -> None:
        """Previews of the running job, or the last ones of a finished job."""
        for picture in pictures:
            image = QImage(
                picture.rgb,
                picture.width,
                picture.height,
                3 * picture.width,
                QImage.Format.Format_RGB888,
            ).convertToFormat(QImage.Format.Format_RGB32)
            size = self.photo_size() or image.size()
            self._live[picture.name] = Pyramid(size, (image,))
        self.changed.emit()

    def get(self, name: str) -> Pyramid | None:
        """The file where it is loaded, else the preview."""
        return self._files.get(name) or self._live.get(name)

    def photo_size(self) -> QSize | None:
        original = self._files.get("original")
        return original.size if original else None

    @property
    def loading(self) -> bool:
        return bool(self._loading)

    def modes(self) -> tuple[str, ...]:
        """Those there is something to show for, or will be on request."""
        both = self._files.keys() >= {"original", "protected"}
        return tuple(
            mode
            for mode, names in MODES.items()
            if all(self.get(name) for name in names) or (mode == "difference" and both)
        )

    def want_pixels(self, width: float) -> None:
        """Load the photo in full if it is shown ``width`` wide and the quick version is not."""
        have = self._files.get("original")
        if have and not have.whole and width > have.levels[0].width() * 1.05:
            self._load("original", whole=True)

    def want_difference(self) -> None:
        """Make the difference of the two files, once both are there."""
        before, after, path = (
            self._files.get("original"),
            self._files.get("protected"),
            self.protected,
        )
        if before is None or after is None or path is None:
            return
        if not (before.whole and after.whole and before.size == after.size):
            return
        if "difference" in self._files or "difference" in self._loading:
            return
        self._loading.add("difference")
        token, one, two = self._token, before.levels[0], after.levels[0]
        background().run(
            self,
            lambda: pyramid.build(pyramid.difference(one, two)),
            lambda got: self._loaded("difference", "difference", token, path, got),
        )

    def _load(self, name: str, *, whole: bool) -> None:
        path = self.protected if name == "protected" else self.photo
        have = self._files.get(name)
        key = f"{path} {whole}"
        if path is None or key in self._loading or (have and (have.whole or not whole)):
            return
        self._loading.add(key)
        token, work = self._token, pyramid.full if whole else pyramid.quick
        background().run(
            self, lambda: work(path), lambda got: self._loaded(name, key, token, path, got)
        )

    def _loaded(self, name: str, key: str, token: int, path: Path, got: Pyramid | None) -> None:
        if token != self._token:
            return
        self._loading.discard(key)
        if name != "original" and path != self.protected:
            return
        if got is None:
            self.failed = self.failed or name == "original"
        elif name not in self._files or got.whole:
            self._files[name] = got
        self.changed.emit()
