"""How many edits a cloak spoils on an editor it never met: the Immunisation Success Rate, as a
table with its controls.

    python -m tests.bench.immunisation [--photos FOLDER] [--count N] [--side PX] [--edits N]
        [--surrogate FOLDER] [--judge FOLDER] [--strength balanced] [--methods a,b,...]

Every method gets the same budget and the same number of steps; the two noises have the energy of
the full method's cloak. Each photo is edited with ``--edits`` of the vocabulary's edits, another
choice for each photo so that all are covered equally, once with a trained wording and once with
one that neither editor ever saw. An edit counts when its control came out right by both judges
(``engine.rehearse.isr``). ``edit_moved`` is how far the edit moves, root mean square, for each
unit that the photo was changed by: where no edit is spoiled it still tells the methods apart.
Intervals resample photos, 95 %. The rows of a channel send the protected *and* the unprotected
photo through it first.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine import api
from engine.context import Context
from engine.measure import photo as measures
from engine.measure.statistics import Interval, bootstrap, bootstrap_difference
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.models.loaders.editor import InstructionEditor
from engine.optimise.budget import budget_for, limits
from engine.optimise.loop import Loss, optimise, reduced_precision
from engine.photo import editing, surrogates
from engine.photo.surrogates import Surrogate
from engine.rehearse.channels import channel_named, to_images, to_pixels
from engine.rehearse.edit import EditPair
from engine.rehearse.isr import Case, described, judge_pair
from engine.training.editor_evaluation import load_photos
from engine.training.edits import EDITS

KODAK = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos" / "kodak"
ROWS = ("jpeg-75", "resize-0.5")
SURVIVORS = ("both", "encoder")  # the methods whose cloaks go through the rows

Make = Callable[[list[Any], Tensor], list[Loss]]


def _terms(**terms: bool) -> Make:
    return lambda models, image: editing.losses(models, image, 0, **terms)


def _only(kind: str) -> Make:
    def make(models: list[Any], image: Tensor) -> list[Loss]:
        wanted = [each for each in models if isinstance(each, Surrogate) == (kind == "encoder")]
        return editing.losses(wanted, image, 0)

    return make


METHODS: dict[str, tuple[Make, float | None]] = {  # losses; flatness other than the usual
    "both": (_terms(), None),
    "distance": (_terms(norm=False), None),
    "norm": (_terms(distance=False), None),
    "encoder": (_only("encoder"), None),
    "sifm-alone": (_only("sifm"), None),
    "no-fdm": (_terms(), 0.0),
}
NOISES = {"white": measures.white_control, "blocks": measures.lowpass_control}


def cloak(name: str, image: Tensor, models: list[Any], strength: api.Strength) -> Tensor:
    """The protected photo, rounded to 8 bits as a file is."""
    make, flatness = METHODS[name]
    options = editing.OPTIONS
    if flatness is not None:
        options = replace(options, flatness=flatness)
    limit = limits(image, budget_for(strength, None))
    delta = torch.zeros_like(image)
    for step in optimise(image, make(models, image), limit, options, 0):
        delta = step.delta
    return to_images(to_pixels(image + delta), image)


def psnr(image: Tensor, changed: Tensor) -> float:
    return measures.psnr(to_pixels(image), to_pixels(changed))


class Table:
    """Cases by (row, wording, method), grouped by photo."""

    def __init__(self) -> None:
        self.cases: dict[tuple[str, str, str], dict[int, list[Case]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.psnr: dict[str, list[float]] = defaultdict(list)
        # Root mean square change of the edit, relative to the photo's own change by the cloak.
        self.moved: dict[tuple[str, str, str], dict[int, list[float]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def groups(self, key: tuple[str, str, str], photos: int, what: str) -> list[list[float]]:
        return [
            [float(getattr(case, what)) for case in self.cases[key][photo] if case.counts]
            for photo in range(photos)
        ]

    def moves(self, key: tuple[str, str, str], photos: int) -> list[list[float]]:
        return [self.moved[key][photo] for photo in range(photos)]

    def line(self, key: tuple[str, str, str], photos: int) -> dict[str, Any]:
        spoiled = self.groups(key, photos, "immunised")
        if not any(spoiled):
            return {"counted": 0}
        return {
            "isr": _shown(bootstrap(spoiled)),
            "missed": _shown(bootstrap(self.groups(key, photos, "missed"))),
            "edit_moved": _shown(bootstrap(self.moves(key, photos))),
            "counted": sum(map(len, spoiled)),
            "control_failed": sum(not c.counts for p in self.cases[key].values() for c in p),
        }

    def difference(
        self, one: tuple[str, str, str], other: tuple[str, str, str], photos: int
    ) -> tuple[str, str]:
        """Of the rates, and of how far the edit moved."""
        ours, theirs = (self.groups(key, photos, "immunised") for key in (one, other))
        moved = bootstrap_difference(self.moves(one, photos), self.moves(other, photos))
        rates = _shown(bootstrap_difference(ours, theirs)) if any(ours) else "-"
        return rates, _shown(moved)


def _shown(found: Interval) -> str:
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


@torch.no_grad()
def edit_all(editor: InstructionEditor, pictures: Sequence[Tensor], wording: str) -> list[Tensor]:
    """One instruction and one noise on all, in one batch."""
    with reduced_precision(pictures[0].device):
        edited = editor.edit(torch.cat(list(pictures)), wording, 0)
    return list(torch.split(edited.float(), 1))


def judge_all(
    editor: InstructionEditor,
    number: int,
    image: Tensor,
    protected: dict[str, Tensor],
    edits: int,
    table: Table,
) -> None:
    for row in ("none", *ROWS):
        names = [n for n in protected if row == "none" or n in SURVIVORS]
        channel = channel_named(row).apply if row != "none" else lambda images: images
        original = channel(image)
        sent = [channel(protected[name]) for name in names]
        size = {name: float((protected[name] - image).square().mean().sqrt()) for name in names}
        candidates = described(original)
        for place in range(edits):
            edit = EDITS[(number * edits + place) % len(EDITS)]
            wordings = {"known": edit.wordings[0], "unseen": edit.unseen[number % 2]}
            for kind, wording in wordings.items():
                if row != "none" and kind == "unseen":
                    continue
                control, *attacked = edit_all(editor, [original, *sent], wording)
                for name, result in zip(names, attacked, strict=True):
                    case = judge_pair(
                        EditPair(wording, 0, control, result),
                        str(number), edit.name, original, candidates=candidates,
                    )  # fmt: skip
                    table.cases[row, kind, name][number].append(case)
                    moved = float((result - control).square().mean().sqrt())
                    table.moved[row, kind, name][number].append(moved / size[name])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=KODAK)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--edits", type=int, default=8, help="edits of each photo")
    parser.add_argument("--surrogate", type=Path, default=builtin.FOLDER / builtin.EDITOR)
    parser.add_argument("--judge", type=Path, default=builtin.FOLDER / builtin.EDITOR_JUDGE)
    parser.add_argument("--strength", choices=api.STRENGTHS, default="balanced")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--out", type=Path, help="the table as JSON")
    options = parser.parse_args()
    context = Context(torch.device("cpu"), ModelCache(torch.device("cpu")))
    surrogate, judge = (
        builtin.editor(folder.name, context, folder.parent)
        for folder in (options.surrogate, options.judge)
    )
    models = [*surrogates.autoencoders("edit", context), surrogate.denoiser]
    methods = options.methods.split(",")
    table, began = Table(), time.process_time()
    facts: dict[str, dict[str, Any]] = {}
    photos = load_photos(options.photos, options.side)[: options.count]
    for number, image in enumerate(torch.split(photos, 1)):
        protected = {name: cloak(name, image, models, options.strength) for name in methods}
        delta = protected[methods[0]] - image
        for name, noise in NOISES.items():
            protected[name] = to_images(to_pixels(image + noise(delta)), image)
        for name, changed in protected.items():
            table.psnr[name].append(psnr(image, changed))
        judge_all(judge, number, image, protected, options.edits, table)
        seconds = time.process_time() - began
        print(f"photo {number + 1} of {len(photos)}: {seconds:.0f} CPU s so far", flush=True)
        facts = figures(table, number + 1, methods[0])
        if options.out:
            options.out.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    for name, line in facts.items():
        print(f"{name:32} {'  '.join(f'{key} {value}' for key, value in line.items())}")


def figures(table: Table, photos: int, first: str) -> dict[str, dict[str, Any]]:
    """One line for each row, wording and method."""
    facts: dict[str, dict[str, Any]] = {}
    for key in sorted(table.cases):
        line = table.line(key, photos)
        line["psnr_db"] = round(float(np.mean(table.psnr[key[2]])), 2)
        if key[2] != first and key[0] == "none":
            rates, moves = table.difference((*key[:2], first), key, photos)
            line |= {f"{first}_minus_this": rates, f"{first}_moved_minus_this": moves}
        facts[" / ".join(key)] = line
    return facts


if __name__ == "__main__":
    main()
