"""Clone me: what a cloner makes of the original and of the protected recording.

The cloner hears stretches of the recording as its reference and says a phrase, three times. The
phrase is another stretch of the owner's own speech, disguised (pitch and formants moved) so that it
sounds like somebody else; so no other person's voice ships with the application. The judge, an
encoder that nothing was optimised on, compares what the clones sound like with the real voice in
*other* stretches of the original. Controls: the same with noise of equal energy instead of the
protection, and the disguised phrase itself. Every clone carries a mark that says what it is
(``watermark.cloned``).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.context import Context
from engine.measure import voice as measures
from engine.measure.statistics import bootstrap, bootstrap_difference
from engine.media.recording import WORKING_RATE as RATE, reading
from engine.models import builtin
from engine.models.cloners import BuiltinCloner
from engine.models.roles import SpeakerEncoder
from engine.problems import Problem
from engine.rehearse.sound_treatments import Sound, treatments
from engine.voice import activity
from engine.voice.disguise import changed
from engine.watermark.cloned import rehearsed_noise

REFERENCE = 2  # windows of 4 s that one clone is made from
DISGUISES = ((1.18, 1.0), (0.85, 1.0), (1.12, 1.1))  # speed, formants: one for each seed in turn

Run = Generator[api.Progress, None, api.VoiceRehearsal]


def rehearse(job: api.RehearseVoice, context: Context) -> Run:
    """Raises ``Problem``: ``recording.other``, ``recording.no-voice``..."""
    yield api.Progress(0, 1, "read-sound")
    with ExitStack() as stack:
        original = stack.enter_context(reading(job.file, context.check))
        protected = stack.enter_context(reading(job.protected, context.check))
        shapes = [(r.rate, r.channels, r.samples) for r in (original, protected)]
        if shapes[0] != shapes[1]:
            raise Problem("recording.other")
        spans, _ = activity.find(original.mono(), context.check)
        pairs = measures.windows_of(original, protected, spans, context.check)
    cloners = [builtin.cloner(id, context) for id in builtin.CLONERS]
    clone_judge = builtin.speaker(builtin.CLONE_JUDGE, context)
    clones: list[api.CloneSimilarity] = []
    clips: list[api.SoundClip] = []
    for number, cloner in enumerate(cloners):
        kept = job.clips if number == 0 else None
        clone, said = yield from _clone(job, pairs, cloner, clone_judge, context, kept)
        clones.append(clone)
        clips += said
    table = None
    if job.survival:
        judge = builtin.speaker(builtin.VOICE_JUDGE, context)
        table = yield from _survival(pairs, judge, cloners[0], context)
    return api.VoiceRehearsal(tuple(clones), table, tuple(clips))


def _clone(
    job: api.RehearseVoice,
    pairs: measures.Pairs,
    cloner: BuiltinCloner,
    judge: SpeakerEncoder,
    context: Context,
    folder: Path | None,
) -> Generator[api.Progress, None, tuple[api.CloneSimilarity, list[api.SoundClip]]]:
    random = torch.Generator().manual_seed(0)
    change = pairs.protected - pairs.original
    heard = {
        "original": pairs.original,
        "protected": pairs.protected,
        "white": pairs.original + measures.white_noise(change, random),
        "speech": pairs.original + measures.speech_noise(change, pairs.original, random),
    }
    scores: dict[str, list[float]] = {name: [] for name in (*heard, "disguised")}
    clips: list[api.SoundClip] = []
    count = len(pairs.original)
    for seed in range(job.seeds):
        yield api.Progress(seed, job.seeds, "clone")
        context.check()
        # The reference, the phrase and the real voice it is compared with are three stretches.
        start = seed * count // job.seeds
        reference = [(start + i) % count for i in range(max(1, min(REFERENCE, count // 3)))]
        phrase_at = (start + len(reference)) % count
        rest = [i for i in range(count) if i not in (*reference, phrase_at)] or [phrase_at]
        real = functional.normalize(judge.embed(pairs.original[rest]).sum(0, keepdim=True))
        plain = pairs.original[phrase_at].numpy()
        phrase = torch.from_numpy(changed(plain, *DISGUISES[seed % len(DISGUISES)]))[None]
        scores["disguised"].append(_likeness(judge, phrase, real))
        for name, windows in heard.items():
            clone = cloner.say(phrase, windows[reference].reshape(1, -1), seed, rehearsed_noise)
            scores[name].append(_likeness(judge, clone, real))
            if folder is not None and name in ("original", "protected"):
                clips.append(_kept(folder, f"clone-{name}-{seed + 1}", clone))
        if folder is not None and seed == 0:
            clips.append(_kept(folder, "phrase", phrase))
    drop = bootstrap_difference(
        [[s] for s in scores["original"]], [[s] for s in scores["protected"]]
    )
    mean = {name: round(float(np.mean(values)), 4) for name, values in scores.items()}
    return (
        api.CloneSimilarity(
            cloner=cloner.id,
            judge=judge.id,
            per_seed=tuple(round(s, 4) for s in scores["protected"]),
            drop_low=round(drop.low, 4),
            drop_high=round(drop.high, 4),
            **mean,
        ),
        clips,
    )


def _survival(
    pairs: measures.Pairs, judge: SpeakerEncoder, cloner: BuiltinCloner, context: Context
) -> Generator[api.Progress, None, api.SurvivalTable]:
    """Similarity of the treated protected windows with the real voice, and of the treated original
    ones: the treatment alone changes it too."""

    def resynthesise(sound: Sound) -> Sound:
        wave = torch.from_numpy(sound)[None]
        return np.asarray(cloner.resynthesise(wave)[0].numpy()[: len(sound)], np.float32)

    todo = {"as-saved": lambda sound: sound, **treatments(resynthesise)}
    rows = []
    for number, (name, treat) in enumerate(todo.items()):
        context.check()
        yield api.Progress(number, len(todo), "survive")
        treated = [
            torch.from_numpy(np.stack([treat(w.numpy()) for w in windows]))
            for windows in (pairs.protected, pairs.original)
        ]
        values = measures.similarities(judge, pairs.original, *treated)[1:]
        spread = bootstrap([[v] for v in values[0]])
        rows.append(
            api.SurvivalRow(
                treatment=name,
                effect=round(float(np.mean(values[0])), 4),
                control=round(float(np.mean(values[1])), 4),
                low=round(spread.low, 4) if np.isfinite(spread.low) else None,
                high=round(spread.high, 4) if np.isfinite(spread.high) else None,
            )
        )
    return api.SurvivalTable("clone", "similarity", judge.id, tuple(rows), higher_is_better=False)


@torch.no_grad()
def _likeness(judge: SpeakerEncoder, heard: Tensor, real: Tensor) -> float:
    return float((judge.embed(heard) * real).sum())


def _kept(folder: Path, name: str, sound: Tensor) -> api.SoundClip:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.wav"
    samples = sound[0].numpy()
    soundfile.write(file, np.clip(samples, -1, 1), RATE, "PCM_16", format="WAV")
    return api.SoundClip(name, file, len(samples) / RATE, RATE, 1)
