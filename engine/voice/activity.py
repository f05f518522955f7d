"""Where somebody speaks: silero-vad, whose model comes with its package, or else energy."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.api.voice import Span

RATE = 16_000
CHUNK, CONTEXT = 512, 64  # samples that silero-vad hears at a time, and again from before
START, STOP = 0.5, 0.35  # probability above which speech begins, below which it ends
SHORTEST = 0.25  # seconds of speech that count
GAP = 0.35  # seconds of silence that do not end a region
PADDING = 0.06  # seconds kept around speech

Sound = npt.NDArray[np.float32]
_log = logging.getLogger(__name__)


def find(pieces: Iterable[Sound], check: Callable[[], None]) -> tuple[tuple[Span, ...], str]:
    """Speech in 16 kHz mono pieces of any size, in order; and which way it was found."""
    model = _silero()
    chunks = _chunks(pieces)
    if model is None:
        levels = np.array([float(np.sqrt(np.square(c).mean())) for c in _watched(chunks, check)])
        return _spans(_by_energy(levels)), "energy"
    return _spans(np.array(list(_likely(model, _watched(chunks, check))))), "silero-vad"


def _watched(chunks: Iterator[Sound], check: Callable[[], None]) -> Iterator[Sound]:
    for number, chunk in enumerate(chunks):
        if number % 100 == 0:
            check()
        yield chunk


def _chunks(pieces: Iterable[Sound]) -> Iterator[Sound]:
    waiting = np.zeros(0, np.float32)
    for piece in pieces:
        waiting = np.concatenate([waiting, piece])
        whole = len(waiting) // CHUNK * CHUNK
        yield from waiting[:whole].reshape(-1, CHUNK)
        waiting = waiting[whole:]
    if len(waiting):
        yield np.pad(waiting, (0, CHUNK - len(waiting)))


def _silero() -> Any:
    """A session for silero-vad's ONNX file; None where the package or the runtime is missing."""
    found = importlib.util.find_spec("silero_vad")
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).parent / "data" / "silero_vad.onnx"
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(file), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # what a damaged installation raises has no type in common
        _log.warning("silero-vad cannot be used (%s); energy decides", error)
        return None


def _likely(model: Any, chunks: Iterator[Sound]) -> Iterator[float]:
    """Probability of speech of each chunk."""
    state = np.zeros((2, 1, 128), np.float32)
    rate = np.array(RATE, np.int64)
    before = np.zeros(CONTEXT, np.float32)
    for chunk in chunks:
        heard = np.concatenate([before, chunk])[None]
        output, state = model.run(None, {"input": heard, "state": state, "sr": rate})
        before = chunk[-CONTEXT:]
        yield float(output[0, 0])


def _by_energy(levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Like a probability: how far each chunk is above the quiet ones."""
    if not len(levels) or levels.max() < 1e-4:
        return np.zeros(len(levels))
    decibels = 20 * np.log10(levels + 1e-6)
    quiet, loud = np.quantile(decibels, [0.1, 0.95])
    middle = max(quiet + 6, loud - 30)
    return np.asarray(1 / (1 + np.exp(-(decibels - middle) / 3)))


def _spans(likely: npt.NDArray[np.float64]) -> tuple[Span, ...]:
    """Hysteresis, then short gaps closed and short bursts left out."""
    found: list[list[float]] = []
    speaking = False
    for number, value in enumerate(likely):
        time = number * CHUNK / RATE
        if not speaking and value >= START:
            speaking = True
            if found and time - found[-1][1] < GAP:
                found[-1][1] = time
            else:
                found.append([time, time])
        elif speaking and value < STOP:
            speaking = False
            found[-1][1] = time
    if speaking:
        found[-1][1] = len(likely) * CHUNK / RATE
    kept = [(a, b) for a, b in found if b - a >= SHORTEST]
    return merged(Span(max(0.0, a - PADDING), b + PADDING) for a, b in kept)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, with overlapping and touching ones made one."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        elif span.end > span.start:
            out.append(span)
    return tuple(out)
