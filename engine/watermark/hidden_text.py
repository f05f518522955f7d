"""Text in pictures that the app itself makes (``agm``): hidden while they are made, and read back.

A research scheme. The picture is made, saved and read back; how well its start returned says how
strong the text must be in it, and it is made again until it is no stronger than needed.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engine import api
from engine.context import Context
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import write_photo
from engine.models.roles import Condition, Denoiser
from engine.problems import Problem
from engine.receipts import receipt_of
from engine.watermark import agm, channels, codes, pai, session
from engine.watermark.canvas import WORKING_SIDE, Plane
from engine.watermark.generated import SIDE, SUFFIX, decoded, editor_of, encoded, sized, start_of
from engine.watermark.keys import Key

HOPED = 0.6  # correlation with which a start returns, before one knows
TRIES = 4  # pictures that are made at most
CLOSE = 0.85  # of the strength that was used: a weaker one is not worth another picture
TREATED = ("jpeg-90", "jpeg-50")

Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Made:
    samples: npt.NDArray[np.uint8]
    mapped: agm.Map
    returned: float  # correlation of the start that was read back with the one it was made from
    reads: bool

    @property
    def seen(self) -> Plane:
        return np.asarray(self.samples / np.float32(255), np.float32)


def hide(job: api.HideText, context: Context) -> Generator[api.Progress, None, api.HiddenText]:
    """Edit one picture from a start that carries the text. Raises ``Problem``."""
    began = time.monotonic()
    yield api.Progress(0, TRIES + 2, "read")
    if not job.text:
        raise Problem("hidden.empty")
    room = agm.room_for(job.text)
    if room is None:
        raise Problem("hidden.long", size=len(job.text.encode()), most=agm.ROOMS[-1])
    (identity,) = session.chosen(job.home, (job.identity,))
    rgb = sized(read_photo(job.file).working(WORKING_SIDE))
    yield api.Progress(0, TRIES + 2, "load")
    id, denoiser = editor_of(context)
    latents = encoded(denoiser, rgb)
    condition = denoiser.condition(denoiser.embed([job.instruction]), latents)
    shape = (int(latents.shape[1]), int(latents.shape[2]), int(latents.shape[3]))
    keyed = agm.carriers(identity.key, denoiser.sha256, room, shape)
    bits = agm.frame(identity.key, job.text, room)
    best: _Made | None = None
    mean = min(agm.STRONGEST, agm.weakest(HOPED, keyed))
    for number in range(TRIES):
        yield api.Progress(number + 1, TRIES + 2, "mark")
        made = _made(denoiser, identity.key, bits, keyed, mean, condition, rgb, shape, context)
        least = min(agm.STRONGEST, agm.weakest(made.returned, keyed))
        if made.reads:
            best = made
            if least >= CLOSE * mean:
                break
        elif best is not None or mean >= agm.STRONGEST:
            break
        else:
            least = min(agm.STRONGEST, max(least, 1.25 * mean))
        mean = least
    if best is None:
        raise Problem("hidden.room", size=len(job.text.encode()))
    sheet = Photo(job.file.with_suffix(".png"), "PNG", best.samples)
    written = write_photo(sheet, best.samples, job.out, suffix=SUFFIX)
    yield api.Progress(TRIES + 1, TRIES + 2, "measure")
    accuracy, reads = _survival(denoiser, identity.key, bits, keyed, best.seen, context)
    receipt = receipt_of(
        job,
        written.path,
        context,
        began,
        method=f"hidden text {agm.ID}",
        parameters={
            "identity": identity.name,
            "key": identity.key.public_id,
            "instruction": job.instruction,
            "room": room,
        },
        models={id: denoiser.sha256},
        measures={"accuracy": accuracy, "divergence": best.mapped.divergence},
        notes=written.notes,
    )
    return api.HiddenText(
        output=written.path,
        identity=identity.name,
        room=room,
        mean=round(best.mapped.mean, 4),
        spread=round(best.mapped.spread, 4),
        divergence=best.mapped.divergence,
        entries=int(np.prod(shape)),
        accuracy=accuracy,
        reads=reads,
        receipt=receipt,
    )


def reveal(job: api.ReadText, context: Context) -> Generator[api.Progress, None, api.FoundText]:
    """Read a text that any of the identities hid. Raises ``Problem``.

    The picture is looked at as it is, and brought to the size that most pictures are made at."""
    yield api.Progress(0, 2, "read")
    owners = session.chosen(job.home, job.identities)
    rgb = read_photo(job.file).working(WORKING_SIDE)
    yield api.Progress(0, 2, "load")
    _, denoiser = editor_of(context)
    versions = [sized(rgb)]
    if max(rgb.shape[:2]) < SIDE:
        factor = SIDE / max(rgb.shape[:2])
        larger = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        versions.append(sized(np.asarray(larger, np.float32)))
    keys = [(owner.name, key) for owner in owners for key in owner.keys]
    chance = len(versions) * len(keys) * len(agm.ROOMS) * 2.0 ** (-8 * agm.TAG)
    names = tuple(owner.name for owner in owners)
    for number, version in enumerate(versions):
        yield api.Progress(number, len(versions), "verify")
        found = _returned(denoiser, version, context)
        for name, key in keys:
            text = agm.read(found, key, denoiser.sha256)
            if text is not None:
                return api.FoundText(job.file, text, name, chance, names)
    return api.FoundText(job.file, None, None, chance, names)


def _made(
    denoiser: Denoiser,
    key: Key,
    bits: Bits,
    keyed: agm.Carriers,
    mean: float,
    condition: Condition,
    rgb: Plane,
    shape: agm.Shape,
    context: Context,
) -> _Made:
    mapped = agm.nearest(mean)
    begin = agm.start(bits, keyed, mapped, shape, secrets.token_bytes(32))
    latent = pai.sample(denoiser, _plain(begin), condition, check=context.check)
    samples = np.rint(decoded(denoiser, latent, rgb) * 255).astype(np.uint8)
    found = _returned(denoiser, np.asarray(samples / np.float32(255), np.float32), context)
    returned = float(np.corrcoef(found.reshape(-1), begin.reshape(-1))[0, 1])
    return _Made(samples, mapped, returned, agm.read(found, key, denoiser.sha256) is not None)


def _survival(
    denoiser: Denoiser, key: Key, bits: Bits, keyed: agm.Carriers, saved: Plane, context: Context
) -> tuple[dict[str, float], dict[str, bool]]:
    code = codes.encode_bits(bits[None])[0] > 0
    accuracy, reads = {}, {}
    for name in ("as-saved", *TREATED):
        seen = saved if name == "as-saved" else channels.jpeg(saved, int(name.split("-")[1]))
        found = _returned(denoiser, seen, context)
        right = (agm.extract(found, keyed) > 0) == code
        accuracy[name] = round(float(right.mean()), 4)
        reads[name] = agm.read(found, key, denoiser.sha256) is not None
    return accuracy, reads


def _returned(denoiser: Denoiser, rgb: Plane, context: Context) -> pai.Latent:
    """The start (c, h, w) that a picture seems to have had; no key is needed for it."""
    shape = encoded(denoiser, rgb).shape[1:]
    return start_of(denoiser, rgb, _plain(np.zeros(shape)), context.check)


def _plain(begin: pai.Latent) -> pai.Noise:
    """A start whose sampling is not deflected."""
    nobody = np.zeros(0, np.int64)
    return pai.Noise(begin, np.zeros_like(begin), nobody, np.zeros(0, np.float32))
