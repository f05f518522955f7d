"""Zoom and pan of a picture, as plain arithmetic.

All lengths are device pixels, so that 100 % is one picture pixel on one screen pixel at every
display scaling. Every view of the same photo shares one ``Viewport``: that is what keeps them
in step.
"""

from __future__ import annotations

from dataclasses import dataclass

ZOOM_MAX = 32.0
FIT_MAX = 4.0  # small pictures are enlarged to fit, but not beyond recognition
STEP = 1.25  # one press of + or one notch of the wheel


@dataclass
class Viewport:
    """``image`` and ``view`` are (width, height); ``margin`` stays free around a fitted picture."""

    image: tuple[float, float] = (1.0, 1.0)
    view: tuple[float, float] = (1.0, 1.0)
    margin: float = 0.0
    zoom: float = 1.0  # screen pixels per picture pixel
    centre: tuple[float, float] = (0.5, 0.5)  # picture coordinates at the middle of the view
    fitted: bool = True

    @property
    def fit_zoom(self) -> float:
        room = [max(1.0, v - 2 * self.margin) for v in self.view]
        return min(room[0] / self.image[0], room[1] / self.image[1], FIT_MAX)

    @property
    def origin(self) -> tuple[float, float]:
        """Where the picture's top left corner lies in the view, on a whole screen pixel."""
        return (
            round(self.view[0] / 2 - self.centre[0] * self.zoom),
            round(self.view[1] / 2 - self.centre[1] * self.zoom),
        )

    def set_image(self, width: float, height: float) -> None:
        """Another picture: fitted. The same size keeps zoom and place."""
        if (width, height) != self.image:
            self.image = (max(1.0, width), max(1.0, height))
            self.fit()

    def set_view(self, width: float, height: float, margin: float) -> None:
        self.view = (max(1.0, width), max(1.0, height))
        self.margin = margin
        if self.fitted:
            self.fit()
        else:
            self._clamp()

    def fit(self) -> None:
        self.zoom = self.fit_zoom
        self.centre = (self.image[0] / 2, self.image[1] / 2)
        self.fitted = True

    def zoom_to(self, zoom: float, at: tuple[float, float] | None = None) -> None:
        """Set the zoom; the picture point under ``at`` (default: the middle) stays there."""
        at = at or (self.view[0] / 2, self.view[1] / 2)
        # From the centre and not from the rounded origin: rounding would add up over many steps.
        fixed = (
            self.centre[0] + (at[0] - self.view[0] / 2) / self.zoom,
            self.centre[1] + (at[1] - self.view[1] / 2) / self.zoom,
        )
        self.zoom = min(max(zoom, min(self.fit_zoom, 0.05)), ZOOM_MAX)
        self.fitted = False
        self.centre = (
            fixed[0] - (at[0] - self.view[0] / 2) / self.zoom,
            fixed[1] - (at[1] - self.view[1] / 2) / self.zoom,
        )
        self._clamp()

    def zoom_by(self, factor: float, at: tuple[float, float] | None = None) -> None:
        self.zoom_to(self.zoom * factor, at)

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by screen pixels."""
        before = self.centre
        self.centre = (self.centre[0] - dx / self.zoom, self.centre[1] - dy / self.zoom)
        self._clamp()
        self.fitted = self.fitted and self.centre == before

    def to_image(self, point: tuple[float, float]) -> tuple[float, float]:
        x, y = self.origin
        return ((point[0] - x) / self.zoom, (point[1] - y) / self.zoom)

    def to_view(self, point: tuple[float, float]) -> tuple[float, float]:
        x, y = self.origin
        return (x + point[0] * self.zoom, y + point[1] * self.zoom)

    def visible(self) -> tuple[float, float, float, float]:
        """The part of the view that the picture covers: left, top, width, height."""
        left, top = (max(0.0, o) for o in self.origin)
        right, bottom = self.to_view(self.image)
        return (
            left,
            top,
            max(0.0, min(right, self.view[0]) - left),
            max(0.0, min(bottom, self.view[1]) - top),
        )

    def _clamp(self) -> None:
        """A picture smaller than the view is centred; a larger one leaves no gap."""

        def clamp(centre: float, image: float, view: float) -> float:
            half = view / 2 / self.zoom
            return image / 2 if image <= 2 * half else min(max(centre, half), image - half)

        self.centre = (
            clamp(self.centre[0], self.image[0], self.view[0]),
            clamp(self.centre[1], self.image[1], self.view[1]),
        )
