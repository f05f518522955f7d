"""The seven parts that every watermark has (survey arXiv 2510.02384), and who plays them here.

=========  ==========================================================================
Setup      ``PhotoScheme.setup``: identity key -> the scheme's secrets (``keys``)
Code       ``codes.encode``: 64-bit payload -> protected bits; ``spread`` repeats them
Gen        ``PhotoScheme.generate``: picture, secrets, bits -> the mark, a canvas delta
Embed      ``Photo.apply``: the mark alone, brought to the picture's own size
Channel    ``channels``: what may happen to the picture; rehearsed at marking time
Extract    ``PhotoScheme.extract``: canvas, secrets -> soft values of the bits
Verify     ``read_payload`` and ``check_payload`` -> ``verdict.Evidence``
=========  ==========================================================================

The recording scheme (``speech_dwt``) has the same parts on sound instead of a canvas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from engine.watermark import codes
from engine.watermark.canvas import Plane
from engine.watermark.keys import ISSUED_BITS, Key
from engine.watermark.sync import Template
from engine.watermark.verdict import Evidence, payload_evidence

Soft = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Secrets:
    """What one key means to one scheme. ``carriers`` is the scheme's own."""

    sync: Template
    carriers: Any


class PhotoScheme(Protocol):
    """A way to hide bits in a picture's canvas."""

    id: str
    model: str  # SHA-256 of the model that reading needs; "" when there is none
    length: int  # number of bits hidden
    blurs: tuple[float, ...]  # of ``looks.BLURS``, that are undone in search of it

    def setup(self, key: Key) -> Secrets: ...

    def generate(
        self,
        canvas: Plane,
        secrets: Secrets,
        bits: npt.NDArray[np.uint8],
        psnr: float,
        grey: bool = False,
    ) -> Plane:
        """The mark for ``bits`` (length,), (512, 512) in 0..255 units, which as ``canvas.coloured``
        costs ``psnr`` dB; ``grey`` as there."""
        ...

    def extract(self, canvas: Plane, secrets: Secrets, broad: bool = False) -> Soft:
        """(length,) soft values, positive for 1. Their signs are fair under random keys.

        ``broad``: a blur was undone, only the broad structure is to be trusted (``looks``)."""
        ...


def masked(sums: npt.NDArray[np.floating], mask: npt.NDArray[np.float32]) -> Soft:
    """Soft values from signed sums. A sum of exactly zero (a flat picture, digital silence) takes
    the sign of its keyed mask: read as 0 for every key it would spell a payload."""
    return np.asarray(np.where(sums == 0, 1e-9, sums) * mask, np.float32)


def spread(payload: int, length: int) -> npt.NDArray[np.uint8]:
    """(length,) bits that carry ``payload``: its code word, repeated or punctured."""
    return codes.encode(payload)[_places(length)]


def _places(length: int) -> npt.NDArray[np.int64]:
    """Which code bit each hidden bit carries. Shorter than the code: every n-th is kept, so
    that each message bit loses the same number of its four."""
    if length >= codes.CODE_BITS:
        return np.arange(length) % codes.CODE_BITS
    kept = np.arange(codes.CODE_BITS).reshape(codes.PAYLOAD_BITS, -1)
    return kept[:, : length // codes.PAYLOAD_BITS].reshape(-1)


def read_payload(soft: Soft, trials: float, key: Key | None = None) -> tuple[int, Evidence]:
    """The likeliest payload, and what speaks for it against all 2^64 (see ``verdict``).

    With the ``key`` that was looked for: a payload that this key issued stands against the 2^33
    that it could have issued, since no other is taken for one. Either way may raise a false alarm,
    so each gets half of what is allowed.
    """
    places = _places(len(soft))
    folded = np.bincount(places, soft, codes.CODE_BITS)
    payload, _ = codes.decode(folded / (np.std(folded) + 1e-9))
    matches = _matches(soft, payload)
    if key is None:
        return payload, payload_evidence(matches, len(soft), trials)
    bits = ISSUED_BITS if key.issued(payload) else codes.PAYLOAD_BITS
    return payload, payload_evidence(matches, len(soft), 2 * trials, bits)


def check_payload(soft: Soft, payload: int, trials: float) -> Evidence:
    """What speaks for one payload that was known before looking."""
    return Evidence(_matches(soft, payload), len(soft), trials)


def _matches(soft: Soft, payload: int) -> int:
    return int(((soft > 0) == spread(payload, len(soft)).astype(bool)).sum())
