"""The methods by themselves: thresholds, tiles, ambiences, pitch."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.api import Span
from engine.problems import Problem
from engine.voice import cloneshield, masking, sceneguard, scenes, vocalcrypt
from engine.voice.pitch import track
from engine.voice.surrogates import likeness
from engine.voice.working import pieces
from tests.engine.voice.sounds import voice


class TinyEncoder:
    """``roles.SpeakerEncoder``: the spectrum's shape, whitened by random numbers."""

    id, sha256, sample_rate, width = "tiny", "0" * 64, 16_000, 12

    def __init__(self) -> None:
        self.matrix = torch.randn(129, 12, generator=torch.Generator().manual_seed(3))

    def embed(self, waves: Tensor) -> Tensor:
        window = torch.hann_window(256)
        spectrum = torch.stft(waves, 256, 128, 256, window, return_complex=True).abs()
        level = (spectrum + 1e-3).log().mean(2)
        return functional.normalize((level - level.mean(1, keepdim=True)) @ self.matrix)


@pytest.fixture(scope="module")
def wave() -> Tensor:
    return torch.from_numpy(voice(1.6).astype(np.float32))


def test_the_pitch_is_followed() -> None:
    found = track(voice(2.0, hertz=150).astype(np.float32))
    assert abs(found.mean - 150) < 6
    assert found.hertz[:20].max() == 0  # it begins with silence


def test_a_louder_masker_hides_more_and_its_neighbours_too() -> None:
    time = torch.arange(16_000) / 16_000
    tone = torch.sin(2 * torch.pi * 1000 * time)
    loud, soft = (masking.threshold(masking.stft((g * tone)[None])) for g in (0.5, 0.05))
    middle = loud[0, :, 30]
    assert (loud[0, 50:90, 30] > soft[0, 50:90, 30]).all()
    # 1 kHz is bin 64; masking reaches further upwards than downwards, and fades away.
    assert middle[64] > middle[80] > middle[150]
    assert middle[80] > middle[48]


def test_silence_hides_nothing_that_is_heard() -> None:
    allowed = masking.threshold(masking.stft(torch.zeros(1, 8000)))
    assert float(allowed[0, 100:300].max()) < 10 ** (-80 / 20)


def test_vocalcrypt_stays_below_the_speech_and_silent_in_silence(wave: Tensor) -> None:
    change = vocalcrypt.pseudo_timbre(wave, -10, 0)
    assert change.shape == wave.shape
    assert float(change.square().sum()) < 0.05 * float(wave.square().sum())
    assert float(change[:1000].abs().max()) < 1e-3
    assert torch.equal(change, vocalcrypt.pseudo_timbre(wave, -10, 0))


def found(search: object) -> Tensor:
    while True:
        try:
            next(search)  # type: ignore[call-overload]
        except StopIteration as end:
            result: Tensor = end.value
            return result


def test_a_search_beats_the_same_amount_at_random(wave: Tensor) -> None:
    model = TinyEncoder()
    speech = wave[None]
    change = found(cloneshield.refine(wave, [likeness(model, speech)], -6, 0, steps=8))
    random = torch.randn(wave.shape, generator=torch.Generator().manual_seed(0))
    random = random * change.norm() / random.norm()
    anchor = model.embed(speech)
    ours, control = (
        float((model.embed((wave + d)[None]) * anchor).sum()) for d in (change, random)
    )
    assert ours < control


def test_a_tile_serves_any_length_and_continues(wave: Tensor) -> None:
    model = TinyEncoder()
    tile = found(cloneshield.enrol(wave[None].repeat(2, 1), [model], -8, 0, steps=3))
    assert tile.shape == (2, masking.BINS, cloneshield.TILE_FRAMES)
    assert float(tile.abs().max()) <= 1
    change = cloneshield.apply(tile, wave, -8, 0)
    later = cloneshield.apply(tile, wave, -8, 100 * masking.HOP)
    assert change.shape == wave.shape
    assert not torch.equal(change, later)


def test_an_ambience_keeps_its_floor(wave: Tensor) -> None:
    loop = scenes.sound_of(Path("nowhere"), "street", 0)
    ambience = torch.from_numpy(loop[: len(wave)].astype(np.float32))
    speaker = [likeness(TinyEncoder(), wave[None])]
    change = found(sceneguard.cover(wave, ambience, speaker, 15, 0, steps=3))
    level, speech = sceneguard.level_of(change), sceneguard.level_of(wave)
    inside = slice(4000, -4000)
    ratio = 20 * torch.log10(speech[inside] / level[inside])
    assert float(ratio.min()) > 13.5


@pytest.mark.parametrize("name", [n for n in scenes.BUILT_IN if n != "cafe"])
def test_an_ambience_loops_without_a_seam(name: str) -> None:
    loop = scenes.sound_of(Path("nowhere"), name, 0)
    assert loop.std() == pytest.approx(1, abs=0.01)
    twice = scenes.stretch(loop, len(loop) - 50, 100)
    inside = np.abs(np.diff(loop)).max()
    assert abs(twice[50] - twice[49]) <= inside


def test_an_unknown_ambience_has_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        scenes.sound_of(tmp_path, "moon", 0)
    assert refused.value.code == "scene.unknown"


def test_pieces_cover_a_region_and_overlap() -> None:
    parts = list(pieces([Span(0.5, 20.0)], 400_000))
    assert parts[0][0] == 8000
    assert parts[-1][1] == 320_000
    for (_, end, _), (start, _, _) in itertools.pairwise(parts):
        assert 0 < end - start < 8000
