"""What there is to compute on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

# How finely downloaded models compute; "auto" is what suits the device.
Precision = Literal["auto", "float32", "bfloat16", "float16"]


@dataclass(frozen=True)
class ListDevices:
    """Ask the child which devices there are; needs torch, so the window never does it itself."""

    kind: ClassVar[str] = "list-devices"


@dataclass(frozen=True)
class DeviceInfo:
    """``id`` is what ``--device`` takes: cpu, cuda:N or mps. Memory in bytes, None if unknown.

    ``precisions``: those it can compute in, finest first.
    """

    id: str
    name: str
    total_memory: int | None
    free_memory: int | None
    precisions: tuple[Precision, ...] = ("float32",)


@dataclass(frozen=True)
class DevicesResult:
    devices: tuple[DeviceInfo, ...]  # best first; cpu is always there


@dataclass(frozen=True)
class MeasureSpeed:
    """Time the work of a cloak on the host's device, with the models that every cloak uses.

    ``device``: what the host was told to use, for the record.
    """

    kind: ClassVar[str] = "measure-speed"

    device: str = "auto"


@dataclass(frozen=True)
class SpeedResult:
    """``device`` as asked for. ``step``: seconds for one step (all its forward and backward
    passes) on 512 x 512 pixels; ``photo``: for all steps of a photo of that size."""

    device: str
    name: str  # of the device it ran on
    step: float
    photo: float
