"""Restores faces: GFPGAN (2101.04061) and networks with the same input, in onnxruntime.

They are fed a face turned and scaled onto FFHQ's template at 512 pixels and give a new one, which
is blended back into the picture. Cleaning a protected face so is an attack that needs no thought.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.loaders.identity import similarity
from engine.models.loaders.onnx_session import open_session
from engine.models.loaders.source import Source
from engine.models.roles import Face

# Where the eyes, the nose and the corners of the mouth lie in a crop of 512 pixels (FFHQ, as
# facexlib aligns it).
TEMPLATE = (
    (192.98138, 239.94708), (318.90277, 240.1936), (256.63416, 314.01935),
    (201.26117, 371.41043), (313.08905, 371.15118),
)  # fmt: skip
SIDE = 512
EDGE = 32  # pixels of the crop in which the new face fades into the picture


class RestoringNetwork:
    """``roles.FaceRestorer``. No gradients."""

    def __init__(self, source: Source) -> None:
        self.id = source.entry.id
        self.sha256 = source.sha256
        self._session = open_session(source.folder / source.option("weights"), source.device)
        self._input = self._session.get_inputs()[0].name
        shape = list(self._session.get_inputs()[0].shape)
        if len(self._session.get_inputs()) != 1 or shape[-3:] != [3, SIDE, SIDE]:
            raise ValueError(f"its input is {shape} and should be [1, 3, {SIDE}, {SIDE}]")

    @torch.no_grad()
    def restore(self, image: Tensor, found: Sequence[Face]) -> Tensor:
        picture = image[0].detach().float().permute(1, 2, 0).contiguous().cpu().numpy()
        height, width = picture.shape[:2]
        for face in found:
            onto = similarity(face.landmarks, TEMPLATE).astype(np.float32)
            crop = cv2.warpAffine(
                picture, onto, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
            )
            new = self._run(np.asarray(crop, np.float32).clip(0, 1))
            back = cv2.warpAffine(
                new, onto, (width, height), flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
            )
            share = cv2.warpAffine(
                _fading(), onto, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            )[..., None]
            picture = picture * (1 - share) + back * share
        restored = torch.from_numpy(np.ascontiguousarray(picture, np.float32))
        return restored.permute(2, 0, 1)[None].clamp(0, 1).to(image)

    def _run(self, crop: NDArray[np.float32]) -> NDArray[np.float32]:
        """(512, 512, 3) in 0..1 -> the same."""
        blob = (2 * crop - 1).transpose(2, 0, 1)[None].astype(np.float32)
        (made, *_) = self._session.run(None, {self._input: blob})
        restored = (made[0].transpose(1, 2, 0) + 1) / 2
        return np.ascontiguousarray(restored.clip(0, 1), np.float32)


def _fading() -> NDArray[np.float32]:
    """(512, 512) 1 in the middle, falling to 0 at the border."""
    ramp = np.minimum(np.arange(SIDE), np.arange(SIDE)[::-1]).clip(0, EDGE) / EDGE
    return np.asarray(np.minimum.outer(ramp, ramp), np.float32)


def load(source: Source) -> RestoringNetwork:
    return RestoringNetwork(source)
