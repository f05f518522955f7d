"""What a recording is, and clips of it to play."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import numpy.typing as npt

from engine import api
from engine.context import Context
from engine.measure.loudness import Meter
from engine.media import recording_tags, sound_file
from engine.media.recording import Recording, reading
from engine.problems import Problem
from engine.voice import activity

DELTA_PEAK = 0.5  # what the loudest sample of a played delta comes to
LOUDEST_DELTA = 100.0


def read(job: api.ReadSound, context: Context) -> Generator[api.Progress, None, api.SoundInfo]:
    """Raises ``Problem`` for what cannot be read."""
    yield api.Progress(0, 2, "read-sound")
    with reading(job.file, context.check) as recording:
        meter = Meter(recording.rate, recording.channels)
        for block in recording.blocks():
            context.check()
            meter.feed(block)
        meter.feed(np.zeros((0, recording.channels), np.float32), last=True)
        spans: tuple[api.Span, ...] = ()
        how = ""
        if job.voice:
            yield api.Progress(1, 2, "voice")
            spans, how = activity.find(recording.mono(), context.check)
        return api.SoundInfo(
            file=job.file,
            seconds=recording.seconds,
            samples=recording.samples,
            rate=recording.rate,
            channels=recording.channels,
            container=recording.container,
            encoding=recording.encoding,
            loudness=None if meter.loudness is None else round(meter.loudness, 2),
            true_peak=round(meter.true_peak, 2),
            voice=tuple(
                api.Span(round(s.start, 3), round(min(s.end, recording.seconds), 3)) for s in spans
            ),
            voice_by=how,
            tags=recording_tags.read_tags(recording.readable),
            chapters=recording_tags.chapters_in(job.file),
        )


def cut(job: api.CutSound, context: Context) -> Generator[api.Progress, None, api.SoundClip]:
    """Write a stretch for playing. Raises ``Problem("recording.other")`` for files that differ."""
    yield api.Progress(0, 1, "read-sound")
    with ExitStack() as stack:
        recording = stack.enter_context(reading(job.file, context.check))
        other = _other(job.protected, job.kind_of, recording, stack, context)
        whole = api.Span(0, recording.seconds)
        start, stop = _samples(job.span or whole, recording)
        gain = 1.0
        if job.kind_of == "delta":
            blocks = _mixed(recording, other, job.kind_of, start, stop)
            peak = max((float(np.abs(b).max()) for b in blocks), default=0.0)
            gain = min(LOUDEST_DELTA, DELTA_PEAK / max(peak, 1e-9))
        elif job.kind_of == "protected" and job.match_loudness:
            gain = 10 ** (_difference(recording, other, start, stop, context) / 20)
        job.out.parent.mkdir(parents=True, exist_ok=True)
        with sound_file.written(
            job.out,
            samplerate=recording.rate,
            channels=recording.channels,
            subtype="PCM_16",
            format="WAV",
        ) as out:
            for block in _mixed(recording, other, job.kind_of, start, stop):
                context.check()
                out.write(np.clip(block * gain, -1, 1))
        return api.SoundClip(
            name=job.kind_of,
            file=job.out,
            seconds=(stop - start) / recording.rate,
            rate=recording.rate,
            channels=recording.channels,
            gain=round(gain, 4),
        )


def _other(
    path: Any, kind: api.SoundKind, recording: Recording, stack: ExitStack, context: Context
) -> Recording | None:
    if kind == "original" or path is None:
        return None
    other = stack.enter_context(reading(path, context.check))
    if (other.rate, other.channels, other.samples) != (
        recording.rate,
        recording.channels,
        recording.samples,
    ):
        raise Problem("recording.other")
    return other


def _samples(span: api.Span, recording: Recording) -> tuple[int, int]:
    start = min(max(0, round(span.start * recording.rate)), recording.samples - 1)
    stop = min(max(start + 1, round(span.end * recording.rate)), recording.samples)
    return start, stop


def _mixed(
    recording: Recording, other: Recording | None, kind: api.SoundKind, start: int, stop: int
) -> Iterator[npt.NDArray[np.float32]]:
    if other is None or kind == "protected":
        yield from (other or recording).blocks("float32", start, stop)
        return
    pairs = zip(
        other.blocks("float32", start, stop), recording.blocks("float32", start, stop), strict=False
    )
    for ours, theirs in pairs:
        yield ours - theirs


def _difference(
    recording: Recording, other: Recording | None, start: int, stop: int, context: Context
) -> float:
    """Loudness of the original less that of the protected stretch, in LU."""
    found = []
    for source in (recording, other or recording):
        meter = Meter(recording.rate, recording.channels)
        for block in source.blocks("float32", start, stop):
            context.check()
            meter.feed(block)
        found.append(meter.loudness)
    a, b = found
    return 0.0 if a is None or b is None else a - b
