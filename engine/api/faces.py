"""Jobs and results of faces: where they are in a photo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True)
class FaceBox:
    """A face, upright, in shares of the photo's width and height (0..1)."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class FindFaces:
    """Find the faces in a photo; nothing is written."""

    kind: ClassVar[str] = "find-faces"

    file: Path
    folder: Path | None = None  # where downloaded models are kept; the usual place by default


@dataclass(frozen=True)
class FacesResult:
    """The faces found, the surest first."""

    faces: tuple[FaceBox, ...]
