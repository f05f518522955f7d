"""``check`` from the command line: the documented fields, exit codes, and the report."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app import check_report, cli
from app.history import History
from engine import api
from engine.digests import file_sha256
from engine.problems import Problem
from tests.app.fake_work import receipt
from tests.engine.check.conftest import noisy
from tests.engine.check.test_generators import A1111
from tests.ui import check_results


def test_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    info = PngInfo()
    info.add_text("parameters", A1111)
    made, broken, report = tmp_path / "made.png", tmp_path / "broken.png", tmp_path / "r.html"
    Image.fromarray(noisy(96, 96)).save(made, pnginfo=info)
    broken.write_bytes(made.read_bytes()[:3000])
    words = ["check", str(made), str(broken), "--json", "--report", str(report)]
    assert cli.main(words) == 1
    good, bad = json.loads(capsys.readouterr().out)
    assert (good["verdict"], good["level"]) == ("generated", "strong")
    assert list(good)[:5] == ["file", "ok", "error", "output", "code"]
    assert {"reasons", "evidence", "detectors", "stability", "sha256", "facts"} <= set(good)
    assert good["evidence"][0]["details"]["program"] == "Stable Diffusion"
    assert "pictures" not in good and not bad["ok"] and "damaged" in bad["error"]
    assert "a lighthouse at dusk" in report.read_text(encoding="utf-8")
    assert cli.main(["check", str(made), "--report", str(report)]) == 2
    capsys.readouterr()
    assert cli.main(["check", str(made), "--no-stability"]) == 0
    assert "The file itself says that it was made by an AI." in capsys.readouterr().out


def test_a_file_that_was_protected_here_is_recognised_wherever_it_lies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "portrait-cloaked.png"
    Image.fromarray(noisy(96, 96)).save(output)
    job = api.ProtectPhoto(tmp_path / "portrait.jpg")
    made = replace(receipt(job, output), sha256={"file": "00", "output": file_sha256(output)})
    with History() as history:
        history.record(made)
    moved = tmp_path / "elsewhere" / output.name
    moved.parent.mkdir()
    moved.write_bytes(output.read_bytes())
    assert cli.main(["check", str(moved), "--json", "--no-stability"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    (own,) = [e for e in entry["evidence"] if e["key"] == "protected-here"]
    assert own["points_to"] == "own" and own["details"]["original"] == "portrait.jpg"
    assert (entry["verdict"], entry["reasons"]) == ("inconclusive", ["cloak"])
    Image.fromarray(noisy(96, 96, 2)).save(moved)  # another file of that name
    assert cli.main(["check", str(moved), "--json", "--no-stability"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert [e for e in entry["evidence"] if e["key"] == "protected-here"] == []


def test_the_readme_names_every_field_of_the_json() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shape = {field.name for field in fields(api.CheckResult)} - {"pictures"}
    for inner in (api.Evidence, api.DetectorReading, api.StabilityRow):
        shape |= {field.name for field in fields(inner)}
    assert [name for name in sorted(shape) if f"`{name}`" not in readme] == []


def test_a_camera_needs_ten_photos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "one.jpg"
    Image.fromarray(noisy(64, 64)).save(file)
    assert cli.main(["camera", "add", "Mine", str(file), "--json"]) == 1
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["code"] == "camera.few"


def test_calibrate_needs_a_downloaded_detector(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.jpg"
    Image.fromarray(noisy(64, 64)).save(file)
    assert cli.main(["calibrate", str(file), "--json"]) == 1
    told = capsys.readouterr()
    assert "[1/1] 1 of your own files" in told.err
    (entry,) = json.loads(told.out)
    assert entry["code"] == "detectors.none" and "Models page" in entry["error"]


@pytest.mark.usefixtures("qapp")
def test_a_report_may_be_a_pdf(tmp_path: Path) -> None:
    results = (check_results.generated(Path("made.png")), check_results.no_sign(Path("b.jpg")))
    target = tmp_path / "report.pdf"
    check_report.write(results, target)
    data = target.read_bytes()
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    assert (
        data.count(b"/Subtype /Image") >= 1 and b"/URI" not in data and b"/JavaScript" not in data
    )
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(Problem):
        check_report.write(results, tmp_path / "nowhere" / "report.pdf")


def test_a_report_of_several_begins_with_all_answers() -> None:
    results = (check_results.generated(Path("made.png")), check_results.voice(Path("b.mp3")))
    page = check_report.html(results)
    overview = page[: page.index("<h2>")]
    assert "made.png" in overview and "b.mp3" in overview and "Inconclusive" in overview
    assert "elevenlabs.io" in page and "href" not in page
    assert "elevenlabs.io" not in check_report.html(results[:1])
