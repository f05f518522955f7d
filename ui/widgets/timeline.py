"""Which part of a recording the view shows: frames to pixels and back, without any widget."""

from __future__ import annotations

import math

STEP = 1.25  # of one notch of the wheel
CLOSEST = 0.125  # frames per pixel


class Timeline:
    """``start`` is the frame at the left edge, ``per_pixel`` frames lie on a pixel."""

    def __init__(self) -> None:
        self.frames = 1
        self.width = 1.0
        self.start = 0.0
        self.per_pixel = 1.0
        self.fitted = True

    def set_recording(self, frames: int) -> None:
        if frames != self.frames:
            self.frames = max(1, frames)
            self.fit()

    def set_width(self, width: float) -> None:
        self.width = max(1.0, width)
        if self.fitted:
            self.fit()
        else:
            self._clamp()

    @property
    def widest(self) -> float:
        """Frames per pixel when all is in view."""
        return self.frames / self.width

    def fit(self) -> None:
        self.start, self.per_pixel, self.fitted = 0.0, self.widest, True

    def zoom_by(self, factor: float, at: float | None = None) -> None:
        """Come ``factor`` times closer; what is below pixel ``at`` (the middle) stays there."""
        at = self.width / 2 if at is None else at
        fixed = self.to_frame(at)
        self.per_pixel = max(CLOSEST, self.per_pixel / factor)
        self.start = fixed - at * self.per_pixel
        self.fitted = self.per_pixel >= self.widest
        self._clamp()

    def pan(self, pixels: float) -> None:
        """Move what is seen to the right by ``pixels``."""
        self.start -= pixels * self.per_pixel
        self._clamp()

    def show(self, first: float, last: float) -> None:
        """Have these frames fill most of the view."""
        room = (last - first) * 0.15
        self.per_pixel = max(CLOSEST, (last - first + 2 * room) / self.width)
        self.start = first - room
        self.fitted = self.per_pixel >= self.widest
        self._clamp()

    def follow(self, frame: float) -> bool:
        """Turn the page when ``frame`` is out of view; whether that was needed."""
        if self.start <= frame < self.start + self.width * self.per_pixel:
            return False
        before = self.start
        self.start = frame - 0.08 * self.width * self.per_pixel
        self._clamp()
        return self.start != before

    def to_frame(self, x: float) -> float:
        return self.start + x * self.per_pixel

    def to_x(self, frame: float) -> float:
        return (frame - self.start) / self.per_pixel

    def level(self, ratio: float) -> int:
        """Of the tiles whose columns are as wide as a device pixel, or just narrower."""
        return max(0, math.floor(math.log2(max(1.0, self.per_pixel / ratio))))

    def _clamp(self) -> None:
        self.per_pixel = min(self.per_pixel, self.widest)
        self.start = min(max(0.0, self.start), self.frames - self.width * self.per_pixel)
        self.start = max(0.0, self.start)


def ticks(per_second: float) -> tuple[float, int]:
    """Seconds between two marks of a ruler with ``per_second`` pixels, and how many smaller
    steps lie between them."""
    for step, parts in (
        *((0.001, 10), (0.002, 4), (0.005, 5), (0.01, 10), (0.02, 4), (0.05, 5)),
        *((0.1, 10), (0.2, 4), (0.5, 5), (1.0, 10), (2.0, 4), (5.0, 5), (10.0, 10), (15.0, 3)),
        *((30.0, 6), (60.0, 6), (120.0, 4), (300.0, 5), (600.0, 10), (900.0, 3), (1800.0, 6)),
    ):
        if step * per_second >= 72:
            return step, parts
    return 3600.0, 6


def clock(seconds: float, digits: int = 0) -> str:
    """12:03, 1:00:12.5: the same in every language."""
    scale = 10**digits
    whole = int(max(0.0, seconds) * scale + 1e-6)
    rest, small = divmod(whole, scale)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    text = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{text}.{small:0{digits}}" if digits else text
