"""The models that a rehearsed attacker uses: where possible none that a cloak was made with."""

from __future__ import annotations

import logging

from engine.models import builtin
from engine.models.load import cached
from engine.models.roles import Editor
from engine.models.store import Store
from engine.problems import Problem
from engine.rehearse.bout import Bout
from engine.rehearse.treatments import Tools

BUILTIN_SIDE = 256  # pixels: what the built-in editors were trained on
PUBLISHED_SIDE = 512

_log = logging.getLogger(__name__)


def editor(bout: Bout) -> tuple[Editor, int] | None:
    """The instruction editor and the long side it works at: a downloaded one where there is a
    graphics card for it, else the built-in judge, else the one that cloaks are made with; None
    where none of them is there."""
    context = bout.context
    if context.device.type != "cpu":
        store = Store(bout.job.folder)
        for id in store.installed():
            entry = store.entry(id)
            if entry.loader != "editor" or "rehearse-edit" not in entry.used_by:
                continue
            try:
                found: Editor = cached(context, id, bout.job.folder)
            except Problem as problem:
                _log.warning("%s is not used: %s", id, problem)
            else:
                return found, PUBLISHED_SIDE
    for id in (builtin.EDITOR_JUDGE, builtin.EDITOR):
        if (builtin.FOLDER / id).is_dir():
            return builtin.editor(id, context), BUILTIN_SIDE
    return None


def tools(bout: Bout) -> Tools:
    """What the attacker purifies with: the editor's autoencoder and denoiser where it is there."""
    check = bout.context.check
    found = editor(bout)
    if found is None:
        autoencoder = builtin.autoencoder(builtin.SURROGATES[0], bout.context)
        return Tools(autoencoder, None, bout.job.seed, check)
    denoiser = found[0].denoiser
    return Tools(denoiser.autoencoder, denoiser, bout.job.seed, check)
