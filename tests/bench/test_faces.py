"""What a cloak against face swapping does to a recogniser that it was not searched on.

People that no built-in model was trained on, two photos of each: how alike the judge finds the
protected photo and the *other* photo, beside the same with noise of the cloak's energy, place by
place: white, and in blocks of 4 px. ``CLOAKROOM_FACES`` sets how many people;
``CLOAKROOM_FACES_BY`` (comma-separated) leaves single losses out.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.context import Context
from engine.measure.faces import local_noise
from engine.measure.statistics import paired_mean
from engine.models import faces as models
from engine.models.cache import ModelCache
from engine.models.loaders.identity import aligned
from engine.models.roles import Face
from engine.optimise.budget import budget_for, limits
from engine.optimise.channels import jpeg
from engine.photo import face_cloak, faces, swapping, voidface
from engine.training.face_labels import area
from engine.training.faces import HELD_OUT, picture
from tests.bench.conftest import Record

PEOPLE = int(os.environ.get("CLOAKROOM_FACES", "12"))
WITHOUT = tuple(filter(None, os.environ.get("CLOAKROOM_FACES_BY", "").split(",")))
STRENGTH: api.Strength = "balanced"


def pairs(data: Path, context: Context) -> list[tuple[tuple[Tensor, Face], tuple[Tensor, Face]]]:
    """Two photos each, with the face, of every second person held out: the method's constants were
    tried on the others."""
    people = sorted((data / "faces" / "people").iterdir())[::HELD_OUT][1::2]
    found = []
    for person in people:
        photos = []
        for file in sorted(person.iterdir())[:2]:
            image = picture(file)
            located = faces.located(image[0], context)
            if located:
                photos.append((image, max(located, key=area)))
        if len(photos) == 2:
            found.append((photos[0], photos[1]))
        if len(found) == PEOPLE:
            break
    return found


def cloaked(image: Tensor, face: Face, kit: swapping.Models, context: Context) -> Tensor:
    box = faces.as_shares(face, image)
    job = api.ProtectPhoto(Path("unused"), threats=("faceswap",), faces=(box,), strength=STRENGTH)
    kit = swapping.Models(kit.locator, kit.identities, kit.swapper, context, (box,))
    limit = limits(image, budget_for(STRENGTH, None), faces.soft_mask(image, kit.faces_in(image)))
    work = face_cloak.cloak(job, image, limit, kit, context)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return rounded(image + stop.value)


def rounded(image: Tensor) -> Tensor:
    return (image.clamp(0, 1) * 255).round() / 255


def halved(image: Tensor) -> Tensor:
    size = [n // 2 for n in image.shape[-2:]]
    small = functional.interpolate(image, size, mode="bilinear", antialias=True)
    return functional.interpolate(small, image.shape[-2:], mode="bilinear")


TREATMENTS = {
    "as-saved": lambda image: image,
    "jpeg-75": lambda image: jpeg(image, 75),
    "jpeg-50": lambda image: jpeg(image, 50),
    "half-size": halved,
}


@pytest.mark.timeout(0)
def test_what_a_recogniser_makes_of_protected_faces(
    shared_data: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    device = torch.device("cpu")
    context = Context(device, ModelCache(device))
    for name in WITHOUT:
        monkeypatch.setitem(voidface.WEIGHTS, name, 0.0)
    kit = swapping.models(context)
    judges = {id: models.identity(id, context) for id in (models.IDENTITY_JUDGE,)}
    judges |= {each.id: each for each in kit.identities if isinstance(each, models.IdentityNetwork)}
    cosines: dict[tuple[str, str, str], list[float]] = {}
    psnrs, seconds = [], []

    def keep(kind: str, image: Tensor, face: Face, other: tuple[Tensor, Face]) -> None:
        for treatment, treat in TREATMENTS.items():
            for id, judge in judges.items():
                if treatment != "as-saved" and id != models.IDENTITY_JUDGE:
                    continue
                both = [judge.judge(aligned(treat(image), face)), judge.judge(aligned(*other))]
                value = float((both[0] * both[1]).sum())
                cosines.setdefault((id, treatment, kind), []).append(value)

    for (image, face), other in pairs(shared_data, context):
        began = time.process_time()
        protected = cloaked(image, face, kit, context)
        seconds.append(time.process_time() - began)
        psnrs.append(float(-10 * (protected - image).square().mean().log10()))
        keep("clean", image, face, other)
        keep("cloaked", protected, face, other)
        keep("white", rounded(local_noise(image, protected, 1)), face, other)
        keep("blocks", rounded(local_noise(image, protected, 4)), face, other)

    suffix = "".join(f"-without-{name}" for name in WITHOUT)
    for id, treatment in dict.fromkeys(key[:2] for key in cosines):
        kinds = {kind: cosines[id, treatment, kind] for kind in ("clean", "white", "blocks")}
        ours = cosines[id, treatment, "cloaked"]
        figures: dict[str, object] = {"cloaked": sum(ours) / len(ours)}
        for kind, theirs in kinds.items():
            drop = paired_mean(ours, theirs)
            figures[kind] = sum(theirs) / len(theirs)
            figures[f"beyond_{kind}"] = f"{drop.value:+.3f} ({drop.low:+.3f} to {drop.high:+.3f})"
        record(f"faces-{id}-{treatment}{suffix}", people=len(ours), **figures)
    record(
        f"faces-cost{suffix}",
        psnr_db=sum(psnrs) / len(psnrs),
        least_psnr_db=min(psnrs),
        cpu_s_a_face=sum(seconds) / len(seconds),
    )
