"""Which models stay in memory."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest
import torch

from engine import device
from engine.models.cache import HEADROOM, ModelCache

GIB = 1024**3


class Model:
    """Stands for loaded weights."""


@pytest.fixture
def cache() -> ModelCache:
    return ModelCache(torch.device("cpu"))


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch, cache: ModelCache) -> Callable[[int], None]:
    """Pretends a device of so many bytes on which only the cached models are."""

    def set_total(total: int) -> None:
        monkeypatch.setattr(device, "free_memory", lambda _: total - sum(cache.in_use().values()))

    return set_total


def never() -> Model:
    pytest.fail("loaded twice")


def test_a_model_is_loaded_once(cache: ModelCache, memory: Callable[[int], None]) -> None:
    memory(8 * GIB)
    model = cache.get("a", Model, GIB)
    assert cache.get("a", never, GIB) is model
    assert cache.in_use() == {"a": GIB}


def test_the_least_recently_used_leaves_when_memory_is_short(
    cache: ModelCache, memory: Callable[[int], None]
) -> None:
    memory(3 * GIB + HEADROOM)
    for key in "abc":
        cache.get(key, Model, GIB)
    cache.get("a", never)  # now b is the oldest
    cache.get("d", Model, GIB)
    assert list(cache.in_use()) == ["c", "a", "d"]


def test_as_many_leave_as_the_new_one_needs_and_no_more(
    cache: ModelCache, memory: Callable[[int], None]
) -> None:
    memory(4 * GIB + HEADROOM)
    for key in "abcd":
        cache.get(key, Model, GIB)
    cache.get("e", Model, 2 * GIB)
    assert list(cache.in_use()) == ["c", "d", "e"]


def test_a_model_larger_than_memory_is_still_tried(
    cache: ModelCache, memory: Callable[[int], None]
) -> None:
    memory(GIB)
    cache.get("a", Model, GIB // 4)
    assert isinstance(cache.get("b", Model, 9 * GIB), Model)
    assert list(cache.in_use()) == ["b"]


def test_out_of_memory_while_loading_drops_others_and_tries_again(
    cache: ModelCache, memory: Callable[[int], None]
) -> None:
    memory(100 * GIB)
    for key in "abc":
        cache.get(key, Model)

    def load() -> Model:
        if len(cache.in_use()) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return Model()

    cache.get("d", load)
    assert list(cache.in_use()) == ["c", "d"]


def test_out_of_memory_passes_when_nothing_is_left_to_drop(
    cache: ModelCache, memory: Callable[[int], None]
) -> None:
    memory(100 * GIB)
    cache.get("a", Model)

    def load() -> Model:
        raise MemoryError

    with pytest.raises(MemoryError):
        cache.get("b", load)
    assert cache.in_use() == {}


def test_other_errors_of_loading_drop_nothing(
    cache: ModelCache, memory: Callable[[int], None]
) -> None:
    memory(100 * GIB)
    cache.get("a", Model)

    def load() -> Model:
        raise ValueError("broken file")

    with pytest.raises(ValueError, match="broken file"):
        cache.get("b", load)
    assert list(cache.in_use()) == ["a"]


def test_free_lets_every_model_go(cache: ModelCache) -> None:
    references = [weakref.ref(cache.get(key, Model)) for key in "ab"]
    cache.free()
    gc.collect()
    assert cache.in_use() == {}
    assert [reference() for reference in references] == [None, None]
