"""The models in memory: each loaded once, least recently used first to leave."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import torch

T = TypeVar("T")

# Left free beside the models for the job itself: 512 MiB.
HEADROOM = 512 * 1024**2

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Entry:
    model: Any
    size: int


class ModelCache:
    """Models on one device. For one thread at a time, as a process does one job at a time.

    A model that leaves the cache while a job still refers to it stays in memory until that job
    ends; the next ``get`` loads it again.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._entries: OrderedDict[str, _Entry] = OrderedDict()  # least recently used first

    def get(self, key: str, load: Callable[[], T], size_hint: int = 0) -> T:
        """The model called ``key``, loaded by ``load()`` unless it is here already.

        ``size_hint`` is the memory it will take, in bytes. Others leave, the least recently used
        first, until that and some headroom are free, and also when loading runs out of memory.
        Errors of ``load`` pass through, out of memory only when nothing was left to drop.
        """
        if key in self._entries:
            self._entries.move_to_end(key)
            model: T = self._entries[key].model
            return model
        self._make_room(size_hint + HEADROOM)
        model = self._load(load)
        self._entries[key] = _Entry(model, size_hint)
        return model

    def free(self) -> None:
        """Drop every model and give the memory back to the system."""
        from engine.device import free_caches

        self._entries.clear()
        free_caches()

    def in_use(self) -> dict[str, int]:
        """The keys of the models here and their size hints, least recently used first."""
        return {key: entry.size for key, entry in self._entries.items()}

    def _make_room(self, wanted: int) -> None:
        from engine.device import free_memory

        while self._entries and free_memory(self._device) < wanted:
            self._drop_oldest()

    def _load(self, load: Callable[[], T]) -> T:
        from engine.device import is_out_of_memory

        while True:
            try:
                return load()
            except Exception as error:
                if not (self._entries and is_out_of_memory(error)):
                    raise
            # Outside the handler, so that what the failed try had loaded is let go first.
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        from engine.device import free_caches

        key, _ = self._entries.popitem(last=False)
        free_caches()
        _log.info("model %s left memory", key)
