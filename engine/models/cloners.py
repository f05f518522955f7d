"""The built-in cloner: one-shot conversion, loaded from folders of ``assets/models``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from engine.models.cloning import HOP, Converter, MelSpectrogram, Vocoder
from engine.models.loaders.filterbank import RATE
from engine.models.voiceprints import WEIGHTS
from engine.voice.pitch import track

LEVEL = 0.06  # root mean square at which the networks have heard all voices


class BuiltinCloner:
    """Says a spoken phrase in the voice of a reference."""

    def __init__(self, folder: Path, vocoder: Path, id: str, device: torch.device) -> None:
        self.id = id
        self.sha256 = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
        self.sample_rate = RATE
        self.mels = MelSpectrogram().to(device)
        self.converter: Converter = _loaded(folder, device)
        self.vocoder: Vocoder = _loaded(vocoder, device)

    def colour(self, waves: Tensor) -> Tensor:
        """(n, samples) -> (n, width): the voice of each, as the cloner takes it. Differentiable."""
        found: Tensor = self.converter.colour(self.mels(levelled(waves)))
        return found

    @torch.no_grad()
    def say(
        self,
        phrase: Tensor,
        reference: Tensor,
        seed: int,
        noise: Callable[[int, int], npt.NDArray[np.float32]] | None = None,
    ) -> Tensor:
        """(1, samples), (1, samples) -> (1, samples'): the phrase in the reference's voice.

        The seed moves the pitch a little, as another reading would, and draws the vocoder's noise,
        or is given to ``noise`` with its length: standard normal noise that is drawn elsewhere.
        """
        random = torch.Generator().manual_seed(seed)
        phrase = levelled(phrase)
        mel = self.mels(phrase)
        said = track(phrase[0].cpu().numpy()).every(HOP, mel.shape[2])
        wanted = track(reference[0].cpu().numpy()).mean
        shift = wanted / said.mean if said.mean and wanted else 1.0
        shift *= 2 ** (float(torch.randn((), generator=random)) * 0.02)
        pitch = torch.from_numpy(said.hertz)[None].to(mel) * shift
        level = mel.logsumexp(1)
        level = level - level.mean(1, keepdim=True)
        heard = self.mels(levelled(reference))
        said_anew = self.converter(mel, pitch, level, self.converter.colour(heard))
        # The network's answer is smooth, the phrase itself has all detail: half of each, both with
        # the mean and the spread that the reference has in each band.
        spoken = (like(mel, heard) + like(said_anew, heard)) / 2
        spoken = like(spoken, heard)
        count = (mel.shape[2] - 1) * HOP
        if noise is None:
            drawn = torch.randn(1, count, generator=random)
        else:
            drawn = torch.from_numpy(noise(count, seed))[None]
        out = self.vocoder(spoken, pitch, drawn.to(mel))
        return levelled(out).clamp(-1, 1)

    @torch.no_grad()
    def resynthesise(self, wave: Tensor) -> Tensor:
        """(1, samples) through mel spectrogram, pitch and vocoder: what a purifier does."""
        level = wave.square().mean().sqrt().clamp(min=1e-6)
        wave = levelled(wave)
        mel = self.mels(wave)
        pitch = torch.from_numpy(track(wave[0].cpu().numpy()).every(HOP, mel.shape[2]).hertz)[None]
        noise = torch.randn(1, (mel.shape[2] - 1) * HOP, generator=torch.Generator().manual_seed(0))
        out = levelled(self.vocoder(mel, pitch.to(mel), noise.to(mel)))
        return functional.pad(out, (0, max(0, wave.shape[1] - out.shape[1]))) * (level / LEVEL)


def like(mel: Tensor, reference: Tensor) -> Tensor:
    """(n, 80, frames) log-mels, with the reference's mean and deviation of each band, both taken
    where it is not quiet: adaptive instance normalisation (1703.06868) without a network."""
    mean, spread = _loud(mel)
    wanted, wide = _loud(reference)
    return (mel - mean) / (spread + 1e-3) * wide + wanted


def _loud(mel: Tensor) -> tuple[Tensor, Tensor]:
    level = mel.logsumexp(1, keepdim=True)
    share = (level > level.mean(2, keepdim=True) - 1).to(mel)
    share = share / share.sum(2, keepdim=True)
    mean = (mel * share).sum(2, keepdim=True)
    return mean, ((mel - mean).square() * share).sum(2, keepdim=True).sqrt()


def levelled(waves: Tensor) -> Tensor:
    return waves * (LEVEL / (waves.square().mean(1, keepdim=True) + 1e-10).sqrt())


def _loaded(folder: Path, device: torch.device) -> Any:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = Vocoder if config["part"] == "vocoder" else Converter
    network = kind(**config["sizes"])
    network.load_state_dict({k: v.float() for k, v in load_file(folder / WEIGHTS).items()})
    return network.eval().requires_grad_(False).to(device)
