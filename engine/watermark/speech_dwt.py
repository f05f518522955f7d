"""The DWT watermark for any recording: keyed spread spectrum in the low wavelet packets.

[R] after Smark (arXiv 2512.18791), which marks the low DWT band; here on a finished recording.
The sound is seen as 16 kHz mono in frames of 4.096 s. A frame's wavelet packets of 250..4000 Hz
carry all 256 bits, set against what the sound itself says (as in the pixel tier), and a keyed
synchronisation pattern. Every coefficient changes with the sound around it in time and frequency,
so silence stays silent and louder partials hide the mark; they less than in proportion, since what
is changed of the loudest is heard first and is read no better.

Blind synchronisation: the whitened sound is folded at the frame length and correlated with the
pattern once; its peak is where frames begin, wherever the recording was cut. A recording that was
played faster or slower still repeats its mark from frame to frame: where its autocorrelation peaks
near the frame length tells the speed, to a few millionths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter1d

from engine.watermark import binding
from engine.watermark.binding import Content
from engine.watermark.codes import CODE_BITS
from engine.watermark.keys import Key
from engine.watermark.scheme import Soft, masked

RATE = 16_000
FRAME = 65_536
LEVELS = 5  # packets of 250 Hz
PACKETS = range(1, 16)  # 250..4000 Hz, in order of frequency
HIDING = 0.65  # power of the sound around it with which a change grows
FAINT = 0.03  # of a frame's level, below which it does not fall further behind
REMEMBERED = 0.8  # how much of what earlier frames say about a bit the next one builds upon
SPAN = 16  # coefficients (32 ms) over which a packet's loudness is taken
LIMIT = 2.5
SYNC_SHARE = 0.32  # of the energy
TIE_SHARE = 0.08  # for what ties the mark to its recording (``binding``)
PEAKS = 3  # of the synchronisation pattern, whose frame starts are read
OFFSETS = PEAKS + 1  # and the beginning: the pattern can be taken out, the bits cannot
SPEEDS = 2  # candidate speeds beside the recording's own
REACH = 0.05  # by how much the speed may have changed
LAPS = 8  # frames over which repetition is looked for
QUIET = 1e-5  # full scale is 1: nothing is added to digital silence

# Daubechies' orthonormal low-pass with 4 vanishing moments (Ten Lectures on Wavelets, table 6.1).
_LOW = np.array(
    [
        0.23037781330885523,
        0.7148465705525415,
        0.6308807679295904,
        -0.02798376941698385,
        -0.18703481171888114,
        0.030841381835986965,
        0.032883011666982945,
        -0.010597401784997278,
    ]
)
_HIGH = _LOW[::-1] * np.resize([1.0, -1.0], _LOW.size)

Sound = npt.NDArray[np.float32]
Packets = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Secrets:
    """(15 x 2048,) bit of each coefficient, its sign, its sign in the pattern; (256,) bit signs;
    and what ties the mark to what is heard."""

    bit: npt.NDArray[np.int64]
    sign: npt.NDArray[np.float32]
    pattern: npt.NDArray[np.float32]
    mask: npt.NDArray[np.float32]
    tie: binding.Tie


class SpeechMark:
    """Marks and reads 16 kHz mono sound in frames; memory for one frame, however long it is."""

    id = "dwt"
    model = ""
    length = CODE_BITS

    def setup(self, key: Key) -> Secrets:
        bits = key.stream(self.id, self.model, "bits")
        count = len(PACKETS) * (FRAME >> LEVELS)
        owner = np.empty(count, np.int64)
        owner[bits.permutation(count)] = np.arange(count) % self.length
        pattern = key.stream(self.id, self.model, "sync").signs(count)
        tie = binding.tie(key.stream(self.id, self.model, "tie"), count)
        return Secrets(owner, bits.signs(count), pattern, bits.signs(self.length), tie)

    def generate(
        self,
        frames: Iterable[Sound],
        secrets: Secrets,
        bits: npt.NDArray[np.uint8],
        ratio: float,
    ) -> Iterator[Sound]:
        """The mark for each frame (at most 65536 samples), on the mean of all its coefficients
        ``ratio`` dB below the sound around them; the whole is much fainter than that."""
        target = (2 * bits.astype(np.float32) - 1) * secrets.mask
        budget = 10 ** (-ratio / 20)
        mean_step = budget * np.sqrt(1 - SYNC_SHARE - TIE_SHARE)
        room = len(secrets.bit) / self.length
        so_far = np.zeros(self.length)
        for frame in frames:
            whole = np.pad(frame, (0, FRAME - len(frame)))
            packets = analyse(whole)
            loud = _loudness(packets)
            # Reading adds frames up, so a bit needs only what the frames before have not given.
            says = REMEMBERED * so_far + _sums(packets, loud, secrets) * target / room
            steps = np.minimum(_level_steps(says, mean_step), 3 * mean_step)
            so_far = says + steps
            data = (steps * target)[secrets.bit] * secrets.sign
            change = data + budget * np.sqrt(SYNC_SHARE) * secrets.pattern
            change += budget * np.sqrt(TIE_SHARE) * binding.pattern(whole, secrets.tie)
            mark = synthesise(change.reshape(packets.shape) * _hidden(loud))
            yield (_faded(mark)[: len(frame)]).astype(np.float32)

    def candidates(self, sound: Iterable[Sound], secrets: Secrets) -> list[int]:
        """Likely starts of a frame in the sound (given in pieces of any size), best first; always
        with its beginning, where frames start in a recording that was not cut."""
        folded = np.zeros(FRAME)
        place = 0
        for piece in sound:
            white = _whitened(piece)
            at = (place + np.arange(len(white))) % FRAME
            np.add.at(folded, at, white)
            place += len(piece)
        wave = synthesise(secrets.pattern.reshape(len(PACKETS), -1).astype(np.float64))
        spectrum = np.fft.rfft(folded) * np.fft.rfft(wave).conj()
        found = np.fft.irfft(spectrum, FRAME)
        starts: list[int] = []
        for index in np.argsort(-found):
            if all(abs((index - s + FRAME // 2) % FRAME - FRAME // 2) > 8 for s in starts):
                starts.append(int(index))
                if len(starts) == PEAKS:
                    break
        return starts if 0 in starts else [*starts, 0]

    @staticmethod
    def speeds(sound: Iterable[Sound]) -> list[float]:
        """Likely speeds of the sound (given in pieces of any size), 1.01 for one per cent too
        fast, best first; none for less than nine seconds. Memory grows with the sound."""
        whole = np.concatenate([np.zeros(0), *(_whitened(piece) for piece in sound)])
        laps = min(LAPS, int(len(whole) / (FRAME * (1 + REACH))) - 1)
        if laps < 1:
            return []
        size = 2 ** int(2 * len(whole) - 1).bit_length()
        power = np.square(np.abs(np.fft.rfft(whole, size)))
        frequency = np.fft.rfftfreq(size, 1 / RATE)
        power[(frequency < PACKETS[0] * 250) | (frequency > PACKETS[-1] * 250)] = 0
        repeats = np.fft.irfft(power, size)
        periods = np.arange(FRAME * (1 - REACH), FRAME * (1 + REACH), 0.25)
        score = np.zeros(len(periods))
        for lap in range(1, laps + 1):
            place = periods * lap
            before = place.astype(np.int64)
            share = place - before
            score += (1 - share) * repeats[before] + share * repeats[before + 1]
        found: list[float] = []
        for index in np.argsort(-score)[:1000]:
            if all(abs(periods[index] - period) > 2 for period in found):
                found.append(float(periods[index]))
                if len(found) == SPEEDS:
                    break
        return [FRAME / period for period in found]

    def extract(self, frames: Iterable[Sound], secrets: Secrets) -> Soft:
        """(256,) soft values summed over frames that begin where the mark's frames begin."""
        total = np.zeros(self.length)
        for frame in frames:
            packets = analyse(np.pad(frame, (0, FRAME - len(frame))))
            total += _sums(packets, _loudness(packets), secrets)
        return masked(total, secrets.mask)

    def belongs(
        self, frames: Iterable[Sound], secrets: Secrets, bits: npt.NDArray[np.uint8]
    ) -> Content:
        """Was the mark that says ``bits`` made for these frames, which begin where its frames
        begin? Only whole frames tell."""
        signs = ((2 * bits.astype(np.float32) - 1) * secrets.mask)[secrets.bit] * secrets.sign
        seen = strength = power = 0.0
        for frame in frames:
            if len(frame) < FRAME or not frame[: FRAME // 16].any() or not frame.any():
                continue
            packets = analyse(frame)
            limited = np.clip(packets / _loudness(packets), -LIMIT, LIMIT).reshape(-1)
            seen += float(limited @ binding.pattern(frame, secrets.tie))
            strength += float(limited @ signs)
            power += float(limited @ limited)
        if not power:
            return "unknown"
        share = np.sqrt(TIE_SHARE / (1 - SYNC_SHARE - TIE_SHARE))
        return binding.verdict(seen / np.sqrt(power), share * strength / np.sqrt(power))


def _sums(packets: Packets, loud: Packets, secrets: Secrets) -> npt.NDArray[np.float64]:
    limited = np.clip(packets / loud, -LIMIT, LIMIT).reshape(-1)
    return np.asarray(np.bincount(secrets.bit, limited * secrets.sign, CODE_BITS), np.float64)


def _level_steps(says: npt.NDArray[np.float64], mean_step: float) -> npt.NDArray[np.float64]:
    """Steps that lift all bits to the level at which their mean square is ``mean_step``^2."""
    low, high = float(says.min()), float(says.max()) + 3 * mean_step
    for _ in range(40):
        level = (low + high) / 2
        if np.square(np.maximum(level - says, 0)).mean() > mean_step**2:
            high = level
        else:
            low = level
    return np.asarray(np.maximum(low - says, 0))


def _loudness(packets: Packets) -> Packets:
    """Root mean square around each coefficient, never zero; quiet places are left alone."""
    power = uniform_filter1d(np.square(packets), SPAN, axis=-1, mode="nearest")
    return np.asarray(np.sqrt(np.maximum(power, 0)) + QUIET, np.float64)


def _hidden(loud: Packets) -> Packets:
    """How much each coefficient may change, relative to what is around it 1 on the mean square."""
    shape = np.maximum(loud / np.sqrt(np.square(loud).mean()), FAINT) ** (HIDING - 1)
    return np.asarray(loud * shape / np.sqrt(np.square(shape).mean()))


def analyse(frame: npt.NDArray[np.floating]) -> Packets:
    """(65536,) -> (15, 2048): packets 1..15 of the periodic wavelet packet transform."""
    nodes = [_split(np.asarray(frame, np.float64), False)[0]]  # nothing above 4 kHz is needed
    for _ in range(LEVELS - 1):
        nodes = [half for i, node in enumerate(nodes) for half in _split(node, i % 2 == 1)]
    return np.stack([nodes[i] for i in PACKETS])


def synthesise(packets: Packets) -> npt.NDArray[np.float64]:
    """The inverse, with everything outside the packets zero."""
    silent = np.zeros(packets.shape[-1])
    nodes = [silent, *packets]
    while len(nodes) > 1:
        nodes = [_join(nodes[2 * i], nodes[2 * i + 1], i % 2 == 1) for i in range(len(nodes) // 2)]
    return _join(nodes[0], np.zeros_like(nodes[0]), False)


def _split(
    node: npt.NDArray[np.float64], mirrored: bool
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lower and upper half band; in a ``mirrored`` node frequencies run backwards."""
    taps = _taps(node.size)
    low, high = node[taps] @ _LOW, node[taps] @ _HIGH
    return (high, low) if mirrored else (low, high)


def _join(
    lower: npt.NDArray[np.float64], upper: npt.NDArray[np.float64], mirrored: bool
) -> npt.NDArray[np.float64]:
    low, high = (upper, lower) if mirrored else (lower, upper)
    node = np.zeros(2 * low.size)
    taps = _taps(node.size)
    np.add.at(node, taps, low[:, None] * _LOW + high[:, None] * _HIGH)
    return node


@cache
def _taps(size: int) -> npt.NDArray[np.int64]:
    return np.asarray((2 * np.arange(size // 2)[:, None] + np.arange(_LOW.size)) % size)


def _whitened(piece: Sound) -> npt.NDArray[np.float64]:
    """Every 32 ms and every 31 Hz equally loud, so that no vowel outvotes the pattern."""
    size, hop = 512, 256
    padded = np.pad(piece.astype(np.float64), (hop, size))
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    starts = np.arange(0, len(padded) - size + 1, hop)
    spectra = np.fft.rfft(padded[starts[:, None] + np.arange(size)] * window)
    level = uniform_filter1d(np.abs(spectra), 5, axis=1)
    spectra = np.where(level > 50 * QUIET, spectra / (level + QUIET), 0)
    parts = np.fft.irfft(spectra, size) * window
    white = np.zeros(len(padded))
    np.add.at(white, starts[:, None] + np.arange(size), parts)
    return white[hop : hop + len(piece)]


def _faded(mark: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Nothing in the first and last 5 ms, where the periodic transform wraps around."""
    edge = RATE // 200
    ramp = np.ones(FRAME)
    ramp[:edge] = np.linspace(0, 1, edge)
    ramp[-edge:] = np.linspace(1, 0, edge)
    return mark * ramp
