"""What a recording is drawn from, and the tiles."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from engine import api
from engine.context import Context, JobCancelled
from engine.listening import sketch as sketching
from engine.listening.sketch import BLOCK, CELL_LEVEL, STRIDE_LEVEL, sketch_sound
from engine.listening.spectrum import mel
from engine.listening.tiles import draw_sound
from engine.problems import Problem
from tests.engine.listening.sounds import RATE, save, tone

T = TypeVar("T")
NOTHING: Any = None


def run(steps: Generator[api.Progress, None, T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def context(cancelled: bool = False) -> Context:
    return Context(NOTHING, NOTHING, lambda: cancelled)


def drawn(file: Path, **more: Any) -> npt.NDArray[np.uint8]:
    tile = run(draw_sound(api.DrawSound(file, **more), context()))
    return np.frombuffer(tile.grey, np.uint8).reshape(api.TILE_ROWS, api.TILE_COLUMNS)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    sketching._sketches.clear()


def test_a_sketch_knows_length_peak_and_loudness(tmp_path: Path) -> None:
    samples = np.stack([tone(997, 3, 10 ** (-20 / 20))] * 2, 1)
    file = save(tmp_path / "a.flac", samples, 48_000, subtype="PCM_24")
    info = run(sketch_sound(api.SketchSound(file), context()))
    assert (info.frames, info.rate, info.channels) == (48_000, 48_000, 2)
    assert info.peak["original"] == pytest.approx(0.1, rel=1e-2)
    assert set(info.loudness) == {"original"}


def test_silence_has_no_loudness(tmp_path: Path) -> None:
    file = save(tmp_path / "a.wav", np.zeros(RATE, np.float32))
    info = run(sketch_sound(api.SketchSound(file), context()))
    assert info.loudness == {"original": None}


@pytest.mark.parametrize("level", [2, CELL_LEVEL - 1, CELL_LEVEL, CELL_LEVEL + 1])
def test_a_waveform_shows_the_extremes_at_every_zoom(tmp_path: Path, level: int) -> None:
    samples = np.zeros(BLOCK + 4321, np.float32)
    samples[700] = 0.75
    grey = drawn(save(tmp_path / "a.wav", samples), view="waveform", level=level, index=0)
    column = grey[:, 700 >> level]
    middle = api.TILE_ROWS // 2
    assert column[round(middle * 0.25) + 1 : middle].min() == 255
    assert column[: round(middle * 0.25) - 1].max() == 0
    assert column[middle + 2 :].max() == 0
    # Elsewhere it is a line at zero as far as the recording goes.
    assert (grey[middle - 1 : middle + 1].max(0) > 0)[: len(samples) >> level].all()


def test_beyond_the_end_there_is_nothing(tmp_path: Path) -> None:
    file = save(tmp_path / "a.wav", tone(440, 1))
    for level in (0, CELL_LEVEL, STRIDE_LEVEL):
        for view in ("waveform", "spectrogram"):
            assert drawn(file, view=view, level=level, index=99).max() == 0 or view == "waveform"
    assert drawn(file, view="waveform", level=CELL_LEVEL, index=9).max() == 0


@pytest.mark.parametrize("level", [5, 8, STRIDE_LEVEL, STRIDE_LEVEL + 1])
def test_a_tone_is_where_it_belongs_in_the_spectrogram(tmp_path: Path, level: int) -> None:
    file = save(tmp_path / "a.wav", tone(1000, 30, 0.05))
    grey = drawn(file, view="spectrogram", level=level, index=0)
    row = int(grey[:, 2].argmax())
    top = float(mel(8000))
    expected = (1 - float(mel(1000)) / top) * api.TILE_ROWS
    assert abs(row - expected) <= 2
    assert grey[row, 2] == pytest.approx((100 - 26) / 90 * 255, abs=8)


@pytest.mark.parametrize("level", [4, CELL_LEVEL, STRIDE_LEVEL])
def test_the_difference_is_what_was_added(tmp_path: Path, level: int) -> None:
    samples = tone(300, 20, 0.4)
    added = tone(2000, 20, 0.004)
    file = save(tmp_path / "a.wav", samples, subtype="FLOAT")
    protected = save(tmp_path / "b.wav", samples + added, subtype="FLOAT")
    info = run(sketch_sound(api.SketchSound(file, protected), context()))
    assert info.peak["difference"] == pytest.approx(0.004, rel=0.02)
    assert set(info.loudness) == {"original", "protected", "difference"}
    more: dict[str, Any] = {"protected": protected, "level": level, "index": 0}
    grey = drawn(file, view="spectrogram", gain=100.0, **more)
    expected = (1 - float(mel(2000)) / float(mel(8000))) * api.TILE_ROWS
    assert abs(int(grey[:, 1].argmax()) - expected) <= 2
    wave = drawn(file, view="waveform", gain=100.0, **more)
    rows = np.flatnonzero(wave[:, 5] > 128)
    if level >= CELL_LEVEL:  # a column of many periods
        assert len(rows) == pytest.approx(0.4 * api.TILE_ROWS, abs=3)


def test_a_sketch_is_read_once_and_again_when_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = save(tmp_path / "a.wav", tone(440, 1))
    first = run(sketching.sketched(file, None, context()))
    assert run(sketching.sketched(file, None, context())) is first
    save(file, tone(440, 2))
    assert run(sketching.sketched(file, None, context())).frames == 2 * RATE


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "a.wav"
    broken.write_bytes(b"RIFF no sound")
    with pytest.raises(Problem, match="damaged"):
        run(sketch_sound(api.SketchSound(broken), context()))
    with pytest.raises(Problem) as missing:
        run(sketch_sound(api.SketchSound(tmp_path / "b.wav"), context()))
    assert missing.value.code == "file.missing"
    one, two = save(tmp_path / "c.wav", tone(440, 1)), tmp_path / "d.wav"
    save(two, tone(440, 1), 8_000)
    with pytest.raises(Problem) as shape:
        run(sketch_sound(api.SketchSound(one, two), context()))
    assert shape.value.code == "recording.other-shape"


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    file = save(tmp_path / "a.wav", tone(440, 1))
    with pytest.raises(JobCancelled):
        run(sketch_sound(api.SketchSound(file), context(cancelled=True)))


def test_a_long_recording_is_never_whole_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    file = tmp_path / "long.wav"
    with soundfile.SoundFile(file, "w", 48_000, 2, "PCM_16") as sound:
        for _ in range(40):
            sound.write(np.zeros((BLOCK, 2), np.float32))
    tracemalloc.start()
    run(sketch_sound(api.SketchSound(file), context()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.6 * 40 * BLOCK * 2 * 4


def test_a_child_without_a_device_draws_and_loads_no_torch(tmp_path: Path) -> None:
    file = save(tmp_path / "a.wav", tone(440, 1))
    script = (
        "import sys; from pathlib import Path; from engine import api;"
        "from engine.workshop import NO_DEVICE, Workshop; shop = Workshop(NO_DEVICE); shop.open();"
        "job = api.SketchSound(Path(sys.argv[1]));"
        "end = shop.perform(api.Ticket(1), job, lambda: False, lambda _: None);"
        "shop.free_memory(); assert isinstance(end, api.Finished), end;"
        "assert end.result.rate == 16000; assert 'torch' not in sys.modules"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", script, str(file)], cwd=root, check=True)
