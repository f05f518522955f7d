"""The attack "faceswap": the owner's face is put into another picture, from both files.

By the swapper and the encoder that no cloak was made with. The figure is how alike the swapped
face is to the owner in the unprotected photo: lower is better for the owner, and the control is
the swap from the original. Several swaps, of other noise and slightly other alignment, give the
interval. A full rehearsal does the same after everything in ``treatments``. What it shows is small,
labelled in the picture, marked, and kept nowhere.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.measure.statistics import paired_mean
from engine.media.reading import read_photo
from engine.models import faces as models
from engine.models.loaders.identity import aligned
from engine.models.roles import Face
from engine.photo import faces
from engine.photo.voidface import jittered
from engine.problems import Problem
from engine.rehearse import targets
from engine.rehearse.attackers import tools
from engine.rehearse.bout import Bout, shown
from engine.rehearse.treatments import AS_SAVED, TREATMENTS, Tools, Treatment, possible
from engine.watermark import rehearsal_mark

STAGE = "rehearse-faceswap"
SWAPS = 6  # from each picture as saved
SWAPS_TREATED = 4  # from each after a treatment
ROOM = 0.6  # around a face, in sizes of it, for what is done to the face alone
THRESHOLD = 0.403  # where the judge errs equally often both ways (its card)
LABEL = "TEST - face swap - Cloakroom"


@dataclass(frozen=True)
class _Cast:
    """Who swaps, who judges, and whose face goes where."""

    swapper: models.Swapper
    judge: models.IdentityNetwork
    source: Face
    target: Tensor  # the crop that the face is put into, (1, 3, 128, 128)
    owner: Tensor  # embeddings, (1, d)
    stranger: Tensor


def attack(bout: Bout) -> Generator[api.Progress, None, api.AttackOutcome]:
    """Raises ``Problem``: "rehearse.consent" without it, "rehearse.no-face" where one of the
    pictures shows none, "store.absent" without a swapper."""
    if not bout.job.consent:
        raise Problem("rehearse.consent")
    cast = _cast(bout)
    kit = tools(bout)
    chosen = [t for t in possible(kit) if t.name == AS_SAVED or not bout.job.quick]
    rows: list[api.SurvivalRow] = []
    pictures: tuple[api.Picture, ...] = ()
    figures: api.SwapFigures | None = None
    began = time.monotonic()
    for number, treatment in enumerate(chosen):
        eta = (time.monotonic() - began) / number * (len(chosen) - number) if number else None
        yield api.Progress(number, len(chosen), STAGE, eta)
        pair = [
            _treated(treatment, image, cast.source, kit)
            for image in (bout.original, bout.protected)
        ]
        # Where the face is now: some treatments move it.
        face = cast.source if treatment.name == AS_SAVED else _largest(pair[0], bout)
        swaps = SWAPS if treatment.name == AS_SAVED else SWAPS_TREATED
        alike: list[list[float]] = [[], []]
        stranger: list[list[float]] = [[], []]
        first: list[Tensor] = []
        for seed in range(bout.job.seed, bout.job.seed + swaps):
            bout.context.check()
            for side, image in enumerate(pair):
                swapped = swap(cast, image, face or cast.source, seed)
                seen = cast.judge.judge(face_of(swapped))
                alike[side].append(float((seen * cast.owner).sum()))
                stranger[side].append(float((seen * cast.stranger).sum()))
                if seed == bout.job.seed:
                    first.append(labelled(swapped))
        made = shown(treatment.name, first[0], first[1])
        pictures += made
        rows.append(_row(treatment.name, alike, made[1].name))
        if treatment.name == AS_SAVED:
            figures = _figures(cast, bout, alike, stranger)
    table = api.SurvivalTable(
        "faceswap", "swap-likeness", cast.judge.id, tuple(rows), higher_is_better=False
    )
    left_out = tuple(t.name for t in TREATMENTS if t not in chosen)
    verdict = table.verdict(rows[0])
    return api.AttackOutcome("faceswap", table, verdict, pictures, left_out, swap=figures)


def _treated(treatment: Treatment, image: Tensor, face: Face, kit: Tools) -> Tensor:
    """What takes long, and what restores faces, is done around the face alone, as an attacker
    would who wants nothing else of the picture."""
    if not (treatment.slow or treatment.denoises or treatment.restores):
        return treatment.apply(image, kit)
    left, top, right, bottom = around(face, image.shape[-1], image.shape[-2])
    treated = image.clone()
    part = image[..., top:bottom, left:right].contiguous()
    treated[..., top:bottom, left:right] = treatment.apply(part, kit)
    return treated


def around(face: Face, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a face's box with ``ROOM`` of its size on every side, within
    the picture."""
    left, top, right, bottom = face.box
    room = ROOM * max(right - left, bottom - top)
    return (
        max(0, round(left - room)),
        max(0, round(top - room)),
        min(width, round(right + room)),
        min(height, round(bottom + room)),
    )


def _row(name: str, alike: list[list[float]], picture: str) -> api.SurvivalRow:
    usual = _mean(alike[0])
    change = paired_mean(alike[1], alike[0])
    return api.SurvivalRow(
        name,
        round(usual + change.value, 4),
        round(usual, 4),
        round(usual + change.low, 4),
        round(usual + change.high, 4),
        picture=picture,
    )


def _cast(bout: Bout) -> _Cast:
    context = bout.context
    if not models.ships(models.SWAPPER_JUDGE):
        raise Problem("store.absent", id=models.SWAPPER_JUDGE)
    swapper = models.swapper(models.SWAPPER_JUDGE, context)
    judge = models.identity(models.IDENTITY_JUDGE, context)
    source = largest(bout.original, bout, bout.job.file)
    if bout.job.target is None:
        picture, face = targets.draw(bout.job.sample)
        picture = picture.to(context.device)
    else:
        photo = read_photo(bout.job.target)
        working = torch.from_numpy(photo.working(faces.LOOKED_AT)).permute(2, 0, 1)[None]
        picture = working.contiguous().to(context.device)
        face = largest(picture, bout, bout.job.target)
    crop = aligned(picture, face, models.CROP_FACE, models.CROP_MARGIN)
    return _Cast(
        swapper,
        judge,
        source,
        crop,
        judge.judge(aligned(bout.original, source)),
        judge.judge(aligned(picture, face)),
    )


def largest(image: Tensor, bout: Bout, file: Path) -> Face:
    """The largest face of (1, 3, h, w). Raises ``Problem("rehearse.no-face")``."""
    found = _largest(image, bout)
    if found is None:
        raise Problem("rehearse.no-face", file=file.name)
    return found


def _largest(image: Tensor, bout: Bout) -> Face | None:
    found = faces.located(image[0], bout.context, bout.job.folder)
    return max(
        found,
        key=lambda face: (face.box[2] - face.box[0]) * (face.box[3] - face.box[1]),
        default=None,
    )


def swap(cast: _Cast, image: Tensor, face: Face, seed: int) -> Tensor:
    """The target's crop with the face of ``image``, as the attacker sees it: slightly askew."""
    face = jittered(face, torch.Generator().manual_seed(seed))
    who = cast.swapper.identity.judge(aligned(image, face))
    return cast.swapper.inpaint(cast.target, who, seed)


def face_of(crops: Tensor) -> Tensor:
    """The swapper's crops -> the aligned faces in them, as an encoder takes them."""
    a, b = models.CROP_MARGIN, models.CROP_MARGIN + models.CROP_FACE
    size = (models.ALIGNED, models.ALIGNED)
    middle = crops[..., a:b, a:b].float()
    return functional.interpolate(middle, size, mode="bilinear", antialias=True)


def _figures(
    cast: _Cast, bout: Bout, alike: list[list[float]], stranger: list[list[float]]
) -> api.SwapFigures:
    protected = cast.judge.judge(aligned(bout.protected, cast.source))
    return api.SwapFigures(
        owner=round(_mean(alike[1]), 4),
        owner_control=round(_mean(alike[0]), 4),
        target=round(_mean(stranger[1]), 4),
        target_control=round(_mean(stranger[0]), 4),
        before=round(float((cast.stranger * cast.owner).sum()), 4),
        recognised=round(float((protected * cast.owner).sum()), 4),
        threshold=THRESHOLD,
        located=bool(faces.located(bout.protected[0], bout.context, bout.job.folder)),
    )


def labelled(crop: Tensor) -> Tensor:
    """(1, 3, 128, 128) twice as large, with what it is written across it and below, and hidden in
    it (``watermark.rehearsal_mark``)."""
    large = functional.interpolate(crop, scale_factor=2.0, mode="bilinear").clamp(0, 1)
    pixels = (large[0] * 255).round().byte().permute(1, 2, 0).contiguous().cpu().numpy()
    picture = Image.fromarray(pixels)
    side = picture.width
    veil = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(veil)
    font = ImageFont.load_default(14)
    for row in range(-side, 2 * side, 48):
        pen.text((row % 96 - 48, row), f"{LABEL}   " * 3, fill=(255, 255, 255, 90), font=font)
    veil = veil.rotate(24)
    pen = ImageDraw.Draw(veil)
    pen.rectangle((0, side - 22, side, side), fill=(0, 0, 0, 200))
    pen.text((8, side - 20), LABEL, fill=(255, 255, 255, 255), font=font)
    written = Image.alpha_composite(picture.convert("RGBA"), veil).convert("RGB")
    data = torch.from_numpy(rehearsal_mark.marked(np.asarray(written)))
    return (data.permute(2, 0, 1)[None].float() / 255).to(crop)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
