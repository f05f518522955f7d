"""Memory of long recordings, an hour at 48 kHz, stereo, 24 bits; how long whole jobs and enrolling
take.

The recording is read speech by forty speakers over a room's noise, with pauses; the command line
protects it as a user would have it, and the memory of all its processes is looked at twice a
second. What protection does to voices is measured by ``tests.bench.voices``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
import torch

from engine import api
from engine.context import Context
from engine.device import use_cpu_threads
from engine.models.cache import ModelCache
from engine.training.speech import RATE, read_speakers
from engine.work import run
from tests.bench.conftest import Record

MINUTES = int(os.environ.get("CLOAKROOM_BENCH_MINUTES", "60"))
OUT_RATE = 48_000
SPEAKERS = 40
PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20 if sys.platform == "linux" else 0.0  # MiB


def long_recording(
    file: Path, speakers: Path, seconds: int, rate: int = OUT_RATE, channels: int = 2
) -> None:
    random = np.random.default_rng(0)
    clips = [voice[0] for voice in list(read_speakers(speakers).values())[:SPEAKERS]]
    whole = seconds * rate
    with soundfile.SoundFile(file, "w", rate, channels, "PCM_24") as out:
        number = 0
        while out.tell() < whole:
            speech = soxr.resample(clips[number % len(clips)], RATE, rate)
            pause = np.zeros(int(random.uniform(0.3, 2.0) * rate), np.float32)
            speech = np.concatenate([speech, pause])[: whole - out.tell()]
            sides = speech[:, None] * random.uniform(0.5, 1.0, channels)
            out.write(sides + 1e-3 * random.standard_normal(sides.shape))
            number += 1


def resident(group: int) -> float:
    """MiB that the processes of a group have in memory, mapped files included."""
    pages = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                pages += int((folder / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue  # it has just ended
    return pages * PAGE


@pytest.mark.timeout(0)
@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's own figures")
@pytest.mark.parametrize("method", ["vocalcrypt", "cloneshield"])
def test_an_hour_in_bounded_memory(
    tmp_path: Path, record: Record, root: Path, shared_data: Path, method: str
) -> None:
    file = tmp_path / "long.wav"
    long_recording(file, shared_data / "speech" / "speakers", 60 * MINUTES)
    command = [sys.executable, "-m", "app", "protect", "voice", str(file), "--method", method]
    began, before = time.monotonic(), os.times()
    answer = tmp_path / "answer.json"  # longer than a pipe holds: it names every stretch of speech
    with answer.open("w") as out:
        running = subprocess.Popen(
            [*command, "--quality", "fast", "--json"], cwd=root, stdout=out,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        seen = []
        try:
            while running.poll() is None:
                seen.append(resident(running.pid))
                time.sleep(0.5)
        finally:  # it has a session of its own, and would outlive a test that is stopped
            running.kill()
    after = os.times()
    assert running.returncode == 0, answer.read_text()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    record(
        f"voice-long-{method}-fast",
        minutes=MINUTES,
        processor_time_factor=spent / (60 * MINUTES),
        real_time_factor=(time.monotonic() - began) / (60 * MINUTES),
        peak_mib=max(seen),
        peak_first_third_mib=max(seen[: len(seen) // 3]),
    )
    assert max(seen) < 1200


@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("method", "quality"),
    [("vocalcrypt", "fast"), ("cloneshield", "fast"), ("cloneshield", "standard")],
)
@pytest.mark.parametrize(
    ("seconds", "rate", "channels"), [(60, RATE, 1), (60, OUT_RATE, 2), (300, RATE, 1)]
)
def test_how_long_a_whole_job_takes(
    tmp_path: Path,
    record: Record,
    shared_data: Path,
    method: api.VoiceMethod,
    quality: api.VoiceQuality,
    seconds: int,
    rate: int,
    channels: int,
) -> None:
    """Reading, searching, writing and measuring, the models' loading included, on all cores."""
    if quality == "standard" and seconds > 60:
        pytest.skip("it searches each piece apart: its factor is that of a minute")
    use_cpu_threads()
    file = tmp_path / "speech.wav"
    long_recording(file, shared_data / "speech" / "speakers", seconds, rate, channels)
    context = Context(torch.device("cpu"), ModelCache(torch.device("cpu")))
    job = api.ProtectVoice(file, tmp_path / "home", (method,), "balanced", quality)
    began, spent = time.monotonic(), time.process_time()
    for _ in run(job, context):
        pass
    record(
        f"voice-time-{method}-{quality}-{seconds}-s-{rate // 1000}-khz-{channels}",
        real_time_factor=(time.monotonic() - began) / seconds,
        processor_time_factor=(time.process_time() - spent) / seconds,
    )


@pytest.mark.timeout(0)
def test_enrolling_two_minutes_of_speech(
    tmp_path: Path, record: Record, root: Path, shared_data: Path
) -> None:
    clips = read_speakers(shared_data / "speech" / "sessions")["19"]
    speech = np.concatenate(clips)[: 120 * RATE]
    file = tmp_path / "mine.wav"
    soundfile.write(file, speech, RATE, "PCM_16")
    command = [sys.executable, "-m", "app", "voice", "enrol", str(file), "--name", "Mine"]
    began, before = time.monotonic(), os.times()
    done = subprocess.run([*command, "--json"], cwd=root, capture_output=True, text=True)
    wall, after = time.monotonic() - began, os.times()
    assert done.returncode == 0, done.stdout + done.stderr
    record(
        "voice-enrol",
        speech_seconds=len(speech) / RATE,
        seconds=wall,
        processor_seconds=after.children_user
        + after.children_system
        - before.children_user
        - before.children_system,
    )
    assert wall < 180
