"""Makes the samples in ``assets/samples``, from nothing but arithmetic.

    python -m tests.samples

``harbour.jpg`` is a rendered landscape, ``vowels.flac`` a synthesised voice that says vowels, and
``says-it-is-ai.png`` the same landscape with the text that a picture generator leaves in its files.
Nobody's photo, voice or work is in them; they may be used like the program itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from PIL import Image, PngImagePlugin
from scipy import ndimage, signal

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "samples"
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
    picture = landscape()
    picture.save(FOLDER / "harbour.jpg", quality=88)
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
