"""Answers about voices for a desk without an engine."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from engine import api
from tests.ui import sounds
from tests.ui.fake_desk import FakeDesk
from ui.desk import State

SCENES = ("rain", "wind", "street", "cafe", "train", "airport", "room")
MEASURES = api.VoiceMeasures(
    snr=24.1,
    stoi=0.983,
    stoi_low=0.971,
    pesq=3.6,
    pesq_low=3.3,
    loudness_change=0.03,
    true_peak=-3.1,
    true_peak_original=-3.1,
    changed_outside=0.0,
    similarity_original=0.88,
    similarity=0.71,
    similarity_white=0.84,
    similarity_speech=0.83,
    drop_low=0.07,
    drop_high=0.17,
    judge="speaker-judge",
    windows=24,
)


def answer_voices(desk: FakeDesk, *voice: tuple[float, float], profiles: int = 0) -> None:
    """Have the desk know the scenes, some profiles, and where somebody speaks."""
    sounds.draw_sounds(desk)
    known = tuple(
        api.VoiceProfile(f"Voice {n + 1}", "2026-01-02T03:04:05Z", 84.0, {}, 0.14, 0.04)
        for n in range(profiles)
    )
    desk.answers[api.ListScenes] = lambda job: api.ScenesResult(
        (*(api.Scene(id) for id in SCENES), api.Scene("My garden", own=True))
    )
    desk.answers[api.ListProfiles] = lambda job: api.ProfilesResult(known)
    desk.answers[api.ReadSound] = lambda job: sound_info(job.file, voice)


def sound_info(file: Path, voice: tuple[tuple[float, float], ...]) -> api.SoundInfo:
    return api.SoundInfo(
        file=file,
        seconds=60.0,
        samples=480_000,
        rate=8_000,
        channels=1,
        container="WAV",
        encoding="PCM_16",
        loudness=-20.0,
        true_peak=-3.0,
        voice=tuple(api.Span(*span) for span in voice),
        voice_by="silero-vad",
    )


def finish(desk: FakeDesk, number: int, output: Path, **changes: Any) -> None:
    """The job is done; ``changes`` are of the measures, or ``audible``, ``scene``, ``notes``."""
    job = next(item.job for item in desk.items() if item.id == number)
    assert isinstance(job, api.ProtectVoice)
    more = {key: changes.pop(key) for key in ("audible", "scene", "notes") if key in changes}
    measures = dataclasses.replace(MEASURES, **changes)
    receipt = api.Receipt(
        schema=api.RECEIPT_SCHEMA,
        app_version="0.1.0",
        created="2026-01-02T03:04:05Z",
        kind=job.kind,
        file=str(job.file),
        output=str(output),
        sha256={"file": "ab" * 32, "output": "cd" * 32},
        method="cloneshield",
        parameters={"strength": job.strength},
        models={"speaker-lstm": "12" * 32},
        device="cpu",
        seconds=14.0,
        measures=dataclasses.asdict(measures),
    )
    result = api.VoiceResult(output, measures, receipt, methods=("cloneshield",), **more)
    desk.change(number, state=State.DONE, result=result, progress=None)


def rehearsal(folder: Path) -> api.VoiceRehearsal:
    clips = tuple(
        api.SoundClip(f"clone-{side}-{n}", folder / f"{side}-{n}.wav", 4.0, 16_000, 1)
        for n in (1, 2, 3)
        for side in ("original", "protected")
    )
    clone = api.CloneSimilarity(
        cloner="cloner-small",
        judge="speaker-judge",
        original=0.74,
        protected=0.52,
        white=0.70,
        speech=0.69,
        disguised=0.41,
        per_seed=(0.50, 0.52, 0.54),
        drop_low=0.12,
        drop_high=0.31,
    )
    rows = (
        api.SurvivalRow("as-saved", 0.71, 0.88, 0.65, 0.76),
        api.SurvivalRow("mp3-128", 0.75, 0.88, 0.70, 0.80),
        api.SurvivalRow("rate-8k", 0.79, 0.83, 0.72, 0.85),
        api.SurvivalRow("denoise", 0.86, 0.86),
    )
    table = api.SurvivalTable("clone", "similarity", "speaker-judge", rows, higher_is_better=False)
    return api.VoiceRehearsal((clone,), table, clips)
