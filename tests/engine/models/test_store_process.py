"""Jobs of the store in a process without a device: cheap, and beside the work of another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine import api
from engine.host import EngineHost
from engine.workshop import NO_DEVICE
from tests.engine.recorder import Recorder

SCRIPT = """
import sys
from pathlib import Path
from engine import api
from engine.workshop import NO_DEVICE, Workshop
shop = Workshop(NO_DEVICE)
shop.open()
def do(job):
    return shop.perform(api.Ticket(1), job, lambda: False, lambda _: None)
folder = Path(sys.argv[1])
listed = do(api.ListModels(folder, "cuda:0", 24 * 2**30)).result
assert listed.device == "cuda:0" and listed.free_memory == 24 * 2**30
assert sum(model.recommended for model in listed.models) > 3
plain = do(api.ListModels(folder)).result
assert plain.device == "cpu" and plain.free_memory > 0
id = "autoencoder-taesd-sd1"
assert do(api.DownloadModel(id, folder, "http://127.0.0.1:9")).code == "store.unreachable"
assert do(api.VerifyModel(id, folder)).code == "store.absent"
assert do(api.RemoveModel(id, folder)).result.model.standing == "absent"
heavy = {"torch", "numpy", "transformers", "diffusers", "PySide6"}
assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()
"""


def test_the_store_needs_no_torch(root: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=root, check=True)


def test_a_host_without_a_device_lists_models(tmp_path: Path) -> None:
    record = Recorder()
    host = EngineHost(NO_DEVICE, on_event=record.event, on_state=record.state, idle_exit=0.3)
    host.start()
    try:
        outcome = record.outcome(host.submit(api.ListModels(tmp_path)))
        assert isinstance(outcome, api.Finished)
        assert isinstance(outcome.result, api.ModelsResult) and outcome.result.models
        record.until(lambda: record.states[-1] == "stopped")  # nothing to do: it leaves
    finally:
        host.close()


def test_a_device_that_is_missing_keeps_no_model_from_being_fetched(
    root: Path, tmp_path: Path
) -> None:
    script = """
import sys
from pathlib import Path
from engine import api
from engine.workshop import Workshop
shop = Workshop("cuda:99")
def do(job):
    return shop.perform(api.Ticket(1), job, lambda: False, lambda _: None)
assert do(api.MeasureSpeed()).code == "device.missing"
assert do(api.ListModels(Path(sys.argv[1]))).result.device == "cpu"
assert do(api.VerifyModel("autoencoder-taesd-sd1", Path(sys.argv[1]))).code == "store.absent"
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=root, check=True)
