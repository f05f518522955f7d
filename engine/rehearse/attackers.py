"""The models that a rehearsed attacker uses: where possible none that a cloak was made with."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from torch import Tensor

from engine.models import builtin
from engine.models.load import cached
from engine.models.roles import Editor, FaceRestorer
from engine.models.store import Store
from engine.photo import faces
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
        found: Editor | None = _downloaded(bout, "editor", "rehearse-edit")
        if found is not None:
            return found, PUBLISHED_SIDE
    for id in (builtin.EDITOR_JUDGE, builtin.EDITOR):
        if (builtin.FOLDER / id).is_dir():
            return builtin.editor(id, context), BUILTIN_SIDE
    return None


def _downloaded(bout: Bout, loader: str, used_by: str) -> Any:
    """The first downloaded model of a kind that can be loaded; None where there is none."""
    store = Store(bout.job.folder)
    for id in store.installed():
        entry = store.entry(id)
        if entry.loader != loader or used_by not in entry.used_by:
            continue
        try:
            return cached(bout.context, id, bout.job.folder)
        except Problem as problem:
            _log.warning("%s is not used: %s", id, problem)
    return None


def restoring(bout: Bout) -> Callable[[Tensor], Tensor] | None:
    """What a downloaded restorer makes of every face that it is shown; None without one."""
    network: FaceRestorer | None = _downloaded(bout, "restorer", "rehearse-faceswap")
    if network is None:
        return None

    def restore(image: Tensor) -> Tensor:
        return network.restore(image, faces.located(image[0], bout.context, bout.job.folder))

    return restore


def tools(bout: Bout) -> Tools:
    """What the attacker purifies with: the editor's autoencoder and denoiser where it is there."""
    check, restore = bout.context.check, restoring(bout)
    found = editor(bout)
    if found is None:
        autoencoder = builtin.autoencoder(builtin.SURROGATES[0], bout.context)
        return Tools(autoencoder, None, bout.job.seed, check, restore)
    denoiser = found[0].denoiser
    return Tools(denoiser.autoencoder, denoiser, bout.job.seed, check, restore)
