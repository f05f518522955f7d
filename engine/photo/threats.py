"""Which method answers which threat: the registry that ``--threat`` chooses from.

A method names its models and makes its losses from them. Several threats are solved in one budget:
the loop is handed the losses of all and weighs them by the min-norm point of their gradients, so
that no threat is bought at another's cost, and no cloak is ever laid over another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from torch import Tensor

from engine import api
from engine.context import Context
from engine.optimise.loop import Decoder, Loss, Options
from engine.photo import editing, personalising, swapping


class Model(Protocol):
    """Anything with a name and a hash, for the receipt."""

    @property
    def id(self) -> str: ...

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True)
class Method:
    """How a photo is protected against one threat.

    ``models`` loads what it is searched on. ``losses`` makes one loss for each thing that must not
    lose to another, from those models, the photo (1, 3, h, w) and the seed. ``decoder`` says where
    the delta is searched when this is the only threat; with others it is searched in pixels.
    ``constants`` go into the receipt.
    """

    name: str
    models: Callable[[Context, Path | None], Sequence[Any]]
    losses: Callable[[Sequence[Any], Tensor, int], list[Loss]]
    options: Options
    constants: Mapping[str, Any]
    decoder: Callable[[Sequence[Any], Tensor], Decoder] | None = None
    decoder_options: Options | None = None


METHODS: dict[api.Threat, Method] = {
    "edit": Method(
        "SIFM and encoder cloak, with TDAE",
        editing.models,
        editing.losses,
        editing.OPTIONS,
        editing.CONSTANTS,
    ),
    "personalise": Method(
        "trajectory-shifted perturbation",
        personalising.models,
        personalising.losses,
        personalising.OPTIONS,
        personalising.CONSTANTS,
        personalising.decoder,
        personalising.DECODER_OPTIONS,
    ),
    "faceswap": Method(
        "VoidFace",
        swapping.models,
        swapping.losses,
        swapping.OPTIONS,
        swapping.CONSTANTS,
    ),
}


@dataclass(frozen=True)
class Plan:
    """The methods of a job with their models loaded: everything but the photo."""

    methods: tuple[Method, ...]
    models: tuple[Sequence[Any], ...]  # of each method

    @property
    def name(self) -> str:
        return " + ".join(method.name for method in self.methods)

    @property
    def faces(self) -> swapping.Models | None:
        """The models of face swapping when that is the only threat: faces alone are changed."""
        (first, *more) = self.models
        return first if isinstance(first, swapping.Models) and not more else None

    @property
    def constants(self) -> dict[str, Any]:
        found: dict[str, Any] = {"steps": self.options.steps, "flatness": self.options.flatness}
        for method in self.methods:
            found |= method.constants
        return found

    @property
    def hashes(self) -> dict[str, str]:
        return {model.id: model.sha256 for models in self.models for model in models}

    @property
    def options(self) -> Options:
        """Of the only method; of several, those of the one that takes the most steps."""
        if len(self.methods) == 1:
            return self.methods[0].decoder_options or self.methods[0].options
        return max((method.options for method in self.methods), key=lambda each: each.steps)

    def losses(self, image: Tensor, seed: int) -> list[Loss]:
        found: list[Loss] = []
        for method, models in zip(self.methods, self.models, strict=True):
            found += method.losses(models, image, seed)
        return found

    def decoder(self, image: Tensor) -> Decoder | None:
        if len(self.methods) > 1 or self.methods[0].decoder is None:
            return None
        return self.methods[0].decoder(self.models[0], image)


def plan(
    threats: Sequence[api.Threat],
    context: Context,
    folder: Path | None = None,
    boxes: tuple[api.FaceBox, ...] | None = None,
) -> Plan:
    """Load what the threats need; ``boxes`` are the faces, for those that are about faces.

    Raises ``KeyError`` for a threat without a method.
    """
    methods = tuple(METHODS[threat] for threat in dict.fromkeys(threats))
    models = (method.models(context, folder) for method in methods)
    return Plan(
        methods,
        tuple(
            replace(each, boxes=boxes) if isinstance(each, swapping.Models) else each
            for each in models
        ),
    )


def grey_where_the_photo_is(options: Options, image: Tensor) -> Options:
    """A grey picture gets a grey delta: anything else would be lost when it is written."""
    return replace(options, grey=bool((image[:, :1] == image[:, 1:]).all()))
