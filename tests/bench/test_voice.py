"""What voice protection costs and does, on speakers that nothing was trained on.

One row for each method and quality: real-time factor, STOI, and the judge's similarity beside the
controls of equal energy. The hour is noise-free syllables, protected without a model.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine import api
from engine.context import Context
from engine.measure.statistics import bootstrap
from engine.models.cache import ModelCache
from engine.work import run
from tests.bench.conftest import Record
from tests.engine.voice.sounds import voice

SPEAKERS = ("19", "26", "27")
SECONDS = 12
ROWS: tuple[tuple[api.VoiceMethod, api.VoiceQuality], ...] = (
    ("vocalcrypt", "standard"),
    ("cloneshield", "fast"),
    ("cloneshield", "standard"),
    ("sceneguard", "standard"),
)
HOUR = """
import json, resource, sys, time
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
job = api.ProtectVoice(file, file.parent, methods=("vocalcrypt",))
for _ in run(job, Context(device, ModelCache(device))):
    pass
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({"seconds": time.process_time() - began, "peak_mib": peak}))
"""


@pytest.mark.data
@pytest.mark.parametrize(("method", "quality"), ROWS)
def test_the_methods(
    shared_data: Path, tmp_path: Path, record: Record, method: api.VoiceMethod,
    quality: api.VoiceQuality,
) -> None:  # fmt: skip
    device = torch.device("cpu")
    context = Context(device, ModelCache(device))
    drops, controls, stoi, spent, length = [], [], [], 0.0, 0.0
    for speaker in SPEAKERS:
        clips = sorted((shared_data / "speech" / "sessions" / speaker).glob("*.flac"))
        sound = np.concatenate([soundfile.read(clip)[0] for clip in clips[:3]])
        file = tmp_path / f"{speaker}.wav"
        soundfile.write(file, sound[: SECONDS * 16_000], 16_000)
        began = time.process_time()
        steps = run(api.ProtectVoice(file, tmp_path, (method,), quality=quality), context)
        while True:
            try:
                if next(steps).stage == "measure":
                    spent += time.process_time() - began
            except StopIteration as end:
                result = end.value
                break
        length += SECONDS
        measures = result.measures
        drops.append([measures.similarity_original - measures.similarity])
        controls.append([measures.similarity_original - measures.similarity_speech])
        stoi.append(measures.stoi)
    drop, control = bootstrap(drops), bootstrap(controls)
    record(
        f"voice-{method}-{quality}",
        real_time_factor=spent / length,
        stoi=float(np.median(stoi)),
        judge_drop=drop.value,
        judge_drop_low=drop.low,
        judge_drop_high=drop.high,
        speech_noise_drop=control.value,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's own memory mark")
def test_an_hour_in_bounded_memory(tmp_path: Path, record: Record, root: Path) -> None:
    minute = voice(60.0, 48_000)
    file = tmp_path / "hour.wav"
    with soundfile.SoundFile(file, "w", 48_000, 2, "PCM_24") as out:
        for _ in range(60):
            out.write(np.stack([minute, 0.8 * minute], 1))
    done = subprocess.run(
        [sys.executable, "-c", HOUR, str(file)], cwd=root, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    figures = json.loads(done.stdout)
    record("voice-hour", peak_mib=figures["peak_mib"], real_time_factor=figures["seconds"] / 3600)
    assert figures["peak_mib"] < 1200
