"""CloneShield (arXiv 2505.19119): a change that speaker encoders hear and people hardly do.

[P] Universal and in the time domain; min-norm weights over surrogates and utterances; decomposed on
a spectrogram and refined per sample for imperceptibility.
[R] Complex numbers in units of the masking threshold, one for each bin and frame, searched for each
piece of a recording: their energy is limited, not their size, so that it goes where an encoder
listens. Encoders that hear mel power and those that hear its logarithm are moved by different
changes; each kind gets a search of its own, and the two are added. An enrolled voice has a *tile*,
4 s of such numbers that were searched over stretches of its speech, repeated for ever.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import torch
from torch import Tensor

from engine.measure.disturbance import quality
from engine.models.builtin import HEAR_POWER
from engine.models.roles import SpeakerEncoder
from engine.optimise.channels import Transform
from engine.optimise.loop import Options, Step, optimise
from engine.optimise.sound_channels import CHANNELS
from engine.optimise.turns import Turns
from engine.voice import masking
from engine.voice.surrogates import Likeness, from_image, likeness, to_image

TILE_FRAMES = 250  # of 16 ms: 4 s
REFINE_STEPS = 16
POWER_STEPS = 12
QUICK_STEPS = 4
ENROL_STEPS = 120
POWER_SHARE = 1.5  # amplitude of the change for encoders that hear power, the other's being 1
UTTERANCES = 24  # stretches of speech that share one tile while enrolling
AT_ONCE = 4  # of them in a step
SOFTER = 6.0  # dB that a tile lies below what is searched on top of it
# [R] So far, in dB, from the masking threshold towards a level that is the same everywhere: below
# the threshold alone neither the ear nor an unseen encoder notices much.
EVEN = 0.6
# [R] What is heard counts in the search itself: an estimated PESQ-WB that costs nothing, and what a
# whole point less weighs. Chosen on ten held-out speakers by judges that were left out of the
# search: at the same PESQ they move 1.4 times as far as with a fixed rule for treble and pauses.
UNHEARD, WEIGHT = 4.4, 2.0
ROOM = 0.5  # largest change of a sample; the threshold is far below it


class MaskedSpectrum:
    """``optimise.loop.Decoder``: numbers in -1..1 -> a change at the masking threshold.

    ``allowed`` is (n, bins, frames), the largest magnitude for each of n waves; one set of numbers
    of ``frames`` frames serves all, repeated along time.
    """

    def __init__(self, allowed: Tensor, frames: int, samples: int) -> None:
        self.allowed = allowed
        self.samples = samples
        self.shape = (2, masking.BINS, frames)

    def __call__(self, offset: Tensor) -> Tensor:
        change = masking.istft(self.spectrum(offset), self.samples)
        return change[None, None] / 2  # pictures span 1, waves 2

    def spectrum(self, offset: Tensor) -> Tensor:
        frames = self.allowed.shape[2]
        times = -(-frames // offset.shape[2])
        numbers = torch.complex(offset[0], offset[1]).repeat(1, times)[:, :frames]
        return numbers * self.allowed


def apply(tile: Tensor, wave: Tensor, above: float, start: int) -> Tensor:
    """(samples,) -> the change (samples,). ``start`` is the wave's first sample in the recording,
    so that pieces of a long recording continue one another's tile."""
    allowed = _allowed(wave[None], above)
    turned = tile.roll(-(start // masking.HOP), dims=2)
    decoder = MaskedSpectrum(allowed, tile.shape[2], len(wave))
    return masking.istft(decoder.spectrum(turned), len(wave))[0]


def protect(
    wave: Tensor,
    speaker: Sequence[Likeness],
    above: float,
    seed: int,
    tile: Tensor | None = None,
    quick: bool = False,
) -> Generator[Step, None, Tensor]:
    """The change for one piece (samples,); ``speaker``: how each model knows who speaks."""
    power = [known for known in speaker if known.model.id in HEAR_POWER]
    others = [known for known in speaker if known.model.id not in HEAR_POWER]
    steps = QUICK_STEPS if quick else REFINE_STEPS
    change = torch.zeros_like(wave)
    if others:
        change = yield from refine(wave, others, above, seed, tile, steps)
    if power:
        more = yield from refine(wave, power, above, seed + 1, None, POWER_STEPS)
        change = change + POWER_SHARE * more
    return change


def refine(
    wave: Tensor,
    speaker: Sequence[Likeness],
    above: float,
    seed: int,
    tile: Tensor | None = None,
    steps: int = REFINE_STEPS,
) -> Generator[Step, None, Tensor]:
    """Search the change on all models in turn. A tile lies ``SOFTER`` under it, and the search
    knows of it."""
    base = torch.zeros_like(wave)
    if tile is not None:
        base = apply(tile, wave, above - SOFTER, 0)
    allowed = _allowed(wave[None], above)
    decoder = MaskedSpectrum(allowed, allowed.shape[2], len(wave))
    image = to_image((wave + base)[None])
    limit = torch.full_like(image, ROOM)
    losses = [Turns(speaker)]
    found = yield from optimise(image, losses, limit, _options(steps), seed, decoder)
    return base + found[0, 0, 0] * 2


def enrol(
    speech: Tensor,
    models: Sequence[SpeakerEncoder],
    above: float,
    seed: int,
    steps: int = ENROL_STEPS,
) -> Generator[Step, None, Tensor]:
    """Search the tile (2, bins, ``TILE_FRAMES``) over stretches of a speaker's speech
    (n, samples)."""
    chosen = speech[torch.linspace(0, len(speech) - 1, min(UTTERANCES, len(speech))).long()]
    allowed = _allowed(chosen, above)
    decoder = _Remembering(allowed, TILE_FRAMES, chosen.shape[1])
    image = to_image(chosen)
    losses = [
        Few(loss, len(chosen), seed) for loss in (likeness(model, speech) for model in models)
    ]
    limit = torch.full_like(image, ROOM)
    yield from optimise(image, [Turns(losses)], limit, _options(steps), seed, decoder)
    return decoder.offset


class Few:
    """``optimise.loop.Loss``: a loss on ``AT_ONCE`` of the waves, others in each step."""

    def __init__(self, loss: Likeness, count: int, seed: int) -> None:
        self.loss, self.count, self.seed = loss, count, seed

    def __call__(self, images: Tensor, step: int, transform: Transform) -> Tensor:
        random = torch.Generator().manual_seed(self.seed + 7919 * step)
        chosen = torch.randperm(self.count, generator=random)[:AT_ONCE]
        return self.loss(images[:, :, chosen], step, transform)


class _Remembering(MaskedSpectrum):
    """Keeps the numbers of the last call: after the loop, those of its result."""

    offset: Tensor

    def __call__(self, offset: Tensor) -> Tensor:
        self.offset = offset.detach()
        return super().__call__(offset)


class Heard:
    """``optimise.hinge.Bound``: points of estimated PESQ-WB below ``UNHEARD``, on ``AT_ONCE`` of
    the waves, others in each step."""

    weight = WEIGHT

    def __init__(self) -> None:
        self.step = 0

    def excess(self, image: Tensor, changed: Tensor) -> Tensor:
        clean, heard = from_image(image), from_image(changed)
        apart = -(-len(clean) // AT_ONCE)
        some = slice(self.step % apart, None, apart)
        self.step += 1
        return (UNHEARD - quality(clean[some], heard[some])).clamp(min=0).mean()


def _options(steps: int) -> Options:
    return Options(
        steps=steps,
        step_size=0.6 if steps > 2 * QUICK_STEPS else 1.0,
        momentum=0.9,
        channels=CHANNELS,
        identity=0.4,
        start=0.3,
        rule="energy",
        hinge=Heard(),
    )


def _allowed(waves: Tensor, above: float) -> Tensor:
    """(n, bins, frames), of the same energy as the masking threshold ``above`` dB higher."""
    with torch.no_grad():
        spectrum = masking.stft(waves)
        mask = masking.threshold(spectrum) * 10 ** (above / 20)
        even = _level(mask)
        mixed = mask ** (1 - EVEN) * even**EVEN
        return mixed * (even / _level(mixed))


def _level(magnitude: Tensor) -> Tensor:
    return magnitude.square().mean((1, 2), keepdim=True).sqrt().clamp(min=1e-9)
