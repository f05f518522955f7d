"""From evidence and detectors to one of four verdicts, by rules that can be read here.

Strong evidence decides alone. A detector decides only when it is good enough on generators it never
saw, speaks for the right kind of file, and does not change its mind under small changes of the
file, whichever way it leans; everything else is "inconclusive", with the reason. Nothing ever says
"real".
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.api import DetectorReading, Evidence, Level, StabilityRow, Verdict

Answer = tuple[Verdict, Level, tuple[str, ...]]


def decide(
    evidence: Sequence[Evidence],
    readings: Sequence[DetectorReading] = (),
    stability: Sequence[StabilityRow] = (),
    obstacles: Sequence[str] = (),
) -> Answer:
    """Verdict, level and reasons. ``obstacles`` are keys of why no detector may speak: "small",
    "short", "recompressed", "domain-flat", "domain-music", "domain-silence"...
    """
    strong = [e for e in evidence if e.strength == "strong"]
    generated = _keys(strong, "generated")
    manipulated = _keys(strong, "manipulated")
    camera, own = _keys(strong, "camera"), _keys(strong, "own")
    if generated and camera:
        return "inconclusive", "inconclusive", ("contradiction", *generated, *camera)
    if generated:
        return "generated", "strong", generated
    if manipulated:
        return "manipulated", "strong", manipulated
    if camera or own:
        return "no_sign", "strong", (*camera, *own)
    # From here on only statistics speak.
    if any(e.points_to == "own" for e in evidence):
        return "inconclusive", "inconclusive", ("cloak",)
    if any(e.strength == "hint" for e in evidence):
        hints = tuple(dict.fromkeys(e.key for e in evidence if e.strength == "hint"))
        return "inconclusive", "inconclusive", ("hints", *hints)
    if obstacles:
        return "inconclusive", "inconclusive", tuple(obstacles)
    if not readings:
        return "inconclusive", "inconclusive", ("no-detector",)
    return _statistics(readings, stability)


def _statistics(readings: Sequence[DetectorReading], stability: Sequence[StabilityRow]) -> Answer:
    unstable = {row.detector for row in stability if not row.same}
    trusted = [r for r in readings if not r.weak]
    if any(r.above and r.name not in unstable for r in trusted):
        return "generated", "hint", ("detector-above",)
    if any(r.name in unstable for r in readings):
        return "inconclusive", "inconclusive", ("unstable",)
    if any(r.above for r in readings):
        return "inconclusive", "inconclusive", ("weak-hint",)
    if not trusted:  # what decides nothing decides this as little as the opposite
        return "inconclusive", "inconclusive", ("weak-below",)
    return "no_sign", "hint", ("detector-below",)


def _keys(evidence: Sequence[Evidence], points_to: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.key for e in evidence if e.points_to == points_to))
