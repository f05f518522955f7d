"""Everything that is done to a published picture before it is misused: algorithms 1.6.

First what happens to any file on its way (``engine.rehearse.channels``), then what somebody does
who wants the cloak gone (``engine.rehearse.purify``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from engine.models.roles import Autoencoder, Denoiser
from engine.rehearse import channels, purify

AS_SAVED = "as-saved"


@dataclass(frozen=True)
class Tools:
    """What a purifying attacker has. ``check`` raises when the user cancelled."""

    autoencoder: Autoencoder
    denoiser: Denoiser | None
    seed: int = 0
    check: Callable[[], None] = lambda: None
    restore: Callable[[Tensor], Tensor] | None = None  # all faces in a picture


@dataclass(frozen=True)
class Treatment:
    """``name`` is the key the interface translates; ``slow`` ones are for the full rehearsal."""

    name: str
    apply: Callable[[Tensor, Tools], Tensor] = field(repr=False)
    slow: bool = False
    denoises: bool = False  # needs a denoiser
    restores: bool = False  # needs a restorer of faces


def _way(row: channels.Row) -> Treatment:
    return Treatment(row.name, lambda images, tools: row.apply(images))


def possible(tools: Tools) -> tuple[Treatment, ...]:
    """What an attacker with these tools can do."""
    return tuple(
        treatment
        for treatment in TREATMENTS
        if (tools.denoiser is not None or not treatment.denoises)
        and (tools.restore is not None or not treatment.restores)
    )


def _restored(images: Tensor, tools: Tools) -> Tensor:
    assert tools.restore is not None  # as for ``_denoised``
    return tools.restore(images)


def _denoised(attack: Callable[..., Tensor]) -> Callable[[Tensor, Tools], Tensor]:
    def apply(images: Tensor, tools: Tools) -> Tensor:
        assert tools.denoiser is not None  # such treatments are left out without one
        return attack(tools.denoiser, images, seed=tools.seed, check=tools.check)

    return apply


TREATMENTS: tuple[Treatment, ...] = (
    Treatment(AS_SAVED, lambda images, tools: images),
    *(_way(row) for row in channels.CHANNELS),
    Treatment("vae", lambda images, tools: purify.round_trip(tools.autoencoder, images)),
    Treatment(
        "impress",
        lambda images, tools: purify.impress(tools.autoencoder, images, check=tools.check),
        slow=True,
    ),
    Treatment("diffpure", _denoised(purify.diffpure), denoises=True),
    Treatment("noisy-upscaling", _denoised(purify.noisy_upscaling), denoises=True),
    Treatment("gridpure", _denoised(purify.gridpure), slow=True, denoises=True),
    Treatment("udap", _denoised(purify.udap), slow=True, denoises=True),
    Treatment("restore", _restored, restores=True),
)
