"""The colours can be read, and a change of theme reaches everything."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui import icons, theme
from ui.shell import MainWindow


@pytest.mark.parametrize("scheme", theme.SCHEMES)
def test_text_reaches_4_5_to_1_and_shapes_3_to_1(scheme: str) -> None:
    colours = theme.SCHEMES[scheme]
    short = [
        f"{front} on {ground}: {ratio:.2f}"
        for pairs, wanted in ((theme.TEXT_PAIRS, 4.5), (theme.SHAPE_PAIRS, 3.0))
        for front, ground in pairs
        if (ratio := theme.contrast(getattr(colours, front), getattr(colours, ground))) < wanted
    ]
    assert short == []


def test_contrast_is_that_of_wcag() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark", "contrast"])
def test_a_mode_sets_palette_and_stylesheet(
    look: theme.Theme, qapp: QApplication, mode: str
) -> None:
    theme.install(qapp, mode)  # type: ignore[arg-type]
    colours = theme.SCHEMES[mode]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(colours.window)
    assert colours.accent in qapp.styleSheet()
    assert "$" not in qapp.styleSheet()


def test_every_icon_can_be_drawn(look: theme.Theme) -> None:
    names = sorted(file.stem for file in theme.ICONS.glob("*.svg"))
    assert len(names) > 20
    for name in names:
        image = icons.icon(name, "text").pixmap(24, 24).toImage()
        painted = [
            image.pixelColor(x, y)
            for x in range(24)
            for y in range(24)
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert painted, name
        wanted = theme.current().colour("text")
        for colour in painted:  # a level off where the edge was premultiplied with its alpha
            assert abs(colour.red() - wanted.red()) <= 2, name
            assert abs(colour.blue() - wanted.blue()) <= 2, name


def test_the_window_changes_its_look_at_once(
    window: MainWindow, look: theme.Theme, qapp: QApplication
) -> None:
    def corner() -> QColor:
        return window.grab().toImage().pixelColor(4, window.height() // 2)

    assert corner() == QColor(theme.LIGHT.window)
    theme.install(qapp, "dark")
    assert corner() == QColor(theme.DARK.window)
    theme.install(qapp, "contrast")
    assert corner() == QColor(theme.CONTRAST.window)
