"""Pictures of any size, ready to be drawn at any zoom without making the window wait.

A ``Pyramid`` holds a picture and its halves, quarters and so on; drawing takes the smallest level
that still has every pixel the screen can show. Everything here runs in a background thread, and
in strips: Qt keeps Python's lock while it converts or paints, so a whole 24-megapixel image at
once would freeze the window for up to 180 ms. Reading a file releases the lock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QColorSpace, QImage, QImageReader, QPainter

STRIP_PIXELS = 500_000
SMALLEST = 256  # long side below which no further level is made
QUICK = 1600  # long side of the first picture shown, in pixels
ALLOCATION_MIB = 4096

_SRGB = QColorSpace(QColorSpace.NamedColorSpace.SRgb)


@dataclass(frozen=True)
class Pyramid:
    """``size`` is the photo's own size; ``levels`` go from the largest to the smallest.

    The first level may be smaller than ``size``: then this is a quick stand-in or a preview.
    """

    size: QSize
    levels: tuple[QImage, ...]

    def level(self, width: float) -> QImage:
        """The smallest level at least ``width`` wide: what the whole picture takes on screen."""
        for image in reversed(self.levels):
            if image.width() >= width - 0.5:
                return image
        return self.levels[0]

    @property
    def whole(self) -> bool:
        return self.levels[0].size() == self.size


def photo_size(path: Path) -> QSize | None:
    """Width and height as shown, after rotation; None when Qt cannot read the file."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        return None
    turned = reader.transformation().value & 4  # the Rotate90 bit
    return size.transposed() if turned else size


def read(path: Path, longest: int | None = None) -> QImage | None:
    """The photo upright, in sRGB, scaled down to ``longest``; None when it cannot be read."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setAllocationLimit(ALLOCATION_MIB)
    size = reader.size()
    if longest is not None and size.isValid() and max(size.width(), size.height()) > longest:
        reader.setScaledSize(size.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    if longest is not None and max(image.width(), image.height()) > longest:
        scaled = image.size().scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio)
        image = _resized(image, scaled)
    return for_screen(image)


def quick(path: Path) -> Pyramid | None:
    """A first look at the photo, fast: one level of at most ``QUICK`` pixels."""
    size, image = photo_size(path), read(path, QUICK)
    if image is None:
        return None
    return Pyramid(size or image.size(), (image,))


def full(path: Path) -> Pyramid | None:
    """The photo with every level."""
    image = read(path)
    return build(image) if image is not None else None


def build(image: QImage, size: QSize | None = None) -> Pyramid:
    """A pyramid over ``image``, which stands for a photo of ``size``."""
    levels = [image]
    while max(levels[-1].width(), levels[-1].height()) > 2 * SMALLEST:
        last = levels[-1].size()
        half = QSize(max(1, (last.width() + 1) // 2), max(1, (last.height() + 1) // 2))
        levels.append(_resized(levels[-1], half))
    return Pyramid(size or image.size(), tuple(levels))


def for_screen(image: QImage) -> QImage:
    """8-bit sRGB, the two formats that paint fast. Grey and 16-bit files come out right too."""
    wanted = _fast_format(image)
    space = image.colorSpace()
    foreign = space.isValid() and space != _SRGB
    if image.format() == wanted and not foreign:
        return image
    made = QImage(image.size(), wanted)
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    for strip in _strips(image.size()):
        piece = image.copy(strip)
        if foreign:
            if piece.format() == QImage.Format.Format_Indexed8:
                piece = piece.convertToFormat(wanted)
            piece.convertToColorSpace(_SRGB)
        piece.setColorSpace(QColorSpace())
        painter.drawImage(strip, piece)
    painter.end()
    return made


def difference(before: QImage, after: QImage) -> QImage:
    """``(after - before) * 10`` around mid-grey, per channel, as the engine's own preview has it.

    Built from saturating blend modes: the gain is ``|max(a, b) - b|`` and the loss
    ``|min(a, b) - b|``, each doubled and added up to ten times.
    """
    made = QImage(after.size(), QImage.Format.Format_RGB32)
    for strip in _strips(after.size()):
        one, two = _opaque(before.copy(strip)), _opaque(after.copy(strip))
        mode = QPainter.CompositionMode
        gain = _blend(_blend(two, one, mode.CompositionMode_Lighten), one, _DIFFERENCE)
        loss = _blend(_blend(two, one, mode.CompositionMode_Darken), one, _DIFFERENCE)
        grey = QImage(one.size(), QImage.Format.Format_RGB32)
        grey.fill(QColor(128, 128, 128))
        # Loss is capped at mid-grey so that the subtraction cannot wrap around.
        loss = _blend(_times_ten(loss), grey, mode.CompositionMode_Darken)
        result = _blend(grey, loss, _DIFFERENCE)
        result = _blend(result, _times_ten(gain), mode.CompositionMode_Plus)
        painter = QPainter(made)
        painter.drawImage(strip, result)
        painter.end()
    return made


_DIFFERENCE = QPainter.CompositionMode.CompositionMode_Difference


def _times_ten(image: QImage) -> QImage:
    plus = QPainter.CompositionMode.CompositionMode_Plus
    two = _blend(image, image, plus)
    eight = _blend(_blend(two, two, plus), _blend(two, two, plus), plus)
    return _blend(eight, two, plus)


def _blend(below: QImage, above: QImage, mode: QPainter.CompositionMode) -> QImage:
    made = below.copy()
    painter = QPainter(made)
    painter.setCompositionMode(mode)
    painter.drawImage(0, 0, above)
    painter.end()
    return made


def _opaque(image: QImage) -> QImage:
    if image.format() == QImage.Format.Format_RGB32:
        return image
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _resized(image: QImage, size: QSize) -> QImage:
    """Bilinear, in strips; for halves that is the mean of four pixels."""
    made = QImage(size, _fast_format(image))
    if image.hasAlphaChannel():
        made.fill(Qt.GlobalColor.transparent)
    made.setColorSpace(image.colorSpace())
    ratio_x = image.width() / size.width()
    ratio_y = image.height() / size.height()
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    for strip in _strips(size):
        source = QRectF(0, strip.y() * ratio_y, size.width() * ratio_x, strip.height() * ratio_y)
        painter.drawImage(QRectF(strip), image, source)
    painter.end()
    return made


def _fast_format(image: QImage) -> QImage.Format:
    """The fast painting format that keeps what ``image`` has."""
    if image.hasAlphaChannel():
        return QImage.Format.Format_ARGB32_Premultiplied
    return QImage.Format.Format_RGB32


def _strips(size: QSize) -> Iterator[QRect]:
    """Full-width pieces of about ``STRIP_PIXELS``, with a breath in between."""
    rows = max(1, STRIP_PIXELS // max(1, size.width()))
    for top in range(0, size.height(), rows):
        yield QRect(0, top, size.width(), min(rows, size.height() - top))
        # Hands Python's lock to a main thread that waits for it; without this the same thread
        # was seen to take it again and again for 200 ms.
        time.sleep(0.0005)
