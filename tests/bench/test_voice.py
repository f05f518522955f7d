"""Memory of long recordings: an hour at 48 kHz, stereo, 24 bits, without a model and with one.

The recording is noise-free syllables. What protection does to voices is measured by
``tests.bench.voices``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.bench.conftest import Record
from tests.engine.voice.sounds import voice

MINUTES = int(os.environ.get("CLOAKROOM_BENCH_MINUTES", "60"))
HOUR = """
import json, sys, time
from pathlib import Path
Path("/proc/self/clear_refs").write_text("5")
import re, torch
from engine import api
from engine.context import Context
from engine.models.cache import ModelCache
from engine.work import run
device = torch.device("cpu")
file = Path(sys.argv[1])
began = time.process_time()
everything = (api.Span(0.0, 60.0 * int(sys.argv[3])),)  # no detector takes a buzz for speech
job = api.ProtectVoice(
    file, file.parent, methods=(sys.argv[2],), quality="fast", regions=everything
)
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
early = None  # a tenth into the search: what comes later should add nothing to it
for step in run(job, Context(device, ModelCache(device))):
    if early is None and step.stage == "optimise" and step.step * 10 >= step.of:
        early = peak()
spent = time.process_time() - began
print(json.dumps({"seconds": spent, "peak_mib": peak(), "peak_early_mib": early}))
"""


@pytest.mark.timeout(0)
@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's own memory mark")
@pytest.mark.parametrize("method", ["vocalcrypt", "cloneshield"])
def test_an_hour_in_bounded_memory(tmp_path: Path, record: Record, root: Path, method: str) -> None:
    minute = voice(60.0, 48_000)
    file = tmp_path / "long.wav"
    with soundfile.SoundFile(file, "w", 48_000, 2, "PCM_24") as out:
        for _ in range(MINUTES):
            out.write(np.stack([minute, 0.8 * minute], 1))
    done = subprocess.run(
        [sys.executable, "-c", HOUR, str(file), method, str(MINUTES)], cwd=root,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures = json.loads(done.stdout)
    factor = figures.pop("seconds") / (60 * MINUTES)
    record(f"voice-long-{method}-fast", minutes=MINUTES, real_time_factor=factor, **figures)
    assert figures["peak_mib"] < 1200
