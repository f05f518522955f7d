"""Zoom and pan arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ui.widgets.viewport import FIT_MAX, ZOOM_MAX, Viewport

sizes = st.integers(1, 9000)


def made(image: tuple[float, float], view: tuple[float, float] = (800, 600)) -> Viewport:
    viewport = Viewport()
    viewport.set_view(*view, margin=20)
    viewport.set_image(*image)
    return viewport


@given(sizes, sizes, st.integers(100, 4000), st.integers(100, 2500))
def test_a_fitted_picture_lies_whole_and_centred_in_the_view(
    width: int, height: int, view_width: int, view_height: int
) -> None:
    viewport = made((width, height), (view_width, view_height))
    left, top, shown_width, shown_height = viewport.visible()
    assert left >= 19 and top >= 19
    assert shown_width <= view_width - 38 and shown_height <= view_height - 38
    assert left == pytest.approx((view_width - shown_width) / 2, abs=1)
    assert viewport.zoom <= FIT_MAX


@given(st.floats(0.01, 60), st.integers(0, 800), st.integers(0, 600))
def test_zooming_in_keeps_the_point_under_the_pointer(zoom: float, x: int, y: int) -> None:
    viewport = made((6000, 4000))
    viewport.zoom_to(1.0)
    before = viewport.to_image((x, y))
    viewport.zoom_to(max(1.0, zoom), (x, y))
    after = viewport.to_view(before)
    if zoom >= 1:  # still larger than the view, so nothing is centred instead
        assert after == pytest.approx((x, y), abs=1.5)
    assert viewport.zoom <= ZOOM_MAX


@given(st.floats(-9000, 9000), st.floats(-9000, 9000), st.floats(0.3, 20))
def test_panning_never_leaves_a_gap(dx: float, dy: float, zoom: float) -> None:
    viewport = made((3000, 2500))
    viewport.zoom_to(zoom)
    viewport.pan(dx, dy)
    left, top, width, height = viewport.visible()
    if 3000 * viewport.zoom >= 800:
        assert (left, width) == pytest.approx((0, 800), abs=1)
    if 2500 * viewport.zoom >= 600:
        assert (top, height) == pytest.approx((0, 600), abs=1)


@given(st.floats(0.05, 32), st.floats(0, 4000), st.floats(0, 3000))
def test_view_and_picture_coordinates_are_each_others_inverse(
    zoom: float, x: float, y: float
) -> None:
    viewport = made((4000, 3000))
    viewport.zoom_to(zoom)
    assert viewport.to_image(viewport.to_view((x, y))) == pytest.approx((x, y), abs=1e-6)


def test_a_fitted_picture_follows_the_window_and_a_zoomed_one_does_not() -> None:
    viewport = made((4000, 3000))
    fitted = viewport.zoom
    viewport.set_view(1600, 1200, 20)
    assert viewport.zoom > fitted
    viewport.zoom_to(1.0)
    viewport.set_view(900, 700, 20)
    assert viewport.zoom == 1.0


def test_panning_a_fitted_picture_keeps_it_fitted() -> None:
    viewport = made((400, 300))
    viewport.pan(50, 50)
    assert viewport.fitted
    viewport.zoom_by(4)
    viewport.pan(50, 0)
    assert not viewport.fitted


def test_the_same_size_keeps_zoom_and_place_and_another_is_fitted() -> None:
    viewport = made((4000, 3000))
    viewport.zoom_to(2.0, (100, 100))
    centre = viewport.centre
    viewport.set_image(4000, 3000)
    assert (viewport.zoom, viewport.centre) == (2.0, centre)
    viewport.set_image(3000, 4000)
    assert viewport.fitted
