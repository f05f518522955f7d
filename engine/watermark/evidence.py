"""What a verification shows: the received picture, the registered work, and where the mark is.

The heat map says for every place how much of the mark is there: the pixel tier's own coefficients
are asked block by block, under the key and payload that were found, and their answer is weighed
against what this mark should say there: in calm or much textured pictures it says little at a
single place, so more places are asked together, and where even that is too little the map stays
between its colours. Bits that live in frequencies have no places (PhaseMark, and what a strong blur
leaves of the pixel tier); there the picture is compared with the registered work instead.
"""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from engine import api
from engine.context import Context
from engine.media.atomic import atomic, free_name
from engine.watermark import looks
from engine.watermark.canvas import BLOCKS, SIDE, Plane, warp
from engine.watermark.pixel import PixelScheme
from engine.watermark.registry import Registry, Work
from engine.watermark.scheme import spread
from engine.watermark.search import Found

LONG_SIDE = 480  # of a picture to show
WORK_SIDE = 160  # of a registered work in a list
REACH = 2.0, 8.0  # blocks over which the mark is summed, standard deviation: as many as it takes
CLEAR = 6.0  # for a mark that should stand so many deviations above chance in the middle of places
LOST = 0.1  # probability of the mark below which a place counts as changed
HALF = 0.5  # where a map of another kind has its bound
UNLIKE = 24.0  # difference of grey levels at which a place no longer shows the work
PRESENT, ABSENT = np.array([46, 111, 214]), np.array([226, 120, 36])  # blue and orange


def pictures(
    rgb: Plane, canvas: Plane, found: Found | None, intact: Plane | None = None
) -> tuple[tuple[api.Picture, ...], float | None]:
    """The received picture, and for a found mark the work and the heat map; then the share of
    the picture where the mark is not. ``rgb`` is the received (h, w, 3) in 0..1; ``intact``
    (64, 64) is what the scheme itself says about places."""
    shown = [_picture("received", rgb * 255)]
    if found is None or not found.evidence.found:
        return tuple(shown), None
    if found.work is not None:
        look = look_of(found.work, LONG_SIDE)
        shown += [look] if look else []
    inside = _resized(warp(canvas, found.geometry)[1], BLOCKS, BLOCKS)
    presence = _presence(canvas, found) if intact is None else (intact, HALF)
    if presence is None:
        return tuple(shown), None
    heat, bound = presence
    changed = float(((heat < bound) & (inside > 0.5)).sum() / max(1, (inside > 0.5).sum()))
    shown.append(_heat(rgb, heat, found.geometry))
    return tuple(shown), round(changed, 3)


def strip(presence: npt.NDArray[np.float32]) -> tuple[api.Picture, float]:
    """The heat map of a recording: (n,) 0..1 per frame, from its beginning to its end."""
    columns = np.repeat(presence, max(1, LONG_SIDE // len(presence)))
    colours = ABSENT + columns[None, :, None] * (PRESENT - ABSENT)
    changed = round(float((presence < 0.5).mean()), 3)
    return _picture("heat", np.repeat(colours, 28, axis=0)), changed


def list_works(
    job: api.ListWorks, context: Context
) -> Generator[api.Progress, None, api.WorksResult]:
    """The registry for people: what was marked, newest first."""
    yield api.Progress(0, 1, "read")
    registry = Registry(job.home)
    output = None
    if job.out is not None:
        output = free_name(job.out)
        text = registry.export(job.search, pictures=output.suffix.lower() == ".html")
        with atomic(output) as part:
            part.write_text(text, encoding="utf-8")
    return api.WorksResult(
        output=output,
        works=tuple(
            api.WorkFacts(
                id=work.id,
                identity=work.identity,
                key=work.public_id,
                payload=f"{work.payload:016x}",
                scheme=work.scheme,
                title=work.title,
                created=work.created,
                output=work.output,
                sha256=work.sha256,
                hash=f"{work.hash:016x}",
                picture=look_of(work, WORK_SIDE),
            )
            for work in registry.works(job.search)
        ),
    )


def look_of(work: Work, side: int) -> api.Picture | None:
    """What a registered work looked like, grey; None for recordings."""
    canvas = work.canvas
    if canvas is None:
        return None
    height, width = side, side
    if (aspect := float(work.reading.get("aspect", 1.0))) >= 1:
        height = max(1, round(side / aspect))
    else:
        width = max(1, round(side * aspect))
    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    return _picture("work", np.repeat(small[..., None], 3, axis=2))


def _presence(canvas: Plane, found: Found) -> tuple[Plane, float] | None:
    """(64, 64) 0..1 how much the mark, or else the work, is there, in the work's own geometry;
    and the value below which a place counts as changed."""
    if found.scheme == PixelScheme.id and not found.blur:
        scheme = PixelScheme()
        bits = spread(found.payload, scheme.length)
        seen, secrets = found.read(canvas), scheme.setup(found.key)
        return _probability(*scheme.agreement(seen, secrets, bits)), LOST
    stored = None if found.work is None else found.work.canvas
    if stored is None:
        return None
    aligned, known = warp(canvas, found.geometry)
    if found.blur:
        stored = looks.blurred(stored, found.aspect, found.blur)
    inside = _resized(known, BLOCKS, BLOCKS)
    a, b = (_resized(plane, BLOCKS, BLOCKS) for plane in (aligned, stored))
    # Brightness and contrast may have changed as a whole: what counts is where it does not fit.
    slope, level = np.polyfit(b[inside > 0.5], a[inside > 0.5], 1)
    unlike = gaussian_filter(np.abs(a - (slope * b + level)), 1.0)
    return np.clip(1.5 - unlike / UNLIKE, 0, 1).astype(np.float32), HALF


def _probability(agreement: Plane, gain: Plane) -> Plane:
    """(4096, 9) signed agreement of coefficients, and what the mark adds to each of them but for
    a common factor -> (64, 64) probability that the place carries the mark, at even odds before.

    Without the mark the sum of a place, over its deviation, is normal with mean 0 (the key's signs
    are fair) and with it normal around what the mark adds, both with deviation 1.
    """
    strength = float((agreement * gain).sum() / np.square(gain).sum())
    reach, most = REACH
    while True:
        seen, expected = _locally(agreement, strength * gain, reach)
        middle = float(np.median(expected))
        if middle >= CLEAR or reach >= most:
            break
        reach = min(most, reach * max(1.1, CLEAR / max(middle, 0.1)))
    return np.asarray(
        1 / (1 + np.exp(np.clip(expected * (expected / 2 - seen), -50, 50))), np.float32
    )


def _locally(agreement: Plane, added: Plane, reach: float) -> tuple[Plane, Plane]:
    """(64, 64) deviations above chance that the places show, and that the mark would explain."""
    total, mark = (plane.sum(1).reshape(BLOCKS, BLOCKS) for plane in (agreement, added))
    power = np.square(agreement).sum(1).reshape(BLOCKS, BLOCKS)
    # A sum with weights g has the variance of the squares summed with weights g^2, which for a
    # Gaussian is a narrower Gaussian of less weight.
    weight = 1 / (4 * np.pi * reach**2)
    deviation = np.sqrt(gaussian_filter(power, reach / np.sqrt(2)) * weight + 1e-9)
    return gaussian_filter(total, reach) / deviation, gaussian_filter(mark, reach) / deviation


def _heat(rgb: Plane, heat: Plane, geometry: npt.NDArray[np.float64]) -> api.Picture:
    """The received picture in grey under the colours of the heat map."""
    whole = np.asarray(cv2.resize(heat, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.float32)
    there = _received(whole, geometry)
    covered = _received(np.ones_like(whole), geometry)
    small = _small(rgb * 255)
    height, width = small.shape[:2]
    there, covered = (_resized(plane, width, height) for plane in (there, covered))
    grey = 60 + 0.75 * small.mean(2, keepdims=True)
    colours = ABSENT + there[..., None] * (PRESENT - ABSENT)
    share = 0.5 * covered[..., None]
    return _picture("heat", (1 - share) * grey + share * colours)


def _received(canvas: Plane, geometry: npt.NDArray[np.float64]) -> Plane:
    """A plane of the work's canvas as it lies in the received one: the inverse of ``warp``."""
    linear, shift = geometry[:, :2], geometry[:, 2]
    back = np.linalg.inv(linear)
    there, known = warp(canvas, np.column_stack([back, -back @ shift]))
    return there * known


def _resized(plane: Plane, width: int, height: int) -> Plane:
    how = cv2.INTER_AREA if width < plane.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, (width, height), interpolation=how), np.float32)


def _small(pixels: Plane) -> Plane:
    factor = LONG_SIDE / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    return np.asarray(
        cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.float32
    )


def _picture(name: str, pixels: npt.NDArray[np.floating]) -> api.Picture:
    """(h, w, 3) in 0..255 as a packed picture."""
    small = np.clip(_small(np.asarray(pixels, np.float32)) + 0.5, 0, 255).astype(np.uint8)
    return api.Picture(name, small.shape[1], small.shape[0], small.tobytes())
