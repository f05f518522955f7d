"""Channel: what may happen to a marked picture on its way. Rehearsed when it is marked.

Pictures are float32 (h, w, 3) in 0..1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]


def jpeg(picture: Picture, quality: int) -> Picture:
    done, coded = cv2.imencode(
        ".jpg", _bytes(picture)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    assert done
    pixels = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert pixels is not None
    return _floats(pixels[..., ::-1])


def resized(picture: Picture, factor: float) -> Picture:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.clip(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how), 0, 1)


def blurred(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def noisy(picture: Picture, sigma: float) -> Picture:
    noise = np.random.default_rng(0).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 1).astype(np.float32)


def brighter(picture: Picture, factor: float) -> Picture:
    return np.asarray(np.clip(picture * np.float32(factor), 0, 1), np.float32)


def contrasted(picture: Picture, factor: float) -> Picture:
    stretched = (picture - 0.5) * np.float32(factor) + np.float32(0.5)
    return np.asarray(np.clip(stretched, 0, 1), np.float32)


def cropped(picture: Picture, share: float) -> Picture:
    """``share`` of each side is cut away, unevenly on the two edges."""
    height, width = picture.shape[:2]
    top, left = int(height * share * 0.3), int(width * share * 0.6)
    return np.ascontiguousarray(
        picture[top : top + round(height * (1 - share)), left : left + round(width * (1 - share))]
    )


def rotated(picture: Picture, degrees: float) -> Picture:
    """About the centre, same size, corners black."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    turned = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC)
    return np.clip(turned, 0, 1)


CHANNELS: dict[str, Callable[[Picture], Picture]] = {
    "jpeg-50": lambda p: jpeg(p, 50),
    "jpeg-25": lambda p: jpeg(p, 25),
    "jpeg-10": lambda p: jpeg(p, 10),
    "resize-0.5": lambda p: resized(p, 0.5),
    "blur-2": lambda p: blurred(p, 2.0),
    "noise-0.05": lambda p: noisy(p, 0.05),
    "brightness-1.5": lambda p: brighter(p, 1.5),
    "contrast-1.5": lambda p: contrasted(p, 1.5),
    "crop-0.1": lambda p: cropped(p, 0.1),
    "rotate-2": lambda p: rotated(p, 2.0),
    "mirror": lambda p: np.ascontiguousarray(p[:, ::-1]),
}
# Those that need no search for where the picture went: a mark may be strengthened for any of them.
RIGID = tuple(n for n in CHANNELS if not n.startswith(("crop", "rotate", "mirror")))


def _bytes(picture: Picture) -> npt.NDArray[np.uint8]:
    return np.asarray(np.clip(picture * 255 + 0.5, 0, 255), np.uint8)


def _floats(pixels: npt.NDArray[Any]) -> Picture:
    return np.ascontiguousarray(pixels, np.float32) / np.float32(255)
