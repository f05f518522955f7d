"""The pictures that finished jobs keep in memory, and how they are let go."""

from __future__ import annotations

import dataclasses

from engine import api


def has_pictures(result: api.Result | None) -> bool:
    """Whether the result keeps pictures in memory."""
    if isinstance(result, api.RehearsalResult):
        return any(outcome.pictures for outcome in result.outcomes)
    return isinstance(result, api.PhotoResult | api.CheckResult) and bool(result.pictures)


def without_pictures(result: api.Result | None) -> api.Result | None:
    if isinstance(result, api.RehearsalResult):
        outcomes = (dataclasses.replace(outcome, pictures=()) for outcome in result.outcomes)
        return dataclasses.replace(result, outcomes=tuple(outcomes))
    if isinstance(result, api.PhotoResult | api.CheckResult):
        return dataclasses.replace(result, pictures=())
    return result
