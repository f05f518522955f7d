"""Pictures that the app itself edits: marked while they are made (``pai``), and recognised."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch import Tensor

from engine import __version__, api
from engine.context import Context
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import write_photo
from engine.models import builtin
from engine.problems import Problem
from engine.watermark import channels, pai, session
from engine.watermark.canvas import BLOCKS, WORKING_SIDE, Plane, canvas_of
from engine.watermark.identities import Identity
from engine.watermark.keys import new_work
from engine.watermark.recordings import sha256_of
from engine.watermark.registry import Registry, Work, same_content
from engine.watermark.search import SAME_CONTENT, Found
from engine.watermark.sync import IDENTITY

if TYPE_CHECKING:
    from engine.models.roles import Denoiser

SIDE = 384  # longer side of what the small built-in editor makes
SUFFIX = "-edited"
ALIKE = 4  # generated works that look most alike, whose salts are tried
TRIED = ("jpeg-50", "resize-0.5")


def edit(job: api.EditMarked, context: Context) -> Generator[api.Progress, None, api.MarkResult]:
    """Edit one picture by an instruction, from a keyed start. Raises ``Problem``."""
    began = time.monotonic()
    yield api.Progress(0, 4, "read")
    (identity,) = session.chosen(job.home, (job.identity,))
    photo = read_photo(job.file)
    rgb = _sized(photo.working(WORKING_SIDE))
    yield api.Progress(1, 4, "load")
    id, denoiser = _editor(context)
    yield api.Progress(2, 4, "mark")
    latents = _encoded(denoiser, rgb)
    condition = denoiser.condition(denoiser.embed([job.instruction]), latents)
    salt = secrets.token_bytes(32)
    _, channels_, high, wide = latents.shape
    noise = pai.keyed_noise(identity.key, denoiser.sha256, salt, (channels_, high, wide))
    made = _decoded(denoiser, pai.sample(denoiser, noise, condition, check=context.check), rgb)
    samples = np.rint(made * 255).astype(np.uint8)
    saved = np.asarray(samples / np.float32(255), np.float32)
    payload = identity.key.mark_id(new_work())
    reference = pai.usual(denoiser, _encoded(denoiser, saved), noise)
    reading = {
        "aspect": round(rgb.shape[1] / rgb.shape[0], 4),
        "model": id,
        "salt": salt.hex(),
        "shape": [channels_, high, wide],
        "usual": [reference.mean.tolist(), reference.covariance.tolist()],
    }
    registry = Registry(job.home)
    canvas = canvas_of(saved)
    key = identity.key.public_id
    work = registry.enter(identity.name, key, payload, pai.ID, job.file.name, canvas, reading)
    try:
        sheet = Photo(job.file.with_suffix(".png"), "PNG", samples)
        written = write_photo(sheet, samples, job.out, suffix=SUFFIX)
    except BaseException:
        registry.withdraw(work)
        raise
    registry.finish(work, written.path, sha256_of(written.path))
    yield api.Progress(3, 4, "measure")
    survival = {}
    for name in ("as-saved", *TRIED):
        context.check()
        seen = saved if name == "as-saved" else channels.CHANNELS[name](saved)
        survival[name] = pai.verify(
            _start(denoiser, seen, noise, context.check), noise, 1.0
        ).p_value
    receipt = api.Receipt(
        schema=api.RECEIPT_SCHEMA,
        app_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        kind=job.kind,
        file=str(job.file),
        output=str(written.path),
        sha256={"file": sha256_of(job.file), "output": sha256_of(written.path)},
        method=f"watermark {pai.ID}",
        parameters={
            "identity": identity.name,
            "key": key,
            "payload": f"{payload:016x}",
            "instruction": job.instruction,
        },
        models={id: denoiser.sha256},
        device=str(context.device),
        seconds=round(time.monotonic() - began, 2),
        measures={"p_values": survival},
        notes=written.notes,
    )
    # PSNR says nothing about a picture that is new.
    return api.MarkResult(
        written.path, identity.name, f"{payload:016x}", work, pai.ID, 0.0, survival, receipt
    )


def candidates(registry: Registry, canvas: Plane) -> tuple[Work, ...]:
    """The generated works that look most like a received canvas."""
    return tuple(w for w in registry.alike(canvas, 50) if w.scheme == pai.ID)[:ALIKE]


def recognise(
    rgb: Plane,
    canvas: Plane,
    owners: Sequence[Identity],
    works: Sequence[Work],
    trials: float,
    context: Context,
) -> tuple[Found, Plane, float] | None:
    """The generated work that a received picture is, with its map of what is intact (64, 64) and
    the chance that an untouched file looks so unusual; None when it is none of ``works``."""
    for work in works:
        for identity in owners:
            for key in identity.keys:
                if key.public_id != work.public_id or not _there(work):
                    continue
                _, denoiser = _editor(context)
                c, h, w = (int(n) for n in work.reading["shape"])
                salt = bytes.fromhex(work.reading["salt"])
                noise = pai.keyed_noise(key, denoiser.sha256, salt, (c, h, w))
                size = (8 * w, 8 * h)
                picture = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))
                start = _start(denoiser, np.clip(picture, 0, 1), noise, context.check)
                evidence = pai.verify(start, noise, trials)
                if not evidence.found:
                    continue
                stored = work.canvas
                alike = stored is not None and same_content(
                    canvas, np.ones_like(canvas), stored
                )  # fmt: skip
                found = Found(
                    evidence=evidence,
                    identity=identity.name,
                    key=key,
                    scheme=pai.ID,
                    payload=work.payload,
                    how="as received",
                    geometry=IDENTITY,
                    content="matches" if alike >= SAME_CONTENT else "differs",
                    work=work,
                )
                mean, covariance = (np.array(part) for part in work.reading["usual"])
                attacked = pai.attack_p_value(start, noise, pai.Usual(mean, covariance))
                return found, _intact(start, noise), attacked
    return None


def _intact(start: pai.Latent, noise: pai.Noise) -> Plane:
    """(64, 64) 1 where the error is as everywhere, 0 where it is two and a half times as large."""
    excess = pai.tamper_map(start, noise)
    usual = float(np.median(excess - excess.min())) + 1e-9
    shown = np.clip(2.5 - (excess - excess.min()) / usual, 0, 1).astype(np.float32)
    return np.asarray(cv2.resize(shown, (BLOCKS, BLOCKS)), np.float32)


def _editor(context: Context) -> tuple[str, Denoiser]:
    for id in (builtin.EDITOR, builtin.EDITOR_JUDGE):
        if (builtin.FOLDER / id).is_dir():
            return id, builtin.editor(id, context).denoiser
    raise Problem("store.absent", id=builtin.EDITOR)


def _there(work: Work) -> bool:
    return {"shape", "salt", "usual"} <= work.reading.keys()


def _sized(rgb: Plane) -> Plane:
    """At most ``SIDE`` pixels, both sides multiples of 16."""
    factor = min(1.0, SIDE / max(rgb.shape[:2]))
    height, width = (max(16, round(n * factor / 16) * 16) for n in rgb.shape[:2])
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.clip(cv2.resize(rgb, (width, height), interpolation=how), 0, 1)


@torch.no_grad()
def _encoded(denoiser: Denoiser, rgb: Plane) -> Tensor:
    image = torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1), np.float32))[None]
    return denoiser.autoencoder.encode(image).float()


@torch.no_grad()
def _decoded(denoiser: Denoiser, latent: Tensor, like: Plane) -> Plane:
    image = denoiser.autoencoder.decode(latent)[0].float().clamp(0, 1).numpy().transpose(1, 2, 0)
    return np.ascontiguousarray(image[: like.shape[0], : like.shape[1]])


def _start(
    denoiser: Denoiser, rgb: Plane, noise: pai.Noise, check: Callable[[], None]
) -> pai.Latent:
    """The start that a picture seems to have had; without its instruction, which nobody knows."""
    high, wide = noise.start.shape[1:]
    fitted = cv2.resize(rgb, (8 * wide, 8 * high), interpolation=cv2.INTER_CUBIC)
    return pai.invert(denoiser, _encoded(denoiser, np.clip(fitted, 0, 1)), noise, check=check)
