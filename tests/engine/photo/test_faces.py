"""Finding faces: on portraits that the locator was not trained on, and where the user says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import api
from engine.context import Context
from engine.models.cache import ModelCache
from engine.models.roles import Face
from engine.photo import faces


@pytest.fixture(scope="module")
def context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))


def _found(file: Path, context: Context) -> tuple[api.FaceBox, ...]:
    job = faces.find(api.FindFaces(file), context)
    while True:
        try:
            next(job)
        except StopIteration as stop:
            result: api.FacesResult = stop.value
            return result.faces


def _portrait(shared_data: Path) -> Image.Image:
    # The first of the people with several photos: every fourth is held out, beginning with it.
    person = sorted((shared_data / "faces" / "people").iterdir())[0]
    with Image.open(sorted(person.iterdir())[0]) as opened:
        return opened.convert("RGB")


def test_a_portrait_has_one_face(shared_data: Path, tmp_path: Path, context: Context) -> None:
    file = tmp_path / "portrait.png"
    _portrait(shared_data).save(file)
    (box,) = _found(file, context)
    assert 0 <= box.left < box.right <= 1
    assert 0 <= box.top < box.bottom <= 1


def test_several_small_faces(shared_data: Path, tmp_path: Path, context: Context) -> None:
    portrait = _portrait(shared_data)
    portrait = portrait.resize((100, round(100 * portrait.height / portrait.width)))
    group = Image.new("RGB", (640, 420), (120, 140, 120))
    places = [(40, 30), (260, 60), (480, 20), (150, 250), (400, 260)]
    for place in places:
        group.paste(portrait, place)
    file = tmp_path / "group.png"
    group.save(file)
    found = _found(file, context)
    hit = {
        place
        for place in places
        for box in found
        if place[0] < 640 * (box.left + box.right) / 2 < place[0] + 100
        and place[1] < 420 * (box.top + box.bottom) / 2 < place[1] + portrait.height
    }
    assert len(hit) >= 4


def test_no_face_in_noise(tmp_path: Path, context: Context) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 300, 3), dtype=np.uint8)
    file = tmp_path / "noise.png"
    Image.fromarray(noise).save(file)
    assert _found(file, context) == ()


def test_a_box_without_a_face_gets_upright_landmarks(context: Context) -> None:
    image = torch.full((1, 3, 100, 200), 0.5)
    (face,) = faces.of_photo(image, (api.FaceBox(0.25, 0.2, 0.5, 0.8),), context)
    assert face.box == pytest.approx((50, 20, 100, 80))
    assert len(face.landmarks) == 5
    eye, other = face.landmarks[:2]
    assert 50 < eye[0] < other[0] < 100
    assert eye[1] == pytest.approx(other[1], abs=1)


def test_the_mask_keeps_to_faces() -> None:
    image = torch.zeros(1, 3, 120, 160)
    face = Face(1.0, (40.0, 30.0, 70.0, 70.0), ((0.0, 0.0),) * 5)
    mask = faces.soft_mask(image, [face])
    assert mask[0, 0, 50, 55] == 1
    assert mask[0, 0, 50, 120] == 0
    assert mask[0, 0, 5, 55] == 0
    assert 0 < float(mask[0, 0, 50, 76]) < 1


def test_a_window_ends_with_the_picture() -> None:
    image = torch.zeros(1, 3, 50, 60)
    face = Face(1.0, (0.0, 0.0, 30.0, 40.0), tuple((float(i), float(i)) for i in range(5)))
    window = faces.around(image, face)
    assert (window.rows.start, window.columns.start) == (0, 0)
    assert window.face.landmarks == face.landmarks
    assert image[window.area].shape[-2:] == (50, 55)
