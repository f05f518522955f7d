"""Small makers of pictures for the image detector to learn from, trained on the spot.

Each rebuilds a photo in another way: what their decoders leave in the finest texture depends on how
they enlarge (nearest neighbour, bilinear, transposed convolution, pixel shuffle, patches), on how
often, and on the loss; the denoiser stands for diffusion in pixels, the enlargers for cascades.
Images are (n, 3, h, w) in [0, 1] with sides that are multiples of 32.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Family:
    """``doublings``: how often the decoder doubles the size; ``way``: how it does. ``entry``: what
    it starts from: "encoder", "vq" (rounded latents), "small" (the photo made small) or "noisy"
    (a U-Net over the noisy photo). ``group``: families left out of a fold together."""

    name: str
    group: str
    way: str
    doublings: int
    entry: str = "encoder"
    width: int = 24
    channels: int = 8  # of the latent
    loss: str = "l1"
    adversary: bool = False


FAMILIES = (
    Family("nearest-8", "nearest", "nearest", 3, channels=8, adversary=True),
    Family("nearest-4-vq", "nearest", "nearest", 2, "vq", channels=6),
    Family("nearest-enlarge-2", "nearest", "nearest", 1, "small", adversary=True),
    Family("transposed-4", "transposed", "transposed4", 2, channels=6),
    Family("transposed-8", "transposed", "transposed3", 3, channels=12, loss="l2"),
    Family("transposed-enlarge-4", "transposed", "transposed4", 2, "small", adversary=True),
    Family("shuffle-4", "shuffle", "shuffle", 2, channels=6, adversary=True),
    Family("shuffle-8", "shuffle", "shuffle", 3, channels=16),
    Family("patch-8", "shuffle", "patch", 3, width=32, channels=24, loss="l2"),
    Family("bilinear-8", "smooth", "bilinear", 3, channels=12, adversary=True),
    Family("bilinear-enlarge-2", "smooth", "bilinear", 1, "small"),
    Family("denoiser", "smooth", "bilinear", 2, "noisy"),
)


class _Block(nn.Module):
    def __init__(self, width: int, groups: int = 8) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, width)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = x + self.second(functional.silu(self.first(functional.silu(self.norm(x)))))
        return made


class _Doubling(nn.Module):
    """Twice the size by one of the ways."""

    def __init__(self, way: str, before: int, after: int) -> None:
        super().__init__()
        self.way = way
        self.step: nn.Module
        if way == "transposed4":
            self.step = nn.ConvTranspose2d(before, after, 4, 2, 1)
        elif way == "transposed3":
            self.step = nn.ConvTranspose2d(before, after, 3, 2, 1, 1)
        elif way == "shuffle":
            self.step = nn.Conv2d(before, 4 * after, 3, padding=1)
        else:
            self.step = nn.Conv2d(before, after, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        if self.way in ("nearest", "bilinear"):
            x = functional.interpolate(x, scale_factor=2, mode=self.way)
        made: Tensor = self.step(x)
        return functional.pixel_shuffle(made, 2) if self.way == "shuffle" else made


class Maker(nn.Module):
    """One family's network: (n, 3, h, w) -> a picture of the same scene, in the same size."""

    def __init__(self, family: Family) -> None:
        super().__init__()
        self.family = family
        width, steps = family.width, family.doublings
        widths = [min(width * 2**i, 96) for i in range(steps + 1)]
        self.down = nn.ModuleList()
        if family.entry != "small":
            self.start = nn.Conv2d(3, widths[0], 3, padding=1)
            for before, after in pairwise(widths):
                self.down.append(nn.Sequential(_Block(before), nn.Conv2d(before, after, 3, 2, 1)))
            latent = widths[-1] if family.entry == "noisy" else family.channels
            self.squeeze = nn.Conv2d(widths[-1], latent, 1)
        else:
            latent = 3
        self.open = nn.Conv2d(latent, widths[-1], 3, padding=1)
        self.middle = nn.Sequential(_Block(widths[-1]), _Block(widths[-1]))
        self.up = nn.ModuleList()
        if family.way == "patch":
            side = 2**steps
            self.end: nn.Module = nn.ConvTranspose2d(widths[-1], 3, side, side)
        else:
            for before, after in zip(widths[:0:-1], widths[-2::-1], strict=True):
                self.up.append(nn.Sequential(_Doubling(family.way, before, after), _Block(after)))
            self.end = nn.Conv2d(widths[0], 3, 3, padding=1)
        if family.entry == "noisy":
            nn.init.zeros_(self.end.weight)

    def forward(self, images: Tensor, jitter: float = 0.0) -> Tensor:
        """``jitter``: noise on the latents, as a share of their spread: then it is no copy."""
        entry = self.family.entry
        kept: list[Tensor] = []
        if entry == "small":
            factor = 0.5**self.family.doublings
            x = functional.interpolate(images, scale_factor=factor, mode="bicubic", antialias=True)
        else:
            x = self.start(images * 2 - 1)
            for layer in self.down:
                kept.append(x)
                x = layer(x)
            x = self.squeeze(x)
        if entry == "vq":
            x = 3 * torch.tanh(x)
            x = x + (x.round() - x).detach()
        if jitter:
            x = x + jitter * x.std() * torch.randn_like(x)
        x = self.middle(self.open(x))
        for layer in self.up:
            x = layer(x)
            if entry == "noisy":
                x = x + kept.pop()
        made: Tensor = self.end(x).float()
        return images + made if entry == "noisy" else made + 0.5

    @torch.no_grad()
    def made(self, images: Tensor, jitter: float = 0.0) -> Tensor:
        """What is learnt from: (n, 3, h, w) in [0, 1]. The denoiser takes three steps."""
        if self.family.entry == "noisy":
            x: Tensor = images
            for level in (0.20, 0.12, 0.06):
                x = self((x + level * torch.randn_like(x)).clamp(-0.5, 1.5))
            return x.clamp(0, 1)
        found: Tensor = self(images, jitter).clamp(0, 1)
        return found


def halved(device: torch.device) -> torch.autocast:
    """Half precision where that is faster."""
    return torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")


def place(network: Any, device: torch.device) -> None:
    """Move a network, channels last: faster everywhere."""
    network.to(device, memory_format=torch.channels_last)


def adversary() -> nn.Sequential:
    """Judges patches of 22 pixels: real or made."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(32, 64, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(64, 64, 3, 1, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(64, 1, 3, 1, 1),
    )


class Workshop:
    """The families in training: one step at a time, of one after the other."""

    def __init__(self, families: tuple[Family, ...], device: torch.device, rate: float) -> None:
        self.makers = {f.name: Maker(f) for f in families}
        self.adversaries = {f.name: adversary() for f in families if f.adversary}
        for network in (*self.makers.values(), *self.adversaries.values()):
            place(network, device)
        self.rate = rate
        fused = device.type == "cuda"
        self.steps = {
            name: torch.optim.AdamW(m.parameters(), rate, fused=fused)
            for name, m in self.makers.items()
        }
        self.counter = {
            name: torch.optim.AdamW(m.parameters(), rate / 2, betas=(0.5, 0.9), fused=fused)
            for name, m in self.adversaries.items()
        }
        self.device = device

    def step(self, name: str, photos: Tensor, progress: float) -> None:
        """One step of one family; the adversary joins after half of the way (``progress`` 0..1)."""
        maker, family = self.makers[name], self.makers[name].family
        for group in self.steps[name].param_groups:
            group["lr"] = self.rate * (1 - 0.8 * progress)
        fed = photos
        if family.entry == "noisy":
            level = torch.rand(len(photos), 1, 1, 1, device=photos.device) * 0.25
            fed = photos + level * torch.randn_like(photos)
        with halved(self.device):
            made = maker(fed)
        error = made - photos
        loss = error.abs().mean() if family.loss == "l1" else 4 * error.square().mean()
        fights = family.adversary and progress > 0.5
        if fights:
            judge = self.adversaries[name].requires_grad_(False)
            with halved(self.device):
                loss = loss - 0.02 * judge(made * 2 - 1).float().mean()
        stepped(self.steps[name], loss)

        if fights:
            judge.requires_grad_(True)
            with halved(self.device):
                real, fake = judge(photos * 2 - 1).float(), judge(made.detach() * 2 - 1).float()
            stepped(self.counter[name], (1 - real).relu().mean() + (1 + fake).relu().mean())

    @torch.no_grad()
    def quality(self, photos: Tensor) -> dict[str, float]:
        """PSNR in dB of what each makes of the photos."""
        found = {}
        for name, maker in self.makers.items():
            with halved(self.device):
                made = maker.made(photos)
            found[name] = round(float(-10 * (made - photos).square().mean().log10()), 1)
        return found


def stepped(stepper: torch.optim.Optimizer, loss: Tensor, steepest: float = 1.0) -> None:
    stepper.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(stepper.param_groups[0]["params"], steepest)
    stepper.step()


@torch.no_grad()
def upsampled(images: Tensor) -> Tensor:
    """Down and up again with random kernels, the upsampling artefact of no maker in particular:
    zeros or copies between the pixels and a random 4x4 kernel near the bilinear one."""
    n = images.shape[0]
    small = functional.interpolate(images, scale_factor=0.5, mode="bilinear", antialias=True)
    base = images.new_tensor([1.0, 3.0, 3.0, 1.0]) / 4
    kernel = (base[:, None] * base[None])[None].repeat(n, 1, 1)
    kernel = kernel * (1 + 0.35 * torch.randn_like(kernel))
    # Each of the four kinds of pixels between the kept ones keeps its brightness, nearly.
    phases = kernel.reshape(n, 2, 2, 2, 2)
    level = 1 + 0.01 * torch.randn(n, 1, 2, 1, 2, device=images.device)
    sums = phases.sum((1, 3), keepdim=True)
    kernel = (phases / sums.clamp(min=0.25) * level).reshape(n, 4, 4)
    kernels = kernel.repeat_interleave(3, 0)[:, None]
    flat = small.reshape(1, 3 * n, *small.shape[-2:])
    made = functional.conv_transpose2d(flat, kernels, stride=2, padding=1, groups=3 * n)
    return made.reshape(images.shape).clamp(0, 1)
