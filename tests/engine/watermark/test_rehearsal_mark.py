"""The public mark in rehearsed face swaps: hidden in small pictures, found again, and nowhere
else."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine import api
from engine.rehearse import targets
from engine.watermark import rehearsal_mark
from engine.watermark.canvas import canvas_of
from engine.watermark.identities import Identities
from engine.watermark.verdict import Evidence
from tests.engine.watermark.conftest import scene
from tests.engine.watermark.test_jobs import run


def _drawn(name: str = "evening") -> NDArray[np.uint8]:
    pixels = targets.draw(name)[0][0].permute(1, 2, 0).numpy() * 255
    return np.asarray(pixels.round(), np.uint8)


def _look(pixels: NDArray[np.uint8]) -> Evidence:
    return rehearsal_mark.look(canvas_of(pixels.astype(np.float32) / 255), 1.0)


def test_it_is_hidden_in_a_small_picture() -> None:
    plain = _drawn()
    marked = rehearsal_mark.marked(plain)
    assert marked.shape == plain.shape == (256, 256, 3)
    error = np.square(marked.astype(float) - plain).mean()
    assert 38 < 10 * np.log10(255**2 / error) < 41
    assert _look(marked).p_value < 1e-30 and _look(plain).p_value > 1e-3


@pytest.mark.parametrize("change", ["jpeg", "smaller", "blurred"])
def test_it_survives_what_happens_to_a_picture(change: str) -> None:
    image = Image.fromarray(rehearsal_mark.marked(_drawn("garden")))
    if change == "jpeg":
        file = io.BytesIO()
        image.save(file, "JPEG", quality=60)
        image = Image.open(file)
    elif change == "smaller":
        image = image.resize((176, 176), Image.Resampling.LANCZOS)
    else:
        image = image.resize((64, 64), Image.Resampling.BOX).resize((256, 256))
    assert _look(np.asarray(image.convert("RGB"))).found


def test_it_is_in_no_other_picture() -> None:
    for seed in range(6):
        assert not _look(scene(seed=seed)[:512, :512]).found


def test_verifying_tells_it_from_a_mark_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOAKROOM_PASSPHRASE", "open sesame")
    home = tmp_path / "home"
    Identities(home, "open sesame", "file").create("Ana")
    file = tmp_path / "swap.png"
    Image.fromarray(rehearsal_mark.marked(_drawn("studio"))).save(file)
    found = run(api.VerifyFile(file, home))
    assert not found.found and found.rehearsed
    Image.fromarray(_drawn("studio")).save(file)
    assert not run(api.VerifyFile(file, home)).rehearsed
