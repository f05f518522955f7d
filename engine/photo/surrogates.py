"""The autoencoders a photo's cloak is searched on: the built-in ones and what was downloaded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine import api
from engine.context import Context
from engine.models import builtin, whitening
from engine.models.load import cached
from engine.models.roles import Autoencoder
from engine.models.store import Store
from engine.models.whitening import Whitening
from engine.problems import Problem

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surrogate:
    model: Autoencoder
    whitening: Whitening


def surrogates(
    threats: Sequence[api.Threat], context: Context, folder: Path | None = None
) -> list[Surrogate]:
    """Built-in first, then every downloaded autoencoder that serves one of the threats.

    On a processor only those meant for one are used: a full-size autoencoder would take minutes
    a step. A downloaded model that cannot be loaded is left out, since protection works without.
    """
    found = [
        Surrogate(builtin.autoencoder(id, context), builtin.whitening_of(id, context))
        for id in builtin.SURROGATES
    ]
    purposes = {f"protect-{threat}" for threat in threats}
    store = Store(folder)
    for id in store.installed():
        entry = store.entry(id)
        slow = entry.needs != "cpu" and context.device.type == "cpu"
        if entry.loader != "autoencoder" or slow or not purposes & set(entry.used_by):
            continue
        try:
            model: Autoencoder = cached(context, id, folder)
        except Problem as problem:
            _log.warning("%s is not used: %s", id, problem)
            continue
        found.append(Surrogate(model, _whitening(id, model, context)))
    return found


def _whitening(id: str, model: Autoencoder, context: Context) -> Whitening:
    def estimate() -> Whitening:
        return whitening.estimated(model, context.device)

    return context.models.get(f"{id}/whitening", estimate)
