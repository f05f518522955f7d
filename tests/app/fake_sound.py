"""A sound device that plays when a test says so, and keeps what was heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.problems import Problem

Frames = npt.NDArray[np.float32]


class FakeStream:
    latency = 0.0

    def __init__(self) -> None:
        self.running = self.closed = False

    def start(self) -> None:
        self.running = True

    def abort(self) -> None:
        self.running = False

    def close(self) -> None:
        self.closed = True


class FakeDevices:
    def __init__(self, rate: int | None = None, problem: Problem | None = None) -> None:
        """``rate``: the only one it can; None takes any."""
        self.rate, self.problem = rate, problem
        self.streams: list[FakeStream] = []
        self.fill: Callable[[Frames], None] | None = None
        self.take: Callable[[Frames], None] | None = None
        self.channels = 0

    def outputs(self) -> tuple[str, ...]:
        return ("Loudspeakers", "Headphones")

    def output(self, name: str, rate: int, channels: int, fill: Any) -> tuple[FakeStream, int]:
        if self.problem is not None:
            raise self.problem
        self.fill, self.channels = fill, channels
        self.streams.append(FakeStream())
        return self.streams[-1], self.rate or rate

    def microphone(self, take: Any) -> tuple[FakeStream, int]:
        if self.problem is not None:
            raise self.problem
        self.take = take
        self.streams.append(FakeStream())
        return self.streams[-1], 16_000

    @property
    def running(self) -> bool:
        return bool(self.streams) and self.streams[-1].running

    def hear(self, frames: int) -> Frames:
        """What the device would play next."""
        assert self.fill is not None
        out = np.full((frames, self.channels), np.nan, np.float32)
        self.fill(out)
        return out
