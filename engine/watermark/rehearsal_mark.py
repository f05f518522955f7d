"""The mark of a rehearsed face swap: hidden in every picture that the rehearsal shows.

Its key is no secret: every copy of Cloakroom hides the same mark and finds it. So it tells what a
picture is, not whose; and since anybody could put it on any picture, it accuses nobody.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.media.photo import Photo
from engine.watermark import looks
from engine.watermark.canvas import WORKING_SIDE, Plane, canvas_of, colourless
from engine.watermark.keys import Key
from engine.watermark.marking import apply_canvas
from engine.watermark.pixel import PixelScheme
from engine.watermark.scheme import Secrets, check_payload, spread
from engine.watermark.verdict import Evidence

KEY = Key(hashlib.sha256(b"Cloakroom, rehearsed face swap, public key 1").digest())
PAYLOAD = KEY.mark_id(1)
PSNR = 39.0  # dB
TRIALS = 1 + len(looks.FEW)

_SCHEME = PixelScheme()


def marked(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """(h, w, 3) sRGB -> the same with the mark in it."""
    photo = Photo(Path("rehearsal.png"), "PNG", pixels)
    rgb = photo.working(WORKING_SIDE)
    grey = colourless(rgb)
    bits = spread(PAYLOAD, _SCHEME.length)
    mark = _SCHEME.generate(canvas_of(rgb), _secrets(), bits, PSNR, grey)
    made = apply_canvas(photo, mark, grey)
    return np.asarray(made, np.uint8)


def look(canvas: Plane, aspect: float) -> Evidence:
    """What speaks for the mark in a received canvas, as it is and with a blur undone; ``aspect``
    is width / height of the picture. Not looked for behind a crop or a turn."""
    best = _evidence(canvas, broad=False)
    for blur in looks.FEW:
        if best.found:
            break
        seen = _evidence(looks.sharpened(canvas, aspect, blur), broad=True)
        best = min(best, seen, key=lambda evidence: evidence.p_value)
    return best


def _evidence(canvas: Plane, broad: bool) -> Evidence:
    return check_payload(_SCHEME.extract(canvas, _secrets(), broad), PAYLOAD, TRIALS)


@cache
def _secrets() -> Secrets:
    return _SCHEME.setup(KEY)
