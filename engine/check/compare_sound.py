"""What was changed? A recording against its known original: laid over it piece by piece.

Every 50 ms of the received recording is explained by a piece of the original at some offset, or by
none. Offsets are found by normalised cross-correlation of what no known offset explains yet, and
the cheapest path through them (Viterbi) says where the recording jumps from one to the next: there
something was cut out, put in or exchanged. Loudness, compression and the telephone's band change
how well a piece fits and how loud it is, not where it lies.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.api import Change, Evidence

Sound = NDArray[np.float32]
Floats = NDArray[np.float64]

RATE = 8000  # Hz at which recordings are laid over each other
_BAND = (150.0, 3300.0)  # Hz: what every codec and telephone keeps
_FRAME = RATE // 20
_REACH = 2  # frames on each side that a frame is judged with
_FITS = 0.5  # correlation from which a piece is the original's
_FOUND = 0.4  # of a long piece, from which an offset is worth trying
_QUIET = 40.0  # dB below the loud parts, where the original has nothing to compare with
_NOISE = 20.0  # dB below the loud parts, that noise added to such a pause may reach
_JUMP = 0.8  # what a change of the offset costs, in correlation times frames
_LONGEST_PIECE = 6.0  # seconds that are searched for at once
_SEARCHES, _VAIN = 40, 8  # at most, and of those that find nothing
_SHORTEST = 0.15  # seconds that a change lasts at least


class _Run(NamedTuple):
    """Frames ``start`` to ``end`` of the received recording; ``offset`` samples later in the
    original, None where it has no such piece."""

    start: int
    end: int
    offset: int | None


@dataclass(frozen=True)
class Laid:
    """``gain``: dB by which the received recording is louder; ``agreement``: median correlation of
    the pieces found; ``overlap``: share of the original that is in it."""

    changes: tuple[Change, ...]
    gain: float
    agreement: float
    overlap: float


def comparison(original: Sound, rate: int, received: Sound, received_rate: int) -> Laid | None:
    """Of mono recordings; None where no piece of the original is in the received one."""
    ours, theirs = _prepared(original, rate), _prepared(received, received_rate)
    if min(len(ours), len(theirs)) < 4 * _FRAME:
        return None
    table = _Table(theirs, ours)
    _find_offsets(table)
    if not table.offsets:
        return None
    runs = _runs(table)
    fitting = [run for run in runs if run.offset is not None]
    if not fitting:
        return None
    marks, known = [], np.zeros(len(ours), bool)
    gains = []
    for run in fitting:
        assert run.offset is not None
        place = table.offsets.index(run.offset)
        inside = slice(run.start, run.end)
        loud = ~table.quiet(place)[inside]
        marks += table.scores[place][inside][loud].tolist()
        gains += table.gains[place][inside][loud].tolist()
        first = max(0, run.start * _FRAME + run.offset)
        known[first : max(first, run.end * _FRAME + run.offset)] = True
    return Laid(
        _changes(runs, table),
        gain=float(np.median(gains)) if gains else 0.0,
        agreement=float(np.median(marks)) if marks else 0.0,
        overlap=float(known.mean()),
    )


def evidence_of(laid: Laid | None) -> Evidence:
    if laid is None:
        return Evidence("compare-sound-other", "nothing", "explanation")
    seconds = sum(max(c.end - c.start, c.original_end - c.original_start) for c in laid.changes)
    details: dict[str, str | float] = {
        "count": float(len(laid.changes)),
        "seconds": round(seconds, 2),
        "gain": round(laid.gain, 1),
        "agreement": round(100 * laid.agreement, 1),
        "overlap": round(100 * laid.overlap, 1),
    }
    if laid.changes:
        return Evidence(
            "compare-sound-changed", "manipulated", "strong", details, picture="difference"
        )
    return Evidence("compare-sound-same", "camera", "explanation", details)


# ---- laying over ----------------------------------------------------------------------------


def _prepared(sound: Sound, rate: int) -> Sound:
    from scipy.signal import butter, sosfiltfilt

    wave = sound if rate == RATE else soxr.resample(sound, rate, RATE)
    if len(wave) < 64:
        return np.zeros(0, np.float32)
    band = butter(2, _BAND, "bandpass", fs=RATE, output="sos")
    return np.asarray(sosfiltfilt(band, wave), np.float32)


class _Table:
    """How well the received recording fits the original at each offset tried, frame by frame."""

    def __init__(self, received: Sound, original: Sound) -> None:
        self.received, self.original = received, original
        self.frames = len(received) // _FRAME
        self.energy = self._summed(received, received)
        self.floor = _below(self.energy, _QUIET)
        self.alone = _by_frame(received[: self.frames * _FRAME])
        theirs = _by_frame(original[: len(original) // _FRAME * _FRAME])
        self.original_floor = _below((2 * _REACH + 1) * theirs, _QUIET)
        self.search = _Search(original)
        self.offsets: list[int] = []
        self.scores: list[Floats] = []
        self.gains: list[Floats] = []
        self._quiet: list[NDArray[np.bool_]] = []

    def add(self, offset: int) -> None:
        """Where neither has sound, a frame fits as well as the line says: anything explains it."""
        beside = np.zeros(self.frames * _FRAME, np.float32)
        first, last = max(0, -offset), min(len(beside), len(self.original) - offset)
        if first < last:
            beside[first:last] = self.original[first + offset : last + offset]
        both, theirs = self._summed(self.received, beside), self._summed(beside, beside)
        noise = self.floor * 10 ** ((_QUIET - _NOISE) / 10)
        quiet = (self.energy < noise) & (theirs < self.original_floor)
        score = both / np.sqrt(np.maximum(self.energy * theirs, 1e-20))
        there = np.arange(self.frames) * _FRAME
        outside = (there + _FRAME <= first) | (there >= last)
        self.offsets.append(offset)
        self.scores.append(np.where(outside, 0.0, np.where(quiet, _FITS, score)))
        self.gains.append(10 * np.log10((self.energy + 1e-12) / (theirs + 1e-12)))
        self._quiet.append(quiet)

    def quiet(self, place: int) -> NDArray[np.bool_]:
        return self._quiet[place]

    def _summed(self, a: Sound, b: Sound) -> Floats:
        """Products summed over a frame and its neighbours."""
        length = self.frames * _FRAME
        product = a[:length].astype(np.float64) * b[:length]
        sums = product.reshape(self.frames, _FRAME).sum(1)
        found: Floats = np.convolve(sums, np.ones(2 * _REACH + 1), "same")
        return found[: self.frames]


def _find_offsets(table: _Table) -> None:
    """Search what no offset explains for its place in the original, the longest piece first."""
    hopeless = table.energy < table.floor
    unexplained, vain = ~hopeless, 0
    longest = round(_LONGEST_PIECE * RATE / _FRAME)
    for _ in range(_SEARCHES):
        pieces = [
            (a, b) for a, b in _stretches(unexplained) if (b - a) * _FRAME >= _SHORTEST * RATE
        ]
        if not pieces or vain == _VAIN:
            return
        start, end = max(pieces, key=lambda piece: piece[1] - piece[0])
        if end - start > longest:  # its middle
            start = (start + end - longest) // 2
            end = start + longest
        offset = table.search(table.received[start * _FRAME : end * _FRAME], start * _FRAME)
        if offset is None or offset in table.offsets:
            hopeless[start:end], vain = True, vain + 1
        else:
            table.add(offset)
            if (table.scores[-1][start:end] >= _FITS).sum() < _SHORTEST * RATE / _FRAME:
                hopeless[start:end] = True
        explained = np.max(table.scores, 0) >= _FITS if table.scores else np.zeros_like(hopeless)
        unexplained = ~(hopeless | explained)


class _Search:
    """Where in the original a piece lies, by normalised cross-correlation."""

    def __init__(self, original: Sound) -> None:
        from scipy.fft import next_fast_len, rfft

        self.room = round(_LONGEST_PIECE * RATE) + _FRAME
        padded = np.concatenate([np.zeros(self.room), original, np.zeros(self.room)])
        self.length = len(padded)
        self.size = next_fast_len(self.length, real=True)
        self.spectrum = rfft(padded, self.size)
        self.sums = np.concatenate([[0.0], np.cumsum(np.square(padded))])
        self.power = float(np.square(original, dtype=np.float64).mean())

    def __call__(self, piece: Sound, start: int) -> int | None:
        """The offset of ``piece``, which begins at ``start``; None where it fits nowhere."""
        from scipy.fft import irfft, rfft

        both = irfft(self.spectrum * rfft(piece.astype(np.float64), self.size).conj(), self.size)
        last = self.length - len(piece) + 1
        energy = self.sums[len(piece) :] - self.sums[: -len(piece)]
        least = 0.05 * self.power * len(piece) + 1e-12
        own = float(np.square(piece, dtype=np.float64).sum()) + 1e-12
        fit = both[:last] / np.sqrt(np.maximum(energy[:last], least) * own)
        best = int(fit.argmax())
        return best - self.room - start if fit[best] >= _FOUND else None


def _by_frame(sound: Sound) -> Floats:
    """The energy of each frame."""
    found: Floats = np.square(sound, dtype=np.float64).reshape(-1, _FRAME).sum(1)
    return found


def _below(energy: Floats, decibels: float) -> float:
    return float(np.quantile(energy, 0.95)) * 10 ** (-decibels / 10) + 1e-12


def _runs(table: _Table) -> list[_Run]:
    """The cheapest path: each frame at one offset or at none, few jumps between them."""
    rows = np.stack([*table.scores, np.full(table.frames, _FITS - 0.02)])
    count = len(rows)
    total, came = rows[:, 0].copy(), np.zeros((table.frames, count), int)
    for frame in range(1, table.frames):
        best = int(total.argmax())
        jumps = total[best] - _JUMP > total
        came[frame] = np.where(jumps, best, np.arange(count))
        total = np.where(jumps, total[best] - _JUMP, total) + rows[:, frame]
    path = [int(total.argmax())]
    for frame in range(table.frames - 1, 0, -1):
        path.append(int(came[frame, path[-1]]))
    path.reverse()
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), table.frames]
    return [
        _Run(a, b, table.offsets[path[a]] if path[a] < count - 1 else None)
        for a, b in itertools.pairwise(edges)
    ]


def _stretches(inside: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


# ---- what happened --------------------------------------------------------------------------


def _changes(runs: list[_Run], table: _Table) -> tuple[Change, ...]:
    """What lies between two pieces that follow each other, and what was put before and after.

    A beginning or an end of the original that is missing is no change, as a crop is none, and
    neither is silence before or after."""
    found = []
    loud = table.alone >= table.floor
    fitting = [run for run in runs if run.offset is not None]
    first, last = fitting[0], fitting[-1]
    before, after = (part * _FRAME / RATE for part in (first.start, table.frames - last.end))
    if before >= _SHORTEST and loud[: max(0, first.start - _REACH)].any():
        found.append(Change("added", 0.0, round(before, 2), 0.0, 0.0))
    for one, next_ in itertools.pairwise(fitting):
        assert one.offset is not None and next_.offset is not None
        start, end = one.end * _FRAME / RATE, next_.start * _FRAME / RATE
        there = start + one.offset / RATE
        back = end + next_.offset / RATE
        put, gone = end - start, back - there
        if put < _SHORTEST and abs(gone) < _SHORTEST:
            continue
        if gone < -_SHORTEST:  # it goes on with what was there before
            found.append(Change("moved", start, end, there, back))
        elif put < _SHORTEST:
            found.append(Change("cut", start, end, there, back))
        elif gone < _SHORTEST:
            found.append(Change("added", start, end, there, there))
        else:
            found.append(Change("replaced", start, end, there, back))
    if after >= _SHORTEST and loud[last.end + _REACH :].any():
        start = last.end * _FRAME / RATE
        place = start + (last.offset or 0) / RATE
        found.append(Change("added", start, start + after, place, place))
    return tuple(
        Change(c.what, *(round(v, 2) for v in (c.start, c.end, c.original_start, c.original_end)))
        for c in found
    )


def tinted(shown: Sound, changes: tuple[Change, ...], length: float) -> Sound:
    """A spectrogram (h, w) in 0..1 of ``length`` seconds as (h, w, 3), red where it differs; a cut
    is a line."""
    made = np.repeat(shown[..., None], 3, 2) * np.float32(0.8)
    width = shown.shape[1]
    for change in changes:
        left = min(width - 1, max(0, round(change.start / length * width)))
        right = min(width, max(left + 2, round(change.end / length * width)))
        red = np.array([0.86, 0.2, 0.14], np.float32)
        made[:, left:right] = 0.45 * made[:, left:right] + 0.55 * red
    return made
