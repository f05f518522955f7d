"""Choices that somebody keeps under a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """Named choices for one kind of job: plain values for some of the job's fields."""

    name: str
    kind: str  # of engine.api, e.g. "protect-photo"
    values: dict[str, Any]
