"""The states of the Voices page that ``tests.screenshots`` takes pictures of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import api
from engine.problems import Problem
from tests.ui import sounds, voices
from tests.ui.fake_desk import FakeDesk
from ui.desk import State
from ui.pages.voices import VoicesPage
from ui.player import Source

VOICE = ((0.6, 8.4), (9.2, 19.5), (21.0, 29.0))


def open_page(scene: Any) -> VoicesPage:
    page = scene.window.open_page(VoicesPage)
    assert isinstance(page, VoicesPage)
    return page


def recordings(scene: Any) -> list[Path]:
    """Three files, made once."""
    folder = scene.files[0].parent / "recordings"
    first = folder / "interview-take-3.wav"
    if not first.exists():
        sounds.save(first, sounds.speech(30))
        sounds.save(folder / "interview-take-3-protected.wav", sounds.speech(30, noise=0.0015))
        sounds.save(folder / "trailer.wav", sounds.speech(12, seed=2))
        sounds.save(folder / "episode-41.wav", sounds.speech(20, seed=3))
    return [first, folder / "trailer.wav", folder / "episode-41.wav"]


def drop(scene: Any, count: int = 3) -> VoicesPage:
    voices.answer_voices(scene.desk, *VOICE, profiles=1)
    page = open_page(scene)
    page.add(tuple(recordings(scene)[:count]))
    page.view.player.seek(12.3)
    return page


def protect(scene: Any) -> VoicesPage:
    page = drop(scene)
    page.go()
    scene.desk.change(1, state=State.RUNNING, progress=api.Progress(38, 60, "optimise", eta=16))
    return page


def finish(window: Any, **more: Any) -> VoicesPage:
    page = protect(window)
    first = recordings(window)[0]
    voices.finish(window.desk, 1, first.with_name("interview-take-3-protected.wav"), **more)
    return page


def voices_empty(scene: Any) -> None:
    open_page(scene)


def voices_waiting(scene: Any) -> None:
    drop(scene)


def voices_reading(scene: Any) -> None:
    page = open_page(scene)
    page.add(tuple(recordings(scene)))
    page.view.progress = 0.42
    page.view.redraw()


def voices_running(scene: Any) -> None:
    protect(scene)


def voices_preview(scene: Any) -> None:
    page = drop(scene)
    page.preview()
    then = next(look[2] for look in scene.desk.looks if isinstance(look[1], api.ProtectVoice))
    then(api.VoiceResult(recordings(scene)[1], None, None))
    scene.desk.player().advance(2.2)


def voices_done(scene: Any) -> None:
    finish(scene)


def voices_difference(scene: Any) -> None:
    finish(scene, audible=True, scene="rain")
    scene.desk.player().choose(Source.DIFFERENCE)


def voices_no_effect(scene: Any) -> None:
    finish(scene, similarity=0.82, drop_low=-0.02)


def voices_zoomed(scene: Any) -> None:
    page = finish(scene)
    page.view.setFocus()
    page.view.zoom_by(16)
    page.view.choose_region(1)
    page.view.choose_region(1)
    scene.desk.player().set_loop((9.6, 10.4))
    scene.desk.player().choose(Source.PROTECTED)


def voices_rehearsed(scene: Any) -> None:
    page = finish(scene)
    page.rehearse()
    result = voices.rehearsal(recordings(scene)[0].parent)
    number = max(item.id for item in scene.desk.items())
    scene.desk.change(number, state=State.DONE, result=result, progress=None)
    bar = page.panel.scroll.verticalScrollBar()
    from tests.screenshots import settle

    settle()
    bar.setValue(bar.maximum())


def voices_failed(scene: Any) -> None:
    protect(scene)
    scene.desk.fail(1, "engine.memory")


def voices_details(scene: Any) -> None:
    page = drop(scene, 1)
    combo = page.panel.scene.combo
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    page.panel.details.head.click()


def voices_silent(scene: Any) -> None:
    page = drop(scene, 1)
    desk: FakeDesk = scene.desk
    desk.player().problem = Problem("sound.no-output")
    page.transport.button.click()


def voices_enrol(scene: Any) -> None:
    page = drop(scene, 1)
    page.panel.profile.learn.click()
    recorder = scene.desk.recorder()
    recorder.start(recordings(scene)[0].with_name("new.wav"))
    recorder.level.emit(0.4, 22.0)
    from ui.pages.enrol import EnrolDialog

    dialog = page.findChild(EnrolDialog)
    assert isinstance(dialog, EnrolDialog)
    dialog._show()


STATES = (
    *(voices_empty, voices_waiting, voices_reading, voices_running, voices_preview, voices_done),
    *(voices_difference, voices_no_effect, voices_zoomed, voices_rehearsed, voices_failed),
    *(voices_details, voices_silent, voices_enrol),
)
