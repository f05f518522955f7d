"""The invisible payloads that Stable Diffusion's and FLUX's own tools put into their pictures.

The "dwtDct" scheme of the open invisible-watermark tools: of the U channel (OpenCV's 8-bit YUV) the
Haar approximation is cut into 4x4 blocks; the block's largest value besides the first carries one
bit in its remainder modulo 36, bits repeating over the blocks. A payload is looked for by its known
bits. It rarely survives JPEG or resizing, so a miss means nothing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api import Evidence

Bits = NDArray[np.uint8]
Pixels = NDArray[np.uint8]

SCALE = 36
_PIXELS = 2_500_000  # that are read at most
_ALPHA = 1e-7  # chance of a false alarm, for all payloads together


def _text_bits(text: str) -> Bits:
    return np.unpackbits(np.frombuffer(text.encode(), np.uint8))


def _number_bits(number: int, length: int) -> Bits:
    return np.array([int(bit) for bit in f"{number:0{length}b}"], np.uint8)


# Published in the generators' own source: CompVis' and Stability's scripts, diffusers, FLUX.
PAYLOADS: dict[str, Bits] = {
    "Stable Diffusion 1": _text_bits("StableDiffusionV1"),
    "Stable Diffusion 2": _text_bits("SDV2"),
    "Stable Diffusion XL": _number_bits(0b101100111110110010010000011110111011000110011110, 48),
    "FLUX": _number_bits(0b001010101111111010000111100111001111010100101110, 48),
}


def payload_evidence(pixels: Pixels) -> list[Evidence]:
    """``pixels`` (H, W, 3) RGB as stored -> the payload found, if any."""
    # Blocks are counted in reading order, so the upper rows of a large picture tell as much.
    rows = max(_PIXELS // pixels.shape[1], 8) // 8 * 8
    votes = _votes(pixels[:rows])
    for name, wanted in PAYLOADS.items():
        matches, p_value = _match(votes, wanted)
        if p_value < _ALPHA / len(PAYLOADS):
            details: dict[str, str | float] = {
                "program": name, "matches": matches, "bits": len(wanted), "p": p_value,
            }  # fmt: skip
            return [Evidence("payload", "generated", "strong", details)]
    return []


def match(pixels: Pixels, wanted: Bits) -> tuple[int, float]:
    """Matching bits, and the chance of as many in a picture without the payload.

    An unmarked picture's bits are not fair: they may all be alike. The null therefore takes the
    share of ones that was read, and a payload with as many ones as zeros stays improbable."""
    return _match(_votes(pixels), wanted)


def _match(votes: NDArray[np.bool_], wanted: Bits) -> tuple[int, float]:
    if len(votes) < 4 * len(wanted):
        return 0, 1.0
    usable = votes[: len(votes) // len(wanted) * len(wanted)].reshape(-1, len(wanted))
    read = usable.mean(0) > 0.5
    matches = int((read == wanted).sum())
    share = min(max(float(read.mean()), 0.05), 0.95)
    ones = float(wanted.mean())
    agree = max(share * ones + (1 - share) * (1 - ones), 0.5)
    # A picture whose blocks carry nothing disagrees with itself from one repetition to the next.
    clear = float(np.abs(usable.mean(0) - 0.5).mean())
    if clear < 0.05:
        return matches, 1.0
    return matches, _at_least(matches, len(wanted), agree)


def _at_least(matches: int, bits: int, chance: float) -> float:
    return sum(
        math.comb(bits, k) * chance**k * (1 - chance) ** (bits - k)
        for k in range(matches, bits + 1)
    )


def _votes(pixels: Pixels) -> NDArray[np.bool_]:
    approximation, _ = _transformed(pixels)
    blocks = _blocks(approximation)
    place = np.abs(blocks[:, 1:]).argmax(1) + 1
    value = np.abs(np.take_along_axis(blocks, place[:, None], 1)[:, 0])
    voted: NDArray[np.bool_] = value % SCALE > 0.5 * SCALE
    return voted


def _transformed(pixels: Pixels) -> tuple[NDArray[np.float64], Any]:
    import cv2

    yuv = cv2.cvtColor(np.ascontiguousarray(pixels[..., ::-1]), cv2.COLOR_BGR2YUV)
    height, width = (side // 4 * 4 for side in pixels.shape[:2])
    u = yuv[:height, :width, 1].astype(np.float64)
    approximation = (u[::2, ::2] + u[::2, 1::2] + u[1::2, ::2] + u[1::2, 1::2]) / 2
    return approximation, yuv


def _blocks(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """(blocks, 16) in reading order."""
    rows, columns = plane.shape[0] // 4, plane.shape[1] // 4
    cut = plane[: 4 * rows, : 4 * columns].reshape(rows, 4, columns, 4)
    return cut.transpose(0, 2, 1, 3).reshape(-1, 16)


def embedded(pixels: Pixels, payload: Bits) -> Pixels:
    """A copy of ``pixels`` with the payload, as the generators' tools put it in: for the
    self-test that reading works."""
    import cv2

    approximation, yuv = _transformed(pixels)
    rows, columns = approximation.shape[0] // 4, approximation.shape[1] // 4
    blocks = _blocks(approximation)
    place = np.abs(blocks[:, 1:]).argmax(1) + 1
    old = np.take_along_axis(blocks, place[:, None], 1)[:, 0]
    bits = np.resize(payload, len(blocks))
    sign = np.where(old >= 0, 1, -1)
    new = sign * (np.abs(old) // SCALE + 0.25 + 0.5 * bits) * SCALE
    change = np.zeros_like(blocks)
    np.put_along_axis(change, place[:, None], (new - old)[:, None], 1)
    plane = change.reshape(rows, columns, 4, 4).transpose(0, 2, 1, 3).reshape(4 * rows, 4 * columns)
    spread = np.repeat(np.repeat(plane / 2, 2, 0), 2, 1)
    u = yuv[: 8 * rows, : 8 * columns, 1]
    yuv[: 8 * rows, : 8 * columns, 1] = np.clip(np.rint(u + spread), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(cv2.cvtColor(yuv, cv2.COLOR_YUV2BGR)[..., ::-1])
