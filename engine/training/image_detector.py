"""Train the built-in image detector: photos against what many makers of pictures make of them.

    python -m engine.training.image_detector_data --data FOLDER... --out photos.npz
    python -m engine.training.image_detector --data-pack photos.npz --out assets/models/NAME \\
        --device cuda --seconds 320

First the small makers are trained (``small_autoencoders``), then the detector learns to tell photos
from their copies by those, by the built-in autoencoders and by random upsampling; the makers go on
learning meanwhile, so that none leaves the same traces for long. Beside the detector that ships,
one more for each group of makers is trained without that group: its AUC on the group, on photos
kept out of training, says how the detector does on a maker that it does not know.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.check.calibration import auc
from engine.check.image_net import SIDE, ImageNet
from engine.training.detector_school import (
    Batch,
    Clock,
    Pupil,
    add_arguments,
    evaluated,
    save_detector,
    train_makers,
    train_pupils,
)
from engine.training.image_detector_data import Photos, aligned, augmented, unpack
from engine.training.small_autoencoders import FAMILIES, Workshop, halved, place, upsampled

# The built-in autoencoders by the group they are left out with; "random" is in no maker's group.
BUILTIN = {
    "autoencoder-kl-builtin": "nearest",
    "autoencoder-tiny-builtin": "nearest",
    "autoencoder-dc-judge": "shuffle",
}
RANDOM = "random-upsampling"
GROUPS = ("nearest", "transposed", "shuffle", "smooth")
MAKERS_SHARE = 0.3  # of the time, before the detector begins
FINISH = 25.0  # seconds kept for evaluation and saving


class Makers:
    """Everything that makes copies of photos, by name."""

    def __init__(self, options: argparse.Namespace, device: torch.device) -> None:
        self.device = device
        families = tuple(f for f in FAMILIES if f.name in options.families)
        self.workshop = Workshop(families, device, options.maker_rate)
        self.groups = {family.name: family.group for family in families} | {RANDOM: "random"}
        self.builtin: dict[str, Any] = {}
        if options.makers is not None and (options.makers / "makers.safetensors").exists():
            self.restore(load_file(options.makers / "makers.safetensors"))
        for id, group in BUILTIN.items():
            if id not in options.families:
                continue
            try:
                from engine.models.autoencoders import load_autoencoder

                self.builtin[id] = load_autoencoder(options.autoencoders / id, id, device)
                self.groups[id] = group
            except (OSError, ImportError, ValueError) as missing:
                print(f"without {id}: {missing}", flush=True)
        self.names = sorted(self.groups)

    @torch.no_grad()
    def copies(self, name: str, photos: Tensor, jitter: float) -> Tensor:
        if name == RANDOM:
            return upsampled(photos)
        with halved(self.device):
            if name in self.builtin:
                model = self.builtin[name]
                latents = model.encode(photos)
                if jitter:
                    latents = latents + jitter * latents.std() * torch.randn_like(latents)
                made: Tensor = model.decode(latents).float().clamp(0, 1)
            else:
                made = self.workshop.makers[name].made(photos, jitter)
        return made

    def state(self) -> dict[str, Tensor]:
        return {
            f"{name}/{key}": value.half().contiguous()
            for name, maker in self.workshop.makers.items()
            for key, value in maker.state_dict().items()
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        for name, maker in self.workshop.makers.items():
            own = {k.split("/", 1)[1]: v for k, v in state.items() if k.startswith(f"{name}/")}
            if own:
                maker.load_state_dict({key: value.float() for key, value in own.items()})


def train(options: argparse.Namespace) -> None:
    clock = Clock()
    torch.manual_seed(options.seed)
    torch.set_num_threads(2)
    device = torch.device(options.device)
    random = np.random.default_rng(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    learn, check = unpack(options.data_pack, device)
    makers = Makers(options, device)
    clock.tell(f"{len(learn)} photos, {len(check)} kept out")
    apprentices = list(makers.workshop.makers)

    def teach(number: int, progress: float) -> None:
        photos, _ = learn.batch(options.maker_batch, random)
        name = apprentices[number % len(apprentices)]
        makers.workshop.step(name, photos[..., :96, :96], progress)

    alone = options.seconds * MAKERS_SHARE if options.makers is None else 0.0
    end = options.seconds - FINISH * min(1.0, options.seconds / 120)
    rounds = train_makers(teach, len(apprentices), alone, clock)
    sample, _ = check.batch(options.pairs, random)
    quality = makers.workshop.quality(sample)
    clock.tell(f"dB {json.dumps(quality)}")
    pupils = [pupil(options, group, device) for group in (None, *GROUPS)]
    if not options.folds:
        pupils = pupils[:1]

    def save(facts: dict[str, Any]) -> None:
        config = {"class": "ImageNet", "width": options.width, "periodic": True}
        save_detector(pupils[0].model, options.out, config, facts)

    steps = train_pupils(
        pupils, lambda: batch(learn, makers, options, random), makers.groups,
        teach if apprentices else None, save, end, clock,
    )  # fmt: skip
    facts: dict[str, Any] = {"seed": options.seed, "steps": steps, "device": device.type}
    facts |= {"pairs_a_step": options.groups * options.pairs, "crop": SIDE}
    facts |= {"photos": len(learn), "photos_kept_out": len(check)}
    facts |= {"parameters": sum(p.numel() for p in pupils[0].model.parameters())}
    facts |= {"maker_rounds": rounds, "maker_psnr": quality}
    save(facts)
    fresh = np.random.default_rng(options.seed + 1)

    def unseen(name: str) -> Tensor:
        some, qualities = check.batch(options.pairs, fresh)
        made = makers.copies(name, some, 0.0)
        return augmented(aligned(some, made, qualities), SIDE, fresh)

    met, left_out = evaluated(
        pupils, makers.groups, unseen, options.checks, lambda a, b: round(auc(a, b), 3)
    )
    facts |= {"auc_one_crop": met, "auc_one_crop_group_left_out": left_out}
    facts |= {"seconds": round(clock.spent(), 1)}
    save(facts)
    if options.keep_makers:
        save_file(makers.state(), options.out / "makers.safetensors")
    print(json.dumps(facts), flush=True)


def pupil(options: argparse.Namespace, left_out: str | None, device: torch.device) -> Pupil:
    model = ImageNet(options.width)
    place(model, device)
    return Pupil(model, left_out, options.rate, device, steepest=2.0)


def batch(
    photos: Photos, makers: Makers, options: argparse.Namespace, random: np.random.Generator
) -> Batch:
    """Aligned pairs of several makers: images (2n, 3, SIDE, SIDE), 0 (photo) or 1 (made) for each,
    and the maker of each pair. All photos come first."""
    real, fake, names = [], [], []
    for name in random.choice(makers.names, options.groups, replace=False):
        some, quality = photos.batch(options.pairs, random)
        jitter = float(random.uniform(0, 0.15)) if random.random() < 0.3 else 0.0
        made = makers.copies(str(name), some, jitter)
        both = augmented(aligned(some, made, quality), SIDE, random)
        real.append(both[: options.pairs])
        fake.append(both[options.pairs :])
        names += [str(name)] * options.pairs
    images = torch.cat([*real, *fake]).contiguous(memory_format=torch.channels_last)
    labels = torch.zeros(len(images), device=images.device)
    labels[len(images) // 2 :] = 1
    return images, labels, names


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_arguments(parser)
    parser.add_argument("--autoencoders", type=Path, default=Path("assets/models"))
    every = [family.name for family in FAMILIES] + list(BUILTIN)
    parser.add_argument("--families", nargs="+", default=every, choices=every)
    parser.add_argument("--makers", type=Path, help="folder with makers trained before")
    parser.add_argument("--keep-makers", action="store_true")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--groups", type=int, default=6, help="makers in a step")
    parser.add_argument("--pairs", type=int, default=32, help="pairs of each maker in a step")
    parser.add_argument("--checks", type=int, default=6, help="batches of each maker at the end")
    parser.add_argument("--maker-batch", type=int, default=32)
    parser.add_argument("--maker-rate", type=float, default=1.5e-3)
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
