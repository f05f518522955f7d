"""Jobs and results of the model store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal


@dataclass(frozen=True)
class ListModels:
    """The published models and how each stands on this computer; reads no network.

    ``folder``, here and below: where models are kept; the usual place by default. ``device`` and
    ``free_memory``: for which device to recommend, where whoever asks knows it already.
    """

    kind: ClassVar[str] = "list-models"

    folder: Path | None = None
    device: str | None = None
    free_memory: int | None = None


@dataclass(frozen=True)
class DownloadModel:
    """Fetch a published model, or repair one, or go on where a paused or killed download ended.

    Cancelling it is pausing it: what has arrived is kept. ``mirror``: the base address of a
    mirror of the hub. ``accept``: the user agrees to the licence; recorded.
    """

    kind: ClassVar[str] = "download-model"

    id: str
    folder: Path | None = None
    mirror: str | None = None
    offline: bool = False
    accept: bool = False


@dataclass(frozen=True)
class VerifyModel:
    """Compare every file of a model with the hash kept when it came."""

    kind: ClassVar[str] = "verify-model"

    id: str
    folder: Path | None = None


@dataclass(frozen=True)
class ImportModel:
    """Use files the user has: a folder, or one .safetensors, .ckpt, .bin, .pt or .onnx file.

    ``id`` says which model it is where the file alone does not. ``link``: leave the files where
    they are instead of copying them.
    """

    kind: ClassVar[str] = "import-model"

    source: Path
    id: str | None = None
    link: bool = False
    folder: Path | None = None
    accept: bool = False


@dataclass(frozen=True)
class RemoveModel:
    """Delete a model, or what has arrived of it. Files that were linked stay where they are."""

    kind: ClassVar[str] = "remove-model"

    id: str
    folder: Path | None = None


@dataclass(frozen=True)
class MoveModels:
    """Take all models to another folder, perhaps on another disk."""

    kind: ClassVar[str] = "move-models"

    target: Path
    folder: Path | None = None


# The jobs that change what lies in the store. None needs a device.
StoreJob = DownloadModel | VerifyModel | ImportModel | RemoveModel | MoveModels

ModelStanding = Literal["absent", "partial", "installed", "damaged"]


@dataclass(frozen=True)
class ModelState:
    """One published model and how it stands on this computer. Sizes in bytes."""

    id: str
    purpose: dict[str, str]  # plain words by language, "en" and "zh"
    roles: tuple[str, ...]  # surrogate, judge, rehearsal, detector, locator
    groups: tuple[str, ...]  # photo, voice, check
    used_by: tuple[str, ...]  # keys of the tasks that use it
    requires: tuple[str, ...]  # ids of models without which it does not work
    required_by: tuple[str, ...]  # ids of installed models that need this one
    repo: str
    revision: str  # the commit on this computer, else the catalogue's; "unpinned" without either
    pinned: bool  # the catalogue names the commit; else the first download decides
    format: str
    converted: bool  # its file is a pickle, rewritten as safetensors on this computer
    size: int
    on_disk: int
    memory: int
    licence: str
    licence_url: str
    forbids: tuple[str, ...]  # keys, e.g. "commercial-use"
    gated: bool
    consent: Literal["not-needed", "needed", "given"]
    standing: ModelStanding
    linked: bool  # its files lie elsewhere
    damaged: tuple[str, ...]  # files that failed their check
    recommended: bool  # suits this computer
    confirmed: bool  # documentation confirmed its names
    unconfirmed: tuple[str, ...]


@dataclass(frozen=True)
class ModelsResult:
    """``recommended_size``: bytes still to fetch for the recommended set; ``rate``: bytes a second
    of the last download, None before the first."""

    folder: Path
    models: tuple[ModelState, ...]
    device: str
    free_memory: int
    free_disk: int
    recommended_size: int
    rate: float | None
    mirrors: tuple[str, ...]  # known public ones


@dataclass(frozen=True)
class ModelResult:
    """The model after the job. ``notes``: keys, e.g. "pinned-now", "already-there"."""

    model: ModelState
    notes: tuple[str, ...] = ()
    freed: int = 0  # bytes, by a removal
