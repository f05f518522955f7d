"""The jobs of the Models page, on a hub that is this computer."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch

from engine import api, work
from engine.context import Context
from engine.models.cache import ModelCache
from engine.models.catalogue import Catalogue, read_catalogue
from engine.models.store import Store
from engine.problems import Problem
from tests.engine.models import tiny
from tests.engine.models.hub_server import HubServer

CPU = torch.device("cpu")
TAESD = "autoencoder-taesd-sd1"
SD15 = "autoencoder-kl-sd15"
UNPINNED = "acoustic-mimi-csm"  # the catalogue names no commit for it


@pytest.fixture(autouse=True)
def small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real one, for the tiny forms: their commits, no stated hashes, other shapes."""
    entries = []
    for entry in read_catalogue().entries:
        files = tuple(f.model_copy(update={"sha256": None}) for f in entry.files)
        changes: dict[str, Any] = {"files": files, "signature": {}}
        if entry.pinned:
            changes["revision"] = "a" * 40
        entries.append(entry.model_copy(update=changes))
    catalogue = Catalogue(version=1, entries=tuple(entries))
    monkeypatch.setattr("engine.models.store.read_catalogue", lambda: catalogue)


def do(job: Any, cancelled: bool = False) -> Any:
    context = Context(CPU, ModelCache(CPU), lambda: cancelled)
    run = work.run(job, context)
    while True:
        try:
            assert isinstance(next(run), api.Progress)
        except StopIteration as end:
            return end.value


@pytest.fixture
def published(hub: HubServer, tmp_path: Path) -> HubServer:
    for id in (TAESD, SD15, UNPINNED):
        entry = Store().entry(id)
        made = tmp_path / "made" / id
        made.mkdir(parents=True)
        hub.add(entry.repo, tiny.write(entry, made))
    return hub


def test_list_shows_every_model_and_reads_no_network(tmp_path: Path) -> None:
    result = do(api.ListModels(tmp_path / "nowhere" / "yet"))
    assert len(result.models) == len(read_catalogue().entries)
    assert {model.standing for model in result.models} == {"absent"}
    assert result.recommended_size == sum(m.size for m in result.models if m.recommended) > 0
    assert result.mirrors == ("https://hf-mirror.com",)
    assert result.rate is None
    first = next(model for model in result.models if model.id == TAESD)
    assert first.consent == "not-needed"
    assert set(first.purpose) == {"en", "zh"}


def test_download_verify_and_remove(published: HubServer, cloakroom_home: Path) -> None:
    done = do(api.DownloadModel(TAESD, mirror=published.endpoint))
    assert (done.model.standing, done.model.revision) == ("installed", "a" * 40)
    assert (cloakroom_home / "data" / "models" / TAESD / "config.json").is_file()
    assert do(api.VerifyModel(TAESD)).model.standing == "installed"
    weights = Store().place(TAESD) / "diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    found = do(api.VerifyModel(TAESD)).model
    assert (found.standing, found.damaged) == ("damaged", (weights.name,))
    repaired = do(api.DownloadModel(TAESD, mirror=published.endpoint))
    assert (repaired.model.standing, repaired.notes) == ("installed", ("repaired",))
    gone = do(api.RemoveModel(TAESD))
    assert gone.freed == done.model.on_disk > 0
    assert gone.model.standing == "absent"
    assert not Store().place(TAESD).exists()
    with pytest.raises(Problem) as caught:
        do(api.RemoveModel(TAESD))
    assert caught.value.code == "store.absent"


def test_offline_nothing_tries_the_network(published: HubServer) -> None:
    with pytest.raises(Problem) as caught:
        do(api.DownloadModel(TAESD, mirror=published.endpoint, offline=True))
    assert caught.value.code == "store.offline"
    assert published.log == []


def test_consent_is_asked_for_and_recorded(published: HubServer) -> None:
    with pytest.raises(Problem) as caught:
        do(api.DownloadModel(SD15, mirror=published.endpoint))
    assert caught.value.code == "store.consent"
    assert published.log == []
    done = do(api.DownloadModel(SD15, mirror=published.endpoint, accept=True))
    assert done.model.consent == "given"
    note = json.loads((Store().folder / "consents.json").read_text())[SD15]
    assert note["licence"] == "CreativeML Open RAIL-M"
    assert note["given"].startswith("20")
    do(api.RemoveModel(SD15))
    do(api.DownloadModel(SD15, mirror=published.endpoint))  # asked once
    note["licence"] = "an older licence"
    (Store().folder / "consents.json").write_text(json.dumps({SD15: note}))
    assert not Store().consents.given(Store().entry(SD15))


def test_unpinned_is_said(published: HubServer) -> None:
    done = do(api.DownloadModel(UNPINNED, mirror=published.endpoint))
    assert "pinned-now" in done.notes
    assert (done.model.pinned, done.model.revision) == (False, "a" * 40)


def test_an_unknown_model(published: HubServer) -> None:
    with pytest.raises(Problem) as caught:
        do(api.DownloadModel("autoencoder-of-nobody"))
    assert caught.value.code == "store.unknown"


def test_what_has_arrived_can_be_removed(published: HubServer) -> None:
    published.faults.cuts = [2000] + [0] * 50
    with pytest.raises(Problem, match="broke off"):
        do(api.DownloadModel(TAESD, mirror=published.endpoint))
    (model,) = (m for m in do(api.ListModels()).models if m.id == TAESD)
    assert model.standing == "partial"
    assert model.on_disk > 0
    do(api.RemoveModel(TAESD))
    assert Store().standing(TAESD) == ("absent", 0)


@pytest.mark.parametrize("other_disk", [False, True])
def test_moving_to_another_folder(
    published: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other_disk: bool
) -> None:
    do(api.DownloadModel(TAESD, mirror=published.endpoint))
    do(api.DownloadModel(SD15, mirror=published.endpoint, accept=True))
    before = Store().verify(TAESD)[0]
    if other_disk:
        rename = Path.rename

        def between_disks(self: Path, target: Path) -> Path:
            if (tmp_path in self.parents) != (tmp_path in Path(target).parents):
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", between_disks)
    result = do(api.MoveModels(tmp_path / "elsewhere"))
    assert result.folder == tmp_path / "elsewhere"
    there = Store(tmp_path / "elsewhere")
    assert set(there.installed()) == {TAESD, SD15}
    for id in (TAESD, SD15):
        assert there.verify(id)[1] == ()
    assert not before.exists()
    assert there.consents.given(there.entry(SD15))


def test_moving_onto_other_models_is_refused(published: HubServer, tmp_path: Path) -> None:
    do(api.DownloadModel(TAESD, mirror=published.endpoint))
    do(api.DownloadModel(TAESD, folder=tmp_path, mirror=published.endpoint))
    with pytest.raises(Problem) as caught:
        do(api.MoveModels(tmp_path))
    assert caught.value.code == "store.occupied"


def test_what_needs_what(published: HubServer, tmp_path: Path) -> None:
    models = {m.id: m for m in do(api.ListModels()).models}
    assert models["denoiser-unet-sd15"].requires == (SD15,)
    assert models[SD15].required_by == ()
    entry = Store().entry("denoiser-unet-sd15")
    published.repos[entry.repo]["a" * 40] |= {
        path: published.repos[Store().entry(SD15).repo]["a" * 40].get(path, content)
        for path, content in _contents(entry, tmp_path).items()
    }
    do(api.DownloadModel(entry.id, mirror=published.endpoint, accept=True))
    models = {m.id: m for m in do(api.ListModels()).models}
    assert models[SD15].required_by == (entry.id,)


def _contents(entry: Any, folder: Path) -> dict[str, Any]:
    from tests.engine.models.hub_server import Content

    made = folder / "denoiser"
    made.mkdir()
    return {path: Content.of(data) for path, data in tiny.write(entry, made).items()}


# ---- use files I have -----------------------------------------------------------------------


def made(id: str, tmp_path: Path) -> Path:
    folder = tmp_path / "mine" / id
    folder.mkdir(parents=True)
    tiny.write(Store().entry(id), folder)
    return folder


@pytest.mark.parametrize("id", [TAESD, SD15, "speaker-wavlm-base", "identity-sface-opencv"])
def test_a_folder_is_recognised_and_copied(tmp_path: Path, id: str) -> None:
    done = do(api.ImportModel(made(id, tmp_path), id, accept=True))
    assert (done.model.id, done.model.standing, done.model.linked) == (id, "installed", False)
    record = Store().record(id)
    assert record is not None
    assert (record.source, record.commit) == ("import", "")
    from engine.models.load import load

    load(Store(), id, CPU)


def test_the_part_of_a_repository_alone_will_do(tmp_path: Path) -> None:
    folder = made(SD15, tmp_path)
    assert do(api.ImportModel(folder / "vae", SD15, accept=True)).model.standing == "installed"
    assert (Store().place(SD15) / "vae" / "config.json").is_file()


def test_families_are_told_apart_by_their_scale(tmp_path: Path) -> None:
    """The weights of these autoencoders have the same names and shapes."""
    folder = made("autoencoder-kl-sdxl", tmp_path)
    assert do(api.ImportModel(folder)).model.id == "autoencoder-kl-sdxl"
    with pytest.raises(Problem, match="its scale is 0") as caught:
        do(api.ImportModel(made_as(folder, tmp_path), SD15, accept=True))
    assert caught.value.code == "import.shape"


def made_as(folder: Path, tmp_path: Path) -> Path:
    target = tmp_path / "as-sd15"
    (target / "vae").mkdir(parents=True)
    for file in folder.iterdir():
        (target / "vae" / file.name).write_bytes(file.read_bytes())
    return target


def test_files_can_stay_where_they_are(tmp_path: Path) -> None:
    folder = made(TAESD, tmp_path)
    done = do(api.ImportModel(folder, TAESD, link=True))
    assert done.model.linked
    assert done.model.on_disk == 0
    weights = Store().place(TAESD) / "diffusion_pytorch_model.safetensors"
    assert weights.is_symlink()
    do(api.RemoveModel(TAESD))
    assert (folder / weights.name).is_file()
    do(api.ImportModel(folder, TAESD, link=True))
    (folder / weights.name).write_bytes(b"changed")
    assert do(api.VerifyModel(TAESD)).model.damaged == (weights.name,)


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    folder = made(TAESD, tmp_path)
    weights = folder / "diffusion_pytorch_model.safetensors"
    os.truncate(weights, weights.stat().st_size - 4)
    with pytest.raises(Problem) as caught:
        do(api.ImportModel(folder, TAESD))
    assert caught.value.code == "import.unsafe"
    assert Store().standing(TAESD)[0] == "absent"


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    folder = made(TAESD, tmp_path)
    config = json.loads((folder / "config.json").read_text())
    config["latent_channels"] = 7
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(Problem) as caught:
        do(api.ImportModel(folder, TAESD))
    assert caught.value.code == "import.shape"


def test_an_incomplete_folder_says_what_is_missing(tmp_path: Path) -> None:
    folder = made("speaker-wavlm-base", tmp_path)
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(Problem, match=r"needs preprocessor_config\.json"):
        do(api.ImportModel(folder, "speaker-wavlm-base"))


def test_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    for source in (tmp_path / "notes.txt", tmp_path / "empty"):
        with pytest.raises(Problem) as caught:
            do(api.ImportModel(source))
        assert caught.value.code == "import.unknown"
    with pytest.raises(Problem) as caught:
        do(api.ImportModel(tmp_path / "gone"))
    assert caught.value.code == "file.missing"


def test_a_single_file_is_recognised_by_its_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the catalogue's own signatures and configuration; the full-sized class, empty."""
    import diffusers
    from safetensors.torch import save_file

    catalogue = read_catalogue()
    monkeypatch.setattr("engine.models.store.read_catalogue", lambda: catalogue)
    entry = catalogue.get("autoencoder-taesd3-sd3")
    assert entry is not None
    network = diffusers.AutoencoderTiny.from_config(entry.config)
    file = tmp_path / "downloaded somewhere.safetensors"
    save_file(network.state_dict(), file)
    with pytest.raises(Problem) as caught:
        do(api.ImportModel(file))
    assert caught.value.code == "import.ambiguous"
    choices = "autoencoder-taesd3-sd3, autoencoder-taef1-flux"
    assert caught.value.details["choices"] == choices
    done = do(api.ImportModel(file, entry.id))
    assert done.model.standing == "installed"
    from engine.models.load import load

    assert load(Store(), entry.id, CPU).latent_channels == 16
    with pytest.raises(Problem) as caught:
        do(api.ImportModel(file, TAESD))
    assert caught.value.code == "import.shape"


def test_the_autoencoder_is_taken_out_of_a_whole_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import save_file

    from engine.models import checkpoints

    entry = Store().entry(SD15)
    network = tiny.kl(4, scaling_factor=0.18215)
    config = {**network.config, "_class_name": "AutoencoderKL"}
    catalogue = Catalogue(version=1, entries=(entry.model_copy(update={"config": config}),))
    monkeypatch.setattr("engine.models.store.read_catalogue", lambda: catalogue)
    weights = {f"{checkpoints.PREFIX}{name}": tensor for name, tensor in original(network).items()}
    weights["cond_stage_model.transformer.x"] = torch.zeros(1)
    save_file(weights, tmp_path / "painter.safetensors")
    done = do(api.ImportModel(tmp_path / "painter.safetensors", accept=True))
    assert (done.model.id, done.notes) == (SD15, ("taken-from-checkpoint",))
    from engine.models.load import load

    x = torch.rand(1, 3, 32, 32)
    loaded = load(Store(), SD15, CPU)
    expected = network.eval().encode(x * 2 - 1).latent_dist.mode() * 0.18215
    assert torch.allclose(loaded.encode(x), expected, atol=1e-5)


def original(network: Any) -> dict[str, torch.Tensor]:
    """The network's weights under the names of the CompVis repository."""
    names = {}
    for name, tensor in network.state_dict().items():
        new = name.replace("mid_block.resnets.0", "mid.block_1").replace(
            "mid_block.resnets.1", "mid.block_2"
        )
        for a, b in (("to_q", "q"), ("to_k", "k"), ("to_v", "v"), ("to_out.0", "proj_out"),
                     ("group_norm", "norm")):  # fmt: skip
            new = new.replace(f"mid_block.attentions.0.{a}", f"mid.attn_1.{b}")
        if ".attn_1." in new and new.endswith("weight") and tensor.ndim == 2:
            tensor = tensor[:, :, None, None]
        for i in range(4):
            for j in range(3):
                new = new.replace(f"down_blocks.{i}.resnets.{j}", f"down.{i}.block.{j}")
                new = new.replace(f"up_blocks.{i}.resnets.{j}", f"up.{3 - i}.block.{j}")
            new = new.replace(f"down_blocks.{i}.downsamplers.0", f"down.{i}.downsample")
            new = new.replace(f"up_blocks.{i}.upsamplers.0", f"up.{3 - i}.upsample")
        new = new.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out")
        names[new] = tensor.clone()
    return names
