"""Face finders: YuNet (OpenCV) and SCRFD (2105.04714), both in onnxruntime."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.models.loaders.onnx_session import open_session
from engine.models.loaders.source import Source
from engine.models.roles import Face

Array = NDArray[np.float32]
STRIDES = (8, 16, 32)
THRESHOLD = 0.5
OVERLAP = 0.4  # boxes that share more of their area are one face


class FaceFinder:
    """``roles.FaceLocator``. No gradients."""

    def __init__(self, source: Source) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self._size = int(source.entry.options["size"])
        self._head = source.option("head")
        self._session = open_session(source.folder / source.option("weights"), source.device)
        outputs = {output.name for output in self._session.get_outputs()}
        wanted = {f"{n}_{s}" for n in ("cls", "obj", "bbox", "kps") for s in STRIDES}
        fits = wanted <= outputs if self._head == "yunet" else len(outputs) == 9
        if not fits:
            raise ValueError(f"these are not the outputs of {self._head}")

    @torch.no_grad()
    def find(self, image: Tensor) -> list[Face]:
        size = self._size
        scale = size / max(image.shape[-2:])
        small = functional.interpolate(
            image[None], scale_factor=scale, mode="bilinear", antialias=scale < 1,
            align_corners=False, recompute_scale_factor=True,
        )[..., :size, :size]  # fmt: skip
        square = functional.pad(small, (0, size - small.shape[-1], 0, size - small.shape[-2]))
        if self._head == "yunet":
            found = list(self._yunet(square.flip(1) * 255))  # blue first, 0..255
        else:
            found = list(self._scrfd((square * 255 - 127.5) / 128))
        ratio = np.array([image.shape[-1] / small.shape[-1], image.shape[-2] / small.shape[-2]])
        faces = [
            Face(score, tuple((box.reshape(2, 2) * ratio).flatten().tolist()),
                 tuple(tuple(p) for p in (points * ratio).tolist()))
            for score, box, points in found
        ]  # fmt: skip
        return apart(faces)

    def _run(self, blob: Tensor) -> dict[str, Array]:
        names = [output.name for output in self._session.get_outputs()]
        name = self._session.get_inputs()[0].name
        values = self._session.run(None, {name: blob.float().cpu().numpy()})
        return dict(zip(names, values, strict=True))

    def _yunet(self, blob: Tensor) -> Iterator[tuple[float, Array, Array]]:
        """Boxes as offsets and logarithms of the size from each cell's corner (FaceDetectorYN)."""
        outputs = self._run(blob)
        for stride in STRIDES:
            cells = self._cells(stride)
            at = {n: outputs[f"{n}_{stride}"].reshape(len(cells), -1)
                  for n in ("cls", "obj", "bbox", "kps")}  # fmt: skip
            scores = np.sqrt(at["cls"][:, 0].clip(0, 1) * at["obj"][:, 0].clip(0, 1))
            for i in np.flatnonzero(scores >= THRESHOLD):
                centre = (cells[i] + at["bbox"][i, :2]) * stride
                half = np.exp(at["bbox"][i, 2:]) * stride / 2
                points = (cells[i] + at["kps"][i].reshape(5, 2)) * stride
                yield float(scores[i]), np.concatenate([centre - half, centre + half]), points

    def _scrfd(self, blob: Tensor) -> Iterator[tuple[float, Array, Array]]:
        """Boxes as distances from each anchor to the four sides; two anchors a cell."""
        values = list(self._run(blob).values())
        for i, stride in enumerate(STRIDES):
            cells = np.repeat(self._cells(stride), 2, axis=0) * stride
            scores, boxes, points = (values[i + 3 * k].reshape(len(cells), -1) for k in range(3))
            for j in np.flatnonzero(scores[:, 0] >= THRESHOLD):
                left_top, right_bottom = boxes[j, :2] * stride, boxes[j, 2:] * stride
                box = np.concatenate([cells[j] - left_top, cells[j] + right_bottom])
                yield float(scores[j, 0]), box, cells[j] + points[j].reshape(5, 2) * stride

    def _cells(self, stride: int) -> Any:
        count = self._size // stride
        rows, columns = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
        return np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float32)


def apart(faces: list[Face]) -> list[Face]:
    """The best of each group of overlapping boxes, best first."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(_shared(face.box, other.box) <= OVERLAP for other in kept):
            kept.append(face)
    return kept


def _shared(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    both = width * height
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return both / max(areas - both, 1e-9)


def load(source: Source) -> FaceFinder:
    return FaceFinder(source)
