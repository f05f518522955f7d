"""The network of the built-in face swapper: a small U-Net over the latent of an aligned face.

It inpaints the face of the target under cross-attention to identity tokens, which are made of the
embedding of the source's face alone (as IP-Adapter's FaceID does, 2308.06721).
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class _Block(nn.Module):
    """Residual block, shifted and scaled by the time."""

    def __init__(self, inside: int, outside: int, time: int) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.GroupNorm(8, inside), nn.SiLU(), nn.Conv2d(inside, outside, 3, 1, 1)
        )
        self.time = nn.Linear(time, 2 * outside)
        self.norm = nn.GroupNorm(8, outside)
        self.second = nn.Conv2d(outside, outside, 3, 1, 1)
        nn.init.zeros_(self.second.weight)
        self.side = nn.Conv2d(inside, outside, 1) if inside != outside else nn.Identity()

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        scale, shift = self.time(time)[..., None, None].chunk(2, 1)
        y = self.norm(self.first(x)) * (1 + scale) + shift
        total: Tensor = self.side(x) + self.second(functional.silu(y))
        return total


class _Look(nn.Module):
    """Cross-attention of the places to the identity tokens."""

    def __init__(self, width: int, tokens: int, heads: int = 4) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, width)
        self.q = nn.Linear(width, width, bias=False)
        self.kv = nn.Linear(tokens, 2 * width, bias=False)
        self.out = nn.Linear(width, width)
        self.heads = heads

    def forward(self, x: Tensor, tokens: Tensor) -> Tensor:
        """What the tokens add to ``x``, as a map (n, c, h, w)."""
        n, c, h, w = x.shape
        q = self.q(self.norm(x).flatten(2).transpose(1, 2))
        k, v = self.kv(tokens).chunk(2, -1)
        q, k, v = (p.unflatten(2, (self.heads, -1)).transpose(1, 2) for p in (q, k, v))
        weights = (q @ k.transpose(-1, -2) * (c // self.heads) ** -0.5).softmax(-1)
        seen = self.out((weights @ v).transpose(1, 2).reshape(n, h * w, c))
        added: Tensor = seen.transpose(1, 2).reshape(n, c, h, w)
        return added


class SwapNetwork(nn.Module):
    """Predicts v (2202.00512) of the noised latent (n, latent, 16, 16).

    ``width`` channels at 16 x 16, twice as many at 8 x 8. ``context`` is the latent of the target
    with its face blanked, and the mask, (n, latent + 1, 16, 16).
    """

    def __init__(
        self, latent: int, width: int, identity: int, tokens: int = 8, token_width: int = 128
    ) -> None:
        super().__init__()
        time = 2 * width
        self.tokens_out = (tokens, token_width)
        self.projection = nn.Sequential(
            nn.Linear(identity, 2 * token_width), nn.GELU(),
            nn.Linear(2 * token_width, tokens * token_width),
        )  # fmt: skip
        self.token_norm = nn.LayerNorm(token_width)
        self.time = nn.Sequential(nn.Linear(64, time), nn.SiLU(), nn.Linear(time, time), nn.SiLU())
        self.enter = nn.Conv2d(2 * latent + 1, width, 3, 1, 1)
        self.place = nn.Parameter(torch.zeros(1, width, 16, 16))
        shapes = ((width, width), (width, 2 * width), (2 * width, 2 * width),
                  (4 * width, 2 * width), (3 * width, width), (width, width))  # fmt: skip
        self.blocks = nn.ModuleList([_Block(a, b, time) for a, b in shapes])
        self.looks = nn.ModuleList([_Look(b, token_width) for _, b in shapes])
        self.down = nn.Conv2d(width, width, 3, 2, 1)
        self.leave = nn.Sequential(
            nn.GroupNorm(8, width), nn.SiLU(), nn.Conv2d(width, latent, 3, 1, 1)
        )

    def tokens(self, identity: Tensor) -> Tensor:
        """(n, d) of length 1 -> (n, tokens, width)."""
        # An embedding's entries are about 1 / sqrt(d): bring them to unit variance.
        scaled = identity * identity.shape[1] ** 0.5
        projected: Tensor = self.token_norm(self.projection(scaled).unflatten(1, self.tokens_out))
        return projected

    def forward(self, z_t: Tensor, t: Tensor, context: Tensor, tokens: Tensor) -> Tensor:
        return self.trace(z_t, t, context, tokens)[0]

    def trace(
        self, z_t: Tensor, t: Tensor, context: Tensor, tokens: Tensor
    ) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """v, what each cross-attention added, and the features after each block."""
        time = self.time(_waves(t).to(z_t))
        seen: list[Tensor] = []
        features: list[Tensor] = []

        def block(i: int, x: Tensor) -> Tensor:
            x = self.blocks[i](x, time)
            added = self.looks[i](x, tokens)
            seen.append(added)
            features.append(x + added)
            return features[-1]

        fine = block(0, self.enter(torch.cat([z_t, context], 1)) + self.place)
        coarse = block(1, self.down(fine))
        deep = block(2, coarse)
        deep = block(3, torch.cat([deep, coarse], 1))
        wide = functional.interpolate(deep, scale_factor=2.0, mode="nearest")
        x = block(5, block(4, torch.cat([wide, fine], 1)))
        return self.leave(x), seen, features


def _waves(t: Tensor) -> Tensor:
    """(n,) in 0..1 -> (n, 64): sines and cosines."""
    frequencies = torch.exp(torch.linspace(0, math.log(1000), 32, device=t.device))
    angles = t[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], 1)


def build(config: dict[str, Any]) -> SwapNetwork:
    """The network that a ``config.json`` describes, with random weights."""
    return SwapNetwork(config["latent"], config["width"], config["identity"])


def mixed(clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """The latent after time ``t`` (scalar or (n,)) of the cosine schedule, 1 is noise alone."""
    angle = (t * math.pi / 2).to(clean).view(-1, 1, 1, 1)
    return angle.cos() * clean + angle.sin() * noise


def unmixed(z_t: Tensor, v: Tensor, t: float) -> tuple[Tensor, Tensor]:
    """Clean latent and noise that v tells of: the inverse of ``mixed`` and ``velocity``."""
    cos, sin = math.cos(t * math.pi / 2), math.sin(t * math.pi / 2)
    return cos * z_t - sin * v, sin * z_t + cos * v


def velocity(clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    angle = (t * math.pi / 2).to(clean).view(-1, 1, 1, 1)
    return angle.cos() * noise - angle.sin() * clean
