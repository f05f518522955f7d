"""From threats to methods: models, losses, and one budget for several."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine import api
from engine.context import Context
from engine.models.cache import ModelCache
from engine.models.whitening import Whitening
from engine.optimise.budget import Budget, limits
from engine.photo import editing, personalising, threats
from engine.photo.cloak import cloak
from engine.photo.surrogates import Surrogate
from tests.engine.editing_models import LATENT_CHANNELS, TinyDenoiser, tiny_autoencoder


@pytest.fixture(autouse=True)
def tiny_models(monkeypatch: pytest.MonkeyPatch) -> None:
    denoiser = TinyDenoiser()
    whitening = Whitening(torch.zeros(1, LATENT_CHANNELS, 1, 1), torch.eye(LATENT_CHANNELS))

    def both(context: Context, folder: Path | None = None) -> list[Any]:
        return [Surrogate(tiny_autoencoder(1), whitening), denoiser]

    def one(context: Context, folder: Path | None = None) -> list[Any]:
        return [denoiser]

    for threat, loader in (("edit", both), ("personalise", one)):
        method = threats.METHODS[threat]  # type: ignore[index]
        short = replace(method, models=loader, options=replace(method.options, steps=3))
        if short.decoder_options:
            short = replace(short, decoder_options=replace(short.decoder_options, steps=3))
        monkeypatch.setitem(threats.METHODS, threat, short)


@pytest.mark.parametrize(
    "chosen", [("edit",), ("personalise",), ("edit", "personalise")], ids="+".join
)
@pytest.mark.parametrize("grey", [False, True])
def test_any_choice_of_threats_fills_one_budget(chosen: tuple[api.Threat, ...], grey: bool) -> None:
    context = Context(torch.device("cpu"), ModelCache(torch.device("cpu")))
    planned = threats.plan(chosen, context)
    image = torch.rand((1, 3, 17, 24), generator=torch.Generator().manual_seed(0))
    if grey:
        image = image[:, :1].expand(-1, 3, -1, -1).contiguous()
    limit = limits(image, Budget(0.03))
    job = api.ProtectPhoto(Path("photo.png"), chosen)
    search = cloak(job, image, limit, planned, context)
    while True:
        try:
            step = next(search)
        except StopIteration as end:
            delta = end.value
            break
    assert step.step == step.of == 3
    assert 0 < float(delta.abs().max()) <= 0.03 + 1e-6
    assert not grey or torch.allclose(delta[:, 0], delta[:, 1], atol=1e-6)
    assert ("SIFM" in planned.name) == ("edit" in chosen)
    assert planned.constants["steps"] == 3
    assert "tiny-denoiser" in planned.hashes


def test_several_threats_are_weighed_not_stacked() -> None:
    """One loss for each threat reaches the loop, and only a lone threat searches in a latent."""
    context = Context(torch.device("cpu"), ModelCache(torch.device("cpu")))
    image = torch.rand(1, 3, 32, 32)
    both = threats.plan(("edit", "personalise", "edit"), context)
    assert len(both.methods) == len(both.losses(image, 0)) == 2
    assert both.decoder(image) is None
    alone = threats.plan(("personalise",), context)
    decoder = alone.decoder(image)
    assert decoder is not None
    delta = decoder(torch.zeros(decoder.shape))
    assert delta.shape == image.shape
    assert float(delta.abs().max()) == 0


def test_a_decoder_works_on_a_smaller_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personalising, "SIDE", 32)
    image = torch.rand(1, 3, 50, 64)
    decoder = personalising.decoder([TinyDenoiser()], image)
    assert decoder.shape == (1, LATENT_CHANNELS, 4, 4)
    assert decoder(torch.ones(decoder.shape)).shape == image.shape


def test_prompts_leave_the_unseen_wordings_alone() -> None:
    from engine.training.edits import EDITS

    unseen = {wording for edit in EDITS for wording in edit.unseen}
    assert not unseen & set(editing.PROMPTS)
