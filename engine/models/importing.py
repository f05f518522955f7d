"""Use files the user has: recognise them by their weights, check their shapes, take them in.

The names of the files do not matter much: a single file may be called anything, and a folder may
be the whole repository or only the part of it that the model is. What counts is which weights are
inside, and of which shape.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

from engine.api import Progress
from engine.digests import file_sha256
from engine.models.catalogue import Entry
from engine.models.checkpoints import autoencoder_of, is_whole_checkpoint
from engine.models.copying import copy
from engine.models.shapes import Shapes, difference, read_shapes
from engine.models.store import Kept, Record, Store, now
from engine.problems import Problem

WEIGHT_SUFFIXES = (".safetensors", ".ckpt", ".bin", ".pt", ".pth", ".onnx")


@dataclass(frozen=True)
class Found:
    """Which model the files are. ``files`` maps the paths of its repository to the user's files;
    ``made`` to contents that are not among them but known. ``checkpoint``: the autoencoder has to
    be taken out of this file."""

    entry: Entry
    files: dict[str, Path]
    made: dict[str, bytes] = field(default_factory=dict)
    checkpoint: Path | None = None
    notes: tuple[str, ...] = ()


def recognise(store: Store, source: Path, id: str | None = None) -> Found:
    """Find out which model ``source``, a file or a folder, is.

    Raises ``Problem``: ``file.missing``, ``import.unknown``, ``import.ambiguous`` (say ``id``),
    ``import.shape``, ``import.incomplete`` or ``import.unsafe``.
    """
    if not source.exists():
        raise Problem("file.missing", file=str(source))
    wanted = [store.entry(id)] if id else list(store.catalogue.entries)
    if source.is_dir():
        return _of_folder(source, wanted, id)
    if source.suffix.lower() not in WEIGHT_SUFFIXES:
        raise Problem("import.unknown", file=str(source))
    shapes = read_shapes(source)
    if is_whole_checkpoint(shapes):
        return _of_checkpoint(source, shapes, wanted, id)
    return _of_file(source, shapes, wanted, id)


def _of_folder(folder: Path, wanted: list[Entry], id: str | None) -> Found:
    found, partly = [], []
    for entry in wanted:
        files = {}
        for file in entry.files:
            # The part of the repository alone, without the folder it is in there, will do.
            inner = file.path.removeprefix(f"{entry.options.get('subfolder', '')}/")
            for candidate in (folder / file.path, folder / inner):
                if candidate.is_file():
                    files[file.path] = candidate
                    break
        missing = [f.path for f in entry.files if f.path not in files and f.path != _config(entry)]
        if missing:
            if files:
                partly.append((entry, missing))
            continue
        found.append((entry, files))
    fitting, first = [], None
    for entry, files in found:
        detail = _unlike(entry, files)
        if detail is None:
            fitting.append(Found(entry, files, _made(entry, files)))
        else:
            first = first or (entry, detail)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise _ambiguous(folder, [match.entry for match in fitting])
    if id and first:
        raise Problem("import.shape", file=str(folder), id=first[0].id, detail=first[1])
    if id and partly:
        missing_names = ", ".join(partly[0][1])
        raise Problem("import.incomplete", file=str(folder), id=id, missing=missing_names)
    raise Problem("import.unknown", file=str(folder))


def _of_file(file: Path, shapes: Shapes, wanted: list[Entry], id: str | None) -> Found:
    candidates = [entry for entry in wanted if _signed(entry, file, shapes)]
    if not candidates:
        if id:
            raise Problem(
                "import.shape", file=str(file), id=id, detail="its weights are of another model"
            )
        raise Problem("import.unknown", file=str(file))
    beside = file.parent / "config.json"
    matches, unlike, incomplete = [], None, None
    for entry in candidates:
        files = {_weights(entry): file}
        config = _config(entry)
        if config and beside.is_file() and beside.parent == file.parent:
            files[config] = beside
        lacking = [f.path for f in entry.files if f.path not in files]
        lacking = [path for path in lacking if path != config or entry.config is None]
        if lacking:
            incomplete = (entry, lacking)
            continue
        detail = _unlike(entry, files)
        if detail is None:
            matches.append(Found(entry, files, _made(entry, files)))
        else:
            unlike = (entry, detail)
    if len(matches) == 1:
        return matches[0]
    if matches:
        stated = {f.sha256: m for m in matches for f in m.entry.files if f.sha256}
        if stated and (known := stated.get(file_sha256(file))):
            return known
        raise _ambiguous(file, [match.entry for match in matches])
    if incomplete:
        names = ", ".join(incomplete[1])
        raise Problem("import.incomplete", file=str(file), id=incomplete[0].id, missing=names)
    assert unlike is not None  # every candidate went one of three ways
    raise Problem("import.shape", file=str(file), id=unlike[0].id, detail=unlike[1])


def _of_checkpoint(file: Path, shapes: Shapes, wanted: list[Entry], id: str | None) -> Found:
    """A whole Stable Diffusion checkpoint, as the painting programs keep them."""
    of = autoencoder_of(shapes)
    entry = next((entry for entry in wanted if entry.id == of), None)
    if entry is None:
        if id:
            raise Problem(
                "import.shape", file=str(file), id=id,
                detail="it is a whole Stable Diffusion checkpoint",
            )  # fmt: skip
        raise Problem("import.unknown", file=str(file))
    return Found(entry, {}, _made(entry, {}), file, ("taken-from-checkpoint",))


def _ambiguous(source: Path, entries: list[Entry]) -> Problem:
    choices = ", ".join(entry.id for entry in entries)
    return Problem("import.ambiguous", file=str(source), choices=choices)


def _weights(entry: Entry) -> str:
    """The path of the entry's largest file."""
    return max(entry.files, key=lambda file: file.size).path


def _config(entry: Entry) -> str | None:
    """The path of the configuration that the catalogue knows."""
    if entry.config is None:
        return None
    return next((f.path for f in entry.files if f.path.endswith("config.json")), None)


def _signed(entry: Entry, file: Path, shapes: Shapes) -> bool:
    onnx = file.suffix.lower() == ".onnx"
    if onnx != (entry.format == "onnx"):
        return False
    if onnx:
        return (kind := _onnx_kind(entry)) is not None and shapes.get("<kind>") == kind
    return bool(entry.signature) and all(
        shapes.get(name) == shape for name, shape in entry.signature.items()
    )


def _onnx_kind(entry: Entry) -> tuple[int, ...] | None:
    """What ``read_shapes`` says of the entry's graph: how many outputs, and how wide the first is
    where that tells models apart; None where nothing is known."""
    if entry.loader == "locator":
        return (12,) if entry.options["head"] == "yunet" else (9,)
    width = entry.expects.get("width")
    return None if width is None else (1, int(width))


def _unlike(entry: Entry, files: dict[str, Path]) -> str | None:
    """What keeps the files from being the entry; None where nothing does."""
    weights = files[_weights(entry)]
    shapes = read_shapes(weights)
    if entry.format == "onnx":
        return None if _onnx_kind(entry) in (None, shapes.get("<kind>")) else "it has other outputs"
    if entry.signature and not _signed(entry, weights, shapes):
        for name, shape in entry.signature.items():
            if shapes.get(name) != shape:
                return f"{name} is {shapes.get(name, 'missing')} and should be {shape}"
    config = files.get(_config(entry) or "config.json")
    content = json.loads(config.read_text()) if config else entry.config
    if content is None:
        return None
    scale = content.get("scaling_factor", 0.18215)  # diffusers' default, as early files omit it
    if "scale" in entry.expects and abs(scale - entry.expects["scale"]) > 1e-6:
        return f"its scale is {scale} and should be {entry.expects['scale']}"
    return difference(entry, content, shapes)


def _made(entry: Entry, files: dict[str, Path]) -> dict[str, bytes]:
    """The published configuration, where the user's files have none."""
    path = _config(entry)
    if path is None or path in files or entry.config is None:
        return {}
    return {path: json.dumps(entry.config, indent=2).encode()}


def bring_in(
    store: Store, found: Found, link: bool, check: Callable[[], None]
) -> Generator[Progress, None, None]:
    """Copy the files into the store, or link them, and put the model into place."""
    entry = found.entry
    incoming = store.incoming(entry.id)
    shutil.rmtree(incoming, ignore_errors=True)
    try:
        incoming.mkdir(parents=True)
    except OSError as error:
        raise Problem("store.folder", folder=str(store.folder)) from error
    total = sum(file.stat().st_size for file in found.files.values())
    kept: dict[str, Kept] = {}
    links: dict[str, str] = {}
    done = 0
    try:
        for path, content in found.made.items():
            target = incoming / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            kept[path] = Kept(len(content), file_sha256(target))
        if found.checkpoint is not None:
            yield Progress(0, 0, "convert")
            target = incoming / _weights(entry)
            _take_out(entry, found.checkpoint, target)
            kept[_weights(entry)] = Kept(target.stat().st_size, file_sha256(target))
        for path, file in found.files.items():
            size = file.stat().st_size
            if link and _linked(file.resolve(), incoming / path):
                links[path] = str(file.resolve())
                sha256 = file_sha256(file, lambda count: check())
            else:
                sha256 = yield from copy(file, incoming / path, done, total, "import", check)
            done += size
            kept[path] = Kept(size, sha256)
            yield Progress(done, total, "import")
        record = Record(entry.id, entry.repo, "", "import", "import", now(), kept, links)
        store.write_record(incoming, record)
        place = store.place(entry.id)
        if place.exists():
            store.remove_place(entry.id)
        incoming.rename(place)
    except BaseException:
        shutil.rmtree(incoming, ignore_errors=True)
        raise


def _linked(file: Path, target: Path) -> bool:
    """A symbolic link, where the system makes them; else the caller copies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.symlink_to(file)
    except OSError:
        return False
    return True


def _take_out(entry: Entry, checkpoint: Path, target: Path) -> None:
    from engine.models.checkpoints import take_autoencoder

    target.parent.mkdir(parents=True, exist_ok=True)
    assert entry.config is not None  # of every autoencoder that checkpoints hold
    take_autoencoder(checkpoint, dict(entry.config), target)
