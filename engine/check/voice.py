"""Checking a recording: its container, its bandwidth and room tone, and who or what speaks."""

from __future__ import annotations

import io
import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from engine import api
from engine.check import detectors, downloaded, own, provenance
from engine.check.compare_sound import comparison, evidence_of, tinted
from engine.check.detectors import Detector, listen
from engine.check.generators import generator_evidence
from engine.check.image import Looked, Steps
from engine.check.sound_tags import tags_of
from engine.check.traces import picture
from engine.check.voice_net import RATE
from engine.context import Context
from engine.media.sound_tracks import NEEDS_FFMPEG, decode
from engine.problems import Problem

Sound = NDArray[np.float32]
Floats = NDArray[np.float64]
Windows = tuple[tuple[float, float, float], ...]  # start, end, logit

SHORTEST = 2.0  # seconds below which no detector speaks
LONGEST = 600.0  # seconds that are looked at
NARROW = "narrow"  # a kind of file, in calibrations
_TELEPHONE = 4500.0  # Hz
_LOWEST_BITS = 12_000  # a second, of a lossy recording
_STABILITY = ("mp3-64", "telephone", "louder", "softer")
_SPEECH_SHARE = 0.3  # of the recording, below which it is music or noise
_CLIFF = 25.0  # dB that are lost within 400 Hz where a codec or a model ends
_PAUSE = 30.0  # dB below the loudest nearby, which a pause is
_FEWEST_PAUSES = 2  # on each side of a cut
_JUMP = 4.2  # times as much as from one pause to the next
_JUMP_DB = 4.0


def look(job: api.CheckFile, context: Context) -> Steps:
    """Yields before each stage. Raises what ``readable`` and ``read`` raise."""
    found = Looked()
    yield "read", found
    with readable(job.file, context.check) as file:
        sound, rate = read(file, found)
        if file != job.file:
            found.facts["format"] = job.file.suffix[1:].upper()
        found.pictures.append(picture("seen", spectrogram(sound, rate)))
        yield "evidence", found
        found.evidence += provenance.credentials_evidence(job.file, job.home)
        tags = tags_of(job.file)
        found.evidence += provenance.label_evidence(tags)
        found.evidence += generator_evidence(tags, None)
        if tags:
            facts = tuple((tag.name, tag.value[:400]) for tag in tags)
            found.evidence.append(api.Evidence("sound-tags", "nothing", "explanation", {}, facts))
        found.evidence += signal_evidence(sound, rate)
        context.check()
        decoded = replace(job, file=file)
        found.evidence += own.sound_mark_evidence(decoded, context)
        found.evidence += own.rehearsed_clone_evidence(decoded)
    if job.original is not None:
        compare(job.original, sound, rate, found, context)
    if recompressed(found.facts["format"], job.file.stat().st_size, len(sound) / rate):
        found.obstacles.append("recompressed")
    yield from judge(sound, rate, found, job, context)
    yield "done", found


def compare(original: Path, sound: Sound, rate: int, found: Looked, context: Context) -> None:
    """What differs from a known original. Raises what ``readable`` and ``read`` raise."""
    with readable(original, context.check) as file:
        theirs, their_rate = read(file, Looked())
    context.check()
    laid = comparison(theirs, their_rate, sound, rate)
    found.evidence.append(evidence_of(laid))
    if laid is not None and laid.changes:
        found.changes += laid.changes
        shown = tinted(spectrogram(sound, rate), laid.changes, len(sound) / rate)
        found.pictures.append(picture("difference", shown))


def judge(
    sound: Sound, rate: int, found: Looked, job: api.CheckFile, context: Context, test: bool = True
) -> Steps:
    """What the detectors say of a mono recording, and with ``test`` whether they keep to it."""
    voice = sound if rate == RATE else soxr.resample(sound, rate, RATE).astype(np.float32)
    found.obstacles += obstacles(voice)
    yield "detect", found
    builtin = detectors.load(detectors.VOICE, context)
    others = downloaded.detectors(downloaded.VOICE, job.home, context, job.folder)
    top = bandwidth(sound, rate)
    kind = NARROW if rate <= 8000 or (top is not None and top < _TELEPHONE) else ""
    heard = []
    for detector in [*([builtin] if builtin else []), *others]:
        windows = _windows(detector, voice, context)
        if windows:
            heard.append(detector)
            found.readings.append(_reading(detector, windows, kind))
            yield "detect", found
    if test and job.stability:
        some = [one for one in heard if one.builtin or not one.weak]
        yield from _stability(some, voice[: 60 * RATE], found, context)


def _windows(detector: Detector, voice: Sound, context: Context, overlap: bool = True) -> Windows:
    if detector.builtin:
        return listen(detector.network, voice, context.check, overlap)
    return downloaded.hear(detector, voice, context.check)


def _reading(detector: Detector, windows: Windows, kind: str) -> api.DetectorReading:
    scores = [detector.reading(value).score for _, _, value in windows]
    strip = tuple(
        api.Window(round(start, 2), round(end, 2), score)
        for (start, end, _), score in zip(windows, scores, strict=True)
    )
    low, high = np.percentile(scores, (25, 75))
    return detector.reading(_mean(windows), strip, round(float(high - low), 4), kind=kind)


@contextmanager
def readable(file: Path, check: Callable[[], None]) -> Iterator[Path]:
    """``file``, or for a format that only an ffmpeg on this computer reads, its sound as a WAV file
    while this lasts. Raises ``recording.ffmpeg`` where there is none, ``recording.damaged``."""
    if file.suffix.lower() not in NEEDS_FFMPEG:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="cloakroom-") as folder:
        wave = Path(folder) / "decoded.wav"
        decode(file, wave, check)
        yield wave


def read(file: Path, found: Looked) -> tuple[Sound, int]:
    """The first ten minutes as mono. Raises ``recording.damaged``.

    Samples that are no number become silence, which is noted."""
    try:
        with soundfile.SoundFile(file) as source:
            rate, channels, frames = source.samplerate, source.channels, source.frames
            found.facts |= {"format": f"{source.format} {source.subtype}", "rate": f"{rate} Hz"}
            found.facts |= {"channels": str(channels), "duration": f"{frames / rate:.1f} s"}
            limit = int(LONGEST * rate)
            if channels > 64 or rate < 1000:
                raise Problem("recording.damaged", file=file.name)
            parts = [
                block.mean(1, dtype=np.float32)
                for block in source.blocks(
                    65_536, frames=min(frames, limit), dtype="float32", always_2d=True
                )
            ]
    except (soundfile.SoundFileError, RuntimeError, ValueError) as damaged:
        raise Problem("recording.damaged", file=file.name) from damaged
    sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if not len(sound):
        raise Problem("recording.damaged", file=file.name)
    if frames > limit:
        found.notes.append("first-ten-minutes")
    if not np.isfinite(sound).all():
        found.notes.append("no-numbers")
    sound = np.nan_to_num(sound, posinf=0, neginf=0).clip(-8, 8).astype(np.float32)
    sound[np.abs(sound) < 1e-12] = 0  # arithmetic with such numbers takes many times as long
    return sound, rate


def obstacles(voice: Sound) -> list[str]:
    """Why no detector may speak of this recording (16 kHz mono)."""
    if len(voice) < SHORTEST * RATE:
        return ["short"]
    if float(np.abs(voice).max()) < 1e-3:
        return ["domain-silence"]
    share = speech_share(voice[: 60 * RATE])
    return [] if share >= _SPEECH_SHARE else ["domain-no-speech"]


def recompressed(form: str, size: int, seconds: float) -> bool:
    """Whether so few bits are left of a lossy recording that they hold no traces. ``size``: bytes
    of the file, tags and all; recordings longer than what is looked at count as kept."""
    lossless = form.split(" ")[-1].startswith(("PCM", "FLOAT", "DOUBLE", "ALAC"))
    return not lossless and seconds < LONGEST and 8 * size < _LOWEST_BITS * max(seconds, 1.0)


def speech_share(voice: Sound) -> float:
    """Share of the recording in which somebody speaks, by Silero's voice activity model."""
    import torch
    from silero_vad import get_speech_timestamps, load_silero_vad

    wave = torch.from_numpy(voice / (float(np.abs(voice).max()) + 1e-9) * 0.7)
    spans: list[dict[str, Any]] = get_speech_timestamps(wave, load_silero_vad(), sampling_rate=RATE)
    spoken = sum(int(span["end"]) - int(span["start"]) for span in spans)
    return spoken / max(len(voice), 1)


# ---- the signal -----------------------------------------------------------------------------


def signal_evidence(sound: Sound, rate: int) -> list[api.Evidence]:
    """Bandwidth, digital silence and jumps of the room tone: explanations, never verdicts."""
    found = []
    top = bandwidth(sound, rate)
    if top is not None:
        details: dict[str, str | float] = {"top": round(top / 1000, 1), "rate": rate / 1000}
        found.append(api.Evidence("bandwidth-cliff", "nothing", "explanation", details))
    zeros = silences(sound, rate)
    if zeros:
        facts = tuple(("at", f"{a:.2f} - {b:.2f} s") for a, b in zeros[:20])
        details = {"count": float(len(zeros))}
        found.append(api.Evidence("digital-silence", "nothing", "explanation", details, facts))
    jumps = room_jumps(sound, rate)
    if jumps:
        facts = tuple(("at", f"{at:.2f} s, {by:+.0f} dB") for at, by in jumps[:20])
        details = {"count": float(len(jumps))}
        found.append(api.Evidence("room-jumps", "nothing", "explanation", details, facts))
    return found


def _powers(sound: Sound, size: int, hop: int) -> NDArray[np.float64]:
    """(frames, bins) power spectra; at most 4,000 frames, spread over the recording."""
    count = max(0, (len(sound) - size) // hop + 1)
    starts = np.unique(np.linspace(0, max(count - 1, 0), min(count, 4000)).astype(int)) * hop
    if count == 0:
        return np.zeros((0, size // 2 + 1))
    frames = np.stack([sound[s : s + size] for s in starts]) * np.hanning(size)
    powers: NDArray[np.float64] = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    return powers


def bandwidth(sound: Sound, rate: int) -> float | None:
    """Hz at which the spectrum ends in a cliff well below half the rate; None without one."""
    size = 2048
    powers = _powers(sound, size, size)
    if len(powers) < 4:
        return None
    level = 10 * np.log10(powers.mean(0) + 1e-12)
    step = max(1, round(400 * size / rate))
    drop = level[:-step] - level[step:]
    start = round(2500 * size / rate)
    if start >= len(drop):
        return None
    place = int(start + drop[start:].argmax())
    edge = (place + step) * rate / size
    quiet = float(level[place + step :].max()) < float(level[:place].max()) - 40
    if drop[place] < _CLIFF or not quiet or edge > 0.47 * rate:
        return None
    return edge


def silences(sound: Sound, rate: int) -> list[tuple[float, float]]:
    """Stretches (seconds) of at least 30 ms that are exactly zero, with sound on both sides."""
    zero = np.concatenate([[False], sound == 0, [False]])
    edges = np.flatnonzero(zero[1:] != zero[:-1]).reshape(-1, 2) / rate
    starts, ends = edges[:, 0], edges[:, 1]
    kept = (ends - starts >= 0.03) & (starts > 0.2) & (ends < len(sound) / rate - 0.2)
    return [(float(a), float(b)) for a, b in edges[kept]]


def room_jumps(sound: Sound, rate: int) -> list[tuple[float, float]]:
    """(second, dB) where the tone of the room changes from one pause to the next, by more than it
    does from pause to pause otherwise: a cut between two takes, or a gate.

    Compared are the median spectra of up to four pauses before and after. The line was set on 251
    recordings of one take each, of which one lies above it; of cuts between two of their rooms one
    in seven does, so that hearing no jump says little."""
    found = _pauses(sound, rate)
    if len(found) < 2 * _FEWEST_PAUSES:
        return []
    times = np.array([at for at, _ in found])
    tones = np.stack([tone for _, tone in found])
    jumps: list[tuple[float, float, float]] = []  # second, dB, how many times the usual
    for k in range(_FEWEST_PAUSES, len(found) - _FEWEST_PAUSES + 1):
        before, after = tones[max(0, k - 4) : k], tones[k : k + 4]
        middles = np.median(before, 0), np.median(after, 0)
        change = middles[1] - middles[0]
        usual = sum(
            np.abs(part - middle).mean(0) / 2
            for part, middle in zip((before, after), middles, strict=True)
        )
        times_usual = float(np.median(np.abs(change) / (usual + 1.0)))
        if times_usual > _JUMP and float(np.median(np.abs(change))) > _JUMP_DB:
            second = float(times[k - 1] + times[k]) / 2
            jumps.append((second, float(np.median(change)), times_usual))
    kept: list[tuple[float, float]] = []
    for second, by, _ in sorted(jumps, key=lambda jump: -jump[2]):
        if all(abs(second - other) > 2.5 for other, _ in kept):
            kept.append((second, by))
    return sorted(kept)


def _pauses(sound: Sound, rate: int) -> list[tuple[float, Floats]]:
    """(second of the middle, dB in 16 bands) of every stretch of at least 160 ms that is much
    softer than the speech around it, and not digital silence."""
    from scipy.ndimage import maximum_filter1d

    size = max(64, rate // 50)
    count = len(sound) // size
    if count < 16:
        return []
    frames = sound[: count * size].reshape(count, size) * np.hanning(size)
    powers = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.unique(np.geomspace(2, powers.shape[1], 17).astype(int))
    bands = np.stack([powers[:, a:b].mean(1) for a, b in itertools.pairwise(edges)], 1)
    level = 10 * np.log10(np.square(frames).mean(1) + 1e-12)
    smooth = np.convolve(level, np.ones(3) / 3, "same")
    # Beside what is said within a second and a half: one take may be softer than the other.
    soft = smooth < maximum_filter1d(smooth, 2 * round(1.5 * rate / size) + 1) - _PAUSE
    edge = np.flatnonzero(np.diff(np.concatenate([[False], soft, [False]]).astype(int)))
    found = []
    for start, end in edge.reshape(-1, 2):
        if (end - start) * size >= 0.155 * rate:
            inside = slice(start + 1, end - 1)
            if float(np.median(level[inside])) > -100:
                tone = np.median(10 * np.log10(bands[inside] + 1e-10), 0)
                found.append(((start + end) / 2 * size / rate, tone))
    return found


def spectrogram(sound: Sound, rate: int) -> NDArray[np.float32]:
    """(160, 384) in 0..1, low frequencies below."""
    size = 1024
    hop = max(1, (len(sound) - size) // 384)
    if len(sound) <= size:
        sound = np.pad(sound, (0, size + 1 - len(sound)))
        hop = 1
    powers = _powers(sound, size, hop)[:384]
    level = 10 * np.log10(powers[:, :480].reshape(len(powers), 160, 3).mean(2) + 1e-10)
    top = float(level.max())
    shown: NDArray[np.float32] = np.clip((level - top + 80) / 80, 0, 1).T[::-1].astype(np.float32)
    return shown


# ---- stability ------------------------------------------------------------------------------


def _stability(some: list[Detector], voice: Sound, found: Looked, context: Context) -> Steps:
    """Each detector's answer after each small change, of windows side by side."""
    received = {}
    for detector in some:
        logit = received[detector.name] = _mean(_windows(detector, voice, context, overlap=False))
        score = detector.reading(logit).score
        found.stability.append(api.StabilityRow("as-received", detector.name, score, True))
    for treatment in _STABILITY:
        yield "stability", found
        changed = treated(voice, treatment)
        for detector in some:
            windows = _windows(detector, changed, context, overlap=False)
            if windows:
                after, line = _mean(windows), detector.calibration.threshold
                same = (after > line) == (received[detector.name] > line)
                score = detector.reading(after).score
                found.stability.append(api.StabilityRow(treatment, detector.name, score, same))


def _mean(windows: Windows) -> float:
    return float(np.mean([value for _, _, value in windows]))


def treated(voice: Sound, treatment: str) -> Sound:
    """16 kHz mono after one of the small changes that happen to every voice message."""
    if treatment == "mp3-64":
        stream = io.BytesIO()
        with soundfile.SoundFile(
            stream, "w", RATE, 1, "MPEG_LAYER_III", format="MP3", bitrate_mode="CONSTANT",
            compression_level=0.5,
        ) as target:  # fmt: skip
            target.write(voice)
        stream.seek(0)
        samples, _ = soundfile.read(stream, dtype="float32")
        return np.asarray(samples[: len(voice)], np.float32)
    if treatment == "telephone":
        narrow = soxr.resample(soxr.resample(voice, RATE, 8000), 8000, RATE)
        return np.asarray(narrow, np.float32)
    gain = {"louder": 10 ** (6 / 20), "softer": 10 ** (-6 / 20)}[treatment]
    return np.asarray(np.clip(voice * gain, -1, 1), np.float32)
