"""The recipe of the built-in autoencoders, in small: it learns, resumes, and saves what loads."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
import torch

from engine.models import whitening
from engine.models.autoencoders import load_autoencoder
from engine.training import autoencoder
from engine.training.pack import DeviceCrops, read_pictures
from tests.e2e.pictures import photo

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for seed in range(3):
        photo(96, 72, seed).save(folder / f"{seed}.png")
    return folder


def _options(pictures: Path, out: Path, **changed: object) -> argparse.Namespace:
    options = {
        "family": "tiny",
        "data": [pictures],
        "out": out / "model",
        "work": out / "work",
        "start": None,
        "validate": None,
        "width": 8,
        "latent": 4,
        "size": 32,
        "batch": 2,
        "rate": 2e-3,
        "seed": 0,
        "data_pack": [],
        "texture": 0.0,
        "encoder_only": False,
        "seconds": 1e6,
        "steps": 3,
        "device": "cpu",
    }
    return argparse.Namespace(**(options | changed))


@pytest.mark.parametrize(
    ("family", "width", "latent"),
    [
        ("kl", 8, 4),
        ("kl-wide", 8, 4),
        ("kl-deep", 8, 4),
        ("tiny", 8, 4),
        ("vq", 8, 4),
        ("dc", 16, 16),
        ("dc-f32", 16, 16),
    ],
)
def test_each_family_trains_and_loads_through_the_usual_loader(
    family: str, width: int, latent: int, pictures: Path, tmp_path: Path
) -> None:
    options = _options(pictures, tmp_path, family=family, width=width, latent=latent)
    autoencoder.train(options)
    model = load_autoencoder(options.out, "test", CPU)
    image = torch.rand(1, 3, 40, 32).requires_grad_()
    latents = model.encode(image)
    assert latents.shape == (1, latent, -(-40 // model.factor), 32 // model.factor)
    decoded = model.decode(latents)
    assert decoded.shape[-2] - image.shape[-2] < model.factor
    latents.square().sum().backward()
    assert image.grad is not None
    assert float(image.grad.abs().sum()) > 0
    spread = whitening.load(options.out, CPU)
    assert spread is not None
    assert spread.matrix.shape == (latent, latent)
    facts = json.loads((options.out / "training.json").read_text())
    assert facts["steps"] == 3
    assert not list(options.out.glob("*.pt"))


def test_an_encoder_alone_is_kept_and_used(pictures: Path, tmp_path: Path) -> None:
    options = _options(pictures, tmp_path, family="kl", encoder_only=True, texture=0.5)
    autoencoder.train(options)
    model = load_autoencoder(options.out, "test", CPU)
    assert model.encode(torch.rand(1, 3, 32, 32)).shape == (1, 4, 4, 4)
    again = _options(pictures, tmp_path / "again", family="kl", start=options.out, steps=1)
    autoencoder.train(again)
    image = torch.rand(1, 3, 32, 32)
    begun = load_autoencoder(again.out, "again", CPU)
    first, second = (each.encode(image) / each.scale for each in (begun, model))
    assert (first - second).norm() < 0.1 * second.norm()  # one step of the warm-up away
    with pytest.raises(RuntimeError, match="test is stored without its decoder"):
        model.decode(torch.rand(1, 4, 4, 4))


def test_codes_begin_as_latents_of_pictures(pictures: Path) -> None:
    crops = DeviceCrops(read_pictures([], [pictures]), 64, 0, CPU)
    model = autoencoder.build("vq", 8, 2)
    autoencoder.initialise(model)
    autoencoder.begin_codes(model, crops)
    latents = model.encode(crops.batch(8)).latents
    reach = latents.abs().max() * 2
    codes = model.quantize.embedding.weight
    assert codes.std() > 10 / len(codes)  # diffusers' own start is within 1 / codes
    assert codes.abs().max() < reach


def test_a_stopped_run_goes_on_where_it_was(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    autoencoder.train(_options(pictures, tmp_path, steps=2))
    seen: list[int] = []
    real = autoencoder.Ema.update

    def update(self: autoencoder.Ema, model: torch.nn.Module, step: int) -> None:
        seen.append(step)
        real(self, model, step)

    monkeypatch.setattr(autoencoder.Ema, "update", update)
    autoencoder.train(_options(pictures, tmp_path, steps=4))
    assert seen == [3, 4]


def test_it_learns(pictures: Path, tmp_path: Path) -> None:
    batch = DeviceCrops(read_pictures([], [pictures]), 32, 0, CPU).batch(4)
    torch.manual_seed(0)
    model = autoencoder.build("tiny", 8, 4)
    autoencoder.initialise(model)
    steppers = autoencoder.optimisers(model, 2e-3)
    losses = []
    for _ in range(25):
        loss, _ = autoencoder.loss_of(model, batch)
        model.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        for stepper in steppers:
            stepper.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 0.5


def test_crops_need_a_large_enough_picture(pictures: Path) -> None:
    with pytest.raises(ValueError, match="at least 500x500"):
        DeviceCrops(read_pictures([], [pictures]), 500, 0, CPU)


@pytest.mark.data
@pytest.mark.parametrize(
    "name", ["autoencoder-kl-builtin", "autoencoder-tiny-builtin", "autoencoder-dc-judge"]
)
def test_the_shipped_ones_reconstruct_photos(name: str, shared_data: Path, root: Path) -> None:
    """Four of the 24; all of them: ``pytest tests/bench/test_autoencoders.py``."""
    files = [shared_data / "photos" / "kodak" / f"kodim{n}.png" for n in ("03", "10", "20", "23")]
    model = load_autoencoder(root / "assets" / "models" / name, name, CPU)
    assert autoencoder.psnr_of_files(model.network, files) >= 27
    weights = root / "assets" / "models" / name / "diffusion_pytorch_model.safetensors"
    assert weights.stat().st_size < 8e6
