"""What a protection does to a recording: to the ear, and to an encoder it was not made for.

Everything is measured on windows of 4 s where somebody speaks, read from the two files: median and
5th percentile of STOI (Taal 2011) and, where the optional extra is installed, PESQ-WB (P.862.2);
the judge's similarity between each window and the *other* windows of the original, beside white and
speech-shaped noise of the same energy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from engine.api.voice import Span, VoiceMeasures
from engine.measure.disturbance import Quality
from engine.measure.intelligibility import Intelligibility
from engine.measure.loudness import Meter
from engine.measure.statistics import bootstrap_difference
from engine.media.recording import WORKING_RATE, Recording
from engine.models.roles import SpeakerEncoder
from engine.problems import Problem
from engine.voice.side_by_side import side_by_side
from engine.voice.working import gate

WINDOW = 4 * WORKING_RATE
MOST_WINDOWS = 24  # evenly over the recording
ROUNDS = 4  # of adjusting a change to the intelligibility that it may cost
HALVINGS = 9  # of the gains among which the one that leaves a quality is searched
AROUND = WORKING_RATE  # samples of silence on both sides of a window for PESQ
LEAST = WORKING_RATE  # a shorter stretch of speech is not judged


@dataclass(frozen=True)
class Pairs:
    """(n, samples) each: windows of the original and the same of the protected recording."""

    original: Tensor
    protected: Tensor


def measured(
    original: Recording,
    protected: Recording,
    spans: Sequence[Span],
    judge: SpeakerEncoder,
    check: Callable[[], None],
    known: Meter | None = None,
) -> VoiceMeasures:
    """``known`` has heard all of the original already. Raises ``Problem``: ``recording.other`` for
    files that do not belong together, or ``recording.no-voice`` without a stretch to judge."""
    shapes = [(r.rate, r.channels, r.samples) for r in (original, protected)]
    if shapes[0] != shapes[1]:
        raise Problem("recording.other")
    loudness, peaks, signal, noise, outside = _whole(original, protected, spans, check, known)
    pairs = windows_of(original, protected, spans, check)
    heard = [stoi(a, b) for a, b in _each(pairs, check)]
    quality = [q for a, b in _each(pairs, check) if (q := _pesq(a, b)) is not None]
    change = pairs.protected - pairs.original
    random = torch.Generator().manual_seed(0)
    noises = white_noise(change, random), speech_noise(change, pairs.original, random)
    reference, ours, white, speech = similarities(
        judge, pairs.original, pairs.protected, *(pairs.original + noise for noise in noises)
    )
    stronger = min(white, speech, key=_mean)  # the noise that does more
    drop = bootstrap_difference([[s] for s in stronger], [[s] for s in ours])
    return VoiceMeasures(
        snr=round(float(10 * np.log10((signal + 1e-12) / (noise + 1e-12))), 2),
        stoi=round(float(np.median(heard)), 4),
        stoi_low=round(float(np.quantile(heard, 0.05)), 4),
        pesq=round(float(np.median(quality)), 3) if quality else None,
        pesq_low=round(float(np.quantile(quality, 0.05)), 3) if quality else None,
        loudness_change=round(loudness[1] - loudness[0], 3),
        true_peak=round(peaks[1], 2),
        true_peak_original=round(peaks[0], 2),
        changed_outside=outside,
        similarity_original=_mean(reference),
        similarity=_mean(ours),
        similarity_white=_mean(white),
        similarity_speech=_mean(speech),
        drop_low=round(drop.low, 4),
        drop_high=round(drop.high, 4),
        judge=judge.id,
        windows=len(pairs.original),
    )


def enough(spans: Sequence[Span], seconds: float) -> bool:
    """Whether there is as much speech in them as ``measured`` needs."""
    total = sum(min(s.end, seconds) - s.start for s in spans if s.start < seconds)
    return total >= (LEAST + 1) / WORKING_RATE


def windows_of(
    original: Recording,
    protected: Recording,
    spans: Sequence[Span],
    check: Callable[[], None],
) -> Pairs:
    """Windows of speech put together from the regions, so that none is half silence."""
    wanted = _chosen(spans, original.seconds)
    found = []
    for recording in (original, protected):
        parts = []
        for span in wanted:
            check()
            start, stop = (round(t * recording.rate) for t in (span.start, span.end))
            parts.append(np.concatenate(list(recording.mono(WORKING_RATE, start, stop))))
        found.append(np.concatenate([np.zeros(0, np.float32), *parts]))
    length = min(len(f) for f in found)
    if length < LEAST:
        raise Problem("recording.no-voice", file=original.path.name)
    # At least two windows, so that each has another stretch to be compared with.
    size = min(WINDOW, length // 2)
    count = length // size
    both = [torch.from_numpy(f[: count * size].reshape(count, size)).float() for f in found]
    return Pairs(*both)


def _chosen(spans: Sequence[Span], seconds: float) -> list[Span]:
    """All regions of a short recording; of a long one stretches evenly over its speech."""
    spans = [Span(s.start, min(s.end, seconds)) for s in spans if s.start < seconds]
    total = sum(s.end - s.start for s in spans)
    most = MOST_WINDOWS * WINDOW / WORKING_RATE
    if total <= most:
        return spans
    step, size = total / MOST_WINDOWS, WINDOW / WORKING_RATE
    chosen: list[Span] = []
    passed = wanted = 0.0
    for span in spans:
        length = span.end - span.start
        while wanted < passed + length and len(chosen) < MOST_WINDOWS:
            start = span.start + max(0.0, min(wanted - passed, length - size))
            chosen.append(Span(start, min(start + size, span.end)))
            wanted += step
        passed += length
    return chosen


def similarities(judge: SpeakerEncoder, original: Tensor, *heard: Tensor) -> list[list[float]]:
    """Cosine of each window with the mean of the original's other windows: of the original's own
    first, then of each ``heard``."""
    embed = torch.no_grad()(judge.embed)
    embedded = list(side_by_side(embed, [original, *heard], original.device))
    known = embedded[0]
    others = functional.normalize(known.sum(0, keepdim=True) - known)
    return [[float(value) for value in (each * others).sum(1)] for each in embedded]


def white_noise(change: Tensor, random: torch.Generator) -> Tensor:
    """Noise with the energy that the change has in each window."""
    noise = torch.randn(change.shape, generator=random)
    return _as_loud(noise, change)


def speech_noise(change: Tensor, speech: Tensor, random: torch.Generator) -> Tensor:
    """The same, with the long-term spectrum of the speech."""
    window = torch.hann_window(512)
    spectrum = torch.stft(speech, 512, 128, 512, window, return_complex=True).abs()
    shape = spectrum.square().mean((0, 2)).sqrt()
    noise = torch.stft(
        torch.randn(change.shape, generator=random), 512, 128, 512, window, return_complex=True
    )
    noise = torch.istft(noise * shape[:, None], 512, 128, 512, window, length=change.shape[1])
    return _as_loud(noise, change)


def _as_loud(noise: Tensor, change: Tensor) -> Tensor:
    level: Tensor = change.norm(dim=1, keepdim=True) / noise.norm(dim=1, keepdim=True)
    return noise * level


def within(wave: Tensor, change: Tensor, intelligible: float, good: float) -> Tensor:
    """The change (samples,), made louder or softer until STOI of the sum is just above
    ``intelligible`` and the estimate of PESQ-WB not below ``good``.

    A piece too short for STOI, or with too little speech in it, gets no louder.
    """
    if not bool(change.any()):
        return change
    most = as_good(wave, change, good)
    if len(wave) < LEAST:
        return change * min(most, 1.0)
    judge = Intelligibility(wave.numpy(), WORKING_RATE)
    if not judge.enough:
        return change * min(most, 1.0)
    gain, kept = most, 0.0
    for number in range(3 * ROUNDS):
        if number >= ROUNDS and kept:
            break
        cost = 1 - judge.of((wave + gain * change).numpy())
        if cost <= 1 - intelligible:
            kept = max(kept, gain)
            if gain == most:
                break
        # The cost grows with about the 1.6th power of the amplitude.
        step = min(1.6, max(0.4, ((1 - intelligible) / max(cost, 1e-4)) ** 0.6 * 0.985))
        gain = min(gain * step, most)
    return change * (kept or min(gain, 1.0))


def as_good(wave: Tensor, change: Tensor, good: float) -> float:
    """The gain (at most 4) that leaves just ``good`` of the estimated PESQ-WB, by halving."""
    heard = Quality(wave, change)
    low, high = -9.0, 2.0  # powers of two
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if heard.at(2**middle) >= good:
            low = middle
        else:
            high = middle
    return 2**low


def _whole(
    original: Recording,
    protected: Recording,
    spans: Sequence[Span],
    check: Callable[[], None],
    known: Meter | None,
) -> tuple[list[float], list[float], float, float, float]:
    """Loudness and true peak of both, energies inside the regions, largest change outside."""
    meters = [Meter(r.rate, r.channels) for r in (original, protected)]
    signal = noise = outside = 0.0
    place = 0
    for a, b in zip(original.blocks(), protected.blocks(), strict=False):
        check()
        if known is None:
            meters[0].feed(a)
        meters[1].feed(b)
        change = b.astype(np.float64) - a
        inside = (gate(spans, original.rate, place, len(a)) > 0)[:, None]
        changed, speech = change * inside, a * inside
        signal += float(np.vdot(speech, speech))
        noise += float(np.vdot(changed, changed))
        outside = max(outside, float(np.abs(change - changed).max()))
        place += len(a)
    for meter in meters:
        meter.feed(np.zeros((0, original.channels), np.float32), last=True)
    both = known or meters[0], meters[1]
    loudness = [m.loudness if m.loudness is not None else -120.0 for m in both]
    return loudness, [m.true_peak for m in both], signal, noise, outside


def _each(
    pairs: Pairs, check: Callable[[], None]
) -> list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    check()
    return [(a.numpy(), b.numpy()) for a, b in zip(pairs.original, pairs.protected, strict=True)]


def stoi(clean: npt.NDArray[np.float32], heard: npt.NDArray[np.float32]) -> float:
    """(samples,) each at the working rate; 0 where there is too little speech to tell."""
    return Intelligibility(clean, WORKING_RATE).of(heard)


def _pesq(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float | None:
    """Between silences (P.862.3, 7.8): a window is cut out of speech, and without them PESQ's
    search for delays takes some windows for shifted and calls a change of -30 dB bad."""
    try:
        from pesq import NoUtterancesError, pesq
    except ImportError:
        return None
    both = (np.pad(sound, AROUND) for sound in (a, b))
    try:
        return float(pesq(WORKING_RATE, *both, "wb"))
    except NoUtterancesError:
        return None


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4)
