"""What a file states about its origin: labels, Content Credentials, hidden payloads, own marks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine import api
from engine.check.payloads import PAYLOADS, embedded, match, payload_evidence
from engine.check.provenance import label_evidence
from engine.check.texts import Text, xmp_values
from engine.context import Context
from engine.watermark import rehearsal_mark
from engine.watermark.credentials import signed_copy
from engine.watermark.identities import Identities
from tests.engine.check.conftest import Checked, noisy

URL = "http://cv.iptc.org/newscodes/digitalsourcetype/"
CHINA = '{"Label":"1","ContentProducer":"001191310000MA1K","ProduceID":"7","ReservedCode1":""}'


def xmp(inner: str) -> Text:
    return Text("XMP", "XMP", f"<x:xmpmeta><rdf:Description {inner}</rdf:Description></x:xmpmeta>")


@pytest.mark.parametrize(
    ("text", "key", "points_to"),
    [
        (xmp(f'Iptc4xmpExt:DigitalSourceType="{URL}trainedAlgorithmicMedia">'),
         "source-type-generated", "generated"),
        (xmp(f"><e:DigitalSourceType>{URL}compositeWithTrainedAlgorithmicMedia</e:DigitalSourceType>"),
         "source-type-composite", "manipulated"),
        (xmp(f'><e:DigitalSourceType rdf:resource="{URL}digitalCapture"/>'),
         "source-type-captured", "camera"),
        (Text("PNG", "Description", "a cat --v 6 Job ID: 3f2b8a1c-0d4e-4a7b-9c1d-5e6f7a8b9c0d"),
         "label-generated", "generated"),
        (Text("IPTC", "Credit", "Made with Google AI"), "label-generated", "generated"),
        (Text("IPTC", "Credit", "Edited with Google AI"), "label-edited", "manipulated"),
        (xmp(f"TC260:AIGC='{CHINA.replace(chr(34), '&quot;')}'>"), "label-china", "generated"),
        (Text("PNG", "AIGC", CHINA), "label-china", "generated"),
        (Text("PNG", "AIGC", CHINA.replace('"1"', '"3"', 1)), "label-china-maybe", "generated"),
        (Text("EXIF", "Software", "Adobe Firefly 2.0"), "label-generated", "generated"),
    ],
)  # fmt: skip
def test_labels(text: Text, key: str, points_to: str) -> None:
    (evidence,) = label_evidence([text])
    assert (evidence.key, evidence.points_to) == (key, points_to)


@pytest.mark.parametrize(
    "text",
    [
        Text("IPTC", "Caption", "A talk about Midjourney and Google AI at our school"),
        Text("EXIF", "Software", "Adobe Photoshop 25.0"),
        Text("EXIF", "ImageDescription", "Label: 1 AIGC meeting"),
        xmp('xmp:CreatorTool="HUAWEI P60">'),
    ],
)
def test_words_that_are_no_labels(text: Text) -> None:
    assert label_evidence([text]) == []


def test_xmp_values_of_hostile_text_end() -> None:
    assert xmp_values("<a:b " * 50_000, "DigitalSourceType") == []
    assert xmp_values("<e:AIGC>" + "<" * 200_000, "AIGC") == []


@pytest.mark.parametrize("name", PAYLOADS)
def test_payloads_are_found_where_they_are(name: str) -> None:
    # Grey: the scheme itself loses bits where a colour is far from neutral.
    grain = np.random.default_rng(2).normal(0, 3, (512, 512, 3))
    grey = noisy(512, 512).mean(2, keepdims=True) * 0.7 + 40
    pixels = np.clip(grey + grain, 0, 255).astype(np.uint8)
    assert payload_evidence(pixels) == []
    marked = embedded(pixels, PAYLOADS[name])
    (evidence,) = payload_evidence(marked)
    assert evidence.details["program"] == name and evidence.strength == "strong"
    assert np.abs(marked.astype(int) - pixels).mean() < 6


def test_payloads_in_what_has_none() -> None:
    for pixels in (np.zeros((256, 256, 3), np.uint8), np.full((300, 200, 3), 255, np.uint8)):
        assert payload_evidence(pixels) == []
    assert match(noisy(16, 16), PAYLOADS["FLUX"]) == (0, 1.0)


@pytest.fixture
def signed(photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLOAKROOM_PASSPHRASE", "open sesame")
    home = tmp_path / "home"
    identity = Identities(home, "open sesame").create("Ana")
    return signed_copy(photo, tmp_path / "signed.jpg", identity, home)


def test_credentials_have_three_states(
    signed: Path, tmp_path: Path, checked: Checked, context: Context
) -> None:
    (evidence,) = [e for e in checked(signed).evidence if e.key.startswith("credentials")]
    assert evidence.key == "credentials-trusted" and evidence.details["signer"] == "Ana"
    assert ("ai_training", "notAllowed") in evidence.facts and evidence.proof

    stranger = tmp_path / "stranger.jpg"
    stranger.write_bytes(signed.read_bytes())
    home = tmp_path / "home"
    home.rename(tmp_path / "elsewhere")
    (evidence,) = [e for e in checked(stranger).evidence if e.key.startswith("credentials")]
    assert evidence.key == "credentials-unknown"

    data = bytearray(signed.read_bytes())
    data[-2000] ^= 1
    changed = tmp_path / "changed.jpg"
    changed.write_bytes(bytes(data))
    result = checked(changed)
    (evidence,) = [e for e in result.evidence if e.key.startswith("credentials")]
    assert evidence.key == "credentials-changed"
    assert (result.verdict, result.level) == ("manipulated", "strong")


def test_script_in_metadata_stays_text(tmp_path: Path, checked: Checked) -> None:
    from app.check_report import html

    attack = (
        "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\nSteps: 20, Sampler: a, Seed: 1"
    )
    info = PngInfo()
    info.add_text("parameters", attack)
    file = tmp_path / "a<b>.png"
    Image.fromarray(noisy()).save(file, pnginfo=info)
    result = checked(file)
    assert result.verdict == "generated"
    report = html([result])
    assert "<script" not in report and "<img src=x" not in report and "&lt;script&gt;" in report
    assert "default-src 'none'" in report and "href" not in report and "://" not in report


def test_own_marks_are_never_called_generated(
    photo: Path, tmp_path: Path, checked: Checked, monkeypatch: pytest.MonkeyPatch, context: Context
) -> None:
    from engine.watermark.marking import mark

    monkeypatch.setenv("CLOAKROOM_PASSPHRASE", "open sesame")
    home = tmp_path / "home"
    Identities(home, "open sesame").create("Ana")
    steps = mark(api.MarkFile(photo, home, "Ana", out=tmp_path / "marked.png"), context)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            marked = end.value.output
            break
    result = checked(marked)
    assert (result.verdict, result.level) == ("no_sign", "strong")
    assert result.reasons == ("own-mark",)


def test_a_rehearsed_face_swap_is_recognised(photo: Path, checked: Checked, tmp_path: Path) -> None:
    file = tmp_path / "swap.png"
    pixels = np.asarray(Image.open(photo).convert("RGB").resize((256, 256)))
    Image.fromarray(rehearsal_mark.marked(pixels)).save(file)
    result = checked(file)
    assert (result.verdict, result.level) == ("manipulated", "strong")
    assert result.reasons == ("rehearsed-swap",)
    assert "rehearsed-swap" not in {e.key for e in checked(photo).evidence}
