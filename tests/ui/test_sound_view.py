"""The canvas of a recording: what is drawn, playing, regions, by mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine import api
from engine.problems import Problem
from tests.ui import sounds
from tests.ui.fake_desk import FakeDesk
from tests.ui.fake_player import FakePlayer
from ui import theme
from ui.player import Source
from ui.widgets import sound_paint as paint
from ui.widgets.regions import Regions
from ui.widgets.sound_bar import SoundBar
from ui.widgets.sound_view import SoundView
from ui.widgets.timeline import Timeline, clock, ticks
from ui.widgets.transport import Transport

Key = Qt.Key
SECONDS = 4.0


@pytest.fixture
def player(desk: FakeDesk) -> FakePlayer:
    return desk.player()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return sounds.save(tmp_path / "talk.wav", sounds.speech(SECONDS))


@pytest.fixture
def view(look: theme.Theme, desk: FakeDesk, qtbot: QtBot, recording: Path) -> SoundView:
    sounds.draw_sounds(desk)
    made = SoundView(desk, desk.player())
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    made.show_recording(recording)
    made.setFocus()
    made.grab()
    return made


def press(view: SoundView, *keys: Key | str, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(view, key)
        else:
            QTest.keyClick(view, key, modifier)


def at(view: SoundView, second: float, y: int) -> QPoint:
    return QPoint(round(view.line.to_x(second * view.rate)), y)


STRIP = paint.RULER + paint.STRIP // 2
LANES = 200


def drag(view: SoundView, start: QPoint, end: QPoint) -> None:
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, left, Qt.KeyboardModifier.NoModifier, end)


def spans(view: SoundView) -> list[tuple[float, float]]:
    return [(round(a, 1), round(b, 1)) for a, b in view.regions]


# ---- scale ----------------------------------------------------------------------------------


def test_a_timeline_keeps_what_is_below_the_pointer_and_its_ends() -> None:
    line = Timeline()
    line.set_width(1000)
    line.set_recording(3 * 3600 * 48_000)
    assert (line.to_x(0), line.to_x(line.frames)) == (0, 1000)
    frame = line.to_frame(250)
    for _ in range(60):
        line.zoom_by(1.5, 250)
    assert line.to_frame(250) == pytest.approx(frame, abs=1)
    assert line.per_pixel == 0.125
    line.pan(1e12)
    assert line.start == 0
    line.pan(-1e12)
    assert line.to_frame(1000) == pytest.approx(line.frames)
    line.zoom_by(1e-9)
    assert line.fitted and line.start == 0
    line.show(48_000, 96_000)
    assert line.follow(50_000) is False
    assert line.follow(500_000) is True
    assert line.to_x(500_000) == pytest.approx(80)


@pytest.mark.parametrize(
    ("seconds", "digits", "text"),
    [(0, 0, "0:00"), (59.96, 1, "0:59.9"), (3723, 0, "1:02:03"), (61.25, 2, "1:01.25")],
)
def test_clock(seconds: float, digits: int, text: str) -> None:
    assert clock(seconds, digits) == text


def test_marks_of_the_ruler_are_neither_crowded_nor_rare() -> None:
    for per_second in (0.02, 0.5, 7, 130, 4_000, 60_000):
        assert 72 <= ticks(per_second)[0] * per_second <= 400


def test_regions_stay_sorted_and_apart() -> None:
    made = Regions([(3, 4), (1, 2)], 10)
    assert list(made) == [(1, 2), (3, 4)]
    assert made.add((1.5, 3.2)) == 0
    assert list(made) == [(1, 4)]
    assert made.add((5, 5.01)) == -1
    assert made.add((9, 99)) == 1
    assert list(made) == [(1, 4), (9, 10)]
    assert made.part(1.02, 0.05) == ("start", 0)
    assert made.part(3.9, 0.2) == ("end", 0)
    assert made.part(2, 0.05) == ("move", 0)
    assert made.part(6, 0.05) == ("new", -1)
    assert made.moved((9, 10), "move", 5) == (9, 10)
    assert made.moved((1, 4), "start", 5) == (4, 6)
    assert made.length() == 4


# ---- what is drawn --------------------------------------------------------------------------


def test_it_draws_the_recording(view: SoundView) -> None:
    assert view.sketch is not None and view.seconds == SECONDS
    view.grab()
    assert view.tiles.complete
    image = view.grab().toImage()
    accent = theme.current().colour("accent").rgb()
    wave = paint.lanes(800, 400)[2]
    column = [image.pixel(x, int(wave.center().y())) for x in range(800)]
    assert column.count(accent) > 100


def test_other_versions_are_drawn_when_they_are_heard(
    view: SoundView, desk: FakeDesk, player: FakePlayer, recording: Path, tmp_path: Path
) -> None:
    protected = sounds.save(tmp_path / "b.wav", sounds.speech(SECONDS, noise=0.002))
    player.choose(Source.DIFFERENCE)
    assert view.source == Source.ORIGINAL  # as long as there is nothing else
    before = view.grab().toImage()
    view.show_recording(recording, protected)
    assert view.source == Source.DIFFERENCE
    view.grab()
    assert view.grab().toImage() != before


def test_what_cannot_be_read_is_said(
    view: SoundView, desk: FakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"nothing")
    with qtbot.waitSignal(view.failed) as failed:
        view.show_recording(broken)
    assert failed.args is not None and isinstance(failed.args[0], Problem)
    assert "broken.wav" in view.message
    view.grab()


def test_reading_shows_how_far_it_is(
    look: theme.Theme, desk: FakeDesk, qtbot: QtBot, recording: Path
) -> None:
    view = SoundView(desk, desk.player())
    qtbot.addWidget(view)
    view.show_recording(recording)
    ((_, job, _, progressed),) = desk.looks
    assert job == api.SketchSound(recording)
    progressed(api.Progress(420, 1000, "read-sound"))
    assert view.progress == 0.42
    view.grab()
    view.show_recording(None)
    assert desk.looks == []


def test_only_what_is_on_screen_is_asked_for(
    look: theme.Theme, desk: FakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    sounds.draw_sounds(desk)
    view = SoundView(desk, desk.player())
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.show_recording(sounds.save(tmp_path / "a.wav", [0.1] * 400_000))
    del desk.answers[api.DrawSound]
    view.grab()
    first = [job for _, job, _, _ in desk.looks]
    assert len(first) == 2
    view.zoom_by(8, 0)
    view.grab()
    assert len(desk.looks) == 2  # the engine is given no more until it has answered
    desk.looks.pop(0)[2](api.SoundTile(bytes(api.TILE_ROWS * api.TILE_COLUMNS)))
    assert desk.looks[-1][1].level < first[0].level


# ---- playing --------------------------------------------------------------------------------


def test_keys_play_seek_and_switch(view: SoundView, player: FakePlayer) -> None:
    player.load(object(), at=0)  # type: ignore[arg-type]
    press(view, Key.Key_Space)
    assert player.playing
    press(view, "b")
    assert player.source == Source.PROTECTED
    press(view, "d")
    assert player.source == Source.DIFFERENCE
    press(view, "a", Key.Key_Space)
    assert (player.source, player.playing) == (Source.ORIGINAL, False)
    press(view, Key.Key_Right)
    assert player.position == pytest.approx(SECONDS / 20)
    press(view, Key.Key_Right, shift=True)
    assert player.position == pytest.approx(SECONDS * 0.3)
    press(view, Key.Key_End)
    assert player.position == SECONDS
    press(view, Key.Key_Home)
    assert player.position == 0


def test_a_click_seeks_and_a_drag_selects(view: SoundView, player: FakePlayer) -> None:
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(view, left, Qt.KeyboardModifier.NoModifier, at(view, 1.0, LANES))
    assert player.position == pytest.approx(1.0, abs=0.02)
    drag(view, at(view, 3.0, LANES), at(view, 2.0, LANES))
    assert player.loop == pytest.approx((2.0, 3.0), abs=0.02)
    view.grab()
    press(view, Key.Key_Escape)
    assert player.loop is None


def test_a_region_can_be_looped(view: SoundView, player: FakePlayer) -> None:
    view.set_regions(Regions([(1, 2)], SECONDS))
    player.seek(1.5)
    press(view, "l")
    assert player.loop == (1, 2)
    press(view, "l")
    assert player.loop is None
    player.seek(3.5)
    press(view, "l")
    assert player.loop == (0.0, SECONDS) or player.loop == (3.5, SECONDS)


def test_the_page_turns_with_the_playhead(view: SoundView, player: FakePlayer) -> None:
    player.load(object(), at=0)  # type: ignore[arg-type]
    player.play()
    view.zoom_by(8, 0)
    player.advance(2.0)
    assert 0 < view.line.to_x(2.0 * view.rate) < view.width()


def test_zooming_with_keys_and_wheel_words(view: SoundView) -> None:
    press(view, "+")
    assert not view.line.fitted
    start = view.line.start
    press(view, Key.Key_PageDown)
    assert view.line.start > start
    press(view, "-", "0")
    assert view.line.fitted


# ---- regions --------------------------------------------------------------------------------


def test_regions_by_mouse(view: SoundView, qtbot: QtBot) -> None:
    view.set_regions(Regions([(1, 2)], SECONDS))
    with qtbot.waitSignal(view.regions_changed):
        drag(view, at(view, 3.0, STRIP), at(view, 3.5, STRIP))
    assert spans(view) == [(1, 2), (3, 3.5)]
    drag(view, at(view, 2.0, STRIP), at(view, 2.4, STRIP))
    assert spans(view)[0] == (1, 2.4)
    drag(view, at(view, 1.5, STRIP), at(view, 1.0, STRIP))
    assert spans(view)[0] == (0.5, 1.9)
    view.grab()
    press(view, Key.Key_Delete)
    assert spans(view) == [(3, 3.5)]


def test_regions_by_keyboard(view: SoundView, player: FakePlayer) -> None:
    view.set_regions(Regions([(1, 2)], SECONDS))
    player.seek(2.5)
    press(view, "r")
    assert spans(view) == [(1, 2), (2.5, 4)]
    press(view, ",")
    assert view.chosen == 0 and player.position == 1
    player.seek(1.5)
    press(view, "[")
    assert spans(view)[0] == (1.5, 2)
    player.seek(2.2)
    press(view, "]")
    assert spans(view)[0] == (1.5, 2.2)
    QTest.keyClick(view, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert spans(view)[0] == (1.4, 2.1)
    assert "1.4" in view.accessibleDescription()
    press(view, ".", Key.Key_Backspace)
    assert spans(view) == [(1.4, 2.1)]


# ---- bars -----------------------------------------------------------------------------------


def test_the_transport_plays_and_says_what_keeps_it_from_that(
    look: theme.Theme,
    desk: FakeDesk,
    player: FakePlayer,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bar = Transport(desk, player)
    qtbot.addWidget(bar)
    bar.resize(600, 52)
    assert not bar.button.isEnabled()
    bar.set_length(4)
    player.load(object(), at=0)  # type: ignore[arg-type]
    player.problem = Problem("sound.no-output")
    bar.button.click()
    assert "headphones" in bar._says.full
    assert bar._says.text() == "No sound", "the sentence has no room here"
    player.problem = None
    bar.button.click()
    assert player.playing and bar._says.full == ""
    assert bar.button.accessibleName() == "Pause"
    player.advance(1.25)
    assert bar._time.text() == "0:01.2"
    bar.volume.setValue(30)
    assert player.volume == 0.3
    with qtbot.waitSignal(bar.loop_wanted):
        bar.loop.click()
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: menus.append(menu))
    bar.output.click()
    named = {action.text(): action for action in menus[0].actions()}
    assert named["As the system"].isChecked()
    named["Headphones"].trigger()
    assert player.device == "Headphones"


def test_the_bar_offers_versions_once_there_are_some(
    view: SoundView, player: FakePlayer, recording: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    bar = SoundBar(view)
    qtbot.addWidget(bar)
    bar.show()
    assert not bar.sources.isVisible()
    view.show_recording(recording, sounds.save(tmp_path / "b.wav", sounds.speech(SECONDS, 2)))
    assert bar.sources.isVisible()
    bar.sources.buttons[Source.DIFFERENCE].click()
    assert player.source == Source.DIFFERENCE
    assert not bar.remove.isVisible()
    view.set_regions(Regions([(1, 2)], SECONDS))
    view.choose_region(1)
    assert bar.remove.isVisible()
    bar.remove.click()
    assert len(view.regions) == 0
