"""What ties a mark to the recording it was made for: a mark copied onto another betrays itself.

[R] Beside its bits, every frame of the speech mark carries a faint pattern whose signs follow what
this very frame sounds like: in which of its moments which frequencies are loud, seen through keyed
projections (signs of random projections: Charikar, STOC 2002). Whoever finds the mark compares the
pattern with what is heard, frame by frame, without any registry and wherever the recording was cut.
Whoever copies the mark onto another recording copies the signs of the wrong sound, and does not
know which they would have to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.watermark.keys import Keystream

MOMENTS, BANDS = 16, 6  # of a frame: 256 ms each, and of 300..3400 Hz
GROUPS = 64  # of coefficients, each with one sign
FLOOR = 0.05  # of a frame's mean energy: quieter is as quiet, and no copied mark makes it louder
RATE = 16_000
LEAST = 3.0  # deviations from chance below which nothing is said
SHARE = 0.65  # of what is due: a mark's own recording shows more, others less

Content = Literal["matches", "differs", "unknown"]


@dataclass(frozen=True)
class Tie:
    """(n,) group of each coefficient and its sign; (64, 96) keyed projections."""

    group: npt.NDArray[np.int64]
    sign: npt.NDArray[np.float32]
    projections: npt.NDArray[np.float32]


def tie(stream: Keystream, count: int) -> Tie:
    """For frames of ``count`` coefficients, a multiple of ``GROUPS``."""
    group = np.empty(count, np.int64)
    group[stream.permutation(count)] = np.arange(count) % GROUPS
    projections = stream.signs(GROUPS * MOMENTS * BANDS).reshape(GROUPS, -1)
    return Tie(group, stream.signs(count), projections)


def pattern(frame: npt.NDArray[np.floating], keyed: Tie) -> npt.NDArray[np.float32]:
    """(n,) signs that a frame (65536,) of 16 kHz sound has to carry."""
    said = np.where(keyed.projections @ _course(frame) >= 0, 1.0, -1.0)
    return np.asarray(said[keyed.group] * keyed.sign, np.float32)


def verdict(seen: float, due: float) -> Content:
    """From how far the pattern was seen, and how far it is ``due`` in a mark that is as strong as
    this one, both in standard deviations of chance."""
    if seen >= max(LEAST, SHARE * due):
        return "matches"
    return "differs" if due >= LEAST and seen < SHARE * due - 1 else "unknown"


def _course(frame: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """(96,) logarithms of the energies of all moments and bands, less what is usual for the moment
    and for the band: neither loudness nor a filter changes it."""
    parts = np.asarray(frame, np.float32).reshape(MOMENTS, -1)
    power = np.square(np.abs(np.fft.rfft(parts * np.hanning(parts.shape[1]))))
    edges = np.geomspace(300, 3400, BANDS + 1) * parts.shape[1] / RATE
    energy = np.add.reduceat(power, np.rint(edges).astype(int), axis=1)[:, :BANDS]
    level = np.log(energy + FLOOR * energy.mean() + 1e-12)
    level -= level.mean(0)
    level -= level.mean(1, keepdims=True)
    return np.asarray(level.reshape(-1), np.float32)
