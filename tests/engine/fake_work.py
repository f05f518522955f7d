"""Jobs for tests of the hosts: each does one thing that a real job may do. No test is in here."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import api
from engine.context import Context
from engine.problems import Problem

RUNNERS = f"{__name__}:run"


@dataclass(frozen=True)
class Fake:
    """``action`` is the name of a function below; ``value`` is its argument."""

    action: str
    value: Any = None


Run = Generator[api.Progress, None, Any]


def run(job: Fake, context: Context) -> Run:
    if isinstance(job, api.ListDevices):
        return count(3, context)
    return ACTIONS[job.action](job.value, context)


def count(steps: int, context: Context) -> Run:
    for step in range(steps):
        context.check()
        # A new stage each time: progress with a note is never merged into later progress.
        yield api.Progress(step + 1, steps, "counting", note=f"step-{step + 1}")
    return ("counted", steps, os.getpid())


def precision(_: object, context: Context) -> Run:
    yield from ()
    return context.precision


def problem(file: str, context: Context) -> Run:
    yield api.Progress(1, 2, "reading")
    raise Problem("file.missing", file=file)


def bug(message: str, context: Context) -> Run:
    yield api.Progress(1, 2, "reading")
    raise ValueError(message)


def memory(_: object, context: Context) -> Run:
    context.models.get("big", object)
    yield api.Progress(1, 2, "reading")
    raise MemoryError


def accelerator(_: object, context: Context) -> Run:
    import torch

    yield api.Progress(1, 2, "computing")
    raise torch.AcceleratorError("CUDA error: device-side assert triggered")


def unsendable(_: object, context: Context) -> Run:
    yield api.Progress(1, 2, "reading")
    return lambda: None


def system_exit(_: object, context: Context) -> Run:
    yield api.Progress(1, 2, "reading")
    raise SystemExit(1)


def patient(trace: Path | None, context: Context) -> Run:
    """Runs until cancelled; then tidies up, which ``trace`` proves."""
    yield api.Progress(0, 1, "waiting")
    try:
        while True:
            context.check()
            time.sleep(0.005)
    finally:
        if trace is not None:
            trace.write_text("tidied up")


def chatty(_: object, context: Context) -> Run:
    """Never checks the token, only yields."""
    step = 0
    while True:
        step += 1
        yield api.Progress(step, step, "talking")
        time.sleep(0.005)


def stubborn(_: object, context: Context) -> Run:
    """Neither checks the token nor yields."""
    yield api.Progress(0, 1, "ignoring")
    time.sleep(600)


def bars(_: object, context: Context) -> Run:
    """As a library that shows how far it is, in a job that neither checks the token nor yields."""
    import tqdm

    list(tqdm.tqdm([1]))
    yield from stubborn(None, context)


def crash(_: object, context: Context) -> Run:
    yield api.Progress(0, 1, "crashing")
    time.sleep(0.1)  # so that the progress is on its way
    os._exit(11)


def pictures(value: tuple[float, Path], context: Context) -> Run:
    """Sends a large picture every 5 ms for some seconds, then leaves a file."""
    seconds, trace = value
    picture = api.Picture("protected", 256, 256, bytes(3 * 256 * 256))
    end = time.monotonic() + seconds
    step = 0
    while time.monotonic() < end:
        step += 1
        yield api.Progress(step, step, "painting", pictures=(picture,))
        time.sleep(0.005)
    trace.write_text(str(step))
    return step


def model(key: str, context: Context) -> Run:
    """Returns the models that were there before."""
    yield from ()
    before = list(context.models.in_use())
    context.models.get(key, object)
    return before


def niceness(_: object, context: Context) -> Run:
    import psutil

    yield from ()
    return int(psutil.Process().nice())


def log(message: str, context: Context) -> Run:
    import logging

    yield from ()
    logging.getLogger("engine.fake").warning(message)
    return None


ACTIONS: dict[str, Callable[[Any, Context], Run]] = {
    action.__name__: action
    for action in (
        *(count, problem, bug, memory, accelerator, unsendable, system_exit, patient, chatty),
        *(stubborn, bars, crash, pictures, model, niceness, log, precision),
    )
}
