"""Does a cloak keep a model from learning a subject? On a denoiser that no cloak met.

    python -m tests.bench.personalisation [--subjects N] [--photos N] [--side PX] [--steps N]
        [--surrogate FOLDER] [--judge FOLDER] [--strength balanced]

For each subject the judge editor's denoiser (no photo beside it, no instruction) is fine-tuned
with low-rank adapters on the photos as they are, on the protected ones, and on photos with noise
of the cloak's energy, each time with the same seed (``engine.rehearse.personalise``). Printed: how
like the unprotected photos each model's pictures are, by a feature that nothing was optimised on,
and the differences with 95 % intervals, subjects resampled.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from torch import Tensor

from engine import api
from engine.context import Context
from engine.measure import photo as measures
from engine.measure.statistics import Interval, bootstrap, bootstrap_difference
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.models.roles import Denoiser
from engine.optimise.budget import budget_for, limits
from engine.optimise.loop import optimise
from engine.photo import personalising
from engine.rehearse.channels import to_images, to_pixels
from engine.rehearse.personalise import Likeness, Personalised, personalise_both
from engine.training.editor_evaluation import load_photos

SUBJECTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos" / "subjects"


def cloak(image: Tensor, denoiser: Denoiser, strength: api.Strength, latent: bool) -> Tensor:
    """One photo's delta: the trajectory's, or plain pixel steps on the same loss."""
    limit = limits(image, budget_for(strength, None))
    decoder = personalising.decoder([denoiser], image) if latent else None
    options = personalising.DECODER_OPTIONS if latent else personalising.OPTIONS
    delta = torch.zeros_like(image)
    losses = personalising.losses([denoiser], image, 0)
    for step in optimise(image, losses, limit, options, 0, decoder):
        delta = step.delta
    return delta


def shown(found: Interval) -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--subjects", type=int, default=30)
    parser.add_argument("--photos", type=int, default=4, help="of each subject")
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--steps", type=int, default=200, help="of fine-tuning")
    parser.add_argument("--surrogate", type=Path, default=builtin.FOLDER / builtin.EDITOR)
    parser.add_argument("--judge", type=Path, default=builtin.FOLDER / builtin.EDITOR_JUDGE)
    parser.add_argument("--strength", choices=api.STRENGTHS, default="balanced")
    options = parser.parse_args()
    context = Context(torch.device("cpu"), ModelCache(torch.device("cpu")))
    surrogate, judge = (
        builtin.editor(folder.name, context, folder.parent).denoiser
        for folder in (options.surrogate, options.judge)
    )
    likeness = Likeness(
        builtin.autoencoder(builtin.JUDGE, context), builtin.whitening_of(builtin.JUDGE, context)
    )
    results: dict[str, list[Personalised]] = {"trajectory": [], "pixels": [], "white": []}
    psnr: dict[str, list[float]] = {name: [] for name in results}
    began = time.process_time()
    folders = sorted(folder for folder in SUBJECTS.iterdir() if folder.is_dir())
    for folder in folders[: options.subjects]:
        photos = list(torch.split(load_photos(folder, options.side)[: options.photos], 1))
        deltas = {
            name: [
                cloak(photo, surrogate, options.strength, name == "trajectory") for photo in photos
            ]
            for name in ("trajectory", "pixels")
        }
        deltas["white"] = [measures.white_control(delta) for delta in deltas["trajectory"]]
        original = torch.cat(photos)
        for name, found in deltas.items():
            changed = [
                to_images(to_pixels(photo + delta), photo)
                for photo, delta in zip(photos, found, strict=True)
            ]
            psnr[name] += [
                measures.psnr(to_pixels(a), to_pixels(b))
                for a, b in zip(photos, changed, strict=True)
            ]
            result = personalise_both(
                judge, original, torch.cat(changed), likeness, steps=options.steps
            )
            results[name].append(result)
        print(f"{folder.name}: {time.process_time() - began:.0f} CPU s so far", flush=True)
    report(results, psnr)


def report(results: dict[str, list[Personalised]], psnr: dict[str, list[float]]) -> None:
    some = results["trajectory"]
    control = [one.similar_control for one in some]
    print(f"untrained    {shown(bootstrap([one.similar_untrained for one in some]))}")
    print(f"unprotected  {shown(bootstrap(control))}")
    for name, found in results.items():
        attacked = [one.similar_attacked for one in found]
        less = bootstrap_difference(attacked, control)
        decibel = sum(psnr[name]) / len(psnr[name])
        print(f"{name:12} {shown(bootstrap(attacked))}  difference {shown(less)}  {decibel:.1f} dB")


if __name__ == "__main__":
    main()
