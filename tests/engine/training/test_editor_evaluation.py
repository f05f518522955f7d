"""The acceptance measurement on pipelines whose behaviour is known."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine.training import editor_evaluation
from engine.training.edits import EDITS


class Scripted:
    """Stands in for the pipeline: the true edit, blurred by noise, or the photo unchanged."""

    device = torch.device("cpu")

    def __init__(self, does: set[str]) -> None:
        self.does = does

    def __call__(self, prompts: list[str], image: torch.Tensor, **rest: Any) -> Any:
        (edit,) = [e for e in EDITS if prompts[0] in (*e.wordings, *e.unseen)]
        noise = 0.02 * torch.randn(image.shape, generator=rest["generator"])
        result = edit.apply(image) if edit.name in self.does else image
        return SimpleNamespace(images=result + noise)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for i in range(3):
        coarse = random.integers(0, 255, (7, 9, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((90, 70), Image.Resampling.BICUBIC).save(
            tmp_path / f"{i}.png"
        )
    return tmp_path


def test_right_and_wrong_edits_are_told_apart(photos: Path) -> None:
    images = editor_evaluation.load_photos(photos, 64)
    assert images.shape == (3, 3, 64, 64)
    good = {"invert", "night", "snow", "neon", "pencil-sketch", "add-frame", "rotate-hue", "sepia"}
    report = editor_evaluation.evaluate(Scripted(good), images)
    by_name = {score.edit: score for score in report.scores}
    for name in good:
        assert set(by_name[name].right.values()) == {1.0}, name
        assert by_name[name].psnr > 25
    for name in {edit.name for edit in EDITS} - good:
        assert by_name[name].right["pixels"] == 0.0
        assert by_name[name].taken_for == {"original": 3}
    assert report.accepted_edits == len(good) and report.accepted
    assert report.right.value == pytest.approx(len(good) / len(EDITS))
    fewer = editor_evaluation.evaluate(Scripted(good - {"sepia"}), images, unseen=True)
    assert not fewer.accepted


def test_the_command_writes_report_and_sheet(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        editor_evaluation, "load_pipeline", lambda folder, device: Scripted({"invert"})
    )
    out, sheet = tmp_path / "report.json", tmp_path / "sheet" / "sheet.png"
    sheet.parent.mkdir()
    editor_evaluation.main(
        ["--editor", "x", "--photos", str(photos), "--size", "32", "--out", str(out),
         "--sheet", str(sheet)]
    )  # fmt: skip
    facts = json.loads(out.read_text())
    assert facts["known"]["accepted_edits"] == 1 and facts["unseen"]["accepted"] is False
    with Image.open(sheet) as picture:
        assert picture.size == (3 * 3 * 32, len(EDITS) * 32)
