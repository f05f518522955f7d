"""Packs of training pictures and the crops that are cut from them on the device."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.training.clock import process_age
from engine.training.pack import DeviceCrops, read_pictures, write_pack
from tests.e2e.pictures import photo

CPU = torch.device("cpu")


def test_a_pack_gives_back_its_pictures_at_the_wanted_size(tmp_path: Path) -> None:
    for seed, size in enumerate(((96, 72), (40, 60))):
        photo(*size, seed).save(tmp_path / f"{seed}.png")
    write_pack(sorted(tmp_path.glob("*.png")), tmp_path / "pack.npz", 48, 90)
    pictures = list(read_pictures([tmp_path / "pack.npz"], []))
    assert [p.size for p in pictures] == [(64, 48), (40, 60)]
    original = photo(40, 60, 1)
    difference = np.asarray(pictures[1], float) - np.asarray(original.convert("RGB"), float)
    assert np.abs(difference).mean() < 12
    from_folder = list(read_pictures([], [tmp_path]))
    assert [p.size for p in from_folder] == [(96, 72), (40, 60)]


def test_every_crop_is_a_piece_of_a_picture() -> None:
    """Each pixel carries its own place, so a crop tells where it was cut and how it was turned."""
    rows, columns = np.mgrid[0:20, 0:30].astype(np.uint8)
    picture = Image.fromarray(np.stack([rows, columns, np.full_like(rows, 7)], 2))
    crops = DeviceCrops([picture], 16, 0, CPU)
    assert len(crops) == 1
    seen = set()
    for crop in ((crops.batch(64) + 1) * 127.5).round().long():
        place_rows, place_columns, mark = crop
        assert (mark == 7).all()
        turned = bool(place_rows[0, 1] != place_rows[0, 0])
        if turned:
            place_rows, place_columns = place_rows.T, place_columns.T
        assert (place_rows.diff(dim=0).abs() == 1).all() and (place_rows.diff(dim=1) == 0).all()
        assert (place_columns.diff(dim=1).abs() == 1).all()
        assert (place_columns.diff(dim=0) == 0).all()
        mirrored = bool(place_columns[0, 1] < place_columns[0, 0])
        seen.add((turned, mirrored, int(place_rows.min())))
    assert {turned for turned, _, _ in seen} == {True, False}
    assert {mirrored for _, mirrored, _ in seen} == {True, False}
    assert {top for _, _, top in seen} == {0, 1, 2, 3, 4}


def test_larger_crops_share_the_pixels_and_small_pictures_are_left_out() -> None:
    crops = DeviceCrops([photo(90, 80, 0), photo(40, 40, 1)], 32, 0, CPU)
    assert len(crops) == 3  # full and half size of the first, full size of the second
    larger = crops.of_size(64, 1)
    assert larger.flat is crops.flat and len(larger) == 1
    assert larger.batch(3).shape == (3, 3, 64, 64)
    with pytest.raises(ValueError, match="500x500"):
        crops.of_size(500, 0)
    with pytest.raises(ValueError, match="500x500"):
        DeviceCrops([photo(90, 80, 0)], 500, 0, CPU)


def test_the_same_seed_cuts_the_same_crops() -> None:
    one, other = (DeviceCrops([photo(90, 80, 0)], 32, 5, CPU).batch(4) for _ in range(2))
    assert torch.equal(one, other)


def test_a_broken_pack_is_not_read_as_pictures(tmp_path: Path) -> None:
    kept = np.frombuffer(io.BytesIO(b"no picture").getvalue(), dtype=np.uint8)
    np.savez(tmp_path / "bad.npz", bytes=kept, ends=np.array([len(kept)]))
    with pytest.raises(OSError, match="identify"):
        list(read_pictures([tmp_path / "bad.npz"], []))


def test_a_process_has_an_age() -> None:
    first = process_age()
    assert 0 < first <= process_age()
