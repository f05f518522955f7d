"""Everything that crosses the boundary between the engine and the rest: jobs in, events out.

Frozen dataclasses of paths and plain values, never pixels or tensors (a ``Picture`` preview is
the one exception: a small, already downscaled image). They are pickled to the child process and
written as JSON into receipts and the queue, so every field must survive both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.api.check import (
    VIDEO_SUFFIXES as VIDEO_SUFFIXES,
    CalibrateDetectors as CalibrateDetectors,
    CameraResult as CameraResult,
    CamerasResult as CamerasResult,
    Change as Change,
    CheckFile as CheckFile,
    CheckResult as CheckResult,
    DetectorReading as DetectorReading,
    DetectorsResult as DetectorsResult,
    DetectorStanding as DetectorStanding,
    EnrolCamera as EnrolCamera,
    Evidence as Evidence,
    Level as Level,
    ListCameras as ListCameras,
    ListDetectors as ListDetectors,
    Measured as Measured,
    Media as Media,
    PointsTo as PointsTo,
    StabilityRow as StabilityRow,
    Verdict as Verdict,
    Window as Window,
)
from engine.api.devices import (
    DeviceInfo as DeviceInfo,
    DevicesResult as DevicesResult,
    ListDevices as ListDevices,
    MeasureSpeed as MeasureSpeed,
    Precision as Precision,
    SpeedResult as SpeedResult,
)
from engine.api.events import (
    Picture as Picture,
    Progress as Progress,
    Receipt as Receipt,
    Ticket as Ticket,
)
from engine.api.faces import (
    FaceBox as FaceBox,
    FacesResult as FacesResult,
    FindFaces as FindFaces,
)
from engine.api.listening import (
    TILE_COLUMNS as TILE_COLUMNS,
    TILE_ROWS as TILE_ROWS,
    TOP_HZ as TOP_HZ,
    DrawSound as DrawSound,
    SketchSound as SketchSound,
    SoundSketch as SoundSketch,
    SoundTile as SoundTile,
    SoundView as SoundView,
)
from engine.api.marks import (
    DOUBTFUL as DOUBTFUL,
    MARK_SCHEMES as MARK_SCHEMES,
    SURVIVES as SURVIVES,
    Credentials as Credentials,
    CredentialsResult as CredentialsResult,
    EditMarked as EditMarked,
    FoundText as FoundText,
    HiddenText as HiddenText,
    HideText as HideText,
    IdentitiesResult as IdentitiesResult,
    IdentityFacts as IdentityFacts,
    ListIdentities as ListIdentities,
    ListWorks as ListWorks,
    MarkFile as MarkFile,
    MarkResult as MarkResult,
    MarkScheme as MarkScheme,
    ReadCredentials as ReadCredentials,
    ReadText as ReadText,
    RestoreIdentity as RestoreIdentity,
    SanitiseFile as SanitiseFile,
    SanitiseResult as SanitiseResult,
    SignFile as SignFile,
    Unlocked as Unlocked,
    UnlockIdentities as UnlockIdentities,
    VerifyFile as VerifyFile,
    VerifyResult as VerifyResult,
    WorkFacts as WorkFacts,
    WorksResult as WorksResult,
    WriteReport as WriteReport,
)
from engine.api.models import (
    DownloadModel as DownloadModel,
    ImportModel as ImportModel,
    ListModels as ListModels,
    ModelResult as ModelResult,
    ModelsResult as ModelsResult,
    ModelStanding as ModelStanding,
    ModelState as ModelState,
    MoveModels as MoveModels,
    RemoveModel as RemoveModel,
    StoreJob as StoreJob,
    VerifyModel as VerifyModel,
)
from engine.api.photo import (
    FaceMeasures as FaceMeasures,
    MeasurePhoto as MeasurePhoto,
    MeasureResult as MeasureResult,
    Noticed as Noticed,
    PhotoMeasures as PhotoMeasures,
    PhotoResult as PhotoResult,
    ProtectPhoto as ProtectPhoto,
)
from engine.api.presets import Preset as Preset
from engine.api.rehearsal import (
    ATTACKS as ATTACKS,
    INSTRUCTIONS as INSTRUCTIONS,
    TARGETS as TARGETS,
    Attack as Attack,
    AttackOutcome as AttackOutcome,
    RehearsalResult as RehearsalResult,
    RehearsePhoto as RehearsePhoto,
    SwapFigures as SwapFigures,
)
from engine.api.survival import (
    AttackVerdict as AttackVerdict,
    SurvivalRow as SurvivalRow,
    SurvivalTable as SurvivalTable,
)
from engine.api.terms import (
    PHOTO_SUFFIXES as PHOTO_SUFFIXES,
    RECEIPT_SCHEMA as RECEIPT_SCHEMA,
    STRENGTHS as STRENGTHS,
    THREATS as THREATS,
    Strength as Strength,
    Threat as Threat,
)
from engine.api.voice import (
    VOICE_METHODS as VOICE_METHODS,
    VOICE_QUALITIES as VOICE_QUALITIES,
    VOICE_SUFFIXES as VOICE_SUFFIXES,
    AddScene as AddScene,
    CloneSimilarity as CloneSimilarity,
    CutSound as CutSound,
    EnrolVoice as EnrolVoice,
    ListProfiles as ListProfiles,
    ListScenes as ListScenes,
    MeasureVoice as MeasureVoice,
    PlayScene as PlayScene,
    ProfilesResult as ProfilesResult,
    ProtectVoice as ProtectVoice,
    ReadSound as ReadSound,
    RehearseVoice as RehearseVoice,
    RemoveProfile as RemoveProfile,
    RemoveScene as RemoveScene,
    Scene as Scene,
    ScenesResult as ScenesResult,
    SoundClip as SoundClip,
    SoundInfo as SoundInfo,
    SoundKind as SoundKind,
    Span as Span,
    VoiceMeasureResult as VoiceMeasureResult,
    VoiceMeasures as VoiceMeasures,
    VoiceMethod as VoiceMethod,
    VoiceProfile as VoiceProfile,
    VoiceQuality as VoiceQuality,
    VoiceRehearsal as VoiceRehearsal,
    VoiceResult as VoiceResult,
)

Job = (
    ProtectPhoto
    | MeasurePhoto
    | RehearsePhoto
    | FindFaces
    | ListDevices
    | MeasureSpeed
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
    | EditMarked
    | HideText
    | ReadText
    | ListIdentities
    | ListWorks
    | WriteReport
    | SketchSound
    | DrawSound
    | ReadSound
    | CutSound
    | ProtectVoice
    | MeasureVoice
    | EnrolVoice
    | ListProfiles
    | RemoveProfile
    | ListScenes
    | AddScene
    | RemoveScene
    | PlayScene
    | RehearseVoice
    | CheckFile
    | EnrolCamera
    | ListCameras
    | CalibrateDetectors
    | ListDetectors
)
# Questions that carry a secret: sent straight to the engine, never queued or stored.
Secret = UnlockIdentities | RestoreIdentity
Result = (
    PhotoResult
    | MeasureResult
    | RehearsalResult
    | FacesResult
    | DevicesResult
    | SpeedResult
    | ModelsResult
    | ModelResult
    | MarkResult
    | VerifyResult
    | CredentialsResult
    | SanitiseResult
    | HiddenText
    | FoundText
    | SoundInfo
    | SoundClip
    | VoiceResult
    | VoiceMeasureResult
    | ProfilesResult
    | ScenesResult
    | VoiceRehearsal
    | IdentitiesResult
    | WorksResult
    | Unlocked
    | SoundSketch
    | SoundTile
    | CheckResult
    | CameraResult
    | CamerasResult
    | DetectorsResult
)


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
