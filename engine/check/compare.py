"""What was changed? A picture against its known original: registered, then subtracted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.api import Evidence, Picture
from engine.check.traces import picture
from engine.media.photo import Photo

Floats = NDArray[np.float32]

_SIDE = 1024  # pixels of the longer side that is compared
_BLOCK = 16
_CHANGED = 0.035  # mean difference of a block, beyond the picture's usual, that counts as changed
_FEWEST_MATCHES = 12


def comparison(original: Photo, received: Photo) -> tuple[Evidence, Picture]:
    """The finding, and the difference as a picture over the original.

    A crop, a turn or another size is undone first (ORB features, RANSAC homography). Differences
    that cover the whole picture alike (recompression, brightness) do not count as changes."""
    ours, theirs = original.working(_SIDE), received.working(_SIDE)
    aligned, inside = registered(theirs, ours)
    if aligned is None:
        evidence = Evidence("compare-other", "nothing", "explanation", {"share": 100.0})
        return evidence, picture("difference", theirs)
    difference = np.abs(_levelled(aligned, ours, inside) - ours).mean(2) * inside
    blocks = _blocks(difference)
    covered = _blocks(inside.astype(np.float32)) > 0.9
    usual = float(np.median(blocks[covered])) if covered.any() else 0.0
    changed = covered & (blocks > 3 * usual + _CHANGED)
    share = 100 * float(changed.sum()) / max(int(covered.sum()), 1)
    grown = np.repeat(np.repeat(changed, _BLOCK, 0), _BLOCK, 1)
    shown = ours.mean(2, keepdims=True)[: grown.shape[0], : grown.shape[1]] * 0.7 + 0.15
    red = np.array([0.86, 0.2, 0.14], np.float32)
    strength = np.clip(difference[: grown.shape[0], : grown.shape[1], None] * 4, 0.25, 0.9)
    shown = np.where(grown[..., None], shown * (1 - strength) + red * strength, shown)
    whole = 100 * float(inside.mean())
    details: dict[str, str | float] = {"share": round(share, 1), "overlap": round(whole, 1)}
    if share >= 0.3:
        evidence = Evidence(
            "compare-changed", "manipulated", "strong", details, picture="difference"
        )
    else:
        evidence = Evidence("compare-same", "camera", "explanation", details, picture="difference")
    return evidence, picture("difference", shown)


def registered(moving: Floats, fixed: Floats) -> tuple[Floats | None, NDArray[np.bool_]]:
    """``moving`` laid over ``fixed``, and where it covers it; None if they do not match."""
    import cv2

    height, width = fixed.shape[:2]
    nothing = np.zeros((height, width), bool)
    finder = cv2.ORB.create(2000)
    greys = [np.clip(np.rint(p.mean(2) * 255), 0, 255).astype(np.uint8) for p in (moving, fixed)]
    (points, words), (others, other_words) = (finder.detectAndCompute(g, None) for g in greys)
    if words is None or other_words is None:
        return None, nothing
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(words, other_words)
    pairs = sorted(pairs, key=lambda pair: pair.distance)[:500]
    if len(pairs) < _FEWEST_MATCHES:
        return None, nothing
    source = np.array([points[pair.queryIdx].pt for pair in pairs], np.float32)
    target = np.array([others[pair.trainIdx].pt for pair in pairs], np.float32)
    matrix, kept = cv2.findHomography(source, target, cv2.RANSAC, 3.0)
    if matrix is None or kept is None or int(kept.sum()) < _FEWEST_MATCHES:
        return None, nothing
    aligned = cv2.warpPerspective(moving, matrix, (width, height), flags=cv2.INTER_LINEAR)
    cover = cv2.warpPerspective(np.ones(moving.shape[:2], np.float32), matrix, (width, height))
    return aligned.astype(np.float32), cover > 0.99


def _levelled(moving: Floats, fixed: Floats, inside: NDArray[np.bool_]) -> Floats:
    """``moving`` with the mean and contrast of ``fixed``, colour by colour."""
    made = moving.copy()
    for channel in range(3):
        a, b = moving[..., channel][inside], fixed[..., channel][inside]
        if a.size and a.std() > 1e-3:
            gain = np.clip(b.std() / a.std(), 0.5, 2)
            made[..., channel] = (moving[..., channel] - a.mean()) * gain + b.mean()
    return made


def _blocks(plane: NDArray[np.floating]) -> NDArray[np.floating]:
    height, width = (side // _BLOCK for side in plane.shape)
    cut = plane[: height * _BLOCK, : width * _BLOCK]
    made: NDArray[np.floating] = cut.reshape(height, _BLOCK, width, _BLOCK).mean((1, 3))
    return made
