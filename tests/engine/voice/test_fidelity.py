"""What protecting must keep, over random formats, rates, channels, levels and lengths."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import HealthCheck, given, settings, strategies as st

from engine import api
from engine.context import Context
from engine.models.cache import ModelCache
from tests.engine.voice.sounds import voice
from tests.engine.voice.test_protect import done

LOSSLESS = (
    ("wav", "PCM_16"), ("wav", "PCM_24"), ("wav", "PCM_32"), ("wav", "FLOAT"),
    ("flac", "PCM_16"), ("flac", "PCM_24"), ("aiff", "PCM_16"), ("aiff", "PCM_24"),
)  # fmt: skip
LOSSY = (("mp3", "MPEG_LAYER_III"), ("ogg", "VORBIS"), ("opus", "OPUS"))
RATES = (8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000)
RATES_OF = {
    "mp3": (8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000),
    "opus": (8000, 16_000, 48_000),
    "ogg": (16_000, 22_050, 32_000, 44_100, 48_000),
}
DEVICE = torch.device("cpu")
CONTEXT = Context(DEVICE, ModelCache(DEVICE))


@dataclass(frozen=True)
class Case:
    suffix: str
    subtype: str
    rate: int
    channels: int
    seconds: float
    peak: float
    seed: int

    def sound(self) -> np.ndarray:
        """(samples, channels): one voice, as loud as it happens to be in each."""
        mono = 2 * self.peak * voice(self.seconds, self.rate, seed=self.seed)
        shares = np.linspace(1, 0.3, self.channels)
        return mono[:, None] * shares

    def region(self) -> api.Span:
        return api.Span(0.1 * self.seconds, 0.9 * self.seconds)


@st.composite
def cases(draw: st.DrawFn, kinds: tuple[tuple[str, str], ...]) -> Case:
    suffix, subtype = draw(st.sampled_from(kinds))
    return Case(
        suffix,
        subtype,
        draw(st.sampled_from(RATES_OF.get(suffix, RATES))),
        draw(st.integers(1, 2 if suffix == "mp3" else 8)),
        draw(st.floats(1.3, 3.0)),
        draw(st.floats(0.03, 1.0)),
        draw(st.integers(0, 99)),
    )


def protected(case: Case, folder: Path) -> tuple[Path, api.VoiceResult]:
    file = folder / f"a.{case.suffix}"
    container = {"opus": "OGG"}.get(case.suffix)
    soundfile.write(file, case.sound(), case.rate, case.subtype, format=container)
    job = api.ProtectVoice(file, folder / "home", ("vocalcrypt",), regions=(case.region(),))
    result: api.VoiceResult = done(job, CONTEXT)
    return file, result


# Always the same cases, so that a build that failed can be repeated.
the_same = settings(
    max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@the_same
@given(cases(LOSSLESS))
def test_a_lossless_file_keeps_everything_but_the_voice(case: Case) -> None:
    with tempfile.TemporaryDirectory() as name:
        file, result = protected(case, Path(name))
        before, after = soundfile.info(file), soundfile.info(result.output)
        kept = ("frames", "samplerate", "channels", "subtype", "format")
        assert [getattr(after, k) for k in kept] == [getattr(before, k) for k in kept]
        whole = "float32" if case.subtype == "FLOAT" else "int32"
        a, _ = soundfile.read(file, dtype=whole, always_2d=True)
        b, _ = soundfile.read(result.output, dtype=whole, always_2d=True)
        region = case.region()
        inside = slice(round(region.start * case.rate), round(region.end * case.rate))
        outside = np.ones(len(a), bool)
        outside[inside] = False
        assert np.array_equal(a[outside], b[outside])
        assert not np.array_equal(a[inside], b[inside])
        # Nothing is clipped that was not, and the louder channels carry more of the change.
        full = 1.0 if case.subtype == "FLOAT" else np.iinfo(np.int32).max
        assert (np.abs(b) >= full).sum() <= (np.abs(a) >= full).sum()
        change = np.abs(b.astype(np.float64) - a).max(0)
        assert change[-1] <= change[0]
        measures = result.measures
        assert abs(measures.loudness_change) <= 0.1
        assert measures.true_peak <= max(measures.true_peak_original, -1) + 0.02
        assert measures.changed_outside == 0


@the_same
@given(cases(LOSSLESS[1:4]).filter(lambda case: case.rate >= 44_100))
def test_nothing_changes_above_what_voices_are_worked_on(case: Case) -> None:
    """The change is made at 16 kHz: 0.1 % of it at most lies above 8 kHz."""
    with tempfile.TemporaryDirectory() as name:
        file, result = protected(case, Path(name))
        a, _ = soundfile.read(file, always_2d=True)
        b, _ = soundfile.read(result.output, always_2d=True)
        change = np.fft.rfft((b - a)[:, 0])
        power = np.square(np.abs(change))
        above = np.fft.rfftfreq(len(a), 1 / case.rate) > 8200
        quantised = len(a) / 2 * 2.0 ** (-44 if case.subtype == "PCM_24" else -58)
        assert power[above].sum() <= 1e-3 * power.sum() + quantised * above.sum()


@the_same
@given(cases(LOSSY))
def test_a_lossy_file_keeps_its_length_and_loudness(case: Case) -> None:
    with tempfile.TemporaryDirectory() as name:
        file, result = protected(case, Path(name))
        before, after = soundfile.info(file), soundfile.info(result.output)
        kept = ("frames", "samplerate", "channels", "subtype", "format")
        assert [getattr(after, k) for k in kept] == [getattr(before, k) for k in kept]
        assert abs(result.measures.loudness_change) <= 0.1
        a, _ = soundfile.read(file, always_2d=True)
        b, _ = soundfile.read(result.output, always_2d=True)
        error = np.square(b - a).mean()
        assert error < 0.05 * np.square(a).mean() + 1e-9


@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.2])
def test_the_shortest_recordings(seconds: float, tmp_path: Path) -> None:
    """They are protected, and it is said that so little speech cannot be judged."""
    file, result = protected(Case("wav", "PCM_16", 16_000, 1, seconds, 0.5, 1), tmp_path)
    before, after = soundfile.read(file)[0], soundfile.read(result.output)[0]
    assert before.shape == after.shape and not np.array_equal(before, after)
    assert result.measures is None and "voice-short" in result.notes
    assert result.receipt is not None and result.receipt.measures == {}
