"""How many edits a cloak spoils on an editor it never met: the Immunisation Success Rate, as a
table with its controls.

    python -m tests.bench.immunisation [--photos FOLDER] [--count N] [--side PX] [--edits N]
        [--surrogate FOLDER] [--judge FOLDER] [--strength balanced] [--methods a,b,...]
        [--device cuda] [--out FILE]
    python -m tests.bench.immunisation --merge FILE...

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
from engine.optimise.budget import Budget, budget_for, limits
from engine.optimise.loop import Loss, optimise, reduced_precision
from engine.photo import editing, surrogates
from engine.photo.surrogates import Surrogate
from engine.rehearse.channels import channel_named, to_images, to_pixels
from engine.rehearse.edit import EditPair
from engine.rehearse.isr import Case, described, judge_pair
from engine.training.clock import process_age
from engine.training.editor_evaluation import load_photos
from engine.training.edits import EDITS
from tests.bench.keep import keep

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


def cloak(name: str, image: Tensor, models: list[Any], budget: Budget) -> Tensor:
    """The protected photo, rounded to 8 bits as a file is."""
    make, flatness = METHODS[name]
    options = editing.OPTIONS
    if flatness is not None:
        options = replace(options, flatness=flatness)
    limit = limits(image, budget)
    delta = torch.zeros_like(image)
    for step in optimise(image, make(models, image), limit, options, 0):
        delta = step.delta
    return to_images(to_pixels(image + delta), image)


def psnr(image: Tensor, changed: Tensor) -> float:
    return measures.psnr(to_pixels(image), to_pixels(changed))


Key = tuple[str, str, str]  # row, wording, method


class Table:
    """What became of every edit, by key and photo: ``counts``, ``immunised``, ``missed`` of the
    case, and ``moved``, the root mean square change of the edit relative to the photo's own."""

    def __init__(self) -> None:
        self.edits: dict[Key, dict[int, list[dict[str, float]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.psnr: dict[str, list[float]] = defaultdict(list)

    def add(self, key: Key, photo: int, case: Case, moved: float) -> None:
        self.edits[key][photo].append(
            {
                "counts": float(case.counts),
                "immunised": float(case.immunised),
                "missed": float(case.missed),
                "moved": moved,
            }
        )

    def write(self, file: Path) -> None:
        edits = {" / ".join(key): photos for key, photos in self.edits.items()}
        file.write_text(json.dumps({"edits": edits, "psnr": self.psnr}) + "\n", encoding="utf-8")

    def read(self, file: Path) -> None:
        """Add what another run, on other photos, has written."""
        stored = json.loads(file.read_text(encoding="utf-8"))
        for name, photos in stored["edits"].items():
            row, wording, method = name.split(" / ")
            for photo, edits in photos.items():
                self.edits[row, wording, method][int(photo)] += edits
        for name, values in stored["psnr"].items():
            self.psnr[name] += values

    def groups(self, key: Key, what: str) -> list[list[float]]:
        """One group a photo, of the edits that count; of all for ``moved``."""
        return [
            [edit[what] for edit in edits if edit["counts"] or what == "moved"]
            for _, edits in sorted(self.edits[key].items())
        ]

    def line(self, key: Key) -> dict[str, Any]:
        spoiled = self.groups(key, "immunised")
        moved = {"edit_moved": _shown(bootstrap(self.groups(key, "moved")))}
        if not any(spoiled):
            return {"counted": 0} | moved
        counted = sum(map(len, spoiled))
        return {
            "isr": _shown(bootstrap(spoiled)),
            "missed": _shown(bootstrap(self.groups(key, "missed"))),
            **moved,
            "counted": counted,
            "control_failed": sum(map(len, self.edits[key].values())) - counted,
        }

    def difference(self, one: Key, other: Key) -> tuple[str, str]:
        """Of the rates, and of how far the edit moved."""
        ours, theirs = (self.groups(key, "immunised") for key in (one, other))
        moved = bootstrap_difference(self.groups(one, "moved"), self.groups(other, "moved"))
        rates = _shown(bootstrap_difference(ours, theirs)) if any(ours) else "-"
        return rates, _shown(moved)

    def figures(self, first: str) -> dict[str, dict[str, Any]]:
        """One line for each row, wording and method; ``first`` is what the others differ from."""
        facts: dict[str, dict[str, Any]] = {}
        for key in sorted(self.edits):
            line = self.line(key)
            line["psnr_db"] = round(float(np.mean(self.psnr[key[2]])), 2)
            if key[2] != first and (*key[:2], first) in self.edits:
                rates, moves = self.difference((*key[:2], first), key)
                line |= {f"{first}_minus_this": rates, f"{first}_moved_minus_this": moves}
            facts[" / ".join(key)] = line
        return facts


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
                    moved = float((result - control).square().mean().sqrt())
                    table.add((row, kind, name), number, case, moved / size[name])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=KODAK)
    parser.add_argument("--first", type=int, default=0, help="photos left out before")
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--edits", type=int, default=8, help="edits of each photo")
    parser.add_argument("--surrogate", type=Path, default=builtin.FOLDER / builtin.EDITOR)
    parser.add_argument("--judge", type=Path, default=builtin.FOLDER / builtin.EDITOR_JUDGE)
    parser.add_argument("--strength", choices=api.STRENGTHS, default="balanced")
    parser.add_argument("--epsilon", type=float, help="the plain ball instead, in 255ths")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seconds", type=float, default=1e9, help="since the process began")
    parser.add_argument("--out", type=Path, help="what became of every edit, as JSON")
    parser.add_argument("--merge", type=Path, nargs="+", help="only tell what these files hold")
    options = parser.parse_args()
    methods = options.methods.split(",")
    table = Table()
    if options.merge:
        for file in options.merge:
            table.read(file)
    else:
        measure(options, methods, table)
    for name, line in table.figures(methods[0]).items():
        print(f"{name:32} {'  '.join(f'{key} {value}' for key, value in line.items())}")
    photos = max(map(len, table.edits.values()), default=0)
    keep("immunisation", photos=photos, **table.figures(methods[0]))


def measure(options: argparse.Namespace, methods: Sequence[str], table: Table) -> None:
    device = torch.device(options.device)
    context = Context(device, ModelCache(device))
    surrogate, judge = (
        builtin.editor(folder.name, context, folder.parent)
        for folder in (options.surrogate, options.judge)
    )
    models = [*surrogates.autoencoders("edit", context), surrogate.denoiser]
    epsilon = None if options.epsilon is None else options.epsilon / 255
    budget = budget_for(options.strength, epsilon)
    photos = load_photos(options.photos, options.side).to(device)
    chosen = range(len(photos))[options.first : options.first + options.count]
    for number in chosen:
        image = photos[number : number + 1]
        protected = {name: cloak(name, image, models, budget) for name in methods}
        delta = protected[methods[0]] - image
        for name, noise in NOISES.items():
            protected[name] = to_images(to_pixels(image + noise(delta)), image)
        for name, changed in protected.items():
            table.psnr[name].append(psnr(image, changed))
        judge_all(judge, number, image, protected, options.edits, table)
        spent = process_age()
        print(f"photo {number + 1} of {len(photos)}: {spent:.0f} s so far", flush=True)
        if options.out:
            table.write(options.out)
        if spent * (1 + 1 / (number - options.first + 1)) > options.seconds:
            break


if __name__ == "__main__":
    main()
