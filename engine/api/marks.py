"""Jobs and results of watermarks, identities and Content Credentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, get_args

from engine.api.events import Picture, Receipt
from engine.api.terms import Strength

# "phasemark" is the variant that lasts best; the four can be asked for by name.
MarkScheme = Literal[
    "auto",
    "pixel",
    "phasemark",
    "phasemark-apm",
    "phasemark-pcq",
    "phasemark-ips",
    "phasemark-sps",
    "dwt",
]
MARK_SCHEMES: tuple[MarkScheme, ...] = get_args(MarkScheme)
DOUBTFUL = 0.01  # ``VerifyResult.untouched`` below which a picture counts as probably changed
SURVIVES = ("jpeg-50", "resize-0.5")  # what a mark is strengthened for unless one says otherwise


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
    channels: tuple[str, ...] = SURVIVES  # strengthen until it survives each of these
    model: str | None = None  # PhaseMark's autoencoder; None: the first built-in one
    folder: Path | None = None  # where models are kept; None is the usual place


@dataclass(frozen=True)
class EditMarked:
    """Edit a picture by an instruction with the built-in editor, so that the result carries the
    identity's mark from its first noise on (PAI)."""

    kind: ClassVar[str] = "edit-marked"

    file: Path
    home: Path
    identity: str
    instruction: str
    out: Path | None = None


@dataclass(frozen=True)
class VerifyFile:
    """Look for the marks of ``identities`` (none: all) in any file."""

    kind: ClassVar[str] = "verify-file"

    file: Path
    home: Path
    identities: tuple[str, ...] = ()
    folder: Path | None = None  # where models are kept; None is the usual place


@dataclass(frozen=True)
class ListIdentities:
    """Who can mark. With ``create``, make that one first; needs a passphrase when the system has
    no keychain (see ``UnlockIdentities``)."""

    kind: ClassVar[str] = "list-identities"

    home: Path
    create: str | None = None


@dataclass(frozen=True)
class ListWorks:
    """The registered works with ``search`` in title, identity, payload or output; with ``out``
    also as a file, a table (CSV) or a page with thumbnails (HTML)."""

    kind: ClassVar[str] = "list-works"

    home: Path
    search: str = ""
    out: Path | None = None


@dataclass(frozen=True)
class WriteReport:
    """Write a finished report (HTML or PDF, by the ending of ``out``) with its signature as
    Content Credentials: inside a PDF, beside anything else."""

    kind: ClassVar[str] = "write-report"

    content: bytes = field(repr=False)
    out: Path
    home: Path
    identity: str


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
    """Copy a received picture with hidden payloads neutralised, within a distortion limit.

    ``decoders``: also against payloads that only a diffusion model can read (ADS), which takes a
    minute or two."""

    kind: ClassVar[str] = "sanitise-file"

    file: Path
    epsilon: float = 0.03  # largest change of a sample, 0..1 of full scale
    out: Path | None = None
    decoders: bool = True


@dataclass(frozen=True)
class HideText:
    """Edit a picture by an instruction so that the result carries ``text``, which only the
    identity's key reads (AGM, research)."""

    kind: ClassVar[str] = "hide-text"

    file: Path
    home: Path
    identity: str
    instruction: str
    text: str = field(repr=False)
    out: Path | None = None


@dataclass(frozen=True)
class ReadText:
    """Read what ``HideText`` hid, with the keys of ``identities`` (none: all)."""

    kind: ClassVar[str] = "read-text"

    file: Path
    home: Path
    identities: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnlockIdentities:
    """Give the engine the passphrase of a data folder's encrypted identities.

    Not part of ``Job``: it is sent straight to the engine and never queued or stored.
    """

    kind: ClassVar[str] = "unlock-identities"

    home: Path
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class RestoreIdentity:
    """Bring an identity back from its backup phrase. Not part of ``Job``, as above."""

    kind: ClassVar[str] = "restore-identity"

    home: Path
    name: str
    phrase: str = field(repr=False)


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
    how: str | None = None  # "as received", "sharpened", "registered", "template"
    geometry: dict[str, float] = field(default_factory=dict)
    content: str | None = None  # "matches", "differs" or "unknown"
    issued: bool | None = None  # the payload was made by this identity's key
    credentials: Credentials = field(default_factory=lambda: Credentials("none"))
    marked: str | None = None  # when the work was marked, ISO 8601
    sha256: str = ""  # of the file that was looked at
    trials: float = 0  # comparisons the p-value is corrected for
    searched: tuple[str, ...] = ()  # names of the identities whose keys were tried
    # of a generated picture: the chance that an untouched copy of it (the file itself, or saved
    # again as a JPEG of quality 90 or more) looks so unusual
    untouched: float | None = None
    changed: float | None = None  # share of the picture where the mark, or the work, is not found
    # It carries the mark of a face swap or clone that some copy of Cloakroom rehearsed
    # (``engine.watermark.rehearsal_mark``, ``cloned``); nobody's own.
    rehearsed: bool = False
    # "received"; "work": what was registered; "heat": where the mark is (blue) and where not
    # (orange), for a recording from its beginning to its end
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class IdentityFacts:
    """What may be shown of an identity: no secret."""

    name: str
    created: str
    place: str  # "keychain" or "file"
    public_ids: tuple[str, ...]  # newest first; more than one after a rotation


@dataclass(frozen=True)
class IdentitiesResult:
    """``locked``: some lie in files and their passphrase was not given yet. ``keychain``: the
    system has one. ``phrase``: the backup of the identity that was just created, shown once."""

    identities: tuple[IdentityFacts, ...]
    keychain: bool
    locked: bool
    phrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class WorkFacts:
    """One work of the registry; ``picture`` is what it looked like, None for recordings."""

    id: int
    identity: str
    key: str
    payload: str
    scheme: str
    title: str
    created: str
    output: str
    sha256: str
    hash: str  # perceptual, 16 hex digits
    picture: Picture | None = None


@dataclass(frozen=True)
class WorksResult:
    works: tuple[WorkFacts, ...]
    output: Path | None = None


@dataclass(frozen=True)
class CredentialsResult:
    file: Path
    credentials: Credentials
    output: Path | None = None  # the signed copy


@dataclass(frozen=True)
class SanitiseResult:
    """``bound`` is the largest change of a sample of the saved file, 0..1; ``effect`` what was read
    before, after, and after plain noise of the same energy: of the test payloads
    "least-significant-bits" and "pixel-mark" the share of bits (0.5 is chance), of "known-decoder"
    and "other-decoder" the correlation of the noise they find with the original's (0 is chance)."""

    output: Path
    bound: float
    psnr: float
    effect: dict[str, tuple[float, ...]]
    receipt: Receipt
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class HiddenText:
    """``accuracy``: share of the code's bits that are right as saved ("as-saved") and after each
    treatment; ``reads``: whether the text is read there. ``mean`` and ``spread`` of the noise that
    carries it, and its ``divergence`` from ordinary noise in nats an entry, of ``entries``."""

    output: Path
    identity: str
    room: int  # bytes
    mean: float
    spread: float
    divergence: float
    entries: int
    accuracy: dict[str, float]
    reads: dict[str, bool]
    receipt: Receipt


@dataclass(frozen=True)
class FoundText:
    """``chance``: of reading any text where none was hidden."""

    file: Path
    text: str | None = field(repr=False)
    identity: str | None
    chance: float
    searched: tuple[str, ...]


@dataclass(frozen=True)
class Unlocked:
    names: tuple[str, ...]
