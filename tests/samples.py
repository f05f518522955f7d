"""Makes the samples in ``assets/samples``.

    python -m tests.samples

``leaves.jpg`` is autumn leaves on the ground, drawn one over another, ``words.flac`` a few
sentences in a voice that nobody has, ``says-it-is-ai.png`` a rendered landscape with the text that
a picture generator leaves in its files.
Nobody's photo, voice or work is in them; they may be used like the program itself.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr
from PIL import Image, PngImagePlugin
from scipy import ndimage, signal

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "samples"
GROUND = (512, 384)  # width and height of the leaves: small enough for a result in a minute
LEAVES = 230
COLOURS = ((0.80, 0.42, 0.10), (0.66, 0.20, 0.10), (0.86, 0.68, 0.22), (0.44, 0.36, 0.16))
WIDTH, HEIGHT = 768, 512
RATE = 16_000
TEXT = (
    "This recording is yours to try Cloakroom on. Nobody spoke it. Listen to it before and after, "
    "then let a machine imitate the voice. Voices are easy to copy, so it is worth knowing what "
    "helps, and what does not."
)


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


def spoken() -> np.ndarray:
    """``TEXT`` in a voice that nobody has: the speech program espeak-ng says it, and the built-in
    cloner says it again in a voice between espeak-ng's own, in a small room with some noise in it.

    Returns float samples in -1..1 at ``RATE``. Raises ``FileNotFoundError`` without espeak-ng.
    """
    import torch

    from engine.context import Context
    from engine.models import builtin
    from engine.models.cache import ModelCache
    from engine.voice.disguise import changed

    device = torch.device("cpu")
    cloner = builtin.cloner(builtin.CLONERS[0], Context(device, ModelCache(device)))
    phrase, model = (torch.from_numpy(said(voice)) for voice in ("en-gb+m7", "en-us+f2"))
    nobody = torch.from_numpy(np.asarray(changed(model.numpy(), 1.1, 1.06), np.float32))
    dry = cloner.say(phrase[None], nobody[None], 0)[0].numpy().astype(np.float64)
    rng = np.random.default_rng(5)
    time = np.arange(int(0.4 * RATE)) / RATE
    room = rng.normal(size=time.size) * np.exp(-6.9 * time / 0.25)
    room[:40] = 0
    room *= 0.35 / np.linalg.norm(room)
    room[0] = 1
    sound = signal.fftconvolve(dry, room)[: dry.size]
    hiss = np.fft.rfft(rng.normal(size=sound.size))
    hiss /= np.sqrt(np.maximum(np.fft.rfftfreq(sound.size, 1 / RATE), 60) / 60)
    noise = np.fft.irfft(hiss, sound.size)
    sound += noise * (0.01 * sound.std() / noise.std())
    return np.asarray(0.6 * sound / np.abs(sound).max())


def said(voice: str) -> np.ndarray:
    """``TEXT`` by espeak-ng: (samples,) at ``RATE``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(file), TEXT], check=True)
        sound, rate = soundfile.read(file, dtype="float32")
    return np.asarray(soxr.resample(sound, rate, RATE), np.float32)


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
    try:
        soundfile.write(FOLDER / "words.flac", spoken(), RATE)
    except FileNotFoundError:
        print("words.flac needs the program espeak-ng; the one that is there stays")


if __name__ == "__main__":
    main()
