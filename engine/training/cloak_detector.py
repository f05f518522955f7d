"""Train the detector of protective cloaks: our own, and peers' methods done again at small scale.

    python -m engine.training.cloak_detector --data FOLDER... --test FOLDER... --out FOLDER

Clean photos stand against the same photos with a cloak: ours against editing and ours against
personalisation, at every strength; an encoder attack without a perceptual map (PhotoGuard's,
2302.06588); one towards a texture's latent (Mist's, 2305.12683); one that maximises the denoising
loss (AdvDM's, 2302.04578); uniform noise. Both sides go through JPEG, WebP or resizing at times.
Reported: the share of cloaks
found while 1 % of unseen clean photos are taken for cloaked, by kind.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from engine import api
from engine.check.cloak_detector import FALSE_ALARMS, NAME, Weights, features
from engine.context import Context
from engine.measure.logistic import logistic
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.optimise.budget import budget_for, limits
from engine.optimise.channels import Transform
from engine.optimise.loop import Decoder, Loss, Options, optimise
from engine.photo import editing, personalising, surrogates
from engine.photo.encoder import LatentShift
from engine.photo.trajectory import PersonalisationLoss
from engine.rehearse.channels import channel_named, to_pixels
from engine.training.images import find_images

SIZE = 384  # pixels of the training crops
STEPS = 6  # few, with large strides: the traces are the same, the effect is smaller
OPTIONS = Options(steps=STEPS, step_size=0.5)
OWN_STEPS = 12  # ours have several parts that take turns
SCALES = (0.5, 1.0, 1.6)  # each cloak is also shown weaker and stronger
TREATMENTS = (None, None, "jpeg-95", "jpeg-85", "jpeg-75", "webp-80", "resize-0.75")
TEST_EACH = 6  # cloaks of every kind, of test photos
PENALTY = 0.05  # of the mean squared weight

Cloak = Callable[[Tensor, int], Tensor]  # (1, 3, h, w) and a seed -> delta


def crop_of(file: Path, size: int, random: np.random.Generator) -> Tensor | None:
    """A square at the picture's own resolution; None for a picture that is too small."""
    with Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if min(picture.size) < size:
        return None
    x, y = (int(random.integers(side - size + 1)) for side in picture.size)
    pixels = np.asarray(picture.crop((x, y, x + size, y + size)))
    return torch.from_numpy(pixels / np.float32(255)).permute(2, 0, 1)[None]


# ---- cloaks ---------------------------------------------------------------------------------


def cloaks(context: Context) -> dict[str, Cloak]:
    """Every kind of cloak, by name."""
    models = [(each.model, each.whitening) for each in surrogates.autoencoders("edit", context)]
    denoiser = builtin.editor(builtin.EDITOR, context).denoiser
    editors = [*surrogates.autoencoders("edit", context), denoiser]

    def search(
        image: Tensor,
        loss: Loss,
        limit: Tensor,
        seed: int,
        options: Options = OPTIONS,
        decoder: Decoder | None = None,
    ) -> Tensor:
        delta = torch.zeros_like(image)
        for step in optimise(image, [loss], limit, options, seed, decoder):
            delta = step.delta
        return delta

    def ours(image: Tensor, seed: int) -> Tensor:
        return limits(image, budget_for(api.STRENGTHS[seed % len(api.STRENGTHS)], None))

    def flat(image: Tensor, seed: int) -> Tensor:
        epsilon = (4, 6, 8, 12)[seed % 4] / 255
        return torch.full_like(image[:, :1], epsilon)

    def edit(image: Tensor, seed: int) -> Tensor:
        (loss,) = editing.losses(editors, image, seed)
        options = replace(editing.OPTIONS, steps=OWN_STEPS, flatness=0.0)
        return search(image, loss, ours(image, seed), seed, options)

    def personalise(image: Tensor, seed: int) -> Tensor:
        (loss,) = personalising.losses([denoiser], image, seed)
        options = replace(personalising.DECODER_OPTIONS, steps=STEPS)
        decoder = personalising.decoder([denoiser], image)
        return search(image, loss, ours(image, seed), seed, options, decoder)

    def encoder(image: Tensor, seed: int) -> Tensor:
        model, whitening = models[seed % 2]
        loss = LatentShift(model, whitening, image)
        return search(image, loss, flat(image, seed), seed)

    def mist(image: Tensor, seed: int) -> Tensor:
        model, whitening = models[seed % 2]
        texture = _texture(image)
        with torch.no_grad():
            target = whitening(model.encode(texture))

        def towards(images: Tensor, step: int, transform: Transform) -> Tensor:
            missed: Tensor = whitening(model.encode(images)) - target
            return missed.square().mean()

        return search(image, towards, flat(image, seed), seed)

    def noise(image: Tensor, seed: int) -> Tensor:
        random = torch.Generator().manual_seed(seed)
        even = 2 * torch.rand(image.shape, generator=random) - 1
        return even.to(image) * flat(image, seed)

    def advdm(image: Tensor, seed: int) -> Tensor:
        return search(image, PersonalisationLoss(denoiser, seed=seed), flat(image, seed), seed)

    return {
        "edit": edit,
        "personalise": personalise,
        "encoder": encoder,
        "mist": mist,
        "advdm": advdm,
        "noise": noise,
    }


def _texture(image: Tensor) -> Tensor:
    """A fine weave of dark and light, as Mist's target is."""
    height, width = image.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    weave: Tensor = ((x // 4 + y // 4) % 2 + (x // 16 + y // 16) % 2).float() / 2
    return weave.to(image).expand_as(image).contiguous()


# ---- examples -------------------------------------------------------------------------------


def examples(
    files: Sequence[Path],
    kinds: dict[str, Cloak],
    each: int,
    clean: int,
    context: Context,
    seed: int,
    log: Callable[[str], None] = print,
) -> tuple[NDArray[np.float64], list[str]]:
    """Features (n, k) and kinds ("clean" among them): ``each`` cloaks of every kind, each at
    several strengths, and ``clean`` photos, with and without a treatment."""
    random = np.random.default_rng(seed)
    cpu = torch.device("cpu")
    judge = builtin.autoencoder(builtin.JUDGE, Context(cpu, ModelCache(cpu)))
    order = [files[i] for i in random.permutation(len(files))]
    rows: list[NDArray[np.float64]] = []
    labels: list[str] = []

    def add(image: Tensor, label: str) -> None:
        treatment = TREATMENTS[int(random.integers(len(TREATMENTS)))]
        if treatment is not None:
            image = channel_named(treatment).apply(image)
        rows.append(features(to_pixels(image), judge))
        labels.append(label)

    crops = (crop for file in order if (crop := crop_of(file, SIZE, random)) is not None)
    for name, cloak in kinds.items():
        for number in range(each):
            image = next(crops, None)
            if image is None:
                break
            delta = cloak(image.to(context.device), number).cpu()
            for scale in SCALES:
                add((image + scale * delta).clamp(0, 1), name)
                add(image, "clean")
        log(f"{name}: {labels.count(name)} examples")
    for image in crops:
        if labels.count("clean") >= clean:
            break
        add(image, "clean")
        add(image, "clean")
    log(f"clean: {labels.count('clean')} examples")
    return np.stack(rows), labels


def fit(rows: NDArray[np.float64], labels: Sequence[str]) -> Weights:
    """Logistic regression with a small penalty, both classes weighing the same."""
    mean, scale = rows.mean(0), rows.std(0) + 1e-6
    x = torch.from_numpy(((rows - mean) / scale).clip(-8, 8))
    cloaked = torch.tensor([label != "clean" for label in labels])
    weight, bias = logistic(x, cloaked, PENALTY / x.shape[1], steps=500)

    def rounded(values: Iterable[float]) -> tuple[float, ...]:
        return tuple(round(float(value), 6) for value in values)

    return Weights(
        mean=rounded(mean),
        scale=rounded(scale),
        weight=rounded(weight.tolist()),
        bias=round(bias, 6),
        threshold=0.0,
        clean=(),
    )


def scores(weights: Weights, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    values = ((rows - np.array(weights.mean)) / weights.scale).clip(-8, 8)
    found: NDArray[np.float64] = values @ np.array(weights.weight) + weights.bias
    return found


def found_by_kind(
    values: NDArray[np.float64], labels: Sequence[str], threshold: float
) -> dict[str, float]:
    kinds = sorted(set(labels))
    of = {kind: values[[label == kind for label in labels]] for kind in kinds}
    return {kind: round(float((of[kind] > threshold).mean()), 3) for kind in kinds}


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--test", type=Path, nargs="+", required=True, help="never trained on")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=24, help="cloaks of every kind")
    parser.add_argument("--clean", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args(given)
    device = torch.device(options.device)
    context = Context(device, ModelCache(device))
    kinds = cloaks(context)
    files = find_images(options.data)
    rows, labels = examples(files, kinds, options.each, options.clean, context, options.seed)
    # A fifth of the training photos' clean examples sets the threshold that ships.
    kept = np.arange(len(labels)) % 5 != 4
    weights = fit(rows[kept], [label for label, keep in zip(labels, kept, strict=True) if keep])
    values, tested = [], []
    for number, folder in enumerate(options.test):
        # Cloaks of the first folder's photos; those of the others are all clean.
        each = 0 if number else TEST_EACH
        more, names = examples(find_images([folder]), kinds, each, 10**6, context, options.seed + 1)
        values.append(scores(weights, more))
        tested += names
    tests = np.concatenate(values)
    clean = np.sort(np.concatenate([
        scores(weights, rows[~kept])[[labels[i] == "clean" for i in np.flatnonzero(~kept)]],
        tests[[name == "clean" for name in tested]],
    ]))  # fmt: skip
    threshold = float(np.quantile(clean, 1 - FALSE_ALARMS))
    weights = replace(
        weights,
        threshold=round(threshold, 4),
        clean=tuple(round(float(v), 3) for v in clean),
    )
    report = {
        "found_at_1_percent_false_alarms": found_by_kind(tests, tested, threshold),
        "clean_photos": len(clean),
        "examples": {kind: labels.count(kind) for kind in sorted(set(labels))},
        "tested": {kind: tested.count(kind) for kind in sorted(set(tested))},
        "seed": options.seed,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "weights.json").write_text(json.dumps(asdict(weights)) + "\n")
    facts = {"model": NAME, "features": rows.shape[1], **report}
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(report, indent=2), flush=True)


if __name__ == "__main__":
    main()
