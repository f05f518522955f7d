"""SpeechT5 with HiFi-GAN: speaks in a voice it is given as an x-vector (2110.07205)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.models.loaders import speaker
from engine.models.loaders.pickles import converted
from engine.models.loaders.sentencepiece import Pieces, characters, read_pieces
from engine.models.loaders.source import Source

LONGEST = 600  # characters the model was made for


class SpeechT5Cloner:
    """``roles.Cloner``. No gradients: it plays the attacker."""

    def __init__(
        self, source: Source, network: Any, vocoder: Any, pieces: Pieces, voice: speaker.VoicePrint
    ) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.sample_rate = int(vocoder.config.sampling_rate)
        self._network, self._vocoder, self._pieces, self._voice = network, vocoder, pieces, voice

    @torch.no_grad()
    def clone(self, reference: Tensor, text: str, seed: int) -> Tensor:
        ids = characters(self._pieces, text)[:LONGEST]
        ids.append(int(self._network.config.eos_token_id))
        device = next(self._network.parameters()).device
        # The decoder's prenet draws dropout even when it speaks.
        torch.manual_seed(seed)
        spoken: Tensor = self._network.generate_speech(
            torch.tensor([ids], device=device),
            self._voice.embed(reference).to(self._network.dtype),
            vocoder=self._vocoder,
        )
        return spoken.reshape(1, -1).float().clamp(-1, 1)


def _network(source: Source) -> Any:
    import transformers

    network = getattr(transformers, source.option("class")).from_pretrained(
        converted(source.folder), dtype=source.dtype, use_safetensors=True, local_files_only=True
    )
    return network.eval().requires_grad_(False).to(source.device)


def load(source: Source) -> Any:
    """The cloner, with the vocoder and the voice print it requires; the vocoder by itself too."""
    network = _network(source)
    if source.option("class") == "SpeechT5HifiGan":
        source.expect(sample_rate=int(network.config.sampling_rate))
        return network
    voice = speaker.load(source.required["speaker"])
    vocoder = load(source.required["cloner"])
    pieces = read_pieces(source.folder / "spm_char.model")
    model = SpeechT5Cloner(source, network, vocoder, pieces, voice)
    source.expect(
        sample_rate=model.sample_rate, speaker_width=int(network.config.speaker_embedding_dim)
    )
    if voice.width != network.config.speaker_embedding_dim:
        raise ValueError("the voice print has another width than the cloner's")
    return model
