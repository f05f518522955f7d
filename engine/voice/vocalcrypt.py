"""VocalCrypt (arXiv 2502.10329): a pseudo-timbre under the masking threshold, without a model.

[P] Jamming information of another timbre hidden below what the voice masks; no gradients.
[R] The other timbre: partials that follow the speaker's own pitch, with the speaker's spectral
envelope stretched as a shorter vocal tract would have it, between the speaker's own partials too.
They fill the valleys between the formants, which is where encoders read a voice, and stay below the
threshold of ``masking``. Unvoiced sounds get noise of the same shape.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.voice import masking
from engine.voice.pitch import track

STRETCH = 1.25  # of the envelope towards higher frequencies
FLAT = 0.35  # share that goes everywhere below the threshold
CEPSTRA = 40  # of the envelope
LOUDER = 9.0  # dB by which it is heard less than noise of the same energy: more is allowed


def pseudo_timbre(wave: Tensor, above: float, seed: int) -> Tensor:
    """(samples,) at 16 kHz -> the change (samples,), ``above`` dB above the masking threshold."""
    spectrum = masking.stft(wave[None])
    allowed = masking.threshold(spectrum)[0] * 10 ** (above / 20)
    carrier = masking.stft(_carrier(wave, seed)[None])[0]
    size = _smooth(carrier.abs()).clamp(min=1e-9)
    shape = carrier / size * _weight(spectrum[0])
    return masking.istft((shape * allowed)[None], len(wave))[0]


def _carrier(wave: Tensor, seed: int) -> Tensor:
    """Partials at every half multiple of the pitch where there is one, noise elsewhere."""
    pitch = track(wave.numpy())
    hertz = torch.from_numpy(pitch.hertz)
    random = torch.Generator().manual_seed(seed)
    noise = torch.randn(len(wave), generator=random)
    voiced = (hertz > 0).float()
    if not bool(voiced.any()):
        return noise
    known = np.flatnonzero(pitch.hertz)
    filled = np.interp(np.arange(len(pitch.hertz)), known, pitch.hertz[known])
    curve = _at_samples(torch.from_numpy(filled.astype(np.float32)), len(wave))
    gate = _at_samples(functional.avg_pool1d(voiced[None], 5, 1, 2)[0], len(wave))
    half = torch.cumsum(curve.double() / 2 / masking.RATE, 0)
    place = (half - half.round()).float()
    period = 2 * masking.RATE / curve
    # A period of the half pitch with two unequal pulses: odd and even partials differ.
    pulses = torch.sinc(place * period) - 0.4 * torch.sinc((place.abs() - 0.31) * period)
    return pulses * period.sqrt() * gate + 0.5 * noise * (1 - gate)


def _at_samples(rows: Tensor, samples: int) -> Tensor:
    return functional.interpolate(
        rows[None, None].float(), samples, mode="linear", align_corners=True
    )[0, 0]


def _weight(spectrum: Tensor) -> Tensor:
    """(bins, frames) in 0..1: most where the stretched envelope is above the speaker's own."""
    log = (spectrum.abs() + 1e-6).log()
    cepstrum = torch.fft.irfft(log, dim=0)
    cepstrum[CEPSTRA : len(cepstrum) - CEPSTRA + 1] = 0
    envelope = torch.fft.rfft(cepstrum, dim=0).real
    place = torch.arange(masking.BINS) / STRETCH
    low = place.floor().long()
    share = (place - low)[:, None]
    high = (low + 1).clamp(max=masking.BINS - 1)
    stretched = envelope[low] * (1 - share) + envelope[high] * share
    return FLAT + (1 - FLAT) * torch.sigmoid((stretched - envelope) * 2)


def _smooth(magnitude: Tensor) -> Tensor:
    """Local level of a spectrum over 23 bins (360 Hz): partials stay partials."""
    mean = functional.avg_pool1d(magnitude.square().T, 23, 1, 11, count_include_pad=False).T
    return mean.sqrt()
