"""The attack "purify": what is left of the cloak after everything in ``treatments``.

Each treatment is given the original, the protected file and, as control, the original with soft
noise of the cloak's energy: all three alike. The figure is how far the judge's view of the treated
protected file lies from that of the treated original; a treatment that leaves no more than it
leaves of noise has undone the cloak.
"""

from __future__ import annotations

import time
from collections.abc import Generator

from engine import api
from engine.rehearse.attackers import tools
from engine.rehearse.bout import Bout, shown
from engine.rehearse.treatments import TREATMENTS, possible

STAGE = "rehearse-purify"


def attack(bout: Bout) -> Generator[api.Progress, None, api.AttackOutcome]:
    kit = tools(bout)
    chosen = [t for t in possible(kit) if not (t.slow and bout.job.quick)]
    rows: list[api.SurvivalRow] = []
    pictures: list[api.Picture] = []
    began = time.monotonic()
    for number, treatment in enumerate(chosen):
        bout.context.check()
        eta = (time.monotonic() - began) / number * (len(chosen) - number) if number else None
        yield api.Progress(number, len(chosen), STAGE, eta)
        original, protected, noise = (
            treatment.apply(images, kit) for images in (bout.original, bout.protected, bout.noise)
        )
        shift = bout.sight.shift(original, protected, noise)
        both = shown(treatment.name, original, protected)
        pictures += both
        rows.append(
            api.SurvivalRow(
                treatment.name,
                round(shift.effect, 4),
                round(shift.control, 4),
                round(shift.control + shift.beyond.low, 4),
                round(shift.control + shift.beyond.high, 4),
                picture=both[1].name,
            )
        )
        if bout.job.preview:
            yield api.Progress(number + 1, len(chosen), STAGE, eta, both)
    table = api.SurvivalTable(
        "purify", "latent-shift", bout.sight.judge.id, tuple(rows), control="noise"
    )
    worst = table.worst
    assert worst is not None  # there is always the file as saved
    left_out = tuple(t.name for t in TREATMENTS if t not in chosen)
    return api.AttackOutcome("purify", table, table.verdict(worst), tuple(pictures), left_out)
