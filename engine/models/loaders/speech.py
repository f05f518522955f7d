"""Self-supervised networks that listen to speech: features for a head of one's own."""

from __future__ import annotations

import json
from typing import Any

import torch
from torch import Tensor

from engine.models.loaders.pickles import converted
from engine.models.loaders.source import Source

CLASSES = ("Wav2Vec2Model", "WavLMModel", "HubertModel")


class SpeechNetwork:
    """``roles.SpeechFeatures``: gradients from the features to the waveform."""

    def __init__(self, source: Source, network: Any, normalise: bool) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.network = network
        self.sample_rate = 16000
        self.layers = int(network.config.num_hidden_layers) + 1
        self.width = int(network.config.hidden_size)
        self._normalise = normalise
        self._dtype = source.dtype

    def features(self, waves: Tensor) -> Tensor:
        x = waves.float()
        if self._normalise:
            # As the published feature extractor does, but inside the graph.
            centred = x - x.mean(1, keepdim=True)
            x = centred / (x.var(1, unbiased=False, keepdim=True) + 1e-7).sqrt()
        states = self.network(x.to(self._dtype), output_hidden_states=True).hidden_states
        return torch.stack([state.float().mean(dim=1) for state in states], dim=1)


def load(source: Source) -> SpeechNetwork:
    import transformers

    name = source.option("class")
    if name not in CLASSES:
        raise ValueError(f"{name} is no speech network")
    network = getattr(transformers, name).from_pretrained(
        converted(source.folder), dtype=source.dtype, use_safetensors=True, local_files_only=True
    )
    network.eval().requires_grad_(False).to(source.device)
    if source.tight or source.device.type == "cuda":
        network.gradient_checkpointing_enable()
    extractor = json.loads((source.folder / "preprocessor_config.json").read_text())
    if extractor["sampling_rate"] != 16000:
        raise ValueError("its sample rate is not 16 kHz")
    model = SpeechNetwork(source, network, normalise=bool(extractor.get("do_normalize")))
    source.expect(sample_rate=model.sample_rate, layers=model.layers, width=model.width)
    return model
