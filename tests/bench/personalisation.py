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
import json
from collections import defaultdict
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
from engine.rehearse.personalise import Likeness, generate, trained_on
from engine.training.clock import process_age
from engine.training.editor_evaluation import load_photos
from tests.bench.keep import keep

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
    parser.add_argument("--data", type=Path, default=SUBJECTS, help="a folder for each subject")
    parser.add_argument("--subjects", type=int, default=30)
    parser.add_argument("--photos", type=int, default=4, help="of each subject")
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--steps", type=int, default=200, help="of fine-tuning")
    parser.add_argument("--methods", default="trajectory,pixels")
    parser.add_argument("--surrogate", type=Path, default=builtin.FOLDER / builtin.EDITOR)
    parser.add_argument("--judge", type=Path, default=builtin.FOLDER / builtin.EDITOR_JUDGE)
    parser.add_argument("--strength", choices=api.STRENGTHS, default="balanced")
    parser.add_argument("--first", type=int, default=0, help="subjects left out before")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seconds", type=float, default=1e9, help="since the process began")
    parser.add_argument("--out", type=Path, help="every similarity, as JSON")
    parser.add_argument("--merge", type=Path, nargs="+", help="only tell what these files hold")
    options = parser.parse_args()
    table: dict[str, list[list[float]]] = defaultdict(list)
    psnr: dict[str, list[float]] = defaultdict(list)
    if options.merge:
        for file in options.merge:
            stored = json.loads(file.read_text(encoding="utf-8"))
            for kept, part in ((table, stored["similarity"]), (psnr, stored["psnr"])):
                for name, values in part.items():
                    kept[name] += values
        report(table, psnr)
    else:
        measure(options, table, psnr)


def measure(
    options: argparse.Namespace, table: dict[str, list[list[float]]], psnr: dict[str, list[float]]
) -> None:
    device = torch.device(options.device)
    context = Context(device, ModelCache(device))
    surrogate, judge = (
        builtin.editor(folder.name, context, folder.parent).denoiser
        for folder in (options.surrogate, options.judge)
    )
    likeness = Likeness(
        builtin.autoencoder(builtin.JUDGE, context), builtin.whitening_of(builtin.JUDGE, context)
    )
    folders = sorted(folder for folder in options.data.iterdir() if folder.is_dir())
    for number, folder in enumerate(folders[options.first :][: options.subjects], 1):
        read = load_photos(folder, options.side)[: options.photos].to(device)
        photos = list(torch.split(read, 1))
        sets = {"unprotected": photos}
        for name in options.methods.split(","):
            latent = name == "trajectory"
            deltas = [cloak(photo, surrogate, options.strength, latent) for photo in photos]
            sets[name] = changed(photos, deltas)
            sets["white"] = changed(photos, [measures.white_control(delta) for delta in deltas])
        wanted = likeness.of(torch.cat(photos))
        shape = judge.autoencoder.encode(photos[0]).shape
        table["untrained"].append([*likeness.to(wanted, generate(judge, shape, 0))])
        for name, shown_to_it in sets.items():
            with trained_on(judge, torch.cat(shown_to_it), options.steps, 0):
                table[name].append([*likeness.to(wanted, generate(judge, shape, 0))])
            psnr[name] += [
                measures.psnr(to_pixels(a), to_pixels(b))
                for a, b in zip(photos, shown_to_it, strict=True)
            ]
        spent = process_age()
        print(f"{folder.name}: {spent:.0f} s so far", flush=True)
        report(table, psnr)
        if options.out:
            facts = {"similarity": table, "psnr": psnr}
            options.out.write_text(json.dumps(facts) + "\n", encoding="utf-8")
        if spent * (1 + 1 / number) > options.seconds:
            break


def changed(photos: list[Tensor], deltas: list[Tensor]) -> list[Tensor]:
    """Rounded to 8 bits as files are."""
    return [to_images(to_pixels(a + b), a) for a, b in zip(photos, deltas, strict=True)]


def report(table: dict[str, list[list[float]]], psnr: dict[str, list[float]]) -> None:
    for name, found in table.items():
        line = f"  {name:12} similarity {shown(bootstrap(found))}"
        if name not in ("untrained", "unprotected"):
            less = bootstrap_difference(found, table["unprotected"])
            decibel = sum(psnr[name]) / len(psnr[name])
            line += f"  minus unprotected {shown(less)}  {decibel:.1f} dB"
        print(line, flush=True)
    similar = {name: shown(bootstrap(found)) for name, found in table.items()}
    keep("personalisation", subjects=max(map(len, table.values())), **similar)


if __name__ == "__main__":
    main()
