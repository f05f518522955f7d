"""Where the canvas went: crop, resize, rotation, change of aspect, flip, without the original.

Two independent ways, both giving (2, 3) geometries for ``canvas.warp``:

- a keyed *template*, sinusoids whose peaks in the magnitude spectrum show the linear part and
  whose phases show the shift (``find``);
- *registration* against the creator's stored thumbnail (``register``).

Neither ever sees the key of the counted bits, so trying N geometries costs exactly a factor N.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter, uniform_filter

from engine.watermark.canvas import SIDE, Plane, warp
from engine.watermark.keys import Key, Keystream

PEAKS = 32
INNER, OUTER = 28.0, 80.0  # radii in cycles per canvas: above the strongest scene content, and
# below what a picture shrunk to a third still holds
OFF_AXIS = 6.0  # borders of a picture leak along the axes
APART = 5.0
SURROUND = 12.0  # pixels over which contrast is evened out before the template is looked for
PLACED, REFINED = 6, 3  # times as many linear parts are placed, and geometries refined, as wanted
FAINT = 2.0  # grey levels of contrast below which it is not raised

Geometry = npt.NDArray[np.float64]
Waves = npt.NDArray[np.complex64]
IDENTITY: Geometry = np.array([[1.0, 0, 0], [0, 1.0, 0]])


@dataclass(frozen=True)
class Template:
    """(32, 2) whole frequencies in cycles per canvas (x, y) and (32,) phases in radians."""

    frequencies: npt.NDArray[np.float64]
    phases: npt.NDArray[np.float64]


def template(stream: Keystream) -> Template:
    """Keyed frequencies in the half-plane x > 0, apart from each other and off the axes."""
    chosen: list[npt.NDArray[np.float64]] = []
    while len(chosen) < PEAKS:
        radius, angle = stream.uniform(2)
        # Uniform over the area of the half ring.
        radius = np.sqrt(INNER**2 + (OUTER**2 - INNER**2) * radius)
        angle = np.pi * (angle - 0.5)
        candidate = np.round(radius * np.array([np.cos(angle), np.sin(angle)]))
        if np.abs(candidate).min() < OFF_AXIS:
            continue
        if all(np.hypot(*(candidate - other)) >= APART for other in chosen):
            chosen.append(candidate)
    return Template(np.array(chosen), 2 * np.pi * stream.uniform(PEAKS))


def geometry_template(key: Key) -> Template:
    """The template of one key, the same for every scheme that marks the canvas."""
    return template(key.stream("canvas", "", "sync"))


def _waves(frequencies: npt.NDArray[np.float64]) -> tuple[Waves, Waves]:
    """(k, 512) complex exponentials along x and along y, the phase being zero at the centre."""
    place = (np.arange(SIDE) - (SIDE - 1) / 2) / SIDE
    along_x, along_y = (
        np.exp(2j * np.pi * frequencies[:, axis, None] * place).astype(np.complex64)
        for axis in (0, 1)
    )
    return along_x, along_y


def demodulate(canvas: Plane, keyed: Template) -> npt.NDArray[np.complex128]:
    """(k,) mean of canvas x conjugate wave: half of amplitude x exp(i phase)."""
    along_x, along_y = _waves(keyed.frequencies)
    return _correlate(canvas, along_x, along_y)


def _correlate(canvas: Plane, along_x: Waves, along_y: Waves) -> npt.NDArray[np.complex128]:
    # Two real products are three times as fast as one of mixed types.
    rows = along_y.real @ canvas - 1j * (along_y.imag @ canvas)
    return np.asarray((rows * along_x.conj()).sum(1) / (SIDE * SIDE), np.complex128)


def synthesise(amplitudes: npt.NDArray[np.float64], keyed: Template) -> Plane:
    """The template as a canvas: sum of amplitude x cos(2 pi f.u + phase)."""
    along_x, along_y = _waves(keyed.frequencies)
    factor = (amplitudes * np.exp(1j * keyed.phases)).astype(np.complex64)
    return np.asarray(((along_y * factor[:, None]).T @ along_x).real, np.float32)


def hiding(canvas: Plane) -> Plane:
    """(512, 512) how strong the template may stand at each place, mean square 1: more where there
    is contrast to hide it, and to which the search brings all places."""
    shape = np.sqrt(_contrast(canvas))
    return np.asarray(shape / np.sqrt(np.square(shape).mean()), np.float32)


def host_level(canvas: Plane, keyed: Template) -> npt.NDArray[np.float64]:
    """(k,) amplitude that a wave needs to stand as high as the picture itself around its
    frequency, where the search looks for it."""
    level = uniform_filter(np.abs(_spectrum(_balanced(canvas))), 9)
    x, y = _bins(keyed.frequencies)
    return np.asarray(2 * level[y, x] / float((1 / _contrast(canvas)).mean()), np.float64)


def _spectrum(canvas: Plane) -> npt.NDArray[np.complex64]:
    """Centred spectrum of the windowed canvas, per unit of window weight."""
    window = _window()
    centred = (canvas - canvas.mean()) * window
    return np.asarray(np.fft.fftshift(np.fft.fft2(centred)) / window.sum(), np.complex64)


@cache
def _window() -> Plane:
    edge = SIDE // 8
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
    line = np.concatenate([ramp, np.ones(SIDE - 2 * edge), ramp[::-1]])
    return np.asarray(np.outer(line, line), np.float32)


def _bins(frequencies: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], ...]:
    place = np.clip(np.rint(frequencies).astype(np.int64) + SIDE // 2, 0, SIDE - 1)
    return place[..., 0], place[..., 1]


def _linear_parts(aspect: float) -> npt.NDArray[np.float64]:
    """(h, 2, 2) candidate linear parts for a received picture of width/height ``aspect``.

    Rotation up to 8 degrees around 0 and 90, original 0.75 to 1.75 times as large as what was
    received, aspect changed by up to 14 %, and mirrored.
    """
    turns = np.deg2rad(np.arange(-8, 8.01, 0.8))
    turns = np.concatenate([turns, turns + np.pi / 2])
    sizes = np.exp(np.arange(np.log(0.75), np.log(1.75), 0.02))
    aspects = np.exp(np.arange(-0.14, 0.141, 0.02))
    turn, size, stretch, mirror = np.meshgrid(turns, sizes, aspects, (1.0, -1.0), indexing="ij")
    turn, size, stretch, mirror = (a.ravel() for a in (turn, size, stretch, mirror))
    # The original's extent in received pixels (height 1). After a quarter turn the original's
    # width lies along the received height.
    quarter = turn > np.pi / 4
    wide = np.where(quarter, 1.0, aspect) * size * np.sqrt(stretch) * mirror
    high = np.where(quarter, aspect, 1.0) * size / np.sqrt(stretch)
    parts = np.empty((turn.size, 2, 2))
    parts[:, 0, 0] = np.cos(turn) * wide / aspect
    parts[:, 0, 1] = -np.sin(turn) * high / aspect
    parts[:, 1, 0] = np.sin(turn) * wide
    parts[:, 1, 1] = np.cos(turn) * high
    return parts


def find(canvas: Plane, keyed: Template, aspect: float, count: int = 4) -> list[Geometry]:
    """The ``count`` likeliest geometries of a received canvas, best first.

    ``aspect`` is width / height of the received picture.
    """
    canvas = _balanced(canvas)
    magnitude = np.abs(_spectrum(canvas))
    white = np.minimum(magnitude / (uniform_filter(magnitude, 11) + 1e-6), 5.0)
    wide = maximum_filter(white, 3).astype(np.float32)
    parts = _linear_parts(aspect)
    inverse = np.linalg.inv(parts)
    scores = np.empty(len(parts), np.float32)
    for start in range(0, len(parts), 8192):
        chunk = inverse[start : start + 8192]
        # f' = A^-T f for every candidate A and every frequency f
        moved = keyed.frequencies @ chunk
        x, y = _bins(moved)
        scores[start : start + 8192] = wide[y, x].mean(1)
    placed: list[tuple[float, Geometry]] = []
    # Magnitudes only make a choice: whether the waves are in phase with each other tells more.
    for best in _distinct(parts, scores, PLACED * count):
        linear = _fit_peaks(parts[best], white, keyed)
        placed += [_fit_shift(side * linear, canvas, keyed) for side in (1.0, -1.0)]
    placed.sort(key=lambda pair: -pair[0])
    found = []
    for _, geometry in placed[: REFINED * count]:
        for _ in range(3):
            geometry = _refine(geometry, canvas, keyed)
        found.append((_agreement(geometry, canvas, keyed), geometry))
    found.sort(key=lambda pair: -pair[0])
    return [geometry for _, geometry in found[:count]]


def _balanced(canvas: Plane) -> Plane:
    """The canvas with equal contrast everywhere, so that no busy part drowns the template."""
    smooth = cv2.GaussianBlur(canvas, (0, 0), SURROUND)
    return np.asarray((canvas - smooth) / _contrast(canvas), np.float32)


def _contrast(canvas: Plane) -> Plane:
    detail = canvas - cv2.GaussianBlur(canvas, (0, 0), SURROUND / 2)
    power = cv2.GaussianBlur(np.square(detail), (0, 0), SURROUND)
    return np.asarray(np.sqrt(power + FAINT**2), np.float32)


def _distinct(
    parts: npt.NDArray[np.float64], scores: npt.NDArray[np.float32], count: int
) -> list[int]:
    """The best-scoring candidates that differ from each other by more than the peaks' width."""
    chosen: list[int] = []
    for index in np.argsort(-scores)[:4000]:
        if all(np.abs(parts[index] - parts[other]).max() > 0.035 for other in chosen):
            chosen.append(int(index))
            if len(chosen) == count:
                break
    return chosen


def _fit_peaks(
    linear: npt.NDArray[np.float64], white: npt.NDArray[np.float32], keyed: Template
) -> npt.NDArray[np.float64]:
    """Least squares over the peaks actually seen near where ``linear`` puts them."""
    for reach in (2, 1):
        expected = keyed.frequencies @ np.linalg.inv(linear)
        seen, weight = _nearest_peaks(expected, white, reach)
        root = np.sqrt(weight)[:, None]
        inverse, *_ = np.linalg.lstsq(root * keyed.frequencies, root * seen, rcond=None)
        if abs(np.linalg.det(inverse)) < 0.1:
            break
        linear = np.linalg.inv(inverse)
    return linear


def _nearest_peaks(
    expected: npt.NDArray[np.float64], white: npt.NDArray[np.float32], reach: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Centre of mass around the strongest bin within ``reach`` of each, and its weight."""
    seen, weight = np.empty_like(expected), np.empty(len(expected))
    x, y = _bins(expected)
    for index, (column, row) in enumerate(zip(x, y, strict=True)):
        column, row = (int(np.clip(v, reach + 1, SIDE - reach - 2)) for v in (column, row))
        patch = white[row - reach : row + reach + 1, column - reach : column + reach + 1]
        down, right = np.unravel_index(int(patch.argmax()), patch.shape)
        row, column = row - reach + int(down), column - reach + int(right)
        # What is added puts the centre of nothing at all in the middle.
        mass = white[row - 1 : row + 2, column - 1 : column + 2].astype(np.float64) ** 2 + 1e-12
        offsets = np.array([-1.0, 0.0, 1.0])
        seen[index] = (
            column - SIDE // 2 + (mass.sum(0) @ offsets) / mass.sum(),
            row - SIDE // 2 + (mass.sum(1) @ offsets) / mass.sum(),
        )
        weight[index] = max(white[row, column] - 1.5, 0.02) ** 2
    return seen, weight


def _fit_shift(
    linear: npt.NDArray[np.float64], canvas: Plane, keyed: Template
) -> tuple[float, Geometry]:
    """The shift at which the phases of the template agree best, and how well they do there."""
    moved = Template(keyed.frequencies @ np.linalg.inv(linear), keyed.phases)
    measured = demodulate((canvas - canvas.mean()) * _window(), moved)
    # Whatever the peak's strength, its phase counts the same beyond a multiple of the median.
    size = np.abs(measured)
    unit = measured / np.maximum(size, np.median(size) + 1e-9)
    places = np.arange(-0.45, 0.45, 1 / SIDE)
    # A shift t turns the phase by -2 pi f'.t; undo it and look for the sum in phase.
    back = unit * np.exp(-1j * keyed.phases)
    sums = _in_phase(back, moved.frequencies, places)
    row, column = np.unravel_index(int(sums.argmax()), sums.shape)
    return float(sums.max()), np.column_stack([linear, [places[column], places[row]]])


def _in_phase(
    back: npt.NDArray[np.complex128],
    frequencies: npt.NDArray[np.float64],
    places: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    """(n, n) sum of the unit phasors ``back`` with a shift (row, column of ``places``) undone."""
    turn_x = np.exp(2j * np.pi * frequencies[:, 0, None] * places).astype(np.complex64)
    turn_y = np.exp(2j * np.pi * frequencies[:, 1, None] * places).astype(np.complex64)
    return np.asarray(((turn_y * back[:, None].astype(np.complex64)).T @ turn_x).real)


_CENTRES = (-0.22, 0.0, 0.22)
_RADIUS = 0.28
_MOVES = np.arange(-8, 8.01, 0.25) / SIDE


@cache
def _patches() -> list[tuple[tuple[float, float, float], slice, slice, Plane]]:
    """Nine overlapping raised-cosine windows: centre (x, y, 1), rows, columns, weights."""
    place = (np.arange(SIDE) - (SIDE - 1) / 2) / SIDE
    lines = []
    for centre in _CENTRES:
        inside = np.flatnonzero(np.abs(place - centre) < _RADIUS)
        span = slice(int(inside[0]), int(inside[-1]) + 1)
        lines.append((span, 0.5 + 0.5 * np.cos(np.pi * (place[span] - centre) / _RADIUS)))
    return [
        ((x, y, 1.0), rows, columns, np.outer(down, right).astype(np.float32))
        for y, (rows, down) in zip(_CENTRES, lines, strict=True)
        for x, (columns, right) in zip(_CENTRES, lines, strict=True)
    ]


def _refine(geometry: Geometry, canvas: Plane, keyed: Template) -> Geometry:
    """Measure what is left of a shift in nine patches and correct the geometry for it."""
    aligned, known = warp(canvas, geometry)
    aligned = (aligned - aligned.mean()) * known
    along_x, along_y = _waves(keyed.frequencies)
    centres, moves, weights = [], [], []
    for centre, rows, columns, window in _patches():
        part = aligned[rows, columns] * window
        measured = _correlate(part, along_x[:, columns], along_y[:, rows])
        size = np.abs(measured)
        back = measured / np.maximum(size, np.median(size) + 1e-9) * np.exp(-1j * keyed.phases)
        sums = _in_phase(back, keyed.frequencies, _MOVES) / PEAKS
        row, column = np.unravel_index(int(sums.argmax()), sums.shape)
        centres.append(centre)
        moves.append((_MOVES[column], _MOVES[row]))
        weights.append(max(float(sums.max()) - 0.3, 0.01) ** 2)
    root = np.sqrt(np.array(weights))[:, None]
    fit, *_ = np.linalg.lstsq(root * np.array(centres), root * np.array(moves), rcond=None)
    # The content of u lies at u + fit(u) on the aligned canvas: compose with the geometry.
    whole = np.vstack([fit.T + np.eye(2, 3), [0.0, 0.0, 1.0]])
    return np.asarray(geometry @ whole)


def _agreement(geometry: Geometry, canvas: Plane, keyed: Template) -> float:
    """Mean cosine between the template's phases as sent and as seen, limited in strength."""
    aligned, known = warp(canvas, geometry)
    measured = demodulate((aligned - aligned.mean()) * known * _window(), keyed)
    size = np.abs(measured)
    unit = measured / np.maximum(size, np.median(size) + 1e-9)
    return float((unit * np.exp(-1j * keyed.phases)).real.mean())


def register(canvas: Plane, thumbnail: Plane) -> Geometry | None:
    """Geometry from the original's stored canvas to the received one, or ``None``.

    SIFT features matched both ways and an affine fit by RANSAC (OpenCV); 12 agreeing matches at
    least, so that unrelated pictures do not register.
    """
    detector = cv2.SIFT.create(nfeatures=1500)
    received_points, received = detector.detectAndCompute(_bytes(canvas), None)
    sent_points, sent = detector.detectAndCompute(_bytes(thumbnail), None)
    if received is None or sent is None or len(received) < 12 or len(sent) < 12:
        return None
    matches = cv2.BFMatcher(cv2.NORM_L2, crossCheck=True).match(sent, received)
    if len(matches) < 12:
        return None
    source = np.array([sent_points[m.queryIdx].pt for m in matches])
    target = np.array([received_points[m.trainIdx].pt for m in matches])
    matrix, inliers = cv2.estimateAffine2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=2.0, maxIters=5000
    )
    if matrix is None or int(inliers.sum()) < 12:
        return None
    if not 0.05 < abs(np.linalg.det(matrix[:, :2])) < 20:
        return None
    centre = np.full(2, (SIDE - 1) / 2)
    shift = (matrix[:, :2] @ centre + matrix[:, 2] - centre) / SIDE
    return np.column_stack([matrix[:, :2], shift])


def _bytes(canvas: Plane) -> npt.NDArray[np.uint8]:
    return np.asarray(np.clip(canvas + 0.5, 0, 255), np.uint8)
