"""The protecting job as a whole, on what a small voice-like recording has to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from engine import api
from engine.context import Context, JobCancelled
from engine.media.recording import reading
from engine.problems import Problem
from engine.voice.working import working
from engine.work import run
from tests.engine.voice.sounds import voice, write

REGIONS = (api.Span(0.4, 1.5), api.Span(1.7, 2.6))


def done(job: Any, context: Any) -> Any:
    steps = run(job, context)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    sound = np.stack([voice(3.0, 44_100), 0.6 * voice(3.0, 44_100)], 1)
    return write(tmp_path / "a.wav", sound, 44_100, subtype="PCM_24")


def job(file: Path, **fields: Any) -> api.ProtectVoice:
    fields = {"methods": ("vocalcrypt",), "regions": REGIONS, **fields}
    return api.ProtectVoice(file, file.parent / "home", **fields)


@pytest.mark.parametrize(
    "methods", [("vocalcrypt",), ("sceneguard",), ("cloneshield", "vocalcrypt")]
)
def test_only_the_regions_change_and_the_loudness_stays(
    file: Path, context: Context, methods: tuple[api.VoiceMethod, ...]
) -> None:
    result = done(job(file, methods=methods, scene="rain", quality="fast"), context)
    before, rate = soundfile.read(file, dtype="int32")
    after, _ = soundfile.read(result.output, dtype="int32")
    assert after.shape == before.shape
    inside = np.zeros(len(before), bool)
    for span in REGIONS:
        inside[round(span.start * rate) : round(span.end * rate)] = True
    assert np.array_equal(before[~inside], after[~inside])
    assert (before[inside] != after[inside]).mean() > 0.5
    measures = result.measures
    assert abs(measures.loudness_change) <= 0.1
    assert measures.true_peak <= max(measures.true_peak_original, -1) + 0.01
    assert measures.changed_outside == 0
    noise = min(measures.similarity_white, measures.similarity_speech)  # the one that does more
    assert measures.drop_low - 1e-3 <= noise - measures.similarity <= measures.drop_high + 1e-3
    assert result.audible == ("sceneguard" in methods)
    assert result.receipt.parameters["methods"] == list(methods)


def test_the_same_seed_gives_the_same_bytes(file: Path, context: Context) -> None:
    first, second, third = (done(job(file, seed=s), context) for s in (1, 1, 2))
    assert first.output != second.output
    assert first.output.read_bytes() == second.output.read_bytes()
    assert first.output.read_bytes() != third.output.read_bytes()


def test_more_strength_changes_more(file: Path, context: Context) -> None:
    strengths: tuple[api.Strength, ...] = ("invisible", "balanced", "strong")
    results = [done(job(file, strength=s), context) for s in strengths]
    assert results[0].measures.snr > results[1].measures.snr > results[2].measures.snr
    assert results[0].measures.stoi >= results[2].measures.stoi


def test_an_excerpt_is_heard_before_the_whole_is_done(file: Path, context: Context) -> None:
    out = file.with_name("excerpt.wav")
    result = done(job(file, excerpt=api.Span(0.5, 1.5), out=out), context)
    assert (result.output, result.measures, result.receipt) == (out, None, None)
    heard, rate = soundfile.read(out)
    whole, _ = soundfile.read(file)
    assert len(heard) == rate
    assert 0 < np.abs(heard - whole[rate // 2 : rate // 2 + rate]).max() < 0.2


def test_what_was_given_back_is_still_in_the_files(file: Path) -> None:
    with reading(file, lambda: None) as recording, working(recording, lambda: None) as work:
        before = np.array(work.mono)
        for part in work.blocks(0, len(work.mono)):
            work.delta[part] = work.mono[part]
        work.release()
        assert np.array_equal(work.delta, before) and before.any()


def test_silence_has_no_voice(tmp_path: Path, context: Context) -> None:
    file = write(tmp_path / "a.wav", np.zeros(16_000), 16_000)
    with pytest.raises(Problem) as refused:
        done(job(file, regions=None), context)
    assert refused.value.code == "recording.no-voice"
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_a_cancelled_job_leaves_nothing(file: Path, context: Context) -> None:
    stopping = Context(context.device, context.models, iter([False] * 6 + [True] * 999).__next__)
    with pytest.raises(JobCancelled):
        done(job(file), stopping)
    assert [p.name for p in file.parent.iterdir()] == ["a.wav"]


@pytest.mark.data
def test_speech_is_found_where_it_is(shared_data: Path, tmp_path: Path, context: Context) -> None:
    clip = next((shared_data / "speech" / "sessions" / "19").glob("*.flac"))
    speech, rate = soundfile.read(clip)
    sound = np.concatenate([np.zeros(2 * rate), speech[: 4 * rate], np.zeros(2 * rate)])
    info = done(api.ReadSound(write(tmp_path / "a.wav", sound, rate)), context)
    assert info.voice_by == "silero-vad"
    assert 1.8 < info.voice[0].start < 2.8
    assert 5.2 < info.voice[-1].end < 6.3


def test_any_number_of_cores_gives_the_same_bytes(tmp_path: Path, context: Context) -> None:
    file = write(tmp_path / "a.wav", voice(8.0), 16_000, subtype="PCM_16")
    before, made = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            whole = (api.Span(0.0, 8.0),)
            fields = {"methods": ("cloneshield",), "quality": "fast", "regions": whole}
            made.append(done(job(file, **fields), context).output.read_bytes())
    finally:
        torch.set_num_threads(before)
    assert made[0] == made[1]
