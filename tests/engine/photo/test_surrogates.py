"""Which models a cloak is searched on: built-in ones always, downloaded ones where they fit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from engine.context import Context
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.models.catalogue import Catalogue, Entry, read_catalogue
from engine.models.download import download
from engine.models.hub import Hub
from engine.models.store import Store
from engine.photo.encoder import in_turn
from engine.photo.surrogates import autoencoders
from tests.engine.models import tiny
from tests.engine.models.conftest import hub  # noqa: F401 - the fixture
from tests.engine.models.hub_server import HubServer

pytestmark = pytest.mark.skipif(
    not (builtin.FOLDER / builtin.SURROGATES[0]).is_dir(),
    reason="the built-in models are not in assets/models",
)
CPU_MODEL = "autoencoder-taesd-sd1"
GPU_MODEL = "autoencoder-kl-sd15"


@pytest.fixture
def context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))


@pytest.fixture
def folder(
    hub: HubServer,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A store with the tiny forms of a small and of a full-size autoencoder."""
    catalogue = read_catalogue()

    def small(entry: Entry) -> Entry:
        files = tuple(file.model_copy(update={"sha256": None}) for file in entry.files)
        return entry.model_copy(update={"revision": "a" * 40, "files": files})

    entries = tuple(small(entry) for entry in catalogue.entries)
    changed = Catalogue(version=1, entries=entries)
    monkeypatch.setattr("engine.models.store.read_catalogue", lambda: changed)
    store = Store(tmp_path / "models")
    for id in (CPU_MODEL, GPU_MODEL):
        made = tmp_path / id
        made.mkdir()
        entry = store.entry(id)
        hub.add(entry.repo, tiny.write(entry, made))
        list(download(store, entry, Hub(hub.endpoint), lambda: None))
    return store.folder


def test_without_downloads_the_built_in_ones(context: Context, tmp_path: Path) -> None:
    found = autoencoders("edit", context, tmp_path / "none")
    assert [each.id for each in found] == list(builtin.SURROGATES)


def test_a_downloaded_one_is_used_if_this_computer_can(context: Context, folder: Path) -> None:
    found = autoencoders("edit", context, folder)
    ids = [each.id for each in found]
    assert ids == [*builtin.SURROGATES, CPU_MODEL]
    latent = found[-1].model.encode(torch.rand(1, 3, 64, 64))
    assert found[-1].whitening(latent).shape == latent.shape


def test_a_damaged_one_is_left_out(context: Context, folder: Path) -> None:
    weights = next((folder / CPU_MODEL).rglob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    kept = weights.stat()
    weights.write_bytes(content)
    os.utime(weights, (kept.st_atime, kept.st_mtime))
    found = autoencoders("edit", context, folder)
    assert CPU_MODEL not in [each.id for each in found]


def test_whitened_latents_of_pictures_have_unit_spread(context: Context, tmp_path: Path) -> None:
    """On pictures it has not seen, in every direction to within a factor of a few."""
    from engine.models.whitening import estimated

    found = autoencoders("edit", context, tmp_path)[0]
    pictures = torch.rand((4, 3, 64, 64), generator=torch.Generator().manual_seed(1))
    smooth = torch.nn.functional.interpolate(pictures[..., :8, :8], size=64, mode="bicubic")
    for spread in (found.whitening, estimated(found.model, context.device)):
        latent = spread(found.model.encode(smooth.clamp(0, 1)))
        assert 0.05 < float(latent.std()) < 20
        assert torch.isfinite(latent).all()


def test_who_keeps_little_gets_a_second_turn(context: Context) -> None:
    models = [(each.model, each.whitening) for each in autoencoders("edit", context, None)]
    image = torch.rand(1, 3, 64, 64)
    turns = [loss.surrogate.id for loss in in_turn(models[:3], image)]
    kl, tiny, kl4 = builtin.SURROGATES
    assert turns == [kl, kl4, tiny, kl4]
    assert len(in_turn(models[2:3], image)) == 1
