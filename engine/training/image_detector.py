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
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from engine.check.calibration import auc
from engine.check.image_net import SIDE, ImageNet
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
SAVE_EVERY = 60.0  # seconds
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


class Pupil:
    """A detector in training and the makers it never sees."""

    def __init__(self, width: int, left_out: str | None, rate: float, device: torch.device) -> None:
        self.left_out = left_out
        self.rate = rate
        self.model = ImageNet(width)
        place(self.model, device)
        self.stepper = torch.optim.AdamW(self.model.parameters(), rate, weight_decay=1e-2)
        self.average = torch.tensor(0.7, device=device)
        self.device = device

    def learn(self, images: Tensor, labels: Tensor, left: float) -> None:
        for group in self.stepper.param_groups:
            group["lr"] = self.rate * min(1.0, left)
        self.model.train()
        with halved(self.device):
            logits = self.model(images)
        loss = functional.binary_cross_entropy_with_logits(logits.float(), labels)
        self.stepper.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
        self.stepper.step()
        self.average = 0.98 * self.average + 0.02 * loss.detach()


def train(options: argparse.Namespace) -> None:
    began = time.monotonic()

    def spent() -> float:
        return time.monotonic() - began

    torch.manual_seed(options.seed)
    torch.set_num_threads(2)
    device = torch.device(options.device)
    random = np.random.default_rng(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    learn, check = unpack(options.data_pack, device)
    makers = Makers(options, device)
    print(f"{spent():.0f} s: {len(learn)} photos, {len(check)} kept out", flush=True)
    apprentices = list(makers.workshop.makers)
    alone = options.seconds * MAKERS_SHARE if options.makers is None else 0.0
    end = options.seconds - FINISH * min(1.0, options.seconds / 120)
    rounds, told = 0, spent()
    while spent() < alone:
        photos, _ = learn.batch(options.maker_batch, random)
        makers.workshop.step(
            apprentices[rounds % len(apprentices)], photos[..., :96, :96], spent() / alone
        )
        rounds += 1
        if spent() - told > 10:
            told = spent()
            print(f"{told:.0f} s: makers {rounds // len(apprentices)} rounds", flush=True)
    sample, _ = check.batch(options.pairs, random)
    quality = makers.workshop.quality(sample)
    print(f"{spent():.0f} s: dB {json.dumps(quality)}", flush=True)
    pupils = [Pupil(options.width, group, options.rate, device) for group in (None, *GROUPS)]
    if not options.folds:
        pupils = pupils[:1]
    steps, saved, start = 0, spent(), spent()
    while spent() < end:
        left = max(0.01, 1 - (spent() - start) / (end - start)) * min(1.0, (steps + 1) / 100)
        images, labels, names = batch(learn, makers, options, random)
        for number, pupil in enumerate(pupils):
            seen = np.array([makers.groups[name] != pupil.left_out for name in names])
            if number:  # the folds learn from every second pair of every second step
                if (steps + number) % 2:
                    continue
                seen &= np.arange(len(names)) % 2 == steps // 2 % 2
            rows = torch.from_numpy(np.flatnonzero(np.tile(seen, 2))).to(device)
            pupil.learn(images[rows], labels[rows], left)
        photos, _ = learn.batch(options.maker_batch, random)
        makers.workshop.step(apprentices[steps % len(apprentices)], photos[..., :96, :96], 1.0)
        steps += 1
        if spent() - told > 10:
            told = spent()
            shown = ", ".join(f"{p.left_out or 'all'} {float(p.average):.3f}" for p in pupils)
            print(f"{told:.0f} s: step {steps} loss {shown}", flush=True)
        if spent() - saved > SAVE_EVERY:
            saved = spent()
            save(pupils[0].model, options, {"steps": steps})
    facts: dict[str, Any] = {"seed": options.seed, "steps": steps, "device": device.type}
    facts |= {"pairs_a_step": options.groups * options.pairs, "crop": SIDE}
    facts |= {"photos": len(learn), "photos_kept_out": len(check)}
    facts |= {"parameters": sum(p.numel() for p in pupils[0].model.parameters())}
    facts |= {"maker_rounds": rounds // len(apprentices), "maker_psnr": quality}
    save(pupils[0].model, options, facts)
    facts |= evaluated(pupils, makers, check, options)
    facts |= {"seconds": round(spent(), 1)}
    save(pupils[0].model, options, facts)
    if options.keep_makers:
        save_file(makers.state(), options.out / "makers.safetensors")
    print(json.dumps(facts), flush=True)


def batch(
    photos: Photos, makers: Makers, options: argparse.Namespace, random: np.random.Generator
) -> tuple[Tensor, Tensor, list[str]]:
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


@torch.no_grad()
def evaluated(
    pupils: list[Pupil], makers: Makers, check: Photos, options: argparse.Namespace
) -> dict[str, Any]:
    """One-crop AUC by maker on photos kept out: of the detector that ships, and of the fold that
    never saw the maker's group."""
    random = np.random.default_rng(options.seed + 1)
    seen: dict[str, float] = {}
    unseen: dict[str, float] = {}
    for name in makers.names:
        scores: dict[str, tuple[list[float], list[float]]] = {}
        for _ in range(options.checks):
            some, quality = check.batch(options.pairs, random)
            both = augmented(aligned(some, makers.copies(name, some, 0.0), quality), SIDE, random)
            for pupil in pupils:
                if pupil.left_out not in (None, makers.groups[name]):
                    continue
                logits = pupil.model.eval()(both).float().cpu().tolist()
                kept = scores.setdefault(pupil.left_out or "", ([], []))
                kept[0].extend(logits[: options.pairs])
                kept[1].extend(logits[options.pairs :])
        for fold, (real, fake) in scores.items():
            (unseen if fold else seen)[name] = round(auc(np.array(real), np.array(fake)), 3)
    return {"auc_one_crop": seen, "auc_one_crop_group_left_out": unseen}


def save(model: ImageNet, options: argparse.Namespace, facts: dict[str, Any]) -> None:
    """In half precision, with the facts of the run."""
    weights = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in model.state_dict().items()
    }
    save_file(weights, options.out / "model.safetensors")
    (options.out / "config.json").write_text(
        json.dumps({"class": "ImageNet", "width": options.width, "periodic": True}, indent=2) + "\n"
    )
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data-pack", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--autoencoders", type=Path, default=Path("assets/models"))
    every = [family.name for family in FAMILIES] + list(BUILTIN)
    parser.add_argument("--families", nargs="+", default=every, choices=every)
    parser.add_argument("--makers", type=Path, help="folder with makers trained before")
    parser.add_argument("--keep-makers", action="store_true")
    parser.add_argument("--folds", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seconds", type=float, default=320)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--groups", type=int, default=6, help="makers in a step")
    parser.add_argument("--pairs", type=int, default=32, help="pairs of each maker in a step")
    parser.add_argument("--checks", type=int, default=6, help="batches of each maker at the end")
    parser.add_argument("--maker-batch", type=int, default=32)
    parser.add_argument("--maker-rate", type=float, default=1.5e-3)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    train(arguments())
