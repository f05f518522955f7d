"""Sanitise a received picture: drive hidden payloads to chance within a strict limit.

[R] after ADS (arXiv 2512.24499), which uses a diffusion denoiser as proxy of the decoder. Without
such a model, the proxy is an edge-preserving bilateral filter: what it would remove is removed
(least significant bits, stego noise, faint patterns) and replaced by noise, all clipped to the
limit. The effect is measured on two test payloads put into the same picture: one in
the least significant bits and one pixel mark.
"""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np
import numpy.typing as npt

from engine import api
from engine.context import Context
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import write_photo
from engine.watermark.canvas import WORKING_SIDE, canvas_of
from engine.watermark.keys import Keystream, new_key
from engine.watermark.marking import apply_canvas, psnr_of
from engine.watermark.pixel import PixelScheme
from engine.watermark.scheme import spread

SUFFIX = "-sanitised"
TEST_PSNR = 42.0

Samples = npt.NDArray[np.unsignedinteger]


def sanitise(
    job: api.SanitiseFile, context: Context
) -> Generator[api.Progress, None, api.SanitiseResult]:
    """Write a sanitised copy and measure what it did. Raises ``Problem``."""
    yield api.Progress(0, 2, "read")
    photo = read_photo(job.file)
    noise = Keystream(new_key().master)
    yield api.Progress(0, 2, "sanitise")
    context.check()
    samples = sanitised(photo.samples, job.epsilon, noise)
    written = write_photo(photo, samples, job.out, suffix=SUFFIX)
    yield api.Progress(1, 2, "measure")
    context.check()
    change = np.abs(samples.astype(np.int32) - photo.samples.astype(np.int32)).max()
    return api.SanitiseResult(
        output=written.path,
        bound=round(float(change) / photo.full_scale, 5),
        psnr=round(psnr_of(photo.samples, samples), 2),
        effect=_effect(photo, job.epsilon, noise),
        notes=written.notes,
    )


def sanitised(samples: Samples, epsilon: float, noise: Keystream) -> Samples:
    """Denoised, refilled with noise and clipped: no sample moves by more than ``epsilon``.

    ``samples`` (h, w, 1 or 3), 8 or 16 bit. Every sample's lowest bits are redrawn.
    """
    full = float(np.iinfo(samples.dtype).max)
    limit = np.floor(epsilon * full)
    result = np.empty_like(samples)
    for channel in range(samples.shape[2]):
        plane = samples[..., channel].astype(np.float32)
        smooth = cv2.bilateralFilter(plane, 5, 3 * limit, 2.0)
        uniform = noise.uniform(plane.size).reshape(plane.shape).astype(np.float32)
        moved = smooth + (uniform - 0.5) * np.float32(limit)
        # One step is kept back for the lowest bit: at the limit it would follow the original's.
        reach = max(limit - 1, 0)
        moved = np.clip(np.rint(moved), np.maximum(plane - reach, 0), plane + reach)
        values = np.clip(moved, 0, full).astype(samples.dtype)
        if limit >= 1:
            lowest = noise.bits(plane.size).reshape(plane.shape)
            values = (values & ~np.ones_like(values)) | lowest
        result[..., channel] = values
    return result


def _effect(photo: Photo, epsilon: float, noise: Keystream) -> dict[str, tuple[float, ...]]:
    """Share of test bits still read before and after: least significant bits, and a pixel mark."""
    bits = noise.bits(photo.samples.size).reshape(photo.samples.shape)
    stego = (photo.samples & ~np.ones_like(photo.samples)) | bits
    cleaned = sanitised(stego, epsilon, noise)
    lowest = float(((cleaned & 1) == bits).mean())
    scheme = PixelScheme()
    secrets = scheme.setup(new_key())
    sent = spread(int.from_bytes(noise.take(8), "big"), scheme.length)
    delta = scheme.generate(canvas_of(photo.working(WORKING_SIDE)), secrets, sent, TEST_PSNR)
    marked = apply_canvas(photo, delta)
    read = []
    for version in (marked, sanitised(marked, epsilon, noise)):
        seen = Photo(photo.path, photo.format, version, photo.alpha, photo.orientation, photo.icc)
        soft = scheme.extract(canvas_of(seen.working(WORKING_SIDE)), secrets)
        read.append(round(float(((soft > 0) == (sent > 0)).mean()), 4))
    return {"least-significant-bits": (1.0, round(lowest, 4)), "pixel-mark": tuple(read)}
