"""Instruction editors: noise schedule, the built-in ones' folder, diffusers as the judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.context import Context
from engine.models import builtin, ddim
from engine.models.cache import ModelCache
from engine.models.loaders.denoiser import alpha_bars
from engine.models.loaders.editor import InstructionEditor, Sampling, sampling
from engine.training import editor_model
from engine.training.autoencoder import build

CPU = torch.device("cpu")
NAME = "editor-tiny-test"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of built-in models with one editor, as the training recipe writes it."""
    made: Path = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    network: Any = build("kl", 8, 4)
    network.register_to_config(scaling_factor=0.7)
    tokenizer = editor_model.build_tokenizer(["make it night", "a photo"])
    text = editor_model.build_text_encoder(tokenizer, 16)
    unet: Any = editor_model.build_unet(4, 32, 16, 0.7)
    torch.nn.init.normal_(unet.conv_out.weight, std=0.05)
    editor_model.save(editor_model.assemble(network, tokenizer, text, unet), made / NAME)
    facts = json.dumps({"seed": 1, "sampling": editor_model.SAMPLING})
    (made / NAME / "training.json").write_text(facts)
    return made


@pytest.fixture
def editor(folder: Path) -> InstructionEditor:
    return builtin.editor(NAME, Context(CPU, ModelCache(CPU)), folder)


def pipeline(folder: Path) -> Any:
    """diffusers' own editor, stepping exactly where ours does."""
    from diffusers import StableDiffusionInstructPix2PixPipeline

    made = StableDiffusionInstructPix2PixPipeline.from_pretrained(
        folder / NAME, torch_dtype=torch.float32, local_files_only=True
    )
    made.set_progress_bar_config(disable=True)
    return made


@pytest.mark.parametrize("zero", [True, False])
def test_the_schedule_is_that_of_diffusers(zero: bool) -> None:
    from diffusers import DDIMScheduler

    scheduler: Any = DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        rescale_betas_zero_snr=zero,
    )
    ours = alpha_bars(dict(scheduler.config))
    assert torch.allclose(ours, scheduler.alphas_cumprod, atol=1e-6)
    assert (ours[-1] == 0) == zero


def test_pure_noise_needs_v_prediction() -> None:
    with pytest.raises(ValueError, match="v-prediction"):
        alpha_bars({"rescale_betas_zero_snr": True, "prediction_type": "epsilon"})


def test_a_built_in_editor_edits_as_the_pipeline_of_diffusers_does(
    folder: Path, editor: InstructionEditor
) -> None:
    """1000 / 10 steps do not fall on whole numbers, hence the tolerance; one guidance, then two."""
    theirs = pipeline(folder)
    photo = torch.rand((1, 3, 64, 48), generator=torch.Generator().manual_seed(0))
    noise = ddim.randn_like(torch.empty(1, 4, 8, 6), 3)
    for words, image in ((1.0, 1.0), (3.0, 1.5)):
        editor.sampling = Sampling(10, words, image)
        expected = theirs(
            "make it night", image=photo, latents=noise, output_type="pt",
            num_inference_steps=10, guidance_scale=words, image_guidance_scale=image,
        ).images  # fmt: skip
        edited = editor.edit(photo, "make it night", seed=3)
        assert edited.shape == photo.shape
        assert (edited - expected).abs().mean() < 0.01
        other = editor.edit(photo, "make it night", seed=4)
        assert (other - expected).abs().mean() > 0.03


def test_sampling_comes_from_the_training(
    folder: Path, editor: InstructionEditor, tmp_path: Path
) -> None:
    trained = editor_model.SAMPLING
    assert editor.sampling == Sampling(int(trained["num_inference_steps"]), 1.0, 1.0)
    assert len(editor.sha256) == 64
    calls: list[int] = []
    editor.edit(torch.rand(1, 3, 32, 32), "a photo", seed=1, check=lambda: calls.append(1))
    assert len(calls) == editor.sampling.steps
    assert sampling(tmp_path) == Sampling(20, 7.5, 1.5)
    (tmp_path / "training.json").write_text('{"sampling": {"guidance_scale": 4}}')
    assert sampling(tmp_path) == Sampling(20, 4.0, 1.5)


def test_a_schedule_that_ends_in_noise_can_be_walked_both_ways(editor: InstructionEditor) -> None:
    model = editor.denoiser
    z = 0.5 * torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(2))
    condition = model.condition(model.embed([""]), z)
    up = ddim.schedule(model, 8)
    noisy = ddim.follow(model, z, up, condition)
    assert noisy.isfinite().all()
    back = ddim.follow(model, noisy, up[::-1], condition, final=True)
    assert back.isfinite().all()
