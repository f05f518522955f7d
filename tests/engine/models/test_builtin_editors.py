"""The editors that ship: loaded by diffusers as they are, and doing what they are told."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.context import Context
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.rehearse.judges import JUDGES
from engine.training.edits import truths
from tests.e2e.pictures import photo

EDITORS = (builtin.EDITOR, builtin.EDITOR_JUDGE)

pytestmark = pytest.mark.skipif(
    not all((builtin.FOLDER / id).is_dir() for id in EDITORS),
    reason="the built-in editors are not in assets/models",
)


@pytest.fixture
def image() -> Tensor:
    pixels = np.asarray(photo(128, 128), dtype=np.float32) / 255
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None]


@pytest.mark.parametrize("id", EDITORS)
def test_it_follows_an_instruction(id: str, image: Tensor) -> None:
    editor = builtin.editor(id, Context(torch.device("cpu"), ModelCache(torch.device("cpu"))))
    said = json.loads((builtin.FOLDER / id / "training.json").read_text())["sampling"]
    assert editor.sampling.steps == said["num_inference_steps"]
    for wording, wanted in (
        ("make it night", "night"),
        ("add a red frame", "add-frame"),
        ("make it look like night vision", "night-vision"),
    ):
        edited = editor.edit(image, wording, 0)
        assert edited.shape == image.shape
        assert {judge.nearest(edited, truths(image)) for judge in JUDGES} == {wanted}


@pytest.mark.parametrize("id", EDITORS)
def test_diffusers_loads_the_folder_as_it_is(id: str, image: Tensor) -> None:
    from engine.training.editor_evaluation import load_pipeline

    pipeline: Any = load_pipeline(builtin.FOLDER / id, "cpu")
    edited = pipeline(
        "make it night",
        image=image,
        num_inference_steps=4,
        guidance_scale=1.0,
        image_guidance_scale=1.0,
        generator=torch.Generator().manual_seed(0),
        output_type="pt",
    ).images
    assert JUDGES[0].nearest(edited.float().cpu(), truths(image)) == "night"


def test_the_judge_shares_nothing_with_the_surrogates() -> None:
    """Neither weights nor size: what is optimised on one says nothing about the other."""

    def weights(folder: str) -> set[str]:
        import hashlib

        return {
            hashlib.sha256(file.read_bytes()).hexdigest()
            for file in (builtin.FOLDER / folder).rglob("*.safetensors")
        }

    surrogates = set().union(*(weights(id) for id in (*builtin.SURROGATES, builtin.EDITOR)))
    assert not surrogates & weights(builtin.EDITOR_JUDGE)
    facts = [json.loads((builtin.FOLDER / id / "training.json").read_text()) for id in EDITORS]
    assert facts[0]["seed"] != facts[1]["seed"]
    assert facts[0]["width"] != facts[1]["width"]
