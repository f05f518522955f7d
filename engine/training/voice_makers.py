"""Ways to say a recording again, for the voice detector to learn from.

Some need no training (Griffin-Lim, source and filter), others are small neural vocoders and codecs
that the recipe trains on the spot; they differ in how they come from frames to samples (inverse
Fourier transform, transposed convolution, repeated samples, patches, a filtered source), which is
what leaves the traces. Sounds are float32 (n, samples) at 16 kHz, samples a multiple of 1280.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.training.small_autoencoders import halved, stepped

RATE, HOP = 16_000, 256
MELS = 80


@dataclass(frozen=True)
class Family:
    """``way``: from frames to samples. ``entry``: "mel" (a vocoder), "codec" (rounded latents of an
    encoder) or "noisy" (a denoiser). ``group``: families left out of a fold together."""

    name: str
    group: str
    way: str
    entry: str = "mel"
    width: int = 96
    adversary: bool = False


FAMILIES = (
    Family("vocoder-fourier", "frames", "fourier", width=192),
    Family("vocoder-patches", "frames", "patches", width=192, adversary=True),
    Family("vocoder-transposed", "samples", "transposed", width=128, adversary=True),
    Family("vocoder-repeated", "samples", "repeated", width=128),
    Family("vocoder-source", "samples", "source", width=64),
    Family("codec-transposed", "codec", "transposed", "codec", width=96, adversary=True),
    Family("codec-repeated", "codec", "repeated", "codec", width=96),
    Family("denoiser", "codec", "unet", "noisy", width=32),
)
# What needs no training, by group.
PLAIN = {
    "griffin-lim": "griffin-lim",
    "griffin-lim-mel": "griffin-lim",
    "random-phase": "griffin-lim",
    "source-filter-cepstral": "source-filter",
    "source-filter-mel": "source-filter",
}
_STEPS = (8, 8, 4)  # enlargements from a frame to HOP samples


def mel_filters(bins: int, device: torch.device, bands: int = MELS) -> Tensor:
    """(bands, bins): triangles on the HTK mel scale up to 8 kHz."""
    top = 2595 * math.log10(1 + RATE / 2 / 700)
    mels = torch.linspace(0, top, bands + 2, device=device)
    edges = 700 * (10 ** (mels / 2595) - 1)
    hertz = torch.linspace(0, RATE / 2, bins, device=device)[None]
    rise = (hertz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hertz) / (edges[2:] - edges[1:-1])[:, None]
    return torch.minimum(rise, fall).clamp(min=0)


def stft(sounds: Tensor, size: int, hop: int) -> Tensor:
    window = torch.hann_window(size, device=sounds.device)
    return torch.stft(sounds, size, hop, size, window, return_complex=True)


def istft(spectrum: Tensor, size: int, hop: int, samples: int) -> Tensor:
    window = torch.hann_window(size, device=spectrum.device)
    found: Tensor = torch.istft(spectrum, size, hop, size, window, length=samples)
    return found


def log_mel(sounds: Tensor) -> Tensor:
    """(n, MELS, samples / HOP): natural log of mel magnitudes, a frame every HOP samples."""
    magnitude = stft(sounds, 1024, HOP).abs()[..., : sounds.shape[1] // HOP]
    return (mel_filters(513, sounds.device) @ magnitude + 1e-4).log()


# ---- without training -----------------------------------------------------------------------


def griffin_lim(magnitude: Tensor, size: int, hop: int, steps: int, samples: int) -> Tensor:
    """Phases found by going back and forth, with momentum (Perraudin et al. 2013)."""
    angle = torch.exp(2j * math.pi * torch.rand_like(magnitude))
    before = torch.zeros_like(angle)
    for _ in range(steps):
        again = stft(istft(magnitude * angle, size, hop, samples), size, hop)
        angle = again - 0.99 / 1.99 * before
        angle = angle / (angle.abs() + 1e-9)
        before = again
    return istft(magnitude * angle, size, hop, samples)


def source_filter(sounds: Tensor, pitch: Tensor, kept: int, mel: bool) -> Tensor:
    """Pulses at the pitch and noise through the spectral envelope, as WORLD does. ``pitch``
    (n, frames) in Hz, 0 unvoiced, a frame every 160 samples. ``kept``: cepstra of the envelope."""
    n, samples = sounds.shape
    size = 1024
    magnitude = stft(sounds, size, HOP).abs() + 1e-5
    if mel:
        bank = mel_filters(513, sounds.device, 60)
        spread = bank / bank.sum(0, keepdim=True).clamp(min=1e-3)
        bands = bank @ magnitude / bank.sum(1, keepdim=True).clamp(min=1e-3)
        envelope = (spread.T @ bands.log()).exp()
    else:
        cepstrum = torch.fft.irfft(magnitude.log(), dim=1)
        cepstrum[:, kept:-kept] = 0
        envelope = torch.fft.rfft(cepstrum, dim=1).real.exp()
    hertz = functional.interpolate(pitch[:, None], samples, mode="nearest")[:, 0]
    voiced = (hertz > 0).float()
    track = torch.where(hertz > 0, hertz, torch.full_like(hertz, 120.0))
    phase = torch.cumsum(track.double() / RATE, 1)
    place = (phase - phase.round()).float() * RATE / track
    pulses = torch.sinc(place) * (RATE / track).sqrt() * voiced
    sources = [stft(x, size, HOP) for x in (pulses, torch.randn_like(sounds))]
    rough = torch.linspace(0, 1, 513, device=sounds.device)[None, :, None]
    edge = 0.3 + 0.4 * torch.rand(n, 1, 1, device=sounds.device)
    share = ((rough / edge).clamp(0, 1)).square()
    gate = functional.interpolate(voiced[:, None], magnitude.shape[2], mode="nearest")
    share = share * gate + (1 - gate)
    mixed = (1 - share).sqrt() * sources[0] + share.sqrt() * sources[1]
    ours = mixed.abs().square().mean(1, keepdim=True)
    flat = (magnitude / envelope).square().mean(1, keepdim=True)
    gain = (flat / (ours + 1e-6)).sqrt().clamp(max=8)
    return istft(mixed * envelope * gain, size, HOP, samples)


def plain(kind: str, sounds: Tensor, pitch: Tensor, random: torch.Generator) -> Tensor:
    """A copy by one of ``PLAIN``; its settings are drawn for the whole batch."""

    def pick(values: tuple[int, ...]) -> int:
        return values[int(torch.randint(len(values), (1,), generator=random))]

    samples = sounds.shape[1]
    if kind.startswith("source-filter"):
        return source_filter(sounds, pitch, pick((24, 32, 40, 56)), kind.endswith("mel"))
    size = pick((512, 1024, 2048))
    hop = size // pick((4, 4, 8))
    magnitude = stft(sounds, size, hop).abs()
    if kind == "griffin-lim-mel":
        bank = mel_filters(size // 2 + 1, sounds.device, pick((64, 80, 100)))
        magnitude = (torch.linalg.pinv(bank) @ (bank @ magnitude)).clamp(min=0)
    steps = 1 if kind == "random-phase" else pick((8, 16, 32, 60))
    return griffin_lim(magnitude, size, hop, steps, samples)


# ---- trained on the spot --------------------------------------------------------------------


class _Block(nn.Module):
    """Dilated convolutions, added to their input."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation)
        self.second = nn.Conv1d(width, width, 1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.leaky_relu(self.first(functional.leaky_relu(x, 0.1)), 0.1)
        made: Tensor = x + self.second(y)
        return made


class _Larger(nn.Module):
    """``times`` as many samples, by one of the ways."""

    def __init__(self, way: str, before: int, after: int, times: int) -> None:
        super().__init__()
        self.way, self.times = way, times
        self.step: nn.Module
        if way == "transposed":
            self.step = nn.ConvTranspose1d(before, after, 2 * times, times, times // 2)
        else:
            self.step = nn.Conv1d(before, after, 7, padding=3)

    def forward(self, x: Tensor) -> Tensor:
        if self.way != "transposed":
            x = x.repeat_interleave(self.times, 2)
        made: Tensor = self.step(functional.leaky_relu(x, 0.1))
        return made


class Maker(nn.Module):
    """One family's network: sounds and their pitch -> sounds of the same length."""

    def __init__(self, family: Family) -> None:
        super().__init__()
        self.family = family
        width = family.width
        widths = [width, width // 2, width // 4, max(width // 8, 8)]
        if family.entry == "mel":
            self.start = nn.Conv1d(MELS + 1, width, 7, padding=3)
        else:
            self.open = nn.Conv1d(1, widths[-1], 7, padding=3)
            self.down = nn.ModuleList(
                nn.Sequential(
                    _Block(before, 1),
                    nn.Conv1d(before, after, 2 * times, times, times // 2),
                )
                for before, after, times in zip(
                    widths[:0:-1], widths[-2::-1], _STEPS[::-1], strict=True
                )
            )
            latent = width if family.entry == "noisy" else 24
            self.squeeze = nn.Conv1d(width, latent, 1)
            self.start = nn.Conv1d(latent, width, 3, padding=1)
        self.middle = nn.Sequential(*(_Block(width, d) for d in (1, 3, 1, 3)))
        self.up = nn.ModuleList()
        if family.way == "fourier":
            self.end = nn.Conv1d(width, 2 * 513, 1)
        elif family.way == "patches":
            self.end = nn.Conv1d(width, HOP, 3, padding=1)
        else:
            way = "transposed" if family.way in ("transposed", "unet") else "repeated"
            self.up = nn.ModuleList(
                nn.Sequential(
                    _Larger(way, before, after, times), _Block(after, 1), _Block(after, 3)
                )
                for before, after, times in zip(widths[:-1], widths[1:], _STEPS, strict=True)
            )
            source = 1 if family.way == "source" else 0
            self.end = nn.Conv1d(widths[-1] + source, 1, 15, padding=7)
        if family.entry == "noisy":
            nn.init.zeros_(self.end.weight)

    def forward(self, sounds: Tensor, pitch: Tensor) -> Tensor:
        family, samples = self.family, sounds.shape[1]
        kept: list[Tensor] = []
        if family.entry == "mel":
            voiced = functional.interpolate(pitch[:, None], samples // HOP, mode="nearest")
            x = torch.cat([log_mel(sounds) / 4, voiced / 200], 1)
        else:
            x = self.open(sounds[:, None])
            for layer in self.down:
                kept.append(x)
                x = layer(x)
            x = self.squeeze(x)
            if family.entry == "codec":
                x = 2 * torch.tanh(x)
                x = x + (x.round() - x).detach()
        x = self.middle(self.start(x))
        for layer in self.up:
            x = layer(x)
            if family.entry == "noisy":
                x = x + kept.pop()
        if family.way == "source":
            x = torch.cat([x, _sines(pitch, samples)[:, None]], 1)
        x = self.end(functional.leaky_relu(x, 0.1)).float()
        if family.way == "fourier":
            size, angle = x.clamp(-12, 12).chunk(2, 1)
            spectrum = torch.polar((size.clamp(max=5)).exp(), angle * 3)
            spectrum = functional.pad(spectrum, (0, 1))
            return istft(spectrum, 1024, HOP, samples)
        if family.way == "patches":
            x = x.transpose(1, 2).reshape(len(x), 1, samples)
        made: Tensor = x[:, 0]
        return sounds + made if family.entry == "noisy" else made


def _sines(pitch: Tensor, samples: int) -> Tensor:
    """Eight partials of the pitch, and a little noise."""
    hertz = functional.interpolate(pitch[:, None], samples, mode="nearest")[:, 0]
    phase = 2 * math.pi * torch.cumsum(hertz.double() / RATE, 1).frac().float()
    partials = torch.arange(1, 9, device=pitch.device)[:, None, None]
    tone: Tensor = (partials * phase).sin().sum(0) * 0.05 * (hertz > 0)
    return tone + torch.randn_like(hertz) * 0.03


def difference(made: Tensor, sounds: Tensor) -> Tensor:
    """Spectral convergence and log magnitude at three resolutions (1910.11480)."""
    total = sounds.new_zeros(())
    for size in (256, 512, 1024):
        ours, theirs = (stft(x, size, size // 4).abs() for x in (made, sounds))
        total = total + (ours - theirs).norm() / (theirs.norm() + 1e-6)
        total = total + ((ours + 1e-3).log() - (theirs + 1e-3).log()).abs().mean()
    return total / 3


def adversary() -> nn.Sequential:
    """Judges stretches of a wave at three strides: real or made."""
    return nn.Sequential(
        nn.Conv1d(1, 16, 15, padding=7),
        nn.LeakyReLU(0.2),
        nn.Conv1d(16, 48, 21, 4, 10, groups=4),
        nn.LeakyReLU(0.2),
        nn.Conv1d(48, 96, 21, 4, 10, groups=8),
        nn.LeakyReLU(0.2),
        nn.Conv1d(96, 96, 5, padding=2),
        nn.LeakyReLU(0.2),
        nn.Conv1d(96, 1, 3, padding=1),
    )


class Workshop:
    """The families in training: one step at a time, of one after the other."""

    def __init__(self, families: tuple[Family, ...], device: torch.device, rate: float) -> None:
        self.device, self.rate = device, rate
        self.makers = {f.name: Maker(f).to(device) for f in families}
        self.adversaries = {f.name: adversary().to(device) for f in families if f.adversary}
        fused = device.type == "cuda"
        self.steps = {
            name: torch.optim.AdamW(maker.parameters(), rate, fused=fused)
            for name, maker in self.makers.items()
        }
        self.counter = {
            name: torch.optim.AdamW(judge.parameters(), rate / 2, betas=(0.5, 0.9), fused=fused)
            for name, judge in self.adversaries.items()
        }

    def step(self, name: str, sounds: Tensor, pitch: Tensor, progress: float) -> None:
        """One step of one family; the adversary joins after half of the way (``progress`` 0..1)."""
        maker, family = self.makers[name], self.makers[name].family
        for group in self.steps[name].param_groups:
            group["lr"] = self.rate * (1 - 0.8 * progress)
        fed = sounds
        if family.entry == "noisy":
            level = 0.05 * torch.rand(len(sounds), 1, device=sounds.device)
            fed = sounds + level * torch.randn_like(sounds)
        with halved(self.device):
            made = maker(fed, pitch)
        loss = difference(made, sounds)
        if family.entry != "mel":
            loss = loss + 10 * (made - sounds).abs().mean()
        fights = family.adversary and progress > 0.5
        if fights:
            judge = self.adversaries[name].requires_grad_(False)
            with halved(self.device):
                loss = loss - 0.05 * judge(made[:, None] * 5).float().mean()
        stepped(self.steps[name], loss)
        if fights:
            judge.requires_grad_(True)
            with halved(self.device):
                real = judge(sounds[:, None] * 5).float()
                fake = judge(made.detach()[:, None] * 5).float()
            stepped(self.counter[name], (1 - real).relu().mean() + (1 + fake).relu().mean())

    @torch.no_grad()
    def made(self, name: str, sounds: Tensor, pitch: Tensor) -> Tensor:
        maker = self.makers[name]
        x = sounds
        rounds = (0.04, 0.02) if maker.family.entry == "noisy" else (0.0,)
        for level in rounds:
            fed = x + level * torch.randn_like(x) if level else x
            with halved(self.device):
                x = maker(fed, pitch)
        return x.clamp(-1, 1)

    @torch.no_grad()
    def quality(self, sounds: Tensor, pitch: Tensor) -> dict[str, float]:
        """``difference`` of what each makes from the sounds; Griffin-Lim has about 0.6."""
        return {
            name: round(float(difference(self.made(name, sounds, pitch), sounds)), 2)
            for name in self.makers
        }
