"""Jobs and results of photos: protect, measure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from engine.api.events import Picture, Receipt
from engine.api.faces import FaceBox
from engine.api.terms import Strength, Threat


@dataclass(frozen=True)
class ProtectPhoto:
    """Cloak one photo and write the result beside it (or to ``out``)."""

    kind: ClassVar[str] = "protect-photo"

    file: Path
    threats: tuple[Threat, ...] = ("edit",)
    strength: Strength = "balanced"
    epsilon: float | None = None  # L-inf budget in 0..1; overrides the strength
    seed: int = 0
    mask: Path | None = None  # PNG, white where the cloak may go; same aspect as the photo
    out: Path | None = None  # a folder, or a file name ending in a picture suffix
    strip_location: bool = False
    native: bool = False  # tiled optimisation at native resolution instead of the working size
    preview: bool = False  # yield Picture previews while running
    faces: tuple[FaceBox, ...] | None = None  # that the user set; None: all that are found
    folder: Path | None = None  # where downloaded models are kept; the usual place by default


@dataclass(frozen=True)
class MeasurePhoto:
    """Compare an original with its protected file."""

    kind: ClassVar[str] = "measure-photo"

    file: Path  # the original
    protected: Path


@dataclass(frozen=True)
class FaceMeasures:
    """How alike the judge, a recogniser that no cloak is searched on, finds the faces before and
    after: the mean cosine, 1 for the same; beside noise of the cloak's energy, place by place."""

    faces: int
    likeness: float
    likeness_white: float
    likeness_blocks: float  # noise in 4 px blocks


@dataclass(frozen=True)
class PhotoMeasures:
    """Figures of the file as re-read from disk, against the original."""

    psnr: float  # dB
    ssim: float
    perceptual: float  # gradient magnitude similarity deviation (GMSD), 0 = same
    max_delta: float  # largest |difference| of any sample, 0..1 of full scale
    # Relative shift of the whitened latent on the judge autoencoder, which no cloak optimises
    # on, beside equal-energy controls on the same judge: white noise, and noise in 4 px blocks.
    latent_shift: float
    latent_shift_white: float
    latent_shift_lowpass: float
    faces: FaceMeasures | None = None  # of a cloak against face swapping


@dataclass(frozen=True)
class Noticed:
    """How easily a cloak itself is noticed: the ``probability`` that our detector of cloaks gives,
    and how many of the ``clean`` photos without a cloak that it was tested on got as much."""

    probability: float
    clean_as_high: int
    clean: int


@dataclass(frozen=True)
class PhotoResult:
    output: Path
    measures: PhotoMeasures
    receipt: Receipt
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()  # final previews
    noticed: Noticed | None = None  # None without the detector


@dataclass(frozen=True)
class MeasureResult:
    measures: PhotoMeasures
