"""The smaller voice jobs: enrol and list voices, ambiences, and compare two recordings."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from datetime import UTC, datetime

import numpy as np
import soundfile
import torch

from engine import api
from engine.context import Context
from engine.measure import voice as measures
from engine.media.recording import WORKING_RATE, reading
from engine.models import builtin
from engine.problems import Problem
from engine.voice import activity, cloneshield, profiles, scenes
from engine.voice.protect import ABOVE
from engine.voice.surrogates import surrogates

STRETCH = 4 * WORKING_RATE
LEAST_SPEECH = 20.0  # seconds
MOST_SPEECH = 120.0
PLAYED = 10.0  # seconds of an ambience
LEVEL = 0.1  # root mean square of an ambience that is played


def enrol(
    job: api.EnrolVoice, context: Context
) -> Generator[api.Progress, None, api.ProfilesResult]:
    """Raises ``Problem``: ``voice.too-little``, ``profile.name``, ``profile.exists``..."""
    name = profiles.free(job.home, job.name)
    yield api.Progress(0, 1, "read-sound")
    parts: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    seconds = 0.0
    for file in job.files:
        with reading(file, context.check) as recording:
            stop = min(recording.samples, round(2 * MOST_SPEECH * recording.rate))
            sound = np.concatenate(list(recording.mono(WORKING_RATE, 0, stop)))
        spans, _ = activity.find([sound], context.check)
        for span in spans:
            if seconds < MOST_SPEECH:
                part = sound[round(span.start * WORKING_RATE) : round(span.end * WORKING_RATE)]
                parts.append(part)
                seconds += len(part) / WORKING_RATE
    if seconds < LEAST_SPEECH:
        raise Problem("voice.too-little", seconds=int(seconds), needed=int(LEAST_SPEECH))
    joined = np.concatenate(parts)
    speech = torch.from_numpy(joined[: len(joined) // STRETCH * STRETCH].reshape(-1, STRETCH))
    # What it was not enrolled on tells what the tile is worth.
    known, unheard = speech[::2], speech[1::2]
    yield api.Progress(0, 1, "load")
    models = surrogates(context, job.folder)
    searching = cloneshield.enrol(known, models, ABOVE["balanced"], job.seed)
    while True:
        try:
            step = next(searching)
        except StopIteration as end:
            tile = end.value
            break
        context.check()
        yield api.Progress(step.number, step.of, "enrol")
    yield api.Progress(0, 1, "measure")
    judge = builtin.speaker(builtin.VOICE_JUDGE, context)
    changes = [cloneshield.apply(tile, wave, ABOVE["balanced"], 0) for wave in unheard]
    change = torch.stack(changes)
    noise = measures.speech_noise(change, unheard, torch.Generator().manual_seed(0))
    clean, ours, control = measures.similarities(judge, unheard, unheard + change, unheard + noise)
    profile = api.VoiceProfile(
        name=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        models={model.id: model.sha256 for model in models},
        drop=round(float(np.mean(clean) - np.mean(ours)), 4),
        control=round(float(np.mean(clean) - np.mean(control)), 4),
    )
    profiles.save(job.home, profile, tile)
    return api.ProfilesResult(profiles.listed(job.home), name)


def list_profiles(
    job: api.ListProfiles, context: Context
) -> Generator[api.Progress, None, api.ProfilesResult]:
    yield from ()
    return api.ProfilesResult(profiles.listed(job.home))


def remove_profile(
    job: api.RemoveProfile, context: Context
) -> Generator[api.Progress, None, api.ProfilesResult]:
    yield from ()
    profiles.remove(job.home, job.name)
    return api.ProfilesResult(profiles.listed(job.home))


def list_scenes(
    job: api.ListScenes, context: Context
) -> Generator[api.Progress, None, api.ScenesResult]:
    yield from ()
    return api.ScenesResult(scenes.listed(job.home))


def add_scene(
    job: api.AddScene, context: Context
) -> Generator[api.Progress, None, api.ScenesResult]:
    yield api.Progress(0, 1, "read-sound")
    with reading(job.file, context.check) as recording:
        scenes.add(job.home, recording, job.name)
    return api.ScenesResult(scenes.listed(job.home))


def remove_scene(
    job: api.RemoveScene, context: Context
) -> Generator[api.Progress, None, api.ScenesResult]:
    yield from ()
    scenes.remove(job.home, job.name)
    return api.ScenesResult(scenes.listed(job.home))


def play_scene(
    job: api.PlayScene, context: Context
) -> Generator[api.Progress, None, api.SoundClip]:
    """Raises ``Problem("scene.unknown")``."""
    yield from ()
    loop = scenes.sound_of(job.home, job.scene, job.seed)
    sound = scenes.stretch(loop, 0, round(PLAYED * WORKING_RATE)) * LEVEL
    job.out.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(job.out, np.clip(sound, -1, 1), WORKING_RATE, "PCM_16", format="WAV")
    return api.SoundClip(job.scene, job.out, PLAYED, WORKING_RATE, 1)


def measure(
    job: api.MeasureVoice, context: Context
) -> Generator[api.Progress, None, api.VoiceMeasureResult]:
    """Where the original has speech; raises ``Problem("recording.other")`` and others."""
    yield api.Progress(0, 1, "read-sound")
    with ExitStack() as stack:
        original = stack.enter_context(reading(job.file, context.check))
        protected = stack.enter_context(reading(job.protected, context.check))
        yield api.Progress(0, 1, "voice")
        spans, _ = activity.find(original.mono(), context.check)
        yield api.Progress(0, 1, "measure")
        judge = builtin.speaker(builtin.VOICE_JUDGE, context)
        return api.VoiceMeasureResult(
            measures.measured(original, protected, spans, judge, context.check)
        )
