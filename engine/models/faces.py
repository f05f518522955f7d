"""The built-in face models behind their roles: locator, identity encoders, face swappers."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from engine.context import Context
from engine.models import builtin, face_networks, swap_network
from engine.models.loaders.locator import apart
from engine.models.roles import Autoencoder, Face

IDENTITIES = ("identity-residual-builtin", "identity-deep-builtin", "identity-patch-builtin")
IDENTITY_JUDGE = "identity-inverted-judge"
LOCATOR = "locator-builtin"
SWAPPER = "swapper-builtin"
SWAPPER_JUDGE = "swapper-judge"

ALIGNED = 112  # side of an aligned face in pixels
THRESHOLD = 0.5  # of the locator's score
# The locator answers to faces of 24 to 96 px, a cell of 8 px each.
SMALLEST_COPY = 64  # no copy of a photo in the pyramid is smaller than this
LARGEST_LEVEL = 1280  # longest side of the photo that faces are looked for in

# The swapper's crop: an aligned face of 96 px with 16 px around it, and the ellipse it repaints.
CROP, CROP_FACE, CROP_MARGIN = 128, 96, 16
CENTRE, RADII = (64.0, 80.0), (37.0, 45.0)


class IdentityNetwork:
    """``roles.IdentityEncoder`` in torch; ``maps`` are the features that L_feat corrupts."""

    def __init__(self, network: Any, id: str, sha256: str, width: int) -> None:
        self.network = network
        self.id = id
        self.sha256 = sha256
        self.size = ALIGNED
        self.width = width

    def embed(self, faces: Tensor) -> Tensor:
        """(n, 3, 112, 112) in [0, 1] -> (n, width) of length 1: mean of a face and its mirror."""
        both = self.network(torch.cat([faces, faces.flip(-1)])).float()
        first, second = both.chunk(2)
        return functional.normalize(first + second)

    @torch.no_grad()
    def judge(self, faces: Tensor) -> Tensor:
        return self.embed(faces)

    def maps(self, faces: Tensor) -> list[Tensor]:
        """Intermediate feature maps, fine to coarse."""
        found: list[Tensor] = self.network.maps(faces)
        return found


class Locator:
    """``roles.FaceLocator``; ``respond`` is differentiable."""

    def __init__(self, network: Any, id: str, sha256: str) -> None:
        self.network = network
        self.id = id
        self.sha256 = sha256

    def respond(self, images: Tensor) -> Tensor:
        """(n, 3, h, w) -> (n, 15, h/8, w/8); see ``LocatorNetwork``. Sizes are padded to 8."""
        height, width = images.shape[-2:]
        padded = functional.pad(images, (0, -width % 8, 0, -height % 8), mode="replicate")
        found: Tensor = self.network(padded)
        return found

    @torch.no_grad()
    def find(self, image: Tensor) -> list[Face]:
        """(3, h, w) in [0, 1] -> the faces in it, the surest first."""
        faces: list[Face] = []
        longest = max(image.shape[-2:])
        scale = min(1.0, LARGEST_LEVEL / longest)
        while scale * min(image.shape[-2:]) >= SMALLEST_COPY or (not faces and scale == 1.0):
            level = image[None]
            if scale < 1:
                size = [max(8, round(n * scale)) for n in image.shape[-2:]]
                level = functional.interpolate(level, size, mode="bilinear", antialias=True)
            ratio = (image.shape[-1] / level.shape[-1], image.shape[-2] / level.shape[-2])
            faces += self._read(self.respond(level)[0].float(), ratio)
            scale /= 2
        return apart(faces)

    def _read(self, found: Tensor, ratio: tuple[float, float]) -> list[Face]:
        score = found[0].sigmoid()
        peak = functional.max_pool2d(score[None], 3, 1, 1)[0] == score
        unit, stride = face_networks.LocatorNetwork.UNIT, face_networks.LocatorNetwork.STRIDE
        faces = []
        for y, x in ((score > THRESHOLD) & peak).nonzero().tolist():
            row = found[1:, y, x]
            cell = torch.tensor([(x + 0.5) * stride, (y + 0.5) * stride]).to(row)
            points = torch.stack([row[:2], *row[4:].view(5, 2)]) * unit + cell
            half = math.exp(float(row[2:4].mean().clamp(-3, 3))) * unit / 2
            spread = torch.tensor(ratio).to(row)
            # The boxes it was taught are squares of equal area; a face is a third taller.
            reach = torch.tensor([half * 0.86, half * 1.16]).to(row)
            box = torch.cat([points[0] - reach, points[0] + reach]) * spread.repeat(2)
            marks = (points[1:] * spread).tolist()
            faces.append(Face(float(score[y, x]), tuple(box.tolist()), tuple(map(tuple, marks))))
        return faces


class Swapper:
    """A small latent diffusion model that repaints a face as another person's.

    It knows the source only by ``identity.embed`` of its aligned face. ``GUIDANCE`` is
    classifier-free guidance of the identity.
    """

    STEPS = 8
    GUIDANCE = 2.0

    def __init__(
        self, network: swap_network.SwapNetwork, autoencoder: Autoencoder,
        identity: IdentityNetwork, id: str, sha256: str,
    ) -> None:  # fmt: skip
        self.network = network
        self.autoencoder = autoencoder
        self.identity = identity
        self.id = id
        self.sha256 = sha256

    def tokens(self, identity: Tensor) -> Tensor:
        """(n, d) -> (n, tokens, width): what the cross-attention is shown. Differentiable."""
        return self.network.tokens(identity)

    def context(self, crops: Tensor) -> Tensor:
        """(n, 3, 128, 128) -> (n, latent + 1, 16, 16): the crop with its face blanked, the mask."""
        return blanked(self.autoencoder, crops)

    @torch.no_grad()
    def inpaint(self, crops: Tensor, identity: Tensor, seed: int) -> Tensor:
        """(n, 3, 128, 128) with the face of ``identity`` (n, d); outside the ellipse untouched."""
        context = self.context(crops)
        tokens = self.tokens(identity)
        nobody = self.tokens(torch.zeros_like(identity))
        random = torch.Generator().manual_seed(seed)
        z = torch.randn((1, *context[:, :-1].shape[1:]), generator=random).to(context)
        z = z.expand(len(crops), -1, -1, -1)
        for i in range(self.STEPS):
            t, to = 1 - i / self.STEPS, 1 - (i + 1) / self.STEPS
            at = torch.full((len(crops),), t, device=z.device)
            with_, without = (self.network(z, at, context, who) for who in (tokens, nobody))
            v = without + self.GUIDANCE * (with_ - without)
            clean, noise = swap_network.unmixed(z, v, t)
            z = swap_network.mixed(clean, noise, torch.tensor(to))
        mask = face_mask().to(crops)
        made = self.autoencoder.decode(z).clamp(0, 1)
        return crops * (1 - mask) + made * mask


def blanked(autoencoder: Autoencoder, crops: Tensor) -> Tensor:
    """Latent of the swapper's crops with the ellipse grey, and the ellipse as another channel."""
    mask = face_mask().to(crops)
    latent = autoencoder.encode(crops * (1 - mask) + 0.5 * mask)
    small = functional.avg_pool2d(mask, autoencoder.factor)
    return torch.cat([latent, small.expand(len(crops), -1, -1, -1).to(latent)], 1)


def face_mask() -> Tensor:
    """(1, 1, 128, 128): 1 inside the ellipse that is repainted, soft at its edge."""
    axis = torch.arange(CROP, dtype=torch.float32)
    x, y = (axis - CENTRE[0]) / RADII[0], (axis - CENTRE[1]) / RADII[1]
    away = (x[None].square() + y[:, None].square()).sqrt()
    return ((1.06 - away) / 0.12).clamp(0, 1)[None, None]


# ---- loading ----------------------------------------------------------------------------------


def ships(id: str) -> bool:
    """Whether this built-in model is there."""
    return (builtin.FOLDER / id / "model.safetensors").exists()


def identity(id: str, context: Context) -> IdentityNetwork:
    """A built-in identity encoder on the job's device, from the cache when it is there."""
    return context.models.get(id, lambda: load_identity(builtin.FOLDER / id, context.device))


def locator(context: Context) -> Locator:
    def load() -> Locator:
        network, sha256, _ = _load(builtin.FOLDER / LOCATOR, face_networks.build, context.device)
        return Locator(network, LOCATOR, sha256)

    return context.models.get(LOCATOR, load)


def swapper(id: str, context: Context) -> Swapper:
    def load() -> Swapper:
        network, sha256, config = _load(builtin.FOLDER / id, swap_network.build, context.device)
        return Swapper(network, builtin.autoencoder(config["autoencoder"], context),
                       identity(config["encoder"], context), id, sha256)  # fmt: skip

    return context.models.get(id, load)


def load_identity(folder: Path, device: torch.device) -> IdentityNetwork:
    network, sha256, config = _load(folder, face_networks.build, device)
    return IdentityNetwork(network, folder.name, sha256, int(config["out"]))


def _load(folder: Path, build: Any, device: torch.device) -> tuple[Any, str, dict[str, Any]]:
    """The network of a folder in float32, the hash of its weights, and its configuration."""
    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    network: Any = build(config)
    weights = folder / "model.safetensors"
    network.load_state_dict(load_file(weights))
    network.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
    with weights.open("rb") as file:
        return network, hashlib.file_digest(file, "sha256").hexdigest(), config
