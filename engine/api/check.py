"""Jobs and results of checking: is this picture, recording or clip what it claims to be?

``CheckResult`` is also the documented JSON of ``cloakroom check --json``, less ``pictures``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from engine.api.events import Picture, Receipt

Verdict = Literal["generated", "manipulated", "no_sign", "inconclusive"]
Level = Literal["strong", "hint", "inconclusive"]
Media = Literal["picture", "recording", "video"]
PointsTo = Literal["generated", "manipulated", "camera", "own", "nothing"]
Measured = Literal["generators", "copies", "none"]

# File name endings of the clips that can be checked, in lower case.
VIDEO_SUFFIXES: tuple[str, ...] = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi")


@dataclass(frozen=True)
class CheckFile:
    """Look for evidence that a file was generated or manipulated.

    ``home`` is the data folder that holds identities and camera fingerprints. ``original`` is a
    known original to compare a picture or a recording with: then the result shows what differs.
    ``receipts`` are those of files of this name that were protected here, by which such a file is
    recognised.
    """

    kind: ClassVar[str] = "check-file"

    file: Path
    home: Path
    original: Path | None = None
    stability: bool = True  # test whether the detectors' answer survives small changes
    receipts: tuple[Receipt, ...] = ()
    folder: Path | None = None  # where downloaded models are kept; the usual place by default


@dataclass(frozen=True)
class CalibrateDetectors:
    """Measure the downloaded detectors on the user's own real photos or recordings.

    At least 20 files of a kind; 99 for a line that 1 of 100 real ones lies above. The files are
    only read; their scores are kept below ``home``.
    """

    kind: ClassVar[str] = "calibrate-detectors"

    files: tuple[Path, ...]
    home: Path
    folder: Path | None = None


@dataclass(frozen=True)
class ListDetectors:
    """Which downloaded detectors there are, and how they were calibrated here."""

    kind: ClassVar[str] = "list-detectors"

    home: Path
    folder: Path | None = None


@dataclass(frozen=True)
class ListCameras:
    """The cameras whose fingerprints are known; ``forget`` names some to delete first."""

    kind: ClassVar[str] = "list-cameras"

    home: Path
    forget: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnrolCamera:
    """Learn a camera's sensor fingerprint from at least ten of its untouched shots."""

    kind: ClassVar[str] = "enrol-camera"

    name: str
    files: tuple[Path, ...]
    home: Path


@dataclass(frozen=True)
class Evidence:
    """One finding that is no model's opinion.

    ``key`` names it (``engine.check.words`` has its title, sentence and limits) and ``details``
    fill the sentence. ``strength``: "strong" decides a verdict, "hint" never does alone,
    "explanation" only shows. ``facts`` are name and value pairs to read; ``proof`` is the text as
    the file has it, cut to a readable length. Both come from the file: they are data, to be shown
    as text and never rendered or followed. ``picture`` names one of ``CheckResult.pictures``.
    """

    key: str
    points_to: PointsTo
    strength: Literal["strong", "hint", "explanation"]
    details: dict[str, str | float] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    proof: str = ""
    picture: str | None = None


@dataclass(frozen=True)
class Window:
    """The score of one stretch (seconds) of a recording, or of one frame of a video."""

    start: float
    end: float
    score: float


@dataclass(frozen=True)
class DetectorReading:
    """One detector's answer.

    ``score`` is 0..1, larger leans to "generated"; ``threshold`` the split-conformal one at 1 %
    false positives. ``calibrated_probability`` is the chance that it was generated if half of such
    files were. ``error_rate`` is the measured share of real files above the threshold, with its
    95 % interval, on ``data``, a key. ``auc`` was measured on what ``measured`` says: "generators"
    it was not trained with, "copies" of ``files`` of the user's own, or "none" for a downloaded
    detector that was not calibrated here. A ``weak`` one (below .75, or fewer than 99 own files)
    never makes a verdict.
    """

    name: str
    score: float
    calibrated_probability: float
    threshold: float
    error_rate: float
    error_interval: tuple[float, float]
    data: str
    auc: float
    weak: bool
    windows: tuple[Window, ...] = ()
    spread: float | None = None  # interquartile range over frames or windows
    sha256: str = ""
    measured: Measured = "generators"
    files: int = 0

    @property
    def above(self) -> bool:
        return self.score > self.threshold


@dataclass(frozen=True)
class StabilityRow:
    """A detector's score after ``treatment`` ("as-received", "jpeg-75", "resize-0.75", "crop",
    "mp3-64", "telephone", "louder", "softer"), and whether the answer is still the same."""

    treatment: str
    detector: str
    score: float
    same: bool


@dataclass(frozen=True)
class Change:
    """Where a recording differs from the original that it was compared with, in seconds.

    ``what``: "cut" (a piece of the original is missing), "added" (a piece is not in the original),
    "replaced" (one stands for another), "moved" (it goes on with an earlier piece of the original).
    ``start`` to ``end`` lies in the recording, ``original_start`` to ``original_end`` in the
    original."""

    what: Literal["cut", "added", "replaced", "moved"]
    start: float
    end: float
    original_start: float
    original_end: float


@dataclass(frozen=True)
class CheckResult:
    """``reasons`` are keys of why the verdict is what it is, the decisive one first.

    ``facts`` say what was looked at: format, size or duration, as text. A verdict is never
    "real": "no_sign" says that nothing was found, and ``level`` how much that is worth.
    """

    file: Path
    sha256: str
    size: int  # bytes
    media: Media
    facts: dict[str, str]
    verdict: Verdict
    level: Level
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    detectors: tuple[DetectorReading, ...] = ()
    stability: tuple[StabilityRow, ...] = ()
    changes: tuple[Change, ...] = ()  # of a recording that was compared with an original
    notes: tuple[str, ...] = ()
    app_version: str = ""
    created: str = ""  # ISO 8601, UTC
    seconds: float = 0.0
    pictures: tuple[Picture, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class CameraResult:
    """A learned fingerprint: of how many shots, of which size, and how much they agree."""

    name: str
    shots: int
    width: int
    height: int
    agreement: float  # mean correlation of a left-out shot with the others' fingerprint


@dataclass(frozen=True)
class CamerasResult:
    """The cameras that are known, in the order of their names."""

    cameras: tuple[CameraResult, ...]


@dataclass(frozen=True)
class DetectorStanding:
    """A downloaded detector. ``files`` of the user's own it was calibrated with, 0 for none;
    ``weak``: it decides nothing yet. The rest as in ``DetectorReading``."""

    id: str
    pictures: bool  # else recordings
    files: int
    error_rate: float
    error_interval: tuple[float, float]
    auc: float
    weak: bool


@dataclass(frozen=True)
class DetectorsResult:
    detectors: tuple[DetectorStanding, ...]
