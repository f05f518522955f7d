"""What there is to compute on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class ListDevices:
    """Ask the child which devices there are; needs torch, so the window never does it itself."""

    kind: ClassVar[str] = "list-devices"


@dataclass(frozen=True)
class DeviceInfo:
    """``id`` is what ``--device`` takes: cpu, cuda:N or mps. Memory in bytes, None if unknown."""

    id: str
    name: str
    total_memory: int | None
    free_memory: int | None


@dataclass(frozen=True)
class DevicesResult:
    devices: tuple[DeviceInfo, ...]  # best first; cpu is always there
