"""How fast this computer protects: the cloak's own loop, on its own models, for a few steps."""

from __future__ import annotations

import statistics
import time
from collections.abc import Generator
from dataclasses import replace

import torch

from engine import api
from engine.context import Context
from engine.device import list_devices
from engine.models import builtin
from engine.optimise.loop import optimise
from engine.optimise.turns import Turns
from engine.photo.encoder import ENCODER_OPTIONS, in_turn

SIDE = 512
ROUNDS = 3  # of one step on each model; the first one warms up and is not counted


def measure_speed(
    job: api.MeasureSpeed, context: Context
) -> Generator[api.Progress, None, api.SpeedResult]:
    image = torch.rand((1, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
    image = image.to(context.device)
    models = [
        (builtin.autoencoder(id, context), builtin.whitening_of(id, context))
        for id in builtin.SURROGATES
    ]
    losses = in_turn(models, image)
    limit = torch.full_like(image[:, :1], 8 / 255)
    steps = ROUNDS * len(losses)
    options = replace(ENCODER_OPTIONS, channels=())  # what they would do to it is up to chance
    times = []
    began = time.perf_counter()
    for step in optimise(image, [Turns(losses)], limit, options, seed=0):
        step.delta.sum().item()  # waits for the device
        times.append(time.perf_counter() - began)
        context.check()
        if step.number == steps:
            break
        yield api.Progress(step.number, steps, "measure-speed")
        began = time.perf_counter()
    seconds = statistics.mean(times[len(losses) :])
    names = {info.id: info.name for info in list_devices()}
    return api.SpeedResult(
        device=job.device,
        name=names.get(str(context.device), str(context.device)),
        step=seconds,
        photo=seconds * ENCODER_OPTIONS.steps,
    )
