"""The built-in edits: instructions with a ground truth that is known exactly.

Each edit is a pure function of the picture, so that "did the editor do what it was told?" has an
answer without a language model: compare with the true result of every edit. The vocabulary is
what people ask photo editors for; local filters are sized in pixels, frames and centres
relative to the picture.

``wordings`` are what the editor is trained on, ``unseen`` are kept for its evaluation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.optimise.channels import gaussian_blur
from engine.training import filters


@dataclass(frozen=True)
class Edit:
    """One instruction: ``apply`` maps (n, 3, h, w) in [0, 1] to the same shape and range."""

    name: str
    apply: Callable[[Tensor], Tensor] = field(repr=False)
    wordings: tuple[str, ...]
    unseen: tuple[str, ...]


def black_and_white(images: Tensor) -> Tensor:
    return filters.luma(images).expand_as(images).clamp(0, 1)


def sepia(images: Tensor) -> Tensor:
    return filters.colour_matrix(
        images, ((0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131))
    )


def warm(images: Tensor) -> Tensor:
    gain = images.new_tensor((1.3, 1.02, 0.55)).view(1, 3, 1, 1)
    return (images * gain).clamp(0, 1)


def cold(images: Tensor) -> Tensor:
    gain = images.new_tensor((0.55, 0.95, 1.35)).view(1, 3, 1, 1)
    return (images * gain).clamp(0, 1)


def night(images: Tensor) -> Tensor:
    """Dark, low in colour, with a blue cast: moonlight."""
    gain = images.new_tensor((0.22, 0.28, 0.48)).view(1, 3, 1, 1)
    return filters.saturate(images, 0.5).clamp_min(0).pow(1.4) * gain


def snow(images: Tensor) -> Tensor:
    """Bright, pale and slightly blue: everything under snow."""
    lifted = 1 - (1 - filters.saturate(images, 0.3)) * 0.45
    return (lifted * images.new_tensor((0.97, 0.99, 1.02)).view(1, 3, 1, 1)).clamp(0, 1)


def pencil_sketch(images: Tensor) -> Tensor:
    """Colour dodge of the grey picture with its own blurred negative: dark lines on paper."""
    grey = filters.luma(images)
    paper = gaussian_blur(grey, 3.0)
    return (grey / (paper + 0.02)).clamp(0, 1).square().expand_as(images)


def posterise(images: Tensor) -> Tensor:
    """Two levels per channel: eight flat colours, as in a screen print."""
    return torch.sigmoid((gaussian_blur(images, 1.0) - 0.5) * 40).clamp(0, 1)


def oil_paint(images: Tensor) -> Tensor:
    return filters.saturate(filters.kuwahara(filters.kuwahara(images, 4), 4), 1.8)


def mosaic(images: Tensor) -> Tensor:
    return filters.blocks(images, 16)


def blur_background(images: Tensor) -> Tensor:
    """Sharp inside the centre ellipse, strongly blurred outside."""
    sharp = torch.sigmoid((0.55 - filters.from_centre(images)) * 14)
    return sharp * images + (1 - sharp) * gaussian_blur(images, 6.0)


def invert(images: Tensor) -> Tensor:
    return 1 - images


def rotate_hue(images: Tensor) -> Tensor:
    """A third of the colour circle: red becomes green, green blue, blue red."""
    return images.roll(1, dims=1)


def add_frame(images: Tensor) -> Tensor:
    """A red frame, an eighth of the shorter side wide."""
    height, width = images.shape[-2:]
    band = max(1, min(height, width) // 8)
    inside = torch.zeros(height, width, dtype=torch.bool, device=images.device)
    inside[band : height - band, band : width - band] = True
    red = images.new_tensor((0.8, 0.08, 0.1)).view(1, 3, 1, 1)
    return torch.where(inside, images, red)


def night_vision(images: Tensor) -> Tensor:
    """Green phosphor: brightness alone, lifted, in one colour."""
    glow = filters.luma(images).clamp_min(0).pow(0.7)
    return (glow * images.new_tensor((0.12, 1.0, 0.2)).view(1, 3, 1, 1)).clamp(0, 1)


def neon(images: Tensor) -> Tensor:
    """Glowing edges on black, in the colours of the picture."""
    glow = (gaussian_blur(filters.edge_strength(images), 1.0) * 5).clamp(0, 1)
    return (glow * (0.35 + filters.saturate(images, 1.8))).clamp(0, 1)


EDITS: tuple[Edit, ...] = (
    Edit(
        "black-and-white",
        black_and_white,
        (
            "make it black and white",
            "turn the photo black and white",
            "remove all the colour",
            "convert to grayscale",
            "a monochrome photograph",
            "make the picture grey",
            "desaturate the image",
        ),
        ("show it in black and white", "as a grayscale picture"),
    ),
    Edit(
        "sepia",
        sepia,
        (
            "make it sepia",
            "give it a sepia tone",
            "make it look like an old photograph",
            "turn it into a vintage brown photo",
            "apply a sepia filter",
            "age the photo in brown tones",
        ),
        ("as a sepia photograph", "an old vintage sepia picture"),
    ),
    Edit(
        "warm",
        warm,
        (
            "make it warmer",
            "warm up the colours",
            "add warm golden light",
            "make it look like a warm sunset",
            "give the photo a golden glow",
            "use warm orange tones",
        ),
        ("a warm golden photo", "make the light warm"),
    ),
    Edit(
        "cold",
        cold,
        (
            "make it colder",
            "cool down the colours",
            "add cold blue light",
            "give the photo a cold blue tint",
            "use cool blue tones",
            "make it look icy and blue",
        ),
        ("a cold blue photo", "make the light cool and blue"),
    ),
    Edit(
        "night",
        night,
        (
            "make it night",
            "turn day into night",
            "change it to night time",
            "make it dark like midnight",
            "show the scene in moonlight",
            "make it a dark night scene",
        ),
        ("as if it were night", "the same scene at midnight"),
    ),
    Edit(
        "snow",
        snow,
        (
            "make it snow",
            "cover it with snow",
            "make it winter",
            "turn it into a snowy scene",
            "add bright white snow",
            "make it look like a winter day",
        ),
        ("a snowy winter picture", "put snow everywhere"),
    ),
    Edit(
        "pencil-sketch",
        pencil_sketch,
        (
            "turn it into a pencil sketch",
            "make it a pencil drawing",
            "draw it with a pencil",
            "a hand drawn sketch",
            "convert the photo to a line drawing",
            "sketch this picture",
        ),
        ("as a pencil sketch", "make a drawing of it in pencil"),
    ),
    Edit(
        "posterise",
        posterise,
        (
            "posterise it",
            "posterize the image",
            "make it a pop art poster",
            "turn it into a screen print",
            "use only a few flat colours",
            "make it look like a poster",
        ),
        ("as a pop art print", "a poster with flat colours"),
    ),
    Edit(
        "oil-paint",
        oil_paint,
        (
            "make it an oil painting",
            "turn it into an oil painting",
            "paint it in oil",
            "make it look painted with thick brush strokes",
            "as a painting on canvas",
            "apply an oil paint filter",
        ),
        ("an oil painting of this", "painted in oil with brush strokes"),
    ),
    Edit(
        "mosaic",
        mosaic,
        (
            "make it a mosaic",
            "pixelate the image",
            "turn it into large pixels",
            "censor the picture with blocks",
            "make it blocky and pixelated",
            "show it as big square tiles",
        ),
        ("a pixelated mosaic", "make the pixels large"),
    ),
    Edit(
        "blur-background",
        blur_background,
        (
            "blur the background",
            "make the background blurry",
            "put the background out of focus",
            "keep only the centre sharp",
            "add a shallow depth of field",
            "focus on the subject in the middle",
        ),
        ("with a blurred background", "background out of focus please"),
    ),
    Edit(
        "invert",
        invert,
        (
            "invert the colours",
            "make it a negative",
            "turn it into a film negative",
            "invert the image",
            "show the negative of the photo",
            "reverse all colours",
        ),
        ("an inverted picture", "as a photographic negative"),
    ),
    Edit(
        "rotate-hue",
        rotate_hue,
        (
            "rotate the hue",
            "shift the hue",
            "swap the colours",
            "change red to green and green to blue",
            "change all the hues",
            "give everything a different hue",
        ),
        ("with shifted hues", "swap all colours around"),
    ),
    Edit(
        "add-frame",
        add_frame,
        (
            "add a red frame",
            "put a red frame around it",
            "add a red border",
            "frame the picture in red",
            "draw a red border around the photo",
            "give it a coloured frame",
        ),
        ("with a red frame around it", "surround the image with a red border"),
    ),
    Edit(
        "night-vision",
        night_vision,
        (
            "make it look like night vision",
            "show it through night vision goggles",
            "turn it green like night vision",
            "a green night vision camera",
            "make everything green",
            "green monochrome display",
        ),
        ("seen with night vision", "as a green night vision image"),
    ),
    Edit(
        "neon",
        neon,
        (
            "turn it into neon lights",
            "make the edges glow",
            "neon outlines on black",
            "make it glow like a neon sign",
            "draw it with glowing lines",
            "add neon glowing edges",
        ),
        ("as neon lines", "glowing neon edges on a black ground"),
    ),
)

ORIGINAL = "original"  # the name of "nothing was edited" among the candidates of an evaluation


def edit_named(name: str) -> Edit:
    """Raises ``KeyError`` for a name that is none of ``EDITS``."""
    return {edit.name: edit for edit in EDITS}[name]


def truths(images: Tensor) -> dict[str, Tensor]:
    """The true result of every edit on the pictures, and the pictures themselves."""
    return {ORIGINAL: images} | {edit.name: edit.apply(images) for edit in EDITS}
