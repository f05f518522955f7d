"""The built-in voice cloner: one-shot conversion of a spoken phrase into a reference's voice.

    phrase -> content (envelope without pitch and without the speaker's mean) --+
    reference -> tone colour (its mean and spread, and what a network hears)  --+-> mel spectrogram
    pitch of the phrase, moved to the reference's mean                        --+-> vocoder -> sound

The tone colour modulates each layer (FiLM, 1709.07871), as instance normalisation takes the
phrase's own away (AdaIN-VC, 1904.05742). The vocoder is a harmonic-plus-noise synthesiser whose
filters a network predicts from the mel spectrogram (DDSP, 2001.04643): small, no adversary needed.
Everything is 16 kHz, a frame is 16 ms.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.loaders.filterbank import RATE, triangles

WINDOW, HOP, MELS = 1024, 256, 80
BINS = WINDOW // 2 + 1
CEPSTRA = 28  # of the mel axis: the envelope, without single partials
BANDS = 128  # in which the vocoder's network thinks
FLOOR = 1e-4


class MelSpectrogram(nn.Module):
    """(n, samples) -> (n, 80, frames): natural log of mel magnitude, a frame every 256 samples."""

    window: Tensor
    filters: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("filters", triangles(MELS, WINDOW), persistent=False)

    def forward(self, waves: Tensor) -> Tensor:
        magnitude = torch.stft(waves, WINDOW, HOP, WINDOW, self.window, return_complex=True).abs()
        mel = magnitude.transpose(1, 2) @ self.filters
        log: Tensor = (mel + FLOOR).log().transpose(1, 2)
        return log


def dct(size: int, kept: int) -> Tensor:
    """(kept, size): the first rows of the orthonormal DCT-II."""
    place = (torch.arange(size) + 0.5) * math.pi / size
    rows: Tensor = torch.stack([(k * place).cos() for k in range(kept)]) * (2 / size) ** 0.5
    rows[0] *= 0.5**0.5
    return rows


class _Layer(nn.Module):
    """Residual convolution over time, modulated by ``width`` numbers about the speaker."""

    def __init__(self, channels: int, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(channels, channels, 5, padding=2 * dilation, dilation=dilation)
        self.norm = nn.GroupNorm(1, channels)
        self.film = nn.Linear(width, 2 * channels) if width else None

    def forward(self, x: Tensor, speaker: Tensor | None = None) -> Tensor:
        y = self.norm(self.conv(x))
        if self.film is not None and speaker is not None:
            scale, shift = self.film(speaker)[:, :, None].chunk(2, 1)
            y = y * (1 + scale) + shift
        return x + functional.silu(y)


class ToneColour(nn.Module):
    """(n, 80, frames) log-mel of a reference -> (n, width): what the cloner knows of a voice."""

    def __init__(self, channels: int = 96, width: int = 96) -> None:
        super().__init__()
        self.start = nn.Conv1d(MELS, channels, 5, 2, 2)
        self.layers = nn.ModuleList(_Layer(channels, 0, d) for d in (1, 2))
        self.end = nn.Linear(2 * channels + 2 * MELS, width)
        self.width = width

    def forward(self, mel: Tensor) -> Tensor:
        x = functional.silu(self.start(mel / 4))
        for layer in self.layers:
            x = layer(x)
        both = [x.mean(2), x.std(2), mel.mean(2) / 4, mel.std(2)]
        return torch.tanh(self.end(torch.cat(both, 1)))


class Converter(nn.Module):
    """Content and pitch of a phrase, tone colour of a reference -> log-mel."""

    liftering: Tensor

    def __init__(self, channels: int = 160, content: int = 20, width: int = 96) -> None:
        super().__init__()
        self.register_buffer("liftering", dct(MELS, CEPSTRA), persistent=False)
        self.colour = ToneColour(width=width)
        self.hear = nn.Conv1d(CEPSTRA, channels, 5, padding=2)
        self.hearing = nn.ModuleList(_Layer(channels, 0, d) for d in (1, 2))
        self.narrow = nn.Conv1d(channels, content, 1)
        self.say = nn.Conv1d(content + 3, channels, 5, padding=2)
        self.saying = nn.ModuleList(_Layer(channels, width, d) for d in (1, 2, 4, 1))
        self.end = nn.Conv1d(channels, MELS, 1)
        self.level = nn.Linear(width, MELS)

    def content(self, mel: Tensor) -> Tensor:
        """What is said: cepstra without their mean and spread over time, through a bottleneck."""
        cepstra = self.liftering @ mel
        x = _without_speaker(cepstra)
        x = functional.silu(self.hear(x))
        for layer in self.hearing:
            x = layer(x)
        return _without_speaker(self.narrow(x))

    def forward(self, mel: Tensor, pitch: Tensor, loudness: Tensor, colour: Tensor) -> Tensor:
        """``mel`` (n, 80, frames) of the phrase; ``pitch`` (n, frames) in Hz, 0 unvoiced, as the
        clone shall have it; ``loudness`` (n, frames) natural log, mean 0; ``colour`` (n, width)."""
        voiced = (pitch > 0).float()
        octaves = ((pitch.clamp(min=50) / 150).log2() * voiced)[:, None]
        x = torch.cat([self.content(mel), octaves, voiced[:, None], loudness[:, None]], 1)
        x = functional.silu(self.say(x))
        for layer in self.saying:
            x = layer(x, colour)
        out: Tensor = self.end(x) * 2 + 4 * self.level(colour)[:, :, None] - 4
        return out


def _without_speaker(x: Tensor) -> Tensor:
    return (x - x.mean(2, keepdim=True)) / (x.std(2, keepdim=True) + 1e-3)


class Vocoder(nn.Module):
    """Log-mel and pitch -> sound: a pulse train and noise through predicted filters."""

    window: Tensor
    widen: Tensor
    inverse: Tensor

    def __init__(self, channels: int = 128) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("inverse", _mel_to(BANDS), persistent=False)
        self.register_buffer("widen", _bands_to_bins(), persistent=False)
        self.start = nn.Conv1d(MELS + 2, channels, 5, padding=2)
        self.layers = nn.ModuleList(_Layer(channels, 0, d) for d in (1, 2, 1))
        self.end = nn.Conv1d(channels, 2 * BANDS, 1)
        nn.init.zeros_(self.end.weight)

    def forward(self, mel: Tensor, pitch: Tensor, noise: Tensor | None = None) -> Tensor:
        """(n, 80, frames), (n, frames) in Hz -> (n, (frames - 1) * 256) samples."""
        voiced = (pitch > 0).float()
        octaves = (pitch.clamp(min=50) / 150).log2() * voiced
        x = torch.cat([mel / 4, octaves[:, None], voiced[:, None]], 1)
        x = functional.silu(self.start(x))
        for layer in self.layers:
            x = layer(x)
        harmonic, rough = self.end(x).chunk(2, 1)
        plain = self.inverse @ mel
        samples = (mel.shape[2] - 1) * HOP
        pulses = pulse_train(pitch, samples)
        if noise is None:
            noise = torch.randn(pulses.shape, device=mel.device)
        tones = self._spectrum(pulses) * self._filter(plain + harmonic - 3, voiced)
        hiss = self._spectrum(noise) * self._filter(plain + rough - 5, torch.ones_like(voiced))
        return torch.istft(tones + hiss, WINDOW, HOP, WINDOW, self.window, length=samples)

    def _filter(self, bands: Tensor, gate: Tensor) -> Tensor:
        return (self.widen @ bands).clamp(-14, 4).exp() * gate[:, None]

    def _spectrum(self, wave: Tensor) -> Tensor:
        return torch.stft(wave, WINDOW, HOP, WINDOW, self.window, return_complex=True)


def pulse_train(pitch: Tensor, samples: int) -> Tensor:
    """(n, frames) Hz -> (n, samples): a band-limited pulse each period, unit mean power."""
    hertz = torch.where(pitch > 0, pitch, torch.full_like(pitch, 120.0))
    hertz = functional.interpolate(hertz[:, None], samples, mode="linear", align_corners=True)[:, 0]
    phase = torch.cumsum(hertz.double() / RATE, 1)
    place = (phase - phase.round()).to(pitch)  # -0.5..0.5 of a period
    period = RATE / hertz
    return torch.sinc(place * period) * period.sqrt()


def _mel_to(bands: int) -> Tensor:
    """(bands, 80): log-mel read at evenly spaced frequencies, less the width of each triangle."""
    top = 2595 * math.log10(1 + RATE / 2 / 700)
    hertz = torch.linspace(0, RATE / 2, bands)
    place = (2595 * (1 + hertz / 700).log10() / top * (MELS + 1) - 1).clamp(0, MELS - 1)
    low = place.floor().long().clamp(max=MELS - 2)
    share = (place - low).unsqueeze(1)
    eye = torch.eye(MELS)
    return eye[low] * (1 - share) + eye[low + 1] * share


def _bands_to_bins() -> Tensor:
    place = torch.linspace(0, BANDS - 1, BINS)
    low = place.floor().long().clamp(max=BANDS - 2)
    share = (place - low).unsqueeze(1)
    eye = torch.eye(BANDS)
    return eye[low] * (1 - share) + eye[low + 1] * share
