"""The canvas: layers, divider, gestures, keys and the mask."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import pictures
from tests.ui.conftest import loaded
from ui import theme
from ui.widgets.compare import CompareView
from ui.widgets.mask import LONGEST, Mask

GREEN, RED = QColor(20, 160, 60), QColor(200, 30, 40)


@pytest.fixture
def view(look: theme.Theme, qtbot: QtBot, tmp_path: Path) -> CompareView:
    """A green original beside a red protected picture, both 800 x 600, fitted at 1:1."""
    made = CompareView()
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    for name, colour in (("a.png", GREEN), ("b.png", RED)):
        image = QImage(800, 600, QImage.Format.Format_RGB32)
        image.fill(colour)
        pictures.save(image, tmp_path / name)
    made.show_photo(tmp_path / "a.png", tmp_path / "b.png")
    loaded(qtbot)
    made.actual_size()
    return made


def pixel(view: CompareView, x: int, y: int) -> QColor:
    return view.grab().toImage().pixelColor(x, y)


def test_original_left_protected_right_of_the_divider(view: CompareView) -> None:
    assert pixel(view, 300, 680) == GREEN
    assert pixel(view, 700, 680) == RED
    view.set_split(0.9)
    assert pixel(view, 700, 680) == GREEN
    view.set_split(0.0)
    assert pixel(view, 300, 680) == RED


def test_the_divider_follows_the_mouse_and_stops_at_the_edge(view: CompareView) -> None:
    start = QPoint(round(view.divider_x()), 650)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, QPoint(300, 650))
    assert view.split == pytest.approx((300 - view.picture_rect().left()) / 800, abs=0.01)
    QTest.mouseMove(view, QPoint(5, 650))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 650))
    assert view.split == 0.0
    QTest.mouseMove(view, QPoint(500, 650))
    assert view.split == 0.0  # released


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [("]", 0.55), ("[", 0.45), ("]]", 0.6)],
)
def test_brackets_move_the_divider(view: CompareView, keys: str, wanted: float) -> None:
    QTest.keyClicks(view, keys)
    assert view.split == pytest.approx(wanted)


def test_shift_and_arrows_move_the_divider(view: CompareView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.split == pytest.approx(0.55)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.split == pytest.approx(0.5)


def test_keys_zoom_and_pan(view: CompareView) -> None:
    QTest.keyClicks(view, "0")
    fitted = view.viewport.zoom
    assert view.viewport.fitted
    QTest.keyClicks(view, "++")
    assert view.viewport.zoom == pytest.approx(fitted * 1.25**2)
    QTest.keyClicks(view, "-")
    assert view.viewport.zoom == pytest.approx(fitted * 1.25)
    QTest.keyClicks(view, "1++++++")
    before = view.viewport.centre
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.viewport.centre[0] > before[0] and view.viewport.centre[1] > before[1]
    QTest.keyClicks(view, "1")
    assert view.viewport.zoom == 1.0


def test_the_wheel_zooms_where_the_pointer_is(view: CompareView) -> None:
    view.viewport.zoom_to(1.5)  # larger than the view: nothing is centred instead
    at = QPointF(300, 300)
    before = view.viewport.to_image((at.x(), at.y()))
    for _ in range(8):
        event = QWheelEvent(
            at,
            at,
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)
    assert view.viewport.zoom == pytest.approx(1.5 * 1.25**8)
    assert view.viewport.to_view(before) == pytest.approx((300, 300), abs=1.5)


def test_two_fingers_pan(view: CompareView) -> None:
    QTest.keyClicks(view, "++++++++")
    before = view.viewport.centre
    event = QWheelEvent(
        QPointF(400, 400),
        QPointF(400, 400),
        QPoint(-30, -20),
        QPoint(-30, -20),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.ScrollUpdate,
        False,
    )
    QApplication.sendEvent(view, event)
    zoom = view.viewport.zoom
    moved = (view.viewport.centre[0] - before[0], view.viewport.centre[1] - before[1])
    assert moved == pytest.approx((30 / zoom, 20 / zoom))


def test_all_modes_share_zoom_and_place(view: CompareView, qtbot: QtBot) -> None:
    sunset = pictures.sunset(200, 150)
    view.layers.show_live(
        pictures.preview(name, sunset) for name in ("seen-original", "seen-protected")
    )
    assert view.modes == ("compare", "difference", "seen")
    view.viewport.zoom_to(3, (100, 100))
    kept = (view.viewport.zoom, view.viewport.centre)
    for mode in view.modes:
        view.set_mode(mode)
        loaded(qtbot)
        assert (view.viewport.zoom, view.viewport.centre) == kept
        assert view.shown_mode == mode


def test_the_difference_is_made_of_the_files(view: CompareView, qtbot: QtBot) -> None:
    view.set_mode("difference")
    loaded(qtbot)
    wanted = [min(255, max(0, 128 + 10 * (b - a))) for a, b in ((20, 200), (160, 30), (60, 40))]
    assert list(pixel(view, 500, 680).getRgb()[:3]) == wanted


def test_a_live_preview_stands_for_the_whole_photo(
    look: theme.Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    made = CompareView()
    qtbot.addWidget(made)
    made.resize(600, 500)
    made.show()
    original = pictures.save(pictures.sunset(1200, 900), tmp_path / "a.png")
    made.show_photo(original)
    loaded(qtbot)
    assert made.modes == ()
    red = QImage(120, 90, QImage.Format.Format_RGB32)
    red.fill(RED)
    made.layers.show_live([pictures.preview("protected", red, 120)])
    assert made.modes == ("compare",)
    rect = made.picture_rect()
    assert pixel(made, round(rect.right()) - 3, round(rect.bottom()) - 3) == RED
    made.show_photo(None)
    assert made.modes == ()


def test_a_photo_that_was_left_does_not_arrive_later(
    look: theme.Theme, qtbot: QtBot, files: list[Path]
) -> None:
    made = CompareView()
    qtbot.addWidget(made)
    made.show_photo(files[0])
    made.show_photo(files[1])
    loaded(qtbot)
    size = made.layers.photo_size()
    assert size is not None and (size.width(), size.height()) == (900, 600)


def test_a_file_without_preview_says_so(look: theme.Theme, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "x.heic").write_bytes(b"?")
    made = CompareView()
    qtbot.addWidget(made)
    made.show_photo(tmp_path / "x.heic")
    loaded(qtbot)
    assert made.layers.failed and made.layers.photo_size() is None


# ---- the mask -------------------------------------------------------------------------------


def test_painting_with_the_mouse_marks_where_the_pointer_was(view: CompareView) -> None:
    view.set_painting(True)
    view.set_brush(40)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    QTest.mouseMove(view, QPoint(500, 300))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(500, 300))
    assert view.painted_mask is not None and view.painted_mask.painted
    grey = view.painted_mask.as_grey()
    x, y = (round(v) for v in view.viewport.to_image((400, 300)))
    assert grey.pixelColor(x, y).red() == 255
    assert grey.pixelColor(x, y + 18).red() == 255
    assert grey.pixelColor(x, y + 24).red() == 0
    view.set_erasing(True)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert view.painted_mask.as_grey().pixelColor(x, y).red() == 0


def test_painting_with_the_keyboard(view: CompareView, qtbot: QtBot) -> None:
    view.set_painting(True)
    view.set_brush(50)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.painted_mask is not None and not view.painted_mask.painted
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    grey = view.painted_mask.as_grey()
    assert grey.pixelColor(400 - 60, 300).red() == 255
    assert grey.pixelColor(400 - 60, 200).red() == 0
    QTest.keyClicks(view, "]")
    assert view.brush == 60
    QTest.keyClicks(view, "e")
    assert view.erasing
    QTest.keyClicks(view, "i")
    assert view.painted_mask.as_grey().pixelColor(400 - 60, 300).red() == 0
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert not view.painted_mask.painted
    with qtbot.waitSignal(view.painting_left):
        QTest.keyClick(view, Qt.Key.Key_Escape)


def test_a_mask_is_grey_and_has_the_photos_shape(qapp: QApplication, tmp_path: Path) -> None:
    from PySide6.QtCore import QSize

    mask = Mask(QSize(6000, 4000))
    mask.stroke(QPointF(3000, 2000), QPointF(3000, 2000), 600)
    mask.tint(QColor("#2b6e5e"))
    file = tmp_path / "mask.png"
    assert mask.save(file)
    assert [path.name for path in tmp_path.iterdir()] == ["mask.png"]
    read = QImage(str(file))
    assert read.format() == QImage.Format.Format_Grayscale8
    assert (read.width(), read.height()) == (LONGEST, round(LONGEST * 2 / 3))
    assert read.pixelColor(read.width() // 2, read.height() // 2).red() == 255
    assert read.pixelColor(5, 5).red() == 0
    assert not mask.save(tmp_path / "nowhere" / "mask.png")
