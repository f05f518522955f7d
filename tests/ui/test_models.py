"""The Models page and the first-run card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QComboBox, QDialog
from pytestqt.qtbot import QtBot

from engine import api
from tests.ui.conftest import loaded
from tests.ui.fake_desk import KL, TINY, TINY_XL, UNET, VOICE, FakeDesk, model, some_models
from ui.desk import State
from ui.model_jobs import Standing
from ui.pages.first_offer import FirstOffer
from ui.pages.model_dialogs import ConsentDialog, RemovalBox
from ui.pages.models import ModelsPage
from ui.pages.photos import PhotosPage
from ui.shell import MainWindow

RECOMMENDED = (TINY, TINY_XL, VOICE)


@pytest.fixture
def models(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> Iterator[ModelsPage]:
    found = window.open_page(ModelsPage)
    desk.show_models(some_models(rate=2e6))
    qtbot.waitUntil(lambda: len(found.rows) == 5)
    loaded(qtbot)
    yield found
    if found.dialog is not None:
        close(found.dialog)


def close(dialog: QDialog) -> None:
    dialog.reject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def queued(desk: FakeDesk) -> list[api.Job]:
    return [item.job for item in desk.items()]


def standing(page: ModelsPage, id: str, qtbot: QtBot) -> tuple[Standing, str, str]:
    loaded(qtbot)
    row = page.rows[id]
    main = row.main.text() if row.main.isVisible() else ""
    return row.standing, row.state.text(), main


def test_rows_are_made_a_few_at_a_time(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    page = window.page(ModelsPage)
    made = []
    page._making.timeout.connect(lambda: made.append(len(page.rows)))
    desk.show_models(some_models())
    assert page.rows == {}
    qtbot.waitUntil(lambda: len(page.rows) == 5)
    assert made == [2, 4, 5] and not page._making.isActive()
    desk.show_models(some_models())
    assert not page._making.isActive()


def test_the_recommended_come_first_and_are_fetched_together(
    models: ModelsPage, desk: FakeDesk, qtbot: QtBot
) -> None:
    assert ("refresh_models",) in desk.calls
    assert list(models.rows)[:3] == list(RECOMMENDED)
    assert models.offer.title.text() == "Recommended for this computer"
    assert models.offer.text.text() == (
        "103 MB, about 51 s.\nMakes protection stronger against AI editing, training on your "
        "style, voice cloning."
    )
    models.offer.accept.click()
    assert queued(desk) == [api.DownloadModel(id) for id in RECOMMENDED]
    loaded(qtbot)
    assert not models.offer.accept.isVisible()
    assert models.offer.title.text() == "The recommended models are on their way"
    models.download(TINY)
    assert len(desk.items()) == 3


def test_a_download_is_followed_paused_and_resumed(
    models: ModelsPage, desk: FakeDesk, qtbot: QtBot
) -> None:
    assert standing(models, TINY, qtbot) == (Standing.ABSENT, "", "Download")
    row = models.rows[TINY]
    row.main.click()
    assert standing(models, TINY, qtbot) == (Standing.WAITING, "Waiting", "Pause")
    progress = api.Progress(2_500_000, 9_800_000, "download", eta=15, rate=500_000)
    desk.change(1, state=State.RUNNING, progress=progress)
    said = "2.5 MB of 9.8 MB · 500 kB per second · 15 s left"
    assert standing(models, TINY, qtbot) == (Standing.DOWNLOADING, said, "Pause")
    row.main.click()
    assert ("cancel", 1) in desk.calls
    desk.show_models(some_models(model(TINY, standing="partial", on_disk=2_500_000)))
    said = "Paused: 2.5 MB of 9.8 MB are here"
    assert standing(models, TINY, qtbot) == (Standing.PAUSED, said, "Resume")
    row.main.click()
    assert queued(desk)[-1] == api.DownloadModel(TINY)
    desk.change(2, state=State.DONE)
    desk.show_models(some_models(model(TINY, standing="installed", on_disk=9_800_000)))
    assert standing(models, TINY, qtbot) == (Standing.READY, "Ready", "")
    assert [action.text() for action in row.menu().actions()] == ["Check its files", "Remove…"]


def test_a_failed_download_says_why_and_can_be_retried(
    models: ModelsPage, desk: FakeDesk, qtbot: QtBot
) -> None:
    models.download(TINY)
    desk.fail(1, "store.unreachable", host="huggingface.co")
    assert standing(models, TINY, qtbot) == (Standing.ABSENT, "", "Retry")
    problem = models.rows[TINY]._problem
    assert problem.isVisible() and "huggingface.co cannot be reached" in problem.text.text()
    models.rows[TINY].main.click()
    loaded(qtbot)
    assert queued(desk)[-1] == api.DownloadModel(TINY) and not problem.isVisible()


def test_a_damaged_model_is_offered_for_repair(
    models: ModelsPage, desk: FakeDesk, qtbot: QtBot
) -> None:
    damaged = model(TINY, standing="damaged", on_disk=9_800_000, damaged=("a.safetensors",))
    desk.show_models(some_models(damaged))
    said = "Damaged, not used: a.safetensors"
    assert standing(models, TINY, qtbot) == (Standing.DAMAGED, said, "Repair")
    models.rows[TINY].main.click()
    assert queued(desk) == [api.DownloadModel(TINY)]


def test_licences_are_agreed_to_before_anything_is_fetched(
    models: ModelsPage, desk: FakeDesk
) -> None:
    models.rows[UNET].main.click()
    dialog = models.dialog
    assert isinstance(dialog, ConsentDialog) and desk.items() == ()
    assert not dialog.agree.isDefault()
    close(dialog)
    assert desk.items() == () and models.dialog is None
    models.rows[UNET].main.click()
    assert isinstance(models.dialog, ConsentDialog)
    models.dialog.agree.click()
    # What it needs comes first.
    assert queued(desk) == [api.DownloadModel(id, accept=True) for id in (KL, UNET)]


def test_what_was_agreed_to_is_not_asked_again(models: ModelsPage, desk: FakeDesk) -> None:
    desk.show_models(some_models(model(KL, recommended=False, consent="given")))
    models.download(KL)
    assert models.dialog is None and queued(desk) == [api.DownloadModel(KL)]


def test_removing_and_checking(models: ModelsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    here: dict[str, Any] = {"standing": "installed", "on_disk": 9_800_000}
    desk.show_models(some_models(model(TINY, required_by=(KL,), **here)))
    loaded(qtbot)
    row = models.rows[TINY]
    check, remove = row.menu().actions()
    check.trigger()
    assert queued(desk) == [api.VerifyModel(TINY)]
    desk.change(1, state=State.RUNNING, progress=api.Progress(0, 1, "verify"))
    assert standing(models, TINY, qtbot) == (Standing.BUSY, "Checking", "")
    desk.change(1, state=State.DONE)
    remove.trigger()
    box = models.dialog
    assert isinstance(box, RemovalBox)
    assert "9.8 MB" in box.informativeText() and "kl-sd15" in box.informativeText()
    close(box)
    assert len(desk.items()) == 1
    models.remove(TINY)
    assert isinstance(models.dialog, RemovalBox)
    models.dialog.remove.click()
    assert queued(desk)[1:] == [api.RemoveModel(TINY)]


def test_files_the_user_has_need_the_licence_all_the_same(
    models: ModelsPage, desk: FakeDesk, tmp_path: Path
) -> None:
    models.use_own(tmp_path, TINY)
    assert queued(desk) == [api.ImportModel(tmp_path, TINY)]
    models.use_own(tmp_path, KL)
    assert isinstance(models.dialog, ConsentDialog)
    models.dialog.agree.click()
    assert queued(desk)[1:] == [api.ImportModel(tmp_path, KL, accept=True)]


def test_files_that_turn_out_to_need_a_licence_ask_for_it(
    models: ModelsPage, desk: FakeDesk, tmp_path: Path
) -> None:
    models.use_own(tmp_path)
    assert queued(desk) == [api.ImportModel(tmp_path)]
    desk.fail(1, "store.consent", id=KL, licence="x", url="y")
    assert isinstance(models.dialog, ConsentDialog) and desk.items() == ()
    models.dialog.agree.click()
    assert queued(desk) == [api.ImportModel(tmp_path, KL, accept=True)]


def test_what_belongs_to_no_model_is_said_at_the_top(
    models: ModelsPage, desk: FakeDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    models.use_own(tmp_path)
    desk.fail(1, "import.unknown", file="a.ckpt")
    loaded(qtbot)
    assert models.problem.isVisible() and "a.ckpt is none of" in models.problem.text.text()


def test_the_mirror_is_chosen_or_entered(models: ModelsPage, desk: FakeDesk) -> None:
    mirror = models.settings.mirror
    names = [mirror.choice.itemText(n) for n in range(mirror.choice.count())]
    assert names == ["The model hub itself", "Mirror hf-mirror.com", "Another address…"]
    mirror.choice.setCurrentIndex(1)
    mirror.choice.activated.emit(1)
    assert desk.setting("mirror") == "https://hf-mirror.com" and not mirror.address.isVisible()
    mirror.choice.setCurrentIndex(2)
    mirror.choice.activated.emit(2)
    assert mirror.address.isVisible()
    mirror.address.setText("mirror.example")
    mirror.address.editingFinished.emit()
    assert desk.setting("mirror") == "https://hf-mirror.com" and mirror._wrong.isVisible()
    mirror.address.setText("https://mirror.example/")
    mirror.address.editingFinished.emit()
    assert desk.setting("mirror") == "https://mirror.example" and not mirror._wrong.isVisible()
    mirror.choice.setCurrentIndex(0)
    mirror.choice.activated.emit(0)
    assert desk.setting("mirror") == ""


def test_offline_nothing_can_be_started(models: ModelsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    models.settings.offline.click()
    loaded(qtbot)
    assert desk.setting("offline") is True
    assert not models.rows[TINY].main.isEnabled() and not models.offer.accept.isVisible()
    assert "Offline mode is on" in models.offer.text.text()
    models.settings.offline.click()
    loaded(qtbot)
    assert models.rows[TINY].main.isEnabled() and models.offer.accept.isVisible()


def test_moving_and_memory(
    models: ModelsPage, desk: FakeDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    settings = models.settings
    assert settings._disk.text() == "212 GB free on its disk"
    assert "RTX 4070 · 6.1 of 12.0 GB free" in models.compute.devices.text()
    models.compute.free.click()
    assert ("free_memory",) in desk.calls
    assert settings.move_folder.isEnabled()
    settings.move.emit(tmp_path)
    assert queued(desk) == [api.MoveModels(tmp_path)]
    loaded(qtbot)
    assert not settings.move_folder.isEnabled() and not models.rows[TINY].main.isEnabled()


def offered(choice: QComboBox) -> list[str]:
    return [choice.itemText(n) for n in range(choice.count())]


def test_precision_is_what_the_device_has(models: ModelsPage, desk: FakeDesk, qtbot: QtBot) -> None:
    choice = models.compute.precision
    half = ["Half (bfloat16)", "Half (float16)"]
    assert offered(choice) == ["Automatic", "Full (float32)", *half]
    choice.setCurrentIndex(3)
    choice.activated.emit(3)
    assert desk.setting("precision") == "float16"
    desk.set_setting("device", "cpu")
    loaded(qtbot)
    assert offered(choice)[2:] == ["Half (bfloat16)", "Half (float16), not on this device"]
    assert choice.currentIndex() == 3
    desk.set_setting("precision", "auto")
    loaded(qtbot)
    assert offered(choice) == ["Automatic", "Full (float32)", "Half (bfloat16)"]


def test_when_models_leave_memory(models: ModelsPage, desk: FakeDesk) -> None:
    choice = models.compute.unload
    assert choice.currentText() == "Unload models after 10 min without work"
    choice.setCurrentIndex(3)
    choice.activated.emit(3)
    assert desk.setting("unload_minutes") == 0
    assert choice.currentText() == "Keep models until the program ends"


def test_the_speed_of_the_device_is_measured_once_and_told(
    models: ModelsPage, desk: FakeDesk, qtbot: QtBot
) -> None:
    compute = models.compute
    assert compute.speed.text() == "Not measured on this device yet."
    compute.measure.click()
    loaded(qtbot)
    assert queued(desk) == [api.MeasureSpeed("auto")]
    assert not compute.measure.isEnabled() and compute.speed.text() == "Measuring…"
    desk.set_setting("speeds", (api.SpeedResult("auto", "NVIDIA RTX 4070", 0.1, 2.6),))
    desk.change(1, state=State.DONE)
    loaded(qtbot)
    assert compute.measure.isEnabled()
    assert compute.speed.text() == (
        "About 3 s to protect a photo of 512 × 512 pixels. Measured on NVIDIA RTX 4070."
    )
    desk.set_setting("device", "cpu")
    loaded(qtbot)
    assert compute.speed.text() == "Not measured on this device yet."


def test_the_end_of_a_model_job_is_announced_once(
    models: ModelsPage, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("ui.pages.models.announce", lambda _, sentence: said.append(sentence))
    models.download(TINY)
    result = api.ModelResult(model(TINY, standing="installed"), ("pinned-now",))
    desk.change(1, state=State.DONE, result=result)
    desk.change(1, result=result)
    assert said == [
        "Download: Picture encoder · taesd-sd1: Done Its newest version was taken; "
        "from now on exactly this one is kept."
    ]


def test_model_jobs_have_words_of_their_own_in_the_list(
    window: MainWindow, models: ModelsPage, desk: FakeDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.submit(
        (
            api.DownloadModel(TINY),
            api.VerifyModel(KL),
            api.RemoveModel(VOICE),
            api.ImportModel(tmp_path / "x.ckpt"),
            api.MoveModels(tmp_path),
        )
    )
    desk.change(2, state=State.DONE)
    jobs = window.jobs.model
    shown = [jobs.index(row).data() for row in range(jobs.rowCount())]
    assert shown == [
        "Download: Picture encoder · taesd-sd1",
        "Check: Picture encoder · kl-sd15",
        "Remove: Voice recogniser · ecapa-voxceleb",
        "Take in: x.ckpt",
        f"Move models to {tmp_path}",
    ]
    assert jobs.line(desk.items()[1]) == "Done"
    assert len(window.page(PhotosPage).model) == 0


# ---- the first-run card ----------------------------------------------------------------------


@pytest.fixture
def card(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> FirstOffer:
    found = window.page(PhotosPage).first
    assert not found.isVisible()
    desk.show_models(some_models())
    loaded(qtbot)
    return found


def test_the_first_start_offers_the_small_photo_models(
    card: FirstOffer, window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    assert card.isVisible()
    assert card.text.text() == (
        "20 MB, about 10 s at 2.0 MB per second.\n"
        "Makes protection stronger against AI editing, training on your style."
    )
    card.accept.click()
    loaded(qtbot)
    assert queued(desk) == [api.DownloadModel(TINY), api.DownloadModel(TINY_XL)]
    assert not card.isVisible() and desk.setting("models_offered") is True
    assert window.status._says.full == "The download has started. The Models page shows it."


def test_the_card_is_sent_away_for_good(card: FirstOffer, desk: FakeDesk, qtbot: QtBot) -> None:
    card.dismiss.click()
    loaded(qtbot)
    assert not card.isVisible() and desk.items() == ()
    assert desk.setting("models_offered") is True
    desk.show_models(some_models())
    loaded(qtbot)
    assert not card.isVisible()


@pytest.mark.parametrize("why", ["offline", "here"])
def test_the_card_stays_away_where_there_is_nothing_to_offer(
    card: FirstOffer, desk: FakeDesk, qtbot: QtBot, why: str
) -> None:
    if why == "offline":
        desk.set_setting("offline", True)
    else:
        here = [model(id, standing="installed") for id in (TINY, TINY_XL)]
        desk.show_models(some_models(*here))
    loaded(qtbot)
    assert not card.isVisible()
