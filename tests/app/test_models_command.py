"""``cloakroom models`` on a hub that is this computer, with the real engine behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.settings import SettingsFile
from engine.models.catalogue import Catalogue, read_catalogue
from engine.models.store import Store
from tests.engine.models import tiny
from tests.engine.models.hub_server import HubServer, running

Run = Callable[..., tuple[int, str, str]]
TAESD = "autoencoder-taesd-sd1"
SD15 = "autoencoder-kl-sd15"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("CLOAKROOM_LANGUAGE", "en")
    entries = tuple(
        entry.model_copy(
            update={
                "revision": "a" * 40,
                "signature": {},
                "files": tuple(f.model_copy(update={"sha256": None}) for f in entry.files),
            }
        )
        for entry in read_catalogue().entries
    )
    catalogue = Catalogue(version=1, entries=entries)
    monkeypatch.setattr("engine.models.store.read_catalogue", lambda: catalogue)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(("models", *arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    import huggingface_hub

    with running() as server:
        for id in (TAESD, SD15):
            entry = read_catalogue().get(id)
            assert entry is not None
            made = tmp_path / "made" / id
            made.mkdir(parents=True)
            server.add(entry.repo, tiny.write(entry, made))
        yield server
    huggingface_hub.close_session()


def one(text: str) -> Any:
    (found,) = json.loads(text)
    return found


def test_list_and_info(run: Run) -> None:
    code, out, _ = run("list", "--json")
    assert code == 0
    models = json.loads(out)
    assert len(models) == len(read_catalogue().entries)
    assert {"id", "purpose", "size", "licence", "memory", "standing", "groups"} <= set(models[0])
    code, out, _ = run("list", "--recommended")
    assert code == 0
    assert f"* {TAESD}" in out
    assert SD15 not in out
    code, out, _ = run("info", SD15)
    assert code == 0
    assert "CreativeML Open RAIL-M" in out
    assert "not here" in out
    code, out, _ = run("info", SD15, "--json")
    assert code == 0 and one(out)["id"] == SD15
    code, _, err = run("info", "nothing-of-that")
    assert code == 1
    assert "There is no model called nothing-of-that" in err


def test_download_verify_remove(run: Run, hub: HubServer) -> None:
    code, out, _ = run("download", TAESD, "--mirror", hub.endpoint, "--json")
    assert code == 0
    done = one(out)
    assert (done["file"], done["ok"], done["code"]) == (TAESD, True, None)
    assert (done["model"]["standing"], done["notes"]) == ("installed", [])
    code, out, _ = run("verify", TAESD)
    assert code == 0
    assert "here" in out
    file = Store().place(TAESD) / "diffusion_pytorch_model.safetensors"
    file.write_bytes(b"damaged")
    code, out, err = run("verify", TAESD, "--json")
    assert code == 1
    assert one(out)["code"] == "store.damaged"
    assert "Repair" in err
    assert run("download", TAESD, "--mirror", hub.endpoint)[0] == 0
    code, out, _ = run("remove", TAESD, "--json")
    assert code == 0
    assert one(out)["freed"] > 0
    code, out, _ = run("remove", TAESD, "--json")
    assert (code, one(out)["code"]) == (1, "store.absent")


def test_a_licence_must_be_agreed_to(run: Run, hub: HubServer) -> None:
    code, out, _ = run("download", SD15, "--mirror", hub.endpoint, "--json")
    assert (code, one(out)["code"]) == (1, "store.consent")
    code, _, _ = run("download", SD15, "--mirror", hub.endpoint, "--accept-licence")
    assert code == 0


def test_one_failure_does_not_keep_the_others(run: Run, hub: HubServer) -> None:
    code, out, _ = run("download", "no-such-model", TAESD, "--mirror", hub.endpoint, "--json")
    assert code == 1
    assert [item["ok"] for item in json.loads(out)] == [False, True]


def test_the_settings_are_heeded(run: Run, hub: HubServer, tmp_path: Path) -> None:
    settings = SettingsFile()
    settings.set("mirror", hub.endpoint)
    settings.set("models_folder", tmp_path / "models")
    assert run("download", TAESD)[0] == 0
    assert (tmp_path / "models" / TAESD / "config.json").is_file()
    settings.set("offline", True)
    code, out, _ = run("download", TAESD, "--json")
    assert (code, one(out)["code"]) == (1, "store.offline")


def test_import(run: Run, hub: HubServer, tmp_path: Path) -> None:
    source = tmp_path / "made" / TAESD
    code, out, _ = run("import", str(source), "--as", TAESD, "--link", "--json")
    assert code == 0
    done = one(out)
    assert (done["file"], done["model"]["linked"]) == (str(source), True)
    (tmp_path / "note.txt").write_text("x")
    code, out, _ = run("import", str(tmp_path / "note.txt"), "--json")
    assert (code, one(out)["code"]) == (1, "import.unknown")
