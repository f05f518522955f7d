"""What a recording sounds like, in a few bits a second: to tell a copied mark from its own work.

After Haitsma and Kalker (A Highly Robust Audio Fingerprinting System, ISMIR 2002): bits are the
signs of how the difference of neighbouring bands' energies changes over time. Codecs, loudness and
noise leave most of them, another recording half. [R] Windows of 256 ms every 64 ms, 17 bands of
300..3400 Hz at 16 kHz. A frame of the mark is 64 such steps, so a mark that was found also says
where the two recordings must agree, but for whole frames.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from engine.watermark.speech_dwt import FRAME, RATE, Sound

WINDOW, HOP = 4096, 1024
BITS = 16
STEPS = FRAME // HOP  # of one frame of the mark
LONGEST = 900  # frames, an hour
LEAST = 48  # steps (3 s) that two recordings must have in common
SAME = 0.6  # share of equal bits from which two recordings count as the same

_EDGES = np.geomspace(300, 3400, BITS + 2)
_BAND = np.searchsorted(_EDGES, np.fft.rfftfreq(WINDOW, 1 / RATE)) - 1

Print = npt.NDArray[np.uint8]


def fingerprint(frames: Iterable[Sound]) -> Print:
    """(steps, 2) bytes of 16 bits each, from frames of 65536 samples of 16 kHz sound (the last may
    be shorter)."""
    rows = list(_energies(frames))
    energy = np.log(np.concatenate(rows) + 1e-9) if rows else np.zeros((0, BITS + 1))
    slope = energy[:, :-1] - energy[:, 1:]
    change = np.diff(slope, axis=0, prepend=slope[:1])
    return np.packbits(change > 0, axis=1)


def alike(received: Print, stored: Print) -> float | None:
    """Share of equal bits where both agree best, shifted by whole frames; None if they have too
    little in common to tell. 0.5 is chance."""
    a, b = (2.0 * np.unpackbits(x, axis=1) - 1 for x in (received, stored))
    best: float | None = None
    for shift in range(-len(a) // STEPS * STEPS, len(b), STEPS):
        mine, its = a[max(0, -shift) :], b[max(0, shift) :]
        common = min(len(mine), len(its))
        if common >= LEAST:
            share = 0.5 + 0.5 * float((mine[:common] * its[:common]).mean())
            best = share if best is None else max(best, share)
    return best


def packed(found: Print) -> str:
    return base64.b64encode(zlib.compress(found.tobytes(), 9)).decode()


def unpacked(text: str) -> Print:
    """Raises ``ValueError`` for what ``packed`` did not make."""
    try:
        data = zlib.decompress(base64.b64decode(text))
    except zlib.error as damaged:
        raise ValueError("not a fingerprint") from damaged
    return np.frombuffer(data, np.uint8).reshape(-1, BITS // 8)


def _energies(frames: Iterable[Sound]) -> Iterator[npt.NDArray[np.float64]]:
    """(64, 17) band energies of each frame; windows reach back into the frame before."""
    before = np.zeros(WINDOW - HOP)
    window = np.hanning(WINDOW)
    for frame in frames:
        sound = np.concatenate([before, frame.astype(np.float64)])
        count = (len(sound) - WINDOW) // HOP + 1
        if count <= 0:
            return
        starts = HOP * np.arange(count)
        spectra = np.fft.rfft(sound[starts[:, None] + np.arange(WINDOW)] * window)
        power = np.square(np.abs(spectra))
        yield np.stack([power[:, band == _BAND].sum(1) for band in range(BITS + 1)], 1)
        before = sound[len(sound) - (WINDOW - HOP) :]
