"""Where the mark is: the heat map, the work beside it, and the report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from engine import api
from engine.watermark.credentials import read_credentials
from tests.engine.watermark.conftest import scene, voice
from tests.engine.watermark.test_jobs import run


@pytest.fixture
def marked(tmp_path, home) -> Path:
    file = tmp_path / "work.png"
    Image.fromarray(scene()).save(file)
    return run(api.MarkFile(file, home, "Ana")).output


def heat_of(result: api.VerifyResult) -> np.ndarray:
    """(h, w) above zero where the heat map is blue, below where it is orange."""
    picture = next(p for p in result.pictures if p.name == "heat")
    rgb = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
    return rgb[..., 2].astype(int) - rgb[..., 0]


def test_an_exchanged_part_shows(marked, home):
    whole = run(api.VerifyFile(marked, home))
    assert [p.name for p in whole.pictures] == ["received", "work", "heat"]
    assert whole.changed is not None and whole.changed < 0.03
    assert (heat_of(whole) > 0).mean() > 0.95
    image = np.asarray(Image.open(marked)).copy()
    image[120:280, 200:420] = scene(seed=9)[120:280, 200:420]
    file = marked.with_name("tampered.png")
    Image.fromarray(image).save(file)
    found = run(api.VerifyFile(file, home))
    heat = heat_of(found)
    height, width = heat.shape
    inside = heat[
        height * 145 // 480 : height * 255 // 480, width * 230 // 640 : width * 390 // 640
    ]
    assert found.found and (inside < 0).mean() > 0.8
    assert (heat[: height // 5] > 0).mean() > 0.9
    assert found.changed is not None and 0.05 < found.changed < 0.2  # it is .115 of the picture


@pytest.mark.parametrize("noise", [0.0, 40.0], ids=["calm", "busy"])
def test_where_a_place_says_little_nothing_is_called_changed(home, tmp_path, noise):
    """Calm and busy pictures hold less of the mark in one place than the middle of them."""
    random = np.random.default_rng(7)
    calm = 60 + 120 * np.mgrid[:480, :640][0] / 480
    picture = calm[..., None] + random.normal(size=(480, 640, 1)) * max(noise, 1.0) + np.zeros(3)
    file = tmp_path / "plain.png"
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(file)
    found = run(api.VerifyFile(run(api.MarkFile(file, home, "Ana")).output, home))
    assert found.found and found.changed is not None and found.changed < 0.05


def test_the_heat_map_follows_a_crop(marked, home):
    image = Image.open(marked).crop((60, 40, 640, 480))
    file = marked.with_name("crop.png")
    image.save(file)
    found = run(api.VerifyFile(file, home))
    assert found.found and (heat_of(found) > 0).mean() > 0.8


def test_an_unmarked_file_shows_itself_only(home, tmp_path):
    file = tmp_path / "other.png"
    Image.fromarray(scene(seed=4)).save(file)
    found = run(api.VerifyFile(file, home))
    assert [p.name for p in found.pictures] == ["received"] and found.changed is None
    assert found.trials > 1 and found.searched == ("Ana",) and len(found.sha256) == 64


def test_an_exchanged_sentence_shows(home, tmp_path):
    file = tmp_path / "talk.wav"
    soundfile.write(file, voice(24), 16_000)
    marked = run(api.MarkFile(file, home, "Ana")).output
    sound, rate = soundfile.read(marked)
    sound[:131_072] = voice(24, seed=3)[:131_072]
    soundfile.write(tmp_path / "cut.wav", sound, rate)
    found = run(api.VerifyFile(tmp_path / "cut.wav", home))
    row = heat_of(found)[10]
    assert found.found and row[2] < 0 and row[len(row) * 3 // 4] > 0
    assert found.changed is not None and 0.2 < found.changed < 0.5


def test_works_are_listed_with_their_look(marked, home):
    (work,) = run(api.ListWorks(home)).works
    assert work.title == "work.png" and work.output == str(marked)
    assert work.picture is not None and (work.picture.width, work.picture.height) == (160, 120)
    assert run(api.ListWorks(home, "nothing like it")).works == ()
    saved = run(api.ListWorks(home, "", home / "list.csv")).output
    assert saved == home / "list.csv" and work.payload in saved.read_text()


def test_a_report_is_signed(home, tmp_path):
    target = tmp_path / "report.html"
    result = run(api.WriteReport(b"<p>found</p>", target, home, "Ana"))
    assert result.output == target and target.read_text() == "<p>found</p>"
    assert result.credentials.state == "Trusted" and result.credentials.sidecar
    target.write_text("<p>not found</p>")
    assert read_credentials(target, home).state == "Invalid"


def test_identities_are_created_with_their_phrase_once(home, tmp_path):
    made = run(api.ListIdentities(home, create="Ben"))
    assert [i.name for i in made.identities] == ["Ana", "Ben"] and not made.locked
    assert made.phrase is not None and len(made.phrase.split()) == 18
    assert made.phrase not in repr(made)
    assert run(api.ListIdentities(home)).phrase is None
    again = run(api.RestoreIdentity(tmp_path / "other", "Ben", made.phrase))
    assert again.identities[0].public_ids == made.identities[1].public_ids
