"""What zero-shot voice cloners hear of a reference: the encoders of their audio tokenizers.

The whole tokenizers end in codes or noise that no gradient passes, so the inner, continuous
encoder is used: Mimi's before its quantiser, VibeVoice's without its added noise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.nn import functional

from engine.models.loaders.source import Source


class AcousticNetwork:
    """``roles.AcousticEncoder``: gradients from the latents to the waveform."""

    def __init__(
        self, source: Source, network: Any, rate: int, hop: int, run: Callable[[Tensor], Tensor]
    ) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.network = network
        self.sample_rate = rate
        self.hop = hop
        self._run = run
        self._dtype = source.dtype

    def encode(self, waves: Tensor) -> Tensor:
        padded = functional.pad(waves, (0, -waves.shape[1] % self.hop))
        return self._run(padded[:, None].to(self._dtype)).float()


def load(source: Source) -> AcousticNetwork:
    """``MimiEncoderModel``, ``PocketTTSAudioTokenizerModel`` or
    ``VibeVoiceAcousticTokenizerModel`` of transformers."""
    import transformers

    name = source.option("class")
    readers: dict[str, Callable[[Any], Callable[[Tensor], Tensor]]] = {
        "MimiEncoderModel": lambda n: lambda x: n(x).latents.transpose(1, 2),
        "PocketTTSAudioTokenizerModel": lambda n: lambda x: n.encode(x).latents,
        "VibeVoiceAcousticTokenizerModel": lambda n: lambda x: n.encode(x, sample=False).latents,
    }
    network = getattr(transformers, name).from_pretrained(
        source.folder, dtype=source.dtype, use_safetensors=True, local_files_only=True
    )
    network.eval().requires_grad_(False).to(source.device)
    config = network.config
    if name == "VibeVoiceAcousticTokenizerModel":
        # Its configuration names no sample rate; its feature extractor's is 24 kHz.
        rate, hop = 24000, int(config.hop_length)
    elif name == "MimiEncoderModel":
        rate = int(config.sampling_rate)
        hop = round(rate / float(config.frame_rate))
    else:
        rate, hop = int(config.sampling_rate), int(config.frame_size)
    model = AcousticNetwork(source, network, rate, hop, readers[name](network))
    source.expect(sample_rate=model.sample_rate, hop=model.hop)
    return model
