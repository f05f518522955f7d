"""Against face swapping: VoidFace (``engine.photo.voidface``), face by face.

Alone, the faces are cloaked one by one (``engine.photo.face_cloak``). With other threats in the
same budget the faces' losses join theirs on the whole picture, one face a step in turn.

Measured at balanced strength on 19 people never trained on (``tests/bench/test_faces.py``), the
cosine to *another* photo of the person, before, protected, and the fall beyond noise in 4 px blocks
of equal energy, place by place, with its 95 % interval: the judge .672, .530, .137 (.093 to .181);
faceres, published, the judge's teacher .778, .640, .116 (.097 to .135); MobileFace, published, met
by nothing here .459, .359, .088 (.054 to .123); the surrogates .766, .757 and .720, .252, .190 and
.382. A search among the 19 found 14 before and after: recognisers are moved, not fooled. A swap by
the judge's swapper .313, .233, .078 (.038 to .118), and .119 before any swap: 42 % less of what the
swap takes over. With 40 steps it was 39 %, with 1 / 1.57 of the limit (``budget.FACE_GAIN``) 20 %.

What was tried, on 12 other people never trained on (fall of the judge / faceres / swap): two
surrogates and a delta of single pixels with 4 px blocks, .080 / .072 / .056; with the third
surrogate, which has no convolutions, .097 / .073 / .068; with 2 px blocks besides, .106 / .089 /
.073, which is what is done. 2 px blocks alone .091 / .085 / .065, 4 px .055 / .046 / .040, 4 and 8
px .042 / .037 / .038. No channels in front .074 / .078 / .054, always one .082 / .075 / .059.
Landmarks that do not jitter .072 / .069 / .045. The features alone .033 / .045 / .034, twice their
weight .079 / .072 / .055. Towards the least similar person .072 / .070 / .032. A fourth surrogate
with another teacher .095 / .072 / .067. 100 steps for 40 gained .010 / .000 / .009 on five people.

One loss left out at a time, on three of them with the limit and steps of today (mean likeness by
the judge / of a swap): all losses .315 / .087; without the attention's .317 / .081, the features'
.324 / .092, the locator's .312 / .084: nothing that can be told. The locator's only made the
built-in locator less sure of one of the faces (.75 instead of .89). Without the identity's, tried
on one, .305 instead of .070 and .317 instead of .198: it does nearly all. The delta as an offset of
a latent (``voidface.LatentOffset``, Adam, one third slower) came to .320 / .064 at .3 dB more PSNR:
worth a larger trial.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from engine import api
from engine.context import Context
from engine.models import faces as models_
from engine.models.load import cached
from engine.models.roles import Face, IdentityEncoder
from engine.models.store import Store
from engine.optimise.channels import (
    blur_channel,
    gamma_channel,
    jpeg_channel,
    noise_channel,
    resize_channel,
)
from engine.optimise.loop import Loss, Options
from engine.optimise.turns import Turns
from engine.photo import faces, voidface

# Locators, recognisers and swappers see a face after scaling, compression and filters of unknown
# kind, so most steps look through one.
OPTIONS = Options(
    steps=60,
    step_size=0.15,
    blocks=(2,),
    channels=(
        jpeg_channel(40, 95),
        resize_channel(0.45, 1.0),
        blur_channel(1.0),
        gamma_channel(),
        noise_channel(),
    ),
    identity=0.35,
)
CONSTANTS = {"face_views": voidface.VIEWS, "face_jitter": voidface.JITTER}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Models(Sequence[Any]):
    """What the cloak is searched on, and where the faces of the photo are.

    ``swapper`` is None where none is installed; ``boxes`` None finds the faces in each picture.
    """

    locator: models_.Locator
    identities: tuple[IdentityEncoder, ...]
    swapper: models_.Swapper | None
    context: Context
    boxes: tuple[api.FaceBox, ...] | None = None

    def faces_in(self, image: Tensor) -> list[Face]:
        return faces.of_photo(image, self.boxes, self.context)

    def _all(self) -> list[Any]:
        found: list[Any] = [self.locator, *self.identities]
        return found if self.swapper is None else [*found, self.swapper]

    def __len__(self) -> int:
        return len(self._all())

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]


def models(context: Context, folder: Path | None = None) -> Models:
    """The built-in ones and every downloaded recogniser; a processor takes those meant for one."""
    identities: list[IdentityEncoder] = [
        models_.identity(id, context) for id in models_.IDENTITIES if models_.ships(id)
    ]
    store = Store(folder)
    for id in store.installed():
        entry = store.entry(id)
        if entry.loader != "identity" or "protect-faceswap" not in entry.used_by:
            continue
        try:
            identities.append(cached(context, id, folder))
        except Exception as error:  # protection works without
            _log.warning("%s is not used: %s", id, error)
    ships = models_.ships(models_.SWAPPER)
    swapper = models_.swapper(models_.SWAPPER, context) if ships else None
    return Models(models_.locator(context), tuple(identities), swapper, context)


def of_face(models: Models, image: Tensor, face: Face, seed: int) -> voidface.Cascade:
    """The loss of VoidFace for one face of (1, 3, h, w)."""
    built_in = [e for e in models.identities if isinstance(e, models_.IdentityNetwork)]
    parts: dict[str, Loss] = {
        "loc": voidface.Hidden(image, face, seed, models.locator),
        "id": voidface.Stranger(image, face, seed, models.identities),
        "feat": voidface.Corrupted(image, face, seed, built_in, models.swapper),
    }
    if models.swapper is not None:
        parts["attn"] = voidface.Unheard(image, face, seed, models.swapper)
    return voidface.Cascade(parts)


def losses(models: Sequence[Any], image: Tensor, seed: int) -> list[Loss]:
    """For all faces of the whole picture, in turn."""
    assert isinstance(models, Models)
    return [Turns([of_face(models, image, face, seed) for face in models.faces_in(image)])]
