"""What the face trainings are made of; nothing is trained here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn import functional

from engine.models import face_networks, swap_network
from engine.models.loaders.identity import aligned
from engine.training import face_locator, face_teachers, faces, identity


def _labelled(folder: Path) -> tuple[Path, Path]:
    landmarks = [[30, 40], [60, 40], [45, 55], [33, 72], [58, 72]]
    label = {"score": 1.0, "box": [20, 20, 70, 85], "landmarks": landmarks}
    labels = {}
    random = np.random.default_rng(0)
    for person in "abcdefgh":
        for number in range(2):
            path = Path("people") / person / f"{number}.jpg"
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            pixels = random.integers(0, 255, (100, 90, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / path)
            labels[str(path)] = label
    file = folder / "labels.json"
    file.write_text(json.dumps(labels))
    return folder, file


def test_nobody_is_trained_on_and_held_out(tmp_path: Path) -> None:
    train, held = faces.split(faces.read_labels(*_labelled(tmp_path)))
    assert len(train) == 12
    assert len(held) == 4
    assert not {p.person for p in train} & {p.person for p in held}


def test_a_pack_holds_who_is_held_out(tmp_path: Path) -> None:
    portraits = faces.read_labels(*_labelled(tmp_path))
    faces.pack(portraits, tmp_path / "faces.npz", 90)
    crops = faces.unpack(tmp_path / "faces.npz", torch.device("cpu"))
    assert crops.pixels.shape == (16, 3, 160, 160)
    assert crops.people == [p.person for p in portraits]
    assert set(crops.part(True).people) == {"a", "e"}
    assert not set(crops.part(True).people) & set(crops.part(False).people)
    direct = aligned(portraits[0].read(), portraits[0].face, faces.SIZE, faces.MARGIN)[0]
    assert float((crops.pixels[0].float() / 255 - direct).abs().mean()) < 0.06


def test_variations_repeat_and_stay_pictures() -> None:
    crops = torch.randint(0, 255, (9, 3, 160, 160), dtype=torch.uint8)
    first, again = (faces.vary(crops, torch.Generator().manual_seed(1)) for _ in range(2))
    assert first.shape == (9, 3, faces.VARIED, faces.VARIED)
    assert torch.equal(first, again)
    assert 0 <= float(first.min()) <= float(first.max()) <= 1
    assert faces.inner(first).shape[-1] == faces.SIZE


def test_blends_lie_between_two_faces() -> None:
    dark, light = torch.zeros(1, 3, 8, 8), torch.full((1, 3, 8, 8), 200.0)
    mixed = faces.blended(torch.cat([dark, light]), torch.Generator().manual_seed(0), 1.0)
    assert 0 <= float(mixed.min()) < float(mixed.max()) <= 200


def test_a_manifest_in_eight_bits_is_read(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(bytes([0, 255]) + np.float32(2.5).tobytes())
    entries = [
        {"name": "a", "shape": [2], "dtype": "float32",
         "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0}},
        {"name": "b", "shape": [], "dtype": "float32"},
    ]  # fmt: skip
    found = face_teachers.read_weights([{"paths": ["w.bin"], "weights": entries}], tmp_path)
    assert found["a"].tolist() == [-1.0, 126.5]
    assert float(found["b"]) == 2.5


def test_verification_knows_right_from_wrong() -> None:
    people = ["a", "a", "b", "b", "c", "c"]
    apart = functional.one_hot(torch.tensor([0, 0, 1, 1, 2, 2])).float()
    assert faces.verification(apart, people)["eer"] == pytest.approx(0, abs=0.01)
    blind = functional.normalize(torch.randn(6, 3, generator=torch.Generator().manual_seed(0)))
    assert faces.verification(blind, people)["eer"] > 0.15


@pytest.mark.parametrize("family", sorted(identity.CONFIGS))
def test_encoders_take_aligned_faces(family: str) -> None:
    network = face_networks.build(identity.CONFIGS[family] | {"out": 16, "side": 112}).eval()
    crops = torch.rand(2, 3, 112, 112, requires_grad=True)
    network(crops).sum().backward()
    assert crops.grad is not None and crops.grad.abs().sum() > 0


def test_the_locators_targets_lie_where_the_face_is() -> None:
    points = np.array([[44, 60], [30, 30], [36, 52], [52, 52], [44, 62], [38, 70], [50, 70]])
    heat, values, near = face_locator.targets([points.astype(np.float32)])
    y, x = np.unravel_index(int(heat.argmax()), heat.shape)
    assert (x, y) == (5, 7)
    assert near[y, x] == 1
    eye = values[4:6, y, x] * face_networks.LocatorNetwork.UNIT + torch.tensor([44.0, 60.0])
    assert eye.tolist() == pytest.approx([36, 52], abs=1e-3)


def test_the_swapper_listens_to_the_identity() -> None:
    torch.manual_seed(0)
    network = swap_network.build({"latent": 4, "width": 16, "identity": 8})
    z, context = torch.randn(1, 4, 16, 16), torch.randn(1, 5, 16, 16)
    t = torch.tensor([0.5])
    one, other = (network.tokens(torch.randn(1, 8)) for _ in range(2))
    first, second = (network(z, t, context, tokens) for tokens in (one, other))
    assert first.shape == z.shape
    assert not torch.allclose(first, second)


def test_noise_and_velocity_are_undone() -> None:
    clean, noise = torch.randn(2, 1, 4, 8, 8)
    t = torch.tensor(0.3)
    z_t, v = swap_network.mixed(clean, noise, t), swap_network.velocity(clean, noise, t)
    back, rest = swap_network.unmixed(z_t, v, 0.3)
    assert torch.allclose(back, clean, atol=1e-5)
    assert torch.allclose(rest, noise, atol=1e-5)
