"""How fast this computer protects: the cloak's own loop, on its own models, for a few steps."""

from __future__ import annotations

import statistics
import time
from collections.abc import Generator

import torch

from engine import api
from engine.context import Context
from engine.device import list_devices
from engine.models import builtin
from engine.optimise.loop import optimise
from engine.photo.encoder import ENCODER_OPTIONS, LatentShift

SIDE = 512
STEPS = 5  # the first one warms up and is not counted; the models take turns


def measure_speed(
    job: api.MeasureSpeed, context: Context
) -> Generator[api.Progress, None, api.SpeedResult]:
    image = torch.rand((1, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
    image = image.to(context.device)
    losses = [
        LatentShift(builtin.autoencoder(id, context), builtin.whitening_of(id, context), image)
        for id in builtin.SURROGATES
    ]
    limit = torch.full_like(image[:, :1], 8 / 255)
    times = []
    began = time.perf_counter()
    for step in optimise(image, losses, limit, ENCODER_OPTIONS, seed=0):
        step.delta.sum().item()  # waits for the device
        times.append(time.perf_counter() - began)
        context.check()
        if step.number == STEPS:
            break
        yield api.Progress(step.number, STEPS, "measure-speed")
        began = time.perf_counter()
    seconds = statistics.median(times[1:])
    names = {info.id: info.name for info in list_devices()}
    return api.SpeedResult(
        device=job.device,
        name=names.get(str(context.device), str(context.device)),
        step=seconds,
        photo=seconds * ENCODER_OPTIONS.steps,
    )
