"""Weights that are published as pickles only: read without running them, kept as safetensors.

``torch.load(weights_only=True)`` builds tensors and plain containers and refuses everything else.
The first load writes ``converted/`` into the model's folder; later ones read that, after checking
that it is still what was written.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.digests import file_sha256
from engine.problems import Problem

WEIGHTS = "model.safetensors"
NOTE = "converted.json"


def read_pickle(path: Path) -> dict[str, Tensor]:
    """The tensors of a ``.bin``, ``.ckpt`` or ``.pt`` file by name; those of nested dictionaries
    under ``outer.inner``. Raises ``Problem("import.unsafe")``, also for a damaged file."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise Problem("import.unsafe", file=str(path)) from error
    if isinstance(content, dict) and isinstance(content.get("state_dict"), dict):
        content = content["state_dict"]
    tensors: dict[str, Tensor] = {}
    _collect(content, "", tensors)
    return tensors


def _collect(content: Any, prefix: str, tensors: dict[str, Tensor]) -> None:
    if isinstance(content, Tensor):
        tensors[prefix] = content
    elif isinstance(content, dict):
        for name, part in content.items():
            _collect(part, f"{prefix}.{name}" if prefix else str(name), tensors)


def converted(folder: Path, weights: str = "pytorch_model.bin") -> Path:
    """A folder beside the originals with the same configuration and ``model.safetensors``."""
    target = folder / "converted"
    note = target / NOTE
    with contextlib.suppress(OSError, ValueError, KeyError):  # not converted yet
        if json.loads(note.read_text())["sha256"] == file_sha256(target / WEIGHTS):
            return target
    shutil.rmtree(target, ignore_errors=True)
    fresh = folder / "converted.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    tensors = read_pickle(folder / weights)
    # Tensors that share memory in the pickle are written out each on its own.
    save_file({name: t.clone().contiguous() for name, t in tensors.items()}, fresh / WEIGHTS)
    for file in folder.glob("*.json"):
        if file.name != "record.json":
            shutil.copy(file, fresh)
    (fresh / NOTE).write_text(json.dumps({"sha256": file_sha256(fresh / WEIGHTS)}))
    fresh.rename(target)
    return target
