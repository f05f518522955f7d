"""Pieces worked on at the same time: in order, the same on any number of cores, and stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import torch

from engine.voice.side_by_side import side_by_side

CPU = torch.device("cpu")


@pytest.fixture(autouse=True, params=[1, 3])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    assert torch.get_num_threads() == request.param  # given back as it was
    torch.set_num_threads(before)


def test_results_come_in_order_and_each_piece_computes_alone(threads: int) -> None:
    seen = []

    def make(number: int) -> int:
        time.sleep(0.02 if number % 2 else 0.0)
        seen.append((threading.current_thread().name, torch.get_num_threads()))
        return number * number

    assert list(side_by_side(make, range(7), CPU)) == [n * n for n in range(7)]
    assert {alone for _, alone in seen} == {1}
    assert len({name for name, _ in seen}) <= threads


def test_what_a_piece_raises_comes_through_and_stops_the_rest() -> None:
    begun = []

    def make(number: int) -> int:
        begun.append(number)
        if number == 1:
            raise KeyError("on purpose")
        return number

    with pytest.raises(KeyError):
        list(side_by_side(make, range(100), CPU))
    assert len(begun) < 10
    assert not [t for t in threading.enumerate() if t.name.startswith("piece")]


def test_who_stops_asking_stops_the_work() -> None:
    begun = []
    results = side_by_side(lambda number: begun.append(number), range(100), CPU)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(begun) < 10


def test_nothing_to_do() -> None:
    assert list(side_by_side(lambda number: number, [], CPU)) == []
