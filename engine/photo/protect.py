"""The photo jobs: protect one file, and compare two."""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.check.cloak_detector import noticed
from engine.context import Context
from engine.device import halvings, with_smaller
from engine.measure import photo as measures
from engine.measure.faces import likeness
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import Written, write_photo
from engine.models import builtin, faces as face_models
from engine.optimise.budget import Budget, budget_for, face_budget, limits
from engine.photo import face_cloak, faces, previews
from engine.photo.cloak import cloak, cloak_in_tiles
from engine.photo.threats import Plan, plan
from engine.problems import Problem
from engine.receipts import receipt_of

WORKING_SIDE = 1024  # default long side of the picture a cloak is searched on, in pixels
SMALLEST_SIDE = 256  # what it is halved to, at the least, when memory runs short
# JPEG adds its own error to the cloak's, and flat pictures lose SSIM faster than PSNR: when the
# file as re-read misses what its strength promises, the delta is scaled down and written again.
REWRITES = 4
PROMISES: dict[api.Strength, tuple[float, float]] = {  # PSNR in dB, SSIM
    "invisible": (40.0, 0.97),
    "balanced": (36.0, 0.94),
    "strong": (32.0, 0.88),
}


def protect(
    job: api.ProtectPhoto, context: Context
) -> Generator[api.Progress, None, api.PhotoResult]:
    """Cloak one photo and write it beside the original; measures the file as re-read.

    Raises ``Problem`` for a file that cannot be read or a folder that cannot be written.
    """
    began = time.monotonic()
    yield api.Progress(0, 1, "read")
    photo = read_photo(job.file)
    mask = _read_mask(job.mask, photo) if job.mask else None
    context.check()
    yield api.Progress(0, 1, "load")
    threats, boxes, notes = _threats(job, photo, mask, context)
    planned = plan(threats, context, job.folder, boxes)
    budget = (budget_for if planned.faces is None else face_budget)(job.strength, job.epsilon)
    side = max(photo.width, photo.height) if job.native else WORKING_SIDE
    if planned.faces is not None:
        side = face_cloak.working_side(boxes, photo, side)
    delta = yield from with_smaller(
        halvings(side, min(side, SMALLEST_SIDE)),
        lambda size: _search(job, photo, mask, budget, size, planned, context),
        stage="optimise",
    )
    yield api.Progress(0, 1, "write")
    written, measured = yield from _write(job, photo, delta, mask, budget, context)
    if boxes:
        measured = _with_faces(measured, boxes, context)
    yield api.Progress(1, 1, "measure")
    receipt = receipt_of(
        job,
        written.path,
        context,
        began,
        method=planned.name,
        parameters=_parameters(job, budget, planned),
        models=planned.hashes,
        measures=asdict(measured.figures),
        notes=photo.notes + notes + written.notes,
    )
    return api.PhotoResult(
        written.path,
        measured.figures,
        receipt,
        receipt.notes,
        _final_pictures(measured, context),
        measured.noticed,
    )


def measure(
    job: api.MeasurePhoto, context: Context
) -> Generator[api.Progress, None, api.MeasureResult]:
    """Compare two files. Raises ``Problem("photo.other-size")`` when they do not match."""
    yield api.Progress(0, 1, "read")
    original, protected = read_photo(job.file), read_photo(job.protected)
    yield api.Progress(0, 1, "measure")
    return api.MeasureResult(_measured(original, protected, context).figures)


# ---- searching ------------------------------------------------------------------------------


def _threats(
    job: api.ProtectPhoto, photo: Photo, mask: np.ndarray[Any, Any] | None, context: Context
) -> tuple[tuple[api.Threat, ...], tuple[api.FaceBox, ...], tuple[str, ...]]:
    """What is protected against, the faces if that is about faces, and notes.

    Without a face the other threats remain. Raises ``Problem("photo.no-face")`` when face swapping
    was the only one.
    """
    if "faceswap" not in job.threats:
        return job.threats, (), ()
    boxes = face_cloak.located(job, photo, mask, context)
    if boxes:
        return job.threats, boxes, ()
    rest = tuple(threat for threat in job.threats if threat != "faceswap")
    if not rest:
        raise Problem("photo.no-face", file=job.file.name)
    return rest, (), ("no-face",)


def _search(
    job: api.ProtectPhoto,
    photo: Photo,
    mask: np.ndarray[Any, Any] | None,
    budget: Budget,
    side: int,
    planned: Plan,
    context: Context,
) -> Generator[api.Progress, None, np.ndarray[Any, Any]]:
    """The delta (h, w, 3) at a working size of at most ``side`` pixels, upright sRGB."""
    image = _tensor(photo.working(side)).to(context.device)
    allowed = None
    for share in (mask, photo.opacity(side)):  # nothing is searched where nothing will be changed
        if share is not None:
            plane = torch.from_numpy(share).to(image)[None, None]
            plane = functional.interpolate(plane, size=image.shape[-2:], mode="area")
            allowed = plane if allowed is None else allowed * plane
    if planned.faces is not None:
        around = faces.soft_mask(image, planned.faces.faces_in(image))
        allowed = around if allowed is None else allowed * around
    limit = limits(image, budget, allowed)
    if planned.faces is not None:
        delta = yield from face_cloak.cloak(job, image, limit, planned.faces, context)
    elif job.native and max(image.shape[-2:]) > WORKING_SIDE:
        delta = yield from cloak_in_tiles(job, image, limit, planned, context)
    else:
        delta = yield from cloak(job, image, limit, planned, context)
    if job.epsilon is None:
        delta = _within_promise(image, delta, job.strength)
    found: np.ndarray[Any, Any] = delta[0].permute(1, 2, 0).contiguous().cpu().numpy()
    return found


def _within_promise(image: Tensor, delta: Tensor, strength: api.Strength) -> Tensor:
    """The delta, scaled down until the working-size picture keeps PSNR and SSIM.

    Tried here first, since writing and measuring a large file only to do it again is slow.
    """
    before = _bytes(image)
    for _ in range(REWRITES):
        after = _bytes(image + delta)
        scale = _shortfall(measures.psnr(before, after), measures.ssim(before, after), strength)
        if scale == 1.0:
            break
        delta = delta * scale
    return delta


def _shortfall(psnr: float, ssim: float, strength: api.Strength) -> float:
    """What to scale a delta by to keep the promise; 1 when it is kept.

    The mean square error, and closely 1 - SSIM, grow with the square of the delta.
    """
    psnr_goal, ssim_goal = PROMISES[strength]
    by_psnr = 10 ** ((psnr - psnr_goal) / 20)
    by_ssim = math.sqrt((1 - ssim_goal) / max(1 - ssim, 1e-9))
    scale = min(by_psnr, by_ssim)
    return 1.0 if scale >= 1 else 0.98 * scale


def _bytes(image: Tensor) -> np.ndarray[Any, Any]:
    pixels = (image[0].clamp(0, 1) * 255).round().to(torch.uint8)
    found: np.ndarray[Any, Any] = pixels.permute(1, 2, 0).contiguous().cpu().numpy()
    return found


def _read_mask(path: Path, photo: Photo) -> np.ndarray[Any, Any]:
    """Mask as float (h, w) in 0..1. Raises ``Problem("photo.mask-shape")`` for another aspect."""
    mask = read_photo(path)
    width, height = photo.upright_size
    mask_width, mask_height = mask.upright_size
    if abs(width / height - mask_width / mask_height) > 0.02 * width / height:
        raise Problem("photo.mask-shape", file=path.name, size=f"{width}x{height}")
    grey: np.ndarray[Any, Any] = mask.working(None).mean(axis=2)
    return np.ascontiguousarray(grey)


# ---- writing and measuring ------------------------------------------------------------------


@dataclass(frozen=True)
class _Measured:
    figures: api.PhotoMeasures
    image: Tensor  # the original at the working size
    delta: Tensor
    noticed: api.Noticed | None


def _write(
    job: api.ProtectPhoto,
    photo: Photo,
    delta: np.ndarray[Any, Any],
    mask: np.ndarray[Any, Any] | None,
    budget: Budget,
    context: Context,
) -> Generator[api.Progress, None, tuple[Written, _Measured]]:
    """Write, re-read, measure; again with less where the encoder's own error broke the promise."""
    scale = 1.0
    first: Path | None = None
    for attempt in range(REWRITES):
        samples = photo.apply(delta * np.float32(scale), budget.epsilon, mask)
        written = write_photo(photo, samples, first or job.out, strip_location=job.strip_location)
        del samples
        if first:  # written beside it under a free name; only now does the first try go
            written = replace(written, path=written.path.replace(first))
        yield api.Progress(0, 1, "measure")
        reread = read_photo(written.path)
        measured = _measured(photo, reread, context)
        figures = measured.figures
        less = 1.0 if job.epsilon else _shortfall(figures.psnr, figures.ssim, job.strength)
        if less == 1.0 or attempt == REWRITES - 1:
            return written, measured
        scale *= less
        first = written.path
    raise AssertionError("the last attempt returns")


def _measured(original: Photo, protected: Photo, context: Context) -> _Measured:
    if original.samples.shape[:2] != protected.samples.shape[:2]:
        raise Problem(
            "photo.other-size",
            first=f"{original.width}x{original.height}",
            second=f"{protected.width}x{protected.height}",
        )
    a, b = _comparable(original, protected)
    judge = builtin.autoencoder(builtin.JUDGE, context)
    whitening = builtin.whitening_of(builtin.JUDGE, context)
    image = _tensor(original.working(WORKING_SIDE)).to(context.device)
    delta = _tensor(protected.working(WORKING_SIDE)).to(context.device) - image

    def shift(change: Tensor) -> float:
        return round(measures.latent_shift(judge, whitening, image, change), 4)

    figures = api.PhotoMeasures(
        psnr=round(measures.psnr(a, b), 2),
        ssim=round(measures.ssim(a, b), 4),
        perceptual=round(measures.gmsd(a, b), 4),
        max_delta=round(measures.largest_change(a, b), 5),
        latent_shift=shift(delta),
        latent_shift_white=shift(measures.white_control(delta)),
        latent_shift_lowpass=shift(measures.lowpass_control(delta)),
    )
    return _Measured(figures, image, delta, noticed(protected))


def _with_faces(measured: _Measured, boxes: tuple[api.FaceBox, ...], context: Context) -> _Measured:
    """The figures with what the judge makes of the faces."""
    judge = face_models.identity(face_models.IDENTITY_JUDGE, context)
    image = measured.image
    found = faces.of_photo(image, boxes, context)
    figures = likeness(judge, image, image + measured.delta, found)
    return replace(measured, figures=replace(measured.figures, faces=figures))


def _comparable(original: Photo, protected: Photo) -> tuple[Any, Any]:
    """Samples of equal depth and channel count (a grey file may have been saved as RGB)."""
    a, b = original.samples, protected.samples
    if a.shape[2] != b.shape[2]:
        a, b = (np.repeat(s, 3 // s.shape[2], axis=2) for s in (a, b))
    if a.dtype != b.dtype:
        a, b = ((s.astype(np.uint16) * 257 if s.dtype == np.uint8 else s) for s in (a, b))
    return a, b


def _final_pictures(measured: _Measured, context: Context) -> tuple[api.Picture, ...]:
    looker = builtin.autoencoder(builtin.SURROGATES[0], context)
    image, delta = measured.image, measured.delta
    return (
        *previews.changed(image, delta),
        previews.seen("seen-original", image, looker),
        previews.seen("seen-protected", image + delta, looker),
    )


def _parameters(job: api.ProtectPhoto, budget: Budget, planned: Plan) -> dict[str, Any]:
    return {
        "threats": list(job.threats),
        "strength": job.strength if job.epsilon is None else None,
        "epsilon": round(budget.epsilon, 6),
        "rms": None if budget.rms is None else round(budget.rms, 6),
        "seed": job.seed,
        "constants": planned.constants,
        "mask": str(job.mask) if job.mask else None,
        "faces": None if job.faces is None else len(job.faces),
        "native": job.native,
        "strip_location": job.strip_location,
    }


def _tensor(image: np.ndarray[Any, Any]) -> Tensor:
    return torch.from_numpy(image).permute(2, 0, 1)[None].contiguous()
