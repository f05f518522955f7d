"""The built-in speaker encoders, and what a user hears when one is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from engine import api
from engine.context import Context
from engine.models import builtin
from engine.models.voiceprints import LogMel, MelPower, build
from engine.problems import Problem
from engine.work import run
from tests.engine.voice.sounds import voice, write


@pytest.mark.parametrize("id", [*builtin.VOICE_SURROGATES, builtin.VOICE_JUDGE])
def test_each_tells_two_voices_apart_and_can_be_searched_on(id: str, context: Context) -> None:
    model = builtin.speaker(id, context)
    low, high = (torch.from_numpy(voice(4.0, hertz=h)).float() for h in (110, 210))
    waves = torch.stack([low[:32_000], low[32_000:], high[:32_000]]).requires_grad_()
    vectors = model.embed(waves)
    assert vectors.shape == (3, model.width)
    same, other = (vectors[0] @ vectors[1:].T).tolist()
    assert same > other
    (vectors[0] @ vectors[1]).backward()  # type: ignore[no-untyped-call]
    assert waves.grad is not None and bool(waves.grad[0].any())


def test_mel_power_hears_the_loud_and_a_logarithm_the_soft_as_well() -> None:
    time = torch.arange(16_000) / 16_000
    tone = torch.sin(2 * torch.pi * 300 * time)[None]
    hiss = 0.01 * torch.randn(1, 16_000, generator=torch.Generator().manual_seed(0))

    def moved(features: torch.nn.Module) -> float:
        before, after = features(tone), features(tone + hiss)
        return float((after - before).norm() / before.norm())

    assert moved(MelPower(40)) < 0.02 < 0.1 < moved(LogMel(40))


@pytest.mark.parametrize("family", ["power", "dvector"])
def test_a_recording_of_any_length_is_heard(family: str) -> None:
    network = build(family)
    for samples in (8_000, 33_333):
        heard = network(torch.randn(2, samples, generator=torch.Generator().manual_seed(1)))
        assert heard.shape == (2, network.width) and bool(heard.isfinite().all())


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
