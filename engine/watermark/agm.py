"""AGM, arXiv 2510.07219: text in the noise that a picture of the app's own making begins with.

[P] A linear map of scale and variance puts bits into the start of deterministic (ODE) sampling,

    x_T = m s b + sigma e,    e ~ N(0, 1),

with s = +-1 from the key and b = +-1 the bit; inverting the sampling brings x_T back, and the signs
of its keyed sums are the bits. Two stages choose the map: the least m that reaches the wanted bit
accuracy, then the sigma of least Kullback-Leibler divergence from the standard normal.

[R] To who has no key an entry is an even mixture of N(m, sigma^2) and N(-m, sigma^2). Where that is
nearest to the standard normal is found numerically: close to sigma^2 = 1 - m^2 while m is small.
The text is encrypted, tagged and coded (``codes``) in one of a few frame sizes, which the reader
tries. How much fits depends on how well the start comes back, which is measured on the picture.
"""

from __future__ import annotations

import hmac
import math
import secrets
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from engine.watermark import codes
from engine.watermark.keys import Key, Keystream, derive
from engine.watermark.scheme import Soft

ID = "agm"
ROOMS = (4, 12, 28, 60, 124)  # bytes of text that a frame has room for
NONCE, TAG = 2, 4  # bytes
STRONGEST = 0.95  # of m; beyond it nothing of the noise is left
NEEDED = 1.3  # deviations of a code bit's sum at which the code reads without error, with margin

Latent = npt.NDArray[np.float64]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Carriers:
    """(c h w,) the code bit each entry belongs to, and its sign."""

    bit: npt.NDArray[np.int64]
    sign: npt.NDArray[np.float32]
    length: int

    @property
    def entries(self) -> float:
        """Of one code bit."""
        return self.bit.size / self.length


@dataclass(frozen=True)
class Map:
    """``mean`` and ``spread`` of an entry, and its divergence from a standard normal in nats."""

    mean: float
    spread: float
    divergence: float


def room_for(text: str) -> int | None:
    """The smallest room of ``ROOMS`` that the text fits in; None when there is none."""
    size = len(text.encode())
    return next((room for room in ROOMS if size <= room), None)


def frame(key: Key, text: str, room: int) -> npt.NDArray[np.uint8]:
    """(k,) message bits: nonce, encrypted text, tag. The nonce keeps two works from being alike."""
    nonce = secrets.token_bytes(NONCE)
    plain = text.encode().ljust(room, b"\0")
    sealed = nonce + _encrypted(key, nonce, plain)
    return np.unpackbits(np.frombuffer(sealed + _tag(key, sealed), np.uint8))


def unframe(key: Key, bits: npt.NDArray[np.uint8]) -> str | None:
    """The text, if the tag is this key's (a stranger's passes with chance 2^-32)."""
    data = np.packbits(bits).tobytes()
    sealed, tag = data[:-TAG], data[-TAG:]
    if not hmac.compare_digest(_tag(key, sealed), tag):
        return None
    plain = _encrypted(key, sealed[:NONCE], sealed[NONCE:])
    return plain.rstrip(b"\0").decode(errors="replace")


def carriers(key: Key, model: str, room: int, shape: Shape) -> Carriers:
    """``model`` is the denoiser's SHA-256, ``shape`` that of its latent."""
    count = math.prod(shape)
    length = 8 * (NONCE + room + TAG) * len(codes.GENERATORS)
    stream = key.stream(ID, model, f"{room} in {shape}")
    bit = np.empty(count, np.int64)
    bit[stream.permutation(count)] = np.arange(count) % length
    return Carriers(bit, stream.signs(count), length)


def start(
    bits: npt.NDArray[np.uint8], keyed: Carriers, mapped: Map, shape: Shape, salt: bytes
) -> Latent:
    """(c, h, w) the start for message ``bits``; ``salt``: 32 fresh random bytes for the noise."""
    code = codes.encode_bits(bits[None])[0]
    sent = (2.0 * code - 1)[keyed.bit] * keyed.sign
    begin = mapped.mean * sent + mapped.spread * _normal(salt, sent.size)
    return np.asarray(begin.reshape(shape), np.float64)


def extract(found: Latent, keyed: Carriers) -> Soft:
    """(length,) soft values of the code bits, in deviations of what a strange start would give."""
    white = found / (np.sqrt(np.square(found).mean(axis=(1, 2), keepdims=True)) + 1e-9)
    sums = np.bincount(keyed.bit, white.reshape(-1) * keyed.sign, keyed.length)
    return np.asarray(sums / math.sqrt(keyed.entries), np.float32)


def read(found: Latent, key: Key, model: str) -> str | None:
    """The text in a start that was brought back; None when this key hid none there."""
    shape = (int(found.shape[0]), int(found.shape[1]), int(found.shape[2]))
    for room in ROOMS:
        keyed = carriers(key, model, room, shape)
        if keyed.entries < 1:
            break
        text = unframe(key, codes.decode_bits(extract(found, keyed)[None])[0])
        if text is not None:
            return text
    return None


def weakest(returned: float, keyed: Carriers) -> float:
    """Stage one: the least m at which code bits reach ``NEEDED``, where a start comes back with
    correlation ``returned``. Above ``STRONGEST`` the text does not fit."""
    return NEEDED / (max(returned, 1e-6) * math.sqrt(keyed.entries))


@cache
def nearest(mean: float) -> Map:
    """Stage two: the spread with which entries of this mean are least unlike a standard normal."""
    found = minimize_scalar(
        lambda spread: divergence(mean, spread), bounds=(0.05, 1.0), method="bounded"
    )
    return Map(mean, float(found.x), float(found.fun))


def divergence(mean: float, spread: float) -> float:
    """KL divergence, in nats an entry, of what is seen without the key from a standard normal."""
    x = np.linspace(-9, 9, 9001)
    peaks = [np.exp(-0.5 * ((x - side) / spread) ** 2) for side in (mean, -mean)]
    seen = (peaks[0] + peaks[1]) / (2 * spread * math.sqrt(2 * math.pi))
    normal = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    ratio = np.log(np.maximum(seen, 1e-300) / normal)
    return max(0.0, float(np.trapezoid(seen * ratio, x)))


def _normal(salt: bytes, count: int) -> Latent:
    random = np.random.Generator(np.random.Philox(int.from_bytes(salt[:16], "big")))
    return np.asarray(random.standard_normal(count))


def _encrypted(key: Key, nonce: bytes, plain: bytes) -> bytes:
    stream = Keystream(derive(key.master, ID, "", f"text {nonce.hex()}"))
    return bytes(a ^ b for a, b in zip(plain, stream.take(len(plain)), strict=True))


def _tag(key: Key, sealed: bytes) -> bytes:
    return hmac.digest(derive(key.master, ID, "", "tag"), sealed, "sha256")[:TAG]
