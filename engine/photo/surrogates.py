"""The models a photo's cloak is searched on: the built-in ones and what was downloaded."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import api
from engine.context import Context
from engine.models import builtin, whitening
from engine.models.load import cached
from engine.models.roles import Autoencoder, Denoiser
from engine.models.store import Store
from engine.models.whitening import Whitening
from engine.problems import Problem

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surrogate:
    """An autoencoder, with what brings its latents to equal variance."""

    model: Autoencoder
    whitening: Whitening

    @property
    def id(self) -> str:
        return self.model.id

    @property
    def sha256(self) -> str:
        return self.model.sha256


def autoencoders(
    threat: api.Threat, context: Context, folder: Path | None = None
) -> list[Surrogate]:
    """Built-in first, then every downloaded autoencoder that serves the threat."""
    found = [
        Surrogate(builtin.autoencoder(id, context), builtin.whitening_of(id, context))
        for id in builtin.SURROGATES
    ]
    found.extend(
        Surrogate(model, _whitening(model.id, model, context))
        for model in _downloaded(threat, ("autoencoder",), context, folder)
    )
    return found


def denoisers(threat: api.Threat, context: Context, folder: Path | None = None) -> list[Denoiser]:
    """The built-in editor's denoiser first, then those of downloaded models."""
    found: list[Denoiser] = [builtin.editor(builtin.EDITOR, context).denoiser]
    found.extend(
        getattr(model, "denoiser", model)
        for model in _downloaded(threat, ("denoiser", "editor"), context, folder)
    )
    return found


def _downloaded(
    threat: api.Threat, loaders: tuple[str, ...], context: Context, folder: Path | None
) -> Iterator[Any]:
    """On a processor only those meant for one: a full-size model would take minutes a step.

    A downloaded model that cannot be loaded is left out, since protection works without.
    """
    store = Store(folder)
    for id in store.installed():
        entry = store.entry(id)
        slow = entry.needs != "cpu" and context.device.type == "cpu"
        if entry.loader not in loaders or slow or f"protect-{threat}" not in entry.used_by:
            continue
        try:
            yield cached(context, id, folder)
        except Problem as problem:
            _log.warning("%s is not used: %s", id, problem)


def _whitening(id: str, model: Autoencoder, context: Context) -> Whitening:
    def estimate() -> Whitening:
        return whitening.estimated(model, context.device)

    return context.models.get(f"{id}/whitening", estimate)
