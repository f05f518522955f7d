"""The attack "personalise": a model is trained on the photo, then asked for the subject.

The figure is how like the *unprotected* photo what it generates is, to a judge that no cloak was
made with: lower is better for the owner, and the control is the model that was trained on the
original. One photo and few steps: a small experiment, not a studio.
"""

from __future__ import annotations

from collections.abc import Generator

from engine import api
from engine.measure.statistics import paired_mean
from engine.models import builtin
from engine.problems import Problem
from engine.rehearse import attackers
from engine.rehearse.bout import Bout, reduced, shown
from engine.rehearse.personalise import STEPS, Likeness, personalise_both
from engine.rehearse.treatments import AS_SAVED

STAGE = "rehearse-personalise"
SIDE = 128  # pixels: what a minute or two is enough for on a processor
QUICK_STEPS = 60


def attack(bout: Bout) -> Generator[api.Progress, None, api.AttackOutcome]:
    """Raises ``Problem("store.absent")`` without an editor, whose denoiser is trained."""
    found = attackers.editor(bout)
    if found is None:
        raise Problem("store.absent", id=builtin.EDITOR_JUDGE)
    yield api.Progress(0, 1, STAGE)
    likeness = Likeness(bout.sight.judge, bout.sight.whitening)
    result = personalise_both(
        found[0].denoiser,
        reduced(bout.original, SIDE),
        reduced(bout.protected, SIDE),
        likeness,
        QUICK_STEPS if bout.job.quick else STEPS,
        bout.job.seed,
        bout.context.check,
    )
    usual = sum(result.similar_control) / len(result.similar_control)
    beyond = paired_mean(result.similar_attacked, result.similar_control)
    row = api.SurvivalRow(
        AS_SAVED,
        round(usual + beyond.value, 4),
        round(usual, 4),
        round(usual + beyond.low, 4),
        round(usual + beyond.high, 4),
        picture=f"attacked:{AS_SAVED}",
    )
    table = api.SurvivalTable(
        "personalise", "likeness", bout.sight.judge.id, (row,), higher_is_better=False
    )
    pictures = shown(AS_SAVED, result.control[:1], result.attacked[:1])
    yield api.Progress(1, 1, STAGE, pictures=pictures if bout.job.preview else ())
    return api.AttackOutcome("personalise", table, table.verdict(row), pictures)
