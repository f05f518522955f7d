"""Sanitise a received picture: drive hidden payloads to chance within a strict limit.

Two layers, which together move no sample by more than the limit. Every sample is denoised, refilled
with noise and given a fresh lowest bit: what lies in the lowest bits or in faint patterns is gone.
And ADS (``ads``) moves the picture to where a diffusion-based decoder finds another noise.

What that did is measured on this very picture: how much of two test payloads is still read, and how
alike the noise is that two decoders find before and after, one that was the proxy and one that was
not; beside it, what plain noise of the same size would have done.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator

import cv2
import numpy as np
import numpy.typing as npt
import torch

from engine import api
from engine.context import Context
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import write_photo
from engine.models import builtin, ddim
from engine.models.roles import Denoiser
from engine.receipts import receipt_of
from engine.watermark import ads
from engine.watermark.canvas import WORKING_SIDE, Plane, canvas_of
from engine.watermark.generated import editor_of, encoded, sized
from engine.watermark.keys import Keystream, new_key
from engine.watermark.marking import apply_canvas, psnr_of
from engine.watermark.pixel import PixelScheme
from engine.watermark.scheme import spread

SUFFIX = "-sanitised"
TEST_PSNR = 42.0
MEASURED = 1536  # pixels, the longest side that test payloads are tried on
INVERSION = 8  # steps of the decoders that are asked what they find

Samples = npt.NDArray[np.unsignedinteger]
Run = Generator[api.Progress, None, api.SanitiseResult]


def sanitise(job: api.SanitiseFile, context: Context) -> Run:
    """Write a sanitised copy and measure what it did. Raises ``Problem``."""
    began = time.monotonic()
    steps = ads.STEPS if job.decoders else 0
    yield api.Progress(0, steps + 2, "read")
    photo = read_photo(job.file)
    noise = Keystream(new_key().master)
    moved = photo.samples
    models = {}
    if job.decoders:
        yield api.Progress(0, steps + 2, "load")
        id, denoiser = editor_of(context)
        models[id] = denoiser.sha256
        change = yield from _disturbed(photo, denoiser, job.epsilon, noise, context)
        moved = photo.apply(change, job.epsilon)
    yield api.Progress(steps, steps + 2, "sanitise")
    context.check()
    samples = sanitised(photo.samples, moved, job.epsilon, noise)
    written = write_photo(photo, samples, job.out, suffix=SUFFIX)
    yield api.Progress(steps + 1, steps + 2, "measure")
    # What is told is true of the file: a JPEG moves samples once more.
    saved = read_photo(written.path).samples
    samples = saved if saved.shape == samples.shape and saved.dtype == samples.dtype else samples
    change_of = np.abs(samples.astype(np.int32) - photo.samples.astype(np.int32)).max()
    bound = round(float(change_of) / photo.full_scale, 5)
    psnr = round(psnr_of(photo.samples, samples), 2)
    plain = _noisy(photo.samples, samples, noise)
    effect = _payloads(_middle(photo), _middle_of(moved), job.epsilon, noise, _middle_of(plain))
    if job.decoders:
        effect |= _decoders(photo, samples, plain, context)
    receipt = receipt_of(
        job,
        written.path,
        context,
        began,
        method="sanitise ads" if job.decoders else "sanitise",
        parameters={"epsilon": job.epsilon},
        models=models,
        measures={"psnr": psnr, "bound": bound, "effect": effect},
        notes=written.notes,
    )
    return api.SanitiseResult(written.path, bound, psnr, effect, receipt, written.notes)


def sanitised(samples: Samples, moved: Samples, epsilon: float, noise: Keystream) -> Samples:
    """Denoised, refilled with noise and clipped: no sample moves by more than ``epsilon``.

    ``samples`` (h, w, 1 or 3), 8 or 16 bit, and the same ``moved`` by ADS (or not at all). Every
    sample's lowest bits are redrawn.
    """
    full = float(np.iinfo(samples.dtype).max)
    limit = np.floor(epsilon * full)
    result = np.empty_like(samples)
    for channel in range(samples.shape[2]):
        plane = samples[..., channel].astype(np.float32)
        smooth = cv2.bilateralFilter(plane, 5, 3 * limit, 2.0) + (moved[..., channel] - plane)
        uniform = noise.uniform(plane.size).reshape(plane.shape).astype(np.float32)
        value = smooth + (uniform - 0.5) * np.float32(limit)
        # One step is kept back for the lowest bit: at the limit it would follow the original's.
        reach = max(limit - 1, 0)
        value = np.clip(np.rint(value), np.maximum(plane - reach, 0), plane + reach)
        values = np.clip(value, 0, full).astype(samples.dtype)
        if limit >= 1:
            lowest = noise.bits(plane.size).reshape(plane.shape)
            values = (values & ~np.ones_like(values)) | lowest
        result[..., channel] = values
    return result


def _disturbed(
    photo: Photo, denoiser: Denoiser, epsilon: float, noise: Keystream, context: Context
) -> Generator[api.Progress, None, Plane]:
    """The change (h, w, 3) that ADS finds, at the size the built-in denoiser works at."""
    image = _image(sized(photo.working(WORKING_SIDE)))
    seed = int.from_bytes(noise.take(4), "big")
    change = torch.zeros_like(image)
    for step, better in enumerate(ads.disturbed(denoiser, image, epsilon, seed)):
        context.check()
        yield api.Progress(step, ads.STEPS + 2, "sanitise")
        change = better
    return np.ascontiguousarray(change[0].float().cpu().numpy().transpose(1, 2, 0))


def _payloads(
    photo: Photo, moved: Samples, epsilon: float, noise: Keystream, plain: Samples
) -> dict[str, tuple[float, ...]]:
    """Share of test bits read before, after, and after plain noise: one payload in the lowest
    bits, one in a pixel mark. ``moved`` and ``plain`` are changes of the picture without them."""
    step = moved.astype(np.int32) - photo.samples
    same = plain.astype(np.int32) - photo.samples
    full = photo.full_scale

    def versions(stego: Samples) -> tuple[Samples, ...]:
        pushed, drowned = (
            np.clip(stego + change, 0, full).astype(stego.dtype) for change in (step, same)
        )
        return stego, sanitised(stego, pushed, epsilon, noise), drowned

    bits = noise.bits(photo.samples.size).reshape(photo.samples.shape)
    stego = (photo.samples & ~np.ones_like(photo.samples)) | bits
    lowest = [round(float(((v & 1) == bits).mean()), 4) for v in versions(stego)]
    scheme = PixelScheme()
    secrets = scheme.setup(new_key())
    sent = spread(int.from_bytes(noise.take(8), "big"), scheme.length)
    delta = scheme.generate(canvas_of(photo.working(WORKING_SIDE)), secrets, sent, TEST_PSNR)
    read = []
    for version in versions(apply_canvas(photo, delta)):
        soft = scheme.extract(canvas_of(_seen(photo, version)), secrets)
        read.append(round(float(((soft > 0) == (sent > 0)).mean()), 4))
    return {"least-significant-bits": tuple(lowest), "pixel-mark": tuple(read)}


def _decoders(
    photo: Photo, samples: Samples, plain: Samples, context: Context
) -> dict[str, tuple[float, ...]]:
    """Correlation of the noise that a decoder finds with what it finds in the original."""
    effect = {}
    for name, id in (("known-decoder", builtin.EDITOR), ("other-decoder", builtin.EDITOR_JUDGE)):
        if not (builtin.FOLDER / id).is_dir():
            continue
        denoiser = builtin.editor(id, context).denoiser
        first, *others = (
            _found(denoiser, sized(_seen(photo, version)), context)
            for version in (photo.samples, samples, plain)
        )
        alike = [float(np.corrcoef(first, other)[0, 1]) for other in others]
        effect[name] = (1.0, *(round(value, 4) for value in alike))
    return effect


@torch.no_grad()
def _found(denoiser: Denoiser, rgb: Plane, context: Context) -> npt.NDArray[np.float32]:
    """(n,) the noise that a picture seems to have been made from."""
    empty = denoiser.condition(denoiser.embed([""]))
    latent = encoded(denoiser, rgb)
    times = ddim.schedule(denoiser, INVERSION)
    for t, to in itertools.pairwise(times):
        context.check()
        latent = ddim.move(denoiser, latent, t, to, empty)
    return np.asarray(latent.float().cpu().numpy().reshape(-1), np.float32)


def _noisy(samples: Samples, changed: Samples, noise: Keystream) -> Samples:
    """The picture with uniform noise of as much energy as the change has: the control."""
    size = np.float32(np.iinfo(samples.dtype).max * 10 ** (-psnr_of(samples, changed) / 20))
    result = np.empty_like(samples)
    for channel in range(samples.shape[2]):
        plane = samples[..., channel]
        uniform = noise.uniform(plane.size).reshape(plane.shape).astype(np.float32)
        value = np.rint(plane + (2 * uniform - 1) * np.sqrt(np.float32(3)) * size)
        result[..., channel] = np.clip(value, 0, np.iinfo(samples.dtype).max)
    return result


def _middle(photo: Photo) -> Photo:
    """The middle of a large photo, which is enough to measure on."""
    alpha = None if photo.alpha is None else _middle_of(photo.alpha)
    samples = _middle_of(photo.samples)
    return Photo(photo.path, photo.format, samples, alpha, photo.orientation, photo.icc)


def _middle_of(samples: Samples) -> Samples:
    high, wide = (
        slice(max(0, (n - MEASURED) // 2), (n + MEASURED) // 2) for n in samples.shape[:2]
    )
    return samples[high, wide]


def _seen(photo: Photo, samples: Samples) -> Plane:
    """(h, w, 3) upright, as a reader sees these samples of the photo."""
    version = Photo(photo.path, photo.format, samples, photo.alpha, photo.orientation, photo.icc)
    return version.working(WORKING_SIDE)


def _image(rgb: Plane) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1), np.float32))[None]
