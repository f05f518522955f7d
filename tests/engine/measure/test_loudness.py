"""The one loudness meter, against another implementation and the recommendation's own tone."""

from __future__ import annotations

import numpy as np
import pytest

from engine.measure.loudness import Meter, _high_pass, _shelf


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_loudness_agrees_with_pyloudnorm(rate: int) -> None:
    import pyloudnorm

    rng = np.random.default_rng(3)
    samples = rng.normal(0, 0.1, (5 * rate, 2)).astype(np.float32)
    samples[2 * rate : 3 * rate] *= 0.001  # a pause that the gate leaves out
    meter = Meter(rate, 2, peaks=False)
    for start in range(0, len(samples), 10_007):
        meter.feed(samples[start : start + 10_007])
    # Its other filters are approximations that are off by 0.1 LU at 16 kHz.
    expected = pyloudnorm.Meter(rate, "DeMan").integrated_loudness(samples)
    assert meter.loudness == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("rate", [8_000, 44_100, 192_000])
def test_the_filters_are_those_of_the_recommendation_in_blocks_of_any_size(rate: int) -> None:
    from scipy.signal import sosfilt

    sound = np.random.default_rng(1).normal(0.2, 0.1, (rate, 2))
    sections = np.stack([np.concatenate(stage) for stage in (_shelf(rate), _high_pass(rate))])
    expected = sosfilt(sections, sound.T, axis=1)
    meter, found, place = Meter(rate, 2, peaks=False), [], 0
    for size in (1, 300, rate // 3, rate):
        found.append(meter._weighted(sound[place : place + size]))
        place += size
    assert np.abs(np.concatenate(found, 1) - expected).max() < 1e-9


def test_the_reference_tone_of_the_recommendation_reads_minus_3_lufs() -> None:
    meter = Meter(48_000, 1)
    time = np.arange(2 * 48_000) / 48_000
    meter.feed(np.sin(2 * np.pi * 997 * time)[:, None].astype(np.float32))
    assert meter.loudness == pytest.approx(-3.01, abs=0.02)


def test_the_low_frequency_channel_does_not_count_and_surround_counts_more() -> None:
    time = np.arange(48_000) / 48_000
    tone = 0.1 * np.sin(2 * np.pi * 997 * time).astype(np.float32)

    def loudness(channel: int) -> float | None:
        sound = np.zeros((len(tone), 6), np.float32)
        sound[:, channel] = tone
        meter = Meter(48_000, 6, peaks=False)
        meter.feed(sound)
        return meter.loudness

    front, rear = loudness(0), loudness(5)
    assert loudness(3) is None
    assert front is not None and rear is not None
    assert rear - front == pytest.approx(1.5, abs=0.05)


def test_a_peak_between_samples_is_found_only_when_asked_for() -> None:
    time = np.arange(4800)
    # A quarter of the rate, 45 degrees off: every sample is 3 dB below the peak.
    sound = (0.5 * np.sin(2 * np.pi * (time / 4 + 1 / 8))).astype(np.float32)[:, None]
    found = []
    for peaks in (True, False):
        meter = Meter(48_000, 1, peaks)
        meter.feed(sound, last=True)
        found.append(meter.true_peak)
    assert found[0] - found[1] == pytest.approx(3.0, abs=0.3)


def test_silence_has_no_loudness() -> None:
    meter = Meter(8_000, 1)
    meter.feed(np.zeros((8_000, 1), np.float32))
    assert meter.loudness is None
    assert meter.true_peak == -200
