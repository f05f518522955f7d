"""The losses against face swapping, and the job: only faces change, and no face is said so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import api
from engine.context import Context
from engine.models import faces as models
from engine.models.cache import ModelCache
from engine.models.loaders.identity import TEMPLATE, aligned
from engine.models.roles import Face
from engine.optimise.channels import resize_channel, unchanged
from engine.optimise.loop import Options, optimise
from engine.optimise.turns import Turns
from engine.photo import face_cloak, swapping, voidface
from engine.photo.protect import protect
from engine.problems import Problem

FACE = Face(1.0, (30.0, 20.0, 100.0, 112.0), tuple((x + 10.0, y + 8.0) for x, y in TEMPLATE))


@pytest.fixture(scope="module")
def context() -> Context:
    device = torch.device("cpu")
    return Context(device, ModelCache(device))


@pytest.fixture
def image() -> torch.Tensor:
    random = torch.Generator().manual_seed(0)
    coarse = torch.rand((1, 3, 16, 16), generator=random)
    return torch.nn.functional.interpolate(coarse, (128, 128), mode="bilinear")


def test_the_face_is_followed_through_a_resize(image: torch.Tensor) -> None:
    small = resize_channel(0.5, 0.5)(torch.Generator().manual_seed(0))(image)
    face = voidface.seen_as(FACE, (128, 128), small)
    assert face.landmarks[0] == pytest.approx(tuple(v / 2 for v in FACE.landmarks[0]))
    difference = aligned(small, face) - aligned(image, FACE)
    assert float(difference.abs().mean()) < 0.03


def test_alignments_vary_with_the_step_and_repeat(image: torch.Tensor, context: Context) -> None:
    loss = voidface.Stranger(image, FACE, 3, ())
    assert loss.views(1) == loss.views(1)
    assert loss.views(1) != loss.views(2)


@pytest.mark.parametrize("part", ["loc", "id", "feat"])
def test_each_loss_falls(part: str, image: torch.Tensor, context: Context) -> None:
    loss = swapping.of_face(swapping.models(context), image, FACE, 0).parts[part]
    before = float(loss(image, 0, unchanged))
    limit = torch.full((1, 1, 128, 128), 12 / 255)
    for step in optimise(image, [loss], limit, Options(steps=5, step_size=0.3), 0):
        found = step.delta
    assert float(loss(image + found, 0, unchanged)) < before


def test_a_latent_offset_of_zero_changes_nothing(image: torch.Tensor) -> None:
    class Halves:
        """Every second pixel, and back."""

        def encode(self, images: torch.Tensor) -> torch.Tensor:
            return images[..., ::2, ::2]

        def decode(self, latents: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.interpolate(latents, scale_factor=2.0)

    decode = voidface.LatentOffset(Halves(), image)  # type: ignore[arg-type]
    assert float(decode(torch.zeros(decode.shape)).abs().max()) == 0
    assert decode(torch.ones(decode.shape)).shape == image.shape


def _finish(job: api.ProtectPhoto, context: Context) -> api.PhotoResult:
    work = protect(job, context)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: api.PhotoResult = stop.value
            return result


def _file(folder: Path, seed: int = 0) -> Path:
    coarse = np.random.default_rng(seed).integers(60, 200, (12, 16, 3), dtype=np.uint8)
    file = folder / "photo.png"
    Image.fromarray(coarse).resize((160, 120), Image.Resampling.BICUBIC).save(file)
    return file


def test_only_the_boxed_faces_change(
    tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swapping, "OPTIONS", Options(steps=3, step_size=0.4))
    file = _file(tmp_path)
    box = api.FaceBox(0.1, 0.1, 0.35, 0.5)
    # With a limit of its own: to keep a strength's promise it may be written several times.
    job = api.ProtectPhoto(file, threats=("faceswap",), faces=(box,), epsilon=0.03)
    result = _finish(job, context)
    before, after = (np.asarray(Image.open(f)).astype(int) for f in (file, result.output))
    changed = np.abs(after - before).max(2)
    assert changed[12:60, 16:56].max() > 0
    assert changed[:, 90:].max() == 0
    assert changed[90:].max() == 0
    assert result.receipt.method == "VoidFace"
    assert models.LOCATOR in result.receipt.models
    assert result.measures.faces is not None
    assert result.measures.faces.faces == 1
    assert result.measures.faces.likeness < 1


def test_no_face_is_said_so(tmp_path: Path, context: Context) -> None:
    with pytest.raises(Problem) as caught:
        _finish(api.ProtectPhoto(_file(tmp_path), threats=("faceswap",)), context)
    assert caught.value.code == "photo.no-face"
    assert [f.name for f in tmp_path.iterdir()] == ["photo.png"]


def test_small_faces_are_worked_on_large_enough(tmp_path: Path) -> None:
    from engine.media.reading import read_photo

    file = tmp_path / "large.png"
    Image.new("RGB", (3000, 1500), (90, 90, 90)).save(file)
    photo = read_photo(file)
    small = api.FaceBox(0.1, 0.1, 0.12, 0.14)  # 60 px of 3000
    large = api.FaceBox(0.1, 0.1, 0.5, 0.9)
    assert face_cloak.working_side((large,), photo, 1024) == 1024
    assert face_cloak.working_side((large, small), photo, 1024) == 3000


def test_painted_areas_stand_for_faces() -> None:
    mask = np.zeros((100, 200))
    mask[20:60, 30:80] = 1
    mask[70:90, 150:170] = 1
    mask[0, 0] = 1  # a speck
    first, second = face_cloak.painted_areas(mask)
    assert first == api.FaceBox(0.15, 0.2, 0.4, 0.6)
    assert second == api.FaceBox(0.75, 0.7, 0.85, 0.9)
    assert face_cloak.painted_share(mask, first) == 1
    assert face_cloak.painted_share(mask, api.FaceBox(0.5, 0.1, 0.6, 0.5)) == 0


def test_threats_share_one_search(context: Context) -> None:
    from engine.photo.threats import plan

    box = api.FaceBox(0.2, 0.1, 0.8, 0.9)
    models = swapping.models(context)
    image = torch.rand((1, 3, 96, 96), generator=torch.Generator().manual_seed(0))
    both = plan(("edit", "faceswap"), context, boxes=(box,))
    assert both.faces is None  # the whole picture is changed
    assert both.name.endswith("VoidFace")
    assert {each.id for each in models} <= set(both.hashes)
    assert isinstance(both.losses(image, 0)[-1], Turns)


def test_twenty_faces_are_searched_one_small_window_at_a_time(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []

    class Brightness:
        def __call__(self, images: torch.Tensor, step: int, transform: object) -> torch.Tensor:
            seen.append((int(images.shape[-2]), int(images.shape[-1])))
            return images.mean()

    monkeypatch.setattr(swapping, "of_face", lambda *_: Brightness())
    monkeypatch.setattr(swapping, "OPTIONS", Options(steps=2, step_size=0.5))
    picture = torch.full((1, 3, 800, 1000), 0.5)
    boxes = tuple(
        api.FaceBox(x / 5 + 0.05, y / 4 + 0.05, x / 5 + 0.15, y / 4 + 0.2)
        for y in range(4)
        for x in range(5)
    )
    kit = swapping.Models(models.locator(context), (), None, context, boxes)
    work = face_cloak.cloak(
        api.ProtectPhoto(Path("a.png"), threats=("faceswap",), faces=boxes),
        picture,
        torch.full((1, 1, 800, 1000), 0.02),
        kit,
        context,
    )
    steps = []
    with pytest.raises(StopIteration) as stop:
        while True:
            steps.append(next(work))
    delta = stop.value.value
    assert len(steps) == 40 and steps[-1].step == steps[-1].of == 40
    assert max(max(size) for size in seen) <= face_cloak.SIDE
    for box in boxes:
        at = (round(800 * (box.top + box.bottom) / 2), round(1000 * (box.left + box.right) / 2))
        assert float(delta[0, :, at[0], at[1]].abs().max()) > 0
