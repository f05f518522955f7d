from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from engine.watermark import codes


@given(st.integers(0, 2**64 - 1))
@settings(max_examples=30, deadline=None)
def test_clean_round_trip(payload: int):
    code = codes.encode(payload)
    assert code.shape == (codes.CODE_BITS,)
    decoded, again = codes.decode(2.0 * code - 1)
    assert decoded == payload and np.array_equal(again, code)


def test_decoder_is_maximum_likelihood_on_short_messages():
    """Against brute force over all 2^16 tail-biting code words, at a noise that makes errors."""
    random = np.random.default_rng(1)
    words = np.unpackbits(np.arange(2**16, dtype=">u2").view(np.uint8)).reshape(-1, 16)
    book = 2 * codes.encode_bits(words).astype(np.float32) - 1
    sent = random.integers(0, 2**16, 300)
    received = (book[sent] + random.normal(0, 1.05, (300, 64))).astype(np.float32)
    best = np.concatenate([(part @ book.T).argmax(1) for part in np.array_split(received, 6)])
    decoded = codes.decode_bits(received) @ (1 << np.arange(15, -1, -1))
    # Wrap-around Viterbi may miss the likeliest word on so short a circle; it must be rare.
    assert (decoded == best).mean() >= 0.97
    assert (best != sent).any()  # the noise is strong enough for the test to mean something


def test_minimum_distance_is_that_of_the_published_code():
    """Weight of the lightest non-zero word among all messages with up to 3 ones near each other."""
    messages = []
    for shape in range(1, 2**10, 2):
        message = np.zeros(64, np.uint8)
        message[:10] = [shape >> i & 1 for i in range(10)]
        messages.append(message)
    assert codes.encode_bits(np.array(messages)).sum(1).min() == 24


def test_soft_decision_corrects_what_hard_decision_cannot():
    random = np.random.default_rng(2)
    payloads = random.integers(0, 2, (200, 64)).astype(np.uint8)
    sent = 2.0 * codes.encode_bits(payloads) - 1
    received = sent + random.normal(0, 1.19, sent.shape)  # Eb/N0 = 1.5 dB, 20 % hard errors
    assert 0.18 < (np.sign(received) != sent).mean() < 0.22
    soft = (codes.decode_bits(received) == payloads).all(1).mean()
    hard = (codes.decode_bits(np.sign(received)) == payloads).all(1).mean()
    assert soft > 0.95 and hard < soft - 0.1
