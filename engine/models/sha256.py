"""SHA-256 whose state can be written down and taken up again after the process was killed.

``hashlib`` keeps its state to itself, so a download interrupted after 2 GB would have to be read
again from the disk before it could go on. The OpenSSL library that ``hashlib`` itself runs on has
an older interface whose state is a plain structure (``SHA256_CTX`` in ``openssl/sha.h``); it is
called here through ctypes. Where a Python comes without that library, states cannot be written
down, and what was kept is read again instead.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import sys
from dataclasses import dataclass
from typing import Any

BLOCK = 64  # bytes


class _Context(ctypes.Structure):
    """``SHA256_CTX``: the chaining value, the length in bits, and up to 63 bytes not yet used."""

    _fields_ = (
        ("h", ctypes.c_uint32 * 8),
        ("bits_low", ctypes.c_uint32),
        ("bits_high", ctypes.c_uint32),
        ("data", ctypes.c_uint32 * 16),
        ("num", ctypes.c_uint),
        ("md_len", ctypes.c_uint),
    )


@dataclass(frozen=True)
class Midstate:
    """The hash of the first ``length`` bytes, a multiple of 64, as eight hexadecimal words."""

    length: int
    words: str  # 64 hexadecimal digits


@functools.cache
def _library() -> Any:
    """OpenSSL as it is loaded already, or None. Tried out before it is trusted."""
    names = ["libcrypto-3.dll", "libcrypto-3-x64.dll", "libcrypto-1_1.dll"]
    if sys.platform != "win32":
        import _hashlib

        # Symbols of the libraries that this extension was linked with are found through it.
        names = [_hashlib.__file__]
    for name in names:
        try:
            library = ctypes.CDLL(name)
            context = ctypes.POINTER(_Context)
            library.SHA256_Init.argtypes = (context,)
            library.SHA256_Update.argtypes = (context, ctypes.c_char_p, ctypes.c_size_t)
            library.SHA256_Final.argtypes = (ctypes.c_char_p, context)
        except (OSError, AttributeError):
            continue
        if _works(library):
            return library
    return None


def _works(library: Any) -> bool:
    """Whether the structure is laid out as we think: by going on from a state written down."""
    data = bytes(range(256)) * 3 + b"odd"
    first = ResumableSha256(library=library)
    first.update(data[:200])
    state = first.midstate()
    if state is None or state.length != 192:
        return False
    second = ResumableSha256(state, library=library)
    second.update(data[192:])
    return second.hexdigest() == hashlib.sha256(data).hexdigest()


class ResumableSha256:
    """Like ``hashlib.sha256``, with a state that survives the process."""

    def __init__(self, midstate: Midstate | None = None, *, library: Any = None) -> None:
        """Start anew or go on from ``midstate``.

        Raises ``ValueError`` for a state that is malformed, or that this Python cannot take up.
        """
        self._library = library if library is not None else _library()
        self.length = 0  # bytes taken in so far
        if self._library is None:
            if midstate is not None:
                raise ValueError("states cannot be taken up here")
            self._plain = hashlib.sha256()
            return
        self._context = _Context()
        self._library.SHA256_Init(self._context)
        if midstate is not None:
            words = bytes.fromhex(midstate.words)
            if len(words) != 32 or midstate.length < 0 or midstate.length % BLOCK:
                raise ValueError("not the state of a SHA-256")
            for i in range(8):
                self._context.h[i] = int.from_bytes(words[4 * i : 4 * i + 4], "big")
            bits = midstate.length * 8
            self._context.bits_low, self._context.bits_high = bits & 0xFFFFFFFF, bits >> 32
            self.length = midstate.length

    def _words(self) -> Midstate:
        words = b"".join(int(word).to_bytes(4, "big") for word in self._context.h)
        return Midstate(self.length - self.length % BLOCK, words.hex())

    def update(self, data: bytes) -> None:
        self.length += len(data)
        if self._library is None:
            self._plain.update(data)
        else:
            self._library.SHA256_Update(self._context, data, len(data))

    def midstate(self) -> Midstate | None:
        """Of the last whole block: up to 63 bytes fewer than ``length``. None where this Python
        cannot write it down."""
        # OpenSSL folds whole blocks in at once, so its chaining value is always of whole blocks.
        return None if self._library is None else self._words()

    def hexdigest(self) -> str:
        """Of everything taken in; more can follow."""
        if self._library is None:
            return self._plain.hexdigest()
        copy = _Context.from_buffer_copy(self._context)
        digest = ctypes.create_string_buffer(32)
        self._library.SHA256_Final(digest, copy)
        return digest.raw.hex()
