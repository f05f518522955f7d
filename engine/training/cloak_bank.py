"""A bank of cloaks for the detector that tells them: each a small photo and the change to it.

    python -m engine.training.cloak_bank --data FOLDER... --faces FOLDER... --out BANK --each 30

Ours against editing, personalisation and face swapping, at every strength and by the same losses,
options and limits as the product's, only in fewer and larger steps; and peers' methods done again
at small scale: an encoder attack without a perceptual map (PhotoGuard's, 2302.06588), one towards a
texture's latent (Mist's, 2305.12683), one that maximises the denoising loss (AdvDM's, 2302.04578),
and uniform noise. Beside them our marks, which are no cloaks and must not be
taken for any. Photos that ``kept_out`` names are left alone unless ``--of`` asks for them.

One file for each cloak, kinds in turn, and files that are there are kept: a run that was broken off
goes on where it was.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from engine import api
from engine.context import Context
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.optimise.budget import budget_for, limits
from engine.optimise.channels import Transform
from engine.optimise.loop import Decoder, Loss, Options, optimise
from engine.optimise.turns import reduced
from engine.photo import editing, faces, personalising, surrogates, swapping, voidface
from engine.photo.encoder import LatentShift
from engine.photo.trajectory import PersonalisationLoss
from engine.training.image_detector_data import kept_out
from engine.training.images import find_images
from engine.watermark.canvas import canvas_of
from engine.watermark.keys import new_key
from engine.watermark.phasemark import PhaseMark
from engine.watermark.pixel import PixelScheme
from engine.watermark.scheme import PhotoScheme, spread

SIZE = 192  # pixels of the crops
STEPS = 5  # few, with large strides: the traces are the same, the effect is smaller
OPTIONS = Options(steps=STEPS, step_size=0.5)
MARKS = ("mark-pixel", "mark-phase")
RARER = {"mark-phase": 8}  # every so many rounds: slow, and no cloak
MARK_PSNR = (36.0, 38.0, 42.0)  # dB, on the canvas

Cloak = Callable[[Tensor, int], Tensor | None]  # (1, 3, h, w) and a seed -> delta


@dataclass(frozen=True)
class Cloaked:
    """A photo (h, w, 3) as bytes and what a cloak of some kind adds to it, floats in 0..1."""

    kind: str
    image: NDArray[np.uint8]
    delta: NDArray[np.float16]


def crop_of(file: Path, size: int, random: np.random.Generator) -> Tensor | None:
    """A square at the picture's own resolution; None for a picture that is too small."""
    with Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if min(picture.size) < size:
        return None
    x, y = (int(random.integers(side - size + 1)) for side in picture.size)
    return _tensor(np.asarray(picture.crop((x, y, x + size, y + size))))


def portrait_of(file: Path) -> Tensor:
    """The whole picture, enlarged to ``SIZE`` where it is smaller."""
    with Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if (shorter := min(picture.size)) < SIZE:
        width, height = (round(side * SIZE / shorter) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.BICUBIC)
    return _tensor(np.asarray(picture))


def _tensor(pixels: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pixels / np.float32(255)).permute(2, 0, 1)[None]


def cloaks(context: Context) -> dict[str, Cloak]:
    """Every kind of cloak, by name."""
    models = [(each.model, each.whitening) for each in surrogates.autoencoders("edit", context)]
    denoiser = builtin.editor(builtin.EDITOR, context).denoiser
    editors = [*surrogates.autoencoders("edit", context), denoiser]
    swappers = swapping.models(context)

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

    def ours(image: Tensor, seed: int, mask: Tensor | None = None) -> Tensor:
        return limits(image, budget_for(api.STRENGTHS[seed % len(api.STRENGTHS)], None), mask)

    def flat(image: Tensor, seed: int) -> Tensor:
        epsilon = (4, 6, 8, 12)[seed % 4] / 255
        return torch.full_like(image[:, :1], epsilon)

    def edit(image: Tensor, seed: int) -> Tensor:
        (loss,) = editing.losses(editors, image, seed)
        options = replace(editing.OPTIONS, steps=STEPS, flatness=0.0)
        return search(image, loss, ours(image, seed), seed, options)

    def personalise(image: Tensor, seed: int) -> Tensor:
        (loss,) = personalising.losses([denoiser], image, seed)
        options = replace(personalising.DECODER_OPTIONS, steps=STEPS // 2, step_size=0.3)
        decoder = personalising.decoder([denoiser], image)
        return search(image, loss, ours(image, seed), seed, options, decoder)

    def faceswap(image: Tensor, seed: int) -> Tensor | None:
        found = faces.located(image[0], context)
        if not found:
            return None
        window = faces.around(image, max(found, key=lambda face: face.score))
        whole = image[window.area]
        small = reduced(whole, SIZE)
        sizes = [(int(part.shape[-2]), int(part.shape[-1])) for part in (whole, small)]
        seen = voidface.seen_as(window.face, sizes[0], small)
        loss = swapping.of_face(swappers, small, seen, seed)
        limit = ours(small, seed, faces.soft_mask(small, [seen]))
        options = replace(swapping.OPTIONS, steps=STEPS, step_size=0.3)
        delta = torch.zeros_like(image)
        change = search(small, loss, limit, seed, options)
        delta[window.area] = torch.nn.functional.interpolate(change, sizes[0], mode="bilinear")
        return delta

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
        "faceswap": faceswap,
        "encoder": encoder,
        "mist": mist,
        "advdm": advdm,
        "noise": noise,
        **{f"mark-{name}": _marking(scheme) for name, scheme in _schemes(context).items()},
    }


def unsearched(
    kind: str, room: NDArray[np.float32], random: np.random.Generator
) -> NDArray[np.float32]:
    """What a cloak of that kind looks like to statistics, without a search: signs at random in the
    parts, the limits and the places of the real one. Costs nothing, for many examples.

    ``room``: (h, w, 1), what the product lets each pixel move at balanced strength.
    """
    height, width = room.shape[:2]
    # From balanced to invisible and strong, as the strengths' limits are to each other.
    ours = room * np.float32(10 ** (float(random.choice((-4.0, 0.0, 4.0))) / 20))
    epsilon = np.float32(random.choice((4, 6, 8, 12)) / 255)

    def drawn(size: int, smooth: bool = False) -> NDArray[np.float32]:
        rough = random.normal(0, 1, (height // size + 2, width // size + 2, 3)).astype(np.float32)
        how = cv2.INTER_CUBIC if smooth else cv2.INTER_NEAREST
        grown = cv2.resize(rough, (rough.shape[1] * size, rough.shape[0] * size), interpolation=how)
        return np.asarray(grown[:height, :width], np.float32)

    if kind in ("edit", "faceswap"):
        sizes = (editing.OPTIONS if kind == "edit" else swapping.OPTIONS).blocks
        steepness = float(random.uniform(1, 6))
        parts = np.stack([np.clip(steepness * drawn(size), -1, 1) for size in sizes]).mean(0)
        return np.asarray(ours * parts, np.float32)
    if kind == "personalise":  # smooth in pixels: it comes out of a decoder and is bent
        mixed = random.dirichlet((1, 1, 1), 3).astype(np.float32)
        delta = (drawn(int(random.integers(2, 9)), smooth=True) + 0.3 * drawn(1)) @ mixed.T
        return np.asarray(ours * np.tanh(float(random.uniform(1, 3)) * delta), np.float32)
    if kind == "noise":
        return epsilon * random.uniform(-1, 1, (height, width, 3)).astype(np.float32)
    side = int(random.choice((1, 3, 3, 5)))
    delta = np.asarray(cv2.blur(drawn(1), (side, side)), np.float32) * side
    return np.asarray(epsilon * np.clip(float(random.uniform(1, 4)) * delta, -1, 1), np.float32)


def _schemes(context: Context) -> dict[str, PhotoScheme]:
    autoencoder = builtin.autoencoder(builtin.SURROGATES[0], context)
    return {"pixel": PixelScheme(), "phase": PhaseMark(autoencoder, context.device)}


def _marking(scheme: PhotoScheme) -> Cloak:
    def mark(image: Tensor, seed: int) -> Tensor:
        canvas = canvas_of(image[0].permute(1, 2, 0).numpy())
        random = np.random.default_rng(seed)
        bits = spread(int(random.integers(2**62)), scheme.length)
        psnr = MARK_PSNR[seed % len(MARK_PSNR)]
        made = scheme.generate(canvas, scheme.setup(new_key()), bits, psnr) / np.float32(255)
        plane = torch.from_numpy(made)[None, None]
        resized = torch.nn.functional.interpolate(
            plane, image.shape[-2:], mode="bilinear", antialias=True
        )
        return resized.expand_as(image)

    return mark


def _texture(image: Tensor) -> Tensor:
    """A fine weave of dark and light, as Mist's target is."""
    height, width = image.shape[-2:]
    y, x = torch.arange(height)[:, None] // 8, torch.arange(width)[None] // 8
    weave = ((y + x) % 2).float() * 0.8 + 0.1
    return weave[None, None].expand(1, 3, height, width).to(image)


def fill(
    bank: Path,
    photos: Sequence[Path],
    portraits: Sequence[Path],
    kinds: dict[str, Cloak],
    each: int,
    seed: int = 0,
    log: Callable[[str], None] = print,
) -> None:
    """``each`` cloaks of every kind (fewer of ``RARER`` ones), every kind of photos of its own."""
    bank.mkdir(parents=True, exist_ok=True)
    for number in range(each):
        for place, (kind, cloak) in enumerate(kinds.items()):
            file = bank / f"{kind}-{number:03}.npz"
            if file.is_file() or number % RARER.get(kind, 1):
                continue
            random = np.random.default_rng([seed, number, place])
            for image in _pictures(portraits if kind == "faceswap" else photos, kind, random):
                delta = cloak(image, number)
                if delta is not None:
                    _save(file, image, delta)
                    break
        log(f"{number + 1} of {each} of every kind")


def _pictures(files: Sequence[Path], kind: str, random: np.random.Generator) -> Iterator[Tensor]:
    for place in random.permutation(len(files)):
        if kind == "faceswap":
            yield portrait_of(files[place])
        elif (crop := crop_of(files[place], SIZE, random)) is not None:
            yield crop


def _save(file: Path, image: Tensor, delta: Tensor) -> None:
    pixels = (image[0] * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    change = delta[0].permute(1, 2, 0).half().numpy()
    part = file.with_suffix(".part.npz")
    np.savez_compressed(part, image=pixels, delta=change)
    part.replace(file)


def load(bank: Path) -> list[Cloaked]:
    """Raises ``FileNotFoundError`` for a bank without cloaks."""
    found = []
    for file in sorted(bank.glob("*-[0-9][0-9][0-9].npz")):
        with np.load(file) as kept:
            found.append(Cloaked(file.stem.rpartition("-")[0], kept["image"], kept["delta"]))
    if not found:
        raise FileNotFoundError(bank)
    return found


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--faces", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=30, help="cloaks of every kind")
    parser.add_argument("--kinds", nargs="+", help="these alone")
    parser.add_argument("--of", choices=("training", "kept-out", "all"), default="training")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(given)
    cpu = torch.device("cpu")

    def files(folders: Sequence[Path]) -> list[Path]:
        found = find_images(folders)
        if options.of == "all":
            return found
        return [file for file in found if kept_out(file) == (options.of == "kept-out")]

    photos, portraits = files(options.data), files(options.faces)
    kinds = cloaks(Context(cpu, ModelCache(cpu)))
    kinds = {name: kinds[name] for name in options.kinds or kinds}
    fill(options.out, photos, portraits, kinds, options.each, options.seed)


if __name__ == "__main__":
    main()
