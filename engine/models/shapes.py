"""Names and shapes of the weights in a file, and whether they are those of a class."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from engine.models.catalogue import Entry
from engine.problems import Problem

Shapes = dict[str, tuple[int, ...]]

HEADER_LIMIT = 100_000_000  # bytes, as in the safetensors format
SHARED = 0.8  # of the weights of a transformers model that older files name as newer code does


def read_shapes(path: Path) -> Shapes:
    """Of a .safetensors file (its header alone is read), a pickle (weights only) or an .onnx file.

    An ONNX graph names its weights as its exporter pleased, so of it one line, ``<kind>``, says
    how many outputs it has and, of a single one, how wide it is.
    Raises ``Problem("import.unsafe")`` for a file that is damaged or holds more than weights.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".safetensors":
            return _of_safetensors(path)
        if suffix == ".onnx":
            return _of_onnx(path)
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise Problem("import.unsafe", file=str(path)) from error
    from engine.models.loaders.pickles import read_pickle

    return {name: tuple(tensor.shape) for name, tensor in read_pickle(path).items()}


def _of_safetensors(path: Path) -> Shapes:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > min(HEADER_LIMIT, path.stat().st_size):
            raise ValueError("the header is longer than the file")
        header = json.loads(file.read(length))
    end = 8 + length + max(
        (item["data_offsets"][1] for name, item in header.items() if name != "__metadata__"),
        default=0,
    )  # fmt: skip
    if end != path.stat().st_size:
        raise ValueError("the file was cut off")
    return {n: tuple(item["shape"]) for n, item in header.items() if n != "__metadata__"}


def _of_onnx(path: Path) -> Shapes:
    import onnx

    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except Exception as error:  # of the protocol buffers, whose package has no types
        raise ValueError("no ONNX file") from error
    if not graph.node:
        raise ValueError("no ONNX file")
    shapes: Shapes = {w.name: tuple(w.dims) for w in graph.initializer}
    outputs = [[d.dim_value for d in o.type.tensor_type.shape.dim] for o in graph.output]
    shapes["<kind>"] = (1, outputs[0][-1]) if len(outputs) == 1 else (len(outputs),)
    return shapes


def difference(entry: Entry, config: dict[str, Any], shapes: Shapes) -> str | None:
    """What keeps ``shapes`` from being those of the entry's class under ``config``.

    The class is built without memory and its weights compared: exactly for diffusers; for
    transformers, which rename weights between versions, where the names agree.
    """
    library, _, name = entry.loads.partition(".")
    if library not in ("diffusers", "transformers") or " " in entry.loads:
        return None
    wanted = _expected(library, name, config)
    missing = [n for n in wanted if n not in shapes]
    allowed = 0 if library == "diffusers" else (1 - SHARED) * len(wanted)
    if len(missing) > allowed:
        return f"{missing[0]} is missing"
    for n, shape in wanted.items():
        if n in shapes and shapes[n] != shape:
            return f"{n} is {shapes[n]} and should be {shape}"
    return None


def _expected(library: str, name: str, config: dict[str, Any]) -> Shapes:
    import importlib

    import torch

    kind = getattr(importlib.import_module(library), name)
    with torch.device("meta"):
        if library == "diffusers":
            model = kind.from_config(config)
        else:
            model = kind(kind.config_class.from_dict(config))
    return {n: tuple(t.shape) for n, t in model.state_dict().items()}
