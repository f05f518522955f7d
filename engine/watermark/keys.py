"""Setup: what a secret key is made into. HKDF-SHA256 for derivation, ChaCha20 for randomness.

``derive(master, scheme, model, purpose)`` gives every use its own independent key, so that for
example the geometry search (purpose ``sync``) can never favour the bits that are counted
(purpose ``bits``): under random keys the two are independent, and the verdict stays exact.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MASTER_BYTES = 32
WORK_BITS = 32  # of a work's number, which decides the rest of its mark id
ISSUED_BITS = WORK_BITS + 1  # of all payloads that a key can make: of either kind
CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
_UNPRINTED = "hidden"


def derive(master: bytes, scheme: str, model: str, purpose: str) -> bytes:
    """32 bytes for one purpose: HKDF-SHA256 with info = scheme | model hash | purpose."""
    info = "|".join(("cloakroom mark 1", scheme, model, purpose)).encode()
    return HKDF(hashes.SHA256(), 32, None, info).derive(master)


class Keystream:
    """Deterministic randomness from a 32-byte key (ChaCha20, nonce zero, each key used once)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.ChaCha20(key, bytes(16)), mode=None).encryptor()

    def take(self, count: int) -> bytes:
        return self._cipher.update(bytes(count))

    def bits(self, count: int) -> npt.NDArray[np.uint8]:
        """(count,) fair bits, 0 or 1."""
        packed = np.frombuffer(self.take(-(-count // 8)), np.uint8)
        return np.unpackbits(packed)[:count]

    def signs(self, count: int) -> npt.NDArray[np.float32]:
        """(count,) fair signs, -1 or +1."""
        return np.float32(1) - 2 * self.bits(count).astype(np.float32)

    def uniform(self, count: int) -> npt.NDArray[np.float64]:
        """(count,) values in [0, 1), 53 bits each."""
        words = np.frombuffer(self.take(8 * count), "<u8")
        return np.asarray((words >> np.uint64(11)) * 2.0**-53)

    def permutation(self, count: int) -> npt.NDArray[np.int64]:
        """(count,) a permutation of 0..count-1 (order of 64-bit words; ties have chance 2^-64)."""
        return np.argsort(np.frombuffer(self.take(8 * count), "<u8"), kind="stable")


@dataclass(frozen=True)
class Key:
    """One generation of an identity's master key. The secret is never printed."""

    master: bytes = field(repr=False)

    def stream(self, scheme: str, model: str, purpose: str) -> Keystream:
        return Keystream(derive(self.master, scheme, model, purpose))

    @property
    def public_id(self) -> str:
        """16 hex digits that name the key without revealing it."""
        return derive(self.master, "identity", "", "public id")[:8].hex()

    def mark_id(self, work: int) -> int:
        """The 64-bit payload of a work: its 32-bit number, then a 32-bit tag only we can make."""
        return self._tagged(work, "mark id")

    def bound_id(self, number: int) -> int:
        """As ``mark_id``, for a mark that tells whether it belongs to what it is found in: by its
        number (``sketch``), in a recording by what accompanies it (``binding``)."""
        return self._tagged(number, "bound mark id")

    def bound(self, payload: int) -> bool:
        """True when this key made the payload with ``bound_id``."""
        return _same(self.bound_id(payload >> WORK_BITS), payload)

    def issued(self, payload: int) -> bool:
        """True when this key made the 64-bit payload (a stranger's passes with chance 2^-31)."""
        return _same(self.mark_id(payload >> WORK_BITS), payload) or self.bound(payload)

    def _tagged(self, number: int, purpose: str) -> int:
        if not 0 <= number < 2**WORK_BITS:
            raise ValueError("a work number has 32 bits")
        head = number.to_bytes(4, "big")
        tag = hmac.digest(derive(self.master, "identity", "", purpose), head, "sha256")[:4]
        return int.from_bytes(head + tag, "big")

    def __str__(self) -> str:
        return f"Key({_UNPRINTED})"


def _same(a: int, b: int) -> bool:
    return hmac.compare_digest(a.to_bytes(8, "big"), b.to_bytes(8, "big"))


def new_key() -> Key:
    return Key(secrets.token_bytes(MASTER_BYTES))


def new_work() -> int:
    return secrets.randbits(32)


def phrase_of(key: Key) -> str:
    """The printable backup: 18 pronounceable words (proquints, arXiv 0901.4016).

    Each word holds 16 bits; the last two words are a checksum of the 32-byte key.
    """
    data = key.master + hashlib.sha256(key.master).digest()[:4]
    words = [_word(int.from_bytes(data[i : i + 2], "big")) for i in range(0, len(data), 2)]
    return " ".join(words)


def key_of(phrase: str) -> Key:
    """The key of a backup phrase. Raises ``ValueError`` when a word or the checksum is wrong."""
    words = phrase.lower().replace("-", " ").split()
    if len(words) != (MASTER_BYTES + 4) // 2:
        raise ValueError("a backup phrase has 18 words")
    data = b"".join(_number(word).to_bytes(2, "big") for word in words)
    master, check = data[:MASTER_BYTES], data[MASTER_BYTES:]
    if hashlib.sha256(master).digest()[:4] != check:
        raise ValueError("the words do not belong together")
    return Key(master)


def _word(value: int) -> str:
    return (
        CONSONANTS[value >> 12]
        + VOWELS[value >> 10 & 3]
        + CONSONANTS[value >> 6 & 15]
        + VOWELS[value >> 4 & 3]
        + CONSONANTS[value & 15]
    )


def _number(word: str) -> int:
    if len(word) != 5:
        raise ValueError("each word has 5 letters")
    value = 0
    for position, letter in enumerate(word):
        letters = VOWELS if position % 2 else CONSONANTS
        if letter not in letters:
            raise ValueError("there is a wrong letter in a word")
        value = value * len(letters) + letters.index(letter)
    return value
