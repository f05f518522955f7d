"""From the name of a model to its wrapper: verify, load, check that it is what it should be.

Which wrapper an entry becomes (all in ``roles``) follows from its loader: ``autoencoder``
Autoencoder, ``denoiser`` Denoiser, ``editor`` Editor, ``adapter`` PictureAdapter, ``identity``
IdentityEncoder, ``locator`` FaceLocator, ``restorer`` FaceRestorer, ``semantic`` PictureText,
``speaker`` SpeakerEncoder, ``acoustic`` AcousticEncoder, ``cloner`` Cloner (and its vocoder),
``detector`` Detector, ``speech`` SpeechFeatures, ``vision`` PictureFeatures.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from engine.context import Context
from engine.device import dtype_for, free_memory, is_out_of_memory
from engine.models.loaders.source import Source
from engine.models.store import Store
from engine.problems import Problem

# Below so many times what a model takes, backward passes compute again what they would have kept.
# Measured as bytes kept for a backward pass: a U-Net at 64 x 64 latents 74 MB, then 17; an encoder
# at 256 pixels 208 MB, then 15. Slicing the attention kept 892 MB: torch's own attention keeps no
# table of all pairs, the sliced one does, so it is not used.
TIGHT = 1.5


def load(
    store: Store,
    id: str,
    device: torch.device,
    dtype: torch.dtype | None = None,
    check: Callable[[], None] = lambda: None,
) -> Any:
    """The wrapper of model ``id`` on ``device``, in half precision where that pays.

    Every file is hashed first; ``check`` is called meanwhile and may raise. Nothing is ever
    fetched. Raises ``Problem``: ``store.unknown``, ``store.absent``, ``store.damaged``,
    ``import.unsafe``, or ``model.unfit`` for files that are not the model they should be.
    """
    tight = free_memory(device) < TIGHT * memory_of(store, id)
    source = _source(store, id, device, dtype or dtype_for(device), tight, check)
    module = importlib.import_module(f"engine.models.loaders.{source.entry.loader}")
    try:
        return module.load(source)
    except Problem:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise
        # What the libraries raise for files they cannot use has no type in common.
        detail = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise Problem("model.unfit", id=id, detail=detail) from error


def memory_of(store: Store, id: str) -> int:
    """Bytes it takes, loaded and working, with all that it requires."""
    entry = store.entry(id)
    return sum(store.entry(other).memory for other in entry.requires) + entry.memory


def _source(
    store: Store,
    id: str,
    device: torch.device,
    dtype: torch.dtype,
    tight: bool,
    check: Callable[[], None],
) -> Source:
    entry = store.entry(id)
    required: dict[str, Source] = {
        store.entry(other).loader: _source(store, other, device, dtype, tight, check)
        for other in entry.requires
    }
    folder = store.whole(id, lambda count: check())
    record = store.record(id)
    assert record is not None  # it has just been verified
    weights = max(record.files.values(), key=lambda kept: kept.size)
    return Source(entry, folder, weights.sha256, device, dtype, tight, required)


def cached(context: Context, id: str, folder: Path | None = None) -> Any:
    """As ``load``, through the job's cache: least recently used models leave when memory ends."""
    store = Store(folder)
    dtype = dtype_for(context.device, context.precision)
    return context.models.get(
        f"store/{id}",
        lambda: load(store, id, context.device, dtype, context.check),
        memory_of(store, id),
    )
