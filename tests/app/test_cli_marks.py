"""``identity``, ``mark``, ``verify``, ``credentials`` and ``sanitise`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from app import cli
from app.history import History
from engine import api
from engine.models import builtin
from engine.wording import marks
from tests.engine.watermark.conftest import scene
from tests.engine.watermark.test_pai import DENOISER


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLOAKROOM_PASSPHRASE", "open sesame")
    file = tmp_path / "work.png"
    Image.fromarray(scene()).save(file)
    return file


def test_mark_and_verify(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*words: str, code: int = 0) -> str:
        assert cli.main([str(w) for w in words]) == code
        return capsys.readouterr().out

    assert json.loads(told("identity", "new", "Ana", "--json"))["name"] == "Ana"
    (entry,) = json.loads(told("identity", "list", "--json"))
    assert entry["name"] == "Ana" and len(entry["public_ids"][0]) == 16
    phrase = told("identity", "export", "Ana").strip()
    assert len(phrase.split()) == 18

    (done,) = json.loads(told("mark", str(picture), "--identity", "Ana", "--sign", "--json"))
    marked = done["output"]
    assert done["ok"] and done["scheme"] == "pixel" and done["measures"]["psnr"] >= 36
    assert phrase.split()[0] not in json.dumps(done)

    (found,) = json.loads(told("verify", marked, "--json"))
    assert found["found"] and found["identity"] == "Ana" and found["work"] == "work.png"
    assert found["p_value"] < 1e-6 and found["scheme"] == "pixel" and found["geometry"]
    assert "found (chance of a false alarm 1 in" in told("verify", marked)
    assert "not found (does not mean it is not yours)" in told("verify", str(picture))

    assert "Signed by Ana, whose certificate you trust" in told("credentials", "show", marked)
    (signed,) = json.loads(told("credentials", "sign", str(picture), "--identity", "Ana", "--json"))
    assert signed["state"] == "Trusted" and Path(signed["output"]).name == "work-signed.png"
    assert told("identity", "remove", "Ana", "--yes") == ""


def test_what_fails_says_why(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", str(picture)]) == 1
    assert "no identity yet" in capsys.readouterr().err
    assert cli.main(["mark", str(picture), "--identity", "Bob", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["code"] == "identity.unknown"
    assert cli.main(["mark", str(picture), "--identity", "Bob", "--scheme", "magic"]) == 2


def test_sanitise(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sanitise", "--quick", str(picture), "--json"]) == 0
    (done,) = json.loads(capsys.readouterr().out)
    assert Path(done["output"]).name == "work-sanitised.png" and done["bound"] <= 0.03
    assert set(done["effect"]) == {"least-significant-bits", "pixel-mark"}
    assert cli.main(["sanitise", "--quick", str(picture)]) == 0
    assert "a message in the lowest bits: 5" in capsys.readouterr().out


def test_a_text_is_hidden_and_revealed(
    picture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (picture.parent / "models" / builtin.EDITOR).mkdir(parents=True)
    monkeypatch.setattr(builtin, "FOLDER", picture.parent / "models")
    monkeypatch.setattr(builtin, "editor", lambda id, context: SimpleNamespace(denoiser=DENOISER))
    assert cli.main(["identity", "new", "Ana", "--json"]) == 0
    capsys.readouterr()
    words = ["hide", str(picture), "--text", "at seven", "--instruction", "x", "--identity", "Ana"]
    assert cli.main([*words, "--json"]) == 0
    (done,) = json.loads(capsys.readouterr().out)
    assert done["reads"]["as-saved"] and done["room"] == 12
    assert cli.main(["reveal", done["output"]]) == 0
    assert "at seven" in capsys.readouterr().out
    assert cli.main(["reveal", str(picture), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["text_found"] is None


def test_registry_and_report(
    picture: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    def told(*words: str, code: int = 0) -> str:
        assert cli.main([str(w) for w in words]) == code
        return capsys.readouterr().out

    told("identity", "new", "Ana", "--json")
    (done,) = json.loads(told("mark", str(picture), "--identity", "Ana", "--json"))
    (work,) = json.loads(told("works", "list", "--json"))
    assert work["file"] == done["output"] and work["payload"] == done["payload"]
    assert "work.png" in told("works", "list", "work") and told("works", "list", "xyz") == ""
    table, page = picture.with_name("works.csv"), picture.with_name("works.html")
    told("works", "export", str(table))
    told("works", "export", str(page))
    assert done["payload"] in table.read_text() and "data:image/jpeg" in page.read_text()
    assert cli.main(["works", "export", str(table)]) == 2

    report = picture.with_name("report.html")
    (found,) = json.loads(told("verify", done["output"], "--report", str(report), "--json"))
    assert found["found"] and "pictures" not in found and found["trials"] > 1
    text = report.read_text()
    assert "work.png" in text and text.count("data:image/png") == 3 and "<script" not in text
    assert "Signed by Ana, whose certificate you trust" in told("credentials", "show", str(report))
    sheet = picture.with_name("report.pdf")
    told("verify", done["output"], "--report", str(sheet))
    assert sheet.read_bytes().startswith(b"%PDF-")
    (signed,) = json.loads(told("credentials", "show", str(sheet), "--json"))
    assert signed["state"] == "Trusted" and not signed["sidecar"]
    data = bytearray(sheet.read_bytes())
    data[len(data) // 3] ^= 1
    sheet.write_bytes(data)
    (signed,) = json.loads(told("credentials", "show", str(sheet), "--json"))
    assert signed["state"] == "Invalid"
    with History() as history:
        assert [r.kind for r in history.receipts()] == ["mark-file"]


def _english(_: str, text: str) -> str:
    return text


def test_what_happened_is_said_in_words() -> None:
    same = {"mirrored": 0.0, "rotation": 0.0, "scale_x": 1.0, "scale_y": 1.0, "speed": 1.0}

    def say(how: str, **geometry: float) -> str:
        found = api.VerifyResult(
            Path("a.png"), True, 1e-9, how=how, geometry={**same, "blur": 0.0, **geometry}
        )
        return marks.journey(found, _english)

    assert say("sharpened", blur=8.8) == "blurred"
    assert say("template", speed=0.98) == "speed changed by -2.0 %"
    assert say("template", mirrored=1.0, scale_x=1.25, scale_y=2.0) == (
        "mirrored, cropped to about 80 % x 50 %"
    )
    assert say("as received") == ""
    assert "once in 10^6" in marks.untouched(1e-6, _english)
    assert "Nothing speaks" in marks.untouched(0.3, _english)
