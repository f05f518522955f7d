"""Every entry in its tiny form, along the way a user takes: catalogue, hub, verify, load, use."""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from engine.models import load as module
from engine.models.catalogue import Catalogue, Entry, read_catalogue
from engine.models.download import download
from engine.models.hub import Hub
from engine.models.importing import bring_in, recognise
from engine.models.load import cached, load
from engine.models.loaders import (
    detector,
    detector_onnx,
    ecapa,
    filterbank,
    identity,
    pickles,
    vision,
)
from engine.models.loaders.onnx_graph import Graph
from engine.models.loaders.onnx_session import providers
from engine.models.loaders.source import Source
from engine.models.roles import Face
from engine.models.store import Store
from engine.problems import Problem
from tests.engine.models import tiny
from tests.engine.models.hub_server import HubServer

CPU = torch.device("cpu")
CATALOGUE = read_catalogue()
# What a tiny form cannot have.
OF_THE_REAL_SIZE: dict[str, tuple[str, ...]] = defaultdict(tuple, speech=("layers", "width"))
IDS = [entry.id for entry in CATALOGUE.entries]


def small(entry: Entry) -> Entry:
    """The entry for its tiny form: its commit is the test server's, and no hash is stated."""
    files = tuple(file.model_copy(update={"sha256": None}) for file in entry.files)
    sizes = {k: v for k, v in entry.expects.items() if k not in OF_THE_REAL_SIZE[entry.loader]}
    return entry.model_copy(update={"revision": "a" * 40, "files": files, "expects": sizes})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    entries = tuple(small(entry) for entry in CATALOGUE.entries)
    return Store(tmp_path / "models", Catalogue(version=1, entries=entries))


@pytest.fixture
def bring(hub: HubServer, store: Store, tmp_path: Path) -> Callable[[str], Entry]:
    """Publish the tiny form of a model and what it requires, and download it."""

    def bring(id: str) -> Entry:
        entry = store.entry(id)
        for other in entry.requires:
            bring(other)
        if store.record(id) is None:
            made = tmp_path / "made" / id
            made.mkdir(parents=True)
            files = tiny.write(entry, made)
            if entry.page is not None:  # fetched by hand
                found = recognise(store, made / next(iter(files)))
                list(bring_in(store, found, False, lambda: None))
                return found.entry
            hub.add(entry.repo, files)
            list(download(store, entry, Hub(hub.endpoint), lambda: None))
        return entry

    return bring


def reaches(x: Tensor, loss: Tensor) -> None:
    """The gradient of ``loss`` is finite and not zero anywhere much in ``x``."""
    loss.backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()
    assert (x.grad != 0).float().mean() > 0.5
    x.grad = None


def pictures(size: int = 32, count: int = 1) -> Tensor:
    torch.manual_seed(1)
    return torch.rand(count, 3, size, size, requires_grad=True)


def voices(samples: int = 8000, count: int = 1) -> Tensor:
    torch.manual_seed(1)
    wave = 0.3 * torch.randn(count, samples)
    return wave.requires_grad_()


def use_autoencoder(model: Any, entry: Entry) -> None:
    x = pictures(40)
    z = model.encode(x)
    channels = int(entry.expects["latent_channels"])
    assert z.shape == (1, channels, 5, 5)
    assert model.decode(z).shape == x.shape
    reaches(x, z.square().sum())
    reaches(x, model.decode(model.encode(x)).square().sum())
    assert (model.id, model.scale) == (entry.id, entry.expects["scale"])


def use_denoiser(model: Any, entry: Entry) -> None:
    x = pictures(64)
    z = model.autoencoder.encode(x)
    text = model.embed(["a cat", ""]).requires_grad_()
    assert text.shape == (2, 12, entry.expects["condition_width"])
    assert not torch.equal(text[0], text[1])
    condition = model.condition(text[:1])
    deep = model.features(z, 500, condition)
    assert [f.ndim for f in deep] == [4, 4]
    reaches(x, sum(f.square().sum() for f in deep))
    noisy = torch.randn(z.shape, requires_grad=True)
    predicted = model.predict(noisy, 500, condition)
    assert predicted.shape == z.shape
    predicted.square().sum().backward()
    assert text.grad is not None and text.grad[0].abs().sum() > 0
    assert noisy.grad is not None and noisy.grad.abs().sum() > 0
    assert 1 > model.alpha_bar(0) > model.alpha_bar(500) > model.alpha_bar(999) > 0
    # With no noise left to take away, the clean latent is what goes in.
    assert torch.allclose(model.predict(z.detach(), 0, condition), z, atol=0.15)


def use_editor(model: Any, entry: Entry) -> None:
    x = pictures(64, 2).detach()
    calls: list[int] = []
    edited = model.edit(x, "a hat", seed=3, check=lambda: calls.append(1), steps=2)
    assert edited.shape == x.shape
    assert edited.min() >= 0 and edited.max() <= 1
    assert len(calls) == 2
    assert torch.equal(edited, model.edit(x, "a hat", seed=3, steps=2))
    assert not torch.equal(edited, model.edit(x, "a hat", seed=4, steps=2))
    denoiser = model.denoiser
    z = pictures(8)[:, :1].detach().expand(1, 4, 8, 8).clone().requires_grad_()
    shown = denoiser.condition(denoiser.embed(["a"]), z)
    reaches(z, denoiser.features(torch.randn(1, 4, 8, 8), 10, shown)[0].square().sum())
    nothing = denoiser.condition(denoiser.embed(["a"]))
    assert denoiser.predict(torch.randn(1, 4, 8, 8), 10, nothing).shape == (1, 4, 8, 8)


def use_adapter(model: Any, entry: Entry) -> None:
    condition = model.denoiser.condition(model.denoiser.embed([""]))
    z = torch.randn(1, 4, 8, 8)
    if "image_encoder" in entry.options:
        x = pictures(48)
        tokens = model.tokens(model.reference(x))
    else:
        x = torch.randn(1, 12, requires_grad=True)
        tokens = model.tokens(x)
        with pytest.raises(TypeError):
            model.reference(pictures())
    assert tokens.shape == (1, entry.expects["tokens"], entry.expects["width"])
    deep = model.features(z, 100, condition, tokens)
    other = model.features(z, 100, condition, torch.zeros_like(tokens))
    assert not torch.allclose(deep[0], other[0])
    reaches(x, sum(f.square().sum() for f in deep))


def use_identity(model: Any, entry: Entry) -> None:
    x = pictures(112, 2)
    embedded = model.embed(x)
    assert embedded.shape == (2, entry.expects["width"])
    assert torch.allclose(embedded.norm(dim=1), torch.ones(2))
    # The imported graph gives what onnxruntime gives.
    assert torch.allclose(embedded, model.judge(x.detach()), atol=1e-5)
    reaches(x, (embedded[0] @ embedded[1]).square())


def use_locator(model: Any, entry: Entry) -> None:
    picture = pictures(64).detach()[0]
    wide = torch.nn.functional.interpolate(picture[None], (320, 640))[0]
    (face,) = model.find(wide)
    assert face.score == pytest.approx(0.9, abs=0.01)
    assert face.box == pytest.approx((288, 112, 352, 208), abs=0.5)
    assert face.landmarks[2] == pytest.approx((320, 160), abs=0.5)
    half = torch.nn.functional.interpolate(picture[None], (160, 320))[0]
    (face,) = model.find(half)  # found where it is in the picture's own pixels
    assert face.box == pytest.approx((144, 56, 176, 104), abs=0.5)


def use_restorer(model: Any, entry: Entry) -> None:
    picture = pictures(96).detach()
    here = [((x + 20) * 0.5, (y + 20) * 0.5) for x, y in identity.TEMPLATE]
    face = Face(1.0, (18.0, 16.0, 57.0, 69.0), tuple(here))
    restored = model.restore(picture, [face])
    assert restored.shape == picture.shape and restored.min() >= 0 and restored.max() <= 1
    # Only around the face, where this network halves the contrast.
    assert torch.equal(restored[..., 90:, 90:], picture[..., 90:, 90:])
    inside = (slice(None), slice(None), slice(30, 56), slice(24, 52))
    wanted = (picture[inside] + 0.5) / 2
    assert (restored[inside] - wanted).abs().mean() < 0.03
    assert torch.equal(model.restore(picture, []), picture)


def use_semantic(model: Any, entry: Entry) -> None:
    x = pictures(48)
    embedded = model.embed(x)
    assert torch.allclose(embedded.norm(dim=1), torch.ones(1))
    texts = model.embed_texts(["A cat!", "a cat", "dog"])
    assert torch.equal(texts[0], texts[1])
    assert not torch.allclose(texts[0], texts[2])
    fits = model.fit(x, ["cat", "dog"])
    assert fits.shape == (1, 2)
    assert fits.min() >= 0 and fits.max() <= 1
    reaches(x, embedded[:, :3].sum())


def use_speaker(model: Any, entry: Entry) -> None:
    x = voices(count=2)
    embedded = model.embed(x)
    assert embedded.shape == (2, model.width)
    assert torch.allclose(embedded.norm(dim=1), torch.ones(2), atol=1e-5)
    reaches(x, (embedded[0] @ embedded[1]).square())
    # A recorder's gain does not change who speaks.
    if "For" in str(entry.options["class"]) or "class" in entry.options:
        louder = model.embed(x.detach() * 1.7)
        assert torch.allclose(embedded.detach(), louder, atol=1e-3)


def use_acoustic(model: Any, entry: Entry) -> None:
    hop = int(entry.expects["hop"])
    x = voices(hop * 6 + 100)
    latents = model.encode(x)
    assert latents.ndim == 3
    assert latents.shape[1] == math.ceil(x.shape[1] / hop)
    reaches(x, latents.square().sum())
    assert torch.equal(model.encode(x), latents)  # no noise is drawn


def use_cloner(model: Any, entry: Entry) -> None:
    if entry.options["class"] == "SpeechT5HifiGan":
        assert model(torch.randn(10, 8)).shape == (160,)
        return
    reference = voices(16000).detach()
    torch.manual_seed(5)
    spoken = model.clone(reference, "Hello there.", seed=1)
    assert spoken.shape[0] == 1 and spoken.shape[1] > 0
    assert spoken.abs().max() <= 1
    assert model.sample_rate == 16000
    assert torch.equal(spoken, model.clone(reference, "Hello there.", seed=1))


def use_detector(model: Any, entry: Entry) -> None:
    x = voices(count=2) if model.sample_rate else pictures(48, 2)
    scores = model.score(x.detach())
    assert scores.shape == (2,)
    assert scores.min() >= 0 and scores.max() <= 1


def use_vision(model: Any, entry: Entry) -> None:
    features = model.embed(pictures(300, 2).detach())
    assert features.shape == (2, model.width) and model.width == entry.expects["width"]
    assert torch.allclose(features.norm(dim=1), torch.ones(2), atol=1e-4)
    assert not torch.allclose(features[0], features[1], atol=1e-3)


def use_speech(model: Any, entry: Entry) -> None:
    x = voices(count=2)
    features = model.features(x)
    assert features.shape == (2, model.layers, model.width)
    reaches(x, features[:, -1].square().sum())
    # It listens, and not only to how loud it is.
    assert torch.allclose(features.detach(), model.features(x.detach() * 1.7), atol=1e-3)
    assert not torch.allclose(features[0, -1], features[1, -1], atol=1e-3)


@pytest.mark.parametrize("id", IDS)
def test_every_entry_loads_in_its_tiny_form(
    id: str, bring: Callable[[str], Entry], store: Store
) -> None:
    entry = bring(id)
    model = load(store, id, CPU)
    globals()[f"use_{entry.loader}"](model, entry)
    again = load(store, id, CPU)  # from the converted file, where there is one
    if hasattr(model, "sha256"):
        assert again.sha256 == model.sha256


@pytest.mark.parametrize("id", ["autoencoder-kl-sd15", "denoiser-unet-sdturbo"])
def test_scarce_memory_keeps_less_and_gives_the_same(
    id: str, bring: Callable[[str], Entry], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(id)
    kept, gradients = [], []
    for tight in (0.0, 1e6):
        monkeypatch.setattr(module, "TIGHT", tight)
        model = load(store, id, CPU)
        vae = getattr(model, "autoencoder", model)
        x = pictures(64)
        sizes: list[int] = []
        with saved_tensors_hooks(lambda t, sizes=sizes: sizes.append(t.nbytes) or t, lambda t: t):
            z = vae.encode(x)
            if vae is not model:
                z = model.features(z, 500, model.condition(model.embed(["a"])))[0]
            loss = z.square().sum()
        kept.append(sum(sizes))
        gradients.append(torch.autograd.grad(loss, x)[0])
    assert kept[1] < 0.7 * kept[0]
    assert torch.allclose(*gradients, rtol=1e-3, atol=1e-6)


# One of every class that torch runs; ONNX files run as they are.
HALF = {e.loads: e.id for e in CATALOGUE.entries if e.format != "onnx"}
TRIES: dict[str, Callable[[Any, Tensor], Tensor]] = {
    "autoencoder": lambda m, x: m.decode(m.encode(x)),
    "denoiser": lambda m, x: m.features(m.autoencoder.encode(x), 9, m.condition(m.embed(["a"])))[0],
    "editor": lambda m, x: m.edit(x, "a hat", seed=1, steps=1),
    "adapter": lambda m, x: m.tokens(
        torch.ones(1, 12).bfloat16() if m._image_encoder is None else m.reference(x)
    ),
    "semantic": lambda m, x: m.embed(x),
    "detector": lambda m, x: m.score(x),
    "speaker": lambda m, x: m.embed(x),
    "acoustic": lambda m, x: m.encode(x),
    "speech": lambda m, x: m.features(x),
    "vision": lambda m, x: m.embed(x),
    "cloner": lambda m, x: (
        m.clone(x, "Hi.", seed=1) if hasattr(m, "clone") else m(x[0, :80].view(10, 8).bfloat16())
    ),
}


@pytest.mark.parametrize("id", HALF.values())
def test_every_class_runs_in_half_precision(
    id: str, bring: Callable[[str], Entry], store: Store
) -> None:
    entry = bring(id)
    model = load(store, id, CPU, torch.bfloat16)
    heard = "voice" in entry.groups or getattr(model, "sample_rate", None)
    x = voices(16000) if heard else pictures(64)
    out = TRIES[entry.loader](model, x)
    assert out.isfinite().all()
    if entry.loader in ("autoencoder", "denoiser", "semantic", "speaker", "acoustic", "speech"):
        out.square().sum().backward()
        assert x.grad is not None and x.grad.isfinite().all() and x.grad.abs().sum() > 0


def test_open_clips_tower_is_the_one_it_was(store: Store, tmp_path: Path) -> None:
    """Translated names give the same features as transformers' own layout."""
    entry = store.entry("vision-clip-commonpool")
    network = tiny.clip_vision(64, 32, 8)
    network.save_pretrained(tmp_path / "one")
    (tmp_path / "two").mkdir()
    file = entry.files[0].path
    save_file(tiny.open_clip_of(network), tmp_path / "two" / file)
    x, found = pictures(48, 2).detach(), []
    for folder, options in (
        ("one", {"class": "CLIPVisionModel"}),
        ("two", {"class": "open_clip", "activation": "gelu"}),
    ):
        changed = entry.model_copy(update={"options": options, "expects": {}})
        source = Source(changed, tmp_path / folder, "", CPU, torch.float32)
        found.append(vision.load(source).embed(x))
    assert torch.allclose(*found, atol=1e-5)
    broken = tiny.open_clip_of(network)
    broken.pop("visual.ln_post.bias")
    save_file(broken, tmp_path / "two" / file)
    with pytest.raises(ValueError, match=r"lacks .*post_layernorm\.bias"):
        vision.load(source)


@pytest.mark.parametrize(
    ("options", "answers", "complaint"),
    [
        ({"output": "classes", "fake": 1}, 2, ""),
        ({"output": "probability"}, 1, ""),
        ({"output": "classes", "fake": 2}, 2, "no number 2"),
        ({"output": "logit"}, 2, "instead of one"),
        ({"output": "perhaps"}, 1, "means nothing"),
        ({"filter": "sharp"}, 1, "means nothing"),
        ({"mean": "0.5"}, 1, "fit together"),
        ({"resize": 100}, 1, "fit together"),
    ],
)
def test_an_onnx_detector_is_told_what_its_answer_means(
    store: Store, tmp_path: Path, options: dict[str, Any], answers: int, complaint: str
) -> None:
    entry = store.entry("detector-sieve-vits")
    tiny.onnx_detector(tmp_path / entry.files[0].path, 384, answers)
    changed = entry.model_copy(update={"options": {**entry.options, **options}})
    source = Source(changed, tmp_path, "", CPU, torch.float32)
    if complaint:
        with pytest.raises(ValueError, match=complaint):
            detector_onnx.load(source)
        return
    x = pictures(400, 2).detach()
    scores = detector_onnx.load(source).score(x)
    # By hand: the middle of the picture, its colours' means, one weighted sum.
    draw = np.random.default_rng(0)
    weight, bias = draw.normal(0, 1, (answers, 3)), draw.normal(0, 1, answers)
    cut = vision.middle(x, 440, 384, "bilinear")
    mean, deviation = (cut.new_tensor(v) for v in (detector.MEAN, detector.DEVIATION))
    rows = ((cut.mean((2, 3)) - mean) / deviation).double().numpy() @ weight.T + bias
    wanted = np.exp(rows)[:, 1] / np.exp(rows).sum(1) if answers == 2 else rows[:, 0].clip(0, 1)
    assert np.allclose(scores.numpy(), wanted, atol=1e-4)


def test_what_is_not_on_the_hub_is_fetched_by_hand(hub: HubServer, store: Store) -> None:
    for entry in CATALOGUE.entries:
        if entry.page is None:
            continue
        with pytest.raises(Problem) as raised:
            list(download(store, store.entry(entry.id), Hub(hub.endpoint), lambda: None))
        assert raised.value.code == "store.by-hand" and raised.value.details["url"] == entry.page


def test_providers_of_onnxruntime() -> None:
    every = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    cuda = providers(torch.device("cuda:1"), every)
    assert cuda == [("CUDAExecutionProvider", {"device_id": 1}), "CPUExecutionProvider"]
    assert providers(CPU, every) == ["CPUExecutionProvider"]
    for extra in ("DmlExecutionProvider", "CoreMLExecutionProvider"):
        assert providers(CPU, [extra, *every]) == [extra, "CPUExecutionProvider"]


def test_an_absent_model_is_not_fetched(store: Store) -> None:
    with pytest.raises(Problem, match="not on this computer"):
        load(store, "autoencoder-taesd-sd1", CPU)


def test_a_truncated_file_is_never_loaded(bring: Callable[[str], Entry], store: Store) -> None:
    entry = bring("autoencoder-taesd-sd1")
    file = store.place(entry.id) / "diffusion_pytorch_model.safetensors"
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(Problem) as caught:
        load(store, entry.id, CPU)
    assert caught.value.code == "store.damaged"


def test_a_model_of_another_family_is_refused(hub: HubServer, store: Store, tmp_path: Path) -> None:
    """The same names and shapes, another scale: what would be silently wrong."""
    entry = store.entry("autoencoder-kl-sd15")
    other = entry.model_copy(update={"expects": entry.expects | {"scale": 0.13025}})
    hub.add(entry.repo, tiny.write(other, tmp_path))
    list(download(store, entry, Hub(hub.endpoint), lambda: None))
    with pytest.raises(Problem, match=r"scale is 0\.13025 and should be 0\.18215") as caught:
        load(store, entry.id, CPU)
    assert caught.value.code == "model.unfit"


def test_a_file_of_another_kind_is_refused(hub: HubServer, store: Store) -> None:
    entry = store.entry("identity-sface-opencv")
    hub.add(entry.repo, {entry.files[0].path: b"not a network" * 100})
    list(download(store, entry, Hub(hub.endpoint), lambda: None))
    with pytest.raises(Problem) as caught:
        load(store, entry.id, CPU)
    assert caught.value.code == "model.unfit"


class Evil:
    def __reduce__(self) -> Any:
        return (os.system, ("touch /tmp/cloakroom-was-here",))


def test_a_pickle_that_runs_code_is_not_opened(tmp_path: Path) -> None:
    torch.save({"weights": torch.ones(2), "evil": Evil()}, tmp_path / "evil.ckpt")
    with pytest.raises(Problem) as caught:
        pickles.read_pickle(tmp_path / "evil.ckpt")
    assert caught.value.code == "import.unsafe"
    assert not Path("/tmp/cloakroom-was-here").exists()


def test_a_converted_file_that_changed_is_made_anew(
    bring: Callable[[str], Entry], store: Store
) -> None:
    entry = bring("speaker-ecapa-voxceleb")
    before = load(store, entry.id, CPU).embed(voices().detach())
    file = store.place(entry.id) / "converted" / pickles.WEIGHTS
    file.write_bytes(b"x" * file.stat().st_size)
    assert torch.equal(load(store, entry.id, CPU).embed(voices().detach()), before)


def test_the_cache_keeps_a_model(bring: Callable[[str], Entry], store: Store) -> None:
    from engine.context import Context
    from engine.models.cache import ModelCache

    bring("autoencoder-taesd-sd1")
    context = Context(CPU, ModelCache(CPU))
    kept = pytest.MonkeyPatch()
    kept.setattr(module, "Store", lambda folder: store)
    try:
        first = cached(context, "autoencoder-taesd-sd1")
        assert cached(context, "autoencoder-taesd-sd1") is first
    finally:
        kept.undo()
    assert list(context.models.in_use()) == ["store/autoencoder-taesd-sd1"]


def test_an_unknown_operator_is_named(tmp_path: Path) -> None:
    from onnx.helper import make_node

    tiny.onnx_model(tmp_path / "x.onnx", [make_node("Erf", ["data"], ["y"])], {}, 8,
                    {"y": [1, 3, 8, 8]})  # fmt: skip
    with pytest.raises(ValueError, match="Erf"):
        Graph(tmp_path / "x.onnx")


def test_a_face_is_turned_onto_the_template() -> None:
    """A bright dot on each landmark of a turned, enlarged face lands on the template."""
    angle, scale = 0.4, 2.5
    turn = scale * np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    points = np.array(identity.TEMPLATE) @ turn.T + [200, 80]
    face = identity.Face(1.0, (0, 0, 1, 1), tuple(map(tuple, points.tolist())))
    x = torch.zeros(1, 3, 500, 500)
    grid = torch.stack(torch.meshgrid(torch.arange(500), torch.arange(500), indexing="xy"), -1)
    for point in points:
        x += torch.exp(-((grid - torch.tensor(point)) ** 2).sum(-1) / 30)
    x.requires_grad_()
    crop = identity.aligned(x, face)
    for u, v in identity.TEMPLATE:
        assert crop[0, 0, round(v), round(u)] > 0.8
    assert crop.shape == (1, 3, 112, 112)
    crop.sum().backward()
    assert x.grad is not None and x.grad.abs().sum() > 0


def test_the_filterbank_hears_a_tone_where_it_is() -> None:
    bank = filterbank.Filterbank(80)
    time = torch.arange(16000) / 16000
    low, high = (bank(torch.sin(2 * math.pi * f * time)[None]).std(1) for f in (300, 3000))
    assert bank.filters.shape == (201, 80)
    peaks = [(bank.filters * 1.0)[:, m].argmax() * 40 for m in range(80)]  # 40 Hz a bin
    assert peaks == sorted(peaks)
    assert low.shape == high.shape == (1, 80)
    tone = bank(torch.sin(2 * math.pi * 1000 * time)[None] * torch.linspace(0, 1, 16000))
    assert abs(int(peaks[int(tone[0, 80].argmax())]) - 1000) <= 40


def test_ecapa_is_as_wide_as_its_checkpoint() -> None:
    weights = tiny.ecapa_weights(16, 10)
    assert ecapa.EcapaTdnn(weights).width == 10
    del weights["mfa.norm.norm.bias"]
    with pytest.raises(RuntimeError, match="mfa"):
        ecapa.EcapaTdnn(weights)
