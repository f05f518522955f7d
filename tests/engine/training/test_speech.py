"""The recipes of the voice models: what they hear, and that a short run leaves whole models."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.cloners import BuiltinCloner
from engine.models.voiceprints import BuiltinVoicePrint
from engine.training import cloner, speaker
from engine.training.speech import (
    Voices,
    degraded,
    pack,
    read_pitch,
    read_speakers,
    split,
    varied,
)
from engine.voice.disguise import changed
from engine.voice.pitch import track
from tests.engine.voice.sounds import voice, write

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """34 speakers: 30 are held out."""
    folder = tmp_path_factory.mktemp("speech")
    for number in range(34):
        place = folder / "speakers" / str(number + 100)
        place.mkdir(parents=True)
        sound = voice(2.0, 16_000, 90 + 5 * number, number)
        write(place / "a.flac", sound, 16_000)
    write(folder / "speakers" / "100" / "b.flac", voice(1.0), 16_000)
    (folder / "speakers" / "19").mkdir()
    write(folder / "speakers" / "19" / "a.flac", voice(1.0), 16_000)
    pack(read_speakers(folder / "speakers"), folder / "pack.npz")
    return folder / "pack.npz"


def test_a_pack_holds_what_the_folder_does_but_the_benchmarks_speakers(packed: Path) -> None:
    whole, carried = read_speakers(packed.parent / "speakers"), read_speakers(packed)
    assert set(whole) - set(carried) == {"19"}
    assert [len(clip) for clip in carried["100"]] == [32_000, 16_000]
    ours, theirs = carried["120"][0], whole["120"][0]
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9
    assert packed.stat().st_size < 34 * 20_000


@pytest.mark.parametrize(("speed", "formants"), [(0.8, 1.0), (1.25, 1.0), (1.0, 1.14)])
def test_many_voices_are_changed_as_one_is(speed: float, formants: float) -> None:
    sound = voice(1.5, 16_000, 130).astype(np.float32)
    many = varied(torch.from_numpy(sound)[None].repeat(2, 1), speed, formants)
    one = changed(sound, speed, formants)
    assert many.shape == (2, len(one))
    inside = slice(2000, -2000)
    assert np.corrcoef(many[1].numpy()[inside], one[inside])[0, 1] > 0.99
    assert track(many[0].numpy()).mean == pytest.approx(130 * speed, rel=0.06)


def test_a_batch_has_several_crops_of_each_voice_and_the_same_ones_again(packed: Path) -> None:
    speakers = dict(list(read_speakers(packed).items())[:4])
    batches = [Voices(speakers, 7, ((1.0, 1.0), (0.9, 1.0))).batch(5, 2, 16_000) for _ in "ab"]
    (waves, chosen), (again, _) = batches
    assert waves.shape == (10, 16_000) and bool(waves.isfinite().all())
    assert torch.equal(waves, again)
    assert chosen.tolist()[::2] == chosen.tolist()[1::2]
    assert len(set(chosen.tolist())) == 5 and max(chosen.tolist()) < 8
    assert not torch.equal(waves[0], waves[1])


def test_a_degraded_voice_is_still_that_recording() -> None:
    clean = torch.from_numpy(voice(1.0)).float()[None].repeat(16, 1)
    heard = degraded(clean, torch.Generator().manual_seed(0))
    assert heard.shape == clean.shape and bool(heard.isfinite().all())
    assert len({round(float(row.norm()), 3) for row in heard}) > 12


def test_the_same_speakers_are_held_out_by_every_recipe() -> None:
    names = [str(n) for n in range(60)]
    trained, kept = split(names, 30, ("19",))
    assert split(names[::-1], 30, ("19",)) == (trained, kept)
    assert not set(trained) & set(kept) and "19" not in trained + kept


@pytest.mark.parametrize("family", ["ge2e", "raw", "xvector", "power"])
def test_a_short_run_leaves_an_encoder_that_loads(
    family: str, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaker, "LAST", 0.0)
    sizes = {"ge2e": {"hidden": 16, "layers": 1}, "raw": {"channels": 16}}.get(family, {})
    options = ["--family", family, "--data", str(packed), "--out", str(tmp_path), "--few"]
    options += ["--seconds", "2", "--voices", "4", "--each", "2", "--samples", "12000"]
    options += ["--batches", "2", "--sizes", json.dumps(sizes)]
    speaker.train(speaker.arguments(options))
    facts = json.loads((tmp_path / "training.json").read_text())
    assert facts["speakers"] == 4 and facts["voices"] == 20
    assert {"19", "26", "27"} < set(facts["never_trained_on"])
    assert 0 <= facts["eer_rooms"] <= 1
    encoder = BuiltinVoicePrint(tmp_path, family, CPU)
    heard = encoder.embed(torch.from_numpy(voice(2.6)).float()[None])
    assert heard.shape == (1, encoder.width) and bool(heard.isfinite().all())


def test_a_short_run_leaves_a_cloner_that_speaks(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloner, "LAST", 0.0)
    for part, sizes in (("vocoder", {"channels": 8}), ("converter", {"channels": 8, "width": 8})):
        options = ["--part", part, "--data", str(packed), "--out", str(tmp_path / part), "--few"]
        options += ["--seconds", "4", "--batch", "2", "--sizes", json.dumps(sizes)]
        cloner.train(cloner.arguments(options))
    both = BuiltinCloner(tmp_path / "converter", tmp_path / "vocoder", "tiny", CPU)
    phrase, reference = (torch.from_numpy(voice(1.0, hertz=h)).float()[None] for h in (110, 190))
    said = both.say(phrase, reference, 0)
    assert abs(said.shape[1] - 16_000) <= 256 and bool(said.isfinite().all())


def test_pitch_follows_a_crop_of_a_faster_voice(packed: Path) -> None:
    speakers = {"120": read_speakers(packed)["120"]}  # 190 Hz
    pitches = read_pitch(packed)
    assert set(pitches) == set(read_speakers(packed))
    spoken = cloner.Spoken(speakers, pitches, 0, ((1.0, 1.0), (1.25, 1.0)), CPU)
    ((waves, pitch, chosen),) = spoken.batch(2, 40)
    assert waves.shape == (2, 40 * 256) and pitch.shape == (2, 41)
    for row, wave, which in zip(pitch, waves, chosen.tolist(), strict=True):
        voiced = row[row > 0]
        if len(voiced) > 10:
            assert float(voiced.mean()) == pytest.approx(190 * (1.25 if which else 1), rel=0.1)
        found = track(wave.numpy()).every(256, 41).hertz
        both = (found > 0) & (row.numpy() > 0)
        assert both.sum() < 8 or np.median(np.abs(found - row.numpy())[both]) < 15
