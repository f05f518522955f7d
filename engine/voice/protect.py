"""The protecting job: read, find speech, change it piece by piece, write, measure what was written.

Memory does not grow with the recording: the working copy and the change lie in temporary files.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine import api
from engine.context import Context
from engine.measure import voice as measures
from engine.measure.loudness import Meter
from engine.media import recording_write
from engine.media.recording import WORKING_RATE, Recording, reading
from engine.models import builtin
from engine.models.roles import SpeakerEncoder
from engine.problems import Problem
from engine.receipts import receipt_of
from engine.voice import activity, cloneshield, profiles, sceneguard, scenes, vocalcrypt
from engine.voice.side_by_side import side_by_side
from engine.voice.surrogates import Likeness, likeness, surrogates
from engine.voice.working import Working, pieces, working

# How far a change lies from the masking threshold, in dB, for all masked methods together.
ABOVE: dict[api.Strength, float] = {"invisible": -24.0, "balanced": -18.5, "strong": -14.0}
# What a masked change leaves of STOI and of the estimated PESQ-WB, piece by piece: it is made
# louder or softer until one of them is just that. The estimate is .08 below the package's median.
INTELLIGIBLE: dict[api.Strength, float] = {"invisible": 0.993, "balanced": 0.972, "strong": 0.955}
GOOD: dict[api.Strength, float] = {"invisible": 4.1, "balanced": 3.45, "strong": 2.7}
# The ambience never comes nearer to the speech than this, in dB.
FLOOR: dict[api.Strength, float] = {"invisible": 22.0, "balanced": 17.0, "strong": 12.0}
AUTO: dict[api.Strength, tuple[api.VoiceMethod, ...]] = {
    "invisible": ("cloneshield",),
    "balanced": ("cloneshield",),
    "strong": ("cloneshield", "sceneguard"),
}
CEILING = 10 ** (-1 / 20)  # -1 dBTP, or the original's own peak if that is higher
LOUDER = 0.05  # LU that the change may add before the speech is lowered a little
ANCHORS = 5  # stretches of clean speech that say who speaks
TRIES = 3

Run = Generator[api.Progress, None, api.VoiceResult]


def protect(job: api.ProtectVoice, context: Context) -> Run:
    """Raises ``Problem`` for what the user can act on; nothing is overwritten or half-written."""
    began = time.monotonic()
    yield api.Progress(0, 1, "read-sound")
    with ExitStack() as stack:
        recording = stack.enter_context(reading(job.file, context.check))
        first, last = _stretch(job, recording)
        meter = Meter(recording.rate, recording.channels, peaks=job.excerpt is None)
        work = stack.enter_context(working(recording, context.check, first, last, meter.feed))
        meter.feed(np.zeros((0, recording.channels), np.float32), last=True)
        shares = recording_write.channel_shares(meter.power)
        yield api.Progress(0, 1, "voice")
        spans, notes = _regions(job, work, recording, context)
        methods = AUTO[job.strength] if "auto" in job.methods else tuple(dict.fromkeys(job.methods))
        models: Sequence[SpeakerEncoder] = ()
        if methods != ("vocalcrypt",):
            yield api.Progress(0, 1, "load")
            models = surrogates(context, job.folder, quick=job.quality == "fast")
        speech = _speech(work, spans)
        known = side_by_side(lambda model: likeness(model, speech), models, context.device)
        maker = _Maker(job, methods, list(known))
        yield api.Progress(0, 1, "scene")
        maker.choose_scene(work, spans)
        yield from _change(work, spans, maker, context)
        _level(work, spans)
        yield api.Progress(0, 1, "write")
        if job.excerpt is not None:
            output = _write_excerpt(job, recording, work, spans, shares, first, last, context)
            return api.VoiceResult(
                output, None, None, _moved(spans, first / recording.rate),
                maker.audible, methods, maker.scene, tuple(notes),
            )  # fmt: skip
        peak = 10 ** (meter.true_peak / 20)
        written = recording_write.write(
            recording,
            lambda rate: work.resampled(rate, spans, recording.samples),
            recording_write.target_of(job.file, job.out),
            max(CEILING, peak),
            shares,
            context.check,
        )
        yield api.Progress(0, 1, "measure")
        figures = None
        if measures.enough(spans, recording.seconds):
            judge = builtin.speaker(builtin.VOICE_JUDGE, context)
            with reading(written.path, context.check) as result:
                figures = measures.measured(recording, result, spans, judge, context.check, meter)
        else:
            notes.append("voice-short")
        if maker.audible:
            notes.append("scene-audible")
        notes += written.notes
        receipt = receipt_of(
            job,
            written.path,
            context,
            began,
            method=" + ".join(methods),
            parameters=_parameters(job, maker, spans),
            models={model.id: model.sha256 for model in models},
            measures={} if figures is None else asdict(figures),
            notes=tuple(notes),
        )
        return api.VoiceResult(
            output=written.path,
            measures=figures,
            receipt=receipt,
            regions=spans,
            audible=maker.audible,
            methods=methods,
            scene=maker.scene,
            notes=tuple(notes),
            sidecar=written.sidecar,
        )


class _Maker:
    """Makes the change of one piece: every method its share of one budget."""

    def __init__(
        self,
        job: api.ProtectVoice,
        methods: tuple[api.VoiceMethod, ...],
        speaker: Sequence[Likeness],
    ) -> None:
        self.job, self.methods, self.speaker = job, methods, speaker
        masked = sum(method != "sceneguard" for method in methods)
        self.above = ABOVE[job.strength] - 10 * float(np.log10(max(masked, 1)))
        self.quick = job.quality == "fast"
        self.audible = "sceneguard" in methods
        self.scene: str | None = None
        self._loop: Any = None
        self._tile: Tensor | None = None
        if "cloneshield" in methods and job.profile is not None:
            self._tile = profiles.tile_of(job.home, job.profile)

    def choose_scene(self, work: Working, spans: Sequence[api.Span]) -> None:
        if not self.audible:
            return
        name = self.job.scene
        if name is None:
            loops = {s: scenes.sound_of(self.job.home, s, self.job.seed) for s in scenes.BUILT_IN}
            start, stop, _ = next(pieces(spans, len(work.mono)))
            wave = torch.from_numpy(np.array(work.mono[start:stop]))
            floor = FLOOR[self.job.strength]
            name = sceneguard.most_effective(wave, loops, self.speaker, floor)
        self.scene = name
        self._loop = scenes.sound_of(self.job.home, name, self.job.seed)

    def change(self, wave: Tensor, start: int) -> Generator[Any, None, Tensor]:
        masked, heard = torch.zeros_like(wave), torch.zeros_like(wave)
        seed = self.job.seed + start
        for method in self.methods:
            if method == "vocalcrypt":
                above = self.above + vocalcrypt.LOUDER
                masked += vocalcrypt.pseudo_timbre(wave, above, seed)
            elif method == "cloneshield":
                masked += yield from cloneshield.protect(
                    wave, self.speaker, self.above, seed, self._tile, self.quick
                )
            elif method == "sceneguard":
                sound = scenes.stretch(self._loop, start, len(wave)).astype(np.float32)
                steps = 0 if self.quick else sceneguard.STEPS
                heard += yield from sceneguard.cover(
                    wave,
                    torch.from_numpy(sound),
                    self.speaker,
                    FLOOR[self.job.strength],
                    seed,
                    steps,
                )
        limits = INTELLIGIBLE[self.job.strength], GOOD[self.job.strength]
        return measures.within(wave, masked, *limits) + heard


def _stretch(job: api.ProtectVoice, recording: Recording) -> tuple[int, int]:
    if job.excerpt is None:
        return 0, recording.samples
    first = min(max(0, round(job.excerpt.start * recording.rate)), recording.samples - 1)
    return first, min(max(first + 1, round(job.excerpt.end * recording.rate)), recording.samples)


def _regions(
    job: api.ProtectVoice, work: Working, recording: Recording, context: Context
) -> tuple[tuple[api.Span, ...], list[str]]:
    """Where it may change, in seconds of the working copy."""
    notes: list[str] = []
    if job.regions is not None:
        offset = 0.0 if job.excerpt is None else job.excerpt.start
        spans = activity.merged(_moved(job.regions, -offset))
    else:
        chunks = (work.mono[part] for part in work.blocks(0, len(work.mono)))
        spans, how = activity.find(chunks, context.check)
        if how == "energy":
            notes.append("voice-energy")
    end = len(work.mono) / WORKING_RATE
    spans = tuple(api.Span(s.start, min(s.end, end)) for s in spans if s.start < end)
    if not any(True for _ in pieces(spans, len(work.mono))):
        raise Problem("recording.no-voice", file=job.file.name)
    return spans, notes


def _moved(spans: Sequence[api.Span], offset: float) -> tuple[api.Span, ...]:
    moved = (api.Span(s.start + offset, s.end + offset) for s in spans)
    return tuple(api.Span(max(0.0, s.start), s.end) for s in moved if s.end > 0)


def _speech(work: Working, spans: Sequence[api.Span]) -> Tensor:
    """(n, samples) of clean speech, 3 s each where there is as much: who speaks."""
    size = 3 * WORKING_RATE
    long = [s for s in spans if s.end - s.start >= size / WORKING_RATE]
    if not long:
        joined = np.concatenate(
            [
                work.mono[round(s.start * WORKING_RATE) : round(s.end * WORKING_RATE)]
                for s in spans[: ANCHORS * 10]
            ]
        )
        count = min(ANCHORS, max(1, len(joined) // size))
        joined = joined if len(joined) >= size else np.resize(joined, max(size, len(joined)))
        return torch.from_numpy(np.array(joined[: count * size]).reshape(count, -1))
    chosen = [long[i] for i in np.linspace(0, len(long) - 1, min(ANCHORS, len(long))).astype(int)]
    starts = [round((s.start + s.end) / 2 * WORKING_RATE) - size // 2 for s in chosen]
    starts = [min(max(0, start), len(work.mono) - size) for start in starts]
    return torch.from_numpy(np.stack([work.mono[start : start + size] for start in starts]))


def _change(
    work: Working, spans: Sequence[api.Span], maker: _Maker, context: Context
) -> Generator[api.Progress, None, None]:
    def changed(place: tuple[int, int, tuple[int, int]]) -> Tensor:
        wave = torch.from_numpy(np.array(work.mono[place[0] : place[1]]))
        making = maker.change(wave, place[0])
        while True:
            context.check()
            try:
                next(making)
            except StopIteration as end:
                change: Tensor = end.value
                return change.detach()

    total = list(pieces(spans, len(work.mono)))
    began = time.monotonic()
    yield api.Progress(0, len(total), "optimise")
    for number, change in enumerate(side_by_side(changed, total, context.device), 1):
        start, _, region = total[number - 1]
        work.add(start, change.numpy(), region)
        work.release()
        left = (time.monotonic() - began) / number * (len(total) - number)
        yield api.Progress(number, len(total), "optimise", left)


def _level(work: Working, spans: Sequence[api.Span]) -> None:
    """Where the change makes the speech louder, lower the speech by as much, within the change:
    the loudness stays, and nothing outside the regions is touched."""
    for _ in range(TRIES):
        before, after = Meter(WORKING_RATE, 1), Meter(WORKING_RATE, 1)
        for part in work.blocks(0, len(work.mono)):
            before.feed(work.mono[part, None])
            after.feed((work.mono[part] + work.delta[part])[:, None])
        if before.loudness is None or after.loudness is None:
            return
        excess = after.loudness - before.loudness
        if abs(excess) < LOUDER:
            return
        share = 1 - 10 ** (-excess / 20)
        for span in spans:
            first, last = round(span.start * WORKING_RATE), round(span.end * WORKING_RATE)
            for part in work.blocks(first, min(last, len(work.mono))):
                work.delta[part] -= np.float32(share) * (work.mono[part] + work.delta[part])


def _write_excerpt(
    job: api.ProtectVoice,
    recording: Recording,
    work: Working,
    spans: Sequence[api.Span],
    shares: recording_write.Shares,
    first: int,
    last: int,
    context: Context,
) -> Path:
    """A stretch for listening: 24-bit WAV at ``out``, replaced if it is there."""
    import soundfile

    target = job.out or job.file.with_name(job.file.stem + "-excerpt.wav")
    target.parent.mkdir(parents=True, exist_ok=True)
    change = recording_write.Buffered(work.resampled(recording.rate, spans, last - first))
    with soundfile.SoundFile(
        target, "w", recording.rate, recording.channels, "PCM_24", format="WAV"
    ) as out:
        for block in recording.blocks("float32", first, last):
            context.check()
            out.write(np.clip(block + change.take(len(block))[:, None] * shares, -1, 1))
    return target


def _parameters(job: api.ProtectVoice, maker: _Maker, spans: Sequence[api.Span]) -> dict[str, Any]:
    return {
        "methods": list(maker.methods),
        "strength": job.strength,
        "quality": job.quality,
        "above_threshold_db": round(maker.above, 2),
        "scene": maker.scene,
        "scene_floor_db": FLOOR[job.strength] if maker.audible else None,
        "profile": job.profile,
        "seed": job.seed,
        "regions": [[round(s.start, 3), round(s.end, 3)] for s in spans],
    }
