"""Makes the samples in ``assets/samples``, from nothing but arithmetic.

    python -m tests.samples

``leaves.jpg`` is autumn leaves on the ground, drawn one over another, ``vowels.flac`` a synthesised
voice that says vowels, and ``says-it-is-ai.png`` a rendered landscape with the text that a picture
generator leaves in its files.
Nobody's photo, voice or work is in them; they may be used like the program itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from PIL import Image, PngImagePlugin
from scipy import ndimage, signal

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "samples"
GROUND = (512, 384)  # width and height of the leaves: small enough for a result in a minute
LEAVES = 230
COLOURS = ((0.80, 0.42, 0.10), (0.66, 0.20, 0.10), (0.86, 0.68, 0.22), (0.44, 0.36, 0.16))
WIDTH, HEIGHT = 768, 512
RATE = 16_000

# First four formants in Hz of spoken vowels, an average male voice (Peterson and Barney 1952).
VOWELS = {
    "a": (730, 1090, 2440, 3400),
    "e": (530, 1840, 2480, 3500),
    "i": (270, 2290, 3010, 3600),
    "o": (570, 840, 2410, 3300),
    "u": (300, 870, 2240, 3200),
}
SENTENCES = ("aeioa", "ueiao", "iaoue")


def blotches(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> np.ndarray:
    """Smooth noise of standard deviation 1 whose spots are about ``scale`` px wide."""
    noise = ndimage.gaussian_filter(rng.normal(size=shape), scale)
    return np.asarray(noise / noise.std())


def leaf(rng: np.random.Generator, side: int) -> tuple[np.ndarray, np.ndarray]:
    """One leaf, turned at random: its colours in 0..1, ``side`` px square, and its coverage."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    turn = rng.uniform(0, 2 * np.pi)
    u, v = np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y
    v -= rng.uniform(-0.25, 0.25) * (u * u - 0.4)  # bent
    if rng.random() < 0.5:  # a toothed oval, veins slanting from its middle
        width = rng.uniform(0.3, 0.5) * np.sqrt(np.clip(1 - u * u, 0, 1)) * (1 - 0.35 * u)
        edge = np.abs(v) / np.maximum(width * (1 + 0.05 * np.abs(np.sin(26 * u))), 1e-3)
        veins = np.abs(np.sin(15 * (u - 0.55 * np.abs(v)))) < 0.13
        middle = np.abs(v) < 0.018
    else:  # five lobes, as a maple has
        r, angle = np.hypot(u, v), np.arctan2(v, u)
        notch = 0.25 * np.exp(-(((np.abs(angle) - np.pi) / 0.35) ** 2))
        lobes = 0.52 + 0.3 * np.abs(np.cos(2.5 * angle)) ** 1.5 + 0.06 * np.cos(25 * angle) - notch
        edge = r / np.maximum(1.05 * lobes, 1e-3)
        off = np.abs((angle * 5 / (2 * np.pi) + 0.5) % 1 - 0.5) * 2 * np.pi / 5
        veins = np.abs(np.sin(16 * (r - 1.1 * r * off))) < 0.12
        middle = (r * np.sin(off) < 0.02) & (r < 0.9 * lobes)
    stem = (np.abs(v + 0.1 * (u + 0.9) ** 2) < 0.016) & (np.abs(u + 0.7) < 0.3)
    large, fine = blotches(rng, x.shape, side / 22), blotches(rng, x.shape, 0.8)
    light = 0.25 * (u * rng.uniform(-1, 1) + v * rng.uniform(-1, 1))
    tone = 1 + 0.12 * large + 0.07 * fine + light - 0.25 * np.minimum(edge, 1) ** 4
    colour = np.array(COLOURS[rng.choice(4, p=(0.35, 0.3, 0.2, 0.15))]) * rng.uniform(0.6, 1.1)
    colour = colour * tone[..., None]
    colour += 0.4 * np.clip(large, 0, 2)[..., None] * np.array([-0.1, 0.08, 0.0])  # still green
    colour[veins] *= 1.14
    colour[middle] = 0.6 * colour[middle] + np.array([0.26, 0.22, 0.13])
    colour[blotches(rng, x.shape, 1.6) > 1.9] *= 0.55
    colour[stem] = np.array([0.5, 0.34, 0.2]) * rng.uniform(0.6, 1.1)
    cover = ndimage.gaussian_filter(((edge < 1) | stem).astype(float), 0.6)
    return np.clip(colour, 0, 1), cover


def ground() -> Image.Image:
    """Leaves laid one over another, each with its shadow, under light that falls through trees."""
    rng = np.random.default_rng(5)
    width, height = GROUND
    picture = (
        np.array([0.17, 0.13, 0.09]) * (1 + 0.35 * blotches(rng, (height, width), 1.0))[..., None]
    )

    def lay(colour: np.ndarray, cover: np.ndarray, y: int, x: int) -> None:
        side = len(cover)
        top, left = max(y, 0), max(x, 0)
        there = np.s_[top : min(y + side, height), left : min(x + side, width)]
        part = np.s_[top - y : min(side, height - y), left - x : min(side, width - x)]
        share = cover[part][..., None]
        picture[there] = picture[there] * (1 - share) + colour[part] * share

    for number in range(LEAVES):
        side = int(rng.uniform(70, 190))
        colour, cover = leaf(rng, side)
        y = int(rng.integers(-side // 2, height - side // 2))
        x = int(rng.integers(-side // 2, width - side // 2))
        if y + 5 < height and x + 4 < width:
            lay(np.zeros_like(colour), 0.62 * ndimage.gaussian_filter(cover, 4), y + 5, x + 4)
        lay(colour * (0.55 + 0.45 * number / LEAVES), cover, y, x)  # deep ones lie in the dark
    sun = 1.05 + 0.22 * np.tanh(2 * blotches(rng, (height, width), 42))
    picture *= sun[..., None] * np.array([1.05, 1.0, 0.9])
    picture += 0.012 * rng.normal(size=picture.shape)
    return Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))


def landscape() -> Image.Image:
    """Water, a far shore, a low sun and a wooden jetty; with texture, as photos have it."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] / np.array([HEIGHT, WIDTH])[:, None, None]

    def grain(scale: float, stretch: float = 1.0) -> np.ndarray:
        noise = ndimage.gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), (scale, scale * stretch))
        return np.asarray(noise / noise.std())

    horizon, sun = 0.52, (0.68, 0.34)
    glow = np.exp(-((x - sun[0]) ** 2 + ((y - sun[1]) * 0.9) ** 2) / 0.045)
    sky = np.stack(
        [0.42 + 0.5 * y + 0.35 * glow, 0.5 + 0.18 * y + 0.22 * glow, 0.66 - 0.12 * y], -1
    )
    sky += 0.035 * (grain(26, 3.0) + 0.5 * grain(9, 3.0))[..., None]
    disc = ((x - sun[0]) * 1.5) ** 2 + (y - sun[1]) ** 2 < 0.0028
    sky[disc] = (1.0, 0.88, 0.66)
    depth = np.clip((y - horizon) / (1 - horizon), 0, 1)
    waves = np.sin(260 * np.sqrt(depth + 0.02) * 2 + 2.5 * grain(5, 9.0)) * (0.25 + 0.75 * depth)
    water = np.stack([0.34 - 0.16 * depth, 0.42 - 0.14 * depth, 0.5 - 0.12 * depth], -1)
    streak = np.exp(-((x - sun[0]) ** 2) / (0.002 + 0.03 * depth)) * (0.4 + 0.6 * (waves > 0.35))
    water += 0.05 * waves[..., None] + streak[..., None] * np.array([0.42, 0.28, 0.12])
    picture = np.where((y > horizon)[..., None], water, sky)
    ridge = horizon - 0.05 - 0.03 * np.sin(9 * x) - 0.018 * np.sin(23 * x + 1) - 0.004 * grain(3)[0]
    shore = (y > ridge) & (y <= horizon)
    picture[shore] = (np.array([0.2, 0.24, 0.3]) + 0.02 * grain(1.2)[..., None])[shore]
    middle, half = 0.24 + 0.14 * depth, 0.035 + 0.16 * depth
    jetty = (np.abs(x - middle) < half) & (y > horizon + 0.1)
    boards = np.sin(120 * np.sqrt(depth + 0.01)) > -0.82
    wood = np.stack([0.36 + 0.1 * depth, 0.27 + 0.07 * depth, 0.2 + 0.04 * depth], -1)
    wood = (wood + 0.03 * grain(0.8, 8.0)[..., None]) * np.where(boards, 1.0, 0.45)[..., None]
    picture[jetty] = wood[jetty]
    picture += 0.012 * grain(0.7)[..., None]
    return Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))


def voice() -> np.ndarray:
    """Three groups of vowels with falling pitch: pulses of a glottis through resonators.

    Returns float samples in -1..1 at ``RATE``.
    """
    rng = np.random.default_rng(11)
    parts = [np.zeros(RATE // 3)]
    for sentence in SENTENCES:
        for at, vowel in enumerate(sentence):
            length = int(RATE * rng.uniform(0.2, 0.3))
            time = np.arange(length) / length
            pitch = (138 - 7 * at) * (1 + 0.04 * np.sin(2 * np.pi * time)) * (1 - 0.06 * time)
            pitch *= 1 + 0.006 * ndimage.gaussian_filter1d(rng.normal(size=length), 60) * 8
            phase = np.cumsum(pitch / RATE)
            source = np.diff(np.floor(phase), prepend=0.0)  # one pulse for each turn
            source = signal.lfilter([1.0], [1.0, -0.97], source)  # the glottis' slope
            source = np.diff(source, prepend=0.0) + 0.004 * rng.normal(size=length)
            sound = source
            for formant, width in zip(VOWELS[vowel], (70, 90, 130, 190), strict=True):
                radius = np.exp(-np.pi * width / RATE)
                angle = 2 * np.pi * formant / RATE
                a = [1.0, -2 * radius * np.cos(angle), radius**2]
                sound = signal.lfilter([sum(a)], a, sound)
            edge = np.minimum(1, np.minimum(time, 1 - time) * 9)
            parts.append(sound / np.abs(sound).max() * edge * rng.uniform(0.75, 1.0))
            hiss = signal.lfilter([1.0, -0.9], [1.0], rng.normal(size=int(RATE * 0.05)))
            parts.append(0.05 * hiss * np.hanning(hiss.size))  # between vowels, as consonants are
        parts.append(np.zeros(int(RATE * 0.35)))
    joined = np.concatenate(parts)
    return np.asarray(0.7 * joined / np.abs(joined).max() + 4e-4 * rng.normal(size=joined.size))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    ground().save(FOLDER / "leaves.jpg", quality=92)
    picture = landscape()
    said = PngImagePlugin.PngInfo()
    said.add_text(
        "parameters",
        "a harbour at dusk\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: 384x256, "
        "Model: sample",
    )
    small = picture.resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.LANCZOS)
    small.save(FOLDER / "says-it-is-ai.png", pnginfo=said, optimize=True)
    soundfile.write(FOLDER / "vowels.flac", voice(), RATE)


if __name__ == "__main__":
    main()
