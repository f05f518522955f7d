"""The attack "edit": the same instruction and noise on the original and on the protected photo.

The figure is the edit's miss: how far the result lies from what was asked for, as the root mean
square difference over three scales (``judges.pixel_distance``). Where the instruction is one of the
built-in edits, what was asked for is known exactly; for any other it is what the editor makes of
the original under the *other* noise seeds, so that the control too has something to miss.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

import torch
from torch import Tensor

from engine import api
from engine.measure.statistics import paired_mean
from engine.models import builtin
from engine.models.roles import Editor
from engine.problems import Problem
from engine.rehearse import attackers
from engine.rehearse.bout import Bout, reduced, shown
from engine.rehearse.edit import EditPair
from engine.rehearse.isr import judge_pair
from engine.rehearse.judges import pixel_distance
from engine.rehearse.treatments import AS_SAVED, TREATMENTS, Tools, Treatment
from engine.training.edits import EDITS, Edit

STAGE = "rehearse-edit"
SEEDS = {True: 4, False: 8}  # noise seeds, quick and full
QUICK = (AS_SAVED, "jpeg-75", "resize-0.5")  # treatments before the edit
FULL = (AS_SAVED, "jpeg-75", "jpeg-50", "resize-0.5", "gaussian", "vae", "diffpure")

Edits = tuple[list[Tensor], list[Tensor]]  # of the original and of the protected, by seed


def attack(bout: Bout) -> Generator[api.Progress, None, api.AttackOutcome]:
    """Raises ``Problem("store.absent")`` without an editor."""
    found = attackers.editor(bout)
    if found is None:
        raise Problem("store.absent", id=builtin.EDITOR_JUDGE)
    editor, side = found
    names = QUICK if bout.job.quick else FULL
    treatments = [t for t in TREATMENTS if t.name in names]
    seeds = [bout.job.seed + i for i in range(SEEDS[bout.job.quick])]
    known = known_edit(bout.job.instruction)
    original = reduced(bout.original, side)
    results: dict[str, Edits] = {}
    began, done, total = time.monotonic(), 0, len(treatments) * len(seeds)
    kit = attackers.tools(bout)
    for treatment in treatments:
        pair = _treated(bout, treatment, kit, side)
        edits: Edits = ([], [])
        results[treatment.name] = edits
        for seed in seeds:
            bout.context.check()
            live = bout.job.preview and done == 0
            control, attacked = yield from _watched(bout, editor, pair, seed, live, total)
            edits[0].append(control)
            edits[1].append(attacked)
            done += 1
            eta = (time.monotonic() - began) / done * (total - done)
            yield api.Progress(done, total, STAGE, eta)
    rows: list[api.SurvivalRow] = []
    pictures: list[api.Picture] = []
    references = results[AS_SAVED][0]
    for treatment in treatments:
        controls, attacks = results[treatment.name]
        pictures += shown(treatment.name, controls[0], attacks[0])
        rows.append(_row(treatment.name, results[treatment.name], original, known, references))
    table = api.SurvivalTable("edit", "edit-miss", editor.id, tuple(rows))
    spoiled = None if known is None else _spoiled(results[AS_SAVED], original, known, seeds)
    failed = spoiled is not None and not spoiled[1]
    return api.AttackOutcome(
        "edit",
        table,
        # An edit that fails on the original as well proves nothing about the cloak.
        "none" if failed else table.verdict(rows[0]),
        tuple(pictures),
        left_out=tuple(name for name in FULL if name not in names),
        spoiled=spoiled,
        notes=("edit-failed",) * failed + ("editor-known",) * (editor.id == builtin.EDITOR),
    )


def known_edit(instruction: str) -> Edit | None:
    """The built-in edit that these words ask for, if they do."""
    words = " ".join(instruction.lower().split()).rstrip(".!")
    named = (e for e in EDITS if words in (e.name, *e.wordings, *e.unseen))
    return next(named, None)


@torch.no_grad()
def _treated(bout: Bout, treatment: Treatment, kit: Tools, side: int) -> Tensor:
    """(2, 3, h, w): the original and the protected file, treated, as the editor takes them."""
    return torch.cat(
        [reduced(treatment.apply(x, kit), side) for x in (bout.original, bout.protected)]
    )


def _watched(
    bout: Bout, editor: Editor, pair: Tensor, seed: int, live: bool, total: int
) -> Generator[api.Progress, None, tuple[Tensor, Tensor]]:
    """Both edits with one noise; ``live``: yields them as they develop."""
    latents = pair
    for step in editor.sample(pair, bout.job.instruction, seed):
        bout.context.check()
        latents = step
        if live:
            seen = editor.developed(latents, pair)
            pictures = shown(AS_SAVED, seen[:1], seen[1:])
            yield api.Progress(0, total, STAGE, pictures=pictures)
    result = editor.developed(latents, pair)
    return result[:1], result[1:]


def _row(
    name: str, edits: Edits, original: Tensor, known: Edit | None, references: Sequence[Tensor]
) -> api.SurvivalRow:
    control, attacked = (
        [_miss(result, i, original, known, references) for i, result in enumerate(results)]
        for results in edits
    )
    usual, beyond = sum(control) / len(control), paired_mean(attacked, control)
    return api.SurvivalRow(
        name,
        round(sum(attacked) / len(attacked), 4),
        round(usual, 4),
        round(usual + beyond.low, 4),
        round(usual + beyond.high, 4),
        picture=f"attacked:{name}",
    )


def _miss(
    result: Tensor, seed: int, original: Tensor, known: Edit | None, references: Sequence[Tensor]
) -> float:
    if known is not None:
        return pixel_distance(result, known.apply(original))
    others = [each for i, each in enumerate(references) if i != seed]
    return sum(pixel_distance(result, each) for each in others) / len(others)


def _spoiled(edits: Edits, original: Tensor, known: Edit, seeds: Sequence[int]) -> tuple[int, int]:
    """How many edits both judges call spoiled, of those whose control did what it was told."""
    cases = [
        judge_pair(EditPair("", seed, *pair), "", known.name, original)
        for seed, pair in zip(seeds, zip(*edits, strict=True), strict=True)
    ]
    counted = [case for case in cases if case.counts]
    return sum(case.immunised for case in counted), len(counted)
