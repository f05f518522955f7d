"""The picture schemes by name, each on the model it was asked for."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import cast

from engine import api
from engine.context import Context
from engine.models.roles import Autoencoder
from engine.problems import Problem
from engine.watermark.pixel import PixelScheme
from engine.watermark.registry import Registry
from engine.watermark.scheme import PhotoScheme

# Of the four variants the one that photographs keep best, at equal PSNR (tests/bench).
BEST_VARIANT = "pcq"
PREFIX = "phasemark-"

_log = logging.getLogger(__name__)


def scheme_of(
    name: api.MarkScheme, model: str | None, folder: Path | None, context: Context
) -> PhotoScheme:
    """``auto`` is the pixel tier, which needs no model; ``model`` is PhaseMark's autoencoder.

    Raises ``mark.scheme`` for a scheme that marks no pictures, ``mark.model`` for an autoencoder
    that does not fit, and what loading it raises.
    """
    if name in ("auto", "pixel"):
        return PixelScheme()
    if name == "phasemark":
        return _phasemark(BEST_VARIANT, model, folder, context)
    if name.startswith(PREFIX):
        return _phasemark(name.removeprefix(PREFIX), model, folder, context)
    raise Problem("mark.scheme", scheme=name)


def model_of(scheme: PhotoScheme, model: str | None) -> str:
    """The id of the model that reading this scheme's marks needs; "" for none."""
    from engine.models import builtin

    return (model or builtin.SURROGATES[0]) if scheme.id.startswith(PREFIX) else ""


def in_use(registry: Registry, folder: Path | None, context: Context) -> list[PhotoScheme]:
    """What to look for: the pixel tier, and every PhaseMark that some work was marked with.

    A model is only loaded for those who mark with it; one that is gone is left out.
    """
    found: list[PhotoScheme] = [PixelScheme()]
    for name, model in registry.used():
        if name.startswith(PREFIX):
            try:
                scheme = cast("api.MarkScheme", name)
                found.append(scheme_of(scheme, model or None, folder, context))
            except Problem as problem:
                _log.warning("marks of %s on %s are not looked for: %s", name, model, problem)
    return found


def _phasemark(
    variant: str, model: str | None, folder: Path | None, context: Context
) -> PhotoScheme:
    from engine.models import builtin
    from engine.models.load import cached
    from engine.watermark.phasemark import PhaseMark, Variant

    id = model or builtin.SURROGATES[0]
    autoencoder: Autoencoder
    if (builtin.FOLDER / id).is_dir() and id.startswith("autoencoder-"):
        autoencoder = builtin.autoencoder(id, context)
    else:
        autoencoder = cached(context, id, folder)
    try:
        return PhaseMark(autoencoder, context.device, cast("Variant", variant))
    except (AttributeError, ValueError) as unfit:
        raise Problem("mark.model", model=id) from unfit
