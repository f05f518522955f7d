"""What a cloak against face swapping does to a recogniser that it was not searched on.

People that no built-in model was trained on, two photos of each: how alike the judge finds the
protected photo and the *other* photo, beside the same with noise of the cloak's energy, place by
place: white, and in blocks of 4 px; whether a search among everybody's other photos finds the right
person; whether the built-in locator still finds a face. Then each is swapped onto the next person's
photo, from the original, the protected photo and the noise: how alike the judge finds the result
and the owner's other photo. ``CLOAKROOM_FACES`` sets how many people; ``CLOAKROOM_FACES_BY``
(comma-separated) leaves single losses out; ``CLOAKROOM_RECOGNISERS`` names a folder with the files
of published recognisers (``engine.training.face_teachers``), which are asked as well where it is
set.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
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
from engine.optimise.budget import face_budget, limits
from engine.optimise.channels import jpeg
from engine.photo import face_cloak, faces, swapping, voidface
from engine.rehearse.faceswap import face_of
from engine.training.face_labels import area
from engine.training.face_teachers import WINDOWS, Teacher
from engine.training.faces import HELD_OUT, picture
from tests.bench.conftest import Record
from tests.bench.keep import FOLDER

PEOPLE = int(os.environ.get("CLOAKROOM_FACES", "12"))
WITHOUT = tuple(filter(None, os.environ.get("CLOAKROOM_FACES_BY", "").split(",")))
PUBLISHED = os.environ.get("CLOAKROOM_RECOGNISERS", "")
STRENGTH: api.Strength = "balanced"
KINDS = ("clean", "white", "blocks")
SHOWN = ("clean", "cloaked", "white", "blocks")
SWAPS = 2  # of each picture
Embed = Callable[[Tensor, Face], Tensor]


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


def kept(image: Tensor, kit: swapping.Models) -> Path:
    """Where a protected portrait is kept, so that a long run can be taken up again."""
    parts = [image.numpy().tobytes(), face_budget(STRENGTH, None), sorted(voidface.WEIGHTS.items())]
    parts += [swapping.OPTIONS.steps, swapping.OPTIONS.blocks, *(each.sha256 for each in kit)]
    key = hashlib.sha256()
    for part in parts:
        key.update(part if isinstance(part, bytes) else repr(part).encode())
    return FOLDER / "portraits" / f"{key.hexdigest()[:24]}.pt"


def cloaked(image: Tensor, face: Face, kit: swapping.Models, context: Context) -> Tensor:
    file = kept(image, kit)
    if file.exists():
        found: Tensor = torch.load(file)
        return found
    box = faces.as_shares(face, image)
    job = api.ProtectPhoto(Path("unused"), threats=("faceswap",), faces=(box,), strength=STRENGTH)
    kit = swapping.Models(kit.locator, kit.identities, kit.swapper, context, (box,))
    limit = limits(image, face_budget(STRENGTH, None), faces.soft_mask(image, kit.faces_in(image)))
    work = face_cloak.cloak(job, image, limit, kit, context)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            file.parent.mkdir(parents=True, exist_ok=True)
            made = rounded(image + stop.value)
            torch.save(made, file)
            return made


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


def published() -> dict[str, Embed]:
    """Recognisers that are asked, by name; dlib's taught the surrogates, faceres the judge."""
    if not PUBLISHED:
        return {}

    def embed(teacher: Teacher) -> Embed:
        def of(image: Tensor, face: Face) -> Tensor:
            crop = aligned(image, face, 112, 24)
            return functional.normalize(teacher.embed(crop) + teacher.embed(crop.flip(-1)))

        return of

    device = torch.device("cpu")
    return {f"published-{n}": embed(Teacher(n, Path(PUBLISHED), device)) for n in WINDOWS}


def of_encoder(encoder: models.IdentityNetwork) -> Embed:
    return lambda image, face: encoder.judge(aligned(image, face))


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
    judge = models.identity(models.IDENTITY_JUDGE, context)
    asked = {judge.id: of_encoder(judge)}
    asked |= {e.id: of_encoder(e) for e in kit.identities if isinstance(e, models.IdentityNetwork)}
    asked |= published()
    swappers = [models.swapper(id, context) for id in (models.SWAPPER_JUDGE, models.SWAPPER)]
    cosines: dict[tuple[str, str, str], list[float]] = {}
    psnrs, seconds = [], []
    people = pairs(shared_data, context)
    gallery = torch.cat([asked[judge.id](*other) for _, other in people])
    searched, located = dict.fromkeys(SHOWN, 0), dict.fromkeys(SHOWN, 0)

    def keep(kind: str, image: Tensor, face: Face, other: tuple[Tensor, Face]) -> None:
        for treatment, treat in TREATMENTS.items():
            for id, embed in asked.items():
                if treatment != "as-saved" and id != judge.id:
                    continue
                value = float((embed(treat(image), face) * embed(*other)).sum())
                cosines.setdefault((id, treatment, kind), []).append(value)

    def swap(kind: str, image: Tensor, face: Face, owner: Tensor, onto: Tensor) -> None:
        for swapper in swappers:
            values = []
            for seed in range(SWAPS):
                view = voidface.jittered(face, torch.Generator().manual_seed(seed))
                who = swapper.identity.judge(aligned(image, view))
                made = judge.judge(face_of(swapper.inpaint(onto, who, seed)))
                values.append(float((made * owner).sum()))
            kept = cosines.setdefault((swapper.id, "swap", kind), [])
            kept.append(sum(values) / len(values))

    for number, ((image, face), other) in enumerate(people):
        began = time.process_time()
        fresh = not kept(image, kit).exists()
        protected = cloaked(image, face, kit, context)
        if fresh:
            seconds.append(time.process_time() - began)
        psnrs.append(float(-10 * (protected - image).square().mean().log10()))
        onto = aligned(*people[(number + 1) % len(people)][1], models.CROP_FACE, models.CROP_MARGIN)
        owner = judge.judge(aligned(*other))
        for swapper in swappers:
            before = float((judge.judge(face_of(onto)) * owner).sum())
            cosines.setdefault((swapper.id, "swap", "before"), []).append(before)
        shown = {
            "clean": image,
            "cloaked": protected,
            "white": rounded(local_noise(image, protected, 1)),
            "blocks": rounded(local_noise(image, protected, 4)),
        }
        for kind, picture_ in shown.items():
            nearest = int((gallery @ asked[judge.id](picture_, face)[0]).argmax())
            searched[kind] += nearest == number
            located[kind] += bool(faces.located(picture_[0], context))
            keep(kind, picture_, face, other)
            swap(kind, picture_, face, owner, onto)
        print(f"{number + 1} of {len(people)}", flush=True)

    suffix = "".join(f"-without-{name}" for name in WITHOUT)
    for id, treatment in dict.fromkeys(key[:2] for key in cosines):
        ours = cosines[id, treatment, "cloaked"]
        figures: dict[str, object] = {"cloaked": sum(ours) / len(ours)}
        for kind in KINDS:
            theirs = cosines[id, treatment, kind]
            drop = paired_mean(ours, theirs)
            figures[kind] = sum(theirs) / len(theirs)
            figures[f"beyond_{kind}"] = f"{drop.value:+.3f} ({drop.low:+.3f} to {drop.high:+.3f})"
        if treatment == "swap":
            theirs = cosines[id, treatment, "before"]
            figures["before"] = sum(theirs) / len(theirs)
        record(f"faces-{id}-{treatment}{suffix}", people=len(ours), **figures)
    record(f"faces-search{suffix}", people=len(people), **searched)
    record(f"faces-located{suffix}", people=len(people), **located)
    cost = {"psnr_db": sum(psnrs) / len(psnrs), "least_psnr_db": min(psnrs)}
    if seconds:  # portraits of a run before were not searched again
        cost["cpu_s_a_face"] = sum(seconds) / len(seconds)
    record(f"faces-cost{suffix}", **cost)
