"""Does an editor do what it is told? On photos never trained on, with known ground truth.

    python -m engine.training.editor_evaluation --editor FOLDER --photos FOLDER --out report.json

An edit of a photo is right when the result is nearer to the true edit than to the photo itself
and to every other edit, by the distance of each judge (``engine.rehearse.judges``). Accepted: at
least ``EDITS_NEEDED`` edits right in ``SHARE_NEEDED`` of the photos.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageOps
from torch import Tensor

from engine.measure.statistics import Interval, bootstrap
from engine.optimise.loop import reduced_precision
from engine.rehearse.channels import to_images, to_pixels
from engine.rehearse.isr import described
from engine.rehearse.judges import JUDGES
from engine.training.editor_model import SAMPLING
from engine.training.edits import EDITS, Edit
from engine.training.images import find_images

SHARE_NEEDED = 0.8
EDITS_NEEDED = 8
BATCH = 8  # photos edited together


@dataclass(frozen=True)
class EditScore:
    """``right`` maps each judge to the share of photos where it found the requested edit.

    ``psnr`` is that of the result to the true edit in dB, mean over photos; ``taken_for`` counts
    what the first judge saw instead.
    """

    edit: str
    wording: str
    right: dict[str, float]
    psnr: float
    taken_for: dict[str, int]


@dataclass(frozen=True)
class Report:
    scores: tuple[EditScore, ...]
    right: Interval  # share over all edits and photos, first judge, photos resampled
    accepted_edits: int

    @property
    def accepted(self) -> bool:
        return self.accepted_edits >= EDITS_NEEDED


def load_pipeline(folder: Path, device: str) -> Any:
    from diffusers import StableDiffusionInstructPix2PixPipeline

    pipeline = StableDiffusionInstructPix2PixPipeline.from_pretrained(
        folder, torch_dtype=torch.float32, local_files_only=True
    ).to(device)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def load_photos(folder: Path, size: int) -> Tensor:
    """(n, 3, size, size) in [0, 1]: the middle square of each picture, reduced."""
    photos = []
    for file in find_images([folder]):
        with Image.open(file) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
        square = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
        photos.append(to_images(_array(square), torch.zeros(())))
    return torch.cat(photos)


def _array(picture: Image.Image) -> Any:
    import numpy as np

    return np.asarray(picture)


def apply_editor(pipeline: Any, photos: Tensor, wording: str, seed: int) -> Tensor:
    """Edits of (n, 3, h, w) photos with the built-in editors' own sampling settings."""
    results = []
    for part in torch.split(photos, BATCH):
        with reduced_precision(pipeline.device):
            edited = pipeline(
                [wording] * len(part),
                image=part,
                generator=torch.Generator().manual_seed(seed),
                output_type="pt",
                **SAMPLING,
            ).images
        results.append(edited.float().cpu().clamp(0, 1))
    return torch.cat(results)


def evaluate(
    pipeline: Any,
    photos: Tensor,
    edits: Sequence[Edit] = EDITS,
    unseen: bool = False,
    seed: int = 0,
) -> Report:
    """Every edit on every photo, with its first known or first unseen wording."""
    known = [described(photo) for photo in torch.split(photos, 1)]
    scores: list[EditScore] = []
    hits: list[list[float]] = [[] for _ in photos]
    for edit in edits:
        wording = edit.unseen[0] if unseen else edit.wordings[0]
        results = apply_editor(pipeline, photos, wording, seed)
        found: dict[str, list[str]] = {judge.name: [] for judge in JUDGES}
        errors = []
        for i, photo in enumerate(torch.split(photos, 1)):
            for judge, names in zip(JUDGES, known[i], strict=True):
                found[judge.name].append(judge.nearest(results[i : i + 1], names))
            errors.append((results[i : i + 1] - edit.apply(photo)).square().mean())
            hits[i].append(float(found[JUDGES[0].name][-1] == edit.name))
        wrong = [name for name in found[JUDGES[0].name] if name != edit.name]
        scores.append(
            EditScore(
                edit.name,
                wording,
                {name: _share(names, edit.name) for name, names in found.items()},
                round(float(-10 * torch.stack(errors).clamp(min=1e-10).log10().mean()), 2),
                {name: wrong.count(name) for name in sorted(set(wrong))},
            )
        )
    accepted = sum(min(score.right.values()) >= SHARE_NEEDED for score in scores)
    return Report(tuple(scores), bootstrap(hits), accepted)


def _share(names: list[str], wanted: str) -> float:
    return round(sum(name == wanted for name in names) / len(names), 4)


def contact_sheet(pipeline: Any, photos: Tensor, seed: int = 0) -> Image.Image:
    """One row per edit; for each photo: the photo, the true edit, what the editor made of it."""
    rows = []
    for edit in EDITS:
        results = apply_editor(pipeline, photos, edit.wordings[0], seed)
        triples = zip(photos, edit.apply(photos), results, strict=True)
        rows.append(torch.cat([torch.cat(triple, 2) for triple in triples], 2))
    return Image.fromarray(to_pixels(torch.cat(rows, 1)[None]))


def main(given: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--editor", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True, help="never trained on")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--out", type=Path, help="report as JSON")
    parser.add_argument("--sheet", type=Path, help="contact sheet as PNG, first four photos")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args(given)
    pipeline = load_pipeline(options.editor, options.device)
    photos = load_photos(options.photos, options.size)
    report = {
        kind: evaluate(pipeline, photos, unseen=kind == "unseen") for kind in ("known", "unseen")
    }
    for kind, part in report.items():
        for score in part.scores:
            shares = "  ".join(f"{name} {share:.2f}" for name, share in score.right.items())
            print(f"{kind:7} {score.edit:16} {shares}  {score.psnr:.1f} dB  {score.taken_for}")
        print(f"{kind}: {part.accepted_edits} of {len(part.scores)} edits accepted", flush=True)
    if options.out:
        facts = {kind: asdict(part) | {"accepted": part.accepted} for kind, part in report.items()}
        options.out.write_text(json.dumps(facts, indent=2) + "\n")
    if options.sheet:
        contact_sheet(pipeline, photos[:4]).save(options.sheet)


if __name__ == "__main__":
    main()
