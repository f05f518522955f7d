"""What must be true of a protected file, whoever made it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from engine import api


def check_cloaked(original: Path, output: Path, receipt: api.Receipt) -> None:
    """Same size, mode, format and resolution; changed, and by no more than the receipt allows."""
    with Image.open(original) as before, Image.open(output) as after:
        assert (after.size, after.mode, after.format) == (before.size, before.mode, before.format)
        assert after.info.get("dpi") == before.info.get("dpi")
        change = np.abs(np.asarray(after, np.float64) - np.asarray(before, np.float64)) / 255
    epsilon = float(receipt.parameters["epsilon"])
    assert 0 < epsilon < 0.2
    # A lossless file holds it exactly, up to the rounding of its samples.
    assert 0.25 * epsilon < change.max() <= epsilon + 0.5 / 255
    assert Path(receipt.file) == original
    assert Path(receipt.output) == output
    assert receipt.models, "the models it was made with are named"
    assert set(receipt.sha256) == {"file", "output"}


def cloaked_files(original: Path) -> list[Path]:
    """The finished results beside ``original``; nothing half-written may lie there."""
    beside = set(original.parent.iterdir()) - {original}
    results = sorted(path for path in beside if path.stem.startswith(f"{original.stem}-cloaked"))
    assert beside == set(results), "a temporary file was left behind"
    return results
