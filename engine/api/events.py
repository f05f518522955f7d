"""What a running job tells: progress with small pictures, receipts, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Picture:
    """A small preview: packed RGB, ``len(rgb) == 3 * width * height``.

    ``name`` is one of ``protected``, ``difference`` (x10 around mid-grey), ``seen-original`` and
    ``seen-protected`` (what the autoencoder sees of each).
    """

    name: str
    width: int
    height: int
    rgb: bytes = field(repr=False)


@dataclass(frozen=True)
class Progress:
    """Step ``step`` of ``of`` in ``stage`` (a key the interface translates)."""

    step: int
    of: int
    stage: str
    eta: float | None = None  # seconds left, None while unknown
    pictures: tuple[Picture, ...] = ()
    note: str | None = None  # a key worth telling, e.g. "memory-halved"
    rate: float | None = None  # steps a second, for stages counted in bytes
    partial: Any = None  # the job's result as far as it is known, for jobs that show it growing


@dataclass(frozen=True)
class Receipt:
    """What was done to one file, with which models and what came out; JSON with a schema version.

    ``models`` maps a model id to the SHA-256 of its weights.
    """

    schema: int
    app_version: str
    created: str  # ISO 8601, UTC
    kind: str
    file: str
    output: str
    sha256: dict[str, str]  # of "file" and "output"
    method: str
    parameters: dict[str, Any]
    models: dict[str, str]
    device: str
    seconds: float
    measures: dict[str, Any]
    notes: tuple[str, ...] = ()  # keys of things the user should know, e.g. "format-changed"


@dataclass(frozen=True)
class Ticket:
    """Identifies a submitted job; unique for the life of a host."""

    number: int
