"""The measured speed of a computer."""

from __future__ import annotations

import pytest
import torch

from engine import api
from engine.context import Context
from engine.measure import speed
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.photo.encoder import ENCODER_OPTIONS


def test_a_few_steps_of_the_real_loop_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "SIDE", 64)
    cpu = torch.device("cpu")
    told: list[int] = []
    context = Context(cpu, ModelCache(cpu))
    job = speed.measure_speed(api.MeasureSpeed("auto"), context)
    with pytest.raises(StopIteration) as end:
        while True:
            told.append(next(job).step)
    result = end.value.value
    assert told == list(range(1, speed.ROUNDS * (len(builtin.SURROGATES) + 1)))  # kl4 twice
    assert result.device == "auto" and result.name
    assert 0 < result.step < result.photo == result.step * ENCODER_OPTIONS.steps
