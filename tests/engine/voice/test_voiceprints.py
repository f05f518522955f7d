"""The built-in speaker encoders, and what a user hears when one is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine import api
from engine.context import Context
from engine.models import builtin
from engine.models.voiceprints import LogMel, MelPower, build
from engine.problems import Problem
from engine.work import run
from tests.engine.voice.sounds import voice, write

ENCODERS = [*builtin.VOICE_SURROGATES, builtin.VOICE_JUDGE, builtin.CLONE_JUDGE]


@pytest.mark.parametrize("id", ENCODERS)
def test_each_can_be_searched_on(id: str, context: Context) -> None:
    model = builtin.speaker(id, context)
    waves = torch.from_numpy(voice(4.0)).float().view(2, -1).requires_grad_()
    vectors = model.embed(waves)
    assert vectors.shape == (2, model.width)
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-4)
    (vectors[0] @ vectors[1]).backward()  # type: ignore[no-untyped-call]
    assert waves.grad is not None and bool(waves.grad.any()) and bool(waves.grad.isfinite().all())


@pytest.mark.data
@pytest.mark.parametrize("id", ENCODERS)
def test_each_tells_speakers_apart_that_it_never_heard(
    id: str, shared_data: Path, context: Context
) -> None:
    clips = []
    for speaker in ("19", "26", "27"):
        files = sorted((shared_data / "speech" / "sessions" / speaker).glob("*.flac"))
        for file in (files[0], files[-1]):
            sound, _ = soundfile.read(file, dtype="float32")
            clips.append(torch.from_numpy(np.resize(sound, 64_000)))
    vectors = builtin.speaker(id, context).embed(torch.stack(clips))
    cosine = vectors[::2] @ vectors[1::2].T  # first clips by last clips
    same = cosine.diagonal()
    other = float(cosine[~torch.eye(3, dtype=torch.bool)].mean())
    assert float(same.min()) > other
    assert float(same.mean()) > other + 0.25
    if id in (builtin.VOICE_JUDGE, builtin.CLONE_JUDGE):
        assert cosine.argmax(1).tolist() == [0, 1, 2]


def test_mel_power_hears_the_loud_and_a_logarithm_the_soft_as_well() -> None:
    time = torch.arange(16_000) / 16_000
    tone = torch.sin(2 * torch.pi * 300 * time)[None]
    hiss = 0.01 * torch.randn(1, 16_000, generator=torch.Generator().manual_seed(0))

    def moved(features: torch.nn.Module) -> float:
        before, after = features(tone), features(tone + hiss)
        return float((after - before).norm() / before.norm())

    assert moved(MelPower(40)) < 0.02 < 0.1 < moved(LogMel(40))


@pytest.mark.parametrize("family", ["power", "dvector", "ge2e", "raw", "xvector"])
def test_a_recording_of_any_length_is_heard(family: str) -> None:
    network = build(family)
    for samples in (8_000, 33_333):
        heard = network(torch.randn(2, samples, generator=torch.Generator().manual_seed(1)))
        assert heard.shape == (2, network.width) and bool(heard.isfinite().all())


def test_a_long_recording_is_heard_in_windows() -> None:
    network = build("ge2e", hidden=16, layers=1).eval()
    waves = torch.randn(1, 160 * 160 - 1, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        once, twice = network(waves), network(torch.cat([waves, waves], 1))
    assert float(torch.nn.functional.cosine_similarity(once, twice)) > 0.9


def test_learnt_filters_pass_their_own_band() -> None:
    kernels = build("raw").kernels().detach()
    power = torch.fft.rfft(kernels[:, 0], 4096).abs().square()
    peaks = power.argmax(1) * 16_000 / 4096
    assert bool((peaks.diff() >= 0).all()) and float(peaks[0]) < 150 and float(peaks[-1]) > 7000


@pytest.mark.parametrize("part", ["config.json", "model.safetensors"])
def test_a_missing_or_damaged_model_is_said(
    part: str, tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(builtin.FOLDER / builtin.VOICE_JUDGE, tmp_path / builtin.VOICE_JUDGE)
    (tmp_path / builtin.VOICE_JUDGE / part).write_bytes(b"{")
    monkeypatch.setattr(builtin, "FOLDER", tmp_path)
    file = write(tmp_path / "a.wav", voice(2.0), 16_000)
    spans = (api.Span(0.2, 1.8),)
    cases: tuple[tuple[api.VoiceMethod, str], ...] = (
        ("vocalcrypt", builtin.VOICE_JUDGE),
        ("cloneshield", builtin.VOICE_SURROGATES[0]),
    )
    for method, id in cases:
        with pytest.raises(Problem) as caught:
            for _ in run(api.ProtectVoice(file, tmp_path, (method,), regions=spans), context):
                pass
        assert caught.value.code == "builtin.damaged"
        assert caught.value.details == {"id": id}
