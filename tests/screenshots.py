"""Pictures of every state of the window: ``python -m tests.screenshots [STATE...]``.

Light and dark, English and Chinese, large and small, into the ignored folder ``.screenshots``.
The photos in them are drawn here, and nothing is computed: a stand-in takes the jobs.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea

from app.translations import Translations
from engine import api
from tests import face_screenshots, voice_screenshots
from tests.ui import check_results, pictures
from tests.ui.fake_desk import (
    CPU,
    KL,
    TINY,
    TINY_XL,
    UNET,
    VOICE,
    FakeDesk,
    model,
    photo_result,
    rehearsal_result,
    some_models,
)  # fmt: skip
from tests.ui.test_marks import ANA, receipt, verified
from ui import theme
from ui.background import background
from ui.desk import State
from ui.pages.check import CheckPage
from ui.pages.check_parts import Makers
from ui.pages.history import HistoryPage
from ui.pages.mark_pane import FilesPane
from ui.pages.marks import MarksPage
from ui.pages.models import ModelsPage
from ui.pages.photos import PhotosPage
from ui.pages.settings import SettingsPage
from ui.shell import MainWindow
from ui.widgets.small import Disclosure

FOLDER = Path(__file__).resolve().parents[1] / ".screenshots"
SIZES = (QSize(1440, 900), QSize(1024, 640))


def settle(milliseconds: int = 60) -> None:
    """Let the window work until nothing is being loaded."""
    loop = QEventLoop()
    while True:
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()
        if not background().busy:
            break
    for _ in range(3):  # layouts that were asked for by the last events
        QApplication.processEvents()


@dataclass
class Scene:
    """A window in front of a stand-in desk, and four photos on disk."""

    desk: FakeDesk
    window: MainWindow
    files: list[Path]
    cloak: QImage

    @property
    def photos(self) -> PhotosPage:
        page = self.window.page(PhotosPage)
        assert isinstance(page, PhotosPage)
        return page

    def drop(self, count: int = 4) -> None:
        self.window.take(self.files[:count])
        settle()

    def protect(self) -> None:
        self.photos.go()
        self.desk.run(1, 38, eta=16)

    def finish(self, **more: object) -> None:
        output = self.files[0].with_name("evening-hill-protected.png")
        if not output.exists():
            pictures.save(self.cloak, output)
        self.desk.finish(1, output, **more)


def empty(scene: Scene) -> None:
    pass


def starting(scene: Scene) -> None:
    scene.desk.engine_state.emit("starting")
    scene.desk.ready(CPU)
    scene.desk.engine_state.emit("starting")


def waiting(scene: Scene) -> None:
    scene.drop()


def one(scene: Scene) -> None:
    scene.drop(1)


def dropping(scene: Scene) -> None:
    scene.drop(2)
    scene.window.veil.cover()


def running(scene: Scene) -> None:
    scene.drop()
    scene.protect()
    sunset = pictures.sunset(512, 512)
    scene.desk.pictures.emit(
        1,
        (
            pictures.preview("protected", pictures.cloaked(sunset, 4)),
            pictures.preview("difference", pictures.cloaked(pictures.shapes("#808080", "#808080"))),
            pictures.preview("seen-original", pictures.blurred(sunset, 64)),
            pictures.preview("seen-protected", pictures.cloaked(pictures.blurred(sunset, 40), 60)),
        ),
    )


def _done(scene: Scene) -> None:
    scene.drop()
    scene.protect()
    sunset = pictures.sunset(512, 512)
    scene.finish(
        pictures=(
            pictures.preview("seen-original", pictures.blurred(sunset, 64)),
            pictures.preview("seen-protected", pictures.cloaked(pictures.blurred(sunset, 40), 60)),
        ),
        notes=("location-stripped",),
    )
    scene.desk.run(2, 22, eta=24)
    settle()


def done(scene: Scene) -> None:
    _done(scene)


def difference(scene: Scene) -> None:
    _done(scene)
    scene.photos.bar.modes.buttons["difference"].click()


def seen(scene: Scene) -> None:
    _done(scene)
    scene.photos.bar.modes.buttons["seen"].click()


def zoomed(scene: Scene) -> None:
    _done(scene)
    scene.photos.compare.viewport.zoom_to(6)
    scene.photos.compare.setFocus()
    scene.photos.compare.set_split(0.35)


def _attacked(name: str) -> tuple[api.Picture, ...]:
    night = pictures.shapes("#101830", "#283868", QSize(384, 384))
    sunset = pictures.blurred(pictures.sunset(384, 384), 200)
    return (
        pictures.preview(f"control:{name}", night if name == "as-saved" else sunset),
        pictures.preview(f"attacked:{name}", pictures.cloaked(sunset, 50)),
    )


def _rehearse(scene: Scene) -> int:
    _done(scene)
    scene.photos.panel.rehearsal.start.click()
    number = scene.desk.items()[-1].id
    scene.photos.panel.scroll.ensureWidgetVisible(scene.photos.panel.rehearsal)
    return number


def rehearsing(scene: Scene) -> None:
    number = _rehearse(scene)
    progress = api.Progress(2, 12, "rehearse-edit", 24.0)
    scene.desk.change(number, state=State.RUNNING, progress=progress)
    scene.desk.pictures.emit(number, _attacked("as-saved"))
    settle()
    area = scene.photos.panel.scroll
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def rehearsed(scene: Scene) -> None:
    number = _rehearse(scene)
    item = scene.desk.items()[-1]
    assert isinstance(item.job, api.RehearsePhoto)
    found = (*_attacked("as-saved"), *_attacked("jpeg-75"))
    result = rehearsal_result(item.job, pictures=found)
    scene.desk.change(number, state=State.DONE, result=result, progress=None)
    settle()
    scene.photos.panel.rehearsal.tables["purify"].choose("jpeg-75")
    settle()
    area = scene.photos.panel.scroll
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def rehearsed_edit(scene: Scene) -> None:
    rehearsed(scene)
    table = scene.photos.panel.rehearsal.tables["edit"]
    table.choose("as-saved")
    table.view.setFocus()
    settle()
    scene.photos.panel.scroll.ensureWidgetVisible(table, 0, 260)


def no_effect(scene: Scene) -> None:
    scene.drop(1)
    scene.protect()
    scene.finish(shift=0.31)


def failed(scene: Scene) -> None:
    scene.drop()
    scene.protect()
    scene.desk.fail(1, "engine.died")


def cancelled(scene: Scene) -> None:
    scene.drop()
    scene.protect()
    scene.desk.cancel(1)


def unfinished(scene: Scene) -> None:
    scene.drop(2)


def painting(scene: Scene) -> None:
    scene.drop(2)
    scene.photos.bar.set_painting(True)
    view = scene.photos.compare
    view.set_brush(150)
    view.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Left):
        view.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def many(scene: Scene) -> None:
    folder = scene.files[0].parent / "many"
    if not folder.exists():
        for number in range(36):
            colours = (f"#{(number * 523) % 200 + 40:02x}80a0", "#304050")
            image = pictures.shapes(*colours, QSize(300, 200))
            pictures.save(image, folder / f"contact-sheet-{number:04}.png")
    names = [*sorted(folder.glob("*.png"))]
    names += [folder / f"contact-sheet-{number:04}.png" for number in range(36, 1204)]
    scene.photos.add(tuple(names))
    scene.photos.go()
    for number in range(1, 12):
        scene.desk.finish(number, names[number - 1], seconds=38)
    scene.desk.fail(12, "file.missing", file=names[11].name)
    scene.desk.run(13, 20, eta=22)
    scene.photos.list.choose(12)


def jobs(scene: Scene) -> None:
    _done(scene)
    scene.desk.fail(3, "folder.unwritable", folder="/media/card/DCIM")
    scene.window.status.jobs.click()
    scene.window.jobs.view.setCurrentIndex(scene.window.jobs.model.index(2))


def details(scene: Scene) -> None:
    scene.drop(1)
    scene.photos.panel.details.head.click()
    scene.photos.panel.details.head.setFocus()


def notice(scene: Scene) -> None:
    scene.drop(2)
    scene.desk.notice.emit(scene.window.tr("There are no photos in what you added."))


def no_preview(scene: Scene) -> None:
    file = scene.files[0].with_name("IMG_2041.heic")
    file.write_bytes(b"not for Qt")
    scene.window.take([file])


def first_offer(scene: Scene) -> None:
    scene.desk.show_models(some_models())


def _models(scene: Scene, *changed: api.ModelState, rate: float | None = 3.2e6) -> ModelsPage:
    scene.desk.show_models(some_models(*changed, rate=rate))
    page = scene.window.open_page(ModelsPage)
    settle()
    return page


def models_empty(scene: Scene) -> None:
    scene.window.open_page(ModelsPage)


def models_recommended(scene: Scene) -> None:
    _models(scene, rate=None)


def models_downloading(scene: Scene) -> None:
    page = _models(
        scene,
        model(VOICE, "voice", standing="installed", on_disk=83_300_000),
        model(KL, standing="partial", on_disk=120_000_000, size=334_600_000),
        model(UNET, recommended=False, standing="damaged", damaged=("unet/config.json",)),
    )
    page.download(TINY, TINY_XL)
    scene.desk.change(
        1,
        state=State.RUNNING,
        progress=api.Progress(3_600_000, 9_800_000, "download", eta=14, rate=440_000),
    )
    scene.desk.fail(2, "store.unreachable", host="huggingface.co")
    scene.window.status.jobs.click()
    settle()
    bar = page.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum() // 2)


def models_consent(scene: Scene) -> None:
    _models(scene, model(KL, recommended=False, consent="needed", gated=True)).download(UNET)


def models_computing(scene: Scene) -> None:
    speed = api.SpeedResult("auto", "NVIDIA RTX 4070", 0.1, 2.6)
    scene.desk.set_setting("speeds", (speed,))
    page = _models(scene)
    page.findChild(QScrollArea).ensureWidgetVisible(page.compute, 0, 40)


def models_offline(scene: Scene) -> None:
    scene.desk.set_setting("offline", True)
    scene.desk.set_setting("mirror", "https://models.example.org")
    _models(scene)


def _check(scene: Scene) -> CheckPage:
    return scene.window.open_page(CheckPage)


def check_empty(scene: Scene) -> None:
    _check(scene)


def check_running(scene: Scene) -> None:
    page = _check(scene)
    page.add(tuple(scene.files))
    known = dataclasses.replace(check_results.no_sign(scene.files[0]), pictures=())
    scene.desk.change(
        1, state=State.RUNNING, progress=api.Progress(7, 10, "stability", partial=known)
    )
    page.view.show_live((check_results.picture("seen"),))


def check_done(scene: Scene) -> None:
    page = _check(scene)
    page.add(tuple(scene.files))
    kinds = (check_results.no_sign, check_results.generated, check_results.voice)
    for number, kind in enumerate(kinds, 1):
        scene.desk.change(number, state=State.DONE, result=kind(scene.files[number - 1]))
    page.view.views.choose("heat")


def check_proof(scene: Scene) -> None:
    check_done(scene)
    page = _check(scene)
    page.list.choose(1)
    settle()
    page.view.findChildren(Disclosure)[-1].head.click()


def check_voice(scene: Scene) -> None:
    check_done(scene)
    _check(scene).list.choose(2)


def check_table(scene: Scene) -> None:
    check_done(scene)
    _check(scene).panel.all.click()


def check_makers(scene: Scene) -> None:
    check_voice(scene)
    settle()
    view = _check(scene).view
    view.ensureWidgetVisible(view.findChildren(Makers)[0])


def check_cameras(scene: Scene) -> None:
    check_done(scene)
    known = api.CamerasResult((api.CameraResult("My camera", 10, 7360, 4912, 0.04),))
    scene.desk.answers[api.ListCameras] = lambda job: known
    scene.desk.answers[api.ListDetectors] = lambda job: api.DetectorsResult(())
    _check(scene).panel.references.click()


def check_record(scene: Scene) -> None:
    check_done(scene)
    _check(scene).panel.record.click()


def settings(scene: Scene) -> None:
    scene.window.rail.buttons[-1].click()


def threats(scene: Scene) -> None:
    settings(scene)
    scene.window.page(SettingsPage).worth.click()


def log(scene: Scene) -> None:
    settings(scene)
    lines = [f"2026-01-02 03:04:{n:02} INFO engine.host: started" for n in range(30)]
    (scene.desk.folder("log") / "cloakroom.log").write_text("\n".join(lines), encoding="utf-8")
    scene.window.page(SettingsPage).read_log.click()


def history(scene: Scene) -> None:
    made = photo_result(scene.files[0], scene.files[0].with_stem("evening-hill-protected")).receipt
    other = dataclasses.replace(made, output="/pictures/portrait-protected.jpg", seconds=61.0)
    voice = dataclasses.replace(made, kind="protect-voice", output="/talks/talk-protected.wav")
    scene.desk.receipts = (made, other, voice)
    scene.window.open_page(HistoryPage)


def _marks(scene: Scene, tab: str) -> FilesPane:
    known = api.IdentitiesResult((ANA,), keychain=True, locked=False)
    scene.desk.answers[api.ListIdentities] = lambda job: known
    page = scene.window.open_page(MarksPage)
    page.show_tab(tab)
    page.add(tuple(scene.files[:2]))
    settle()
    pane = {"mark": page.mark, "verify": page.verify, "clean": page.clean}[tab]
    assert isinstance(pane, FilesPane)
    pane.go()
    return pane


def marks_empty(scene: Scene) -> None:
    scene.window.rail.buttons[2].click()


def marks_done(scene: Scene) -> None:
    _marks(scene, "mark")
    output = pictures.save(scene.cloak, scene.files[0].with_stem("evening-hill-marked"))
    survival = {"as-saved": 1e-75, "jpeg-50": 3e-31, "resize-0.5": 2e-12}
    made = receipt(scene.files[0])
    result = api.MarkResult(output, "Ana", "00c0ffee00c0ffee", 1, "pixel", 38.2, survival, made)
    scene.desk.change(1, state=State.DONE, result=result)


def marks_verified(scene: Scene) -> None:
    _marks(scene, "verify")
    shown = (
        check_results.picture("received", 480, 320),
        check_results.picture("work", 480, 320),
        check_results.picture("heat", 480, 320),
    )
    scene.desk.change(1, state=State.DONE, result=verified(scene.files[0], pictures=shown))


def marks_cleaned(scene: Scene) -> None:
    _marks(scene, "clean")
    output = pictures.save(scene.cloak, scene.files[0].with_stem("evening-hill-sanitised"))
    effect = {
        "least-significant-bits": (1.0, 0.501, 0.5),
        "pixel-mark": (1.0, 0.95, 1.0),
        "known-decoder": (1.0, 0.08, 0.93),
        "other-decoder": (1.0, 0.66, 0.95),
    }
    made = receipt(scene.files[0])
    result = api.SanitiseResult(output, 0.0275, 33.2, effect, made)
    scene.desk.change(1, state=State.DONE, result=result)


def marks_hidden(scene: Scene) -> None:
    marks_cleaned(scene)
    page = scene.window.page(MarksPage)
    page.clean.hidden.identity.refresh()
    page.clean.advanced.head.setChecked(True)
    page.clean.panel.scroll.verticalScrollBar().setValue(9999)


STATES: dict[str, Callable[[Scene], None]] = {
    made.__name__: made
    for made in (
        *(empty, starting, waiting, one, dropping, running, done, difference, seen, zoomed),
        *(rehearsing, rehearsed, rehearsed_edit),
        *face_screenshots.STATES,
        *(no_effect, failed, cancelled, unfinished, painting, many, jobs, details, notice),
        *(no_preview, settings, threats, log, history, first_offer),
        *(marks_empty, marks_done, marks_verified, marks_cleaned, marks_hidden),
        *voice_screenshots.STATES,
        *(models_empty, models_recommended, models_downloading, models_consent, models_offline),
        models_computing,
        *(check_empty, check_running, check_done, check_proof, check_voice),
        *(check_table, check_makers, check_cameras, check_record),
    )
}


def shoot(name: str, size: QSize, files: list[Path], cloak: QImage, home: Path) -> QImage:
    """The window in state ``name``, with the theme and language that are in force."""
    desk = FakeDesk(home)
    if name == "unfinished":
        desk.left_over(*files[1:])
    window = MainWindow(desk)
    window.resize(size)
    window.show()
    desk.ready()
    STATES[name](Scene(desk, window, files, cloak))
    settle()
    image = window.grab().toImage()
    for dialog in window.findChildren(QDialog):
        painter = QPainter(image)
        picture = dialog.grab()
        painter.drawPixmap((image.width() - picture.width()) // 2, 120, picture)
        painter.end()
    window.close()
    window.deleteLater()
    settle(1)
    return image


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("states", nargs="*", metavar="STATE", help="; ".join(STATES))
    parser.add_argument("--theme", choices=theme.SCHEMES, action="append")
    parser.add_argument("--language", choices=("en", "zh_CN"), action="append")
    parser.add_argument("--width", type=int, action="append", help="1440 or 1024")
    chosen = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    translations = Translations(app)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        sunset = pictures.sunset()
        files = [
            pictures.save(sunset, home / "evening-hill.png"),
            pictures.save(pictures.shapes("#9ab3a0", "#46685c"), home / "sheet-02.tif"),
            pictures.save(pictures.shapes("#d8c4a0", "#a8684c"), home / "portrait.jpg"),
            pictures.save(pictures.shapes("#7c86a8", "#2e3454"), home / "IMG_2041.jpg"),
        ]
        cloak = pictures.cloaked(sunset)
        for mode in chosen.theme or ("light", "dark"):
            theme.install(app, mode)
            for language in chosen.language or ("en", "zh_CN"):
                translations.choose(language)
                for size in SIZES:
                    if chosen.width and size.width() not in chosen.width:
                        continue
                    for name in chosen.states or STATES:
                        image = shoot(name, size, files, cloak, home)
                        image.save(str(FOLDER / f"{name}-{mode}-{language}-{size.width()}.png"))
    background().close()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")


if __name__ == "__main__":
    main()
