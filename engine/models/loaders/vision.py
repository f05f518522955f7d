"""CLIP's picture tower (2103.00020), and a linear head on top of it that tells fakes from photos.

The head is a logistic regression on the tower's features (Cozzolino et al., 2312.00195): the
normalised class token before CLIP's own projection. Both layouts are read: transformers'
``CLIPVisionModel`` and open_clip's, whose names are translated.
"""

from __future__ import annotations

import re
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from engine.models.loaders.pickles import read_pickle
from engine.models.loaders.source import Source

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
_HEAD = 64  # channels of an attention head, in every published tower
_ROOT = {
    "class_embedding": "embeddings.class_embedding",
    "positional_embedding": "embeddings.position_embedding.weight",
    "conv1.weight": "embeddings.patch_embedding.weight",
    "ln_pre": "pre_layrnorm",  # as transformers spells it
    "ln_post": "post_layernorm",
}
_BLOCK = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}


class VisionTower:
    """``embed``: (n, 3, h, w) in [0, 1] -> (n, width), of unit length. No gradients."""

    def __init__(self, source: Source, network: Any) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.network = network
        self.width = int(network.config.hidden_size)
        self.size = int(network.config.image_size)
        self._dtype = source.dtype

    @torch.no_grad()
    def embed(self, images: Tensor) -> Tensor:
        cut = middle(images, self.size, self.size, "bicubic")
        mean, deviation = (cut.new_tensor(v)[:, None, None] for v in (MEAN, DEVIATION))
        pixels = ((cut - mean) / deviation).to(self._dtype)
        return functional.normalize(self.network(pixel_values=pixels).pooler_output.float())


class LinearHead:
    """``roles.Detector``: a tower and one weight for each of its features; above 0 is fake."""

    sample_rate: int | None = None

    def __init__(self, source: Source, tower: VisionTower, weight: Tensor, bias: Tensor) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.tower = tower
        self._weight, self._bias = weight, bias

    @torch.no_grad()
    def score(self, x: Tensor) -> Tensor:
        logits = self.tower.embed(x) @ self._weight.to(x.device) + self._bias.to(x.device)
        return logits.sigmoid()


def middle(images: Tensor, resize: int, side: int, mode: str) -> Tensor:
    """The middle square of ``side`` pixels, of pictures whose shorter side is made ``resize``."""
    height, width = images.shape[-2:]
    scale = resize / min(height, width)
    size = (max(side, round(height * scale)), max(side, round(width * scale)))
    resized = functional.interpolate(
        images, size, mode=mode, align_corners=False, antialias=True
    ).clamp(0, 1)
    top, left = ((edge - side) // 2 for edge in size)
    return resized[..., top : top + side, left : left + side]


def load(source: Source) -> VisionTower:
    import transformers

    name = source.option("class")
    if name == "CLIPVisionModel":
        network = transformers.CLIPVisionModel.from_pretrained(
            source.folder, dtype=source.dtype, use_safetensors=True, local_files_only=True
        )
    elif name == "open_clip":
        network = _translated(load_file(_only(source)), source.option("activation"))
    else:
        raise ValueError(f"{name} is no picture tower")
    network.eval().requires_grad_(False).to(source.device, source.dtype)
    tower = VisionTower(source, network)
    source.expect(width=tower.width, size=tower.size)
    return tower


def load_head(source: Source) -> LinearHead:
    """Raises ``ValueError`` where the head is not one of the tower that it requires."""
    file = _only(source)
    tensors = load_file(file) if file.suffix == ".safetensors" else read_pickle(file)
    weights = [value for name, value in tensors.items() if name.endswith("weight")]
    biases = [value for name, value in tensors.items() if name.endswith("bias")]
    tower = load(source.required["vision"])
    if [tuple(w.shape) for w in weights] != [(1, tower.width)] or [b.numel() for b in biases] != [
        1
    ]:
        raise ValueError(f"it is no linear head of {tower.width} features")
    return LinearHead(source, tower, weights[0][0].float(), biases[0].float().reshape(()))


def _only(source: Source) -> Any:
    """The file with the weights."""
    largest = max(source.entry.files, key=lambda file: file.size)
    return source.folder / largest.path


def _translated(weights: dict[str, Tensor], activation: str) -> Any:
    """transformers' network with open_clip's weights; its sizes follow from their shapes."""
    import transformers

    visual = {k.removeprefix("visual."): v for k, v in weights.items() if k.startswith("visual.")}
    width, _, patch, _ = visual["conv1.weight"].shape
    places = visual["positional_embedding"].shape[0] - 1
    layers = 1 + max(int(m[1]) for k in visual if (m := re.match(r".*resblocks\.(\d+)\.", k)))
    config = transformers.CLIPVisionConfig(
        hidden_size=width,
        intermediate_size=visual["transformer.resblocks.0.mlp.c_fc.weight"].shape[0],
        num_hidden_layers=layers,
        num_attention_heads=max(1, width // _HEAD),
        image_size=round(places**0.5) * patch,
        patch_size=patch,
        hidden_act=activation,
    )
    network = transformers.CLIPVisionModel(config)
    named = dict(network.named_parameters())
    prefix = "vision_model." if any(name.startswith("vision_model.") for name in named) else ""
    made = {prefix + name: value for k, v in visual.items() for name, value in _names(k, v)}
    network.load_state_dict(made, strict=False)
    if missing := set(named) - set(made):
        raise ValueError(f"it lacks {sorted(missing)[0]}")
    return network


def _names(name: str, value: Tensor) -> list[tuple[str, Tensor]]:
    """One of open_clip's weights under transformers' names; none where it is not needed."""
    block = re.fullmatch(r"transformer\.resblocks\.(\d+)\.(.+)", name)
    if block is None:
        for ours, theirs in _ROOT.items():
            if name == ours:
                return [(theirs, value)]
            if name.startswith(f"{ours}."):
                return [(f"{theirs}.{name.removeprefix(f'{ours}.')}", value)]
        return []
    place, inner = f"encoder.layers.{block[1]}.", block[2]
    if inner.startswith("attn.in_proj_"):
        kind = inner.removeprefix("attn.in_proj_")
        return [
            (f"{place}self_attn.{which}_proj.{kind}", part)
            for which, part in zip("qkv", value.chunk(3), strict=True)
        ]
    for ours, theirs in _BLOCK.items():
        if inner.startswith(f"{ours}."):
            return [(f"{place}{theirs}.{inner.removeprefix(f'{ours}.')}", value)]
    return []
