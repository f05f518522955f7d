"""The fingerprint of a camera's sensor (PRNU): "taken with your camera, p = ...".

After Lukas, Fridrich and Goljan (2006) and Chen et al. (2008): every pixel of a sensor answers to
light a little more or less than its neighbours. With noise residuals ``W_i = I_i - denoise(I_i)``
of a camera's shots the factor is estimated as ``K = sum W_i I_i / sum I_i^2``, cleaned of what all
cameras of a make share (row and column means, and peaks of the spectrum). A picture of the same
camera in the same size correlates with ``K I``: the peak of the cross-correlation at no shift is
compared with all other shifts, which are the null distribution of this very picture.
"""

from __future__ import annotations

import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api import (
    CameraResult,
    CamerasResult,
    EnrolCamera,
    Evidence,
    ListCameras,
    Progress,
)
from engine.context import Context
from engine.media.atomic import atomic, free_name
from engine.media.reading import read_photo
from engine.problems import Problem

Plane = NDArray[np.float32]

FEWEST_SHOTS = 10
_SIDE = 1024  # the middle of the picture that is used, at most
_ALPHA = 1e-6  # corrected for the cameras tried
_FOLDER = "cameras"
# What reading a damaged archive of arrays may raise.
_DAMAGE: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    EOFError,
    RuntimeError,
    MemoryError,
)
_DAMAGE += (SyntaxError, OverflowError, struct.error, zipfile.BadZipFile, zlib.error)
_DAMAGE += (tokenize.TokenError,)  # numpy reads an array's header as Python


def residual(grey: Plane) -> Plane:
    """Noise of a plane in 0..255: the plane less its local Wiener estimate (3x3 and 5x5)."""
    from scipy.ndimage import uniform_filter

    smallest: Plane | None = None
    for size in (3, 5, 7):
        mean = uniform_filter(grey, size)
        variance = np.maximum(uniform_filter(grey * grey, size) - mean * mean - 9.0, 0)
        noise = (grey - mean) * (9.0 / (variance + 9.0))
        smallest = (
            noise
            if smallest is None
            else np.where(np.abs(noise) < np.abs(smallest), noise, smallest)
        )
    assert smallest is not None
    return smallest.astype(np.float32)


def cleaned(fingerprint: Plane) -> Plane:
    """Without row and column means and without spectral peaks, which makes of camera share."""
    flat = fingerprint - fingerprint.mean(0, keepdims=True)
    flat = flat - flat.mean(1, keepdims=True)
    spectrum = np.fft.rfft2(flat)
    size = np.abs(spectrum)
    limit = 4 * float(np.median(size)) + 1e-12
    made = np.fft.irfft2(spectrum * np.minimum(1, limit / (size + 1e-12)), flat.shape)
    return made.astype(np.float32)


def z_score(grey: Plane, fingerprint: Plane) -> float:
    """How far the correlation at no shift lies above all other shifts, in standard deviations."""
    noise = cleaned(residual(grey))
    expected = fingerprint * grey
    expected = expected - expected.mean()
    surface = np.fft.irfft2(
        np.fft.rfft2(noise) * np.conj(np.fft.rfft2(expected)), noise.shape
    ).astype(np.float64)
    peak = float(surface[0, 0])
    others = surface.copy()
    for dy in range(-5, 6):
        for dx in range(-5, 6):
            others[dy, dx] = np.nan
    return (peak - float(np.nanmean(others))) / (float(np.nanstd(others)) + 1e-12)


def p_value(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2))


def middle(samples: NDArray[np.unsignedinteger]) -> Plane:
    """The middle of the stored green (or grey) channel, 0..255."""
    channel = samples[..., min(1, samples.shape[2] - 1)]
    height, width = (min(side, _SIDE) for side in channel.shape)
    y, x = (channel.shape[0] - height) // 2, (channel.shape[1] - width) // 2
    scale = 255 / float(np.iinfo(samples.dtype).max)
    return channel[y : y + height, x : x + width].astype(np.float32) * np.float32(scale)


# ---- jobs and evidence ----------------------------------------------------------------------


@dataclass(frozen=True)
class Camera:
    """A fingerprint as it is kept. ``size``: width and height of the camera's pictures."""

    name: str
    size: tuple[int, int]
    shots: int
    agreement: float
    fingerprint: Plane = field(repr=False)


def cameras(home: Path) -> Iterator[tuple[Path, Camera]]:
    """Every camera learnt, with its file; damaged files are left out."""
    for file in sorted((home / _FOLDER).glob("*.npz")):
        try:
            with np.load(file, allow_pickle=False) as stored:
                width, height = (int(side) for side in stored["size"])
                camera = Camera(
                    str(stored["name"]),
                    (width, height),
                    int(stored["shots"]) if "shots" in stored else FEWEST_SHOTS,
                    float(stored["agreement"]) if "agreement" in stored else 0.0,
                    stored["fingerprint"].astype(np.float32),
                )
        except _DAMAGE:
            continue
        if np.isfinite(camera.fingerprint).all():
            yield file, camera


def camera_evidence(samples: NDArray[np.unsignedinteger], home: Path) -> list[Evidence]:
    """Whether one of the user's own cameras took this picture."""
    size = (samples.shape[1], samples.shape[0])
    known = [camera for _, camera in cameras(home) if camera.size == size]
    found = []
    for camera in known:
        grey = middle(samples)
        if grey.shape != camera.fingerprint.shape:
            continue
        p = min(1.0, p_value(z_score(grey, camera.fingerprint)) * len(known))
        details: dict[str, str | float] = {"camera": camera.name, "p": p}
        if p < _ALPHA:
            found.append(Evidence("own-camera", "camera", "strong", details))
        else:
            found.append(Evidence("own-camera-not", "nothing", "explanation", details))
    return found


def enrol(job: EnrolCamera, context: Context) -> Generator[Progress, None, CameraResult]:
    """Learn a fingerprint. Raises ``camera.few``, ``camera.sizes`` and what reading raises."""
    if len(job.files) < FEWEST_SHOTS:
        raise Problem("camera.few", needed=FEWEST_SHOTS, given=len(job.files))
    above: list[Plane] = []
    below: list[Plane] = []
    size: tuple[int, int] | None = None
    for number, file in enumerate(job.files):
        yield Progress(number, len(job.files), "fingerprint")
        context.check()
        photo = read_photo(file)
        size = size or (photo.width, photo.height)
        if size != (photo.width, photo.height):
            raise Problem("camera.sizes", file=file.name)
        grey = middle(photo.samples)
        # Clipped pixels say nothing of the sensor.
        usable = (grey < 250) & (grey > 5)
        above.append(residual(grey) * grey * usable)
        below.append(grey * grey * usable)
    total, weight = np.sum(above, 0), np.sum(below, 0)
    agreement = []
    for index, file in enumerate(job.files[:4]):
        context.check()
        grey = middle(read_photo(file).samples)
        others = cleaned((total - above[index]) / (weight - below[index] + 1.0))
        agreement.append(z_score(grey, others))
    fingerprint = cleaned(total / (weight + 1.0))
    assert size is not None
    folder = job.home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    safe = (
        "".join(c if c.isalnum() or c in " -_" else "_" for c in job.name)[:60].strip() or "camera"
    )
    with atomic(free_name(folder / f"{safe}.npz")) as part, part.open("wb") as out:
        agreed = round(float(np.mean(agreement)), 2)
        np.savez_compressed(
            out,
            name=job.name,
            size=size,
            fingerprint=fingerprint.astype(np.float16),
            shots=len(job.files),
            agreement=agreed,
        )
    return CameraResult(job.name, len(job.files), size[0], size[1], agreed)


def known(job: ListCameras) -> CamerasResult:
    """The cameras that are known, after those to forget are gone. A damaged file is left out."""
    found = []
    for file, camera in cameras(job.home):
        if camera.name in job.forget:
            try:
                file.unlink()
            except OSError as error:
                raise Problem("folder.unwritable", folder=str(file.parent)) from error
            continue
        width, height = camera.size
        found.append(CameraResult(camera.name, camera.shots, width, height, camera.agreement))
    return CamerasResult(tuple(sorted(found, key=lambda camera: camera.name)))
