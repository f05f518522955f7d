"""SceneGuard (arXiv 2511.16114): an ambience that belongs to the scene, and is heard.

[P] x' = x + gamma m(t) n(t), mask m in (0, 1) and gamma searched against speaker embeddings.
[R] The mask changes at most 10 times a second and has a gain for each of 12 bands of the mel scale,
so that it shapes the ambience towards what encoders read; the signal-to-noise ratio, against the
speech around each instant, never falls below a floor.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.optimise.loop import Options, Step, optimise
from engine.optimise.sound_channels import CHANNELS
from engine.optimise.turns import Turns
from engine.voice import masking
from engine.voice.surrogates import Likeness, to_image

STEPS = 16
BANDS = 12
POINTS_A_SECOND = 10.0
SPREAD = 12.0  # dB between the quietest and the loudest a band can be made
WINDOW = 0.4  # seconds over which the speech's level is taken
ROOM = 0.7


class MaskedAmbience:
    """``optimise.loop.Decoder``: (bands, points) in -1..1 -> the ambience, at its floor.

    The zero offset gives the plain ambience *less itself*, zero; so the loop's change is what the
    mask adds, and ``base`` is the plain ambience.
    """

    def __init__(self, wave: Tensor, ambience: Tensor, floor: float) -> None:
        self.samples = len(wave)
        self.spectrum = masking.stft(ambience[None])
        self.shape = (BANDS, max(2, int(len(wave) / masking.RATE * POINTS_A_SECOND)))
        self.level = _least_around(level_of(wave)) * 10 ** (-floor / 20)
        self.base = self.heard(torch.zeros(self.shape))

    def heard(self, offset: Tensor) -> Tensor:
        """(samples,) the ambience under the mask, its level ``floor`` dB below the speech."""
        frames = self.spectrum.shape[2]
        gain = functional.interpolate(
            offset[None, None], (masking.BINS, frames), mode="bilinear", align_corners=True
        )[0, 0]
        gain = 10 ** (SPREAD / 2 * gain / 20)
        sound = masking.istft(self.spectrum * gain, self.samples)[0]
        return sound / level_of(sound).clamp(min=1e-6) * self.level

    def __call__(self, offset: Tensor) -> Tensor:
        return (self.heard(offset) - self.base)[None, None, None] / 2


def level_of(sound: Tensor) -> Tensor:
    """(samples,) root mean square around each instant, smooth."""
    size = int(WINDOW * masking.RATE) // 2 * 2 + 1
    power = sound.square()[None, None]
    if len(sound) <= size:
        return (power.mean() + 1e-12).sqrt().expand(len(sound))
    power = functional.pad(power, (size // 2, size // 2), mode="reflect")
    coarse = functional.avg_pool1d(power, size, masking.RATE // 100)
    smooth = functional.interpolate(coarse, len(sound), mode="linear", align_corners=True)
    return (smooth[0, 0] + 1e-12).sqrt()


def _least_around(level: Tensor) -> Tensor:
    """The least within half a window to each side: where speech rises, the ambience waits."""
    size = min(int(WINDOW * masking.RATE) // 2 * 2 + 1, len(level) // 2 * 2 - 1)
    return -functional.max_pool1d(-level[None], size, 1, size // 2)[0]


def cover(
    wave: Tensor,
    ambience: Tensor,
    speaker: Sequence[Likeness],
    floor: float,
    seed: int,
    steps: int = STEPS,
) -> Generator[Step, None, Tensor]:
    """The change (samples,) for one piece. Without steps, the plain ambience at its floor."""
    with torch.no_grad():
        decoder = MaskedAmbience(wave, ambience, floor)
    if not steps:
        return decoder.base
    image = to_image((wave + decoder.base)[None].clamp(-1, 1))
    options = Options(
        steps=steps,
        step_size=0.12,
        momentum=0.8,
        channels=CHANNELS,
        identity=0.4,
        start=0.0,
    )
    found = yield from optimise(
        image,
        [Turns(speaker)],
        torch.full_like(image, ROOM),
        options,
        seed,
        decoder,
    )
    return decoder.base + found[0, 0, 0] * 2


def most_effective(
    wave: Tensor,
    ambiences: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]],
    speaker: Sequence[Likeness],
    floor: float,
) -> str:
    """The name of the ambience under which the surrogates know the speaker least."""
    scores = {}
    with torch.no_grad():
        for name, loop in ambiences.items():
            sound = torch.from_numpy(np.resize(loop, len(wave)).astype(np.float32))
            covered = to_image((wave + MaskedAmbience(wave, sound, floor).base)[None])
            scores[name] = sum(float(loss(covered, 0, lambda x: x)) for loss in speaker)
    return min(scores, key=lambda name: scores[name])
