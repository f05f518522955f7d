"""Checking a picture: its file, its pixels, what the detectors say, and whether they keep to it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine import api
from engine.check import camera, detectors, downloaded, own, provenance, sensor, traces
from engine.check.compare import comparison
from engine.check.detectors import Detector, Grid, scan
from engine.check.generators import generator_evidence
from engine.check.payloads import payload_evidence
from engine.check.texts import Text, texts_of
from engine.check.traces import SHOWN, heat_picture, picture
from engine.context import Context
from engine.media.photo import Photo
from engine.media.reading import read_photo

Pixels = NDArray[np.uint8]

SMALLEST = 256  # pixels of the shorter side below which no detector speaks
MAX_PIXELS = 120_000_000
_LOWEST_QUALITY = 50  # of a JPEG, below which its traces are gone
_LOWEST_BITS = 0.2  # a pixel, for other lossy files
_FLAT_SHARE = 0.45  # of 8x8 blocks without any texture: a drawing or a screenshot
SENT = "sent"  # a kind of file, in calibrations
_SENT_SIDE, _SENT_QUALITY = 1280, 75
_STABILITY = ("jpeg-75", "resize-0.75", "crop")
_STABILITY_SIDE = 1536  # pixels of the part of a large picture that the changes are tried on


@dataclass
class Looked:
    """What is known of a file so far."""

    facts: dict[str, str] = field(default_factory=dict)
    evidence: list[api.Evidence] = field(default_factory=list)
    readings: list[api.DetectorReading] = field(default_factory=list)
    stability: list[api.StabilityRow] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    pictures: list[api.Picture] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[api.Change] = field(default_factory=list)


Steps = Iterator[tuple[str, Looked]]  # the stage that begins, and what is known before it


def look(job: api.CheckFile, context: Context) -> Steps:
    """Yields before each stage. Raises what reading raises."""
    found = Looked()
    yield "read", found
    photo = read_photo(job.file, MAX_PIXELS)
    pixels = eight_bit(photo)
    found.facts |= {"format": photo.format, "size": f"{photo.width} x {photo.height}"}
    found.facts |= {"depth": str(photo.depth)}
    found.notes += [note for note in photo.notes if note in ("first-frame", "cmyk-converted")]
    seen = photo.working(SHOWN)
    found.pictures.append(picture("seen", seen))
    yield "evidence", found
    texts = texts_of(photo)
    stored = stored_pixels(photo, pixels)
    found.evidence += provenance.credentials_evidence(job.file, job.home)
    found.evidence += provenance.label_evidence(texts)
    found.evidence += generator_evidence(texts, stored)
    found.evidence += file_evidence(photo, texts, found)
    context.check()
    found.evidence += payload_evidence(pixels)
    context.check()
    found.evidence += own.mark_evidence(job, photo, context)
    found.evidence += own.rehearsal_evidence(photo)
    found.evidence += own.cloak_evidence(pixels, context)
    found.evidence += sensor.camera_evidence(photo.samples, job.home)
    if job.original is not None:
        evidence, difference = comparison(read_photo(job.original, MAX_PIXELS), photo)
        found.evidence.append(evidence)
        found.pictures.append(difference)
    found.obstacles += obstacles(photo, pixels, job.file.stat().st_size)
    yield "detect", found
    detector = detectors.load(detectors.IMAGE, context)
    grid = None if detector is None else scan(detector.network, pixels, context.check)
    if min(pixels.shape[:2]) >= 64:
        found.pictures += traces.trace_pictures(pixels, photo.format == "JPEG")
        found.evidence.append(api.Evidence("traces", "nothing", "explanation", picture="spectrum"))
    if detector is not None and grid is not None:
        kind = SENT if sent(photo) else ""
        found.readings.append(detector.reading(grid.logit, spread=_spread(grid), kind=kind))
        found.pictures.append(heat_picture(seen, grid.scores, grid.boxes))
    elif grid is None and detector is not None and "small" not in found.obstacles:
        found.obstacles.append("domain-flat")
    others = downloaded.detectors(downloaded.PICTURE, job.home, context, job.folder)
    for other in others:
        yield "detect", found
        found.readings.append(other.reading(downloaded.see(other, pixels)))
    if job.stability and not found.obstacles:
        some = [*([detector] if detector else []), *(o for o in others if not o.weak)]
        yield from _stability(some, pixels, found, context)
    yield "done", found


def file_evidence(photo: Photo, texts: tuple[Text, ...], found: Looked) -> list[api.Evidence]:
    """What the camera's side of the file says."""
    evidence = camera.exif_evidence(photo, texts)
    step = max(1, max(photo.width, photo.height) // 1024)
    seen = photo.samples[::step, ::step].astype(np.float32) / np.float32(photo.full_scale)
    small = np.repeat(seen, 3 // seen.shape[2], 2)
    about, thumbnail = camera.thumbnail_evidence(photo, small)
    if thumbnail is not None:
        found.pictures.append(picture("thumbnail", thumbnail))
    evidence += about
    if photo.format == "JPEG":
        evidence += camera.jpeg_evidence(photo, photo.path.read_bytes())
    return evidence


def obstacles(photo: Photo, pixels: Pixels, size: int) -> list[str]:
    """Why no detector may speak of this picture."""
    found = []
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST:
        found.append("small")
    quality = photo.encoding.quality
    bits = 8 * size / (height * width)
    lossy = photo.format in ("WEBP", "AVIF", "HEIF") and not photo.encoding.lossless
    if (quality is not None and quality < _LOWEST_QUALITY) or (lossy and bits < _LOWEST_BITS):
        found.append("recompressed")
    if flat_share(pixels) > _FLAT_SHARE:
        found.append("domain-flat")
    if photo.format == "GIF" or "bilevel-expanded" in photo.notes:
        found.append("domain-palette")
    return found


def sent(photo: Photo) -> bool:
    """Whether the picture looks as if a messenger or a network had made it smaller."""
    quality, longer = photo.encoding.quality, max(photo.width, photo.height)
    lossy = quality is not None or not photo.encoding.lossless
    return lossy and (longer <= _SENT_SIDE or (quality is not None and quality <= _SENT_QUALITY))


def flat_share(pixels: Pixels) -> float:
    """Share of 8x8 blocks of the file's grid whose green channel hardly changes."""
    height, width = (side // 8 * 8 for side in pixels.shape[:2])
    if not height or not width:
        return 1.0
    rows = np.ascontiguousarray(pixels[:height, :width, 1]).reshape(height // 8, 8, width)
    # Rows first: that way numpy works on whole lines of memory.
    high, low = rows.max(1), rows.min(1)
    high, low = high.reshape(-1, width // 8, 8).max(2), low.reshape(-1, width // 8, 8).min(2)
    return float(np.mean(high - low <= 1))


def eight_bit(photo: Photo) -> Pixels:
    """(H, W, 3) 8-bit samples as stored in the file: no turning, no colour conversion, since
    either would smooth away what is looked for."""
    samples = photo.samples
    if photo.depth == 16:
        samples = (samples >> 8).astype(np.uint8)
    pixels: Pixels = np.asarray(samples, np.uint8)
    return pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, 2)


def stored_pixels(photo: Photo, pixels: Pixels) -> Pixels | None:
    """What may hide a text in its lowest bits: lossless 8-bit files only."""
    if photo.depth != 8 or not photo.encoding.lossless:
        return None
    return pixels if photo.alpha is None else np.dstack([pixels, photo.alpha]).astype(np.uint8)


# ---- stability ------------------------------------------------------------------------------


def _stability(some: list[Detector], pixels: Pixels, found: Looked, context: Context) -> Steps:
    """Each detector's answer after each small change. Of a large picture the middle is changed, and
    compared with the middle as received; a downloaded detector is shown the whole."""
    if all(detector.builtin for detector in some):
        pixels = traces.centre(pixels, _STABILITY_SIDE)
    received = {detector.name: _logit(detector, pixels, context) for detector in some}
    for detector in some:
        if (logit := received[detector.name]) is not None:
            score = detector.reading(logit).score
            found.stability.append(api.StabilityRow("as-received", detector.name, score, True))
    for treatment in _STABILITY:
        yield "stability", found
        changed = treated(pixels, treatment)
        for detector in some:
            before, after = received[detector.name], _logit(detector, changed, context)
            if before is None or after is None:
                continue
            line, score = detector.calibration.threshold, detector.reading(after).score
            same = (after > line) == (before > line)
            found.stability.append(api.StabilityRow(treatment, detector.name, score, same))


def _logit(detector: Detector, pixels: Pixels, context: Context) -> float | None:
    if not detector.builtin:
        return downloaded.see(detector, pixels)
    grid = scan(detector.network, pixels, context.check, 20)
    return None if grid is None else grid.logit


def treated(pixels: Pixels, treatment: str) -> Pixels:
    """``pixels`` after one of the small changes that happen to every picture on its way."""
    from PIL import Image

    height, width = pixels.shape[:2]
    if treatment == "jpeg-75":
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "JPEG", quality=75)
        with Image.open(stream) as opened:
            return np.asarray(opened.convert("RGB"))
    if treatment == "resize-0.75":
        size = (max(1, round(width * 0.75)), max(1, round(height * 0.75)))
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
    if treatment == "crop":  # by an odd number of pixels, off the JPEG grid
        y, x = height // 16 | 1, width // 16 | 1
        return np.ascontiguousarray(pixels[y:-y, x:-x])
    raise ValueError(f"unknown treatment {treatment!r}")


def _spread(grid: Grid) -> float:
    low, high = np.percentile(grid.scores, (25, 75))
    return round(float(high - low), 4)
