"""Code: a 64-bit payload as 256 protected bits, decoded from soft values.

Tail-biting convolutional code of rate 1/4 and constraint length 9, generators 463, 535, 733, 745
(octal; Larsen, IEEE Trans. Inf. Theory 19, 1973: free distance 24). Tail-biting wastes no bits on
termination. Decoding is a wrap-around Viterbi over all 256 states at once, for many received
words in one pass.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

PAYLOAD_BITS = 64
GENERATORS = (0o463, 0o535, 0o733, 0o745)
MEMORY = 8  # constraint length 9
CODE_BITS = PAYLOAD_BITS * len(GENERATORS)

Bits = npt.NDArray[np.uint8]


def encode(payload: int) -> Bits:
    """(256,) code bits of a 64-bit payload."""
    if not 0 <= payload < 2**PAYLOAD_BITS:
        raise ValueError("a payload has 64 bits")
    return encode_bits(_bits_of(payload)[None]).reshape(-1)


def decode(soft: npt.NDArray[np.floating]) -> tuple[int, Bits]:
    """The likeliest payload and its code bits from (256,) soft values (positive means 1)."""
    message = decode_bits(np.asarray(soft, np.float32)[None])
    return _payload_of(message[0]), encode_bits(message)[0]


def encode_bits(messages: Bits) -> Bits:
    """(n, k) message bits -> (n, 4k) code bits; the shift register starts with the last bits."""
    count, length = messages.shape
    code = np.zeros((count, length, len(GENERATORS)), np.uint8)
    for delay in range(MEMORY + 1):
        delayed = np.roll(messages, delay, axis=1)
        for output, generator in enumerate(GENERATORS):
            if generator >> (MEMORY - delay) & 1:
                code[:, :, output] ^= delayed
    return code.reshape(count, -1)


def decode_bits(soft: npt.NDArray[np.floating], laps: int = 3) -> Bits:
    """(n, 4k) soft values -> (n, k) likeliest message bits.

    The trellis is walked ``laps`` times around without resetting the path metrics, and the
    decisions of the middle lap are traced back: by then start and end states agree (the
    wrap-around algorithm; Shao, Lin, Fossorier, IEEE Trans. Commun. 51, 2003).
    """
    count = soft.shape[0]
    steps = soft.reshape(count, -1, len(GENERATORS)).astype(np.float32)
    length = steps.shape[1]
    previous, signs = _trellis()
    states = 2**MEMORY
    metrics = np.zeros((count, states), np.float32)
    choices = np.zeros((laps * length, count, states), np.uint8)
    for step in range(laps * length):
        branch = steps[:, step % length] @ signs  # (n, 2 * states): the two ways into each state
        ways = metrics[:, previous] + branch
        ways = ways.reshape(count, 2, states)
        choices[step] = ways[:, 1] > ways[:, 0]
        metrics = ways.max(axis=1)
        metrics -= metrics.max(axis=1, keepdims=True)
    state = metrics.argmax(axis=1)
    rows = np.arange(count)
    message = np.zeros((count, length), np.uint8)
    for step in range(laps * length - 1, -1, -1):
        if length <= step < 2 * length:
            message[:, step % length] = state >> (MEMORY - 1)
        way = choices[step, rows, state]
        state = previous.reshape(2, states)[way, state]
    return message


@cache
def _trellis() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """For both ways into each state: the state before, and the signs of the four code bits.

    A state holds the last eight message bits, the newest in its highest bit.
    """
    states = 2**MEMORY
    state = np.arange(states)
    previous = np.stack([(state << 1 & (states - 1)) | oldest for oldest in (0, 1)])
    newest = state >> (MEMORY - 1)
    signs = np.zeros((2, states, len(GENERATORS)), np.float32)
    for way in (0, 1):
        register = newest << MEMORY | previous[way]
        for output, generator in enumerate(GENERATORS):
            parity = np.bitwise_count(register & generator) & 1
            signs[way, :, output] = 2.0 * parity - 1
    return previous.reshape(-1), signs.reshape(2 * states, -1).T.copy()


def _bits_of(payload: int) -> Bits:
    return np.unpackbits(np.frombuffer(payload.to_bytes(PAYLOAD_BITS // 8, "big"), np.uint8))


def _payload_of(bits: Bits) -> int:
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
