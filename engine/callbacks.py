"""How a host speaks to its owner, whatever kind of host it is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal, TypeVar

from engine import api

T = TypeVar("T")

OnEvent = Callable[[api.Event], None]
State = Literal["starting", "ready", "stopped"]
OnState = Callable[[State], None]

_log = logging.getLogger(__name__)


def call(callback: Callable[[T], None], value: T) -> None:
    """``callback(value)``; what it raises is logged, since it must not end the engine's thread."""
    try:
        callback(value)
    except Exception:
        _log.exception("a callback of the engine host failed")
