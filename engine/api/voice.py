"""Jobs and results of voices: look, listen, protect, enrol, measure, rehearse.

Times are seconds from the beginning of the recording. Levels are dB of full scale, loudness LUFS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from engine.api.events import Receipt
from engine.api.survival import SurvivalTable
from engine.api.terms import Strength

VoiceMethod = Literal["auto", "cloneshield", "sceneguard", "vocalcrypt"]
VOICE_METHODS: tuple[VoiceMethod, ...] = ("auto", "cloneshield", "sceneguard", "vocalcrypt")

VoiceQuality = Literal["fast", "standard"]
VOICE_QUALITIES: tuple[VoiceQuality, ...] = ("fast", "standard")

SoundKind = Literal["original", "protected", "delta"]

# File name endings of the recordings that can be read, in lower case. The second half, and the
# sound of videos, need an ffmpeg on this computer.
VOICE_SUFFIXES: tuple[str, ...] = (
    *(".wav", ".wave", ".flac", ".aiff", ".aif", ".mp3", ".ogg", ".oga", ".opus", ".w64", ".caf"),
    *(".m4a", ".aac", ".m4b", ".mp4", ".mov", ".mkv", ".webm"),
)


@dataclass(frozen=True)
class Span:
    """A stretch of a recording, ``start`` <= t < ``end``."""

    start: float
    end: float


# ---- looking and listening ------------------------------------------------------------------


@dataclass(frozen=True)
class ReadSound:
    """What a recording is, and where in it somebody speaks."""

    kind: ClassVar[str] = "read-sound"

    file: Path
    voice: bool = True  # also look for speech; takes about a second for five minutes


@dataclass(frozen=True)
class SoundInfo:
    """``voice`` is where somebody speaks, as far as it was looked for; ``voice_by`` says how:
    "silero-vad" or "energy". ``container`` and ``encoding`` are names such as "FLAC", "PCM_24"."""

    file: Path
    seconds: float
    samples: int
    rate: int
    channels: int
    container: str
    encoding: str
    loudness: float | None  # None for silence
    true_peak: float
    voice: tuple[Span, ...] = ()
    voice_by: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    chapters: int = 0


@dataclass(frozen=True)
class CutSound:
    """Write a stretch as a 16-bit WAV file for playing: whole file without a ``span``.

    ``out`` is the file to write, replaced if it is there (it lies in the caller's own cache
    folder). All kinds of one span have the same number of samples. The delta is made louder,
    never so much that it clips, and ``SoundClip.gain`` says by how much.
    """

    kind: ClassVar[str] = "cut-sound"

    file: Path
    out: Path
    span: Span | None = None
    protected: Path | None = None
    kind_of: SoundKind = "original"
    match_loudness: bool = True  # "protected" is played exactly as loud as the original


@dataclass(frozen=True)
class SoundClip:
    """A WAV file for playing. ``gain`` is the factor its samples were multiplied by."""

    name: str
    file: Path
    seconds: float
    rate: int
    channels: int
    gain: float = 1.0


# ---- protecting -----------------------------------------------------------------------------


@dataclass(frozen=True)
class ProtectVoice:
    """Protect one recording and write the result beside it (or to ``out``).

    ``methods``: "auto" alone, or one or several others, which then share one budget. ``home`` is
    the data folder with profiles and own scenes. With ``excerpt`` only that stretch is protected
    and written to ``out`` as a WAV file, for listening before the whole is done.
    """

    kind: ClassVar[str] = "protect-voice"

    file: Path
    home: Path
    methods: tuple[VoiceMethod, ...] = ("auto",)
    strength: Strength = "balanced"
    quality: VoiceQuality = "standard"
    profile: str | None = None  # name of an enrolled voice; CloneShield enrols on the file without
    scene: str | None = None  # id of a scene; None lets SceneGuard choose the most effective
    regions: tuple[Span, ...] | None = None  # where it may change; None: where somebody speaks
    seed: int = 0
    out: Path | None = None  # a folder, or a file name
    excerpt: Span | None = None
    folder: Path | None = None  # where downloaded models are kept; the usual place by default


@dataclass(frozen=True)
class VoiceMeasures:
    """Figures of the file as re-read from disk, against the original, over what was protected.

    Similarities are cosines on the judge, an encoder that nothing is optimised on, between the
    file and *other* stretches of the original. ``white`` and ``speech`` are controls: noise of
    equal energy, plain and with the spectrum of speech, at the same places. Windows are 4 s.
    """

    snr: float  # dB, where somebody speaks
    stoi: float  # median over windows
    stoi_low: float  # 5th percentile
    pesq: float | None  # median, PESQ-WB; None without the optional extra
    pesq_low: float | None
    loudness_change: float  # LU
    true_peak: float
    true_peak_original: float
    changed_outside: float  # largest change of a sample outside the regions; 0 is bit-exact
    similarity_original: float  # the same speaker's other stretches: the reference
    similarity: float
    similarity_white: float
    similarity_speech: float
    # 95 % interval of the smaller of similarity_white and similarity_speech, minus similarity
    drop_low: float
    drop_high: float
    judge: str  # id of the judge
    windows: int


@dataclass(frozen=True)
class VoiceResult:
    """``audible`` is set where an ambience was added that everybody hears. ``regions`` are where
    the recording was changed. ``measures`` is None for an excerpt, and where there is
    less than a second of speech."""

    output: Path
    measures: VoiceMeasures | None
    receipt: Receipt | None
    regions: tuple[Span, ...] = ()
    audible: bool = False
    methods: tuple[VoiceMethod, ...] = ()  # what "auto" chose
    scene: str | None = None
    notes: tuple[str, ...] = ()
    sidecar: Path | None = None  # tags and chapters that the container has no room for


@dataclass(frozen=True)
class MeasureVoice:
    """Compare an original with its protected file."""

    kind: ClassVar[str] = "measure-voice"

    file: Path  # the original
    protected: Path


@dataclass(frozen=True)
class VoiceMeasureResult:
    measures: VoiceMeasures


# ---- enrolling, profiles, scenes ------------------------------------------------------------


@dataclass(frozen=True)
class EnrolVoice:
    """Learn a CloneShield tile from recordings of one voice, 60 to 120 s of speech in all."""

    kind: ClassVar[str] = "enrol-voice"

    files: tuple[Path, ...]
    home: Path
    name: str
    seed: int = 0
    folder: Path | None = None


@dataclass(frozen=True)
class VoiceProfile:
    """``drop`` is how far the tile lowered the judge's similarity when it was enrolled, ``control``
    what speech-shaped noise of equal energy did."""

    name: str
    created: str  # ISO 8601, UTC
    seconds: float  # of speech it was learnt from
    models: dict[str, str]
    drop: float
    control: float


@dataclass(frozen=True)
class ListProfiles:
    kind: ClassVar[str] = "list-profiles"

    home: Path


@dataclass(frozen=True)
class RemoveProfile:
    kind: ClassVar[str] = "remove-profile"

    home: Path
    name: str


@dataclass(frozen=True)
class ProfilesResult:
    """The profiles there are now; ``enrolled`` is the name of the one just made."""

    profiles: tuple[VoiceProfile, ...]
    enrolled: str | None = None


@dataclass(frozen=True)
class Scene:
    """``own`` scenes are recordings that the user added; the others are synthesised here, and the
    interface translates their ``id``."""

    id: str
    own: bool = False


@dataclass(frozen=True)
class ListScenes:
    kind: ClassVar[str] = "list-scenes"

    home: Path


@dataclass(frozen=True)
class AddScene:
    """Take an own recording of an ambience (without speech) into the library."""

    kind: ClassVar[str] = "add-scene"

    home: Path
    file: Path
    name: str


@dataclass(frozen=True)
class RemoveScene:
    kind: ClassVar[str] = "remove-scene"

    home: Path
    name: str


@dataclass(frozen=True)
class ScenesResult:
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class PlayScene:
    """Write ten seconds of just the ambience as a WAV file; the result is a ``SoundClip``."""

    kind: ClassVar[str] = "play-scene"

    home: Path
    scene: str
    out: Path
    seed: int = 0


# ---- rehearsing -----------------------------------------------------------------------------


@dataclass(frozen=True)
class RehearseVoice:
    """Clone the voice from the original and from the protected file, and see what survives.

    ``clips`` is a folder for the WAV files to play; None keeps none.
    """

    kind: ClassVar[str] = "rehearse-voice"

    file: Path  # the original
    protected: Path
    seeds: int = 3
    survival: bool = True  # also the table of treatments, which takes longer
    clips: Path | None = None
    folder: Path | None = None


@dataclass(frozen=True)
class CloneSimilarity:
    """Mean cosine on the judge between what the cloner says and the real voice, over the seeds.

    ``disguised`` is the phrase before cloning: what a clone of nobody would score. ``white`` and
    ``speech`` are clones of the original with equal-energy noise.
    """

    cloner: str
    judge: str
    original: float
    protected: float
    white: float
    speech: float
    disguised: float
    per_seed: tuple[float, ...]  # of the protected file
    drop_low: float  # 95 % interval of original - protected
    drop_high: float


@dataclass(frozen=True)
class VoiceRehearsal:
    """``clips`` are named "clone-original-1", "clone-protected-1"... and "phrase"."""

    clones: tuple[CloneSimilarity, ...]
    survival: SurvivalTable | None
    clips: tuple[SoundClip, ...] = ()
    notes: tuple[str, ...] = ()
