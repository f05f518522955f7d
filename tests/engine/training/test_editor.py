"""The editor's recipe end to end at toy size, and the parts that make it learn quickly."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st
from PIL import Image
from safetensors.torch import load_file

from engine.training import editor, editor_data, editor_model
from engine.training.autoencoder import build
from engine.training.edits import EDITS


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return editor_model.build_tokenizer([w for edit in EDITS for w in edit.wordings])


def test_every_word_of_the_wordings_is_one_token(tokenizer: Any) -> None:
    words = {word for edit in EDITS for wording in edit.wordings for word in wording.split()}
    for word in sorted(words):
        assert len(tokenizer(word).input_ids) == 3, word  # start, the word, end


@given(text=st.text(max_size=40))
def test_no_text_is_unknown(tokenizer: Any, text: str) -> None:
    ids = tokenizer(text, add_special_tokens=False).input_ids
    # CLIP's unknown token is its end token, so it must not appear inside a text.
    assert tokenizer.unk_token_id not in ids or "<|endoftext|>" in text.lower()


def test_the_same_texts_give_the_same_vocabulary_in_any_order(tokenizer: Any) -> None:
    wordings = [w for edit in reversed(EDITS) for w in reversed(edit.wordings)]
    assert editor_model.build_tokenizer(wordings).get_vocab() == tokenizer.get_vocab()


def test_prompts_longer_than_the_window_are_cut_and_short_ones_padded(tokenizer: Any) -> None:
    ids = editor_model.tokenise(tokenizer, ["", "make it night", "night " * 80])
    assert ids.shape == (3, editor_model.TOKENS)
    assert (ids[:, 0] == tokenizer.bos_token_id).all()
    assert (ids[:, -1] == tokenizer.eos_token_id).all()
    assert not torch.equal(ids[0], ids[1])


@pytest.mark.parametrize(("width", "channels"), [(64, 16), (96, 16), (32, 4)])
def test_the_first_weights_predict_that_nothing_is_edited(width: int, channels: int) -> None:
    torch.manual_seed(0)
    unet = editor_model.build_unet(channels, width, 32, scale=0.5)
    photo = torch.randn(2, channels, 8, 8) * 2  # unscaled, so of deviation 1 / scale
    noise = torch.randn(2, channels, 8, 8)
    with torch.no_grad():
        velocity = unet(
            torch.cat((noise, photo), 1), 999, encoder_hidden_states=torch.randn(2, 6, 32)
        ).sample
    expected = -0.5 * photo
    assert (velocity - expected).norm() < 0.3 * expected.norm()


def test_a_width_too_narrow_for_the_latent_is_refused() -> None:
    with pytest.raises(ValueError, match="too narrow"):
        editor_model.build_unet(32, 64, 32, scale=1.0)


def test_noise_schedule_ends_in_pure_noise_and_v_leads_back() -> None:
    diffusion = editor.Diffusion(torch.device("cpu"))
    assert diffusion.signal[-1] < 1e-4
    clean, noise = torch.randn(3, 2, 4, 4), torch.randn(3, 2, 4, 4)
    t = torch.tensor([0, 500, 999])
    noised, v = diffusion.noised(clean, noise, t)
    a, s = diffusion.signal[t].view(-1, 1, 1, 1), diffusion.noise[t].view(-1, 1, 1, 1)
    torch.testing.assert_close(a * noised - s * v, clean, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(s * noised + a * v, noise, atol=1e-4, rtol=1e-4)


def test_times_lean_towards_noise() -> None:
    times = editor.Diffusion(torch.device("cpu")).draw_times(4000, torch.Generator().manual_seed(0))
    assert times.min() >= 0 and times.max() <= 999
    assert 0.12 < (times < 200).float().mean() < 0.19
    assert 0.17 < (times > 900).float().mean() < 0.25


def options(folder: Path, **changed: Any) -> Any:
    given = editor.arguments(
        [
            *("--autoencoder", str(folder / "ae"), "--data", str(folder / "photos")),
            *("--out", str(folder / "out"), "--work", str(folder / "work")),
            *("--width", "32", "--text-width", "16", "--sizes", "32", "64", "--batch", "2"),
            *("--warm", "1", "--pool", "8", "--steps", "3", "--seed", "5"),
            *("--seconds", "1e6"),
        ]
    )
    for name, value in changed.items():
        setattr(given, name, value)
    return given


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    network: Any = build("kl", 8, 4)
    network.register_to_config(scaling_factor=0.7)
    network.save_pretrained(tmp_path / "ae")
    (tmp_path / "photos").mkdir()
    random = np.random.default_rng(0)
    for i in range(2):
        pixels = random.integers(0, 255, (80, 90, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{i}.png")
    return tmp_path


def test_training_saves_a_pipeline_that_diffusers_loads_as_it_is(folder: Path) -> None:
    from diffusers import StableDiffusionInstructPix2PixPipeline

    editor.train(options(folder))
    pipeline = StableDiffusionInstructPix2PixPipeline.from_pretrained(
        folder / "out", torch_dtype=torch.float32, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    assert pipeline.safety_checker is None
    image = torch.rand((1, 3, 64, 48), generator=torch.Generator().manual_seed(0))
    settings = {**editor_model.SAMPLING, "num_inference_steps": 2}

    def edit(**more: Any) -> torch.Tensor:
        out: torch.Tensor = pipeline(
            "make it night",
            image=image,
            generator=torch.Generator().manual_seed(0),
            output_type="pt",
            **{**settings, **more},
        ).images
        return out

    assert edit().shape == image.shape
    assert torch.equal(edit(), edit())
    guided = edit(guidance_scale=3.0, image_guidance_scale=1.5)
    assert guided.shape == image.shape and torch.isfinite(guided).all()
    facts = json.loads((folder / "out" / "training.json").read_text())
    assert facts["steps"] == 3 and facts["seed"] == 5
    for name in ("vocab.json", "merges.txt"):
        assert (folder / "out" / "tokenizer" / name).stat().st_size > 100


def test_the_saved_tokenizer_is_the_one_trained_with(folder: Path) -> None:
    from transformers import CLIPTokenizer

    editor.train(options(folder, steps=1))
    wordings = [w for edit in EDITS for w in edit.wordings]
    again = CLIPTokenizer.from_pretrained(folder / "out" / "tokenizer", local_files_only=True)
    fresh = editor_model.build_tokenizer([o + w for o in editor.OPENINGS for w in wordings])
    texts = [*wordings, "", "夜晚 ☃"]
    assert torch.equal(editor_model.tokenise(again, texts), editor_model.tokenise(fresh, texts))


def test_training_resumes_where_it_stopped(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    editor.train(options(folder, steps=2))
    kept = torch.load(folder / "work" / "checkpoint.pt", weights_only=True)
    assert kept["step"] == 2
    editor.train(options(folder, steps=4))
    assert torch.load(folder / "work" / "checkpoint.pt", weights_only=True)["step"] == 4
    assert '"steps": 4' in capsys.readouterr().out
    assert not list((folder / "work").glob("*.part"))


def test_training_stops_by_itself_and_has_saved_by_then(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = itertools.count()  # each look at the clock takes a second
    monkeypatch.setattr(editor.time, "monotonic", lambda: float(next(seconds)))
    monkeypatch.setattr(editor, "process_age", lambda: 0.0)
    monkeypatch.setattr(editor, "SAVE_EVERY", 4.0)
    editor.train(options(folder, steps=10**6, seconds=18.0, work=None))
    facts = json.loads((folder / "out" / "training.json").read_text())
    assert 5 <= facts["steps"] <= 12
    assert next(seconds) <= 18
    assert capsys.readouterr().out.count('"steps"') >= 2  # saved under way and at the end
    assert not (folder / "work").exists()


def test_training_goes_on_from_a_saved_editor(folder: Path) -> None:
    vae = editor.load_vae(folder / "ae", torch.device("cpu"))
    editor.train(options(folder, steps=1))
    given = options(folder, start=folder / "out", seed=6)
    started, fresh = editor.Editor(given, vae), editor.Editor(options(folder, seed=6), vae)
    stored = load_file(folder / "out" / "unet" / "diffusion_pytorch_model.safetensors")
    name = "mid_block.resnets.0.conv1.weight"
    torch.testing.assert_close(started.parts.unet.state_dict()[name], stored[name].float())
    assert not torch.equal(fresh.parts.unet.state_dict()[name], stored[name].float())


def test_group_norms_keep_the_precision_they_are_asked_in() -> None:
    norm = torch.nn.GroupNorm(4, 16)
    x = torch.randn(2, 16, 8, 8)
    expected = norm(x)
    editor.keep_precision(norm)
    with torch.autocast("cpu", torch.bfloat16):
        found = norm(x.bfloat16())
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), expected, atol=0.03, rtol=0.03)
    torch.testing.assert_close(norm(x), expected)


def test_the_pool_renews_its_oldest_crops(folder: Path) -> None:
    given = options(folder, pool=4, warm=4, renew=3)
    vae = editor.load_vae(folder / "ae", torch.device("cpu"))
    pool, larger = editor.make_pools(given, vae, 0)
    assert pool.capacity == pool.filled == 4 and larger.capacity == larger.filled == 1
    assert pool.latents.shape == (4, len(EDITS) + 1, 4, 4, 4)
    assert larger.latents.shape == (1, len(EDITS) + 1, 4, 8, 8)
    before = pool.latents.clone()
    pool.add(3)
    same = [torch.equal(a, b) for a, b in zip(before, pool.latents, strict=True)]
    assert same == [False, False, False, True] and pool.filled == 4
    source, target, edit = pool.batch(5, torch.Generator().manual_seed(0))
    assert source.shape == target.shape == (5, 4, 4, 4)
    assert edit.min() >= 1 and edit.max() <= len(EDITS)
    assert any(torch.equal(source[0], latents[0].float()) for latents in pool.latents)


def test_every_edit_gets_its_own_wordings(tokenizer: Any) -> None:
    wordings = editor.Wordings(tokenizer, torch.device("cpu"))
    random = torch.Generator().manual_seed(0)
    drawn = wordings.draw(torch.arange(len(EDITS) + 1).repeat(4), random)
    nothing = editor_model.tokenise(tokenizer, [""])[0]
    for place, ids in enumerate(drawn):
        name = place % (len(EDITS) + 1)
        if name == 0:
            assert torch.equal(ids, nothing)
            continue
        said = [o + w for o in editor.OPENINGS for w in EDITS[name - 1].wordings]
        assert any(torch.equal(ids, each) for each in editor_model.tokenise(tokenizer, said))


def test_varied_photos_stay_photos() -> None:
    images = torch.rand(16, 3, 8, 8)
    changed = editor_data.varied(images, torch.Generator().manual_seed(0))
    assert changed.shape == images.shape and changed.min() >= 0 and changed.max() <= 1
    kept = [torch.equal(a, b) for a, b in zip(images, changed, strict=True)]
    assert any(kept) and not all(kept)


def test_the_loss_goes_down(folder: Path) -> None:
    torch.manual_seed(0)
    given = options(folder, sizes=[32], steps=0)
    vae = editor.load_vae(given.autoencoder, torch.device("cpu"))
    trained = editor.Editor(given, vae)
    (pool,) = editor.make_pools(given, vae, 0)
    random = torch.Generator().manual_seed(0)
    optimiser = torch.optim.AdamW(trained.parts.parameters(), lr=2e-3)
    losses = []
    for _ in range(25):
        loss = trained.loss(pool, 6, random)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert sum(losses[-8:]) < 0.9 * sum(losses[:8])
