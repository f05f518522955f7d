"""Small pictures of a running or finished cloak, for the window."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from engine import api
from engine.models.roles import Autoencoder

LONG_SIDE = 720  # pixels; more would not be seen while it runs
SEEN_LONG_SIDE = 384  # of what the autoencoder sees: decoding costs more than a step
AMPLIFIED = 10.0


def picture(name: str, image: Tensor, long_side: int = LONG_SIDE) -> api.Picture:
    """(1, 3, h, w) in [0, 1] as a packed preview of at most ``long_side`` pixels."""
    small = _reduced(image, long_side)
    pixels = (small[0].clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    height, width = pixels.shape[:2]
    return api.Picture(name, width, height, pixels.contiguous().cpu().numpy().tobytes())


def changed(image: Tensor, delta: Tensor) -> tuple[api.Picture, ...]:
    """The protected picture and its difference from the original, x10 around mid-grey."""
    return (
        picture("protected", image + delta),
        picture("difference", 0.5 + AMPLIFIED * delta),
    )


@torch.no_grad()
def seen(name: str, image: Tensor, autoencoder: Autoencoder) -> api.Picture:
    """What an image autoencoder makes of the picture: decode(encode(x))."""
    small = _reduced(image, SEEN_LONG_SIDE)
    output = autoencoder.decode(autoencoder.encode(small)).float()
    return picture(name, output[..., : small.shape[2], : small.shape[3]])


def _reduced(image: Tensor, long_side: int) -> Tensor:
    height, width = image.shape[-2:]
    if max(height, width) <= long_side:
        return image
    factor = long_side / max(height, width)
    size = (max(1, round(height * factor)), max(1, round(width * factor)))
    return functional.interpolate(image, size=size, mode="bilinear", antialias=True)
