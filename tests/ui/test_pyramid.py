"""Reading, scaling and subtracting pictures for the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QColorSpace, QImage, QImageReader, QPainter
from PySide6.QtWidgets import QApplication

from tests.ui import pictures
from ui.widgets import pyramid


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Images need none, but painters on text do."""


def plain(colour: QColor, size: tuple[int, int] = (50, 40)) -> QImage:
    made = QImage(*size, QImage.Format.Format_RGB32)
    made.fill(colour)
    return made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((100, 150, 250), (103, 140, 254)),
        ((0, 0, 0), (255, 255, 255)),
        ((255, 255, 255), (0, 0, 0)),
        ((9, 90, 200), (9, 90, 200)),
        ((128, 20, 240), (116, 33, 228)),
    ],
)
def test_the_difference_is_ten_times_around_mid_grey(
    before: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    made = pyramid.difference(plain(QColor(*before)), plain(QColor(*after)))
    wanted = [min(255, max(0, 128 + 10 * (b - a))) for a, b in zip(before, after, strict=True)]
    assert list(made.pixelColor(20, 20).getRgb()[:3]) == wanted


def test_strips_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    image = pictures.sunset(640, 900)
    whole = pyramid.build(image).levels[1]
    monkeypatch.setattr(pyramid, "STRIP_PIXELS", 640 * 7)
    assert pyramid.build(image).levels[1] == whole
    assert pyramid.difference(image, image).pixelColor(100, 6) == QColor(128, 128, 128)


def test_levels_halve_and_the_smallest_sufficient_one_is_taken() -> None:
    made = pyramid.build(plain(QColor("red"), (3000, 2001)))
    assert [level.width() for level in made.levels] == [3000, 1500, 750, 375]
    assert made.levels[1].height() == 1001
    assert made.level(3000).width() == 3000
    assert made.level(9000).width() == 3000
    assert made.level(800).width() == 1500
    assert made.level(750).width() == 750
    assert made.level(10).width() == 375


def test_a_turned_photo_is_upright(tmp_path: Path) -> None:
    file = pictures.save(pictures.shapes("#204060", "#80a0c0", QSize(60, 30)), tmp_path / "a.jpg")
    data = file.read_bytes()
    # An EXIF block that says: turn by 90 degrees clockwise (orientation 6).
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    file.write_bytes(data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:])
    assert QImageReader(str(file)).size() == QSize(60, 30)
    assert pyramid.photo_size(file) == QSize(30, 60)
    got = pyramid.full(file)
    assert got is not None and got.size == QSize(30, 60)
    thumbnail = pyramid.read(file, 20)
    assert thumbnail is not None and thumbnail.size() == QSize(10, 20)


def test_another_colour_space_is_shown_in_srgb() -> None:
    image = plain(QColor(0, 255, 0))
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3))
    tagged = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    image.fill(QColor(200, 120, 90))
    shown = pyramid.for_screen(image).pixelColor(3, 3)
    wanted = image.convertedToColorSpace(tagged.colorSpace()).pixelColor(3, 3)
    assert shown == wanted != QColor(200, 120, 90)


def test_transparency_is_kept() -> None:
    image = QImage(700, 700, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.fillRect(0, 0, 350, 700, QColor("blue"))
    painter.end()
    made = pyramid.build(pyramid.for_screen(image))
    for level in made.levels:
        assert level.pixelColor(level.width() - 5, 5).alpha() == 0
        assert level.pixelColor(5, 5) == QColor("blue")


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n1234"])
def test_a_file_that_is_no_picture_gives_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.png"
    file.write_bytes(content)
    assert pyramid.quick(file) is None
    assert pyramid.full(file) is None
