"""The Voices page: from a dropped recording to the saved file, a preview, a voice, a rehearsal."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from engine import api
from engine.problems import Problem
from tests.ui import sounds, voices
from tests.ui.conftest import loaded
from tests.ui.fake_desk import FakeDesk
from tests.ui.fake_player import FakePlayer
from ui import theme
from ui.desk import State
from ui.pages.enrol import EnrolDialog, own_recordings
from ui.pages.voice_listening import gains
from ui.pages.voices import VoicesPage
from ui.player import Source, Track

SECONDS = 12.0
VOICE = ((1.0, 4.0), (6.0, 11.0))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return sounds.save(tmp_path / "talk.wav", [0.1, -0.1] * round(SECONDS * sounds.RATE / 2))


@pytest.fixture
def player(desk: FakeDesk) -> FakePlayer:
    return desk.player()


@pytest.fixture
def page(look: theme.Theme, desk: FakeDesk, qtbot: QtBot) -> VoicesPage:
    voices.answer_voices(desk, *VOICE, profiles=2)
    made = VoicesPage(desk)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    return made


def job(desk: FakeDesk, number: int = 1) -> Any:
    return next(item.job for item in desk.items() if item.id == number)


def texts(page: VoicesPage) -> str:
    for _ in range(3):
        QApplication.processEvents()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def done(page: VoicesPage, desk: FakeDesk, recording: Path, **changes: Any) -> Path:
    """Protect the recording and have it come out."""
    page.add((recording,))
    page.go()
    output = sounds.save(recording.with_stem("talk-protected"), [0.09] * 96_000)
    voices.finish(desk, desk.items()[0].id, output, **changes)
    return output


# ---- recordings -----------------------------------------------------------------------------


def test_it_invites_and_then_shows_what_was_added(page: VoicesPage, recording: Path) -> None:
    assert page.empty.isVisible()
    page.add((recording,))
    assert page.view.isVisible() and page.view.sketch is not None
    assert page.model.line(page.model[0]) == "0:12"
    assert list(page.view.regions) == list(VOICE)
    assert page.transport.button.isEnabled()
    assert page.panel.protect.text() == "Protect this recording"
    page.add((recording.with_name("more.wav"),))
    assert page.panel.protect.text() == "Protect 2 recordings"


def test_what_cannot_be_read_is_said_and_can_still_be_taken_off(
    page: VoicesPage, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no sound")
    page.add((broken,))
    assert "broken.mp3" in page.view.message
    assert not page.transport.button.isEnabled()
    page.list.remove_selected()
    assert page.empty.isVisible()


def test_sound_of_a_video_is_decoded_to_be_heard(
    page: VoicesPage, desk: FakeDesk, recording: Path
) -> None:
    desk.answers[api.CutSound] = lambda job: api.SoundClip(
        "original", recording, SECONDS, sounds.RATE, 1
    )
    page.add((recording.with_suffix(".m4a"),))
    assert page.view.file == recording
    assert page.current is not None and page.current.path.suffix == ".m4a"
    desk.answers[api.CutSound] = lambda job: Problem("recording.damaged", file="b.m4a")
    page.add((recording.with_name("b.m4a"),))
    assert "b.m4a" in page.view.message


def test_each_recording_keeps_its_place_and_its_regions(
    page: VoicesPage, player: FakePlayer, recording: Path
) -> None:
    other = sounds.save(recording.with_name("b.wav"), [0.1] * 40_000)
    page.add((recording, other))
    player.seek(7.0)
    page.view.chosen = 0
    page.view.remove_region()
    page.list.choose(1)
    assert player.position == 0
    page.list.choose(0)
    assert player.position == 7.0
    assert list(page.view.regions) == [VOICE[1]]


# ---- protecting -----------------------------------------------------------------------------


def test_from_the_drop_to_the_saved_file_by_keyboard_alone(
    page: VoicesPage, desk: FakeDesk, recording: Path, qtbot: QtBot
) -> None:
    page.add((recording,))
    assert page.list.view.hasFocus()
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert job(desk) == api.ProtectVoice(recording, desk.folder("data"), methods=("auto",))
    voices.finish(desk, 1, recording.with_stem("talk-protected"))
    assert "Saved as talk-protected.wav" in texts(page)
    assert page.panel.protect.text() == "Protect again"


def test_the_panel_decides_what_is_done(page: VoicesPage, desk: FakeDesk, recording: Path) -> None:
    panel = page.panel
    page.add((recording,))
    panel.strength.slider.setValue(2)
    for combo, text in (
        (panel.scene.combo, "Rain"),
        (panel.profile.combo, "Voice 2"),
        (panel.details.quality, "Fast"),
    ):
        combo.setCurrentIndex(combo.findText(text))
        combo.activated.emit(combo.currentIndex())
    panel.details._seed.setValue(7)
    page.view.chosen = 0
    page.view.remove_region()
    page.go()
    made = job(desk)
    assert (made.strength, made.scene, made.profile) == ("strong", "rain", "Voice 2")
    assert (made.quality, made.seed) == ("fast", 7)
    assert made.methods == ("cloneshield", "sceneguard")
    assert made.regions == (api.Span(*VOICE[1]),)
    assert "Everybody hears it" in panel.scene._words.text()
    assert desk.setting("voice_profile") == "Voice 2"


def test_the_stretch_at_the_cursor_is_heard_first(
    page: VoicesPage, desk: FakeDesk, player: FakePlayer, recording: Path
) -> None:
    page.add((recording,))
    player.seek(5.0)  # in a pause: the voice after it is meant
    page.go()
    _, wish, then, _ = desk.looks[0]
    assert wish.excerpt == api.Span(6.0, 12.0)
    assert page.panel.preview.text() == "Preparing the preview…"
    piece = sounds.save(wish.out, [0.1] * 48_000)
    then(api.VoiceResult(piece, None, None))
    assert player.playing and player.source == Source.PROTECTED
    assert player.track is not None
    assert (player.track.protected, player.track.start) == (piece, 6.0)
    assert player.loop == (6.0, 12.0)
    assert page.bar.sources.isVisible()
    assert "Preview" in page.transport._says.full
    player.set_loop(None)  # the user goes on: the whole is back
    assert player.track == Track(recording, None, player.track.gains)


def test_a_row_says_what_is_known_of_its_file(
    page: VoicesPage, desk: FakeDesk, recording: Path, qtbot: QtBot
) -> None:
    again, other = recording.with_stem("again"), recording.with_stem("other")
    desk.done = {again}
    page.add((recording, again, other))
    loaded(qtbot)
    assert [page.model.line(entry) for entry in page.model] == ["0:12", "Done before", "WAV"]


def test_the_button_stays_where_it_is_while_a_recording_is_read(
    page: VoicesPage, desk: FakeDesk, recording: Path, qtbot: QtBot
) -> None:
    draw = desk.answers.pop(api.SketchSound)
    page.add((recording,))
    loaded(qtbot)
    panel = page.panel
    assert panel.preview.isVisible() and not panel.preview.isEnabled()
    place = panel.protect.mapTo(page, panel.protect.pos())
    for _, job, then, _ in tuple(desk.looks):
        if isinstance(job, api.SketchSound):
            then(draw(job))
    loaded(qtbot)
    assert panel.preview.isEnabled()
    assert panel.protect.mapTo(page, panel.protect.pos()) == place


def test_a_preview_that_fails_is_said(page: VoicesPage, desk: FakeDesk, recording: Path) -> None:
    notices: list[str] = []
    desk.notice.connect(notices.append)
    page.add((recording,))
    page.preview()
    desk.looks[0][2](Problem("engine.memory"))
    assert len(notices) == 1 and page.panel.preview.isEnabled()


def test_progress_failure_retry_and_cancel(
    page: VoicesPage, desk: FakeDesk, recording: Path
) -> None:
    page.add((recording,))
    page.go()
    desk.run(1, 12, 40, eta=20)
    assert "Step 12 of 40" in texts(page)
    desk.fail(1, "file.missing", file="talk.wav")
    assert desk.sentence("file.missing", {"file": "talk.wav"}) in texts(page)
    page.panel.strength.slider.setValue(0)
    page.panel.outcome._retry.click()
    (item,) = desk.items()
    assert isinstance(item.job, api.ProtectVoice) and item.job.strength == "invisible"
    page.panel.outcome.busy.cancel.click()
    assert ("cancel", item.id) in desk.calls
    assert "Cancelled. Nothing was written." in texts(page)


# ---- the outcome ----------------------------------------------------------------------------


def test_the_result_has_every_figure_beside_its_control(
    page: VoicesPage, desk: FakeDesk, player: FakePlayer, recording: Path
) -> None:
    output = done(page, desk, recording, audible=True, scene="rain")
    said = texts(page)
    for part in ("0.71", "0.84", "0.83", "0.88", "0.983", "not a guarantee", "Rain"):
        assert part in said
    assert page.view.protected == output
    assert page.bar.sources.isVisible()
    assert player.track is not None and player.track.protected == output
    player.choose(Source.DIFFERENCE)
    assert "louder" in page.transport._says.full
    assert page.view.source == Source.DIFFERENCE


def test_no_effect_is_said_to_be_none(page: VoicesPage, desk: FakeDesk, recording: Path) -> None:
    done(page, desk, recording, similarity=0.82, drop_low=-0.02)
    assert "no measurable effect" in texts(page)


def test_loudness_is_matched_and_the_difference_is_not_blown_up_without_end() -> None:
    made = gains({"original": -20.0, "protected": -18.0, "difference": -60.0})
    assert made[Source.PROTECTED] == pytest.approx(10 ** (-2 / 20))
    assert made[Source.DIFFERENCE] == pytest.approx(10 ** (24 / 20))
    assert gains({"original": None}) == {}


def test_a_rehearsal_is_shown_and_its_clips_can_be_heard(
    page: VoicesPage, desk: FakeDesk, player: FakePlayer, recording: Path, tmp_path: Path
) -> None:
    output = done(page, desk, recording)
    player.seek(3.0)
    clones = page.panel.outcome.clones
    clones.start.click()
    made = job(desk, 2)
    assert isinstance(made, api.RehearseVoice)
    assert (made.file, made.protected) == (recording, output)
    desk.run(2, 1, 3)
    clones._busy.cancel.click()
    assert ("cancel", 2) in desk.calls
    desk.change(2, state=State.DONE, result=voices.rehearsal(tmp_path), progress=None)
    said = texts(page)
    for part in ("0.52", "0.74", "MP3 128", "8 kHz and back"):
        assert part in said
    clips = [b for b in clones.findChildren(QPushButton) if b.accessibleName().startswith("Play")]
    assert len(clips) == 6
    clips[1].click()
    assert player.playing and player.track == Track(tmp_path / "protected-1.wav")
    assert not page.view.playhead
    assert page.transport._says.full == "Playing a clip"
    player.end()
    assert player.position == 3.0 and page.view.playhead
    assert player.track is not None and player.track.original == recording


@pytest.mark.parametrize(
    ("white", "drop_low", "words"),
    [
        (0.70, 0.12, "clones of your file sound less like you."),
        (0.50, 0.12, "less like you, but noise of the same strength does as much."),
        (0.70, -0.02, "sound as much like you as before: no effect."),
    ],
)
def test_clones_count_as_less_like_the_voice_only_beyond_noise(
    page: VoicesPage, desk: FakeDesk, recording: Path, tmp_path: Path,
    white: float, drop_low: float, words: str,
) -> None:  # fmt: skip
    done(page, desk, recording)
    page.panel.outcome.clones.start.click()
    result = voices.rehearsal(tmp_path)
    clone = dataclasses.replace(result.clones[0], white=white, drop_low=drop_low)
    result = dataclasses.replace(result, clones=(clone,))
    desk.change(2, state=State.DONE, result=result, progress=None)
    assert words in texts(page)


# ---- voices and scenes ----------------------------------------------------------------------


def test_just_the_ambience_can_be_heard(
    page: VoicesPage, desk: FakeDesk, player: FakePlayer, recording: Path, tmp_path: Path
) -> None:
    page.add((recording,))
    scene = page.panel.scene
    assert not scene.listen.isEnabled()
    scene.combo.setCurrentIndex(scene.combo.findText("My garden"))
    scene.combo.activated.emit(scene.combo.currentIndex())
    clip = tmp_path / "scene.wav"
    desk.answers[api.PlayScene] = lambda job: api.SoundClip(job.scene, clip, 10, 24_000, 1)
    scene.listen.click()
    assert player.playing and player.track == Track(clip)


@pytest.fixture
def dialog(page: VoicesPage) -> EnrolDialog:
    page.panel.profile.learn.click()
    found = page.findChild(EnrolDialog)
    assert isinstance(found, EnrolDialog)
    return found


def test_a_voice_is_learnt_from_the_microphone(
    page: VoicesPage, desk: FakeDesk, dialog: EnrolDialog
) -> None:
    recorder = desk.recorder()
    assert not dialog.go_on.isEnabled()
    dialog.record.click()
    assert recorder.recording and dialog.record.text() == "Stop"
    recorder.level.emit(0.01, 5.0)
    assert "Very quiet" in dialog.state.text()
    recorder.level.emit(1.0, 6.0)
    assert "Too loud" in dialog.state.text()
    recorder.level.emit(0.3, 20.0)
    assert "40 s more" in dialog.state.text()
    recorder.level.emit(0.3, 70.0)
    assert "enough" in dialog.state.text()
    recorder.level.emit(0.3, 120.0)  # it stops by itself
    assert not recorder.recording
    dialog.name.setText("Ada")
    dialog.go_on.click()
    made = job(desk)
    assert isinstance(made, api.EnrolVoice)
    assert (made.name, made.home) == ("Ada", desk.folder("data"))
    assert made.files[0].is_file()
    desk.change(1, state=State.DONE, result=None, progress=None)
    assert not made.files[0].exists()
    assert desk.setting("voice_profile") == "Ada"


def test_a_recording_that_is_not_used_is_not_kept(
    page: VoicesPage, desk: FakeDesk, dialog: EnrolDialog
) -> None:
    dialog.record.click()
    dialog.reject()
    assert not desk.recorder().recording
    assert list(own_recordings(desk).iterdir()) == []


def test_a_voice_is_learnt_from_files(
    page: VoicesPage, desk: FakeDesk, dialog: EnrolDialog, tmp_path: Path
) -> None:
    dialog._chosen((tmp_path / "a.wav", tmp_path / "b.wav"))
    assert "a.wav, b.wav" in dialog.state.text()
    dialog.go_on.click()
    assert job(desk).files == (tmp_path / "a.wav", tmp_path / "b.wav")


def test_no_microphone_is_a_sentence(desk: FakeDesk, dialog: EnrolDialog) -> None:
    desk.recorder().problem = Problem("sound.no-input")
    dialog.record.click()
    assert "microphone" in dialog.problem.text.text()
    assert dialog.record.text() == "Record"
    dialog.reject()


# ---- for everybody --------------------------------------------------------------------------


def test_every_control_has_a_name(page: VoicesPage, desk: FakeDesk, recording: Path) -> None:
    done(page, desk, recording)
    page.panel.details.head.click()
    page.panel.profile.learn.click()
    nameless = [
        type(widget).__name__
        for kind in (QAbstractButton, QComboBox, QSlider)
        for widget in page.findChildren(kind)
        if widget.isVisible() and not widget.accessibleName()
    ]
    assert nameless == []


def test_tab_reaches_everything(page: VoicesPage, desk: FakeDesk, recording: Path) -> None:
    done(page, desk, recording)
    page.list.view.setFocus()
    reached = set()
    for _ in range(60):
        QTest.keyClick(page.focusWidget() or page, Qt.Key.Key_Tab)
        reached.add(page.focusWidget())
    panel = page.panel
    wanted = {
        page.view,
        page.transport.button,
        page.transport.loop,
        page.transport.output,
        panel.strength.slider,
        panel.profile.combo,
        panel.scene.combo,
        panel.details.head,
        panel.protect,
        panel.outcome.clones.start,
        panel.outcome._result.reveal,
    }
    assert wanted <= reached


def test_the_page_speaks_another_language_at_once(
    page: VoicesPage, desk: FakeDesk, recording: Path, qtbot: QtBot
) -> None:

    from app.translations import Translations

    done(page, desk, recording)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    translations = Translations(app)
    try:
        translations.choose("zh_CN")
        loaded(qtbot)
        assert page.entry.title() == "声音"
        assert "Saved as" not in texts(page)
    finally:
        translations.choose("en")
