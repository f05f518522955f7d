"""Networks that tell people apart by their faces (ArcFace 1801.07698, SFace 2205.12010)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn import functional

from engine.models.loaders.onnx_graph import Graph
from engine.models.loaders.onnx_session import open_session
from engine.models.loaders.source import Source
from engine.models.roles import Face

# Where the eyes, the nose and the corners of the mouth lie in a 112-pixel crop: the template that
# these networks were trained with (InsightFace).
TEMPLATE = (
    (38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655),
    (70.7299, 92.2041),
)  # fmt: skip


def aligned(images: Tensor, face: Face, size: int = 112, margin: int = 0) -> Tensor:
    """(n, 3, h, w) -> (n, 3, size, size): the face, turned and scaled onto the template.

    Sampled bilinearly, so that gradients reach the photo. ``margin`` adds as many pixels around
    the crop.
    """
    onto = torch.from_numpy(similarity(np.array(TEMPLATE) * size / 112, face.landmarks))
    height, width = images.shape[-2:]
    axis = torch.arange(-margin, size + margin)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    grid = torch.stack([x, y], -1).double() @ onto[:, :2].T + onto[:, 2]
    span = torch.tensor([width, height], dtype=torch.float64)
    grid = ((2 * grid + 1) / span - 1).to(images).expand(len(images), -1, -1, -1)
    return functional.grid_sample(images, grid, align_corners=False)


def similarity(points: ArrayLike, target: ArrayLike) -> NDArray[np.float64]:
    """(2, 3): how (n, 2) ``points`` are turned, scaled and moved to lie best on ``target``
    (Umeyama 1991, least squares, without reflection)."""
    here, there = np.asarray(points, np.float64), np.asarray(target, np.float64)
    a, b = here - here.mean(0), there - there.mean(0)
    u, scales, v = np.linalg.svd(b.T @ a / len(a))
    sign = np.diag([1.0, np.sign(np.linalg.det(u @ v))])
    linear = np.trace(np.diag(scales) @ sign) / a.var(0).sum() * (u @ sign @ v)
    return np.column_stack([linear, there.mean(0) - linear @ here.mean(0)])


class IdentityNetwork:
    """``roles.IdentityEncoder``.

    ``embed`` runs the graph in torch and promises gradients; ``judge`` runs the same file in
    onnxruntime.
    """

    def __init__(self, source: Source) -> None:
        options = source.entry.options
        path = source.folder / source.option("weights")
        self.id = source.entry.id
        self.sha256 = source.sha256
        self.size = int(options["size"])
        self._mean, self._scale = float(options["mean"]), float(options["scale"])
        self._graph = Graph(path).eval().requires_grad_(False).to(source.device)
        self._session = open_session(path, source.device)
        probe = torch.full((1, 3, self.size, self.size), 0.5, device=source.device)
        self.width = self.embed(probe).shape[1]

    def _prepared(self, faces: Tensor) -> Tensor:
        if faces.shape[-2:] != (self.size, self.size):
            raise ValueError(f"aligned faces of {self.size} pixels are wanted")
        return (faces * 255 - self._mean) / self._scale

    def embed(self, faces: Tensor) -> Tensor:
        return functional.normalize(self._graph(self._prepared(faces).float())[0].flatten(1))

    @torch.no_grad()
    def judge(self, faces: Tensor) -> Tensor:
        """As ``embed``, without gradients, one face at a time as the published graph is made."""
        name = self._session.get_inputs()[0].name
        prepared = self._prepared(faces).float().cpu().numpy()
        rows = [self._session.run(None, {name: face[None]})[0].reshape(-1) for face in prepared]
        return functional.normalize(torch.from_numpy(np.stack(rows))).to(faces)


def load(source: Source) -> IdentityNetwork:
    network = IdentityNetwork(source)
    source.expect(width=network.width)
    return network
