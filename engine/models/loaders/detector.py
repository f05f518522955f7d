"""Published classifiers that say how likely a picture or a recording was made by an AI."""

from __future__ import annotations

import json
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from engine.models.loaders import detector_onnx, vision
from engine.models.loaders.source import Source
from engine.models.loaders.vision import middle
from engine.models.loaders.vit import VisionTransformer
from engine.models.roles import Detector

PICTURES = (
    "SwinForImageClassification",
    "Swinv2ForImageClassification",
    "ViTForImageClassification",
)
VOICES = ("Wav2Vec2ForSequenceClassification", "WavLMForSequenceClassification")
# Of ImageNet.
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
FILTERS = {0: "nearest-exact", 2: "bilinear", 3: "bicubic"}  # Pillow's numbers


class Classifier:
    """``roles.Detector``. One number; calibration and the verdict are made of several elsewhere."""

    def __init__(
        self, source: Source, network: Any, extractor: dict[str, Any], voice: bool
    ) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.network = network
        self.sample_rate = int(extractor["sampling_rate"]) if voice else None
        self._extractor = extractor
        self._dtype = source.dtype
        self._fake = _fake_class(network.config.id2label, source.option("fake"))

    @torch.no_grad()
    def score(self, x: Tensor) -> Tensor:
        prepared = self._picture(x) if self.sample_rate is None else self._voice(x)
        logits = self.network(prepared.to(self._dtype)).logits.float()
        scores: Tensor = logits.softmax(dim=1)[:, self._fake]
        return scores

    def _picture(self, images: Tensor) -> Tensor:
        size = self._extractor["size"]
        height, width = (size["height"], size["width"]) if isinstance(size, dict) else (size, size)
        mode = FILTERS[int(self._extractor.get("resample", 3))]
        aligned = {} if mode == "nearest-exact" else {"align_corners": False, "antialias": True}
        resized = functional.interpolate(images, (height, width), mode=mode, **aligned)
        mean, deviation = (
            resized.new_tensor(self._extractor[name])[:, None, None]
            for name in ("image_mean", "image_std")
        )
        return (resized - mean) / deviation

    def _voice(self, waves: Tensor) -> Tensor:
        if not self._extractor.get("do_normalize"):
            return waves
        centred = waves - waves.mean(1, keepdim=True)
        return centred / (waves.var(1, unbiased=False, keepdim=True) + 1e-7).sqrt()


class CroppingClassifier:
    """``roles.Detector``: Community Forensics (2411.04125), one logit, 1 is fake.

    As published: the shorter side becomes ``resize`` pixels, the middle square is cut out.
    """

    sample_rate: int | None = None

    def __init__(self, source: Source, network: VisionTransformer) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.network = network
        self._dtype = source.dtype
        self._resize = int(source.option("resize"))

    @torch.no_grad()
    def score(self, x: Tensor) -> Tensor:
        cut = middle(x, self._resize, self.network.size, "bilinear")
        mean, deviation = (cut.new_tensor(v)[:, None, None] for v in (MEAN, DEVIATION))
        logits = self.network(((cut - mean) / deviation).to(self._dtype))
        scores: Tensor = logits.float().sigmoid()[:, 0]
        return scores


def _fake_class(labels: dict[int, str], name: str) -> int:
    """The class of that name. Raises ``ValueError``: to guess would turn verdicts around."""
    found = [int(i) for i, label in labels.items() if label.lower() == name.lower()]
    if len(found) != 1:
        raise ValueError(f"none of its classes {sorted(labels.values())} is called {name}")
    return found[0]


def load(source: Source) -> Detector:
    import transformers

    name = source.option("class")
    if name == "onnx":
        return detector_onnx.load(source)
    if name == "linear":
        return vision.load_head(source)
    if name == "VisionTransformer":
        weights = load_file(source.folder / "model.safetensors")
        network = VisionTransformer({k.removeprefix("vit."): v for k, v in weights.items()})
        network.eval().requires_grad_(False).to(source.device, source.dtype)
        source.expect(size=network.size)
        return CroppingClassifier(source, network)
    if name not in (*PICTURES, *VOICES):
        raise ValueError(f"{name} is no detector")
    network = getattr(transformers, name).from_pretrained(
        source.folder, dtype=source.dtype, use_safetensors=True, local_files_only=True
    )
    network.eval().requires_grad_(False).to(source.device)
    extractor = json.loads((source.folder / "preprocessor_config.json").read_text())
    model = Classifier(source, network, extractor, name in VOICES)
    if model.sample_rate is not None:
        source.expect(sample_rate=model.sample_rate)
    return model
