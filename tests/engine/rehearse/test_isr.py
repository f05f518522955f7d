"""The Immunisation Success Rate on editors whose behaviour is known."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.optimise.channels import gaussian_blur
from engine.rehearse.edit import edit_both
from engine.rehearse.isr import Case, Verdict, immunisation_rate, judge_photo
from engine.rehearse.judges import JUDGES, LOOK, PIXELS
from engine.training.edits import EDITS

CHOSEN = [edit for edit in EDITS if edit.name in {"sepia", "invert", "night"}]


def photo(seed: int = 0) -> torch.Tensor:
    """Clouds of every size (a 1/f spectrum, as photos have), (1, 3, 96, 96)."""
    random = torch.Generator().manual_seed(seed)
    total = torch.zeros(1, 3, 96, 96)
    for side in (3, 6, 12, 24, 48, 96):
        layer = torch.rand((1, 3, side, side), generator=random) - 0.5
        total += torch.nn.functional.interpolate(layer, size=96, mode="bicubic") * 3 / side**0.8
    return (0.5 + 0.5 * total).clamp(0, 1)


class ScriptedEditor:
    """Does the true edit; on pictures with a marked corner, what ``spoil`` says instead."""

    id = "scripted"

    def __init__(self, spoil: Any) -> None:
        self.denoiser: Any = None
        self.spoil = spoil

    def edit(self, images: torch.Tensor, instruction: str, seed: int) -> torch.Tensor:
        (chosen,) = [e for e in EDITS if instruction in (*e.wordings, *e.unseen)]
        result = chosen.apply(images)
        marked = bool(images[0, 0, 0, 0] == 1)
        return self.spoil(result, images) if marked else result


def mark(image: torch.Tensor) -> torch.Tensor:
    marked = image.clone()
    marked[0, 0, 0, 0] = 1
    return marked


def test_an_editor_that_does_not_care_gives_rate_zero() -> None:
    editor = ScriptedEditor(lambda result, images: result)
    cases = judge_photo(editor, photo(), mark(photo()), "a", CHOSEN)
    assert [case.requested for case in cases] == [edit.name for edit in CHOSEN]
    rate = immunisation_rate(cases)
    assert rate is not None
    assert rate.rate.value == 0 and rate.missed.value == 0
    assert rate.counted == 3 and rate.control_failed == 0


def test_an_edit_that_does_not_happen_is_a_semantic_miss() -> None:
    editor = ScriptedEditor(lambda result, images: images)
    cases = judge_photo(editor, photo(), mark(photo()), "a", CHOSEN, unseen_wordings=True)
    rate = immunisation_rate(cases)
    assert rate is not None and rate.rate.value == 1 and rate.missed.value == 1


def test_a_result_drowned_in_noise_is_degraded_though_it_is_the_right_edit() -> None:
    noise = 0.2 * torch.randn((1, 3, 96, 96), generator=torch.Generator().manual_seed(5))
    editor = ScriptedEditor(lambda result, images: (result + noise).clamp(0, 1))
    edits = [edit for edit in EDITS if edit.name == "sepia"]
    (case,) = judge_photo(editor, photo(), mark(photo()), "a", edits)
    assert not case.missed
    assert case.immunised
    assert all(verdict.degraded for verdict in case.verdicts)


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.name)
def test_quality_falls_with_noise_and_with_blur(judge: Any) -> None:
    image = photo(2)
    noise = torch.randn(image.shape, generator=torch.Generator().manual_seed(0))
    scores = [judge.quality((image + s * noise).clamp(0, 1)) for s in (0.0, 0.1, 0.3)]
    assert scores == sorted(scores, reverse=True)
    assert scores[2] < scores[0] - judge.margin
    assert judge.quality(gaussian_blur(image, 3.0)) < scores[0] - judge.margin


def test_judges_must_agree_and_a_failed_control_counts_for_nothing() -> None:
    def case(name: str, pixels: Verdict, look: Verdict) -> Case:
        return Case(name, "sepia", (pixels, look))

    missed = Verdict("pixels", "sepia", "original", False)
    fine = Verdict("look", "sepia", "sepia", False)
    degraded = Verdict("look", "sepia", "sepia", True)
    failed = Verdict("look", "warm", "original", True)
    assert not case("a", missed, fine).immunised
    assert case("a", missed, degraded).immunised and not case("a", missed, degraded).missed
    rate = immunisation_rate(
        [case("a", missed, fine), case("b", missed, degraded), case("b", missed, failed)]
    )
    assert rate is not None
    assert rate.rate.value == 0.5 and rate.rate.groups == 2
    assert rate.counted == 2 and rate.control_failed == 1
    assert immunisation_rate([case("b", missed, failed)]) is None


def test_photos_of_different_size_are_refused() -> None:
    with pytest.raises(ValueError, match="same size"):
        edit_both(ScriptedEditor(None), photo(), photo()[..., :90], "make it night")


def test_the_two_judges_share_no_distance() -> None:
    """Shifting texture by one pixel matters to PIXELS and hardly to LOOK."""
    image = torch.rand((1, 3, 96, 96), generator=torch.Generator().manual_seed(1))
    moved = image.roll(1, dims=3)
    assert PIXELS.distance(image, moved) > 5 * LOOK.distance(image, moved)
