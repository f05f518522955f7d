"""VoidFace (2601.14738): a face that locators miss, recognisers mistake and swappers cannot carry.

Face swapping is one pathway; four losses disrupt it in cascade [P]: ``Hidden`` (L_loc) the
locator's answer, ``Stranger`` (L_id) the identity embedding, ``Unheard`` (L_attn) what the
swapper's cross-attention takes from the identity tokens, ``Corrupted`` (L_feat) features inside
identity-aware regions: of the swapper's U-Net, and of the recognisers themselves.

One face at a time: (1, 3, h, w) in [0, 1] is a window of the photo around it, the face's landmarks
are in the window's pixels. A channel in front may resize the window; landmarks follow its size.
[R] constants were chosen on people never trained on, other than those that the bench measures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional

from engine.models import swap_network
from engine.models.faces import CROP_FACE, CROP_MARGIN, IdentityNetwork, Locator, Swapper
from engine.models.loaders.identity import aligned
from engine.models.roles import Autoencoder, Face, IdentityEncoder
from engine.optimise.channels import Transform, uniform
from engine.optimise.loop import Loss

VIEWS = 2  # alignments of a face at each step
# An attacker's landmarks differ from ours: standard deviation in shares of the eyes' distance.
JITTER = 0.06
TURN = 0.08  # and the whole face may lie turned (radians) and scaled by as much
LOCATED = (40.0, 72.0)  # sizes, in pixels, at which the locator is shown the face
TIMES = (0.9, 0.6)  # of the swapper's noise, 1 is noise alone


def seen_as(face: Face, window: tuple[int, int], images: Tensor) -> Face:
    """The face in pixels of ``images``, which show the whole window of (h, w) at another size."""
    x, y = images.shape[-1] / window[1], images.shape[-2] / window[0]
    box = tuple(v * (x, y)[i % 2] for i, v in enumerate(face.box))
    return Face(face.score, box, tuple((px * x, py * y) for px, py in face.landmarks))


def jittered(face: Face, random: torch.Generator) -> Face:
    """The face as another locator would place it."""
    points = torch.tensor(face.landmarks)
    eyes = float((points[0] - points[1]).norm())
    middle = points.mean(0)
    turn, scale = uniform(random, -TURN, TURN), math.exp(uniform(random, -TURN, TURN))
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
    moved = (points - middle) @ torch.tensor([[cos, sin], [-sin, cos]]) + middle
    moved = moved + JITTER * eyes * torch.randn(points.shape, generator=random) / 2
    moved = moved + JITTER * eyes * torch.randn((1, 2), generator=random)
    return Face(face.score, face.box, tuple((float(x), float(y)) for x, y in moved))


@dataclass
class _OfFace:
    """What the losses share: the clean window, the face in it, and how it is looked at."""

    image: Tensor
    face: Face
    seed: int

    def views(self, step: int) -> list[Face]:
        """This step's alignments; the first of a search is the plain one."""
        random = torch.Generator().manual_seed((self.seed << 16) + step)
        return [jittered(self.face, random) for _ in range(VIEWS)]

    def crops(self, images: Tensor, step: int) -> Tensor:
        """(VIEWS, 3, 112, 112): the aligned faces of a window."""
        size = (int(self.image.shape[-2]), int(self.image.shape[-1]))
        made = [aligned(images, seen_as(view, size, images)) for view in self.views(step)]
        return torch.cat(made)


@dataclass
class Stranger(_OfFace):
    """L_id: the mean cosine of the embeddings with those of the clean face.

    Against the plainly aligned clean face, not against the same view of it: what a gallery holds
    is some other photo, and what the step has to leave is the person.
    """

    identities: Sequence[IdentityEncoder]
    _clean: list[Tensor] | None = field(default=None, init=False, repr=False)

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        if self._clean is None:
            with torch.no_grad():
                face = aligned(self.image, self.face)
                self._clean = [encoder.embed(face) for encoder in self.identities]
        crops = self.crops(transform(images).float(), step)
        total = images.new_zeros(())
        for encoder, clean in zip(self.identities, self._clean, strict=True):
            total = total + (encoder.embed(crops) * clean).sum(1).mean()
        return total / len(self.identities)


@dataclass
class Corrupted(_OfFace):
    """L_feat: how like the clean ones the features are, 1 at first, between the channels of each
    place: in the recognisers at every depth, and in the swapper's U-Net inside the face."""

    identities: Sequence[IdentityNetwork]
    swapper: Swapper | None
    _stage: _Stage | None = field(default=None, init=False, repr=False)

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        crops = self.crops(transform(images).float(), step)
        with torch.no_grad():
            plain = self.crops(transform(self.image).float(), step)
        total, parts = images.new_zeros(()), 0
        for encoder in self.identities:
            with torch.no_grad():
                wanted = encoder.maps(plain)
            for moved, clean in zip(encoder.maps(crops), wanted, strict=True):
                total = total + functional.cosine_similarity(moved, clean, dim=1).mean()
                parts += 1
        if self.swapper is not None:
            stage = self._stage or _Stage(self.swapper, self.image, self.face, self.seed)
            self._stage = stage
            mask = stage.context[:, -1:]
            tokens = self.swapper.tokens(self.swapper.identity.embed(crops[:1]))
            with torch.no_grad():
                kept = self.swapper.tokens(self.swapper.identity.embed(plain[:1]))
                clean_features = stage.trace(kept, step)[1]
            for moved, clean in zip(stage.trace(tokens, step)[1], clean_features, strict=True):
                alike = functional.cosine_similarity(moved, clean, dim=1)[:, None]
                inside = functional.adaptive_avg_pool2d(mask, _size(alike))
                total = total + (alike * inside).sum() / inside.sum()
                parts += 1
        return total / max(parts, 1)


@dataclass
class Unheard(_OfFace):
    """L_attn: how like the clean ones the additions of the swapper's cross-attentions are."""

    swapper: Swapper
    _stage: _Stage | None = field(default=None, init=False, repr=False)

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        stage = self._stage or _Stage(self.swapper, self.image, self.face, self.seed)
        self._stage = stage
        encoder = self.swapper.identity
        tokens = self.swapper.tokens(encoder.embed(self.crops(transform(images).float(), step)[:1]))
        with torch.no_grad():
            plain = self.swapper.tokens(encoder.embed(aligned(self.image, self.face)))
            wanted = stage.trace(plain, step)[0]
        total = images.new_zeros(())
        heard = stage.trace(tokens, step)[0]
        for moved, clean in zip(heard, wanted, strict=True):
            total = total + functional.cosine_similarity(moved, clean, dim=1).mean()
        return total / len(heard)


class _Stage:
    """The swapper at work on the owner's own face: context and noise, fixed by seed and step."""

    def __init__(self, swapper: Swapper, image: Tensor, face: Face, seed: int) -> None:
        self.swapper = swapper
        self.seed = seed
        with torch.no_grad():
            crop = aligned(image, face, CROP_FACE, CROP_MARGIN)
            self.context = swapper.context(crop)
            self.latent = swapper.autoencoder.encode(crop)

    def trace(self, tokens: Tensor, step: int) -> tuple[list[Tensor], list[Tensor]]:
        """What the attentions add, and the features, at this step's time."""
        time = torch.tensor([TIMES[step % len(TIMES)]], device=self.latent.device)
        random = torch.Generator().manual_seed((self.seed << 16) + step)
        noise = torch.randn(self.latent.shape, generator=random).to(self.latent)
        z_t = swap_network.mixed(self.latent, noise, time)
        _, seen, features = self.swapper.network.trace(z_t, time, self.context, tokens)
        return seen, features


@dataclass
class Hidden(_OfFace):
    """L_loc: how sure the locator is of a face there, and how well it places its landmarks.

    Mean over two sizes of softplus(logit), taken at the surest cells of the face's middle, less
    the distance of the landmarks from the true ones (in shares of the face, at most a third).
    """

    locator: Locator

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        window = transform(images).float()
        size = (int(self.image.shape[-2]), int(self.image.shape[-1]))
        face = seen_as(self.face, size, window)
        own = math.sqrt((face.box[2] - face.box[0]) * (face.box[3] - face.box[1]))
        total = images.new_zeros(())
        for wanted in LOCATED:
            scale = wanted / own
            shape = [max(16, round(n * scale)) for n in window.shape[-2:]]
            small = functional.interpolate(window, shape, mode="bilinear", antialias=scale < 1)
            found = self.locator.respond(small)[0].float()
            total = total + self._answer(found, seen_as(face, _size(window), small), wanted)
        return total / len(LOCATED)

    def _answer(self, found: Tensor, face: Face, size: float) -> Tensor:
        stride, unit = self.locator.network.STRIDE, self.locator.network.UNIT
        points = torch.tensor(face.landmarks).to(found)
        x, y = points.mean(0).tolist()
        reach = max(1, round(size / 4 / stride))
        column, row = int(x / stride), int(y / stride)
        rows = slice(max(0, row - reach), row + reach + 1)
        columns = slice(max(0, column - reach), column + reach + 1)
        logits = found[0, rows, columns]
        if not logits.numel():
            return found.new_zeros(())
        height, width = found.shape[-2:]
        axis_y, axis_x = ((torch.arange(n).to(found) + 0.5) * stride for n in (height, width))
        cells = torch.stack(torch.meshgrid(axis_x, axis_y, indexing="xy"))[:, rows, columns]
        marks = found[5:15, rows, columns]
        placed = marks.reshape(5, 2, *marks.shape[1:]) * unit + cells
        away = (placed - points[:, :, None, None]).norm(dim=1).mean(0) / size
        sure = functional.softplus(logits)
        weight = logits.flatten().softmax(0).view_as(logits)
        answer: Tensor = (weight * (sure - 3 * away.clamp(max=1 / 3))).sum()
        return answer


# [R] The cascade's weights. The min-norm point of the paper's kind follows the loss that moves
# least, which is the features': the identity then hardly moved.
WEIGHTS = {"loc": 0.1, "id": 1.0, "attn": 0.3, "feat": 0.5}


@dataclass(frozen=True)
class Cascade:
    """The weighted sum of the losses; leaving one out is its ablation."""

    parts: Mapping[str, Loss]

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        total = images.new_zeros(())
        for name, loss in self.parts.items():
            total = total + WEIGHTS[name] * loss(images, step, transform).float()
        return total


def _size(images: Tensor) -> tuple[int, int]:
    return int(images.shape[-2]), int(images.shape[-1])


class LatentOffset:
    """``optimise.Decoder``: delta = D(z + dz) - D(z) on an autoencoder, z the window's latent.

    [R] the offset's range is ``REACH`` of the latent's standard deviation.
    """

    REACH = 0.5

    def __init__(self, autoencoder: Autoencoder, image: Tensor) -> None:
        self.autoencoder = autoencoder
        self.size = image.shape[-2:]
        with torch.no_grad():
            self.latent = autoencoder.encode(image)
            self.plain = autoencoder.decode(self.latent)
        self.spread = float(self.latent.std())

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.latent.shape)

    def __call__(self, offset: Tensor) -> Tensor:
        moved = self.autoencoder.decode(self.latent + self.REACH * self.spread * offset)
        delta: Tensor = (moved - self.plain)[..., : self.size[0], : self.size[1]]
        return delta
