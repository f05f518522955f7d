"""Many files: what they will take, and choices that are kept under a name."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine import api
from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk, photo_result
from ui.pages.photos import PhotosPage
from ui.pages.voices import VoicesPage
from ui.shell import MainWindow
from ui.widgets import forecast
from ui.widgets.forecast import Room, room

Usage = namedtuple("Usage", "total used free")


def test_many_files_say_what_they_will_take(
    page: PhotosPage, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    receipt = photo_result(Path("/p/protect-photo.png"), Path("/p/o.png")).receipt
    desk.receipts = (receipt,)
    page.add(tuple(files[:1]))
    loaded(qtbot)
    told = page.panel.forecast
    assert not told.isVisible()
    page.add(tuple(files))
    loaded(qtbot)
    assert told.isVisible()
    assert told.text().startswith("About 2 min, as the last ones took. The results will take about")
    page.go()
    loaded(qtbot)
    assert not told.isVisible()


def test_too_little_room_is_said_before_the_start(
    page: PhotosPage, files: list[Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast.shutil, "disk_usage", lambda _: Usage(10_000, 9_000, 1_000))
    page.add(tuple(files))
    loaded(qtbot)
    assert "but only 1 kB are free" in page.panel.forecast.text()


def test_room_of_files_that_are_gone(tmp_path: Path) -> None:
    there = tmp_path / "a"
    there.write_bytes(b"12345")
    found = room((there, tmp_path / "b"), tmp_path / "not" / "yet")
    assert found.wanted == 5 and found.free
    assert Room(5, None).free is None


def test_choices_are_kept_taken_up_and_forgotten(page: PhotosPage, desk: FakeDesk) -> None:
    panel = page.panel
    panel.strength.set_strength("strong")
    panel.details._limited.setChecked(True)
    panel.details._limit.setValue(12)
    panel.details._seed.setValue(7)
    panel.presets.keep(" Shop ")
    (kept,) = desk.setting("presets")
    assert (kept.name, kept.kind) == ("Shop", "protect-photo")
    assert kept.values["strength"] == "strong" and kept.values["threats"] == ["edit"]
    panel.choose({"strength": "invisible", "threats": [], "epsilon": None, "seed": 0})
    assert panel.threats() == () and panel.details.epsilon is None
    menu = panel.presets.menu_of()
    menu.actions()[0].trigger()
    menu.deleteLater()
    assert (panel.strength.strength, panel.details.seed) == ("strong", 7)
    assert panel.threats() == ("edit",)
    assert panel.details.epsilon == pytest.approx(12 / 255)
    panel.presets.keep("Shop")
    panel.presets.keep("")
    assert len(desk.setting("presets")) == 1
    panel.presets.forget("Shop")
    assert desk.setting("presets") == ()


def test_recent_files_are_offered_by_the_empty_page(
    look: object, desk: FakeDesk, files: list[Path], qtbot: QtBot
) -> None:
    gone = files[0].with_name("gone.png")
    desk.set_setting("recent_files", (files[1], gone, files[0].with_suffix(".wav"), files[0]))
    page = PhotosPage(desk)
    qtbot.addWidget(page)
    page.show()
    assert page.empty.recent.isVisible()
    menu = page.empty.recent_menu()
    assert [action.text() for action in menu.actions()] == [files[1].name, files[0].name]
    menu.actions()[1].trigger()
    menu.deleteLater()
    assert [photo.path for photo in page.model] == files[:1]
    loaded(qtbot)


def test_presets_of_voices_are_their_own(window: MainWindow, desk: FakeDesk) -> None:
    desk.set_setting("presets", (api.Preset("Shop", "protect-photo", {}),))
    panel = window.page(VoicesPage).panel
    assert panel.presets.known() == ()
    panel.strength.set_strength("strong")
    panel.presets.keep("Podcast")
    panel.choose({"strength": "invisible", "method": "vocalcrypt", "unknown": 1})
    assert panel.details.method.currentData() == "vocalcrypt"
    panel.choose(panel.presets.known()[0].values)
    assert panel.strength.strength == "strong"
    assert panel.details.method.currentData() == "auto"
    assert len(desk.setting("presets")) == 2
