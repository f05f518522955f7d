"""The mark in what the built-in cloner draws: Smark's idea where there is no diffusion to mark.

[P] Smark (arXiv 2512.18791) marks the low wavelet band inside the reverse diffusion of a speech
synthesiser, and tests a hypothesis. The cloners that ship have no reverse diffusion: a converter
predicts the spectrogram in one pass, and the vocoder (DDSP) filters a pulse train and white noise.
That noise is all they ever sample, so it is what can be marked; this is not called Smark.

[R] The noise is drawn in the wavelet packets of ``speech_dwt``: every coefficient keeps the size it
was drawn with, and its sign says a bit, or synchronisation, under the key. The packets are an
orthonormal basis and a normal number's sign is fair, so to who has no key the noise is exactly
white, and the clone sounds exactly as good as without a mark. The vocoder's filters are positive,
so signs survive them wherever noise is heard: in consonants and breath. Reading is that of
``speech_dwt``, with keys of its own.

Every clone that a rehearsal makes is marked so, with a key that is no secret, as rehearsed face
swaps are (``rehearsal_mark``): it tells what a recording is, not whose, and accuses nobody.
"""

from __future__ import annotations

import hashlib
import itertools
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.watermark.keys import Key
from engine.watermark.recordings import LONGEST_READ, frames_of, mono_16k
from engine.watermark.scheme import check_payload, spread
from engine.watermark.speech_dwt import (
    FRAME,
    OFFSETS,
    PACKETS,
    Secrets,
    Sound,
    SpeechMark,
    analyse,
    synthesise,
)
from engine.watermark.verdict import Evidence

KEY = Key(hashlib.sha256(b"Cloakroom, rehearsed clone, public key 1").digest())
PAYLOAD = KEY.mark_id(1)
TRIALS = OFFSETS
SYNC = 2  # every second coefficient says where a frame begins


class CloneMark(SpeechMark):
    """Reads as its parent does; what it marks is noise that is being drawn."""

    id = "clone"

    def setup(self, key: Key) -> Secrets:
        plain = super().setup(key)
        order = key.stream(self.id, self.model, "sync places").permutation(len(plain.bit))
        sync = order < len(order) // SYNC
        zero = np.float32(0)
        return Secrets(
            plain.bit, np.where(sync, zero, plain.sign), np.where(sync, plain.pattern, zero),
            plain.mask, plain.tie,
        )  # fmt: skip

    def noise(
        self,
        secrets: Secrets,
        bits: npt.NDArray[np.uint8],
        count: int,
        random: np.random.Generator,
    ) -> Sound:
        """(count,) standard normal noise that says ``bits`` in every frame from its beginning."""
        target = (2 * bits.astype(np.float32) - 1) * secrets.mask
        signs = np.where(secrets.pattern != 0, secrets.pattern, target[secrets.bit] * secrets.sign)
        frames = []
        for _ in range(0, count, FRAME):
            drawn = random.standard_normal(FRAME)
            packets = analyse(drawn)
            said = np.abs(packets) * signs.reshape(len(PACKETS), -1)
            frames.append(drawn + synthesise(said - packets))
        return np.asarray(np.concatenate(frames)[:count], np.float32)


def rehearsed_noise(count: int, seed: int) -> Sound:
    """(count,) standard normal noise for a rehearsed clone."""
    bits = spread(PAYLOAD, _SCHEME.length)
    return _SCHEME.noise(_secrets(), bits, count, np.random.default_rng(seed))


def look(file: Path) -> Evidence:
    """What speaks for the mark of a rehearsed clone in a recording: from its beginning, and where
    synchronisation says that frames begin. Raises ``file.missing`` or ``recording.damaged``."""
    sound = np.concatenate(
        [np.zeros(0, np.float32), *itertools.islice(frames_of(mono_16k(file)), LONGEST_READ)]
    )
    best = Evidence(0, _SCHEME.length, TRIALS)
    for start in _SCHEME.candidates([sound], _secrets()):
        soft = _SCHEME.extract(frames_of(iter([sound]), start), _secrets())
        best = min(best, check_payload(soft, PAYLOAD, TRIALS), key=lambda found: found.p_value)
        if best.found:
            break
    return best


_SCHEME = CloneMark()


@cache
def _secrets() -> Secrets:
    return _SCHEME.setup(KEY)
