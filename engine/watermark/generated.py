"""Pictures that the app itself edits: marked while they are made (``pai``), and recognised."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch import Tensor

from engine import api
from engine.context import Context
from engine.digests import file_sha256
from engine.media.photo import Photo
from engine.media.reading import read_photo
from engine.media.writing import write_photo
from engine.models import builtin
from engine.problems import Problem
from engine.receipts import receipt_of
from engine.watermark import channels, pai, session
from engine.watermark.canvas import BLOCKS, WORKING_SIDE, Plane, canvas_of, warp
from engine.watermark.identities import Identity
from engine.watermark.keys import new_work
from engine.watermark.registry import Registry, Work, same_content
from engine.watermark.search import SAME_CONTENT, Found, How
from engine.watermark.sync import IDENTITY, Geometry, register

if TYPE_CHECKING:
    from engine.models.roles import Denoiser

SIDE = 384  # longer side of what the small built-in editor makes
SUFFIX = "-edited"
ALIKE = 4  # generated works that look most alike, whose salts are tried
TRIED = ("jpeg-50", "resize-0.5")
GOOD_JPEG = (90, 100)  # qualities at which a picture counts as untouched
PLACES = 2  # where a work may lie in what was received, see ``_places``


def edit(job: api.EditMarked, context: Context) -> Generator[api.Progress, None, api.MarkResult]:
    """Edit one picture by an instruction, from a keyed start. Raises ``Problem``."""
    began = time.monotonic()
    yield api.Progress(0, 4, "read")
    (identity,) = session.chosen(job.home, (job.identity,))
    photo = read_photo(job.file)
    rgb = sized(photo.working(WORKING_SIDE))
    yield api.Progress(1, 4, "load")
    id, denoiser = editor_of(context)
    yield api.Progress(2, 4, "mark")
    latents = encoded(denoiser, rgb)
    condition = denoiser.condition(denoiser.embed([job.instruction]), latents)
    salt = secrets.token_bytes(32)
    _, channels_, high, wide = latents.shape
    noise = pai.keyed_noise(identity.key, denoiser.sha256, salt, (channels_, high, wide))
    made = decoded(denoiser, pai.sample(denoiser, noise, condition, check=context.check), rgb)
    samples = np.rint(made * 255).astype(np.uint8)
    saved = np.asarray(samples / np.float32(255), np.float32)
    payload = identity.key.mark_id(new_work())
    copies = [
        start_of(denoiser, copy, noise, context.check) for copy in copies_of(saved, pai.REFERENCES)
    ]
    reference = pai.usual(copies, noise)
    reading = {
        "aspect": round(rgb.shape[1] / rgb.shape[0], 4),
        "model": id,
        "salt": salt.hex(),
        "shape": [channels_, high, wide],
        "usual": [reference.mean.tolist(), reference.covariance.tolist()],
        "copies": reference.count,
        "local": reference.local,
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
    registry.finish(work, written.path, file_sha256(written.path))
    yield api.Progress(3, 4, "measure")
    survival = {}
    for name in ("as-saved", *TRIED):
        context.check()
        seen = saved if name == "as-saved" else channels.CHANNELS[name](saved)
        survival[name] = pai.verify(
            start_of(denoiser, seen, noise, context.check), noise, 1.0
        ).p_value
    receipt = receipt_of(
        job,
        written.path,
        context,
        began,
        method=f"watermark {pai.ID}",
        parameters={
            "identity": identity.name,
            "key": key,
            "payload": f"{payload:016x}",
            "instruction": job.instruction,
        },
        models={id: denoiser.sha256},
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
        keys = [
            (owner, key)
            for owner in owners
            for key in owner.keys
            if key.public_id == work.public_id
        ]
        if not keys or not _there(work):
            continue
        _, denoiser = editor_of(context)
        c, h, w = (int(n) for n in work.reading["shape"])
        salt = bytes.fromhex(work.reading["salt"])
        for how, geometry in _places(canvas, work):
            picture, known = _framed(rgb, geometry, 8 * w, 8 * h)
            for owner, key in keys:
                noise = pai.keyed_noise(key, denoiser.sha256, salt, (c, h, w))
                begin = start_of(denoiser, picture, noise, context.check)
                evidence = pai.verify(begin, noise, trials)
                if not evidence.found:
                    continue
                aligned, inside = warp(canvas, geometry)
                stored = work.canvas
                alike = -1.0 if stored is None else same_content(aligned, inside, stored)
                found = Found(
                    evidence=evidence,
                    identity=owner.name,
                    key=key,
                    scheme=pai.ID,
                    payload=work.payload,
                    how=how,
                    geometry=geometry,
                    content="matches" if alike >= SAME_CONTENT else "differs",
                    work=work,
                )
                usual = _usual(work)
                attacked = pai.attack_p_value(begin, noise, usual, known)
                shown = np.clip(0.5 + 2 * (1 - pai.tamper_map(begin, noise, usual)), 0, 1)
                intact = cv2.resize(shown.astype(np.float32), (BLOCKS, BLOCKS))
                return found, np.asarray(intact, np.float32), attacked
    return None


def _places(canvas: Plane, work: Work) -> list[tuple[How, Geometry]]:
    """Where the work may lie in the received picture: all over it, or as registration finds."""
    places: list[tuple[How, Geometry]] = [("as received", IDENTITY)]
    stored = work.canvas
    geometry = None if stored is None else register(canvas, stored)
    if geometry is not None:
        places.append(("registered", geometry))
    return places


def _framed(rgb: Plane, geometry: Geometry, width: int, height: int) -> tuple[Plane, pai.Places]:
    """The received (h, w, 3) picture in the work's own frame of ``width`` x ``height``, and
    which of its latent places (height / 8, width / 8) lie inside what was received."""
    high, wide = rgb.shape[:2]
    # Shrink first, since warping does not average: to about the size that it has in the frame.
    scale = np.array([width / wide, height / high]) / np.hypot(*geometry[:, :2])
    size = tuple(max(8, round(n * min(1.0, f))) for n, f in zip((wide, high), scale, strict=True))
    rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    high, wide = rgb.shape[:2]
    into, back = np.diag([wide, high]), np.diag([1 / width, 1 / height])
    linear = into @ geometry[:, :2] @ back
    middle = np.array([width - 1, height - 1]) / 2
    target = into @ geometry[:, 2] + np.array([wide - 1, high - 1]) / 2
    matrix = np.column_stack([linear, target - linear @ middle])
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    picture = cv2.warpAffine(
        rgb, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT_101
    )
    there = cv2.warpAffine(
        np.ones((high, wide), np.float32), matrix, (width, height), flags=cv2.WARP_INVERSE_MAP
    )
    known = cv2.resize(there, (width // 8, height // 8), interpolation=cv2.INTER_AREA) > 0.99
    return np.clip(np.asarray(picture, np.float32), 0, 1), np.asarray(known, np.bool_)


def copies_of(saved: Plane, count: int, seed: int = 0) -> list[Plane]:
    """Copies of a picture that nobody calls a change: a good JPEG, or a grey level of noise."""
    random = np.random.default_rng(seed)
    copies = []
    for number in range(count):
        if number % 2:
            copies.append(channels.jpeg(saved, int(random.integers(*GOOD_JPEG))))
        else:
            noise = random.normal(0, random.uniform(0.3, 1.0), saved.shape) / 255
            copies.append(np.clip(np.rint((saved + noise) * 255) / 255, 0, 1).astype(np.float32))
    return copies


def _usual(work: Work) -> pai.Usual:
    mean, covariance = (np.array(part) for part in work.reading["usual"])
    return pai.Usual(mean, covariance, int(work.reading["copies"]), float(work.reading["local"]))


def editor_of(context: Context) -> tuple[str, Denoiser]:
    """The built-in editor's denoiser and its id. Raises ``store.absent``."""
    for id in (builtin.EDITOR, builtin.EDITOR_JUDGE):
        if (builtin.FOLDER / id).is_dir():
            return id, builtin.editor(id, context).denoiser
    raise Problem("store.absent", id=builtin.EDITOR)


def _there(work: Work) -> bool:
    return {"shape", "salt", "usual", "copies", "local"} <= work.reading.keys()


def sized(rgb: Plane) -> Plane:
    """(h, w, 3) with at most ``SIDE`` pixels a side, both multiples of 16."""
    factor = min(1.0, SIDE / max(rgb.shape[:2]))
    height, width = (max(16, round(n * factor / 16) * 16) for n in rgb.shape[:2])
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.clip(cv2.resize(rgb, (width, height), interpolation=how), 0, 1)


@torch.no_grad()
def encoded(denoiser: Denoiser, rgb: Plane) -> Tensor:
    """(h, w, 3) in [0, 1] -> (1, c, h', w') latent."""
    image = torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1), np.float32))[None]
    return denoiser.autoencoder.encode(image).float()


@torch.no_grad()
def decoded(denoiser: Denoiser, latent: Tensor, like: Plane) -> Plane:
    """The latent as a picture of the size of ``like``, in [0, 1]."""
    image = denoiser.autoencoder.decode(latent)[0].float().clamp(0, 1).numpy().transpose(1, 2, 0)
    return np.ascontiguousarray(image[: like.shape[0], : like.shape[1]])


def start_of(
    denoiser: Denoiser, rgb: Plane, noise: pai.Noise, check: Callable[[], None]
) -> pai.Latent:
    """The start that a picture seems to have had; without its instruction, which nobody knows."""
    high, wide = noise.start.shape[1:]
    fitted = cv2.resize(rgb, (8 * wide, 8 * high), interpolation=cv2.INTER_CUBIC)
    return pai.invert(denoiser, encoded(denoiser, np.clip(fitted, 0, 1)), noise, check=check)
