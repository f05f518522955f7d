"""A desk without an engine: jobs go where the test sends them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject

from engine import api
from engine.problems import SENTENCES
from tests.ui.fake_player import FakePlayer, FakeRecorder
from ui.desk import Desk, Item, Purpose, State

GIB = 1024**3
GPU = api.DeviceInfo(
    "cuda:0", "NVIDIA RTX 4070", 12 * GIB, int(6.1 * GIB), ("float32", "bfloat16", "float16")
)
CPU = api.DeviceInfo("cpu", "CPU (8 cores)", 32 * GIB, 20 * GIB, ("float32", "bfloat16"))


class FakeDesk(Desk):
    def __init__(self, home: Path, **settings: Any) -> None:
        super().__init__()
        self.home = home
        self.settings: dict[str, Any] = {
            "language": "system",
            "theme": "system",
            "device": "auto",
            "precision": "auto",
            "unload_minutes": 10,
            "speeds": (),
            "threats": ("edit",),
            "strength": "balanced",
            "native": False,
            "strip_location": False,
            "voice_profile": "",
            "voice_scene": "",
            "voice_method": "auto",
            "voice_quality": "standard",
            "output": None,
            "watched": None,
            "notify": True,
            "models_folder": None,
            "mirror": "",
            "offline": False,
            "models_offered": False,
            "presets": (),
            "recent_files": (),
            "window_geometry": "",
            "splitter": "",
            **settings,
        }
        self.calls: list[tuple[Any, ...]] = []
        self.looks: list[tuple[QObject, Any, Callable[[Any], None], Any]] = []
        self.answers: dict[type, Callable[[Any], Any]] = {}
        self.done: set[Path] = set()  # what was done before
        self.receipts: tuple[api.Receipt, ...] = ()
        self._player, self._recorder = FakePlayer(), FakeRecorder()
        self._items: dict[int, Item] = {}
        self._devices: tuple[api.DeviceInfo, ...] = ()
        self._models: api.ModelsResult | None = None

    # ---- what a test does -------------------------------------------------------------------

    def ready(self, *devices: api.DeviceInfo) -> None:
        self._devices = devices or (GPU, CPU)
        self.engine_state.emit("ready")
        self.devices_changed.emit(self._devices)

    def show_models(self, models: api.ModelsResult) -> None:
        self._models = models
        self.models_changed.emit(models)

    def left_over(self, *left: Path | api.Job) -> None:
        for what in left:
            number = len(self._items) + 1
            job = api.ProtectPhoto(what) if isinstance(what, Path) else what
            self._items[number] = Item(number, job, State.UNFINISHED)

    def change(self, number: int, **changes: Any) -> None:
        self._items[number] = dataclasses.replace(self._items[number], **changes)
        self.item_changed.emit(self._items[number])

    def run(self, number: int, step: int = 0, of: int = 60, eta: float | None = None) -> None:
        self.change(number, state=State.RUNNING, progress=api.Progress(step, of, "optimise", eta))

    def finish(self, number: int, output: Path, **more: Any) -> None:
        job = self._items[number].job
        assert isinstance(job, api.ProtectPhoto)
        result = photo_result(job.file, output, **more)
        self.change(number, state=State.DONE, result=result, progress=None)

    def fail(self, number: int, code: str, **details: Any) -> None:
        self.change(number, state=State.FAILED, problem=(code, details), progress=None)

    def jobs(self) -> list[api.ProtectPhoto]:
        return [item.job for item in self._items.values() if isinstance(item.job, api.ProtectPhoto)]

    # ---- what the window does ---------------------------------------------------------------

    def submit(self, jobs: tuple[api.Job, ...]) -> tuple[int, ...]:
        self.calls.append(("submit", len(jobs)))
        numbers = []
        for job in jobs:
            number = len(self._items) + 1
            self._items[number] = Item(number, job, State.WAITING)
            numbers.append(number)
        self.items_added.emit(tuple(self._items[number] for number in numbers))
        return tuple(numbers)

    def cancel(self, item: int) -> None:
        self.calls.append(("cancel", item))
        self.change(item, state=State.CANCELLED, progress=None)

    def retry(self, item: int) -> None:
        self.calls.append(("retry", item))
        self.change(item, state=State.WAITING, problem=None, progress=None)

    def remove(self, item: int) -> None:
        self.calls.append(("remove", item))
        del self._items[item]
        self.item_removed.emit(item)

    def items(self) -> tuple[Item, ...]:
        return tuple(self._items.values())

    def pause(self, paused: bool) -> None:
        self.calls.append(("pause", paused))

    def devices(self) -> tuple[api.DeviceInfo, ...]:
        return self._devices

    def refresh_devices(self) -> None:
        self.calls.append(("refresh_devices",))

    def free_memory(self) -> None:
        self.calls.append(("free_memory",))

    def models(self) -> api.ModelsResult | None:
        return self._models

    def refresh_models(self) -> None:
        self.calls.append(("refresh_models",))

    def setting(self, name: str) -> Any:
        return self.settings[name]

    def set_setting(self, name: str, value: Any) -> None:
        if self.settings[name] != value:
            self.settings[name] = value
            self.setting_changed.emit(name, value)

    def folder(self, purpose: Purpose) -> Path:
        folder = self.home / purpose
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def look(
        self,
        owner: QObject,
        job: api.Job | api.Secret,
        then: Callable[[Any], None],
        progressed: Callable[[api.Progress], None] | None = None,
    ) -> None:
        """Answered at once by ``answers`` for this kind of job, else kept in ``looks``."""
        self.calls.append(("look", job.kind))
        answer = self.answers.get(type(job))
        if answer is not None:
            then(answer(job))
        else:
            self.looks.append((owner, job, then, progressed))

    def forget_looks(self, owner: QObject) -> None:
        self.looks = [look for look in self.looks if look[0] is not owner]

    def player(self) -> FakePlayer:
        return self._player

    def recorder(self) -> FakeRecorder:
        return self._recorder

    def history(self, search: str = "", limit: int = 200) -> tuple[api.Receipt, ...]:
        return tuple(r for r in self.receipts if search.casefold() in r.file.casefold())[:limit]

    def done_before(self, kind: type[Any], files: tuple[Path, ...]) -> frozenset[Path]:
        return frozenset(self.done) & frozenset(files)

    def export_receipts(self, receipts: tuple[api.Receipt, ...], target: Path) -> None:
        self.calls.append(("export", *(receipt.output for receipt in receipts), target))

    def export_rehearsal(self, result: api.RehearsalResult, folder: Path) -> None:
        self.calls.append(("export", result.protected, folder))

    def export_check(
        self, results: tuple[api.CheckResult, ...], target: Path, statement: bool
    ) -> None:
        self.calls.append(("export-check", [r.file for r in results], target, statement))

    def export_report(self, found: tuple[api.VerifyResult, ...], signer: str, to: Path) -> None:
        self.calls.append(("report", tuple(r.file.name for r in found), signer, to))

    def sentence(self, code: str, details: dict[str, Any]) -> str:
        return QCoreApplication.translate("Problem", SENTENCES[code]).format(**details)


MIT = ("MIT", "https://example.org/mit")
RAIL = ("CreativeML Open RAIL-M", "https://example.org/rail")


def model(id: str, group: str = "photo", **changes: Any) -> api.ModelState:
    """A published model that is not here, free and recommended, but for ``changes``."""
    state = api.ModelState(
        id=id,
        purpose={
            "en": "A small stand-in for the encoder of Stable Diffusion 1 and 2. Makes photo "
            "protection stronger, even without a graphics card.",
            "zh": "Stable Diffusion 1 和 2 编码器的小型替身。即使没有显卡，也能让照片保护更强。",
        },
        roles=("surrogate",),
        groups=(group,),
        used_by=("protect-edit", "protect-personalise") if group == "photo" else ("protect-voice",),
        requires=(),
        required_by=(),
        repo="someone/something",
        revision="0123456789abcdef0123456789abcdef01234567",
        pinned=True,
        format="safetensors",
        converted=False,
        size=9_800_000,
        on_disk=0,
        memory=629_000_000,
        licence=MIT[0],
        licence_url=MIT[1],
        forbids=(),
        gated=False,
        consent="not-needed",
        standing="absent",
        linked=False,
        damaged=(),
        recommended=True,
        confirmed=True,
        unconfirmed=(),
    )
    return dataclasses.replace(state, **changes)


TINY, TINY_XL = "autoencoder-taesd-sd1", "autoencoder-taesdxl-sdxl"
KL, UNET, VOICE = "autoencoder-kl-sd15", "denoiser-unet-sd15", "speaker-ecapa-voxceleb"


def some_models(*changed: api.ModelState, rate: float | None = None) -> api.ModelsResult:
    """Five models: two small ones and a voice recommended, two that ask for consent."""
    asking = {
        "recommended": False,
        "licence": RAIL[0],
        "licence_url": RAIL[1],
        "forbids": ("harmful-use",),
        "consent": "needed",
    }
    models = {
        made.id: made
        for made in (
            model(KL, **asking, size=334_600_000, memory=3_221_000_000),
            model(UNET, **asking, size=3_932_000_000, memory=6_442_000_000, requires=(KL,)),
            model(TINY),
            model(TINY_XL),
            model(VOICE, "voice", size=83_300_000, memory=524_000_000),
            *changed,
        )
    }
    return api.ModelsResult(
        folder=Path("models"),
        models=tuple(models.values()),
        device="cpu",
        free_memory=8 * GIB,
        free_disk=212_000_000_000,
        recommended_size=sum(m.size for m in models.values() if m.recommended),
        rate=rate,
        mirrors=("https://hf-mirror.com",),
    )


def swap_result(
    job: api.RehearsePhoto,
    treatments: tuple[str, ...] = ("as-saved",),
    picture: api.Picture | None = None,
) -> api.RehearsalResult:
    """A face swap that the protection hindered."""
    picture = picture or api.Picture("", 2, 1, bytes(6))
    rows = [
        api.SurvivalRow(name, 0.2 + 0.02 * n, 0.5 - 0.01 * n, 0.1, 0.3)
        for n, name in enumerate(treatments)
    ]
    outcome = api.AttackOutcome(
        "faceswap",
        api.SurvivalTable(
            "faceswap", "swap-likeness", "identity-judge", tuple(rows), higher_is_better=False
        ),
        "worse",
        tuple(
            dataclasses.replace(picture, name=f"{side}:{name}")
            for name in treatments
            for side in ("control", "attacked")
        ),
        swap=api.SwapFigures(0.2, 0.5, 0.3, 0.2, 0.05, 0.38, 0.4, True),
    )
    return api.RehearsalResult(job.file, job.protected, "", (outcome,), 1.0)


def rehearsal_result(
    job: api.RehearsePhoto, *, shift: float = 0.31, pictures: tuple[api.Picture, ...] = ()
) -> api.RehearsalResult:
    """An edit that was spoiled, and a purification that half succeeded."""
    edit = api.SurvivalTable(
        "edit",
        "edit-miss",
        "editor-judge",
        (
            api.SurvivalRow("as-saved", 0.084, 0.021, 0.071, 0.097),
            api.SurvivalRow("jpeg-75", 0.066, 0.024, 0.052, 0.081),
            api.SurvivalRow("resize-0.5", 0.029, 0.026, 0.021, 0.037),
        ),
    )
    names = (
        *("as-saved", "jpeg-95", "jpeg-85", "jpeg-75", "jpeg-65", "jpeg-50", "jpeg-30", "webp-80"),
        *("resize-0.75", "resize-0.5", "crop", "rotate", "gaussian", "median", "bilateral"),
        *("noise", "tone-curve", "vae", "diffpure", "noisy-upscaling"),
    )
    rows = []
    for number, name in enumerate(names):
        effect = shift * (1 - 0.035 * number)
        rows.append(api.SurvivalRow(name, effect, 0.17, effect - 0.02, effect + 0.02))
    purify = api.SurvivalTable(
        "purify", "latent-shift", "autoencoder-dc-judge", tuple(rows), control="noise"
    )
    worst = purify.worst
    assert worst is not None
    return api.RehearsalResult(
        file=job.file,
        protected=job.protected,
        instruction=job.instruction,
        outcomes=(
            api.AttackOutcome(
                "edit", edit, "worse", pictures, left_out=("vae", "diffpure"), spoiled=(3, 4)
            ),
            api.AttackOutcome(
                "purify", purify, purify.verdict(worst), pictures, left_out=("gridpure", "udap")
            ),
        ),
        seconds=38.0,
    )


def photo_result(
    file: Path,
    output: Path,
    *,
    shift: float = 0.71,
    seconds: float = 41.0,
    notes: tuple[str, ...] = (),
    pictures: tuple[api.Picture, ...] = (),
) -> api.PhotoResult:
    measures = api.PhotoMeasures(
        psnr=37.2,
        ssim=0.962,
        perceptual=0.031,
        max_delta=0.031,
        latent_shift=shift,
        latent_shift_white=0.22,
        latent_shift_lowpass=0.42,
    )
    receipt = api.Receipt(
        schema=api.RECEIPT_SCHEMA,
        app_version="0.1.0",
        created="2026-01-02T03:04:05Z",
        kind="protect-photo",
        file=str(file),
        output=str(output),
        sha256={"file": "ab" * 32, "output": "cd" * 32},
        method="encoder cloak",
        parameters={"epsilon": 0.031, "seed": 0, "steps": 60},
        models={"f8-norm": "12" * 32},
        device="cuda:0",
        seconds=seconds,
        measures=dataclasses.asdict(measures),
        notes=notes,
    )
    return api.PhotoResult(output, measures, receipt, notes, pictures, api.Noticed(0.64, 16, 234))
