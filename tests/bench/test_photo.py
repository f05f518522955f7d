"""What cloaking costs: the loop over the bare surrogate step, and whole jobs with their memory."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.context import Context
from engine.models import builtin
from engine.models.cache import ModelCache
from engine.optimise.budget import Budget, limits
from engine.optimise.channels import unchanged
from engine.optimise.loop import Options, optimise, reduced_precision
from engine.photo.encoder import LatentShift
from tests.bench.conftest import Record
from tests.e2e.pictures import photo

SIDE = 512
STEPS = 4

# ru_maxrss of a fresh process starts at its parent's; the kernel's own mark can be reset.
JOB = """
import json, re, sys, time
from pathlib import Path
Path("/proc/self/clear_refs").write_text("5")
import torch
from engine import api
from engine.context import Context
from engine.device import use_cpu_threads
from engine.models.cache import ModelCache
from engine.work import run
use_cpu_threads()
device = torch.device("cpu")
job = run(api.ProtectPhoto(Path(sys.argv[1])), Context(device, ModelCache(device)))
began, cpu, stages = time.time(), time.process_time(), {}
last, stage = began, "start"
while True:
    try:
        step = next(job)
    except StopIteration as end:
        result = end.value
        break
    stages[step.stage] = stages.get(step.stage, 0) + time.time() - last
    last = time.time()
print(json.dumps({
    "wall_s": time.time() - began, "cpu_s": time.process_time() - cpu,
    "peak_mb": int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024,
    "psnr_db": result.measures.psnr, "ssim": result.measures.ssim,
    "stages_s": {name: round(seconds, 1) for name, seconds in stages.items()},
}))
"""


def job(file: Path, root: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", JOB, str(file)],
        cwd=root, check=True, capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def test_loop_over_the_bare_step(record: Record) -> None:
    """Ratios in one run: the whole loop, flat minima, and four samples, over forward + backward."""
    device = torch.device("cpu")
    context = Context(device, ModelCache(device))
    surrogate = builtin.autoencoder(builtin.SURROGATES[1], context)
    image = torch.rand((1, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
    loss = LatentShift(surrogate, builtin.whitening_of(surrogate.id, context), image)
    limit = limits(image, Budget(8 / 255))

    def bare() -> None:
        leaf = (image + 0.01).requires_grad_()
        with reduced_precision(device):
            value = loss(leaf, 0, unchanged)
        value.float().backward()

    def loop(options: Options) -> None:
        for _ in optimise(image, [loss], limit, options, 0):
            pass

    def seconds(work: Any) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    one = Options(steps=STEPS)
    variants = {
        "loop": one,
        "flat_minima": replace(one, flatness=0.3),
        "four_samples": replace(one, samples=4),
    }
    bare()
    ratios: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(3):
        base = seconds(lambda: [bare() for _ in range(STEPS)])
        for name, options in variants.items():
            ratios[name].append(seconds(lambda options=options: loop(options)) / base)
    record("loop", **{f"{name}_ratio": statistics.median(r) for name, r in ratios.items()})


@pytest.mark.parametrize(("name", "size"), [("512px", (512, 512)), ("24mp", (6000, 4000))])
def test_job(name: str, size: tuple[int, int], root: Path, record: Record, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    photo(*size).save(file, quality=92)
    report = job(file, root)
    assert (tmp_path / "photo-cloaked.jpg").exists()
    record(f"photo-{name}", **report)
