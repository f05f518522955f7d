"""Everything that crosses the boundary between the engine and the rest: jobs in, events out.

Frozen dataclasses of paths and plain values, never pixels or tensors (a ``Picture`` preview is
the one exception: a small, already downscaled image). They are pickled to the child process and
written as JSON into receipts and the queue, so every field must survive both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

Strength = Literal["invisible", "balanced", "strong"]
STRENGTHS: tuple[Strength, ...] = ("invisible", "balanced", "strong")

Threat = Literal["edit", "personalise", "faceswap"]
# What works today; a threat is added here by the issue that makes it work.
THREATS: tuple[Threat, ...] = ("edit",)

# File name endings of the photos that can be read, in lower case.
PHOTO_SUFFIXES: tuple[str, ...] = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp"),
    *(".bmp", ".dib", ".gif", ".avif", ".heic", ".heif", ".hif"),
)

RECEIPT_SCHEMA = 1


# ---- jobs -----------------------------------------------------------------------------------


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
    folder: Path | None = None  # where downloaded models are kept; the usual place by default


@dataclass(frozen=True)
class MeasurePhoto:
    """Compare an original with its protected file."""

    kind: ClassVar[str] = "measure-photo"

    file: Path  # the original
    protected: Path


@dataclass(frozen=True)
class ListDevices:
    """Ask the child which devices there are; needs torch, so the window never does it itself."""

    kind: ClassVar[str] = "list-devices"


@dataclass(frozen=True)
class ListModels:
    """The published models and how each stands on this computer; reads no network.

    ``folder``, here and below: where models are kept; the usual place by default.
    """

    kind: ClassVar[str] = "list-models"

    folder: Path | None = None


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


MarkScheme = Literal["auto", "pixel", "phasemark", "dwt"]
MARK_SCHEMES: tuple[MarkScheme, ...] = ("auto", "pixel", "phasemark", "dwt")


@dataclass(frozen=True)
class MarkFile:
    """Put an identity's watermark into a picture or recording, written beside it or to ``out``.

    ``home`` is the data folder that holds identities and the registry of works.
    """

    kind: ClassVar[str] = "mark-file"

    file: Path
    home: Path
    identity: str
    scheme: MarkScheme = "auto"
    strength: Strength = "balanced"
    payload: str | None = None  # 16 hex digits; None: a new mark id of this identity
    title: str | None = None  # what the registry calls the work; None: the file's name
    sign: bool = False  # add Content Credentials that point to the mark
    do_not_train: bool = True  # with ``sign``: the "do not train" assertion
    out: Path | None = None


@dataclass(frozen=True)
class VerifyFile:
    """Look for the marks of ``identities`` (none: all) in any file."""

    kind: ClassVar[str] = "verify-file"

    file: Path
    home: Path
    identities: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadCredentials:
    """Show the Content Credentials of a file."""

    kind: ClassVar[str] = "read-credentials"

    file: Path
    home: Path


@dataclass(frozen=True)
class SignFile:
    """Copy a file with Content Credentials of an identity, without marking it."""

    kind: ClassVar[str] = "sign-file"

    file: Path
    home: Path
    identity: str
    do_not_train: bool = True
    out: Path | None = None


@dataclass(frozen=True)
class SanitiseFile:
    """Copy a received picture with hidden payloads neutralised, within a distortion limit."""

    kind: ClassVar[str] = "sanitise-file"

    file: Path
    epsilon: float = 0.03  # largest change of a sample, 0..1 of full scale
    out: Path | None = None


@dataclass(frozen=True)
class UnlockIdentities:
    """Give the engine the passphrase of a data folder's encrypted identities.

    Not part of ``Job``: it is sent straight to the engine and never queued or stored.
    """

    kind: ClassVar[str] = "unlock-identities"

    home: Path
    passphrase: str = field(repr=False)


Job = (
    ProtectPhoto
    | MeasurePhoto
    | ListDevices
    | ListModels
    | DownloadModel
    | VerifyModel
    | ImportModel
    | RemoveModel
    | MoveModels
    | MarkFile
    | VerifyFile
    | ReadCredentials
    | SignFile
    | SanitiseFile
)


# ---- events ---------------------------------------------------------------------------------


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


@dataclass(frozen=True)
class DeviceInfo:
    """``id`` is what ``--device`` takes: cpu, cuda:N or mps. Memory in bytes, None if unknown."""

    id: str
    name: str
    total_memory: int | None
    free_memory: int | None


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
class PhotoResult:
    output: Path
    measures: PhotoMeasures
    receipt: Receipt
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()  # final previews


@dataclass(frozen=True)
class MeasureResult:
    measures: PhotoMeasures


@dataclass(frozen=True)
class DevicesResult:
    devices: tuple[DeviceInfo, ...]  # best first; cpu is always there


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


@dataclass(frozen=True)
class MarkResult:
    """``survival``: chance of a false alarm of the saved file as it is ("as-saved") and after
    each rehearsed channel; ``psnr`` in dB, for recordings the signal-to-mark ratio."""

    output: Path
    identity: str
    payload: str
    work: int  # its number in the registry
    scheme: str
    psnr: float
    survival: dict[str, float]
    receipt: Receipt
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Credentials:
    """What a C2PA manifest says. ``state`` is "Trusted", "Valid", "Invalid" or "none"."""

    state: str
    issuer: str | None = None
    signed: str | None = None  # ISO 8601 as the manifest has it
    claims: tuple[str, ...] = ()  # labels of the assertions
    training: dict[str, str] = field(default_factory=dict)  # use -> allowed, notAllowed...
    mark: str | None = None  # payload of the watermark it points to
    failures: tuple[str, ...] = ()  # C2PA's codes of what failed validation
    sidecar: bool = False  # the manifest lies in a file beside this one


@dataclass(frozen=True)
class VerifyResult:
    """``found`` is False also for a mark that was copied from another work (``content`` is
    "differs"). ``p_value`` is corrected for everything that was tried."""

    file: Path
    found: bool
    p_value: float
    identity: str | None = None
    payload: str | None = None
    work: str | None = None
    scheme: str | None = None
    how: str | None = None  # "as received", "registered" or "template"
    geometry: dict[str, float] = field(default_factory=dict)
    content: str | None = None  # "matches", "differs" or "unknown"
    issued: bool | None = None  # the payload was made by this identity's key
    credentials: Credentials = field(default_factory=lambda: Credentials("none"))


@dataclass(frozen=True)
class CredentialsResult:
    file: Path
    credentials: Credentials
    output: Path | None = None  # the signed copy


@dataclass(frozen=True)
class SanitiseResult:
    """``bound`` is the largest change of a sample, 0..1; ``effect`` how much of a keyed test
    payload is still read before and after (share of bits, 0.5 is chance)."""

    output: Path
    bound: float
    psnr: float
    effect: dict[str, tuple[float, ...]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unlocked:
    names: tuple[str, ...]


Result = (
    PhotoResult
    | MeasureResult
    | DevicesResult
    | ModelsResult
    | ModelResult
    | MarkResult
    | VerifyResult
    | CredentialsResult
    | SanitiseResult
    | Unlocked
)


@dataclass(frozen=True)
class Ticket:
    """Identifies a submitted job; unique for the life of a host."""

    number: int


@dataclass(frozen=True)
class Started:
    ticket: Ticket


@dataclass(frozen=True)
class Progressed:
    ticket: Ticket
    progress: Progress


@dataclass(frozen=True)
class Finished:
    ticket: Ticket
    result: Result


@dataclass(frozen=True)
class Failed:
    """``code`` and ``details`` are those of ``engine.problems.Problem``."""

    ticket: Ticket
    code: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Cancelled:
    ticket: Ticket


Event = Started | Progressed | Finished | Failed | Cancelled
