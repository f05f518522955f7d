"""Immunisation Success Rate (2512.14320): the share of edits that a cloak spoils.

An edit of the protected photo counts as spoiled for a judge when it semantically misses (the
nearest ground truth is not the requested edit) or is degraded (blind quality below the
control's by more than the judge's margin); it counts as spoiled when *both* judges say so.
Only edits whose control succeeded are counted: an edit that fails without a cloak proves nothing
about the cloak. The ground truth of every edit is known (``engine.training.edits``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from engine.measure.statistics import Interval, bootstrap
from engine.models.roles import Editor
from engine.rehearse.edit import EditPair, edit_both
from engine.rehearse.judges import JUDGES, Description, Judge
from engine.training.edits import EDITS, Edit, truths


@dataclass(frozen=True)
class Verdict:
    """What one judge says of one edit, of the control and of the protected photo."""

    judge: str
    control: str  # name of the truth nearest to the control's edit
    attacked: str  # and to the protected photo's
    degraded: bool

    def spoiled(self, requested: str) -> bool:
        return self.attacked != requested or self.degraded


@dataclass(frozen=True)
class Case:
    """One edit of one photo, judged."""

    photo: str
    requested: str
    verdicts: tuple[Verdict, ...]

    @property
    def counts(self) -> bool:
        """Whether the control got the requested edit, by every judge."""
        return all(v.control == self.requested for v in self.verdicts)

    @property
    def missed(self) -> bool:
        return all(v.attacked != self.requested for v in self.verdicts)

    @property
    def immunised(self) -> bool:
        return all(v.spoiled(self.requested) for v in self.verdicts)


@dataclass(frozen=True)
class ImmunisationRate:
    """The rate with its interval (photos resampled), its semantic part, and what was left out."""

    rate: Interval
    missed: Interval
    counted: int
    control_failed: int


def described(
    original: Tensor, judges: Sequence[Judge] = JUDGES
) -> list[Mapping[str, Description]]:
    """The true result of every edit of a photo, as each judge describes it."""
    results = truths(original)
    return [{name: judge.describe(each) for name, each in results.items()} for judge in judges]


def judge_pair(
    pair: EditPair,
    photo: str,
    requested: str,
    original: Tensor,
    judges: Sequence[Judge] = JUDGES,
    candidates: Sequence[Mapping[str, Description]] | None = None,
) -> Case:
    """Compare both edits with the true result of every edit of ``original`` (1, 3, h, w);
    ``candidates`` are those results as each judge describes them, where they are known already."""
    candidates = candidates or described(original, judges)
    verdicts = tuple(
        Verdict(
            judge.name,
            judge.nearest(pair.control, known),
            judge.nearest(pair.attacked, known),
            judge.degraded(pair.attacked, pair.control),
        )
        for judge, known in zip(judges, candidates, strict=True)
    )
    return Case(photo, requested, verdicts)


def judge_photo(
    editor: Editor,
    original: Tensor,
    protected: Tensor,
    photo: str,
    edits: Sequence[Edit] = EDITS,
    unseen_wordings: bool = False,
    seed: int = 0,
) -> list[Case]:
    """Every edit of one photo, with the edit's first known or first unseen wording."""
    cases = []
    candidates = described(original)
    for edit in edits:
        wording = edit.unseen[0] if unseen_wordings else edit.wordings[0]
        pair = edit_both(editor, original, protected, wording, seed)
        cases.append(judge_pair(pair, photo, edit.name, original, candidates=candidates))
    return cases


def immunisation_rate(cases: Iterable[Case]) -> ImmunisationRate | None:
    """None when no control succeeded: there is nothing to measure."""
    cases = list(cases)
    counted = [case for case in cases if case.counts]
    if not counted:
        return None
    photos = dict.fromkeys(case.photo for case in counted)
    by_photo = [[case for case in counted if case.photo == photo] for photo in photos]
    return ImmunisationRate(
        bootstrap([[float(case.immunised) for case in group] for group in by_photo]),
        bootstrap([[float(case.missed) for case in group] for group in by_photo]),
        len(counted),
        len(cases) - len(counted),
    )
