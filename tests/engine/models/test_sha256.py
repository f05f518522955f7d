from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

import pytest
from hypothesis import given, strategies as st

from engine.models import sha256
from engine.models.sha256 import Midstate, ResumableSha256


def test_this_python_can_write_states_down() -> None:
    assert ResumableSha256().midstate() == Midstate(
        0, "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19"
    )


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_equals_hashlib_however_the_data_arrive(pieces: list[bytes]) -> None:
    resumable, reference = ResumableSha256(), hashlib.sha256()
    for piece in pieces:
        resumable.update(piece)
        reference.update(piece)
        assert resumable.hexdigest() == reference.hexdigest()
    assert resumable.length == sum(map(len, pieces))


@given(st.binary(max_size=1000), st.integers(0, 1000))
def test_goes_on_from_a_state_that_was_written_down(data: bytes, cut: int) -> None:
    first = ResumableSha256()
    first.update(data[:cut])
    written = first.midstate()
    assert written is not None
    state = Midstate(**json.loads(json.dumps(asdict(written))))
    assert state.length % 64 == 0
    assert min(cut, len(data)) - state.length < 64
    second = ResumableSha256(state)
    second.update(data[state.length :])
    assert second.hexdigest() == hashlib.sha256(data).hexdigest()


def test_counts_beyond_four_gigabytes() -> None:
    """The length in bits fills both halves of the counter; against the padding of FIPS 180-4."""
    start = Midstate((1 << 32) + 64, "0" * 64)
    low = ResumableSha256(Midstate(64, "0" * 64))
    assert ResumableSha256(start).hexdigest() != low.hexdigest()
    assert ResumableSha256(start).length == (1 << 32) + 64


@pytest.mark.parametrize(
    "state", [Midstate(63, "0" * 64), Midstate(64, "00"), Midstate(-64, "0" * 64)]
)
def test_a_malformed_state_is_refused(state: Midstate) -> None:
    with pytest.raises(ValueError):
        ResumableSha256(state)


def test_without_the_library_it_is_hashlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sha256, "_library", lambda: None)
    digest = ResumableSha256()
    digest.update(b"abc")
    assert digest.hexdigest() == hashlib.sha256(b"abc").hexdigest()
    assert digest.midstate() is None
    with pytest.raises(ValueError):
        ResumableSha256(Midstate(0, "0" * 64))
