"""The published models Cloakroom knows: what each is for, where it lives, what its licence forbids.

``assets/models/catalogue.json`` is the list; this module is its schema. Sizes are those of the
published files and serve for display and for the estimate before the hub has been asked; what the
hub says then is what counts. A revision is a full commit or ``"unpinned"``: the store pins such an
entry at its first download, and says so. A SHA-256 is written here only where the hub's own pages
state it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

PATH = Path(__file__).resolve().parents[2] / "assets" / "models" / "catalogue.json"
SCHEMA = 1
UNPINNED = "unpinned"

Role = Literal["surrogate", "judge", "rehearsal", "detector", "locator"]
Group = Literal["photo", "voice", "check"]
Format = Literal["safetensors", "onnx", "pickle"]
# What a licence keeps its user from: keys the interface translates.
Restriction = Literal["commercial-use", "large-commercial-use", "harmful-use", "impersonation"]
Loader = Literal[
    "autoencoder", "denoiser", "editor", "adapter", "identity", "locator", "restorer", "semantic",
    "speaker", "acoustic", "cloner", "detector", "speech",
    "vision",
]  # fmt: skip
# Where it runs at a useful speed: anywhere, or only on a graphics card.
Needs = Literal["cpu", "gpu"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Text(Model):
    """One plain sentence in each language of the interface."""

    en: Annotated[str, Field(min_length=10)]
    zh: Annotated[str, Field(min_length=4)]


class File(Model):
    """A file of the repository. ``size`` in bytes; ``sha256`` only where the hub states it."""

    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$")]
    size: Annotated[int, Field(gt=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _inside(self) -> File:
        if ".." in self.path.split("/"):
            raise ValueError("a file must lie inside its repository")
        return self


class Licence(Model):
    """``consent``: the user must agree before the download. ``gated``: the hub asks too."""

    name: str
    url: Annotated[str, Field(pattern=r"^https://")]
    forbids: tuple[Restriction, ...] = ()
    gated: bool = False
    consent: bool = False

    @model_validator(mode="after")
    def _restrictions_need_consent(self) -> Licence:
        if (self.forbids or self.gated) and not self.consent:
            raise ValueError("a licence that forbids something needs consent")
        return self


class Entry(Model):
    """One model. ``options`` go to its loader; ``expects`` is asserted when it is loaded."""

    id: Annotated[str, Field(pattern=r"^[a-z]+-[a-z0-9]+-[a-z0-9]+$")]  # kind-name-family
    purpose: Text
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    used_by: Annotated[tuple[str, ...], Field(min_length=1)]  # keys of tasks, e.g. "protect-edit"
    repo: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    revision: Annotated[str, Field(pattern=r"^([0-9a-f]{40}|unpinned)$")]
    files: Annotated[tuple[File, ...], Field(min_length=1)]
    format: Format
    # A pickle is opened with weights_only and rewritten as safetensors on this computer.
    converted: bool = False
    licence: Licence
    memory: Annotated[int, Field(gt=0)]  # bytes, loaded and working at the usual size
    needs: Needs = "gpu"
    recommended: bool = False  # offered where device and memory suffice
    loader: Loader
    loads: str  # the class that reads it
    # Not on the hub: where the user fetches the file by hand, to add it as one they have.
    page: Annotated[str, Field(pattern=r"^https://")] | None = None
    options: dict[str, str | int | float] = {}
    expects: dict[str, int | float] = {}
    requires: tuple[str, ...] = ()  # ids of entries without which this one does not work
    # Names and shapes of a few weights, to recognise a file the user already has.
    signature: dict[str, tuple[int, ...]] = {}
    config: dict[str, Any] | None = None  # the published configuration, for a bare weight file
    confirmed: bool
    unconfirmed: tuple[str, ...] = ()  # what no documentation confirmed

    @model_validator(mode="after")
    def _consistent(self) -> Entry:
        if self.confirmed == bool(self.unconfirmed):
            raise ValueError("say what is unconfirmed, exactly where something is")
        if self.converted != (self.format == "pickle"):
            raise ValueError("pickles are converted, and nothing else")
        if len({file.path for file in self.files}) != len(self.files):
            raise ValueError("a file is listed twice")
        return self

    @property
    def size(self) -> int:
        """Bytes to download, as published."""
        return sum(file.size for file in self.files)

    @property
    def pinned(self) -> bool:
        return self.revision != UNPINNED


class Catalogue(Model):
    version: Literal[1]
    entries: tuple[Entry, ...]

    @model_validator(mode="after")
    def _closed(self) -> Catalogue:
        ids = [entry.id for entry in self.entries]
        if len(set(ids)) != len(ids):
            raise ValueError("an id is used twice")
        for entry in self.entries:
            if missing := set(entry.requires) - set(ids):
                raise ValueError(f"{entry.id} requires unknown {sorted(missing)}")
        return self

    def get(self, id: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == id), None)


def read_catalogue(path: Path = PATH) -> Catalogue:
    """Raises ``pydantic.ValidationError`` (a ``ValueError``) where the file breaks the schema."""
    # Strict validation of JSON knows that JSON has no tuples; of Python objects it does not.
    return Catalogue.model_validate_json(path.read_bytes())


def write_catalogue(catalogue: Catalogue, path: Path) -> None:
    """In the layout of the file in the repository, so that reading and writing changes nothing."""
    content = catalogue.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps(content, ensure_ascii=False, indent=1)
    # Lists of plain numbers and words stay on one line.
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_catalogue(read_catalogue(), PATH)
