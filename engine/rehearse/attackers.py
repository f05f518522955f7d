"""The models that a rehearsed attacker uses: none of them was ever a cloak's target."""

from __future__ import annotations

from engine.models import builtin
from engine.rehearse.bout import Bout
from engine.rehearse.treatments import Tools


def tools(bout: Bout) -> Tools:
    """What the attacker purifies with."""
    autoencoder = builtin.autoencoder(builtin.SURROGATES[0], bout.context)
    return Tools(autoencoder, None, bout.job.seed, bout.context.check)
