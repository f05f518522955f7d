"""Attackers that try to wash the cloak out before they use the photo (algorithms 1.6).

All run on ``roles.Autoencoder`` and ``roles.Denoiser``, so the built-in models and published ones
serve alike; the denoiser is used without an instruction and without a photo beside it. Images
are (1, 3, h, w) in [0, 1]; results have the same shape and range, and depend on the seed alone.
Constants are marked [P] where the paper states them, [R] where we chose.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from engine.models.ddim import follow, noised, randn_like, schedule
from engine.models.roles import Autoencoder, Denoiser
from engine.optimise.channels import gaussian_blur

TILES_AT_ONCE = 16  # of GrIDPure

Check = Callable[[], None]  # raises when the user cancelled; called between steps


def _go_on() -> None:
    """The default ``check``: never cancelled."""


def _decode(autoencoder: Autoencoder, latents: Tensor, like: Tensor) -> Tensor:
    """Decoded to [0, 1], without the padding that encoding added."""
    height, width = like.shape[-2:]
    return autoencoder.decode(latents)[..., :height, :width].to(like).clamp(0, 1)


@torch.no_grad()
def round_trip(autoencoder: Autoencoder, images: Tensor) -> Tensor:
    """Encode and decode: what every latent diffusion model does to a picture first."""
    return _decode(autoencoder, autoencoder.encode(images), images)


def impress(
    autoencoder: Autoencoder,
    images: Tensor,
    steps: int = 100,  # [R] the paper runs 3,000 at rate 0.001
    rate: float = 0.01,
    weight: float = 0.1,  # [P] of the perceptual hinge
    tolerance: float = 0.02,  # [R] root mean square change that costs nothing
    check: Check = _go_on,
) -> Tensor:
    """IMPRESS, 2310.19248: search the near picture that survives its own round trip.

        min_x  ||x - D(E(x))||^2 + weight * max(d(x, protected) - tolerance, 0)

    A cloak makes the round trip inconsistent, and so shows where it is. [R] d is the root mean
    square of the blurred difference; the paper uses LPIPS.
    """
    found = images.clone().requires_grad_()
    optimiser = torch.optim.Adam([found], lr=rate)
    for _ in range(steps):
        check()
        back = autoencoder.decode(autoencoder.encode(found.clamp(0, 1)))
        back = back[..., : images.shape[-2], : images.shape[-1]]
        change = gaussian_blur(found - images, 1.5).square().mean().add(1e-12).sqrt()
        loss = (found - back).square().mean() + weight * (change - tolerance).clamp(min=0)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return found.detach().clamp(0, 1)


@torch.no_grad()
def diffpure(
    denoiser: Denoiser,
    images: Tensor,
    strength: float = 0.2,  # [R] share of the schedule; the paper's t* = 0.1-0.15 in pixel space
    steps: int = 8,
    seed: int = 0,
    check: Check = _go_on,
) -> Tensor:
    """After DiffPure, 2205.07460, in latent space: drown the cloak in noise, then denoise."""
    check()
    z = denoiser.autoencoder.encode(images)
    z = _regenerate(denoiser, z, strength, steps, seed)
    return _decode(denoiser.autoencoder, z, images)


def _regenerate(denoiser: Denoiser, z: Tensor, strength: float, steps: int, seed: int) -> Tensor:
    """Noise ``z`` up to ``strength`` of the schedule and denoise it in ``steps`` DDIM steps."""
    top = max(1, round(strength * (denoiser.time_steps - 1)))
    times = [round(top * (steps - i) / steps) for i in range(steps)]
    start = noised(denoiser, z, times[0], randn_like(z, seed))
    empty = denoiser.condition(denoiser.embed([""] * len(z)))
    return follow(denoiser, start, times, empty, final=True)


@torch.no_grad()
def gridpure(
    denoiser: Denoiser,
    images: Tensor,
    rounds: int = 10,  # [P] 10 to 20
    strength: float = 0.02,  # [P] t = 10..20 of 1000
    tile: int = 16,  # [R] latent pixels (128 px at f8); the paper's tiles are 256 px
    keep: float = 0.1,  # [P] gamma: share of the round's input kept
    seed: int = 0,
    check: Check = _go_on,
) -> Tensor:
    """After GrIDPure, 2312.00084: many rounds of weak purification on overlapping tiles.

    Each round noises and denoises every tile (half a tile apart), averages overlaps, and mixes
    with its input: x <- (1 - keep) merged + keep x.
    """
    z = denoiser.autoencoder.encode(images)
    height, width = z.shape[-2:]
    places = [(y, x) for y in _starts(height, tile) for x in _starts(width, tile)]
    for number in range(rounds):
        merged, weight = torch.zeros_like(z), torch.zeros_like(z[:, :1])
        for first in range(0, len(places), TILES_AT_ONCE):
            check()
            some = places[first : first + TILES_AT_ONCE]
            parts = torch.cat([z[..., y : y + tile, x : x + tile] for y, x in some])
            cleaned = _regenerate(denoiser, parts, strength, 1, seed + number * len(places) + first)
            for (y, x), clean in zip(some, cleaned, strict=True):
                merged[0, :, y : y + tile, x : x + tile] += clean
                weight[..., y : y + tile, x : x + tile] += 1
        z = (1 - keep) * merged / weight + keep * z
    return _decode(denoiser.autoencoder, z, images)


def _starts(length: int, tile: int) -> list[int]:
    """Where tiles begin so that they overlap by half and the last one ends at the border."""
    last = max(0, length - tile)
    return sorted({*range(0, last, max(1, tile // 2)), last})


@torch.no_grad()
def noisy_upscaling(
    denoiser: Denoiser,
    images: Tensor,
    noise: float = 0.08,  # [R] standard deviation of the pixel noise
    strength: float = 0.15,  # [R] of the regeneration that stands for the diffusion upscaler
    seed: int = 0,
    check: Check = _go_on,
) -> Tensor:
    """After 2406.12027: add noise, shrink to half, and let a diffusion model upscale.

    [R] Without a trained upscaler: bicubic enlargement, then regeneration by the denoiser.
    """
    check()
    rough = (images + noise * randn_like(images, seed)).clamp(0, 1)
    size = [max(1, n // 2) for n in images.shape[-2:]]
    small = functional.interpolate(rough, size=size, mode="bilinear", antialias=True)
    large = functional.interpolate(small, size=images.shape[-2:], mode="bicubic").clamp(0, 1)
    return diffpure(denoiser, large, strength, steps=6, seed=seed + 1)


def udap(
    denoiser: Denoiser,
    images: Tensor,
    epochs: int = 100,  # [P] at most
    rate: float = 5e-2,  # [P] AdamW
    steps: int = 20,  # [P] of the schedule
    deepest: int = 10,  # [P] depths 1..10
    stop: float = 4e-3,  # [P]
    seed: int = 0,
    check: Check = _go_on,
) -> Tensor:
    """UDAP, 2601.07253: find the latent whose DDIM inversion and denoising gives the picture.

    [P] Start from VAE.encode of the blurred picture (kernel 9, sigma 12); each epoch draw a depth
    d, DDIM-invert d steps, denoise d steps, decode; loss 1e3 * MSE to the protected picture in
    [-1, 1]; empty prompt. [R] The result is the latent found, decoded: it was only ever asked
    for what survives a trip through the denoiser, and began without the cloak.
    """
    autoencoder = denoiser.autoencoder
    with torch.no_grad():
        empty = denoiser.condition(denoiser.embed([""]))
        start = autoencoder.encode(_blur_9_12(images))
    z = start.clone().requires_grad_()
    optimiser = torch.optim.AdamW([z], lr=rate)
    times = schedule(denoiser, steps)
    random = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        check()
        depth = int(torch.randint(1, deepest + 1, (), generator=random))
        up = times[: depth + 1]
        back = follow(denoiser, follow(denoiser, z, up, empty), up[::-1], empty)
        decoded = autoencoder.decode(back)[..., : images.shape[-2], : images.shape[-1]]
        loss = 1e3 * (2 * decoded - 2 * images).square().mean()
        if loss.item() < stop:
            break
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        return _decode(autoencoder, z, images)


def _blur_9_12(images: Tensor) -> Tensor:
    """Gaussian of standard deviation 12 cut to 9 taps: nearly a 9 x 9 mean."""
    taps = torch.arange(-4, 5, dtype=images.dtype, device=images.device)
    kernel = torch.exp(-0.5 * (taps / 12).square())
    kernel = kernel / kernel.sum()
    weight = (kernel[:, None] * kernel).expand(3, 1, 9, 9)
    padded = functional.pad(images, (4, 4, 4, 4), mode="replicate")
    return functional.conv2d(padded, weight, groups=3)
