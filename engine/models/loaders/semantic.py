"""SigLIP: how well a picture fits a sentence (2303.15343)."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine.models.loaders.sentencepiece import read_pieces, unigram
from engine.models.loaders.source import Source


class PictureText:
    """``roles.PictureText``. ``embed`` promises gradients to the pixels."""

    def __init__(
        self, source: Source, network: Any, tokenizer: Any, extractor: dict[str, Any]
    ) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.network = network
        self._tokenizer = tokenizer
        self._end = int(network.config.text_config.eos_token_id)
        self._length = int(network.config.text_config.max_position_embeddings)
        self._size = int(network.config.vision_config.image_size)
        self._mean, self._deviation = extractor["image_mean"], extractor["image_std"]
        self._dtype = source.dtype

    def embed(self, images: Tensor) -> Tensor:
        resized = functional.interpolate(
            images, (self._size, self._size), mode="bicubic", antialias=True, align_corners=False
        )
        mean, deviation = (
            resized.new_tensor(x)[:, None, None] for x in (self._mean, self._deviation)
        )
        pixels = ((resized - mean) / deviation).to(self._dtype)
        output = self.network.vision_model(pixel_values=pixels).pooler_output
        return functional.normalize(output.float())

    @torch.no_grad()
    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        rows = []
        for text in texts:
            # The training set's captions were stripped of punctuation and case.
            plain = text.lower().translate(str.maketrans("", "", string.punctuation))
            ids = self._tokenizer.encode(" ".join(plain.split())).ids[: self._length - 1]
            ids.append(self._end)
            rows.append(ids + [self._end] * (self._length - len(ids)))
        device = next(self.network.parameters()).device
        output = self.network.text_model(input_ids=torch.tensor(rows, device=device)).pooler_output
        return functional.normalize(output.float())

    def fit(self, images: Tensor, texts: Sequence[str]) -> Tensor:
        similarity = self.embed(images) @ self.embed_texts(texts).T
        scale, bias = self.network.logit_scale.exp(), self.network.logit_bias
        fits: Tensor = (similarity * scale + bias).sigmoid().float()
        return fits


def load(source: Source) -> PictureText:
    import transformers

    network = transformers.SiglipModel.from_pretrained(
        source.folder, dtype=source.dtype, use_safetensors=True, local_files_only=True
    )
    network.eval().requires_grad_(False).to(source.device)
    extractor = json.loads((source.folder / "preprocessor_config.json").read_text())
    tokenizer = unigram(read_pieces(source.folder / "spiece.model"))
    return PictureText(source, network, tokenizer, extractor)
