"""Networks that tell people apart by their voices."""

from __future__ import annotations

import json
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from engine.models.loaders.ecapa import EcapaTdnn
from engine.models.loaders.pickles import WEIGHTS, converted
from engine.models.loaders.source import Source
from engine.models.loaders.xvector import XVector

XVECTOR_CLASSES = ("WavLMForXVector", "UniSpeechSatForXVector", "Wav2Vec2ForXVector")


class VoicePrint:
    """``roles.SpeakerEncoder``: gradients from the embedding to the waveform."""

    def __init__(self, source: Source, network: Any, width: int, normalise: bool) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.sample_rate = 16000
        self.width = width
        self.network = network
        self._normalise = normalise
        self._dtype = source.dtype

    def embed(self, waves: Tensor) -> Tensor:
        x = waves.float()
        if self._normalise:
            # As the published feature extractor does, but inside the graph.
            x = (x - x.mean(1, keepdim=True)) / (
                x.var(1, unbiased=False, keepdim=True) + 1e-7
            ).sqrt()
        output = self.network(x.to(self._dtype))
        embedded = output if isinstance(output, Tensor) else output.embeddings
        return functional.normalize(embedded.float())


def load(source: Source) -> VoicePrint:
    """An own network for SpeechBrain's checkpoints, else the class of transformers."""
    name = source.option("class")
    if name in ("EcapaTdnn", "XVector"):
        folder = converted(source.folder, source.option("weights"))
        kind = EcapaTdnn if name == "EcapaTdnn" else XVector
        own: EcapaTdnn | XVector = kind(load_file(folder / WEIGHTS))
        # Its spectrum is computed in single precision, so the rest is too.
        own.eval().requires_grad_(False).to(source.device)
        model = VoicePrint(_in_float(source), own, own.width, normalise=False)
    else:
        model = _from_transformers(source, name)
    source.expect(sample_rate=model.sample_rate, width=model.width)
    return model


def _in_float(source: Source) -> Source:
    import dataclasses

    return dataclasses.replace(source, dtype=torch.float32)


def _from_transformers(source: Source, name: str) -> VoicePrint:
    import transformers

    if name not in XVECTOR_CLASSES:
        raise ValueError(f"{name} is no speaker network")
    folder = converted(source.folder)
    network: nn.Module = getattr(transformers, name).from_pretrained(
        folder, dtype=source.dtype, use_safetensors=True, local_files_only=True
    )
    network.eval().requires_grad_(False).to(source.device)
    if source.tight or source.device.type == "cuda":
        network.gradient_checkpointing_enable()  # type: ignore[operator]
    extractor = json.loads((source.folder / "preprocessor_config.json").read_text())
    if extractor["sampling_rate"] != 16000:
        raise ValueError("its sample rate is not 16 kHz")
    width = int(network.config.xvector_output_dim)  # type: ignore[union-attr, arg-type]
    return VoicePrint(source, network, width, normalise=bool(extractor.get("do_normalize")))
