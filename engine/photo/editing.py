"""Against AI editing: SIFM on editors' denoisers and the encoder cloak, one in turn a step.

SIFM (``engine.photo.sifm``) attacks what an editor does with a photo, the encoder cloak
(``engine.photo.encoder``) what it gets to see of it; TDAE's two halves make both transfer: the
flat-minima step in the loop, and the dynamic prompt around SIFM (``engine.photo.tdae``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch import Tensor

from engine.context import Context
from engine.optimise.loop import Loss
from engine.optimise.turns import Reduced, Turns, reduced
from engine.photo import sifm, surrogates, tdae
from engine.photo.encoder import ENCODER_OPTIONS, in_turn
from engine.photo.surrogates import Surrogate
from engine.training.edits import EDITS

SIDE = 512  # long side at which a denoiser is shown the photo, as attackers' editors are
# One wording of every second edit: different enough to stand for what anybody may type.
PROMPTS = ("", *(edit.wordings[0] for edit in EDITS[::2]))
OPTIONS = replace(ENCODER_OPTIONS, steps=45)
CONSTANTS = {
    "sifm_times": list(sifm.TIMES),
    "sifm_weight": sifm.WEIGHT,
    "sifm_side": SIDE,
    "dpd_every": tdae.EVERY,
    "dpd_steps": tdae.STEPS,
    "dpd_radius": tdae.RADIUS,
}


def models(context: Context, folder: Path | None = None) -> list[Any]:
    """``Surrogate`` autoencoders, then denoisers."""
    return [
        *surrogates.autoencoders("edit", context, folder),
        *surrogates.denoisers("edit", context, folder),
    ]


def losses(
    models: Sequence[Any], image: Tensor, seed: int, norm: bool = True, distance: bool = True
) -> list[Loss]:
    """With ``norm`` or ``distance`` off, SIFM's ablations."""
    small = reduced(image, SIDE)
    autoencoders = [m for m in models if isinstance(m, Surrogate)]
    made: list[Loss] = [*in_turn([(m.model, m.whitening) for m in autoencoders], image)]
    for model in models:
        if not isinstance(model, Surrogate):
            loss = sifm.Sifm(model, small, PROMPTS, norm=norm, distance=distance, seed=seed)
            made.append(Reduced(tdae.DynamicPrompt(loss), SIDE))
    return [Turns(made)]
