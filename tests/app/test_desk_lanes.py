"""Two engines behind one list: photos go on while models are fetched, checked and removed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.lanes import STORE_EXIT
from app.settings import SettingsFile
from engine import api
from engine.workshop import NO_DEVICE
from tests.app.test_application_desk import Bench, done, job
from ui.desk import State

TAESD = api.DownloadModel("autoencoder-taesd-sd1")
ONE = api.Ticket(1)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.close()


def listing(folder: Path) -> api.ModelsResult:
    return api.ModelsResult(folder, (), "cpu", 1, 2, 3, None, ())


def test_a_download_and_a_photo_run_side_by_side(bench: Bench) -> None:
    bench.start()
    assert bench.store.started == 0 and bench.store.device == NO_DEVICE
    assert bench.store.idle_exit == STORE_EXIT
    download, photo, second = bench.desk.submit((TAESD, job("1"), job("2")))
    assert bench.store.jobs == [TAESD] and bench.store.started == 1
    assert bench.host.jobs == [job("1")]
    bench.tell(api.Started(ONE))
    bench.tell(api.Started(ONE), host=bench.store)
    assert bench.states() == {
        download: State.RUNNING, photo: State.RUNNING, second: State.WAITING
    }  # fmt: skip
    bench.tell(api.Finished(ONE, done(job("1"))))
    assert bench.states()[photo] is State.DONE and bench.states()[download] is State.RUNNING
    assert bench.host.jobs == [job("1"), job("2")]
    bench.desk.cancel(download)
    assert bench.store.cancelled == [ONE] and bench.host.cancelled == []


@pytest.mark.parametrize("taking", [api.RemoveModel("x"), api.MoveModels(Path("/there"))])
def test_what_takes_models_away_waits_for_photos_and_they_for_it(
    bench: Bench, taking: api.Job
) -> None:
    bench.start()
    first, away, second = bench.desk.submit((job("1"), taking, job("2")))
    assert bench.store.jobs == [] and bench.host.jobs == [job("1")]
    bench.tell(api.Started(ONE), api.Finished(ONE, done(job("1"))))
    assert bench.store.jobs == [taking] and bench.host.jobs == [job("1")]
    bench.tell(api.Started(ONE), api.Cancelled(ONE), host=bench.store)
    assert [type(asked) for asked in bench.host.jobs[1:]] == [api.ListModels, api.ProtectPhoto]
    assert bench.states() == {first: State.DONE, away: State.CANCELLED, second: State.WAITING}


def test_nothing_overtakes_a_job_that_waits_for_both(bench: Bench) -> None:
    bench.start()
    bench.desk.submit((TAESD, api.RemoveModel("x"), job("1")))
    assert bench.store.jobs == [TAESD] and bench.host.jobs == []
    bench.tell(api.Started(ONE), api.Cancelled(ONE), host=bench.store)
    assert bench.store.jobs == [TAESD, api.RemoveModel("x")]


def test_models_are_listed_where_nothing_is_in_the_way(bench: Bench, tmp_path: Path) -> None:
    bench.start()
    assert bench.desk.models() is None
    bench.desk.refresh_models()
    bench.desk.refresh_models()
    assert bench.host.jobs == [api.ListModels()] and bench.store.jobs == []
    bench.tell(api.Started(ONE), api.Finished(ONE, listing(tmp_path)))
    assert bench.desk.models() == listing(tmp_path)
    assert bench.of("models_changed") == [listing(tmp_path)]
    assert bench.desk.items() == ()
    bench.desk.submit((job("1"),))
    bench.desk.refresh_models()
    assert bench.store.jobs == [api.ListModels(device="cpu", free_memory=1)]
    bench.tell(api.Started(ONE), api.Finished(ONE, listing(tmp_path)), host=bench.store)
    assert len(bench.of("models_changed")) == 2


def test_a_model_job_starts_with_what_the_settings_say_then(bench: Bench, tmp_path: Path) -> None:
    bench.desk.submit((job(), TAESD))
    bench.desk.set_setting("mirror", "https://mirror.example")
    bench.desk.set_setting("models_folder", tmp_path)
    bench.start()
    assert bench.host.jobs == [job(folder=tmp_path)]
    wanted = dataclasses.replace(TAESD, folder=tmp_path, mirror="https://mirror.example")
    assert bench.store.jobs == [wanted]
    bench.tell(api.Finished(ONE, done(job())))
    bench.tell(api.Cancelled(ONE), host=bench.store)
    assert bench.host.jobs[1:] == [api.ListModels(tmp_path)]


def test_going_offline_stops_downloads_and_nothing_else(bench: Bench) -> None:
    bench.start()
    first, second, photo = bench.desk.submit((TAESD, api.DownloadModel("x"), job()))
    bench.tell(api.Started(ONE), host=bench.store)
    bench.tell(api.Started(ONE))
    bench.desk.set_setting("offline", True)
    assert bench.store.cancelled == [ONE] and bench.host.cancelled == []
    assert bench.states()[second] is State.CANCELLED
    assert bench.states()[photo] is State.RUNNING
    bench.tell(api.Cancelled(ONE), host=bench.store)
    bench.desk.retry(first)
    assert bench.store.jobs[-1] == dataclasses.replace(TAESD, offline=True)


def test_after_moving_the_models_their_new_folder_is_remembered(
    bench: Bench, tmp_path: Path
) -> None:
    bench.start()
    bench.desk.submit((api.MoveModels(tmp_path),))
    bench.tell(api.Finished(ONE, listing(tmp_path)), host=bench.store)
    assert bench.desk.setting("models_folder") == tmp_path
    assert bench.host.jobs == [api.ListModels(tmp_path)]


def test_freeing_memory_asks_the_engine_and_looks_again(bench: Bench) -> None:
    bench.desk.free_memory()
    bench.start()
    bench.desk.free_memory()
    assert bench.host.freed == 1
    assert bench.host.jobs == [api.ListDevices(), api.ListModels()]


def test_an_interrupted_download_is_offered_again(bench: Bench, qtbot: QtBot) -> None:
    bench.desk.submit((TAESD, api.VerifyModel("x")))
    bench.close()
    again = Bench(qtbot)
    assert [(item.job, item.state) for item in again.desk.items()] == [(TAESD, State.UNFINISHED)]
    again.close()


def test_both_engines_are_closed(bench: Bench) -> None:
    bench.start()
    bench.desk.shut_down()()
    assert bench.host.closed and bench.store.closed


# ---- how the engine computes ------------------------------------------------------------------


def test_precision_and_idle_time_reach_the_engine(bench: Bench) -> None:
    bench.settings.set("precision", "float32")
    bench.start()
    assert (bench.host.precision, bench.host.idle_unload) == ("float32", 600)
    bench.desk.set_setting("precision", "float16")
    bench.desk.set_setting("device", "cuda:0")
    assert (bench.host.device, bench.host.precision) == ("cuda:0", "float16")
    bench.desk.set_setting("unload_minutes", 0)
    assert bench.host.idle_unload is None
    assert bench.store.device == NO_DEVICE


def test_a_measured_speed_is_kept_for_each_device(bench: Bench) -> None:
    bench.start()
    for number, (device, step) in enumerate([("auto", 0.5), ("cpu", 2.0), ("auto", 0.4)], 1):
        bench.desk.submit((api.MeasureSpeed(device),))
        result = api.SpeedResult(device, "Test processor", step, 26 * step)
        bench.tell(api.Finished(api.Ticket(number), result))
    kept = {speed.device: speed.step for speed in SettingsFile().values.speeds}
    assert kept == {"cpu": 2.0, "auto": 0.4}
